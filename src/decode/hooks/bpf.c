/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classic BPF: the instructions of a socket or seccomp filter. */
#include "hook.h"
#include "options.h"

struct insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

static const char *code_set(unsigned code)
{
	static const char *const sets[] = {
		"cbpf_load", "cbpf_load", "cbpf_store", "cbpf_store",
		"ebpf_alu", "ebpf_jump", "cbpf_return", "cbpf_misc",
	};

	return sets[code & 7];
}

static void insn_show(struct dec *d, const struct insn *i, bool seccomp)
{
	bool jump = i->jt || i->jf;

	dec_name(d, jump ? "BPF_JUMP" : "BPF_STMT");
	emit_open(&d->em, EMIT_CALL);
	dec_sym(d, VAL_FLAGS, dec_set(code_set(i->code)), i->code);
	if (seccomp && !jump && (i->code & 7) == 6)
		dec_sym(d, VAL_FLAGS, dec_set("seccomp_results"), i->k);
	else
		emit_num(&d->em, VAL_HEX, i->k);
	if (jump) {
		emit_num(&d->em, VAL_HEX, i->jt);
		emit_num(&d->em, VAL_HEX, i->jf);
	}
	emit_close(&d->em, EMIT_CALL);
}

/* arg: how many the caller says there are; whether a seccomp filter */
void hook_bpf_insns(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct insn i;

	if (d->abbrev || !self ||
	    (d->in->rest && !dec_numbers(d, self, &i, sizeof(i), "2114"))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t n = 0; n < d->in->rest; n++) {
		if (!dec_numbers(d, self + n * sizeof(i), &i, sizeof(i),
				 "2114")) {
			dec_unread_from(d, self + n * sizeof(i));
			emit_close(&d->em, EMIT_ARRAY);
			return;
		}
		insn_show(d, &i, arg[1]);
	}
	if (d->in->cut)
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_ARRAY);
}
