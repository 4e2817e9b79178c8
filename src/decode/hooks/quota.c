/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of quota.abi: what quotactl is told to do. */
#include "hook.h"

void hook_quota_cmd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t cmd = self;

	(void)arg;
	dec_name(d, "QCMD");
	emit_open(&d->em, EMIT_CALL);
	hook_sym(d, "cmd", "quota_cmds", cmd >> 8);
	hook_sym(d, "type", "quota_types", cmd & 0xff);
	emit_close(&d->em, EMIT_CALL);
}
