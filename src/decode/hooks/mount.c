/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of mount.abi: flags with a priority, texts behind a struct. */
#include "hook.h"
#include "options.h"

#define PRIORITY 0x7fff

/* SWAP_FLAG_PREFER|5, or just 5 */
void hook_swap_flags(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t flags = self & ~(uint64_t)PRIORITY;

	(void)arg;
	if (!flags) {
		emit_num(&d->em, VAL_UDEC, self & PRIORITY);
		return;
	}
	emit_open(&d->em, EMIT_OR);
	emit_value(&d->em, &(struct value){
		.kind = VAL_FLAGS, .num = flags, .width = 4,
		.set = dec_set("swapon_flags"), .abi = d->abi });
	emit_num(&d->em, VAL_UDEC, self & PRIORITY);
	emit_close(&d->em, EMIT_OR);
}

#define STATMOUNT_SIZE 512	/* the texts begin behind the struct */
#define TEXT_MOST 4096

void hook_statmount_text(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	dec_long_string(d, arg[0] + STATMOUNT_SIZE + (uint32_t)arg[1]);
}

/* Several of them, each after the NUL of the one before. */
void hook_statmount_texts(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t at = arg[0] + STATMOUNT_SIZE + (uint32_t)arg[1];
	uint32_t n = (uint32_t)arg[2], i;
	char text[TEXT_MOST];
	size_t len;

	(void)self;
	emit_open(&d->em, EMIT_ARRAY);
	for (i = 0; i < n && i < d->o->max_string && !emit_full(&d->em); i++) {
		if (mem_read_str(d->ev->mem, at, text, sizeof(text), &len) !=
		    MEM_STR_END)
			break;
		emit_str(&d->em, text, len, 0);
		at += len + 1;
	}
	if (i < n)
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_ARRAY);
}
