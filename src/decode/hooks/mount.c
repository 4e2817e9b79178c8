/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of mount.abi: flags and a priority in one number. */
#include "hook.h"

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
