/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of btrfs.abi. */
#include "hook.h"

void hook_btrfs_progress(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	emit_comment(&d->em, "%u.%u%%", (unsigned)(arg[0] / 10),
		     (unsigned)(arg[0] % 10));
}

void hook_btrfs_dev_stats(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const names[] = {
		"BTRFS_DEV_STAT_WRITE_ERRS", "BTRFS_DEV_STAT_READ_ERRS",
		"BTRFS_DEV_STAT_FLUSH_ERRS", "BTRFS_DEV_STAT_CORRUPTION_ERRS",
		"BTRFS_DEV_STAT_GENERATION_ERRS",
	};
	uint64_t most = sizeof(names) / sizeof(names[0]), v;

	emit_open(&d->em, EMIT_TABLE);
	for (uint64_t i = 0; i < arg[0]; i++) {
		if (i >= most || !dec_uint(d, self + i * 8, 8, &v)) {
			emit_elided(&d->em);
			break;
		}
		hook_field(d, names[i], VAL_UDEC, v, 8);
	}
	emit_close(&d->em, EMIT_TABLE);
}
