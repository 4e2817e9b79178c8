/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of quota.abi: quotactl's command. */
#include "hook.h"
#include "options.h"

static void name_text(struct dec *d, struct buf *b, const char *set, uint32_t v)
{
	const struct symset *s = dec_set(set);
	const char *name = symset_name(s, d->abi, v);

	if (name) {
		buf_str(b, name);
		return;
	}
	buf_hex(b, v);
	buf_fmt(b, " /* %s */", symset_unknown(s));
}

/* QCMD(Q_SYNC, USRQUOTA), or 2147483904 with that as a comment */
void hook_quota_cmd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct buf b = { 0 };
	uint32_t cmd = self;

	(void)arg;
	buf_str(&b, "QCMD(");
	name_text(d, &b, "quota_cmds", cmd >> 8);
	buf_str(&b, ", ");
	name_text(d, &b, "quota_types", cmd & 0xff);
	buf_ch(&b, ')');
	hook_named(d, buf_cstr(&b), cmd);
	buf_free(&b);
}
