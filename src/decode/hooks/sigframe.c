/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signal frame that sigreturn takes from the stack: its mask. */
#include "hook.h"

/* Bytes from the stack pointer at sigreturn to the mask in the frame. */
enum {
	MASK_RT_64 = 296,	/* behind flags, link, stack and registers */
	MASK_RT_I386 = 248,	/* behind three words, siginfo and registers */
	MASK_OLD_I386 = 80,	/* the first word: among the registers */
	MASK_OLD_I386_2 = 712,	/* the second: behind the float state */
};

static bool frame_mask(struct dec *d, bool old, uint8_t *mask)
{
	uint64_t sp = d->ev->sp;

	if (!sp)
		return false;
	if (d->abi != ABI_I386)
		return dec_read(d, sp + MASK_RT_64, mask, 8);
	if (!old)
		return dec_read(d, sp + MASK_RT_I386, mask, 8);
	return dec_read(d, sp + MASK_OLD_I386, mask, 4) &&
	       dec_read(d, sp + MASK_OLD_I386_2, mask + 4, 4);
}

void hook_sigframe_mask(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t mask[8];

	(void)self;
	if (!frame_mask(d, arg[0], mask)) {
		emit_addr(&d->em, d->ev->sp);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "mask");
	emit_value(&d->em, &(struct value){ .kind = VAL_SIGSET, .text = mask,
					    .len = 8, .abi = d->abi });
	emit_close(&d->em, EMIT_STRUCT);
}
