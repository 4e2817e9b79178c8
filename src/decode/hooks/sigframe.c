/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signal frame that sigreturn takes from the stack: its mask. */
#include "hook.h"

static bool frame_mask(struct dec *d, bool old, uint8_t *mask)
{
	const struct abi_info *info = &abi_infos[d->abi];
	uint64_t sp = d->ev->sp;

	if (!sp)
		return false;
	if (old && info->old_sigmask[0])
		return dec_read(d, sp + info->old_sigmask[0], mask, 4) &&
		       dec_read(d, sp + info->old_sigmask[1], mask + 4, 4);
	return info->sigmask && dec_read(d, sp + info->sigmask, mask, 8);
}

void hook_sigframe_mask(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t mask[8];

	(void)self;
	if (!frame_mask(d, arg[0], mask)) {
		emit_addr(&d->em, d->ev->sp);
		return;
	}
	dec_mask(d, mask, sizeof(mask));
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "mask");
	emit_value(&d->em, &(struct value){ .kind = VAL_SIGSET, .text = mask,
					    .len = 8, .abi = d->abi });
	emit_close(&d->em, EMIT_STRUCT);
}
