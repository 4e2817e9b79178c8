/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classic BPF: the instructions of a socket or seccomp filter. */
#include "hook.h"
#include "options.h"

struct insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

static const char *code_size(unsigned code)
{
	static const char names[4][7] = { "BPF_W", "BPF_H", "BPF_B",
					  "BPF_DW" };

	return names[code >> 3 & 3];
}

static const char *code_mode(unsigned code)
{
	static const char names[8][8] = {
		"BPF_IMM", "BPF_ABS", "BPF_IND", "BPF_MEM", "BPF_LEN",
		"BPF_MSH", "", "",
	};

	return names[code >> 5 & 7];
}

static const char *code_alu(unsigned code)
{
	static const char names[16][8] = {
		"BPF_ADD", "BPF_SUB", "BPF_MUL", "BPF_DIV", "BPF_OR",
		"BPF_AND", "BPF_LSH", "BPF_RSH", "BPF_NEG", "BPF_MOD",
		"BPF_XOR",
	};

	return names[code >> 4 & 15];
}

static const char *code_jump(unsigned code)
{
	static const char names[16][9] = {
		"BPF_JA", "BPF_JEQ", "BPF_JGT", "BPF_JGE", "BPF_JSET",
	};

	return names[code >> 4 & 15];
}

static void add_part(struct buf *b, const char *name, unsigned bits)
{
	if (*name)
		buf_fmt(b, "|%s", name);
	else
		buf_fmt(b, "|%#x /* BPF_??? */", bits);
}

static void add_rest(struct buf *b, unsigned code, unsigned known)
{
	unsigned rest = code & ~known;

	if (rest)
		buf_fmt(b, "|%#x", rest);
}

static void add_ret(struct buf *b, unsigned code)
{
	static const char names[4][6] = { "BPF_K", "BPF_X", "BPF_A", "" };

	add_part(b, names[code >> 3 & 3], code & 0x18);
	add_rest(b, code, 0x1f);
}

static void add_misc(struct buf *b, unsigned code)
{
	unsigned op = code & 0xf8;

	add_part(b, op == 0 ? "BPF_TAX" : op == 0x80 ? "BPF_TXA" : "", op);
	add_rest(b, code, 0xff);
}

static void add_code(struct buf *b, unsigned code)
{
	static const char classes[8][9] = {
		"BPF_LD", "BPF_LDX", "BPF_ST", "BPF_STX", "BPF_ALU",
		"BPF_JMP", "BPF_RET", "BPF_MISC",
	};

	buf_str(b, classes[code & 7]);
	switch (code & 7) {
	case 0:
	case 1:
		add_part(b, code_size(code), 0);
		add_part(b, code_mode(code), code & 0xe0);
		add_rest(b, code, 0xff);
		break;
	case 2:
	case 3:
		add_rest(b, code, 7);
		break;
	case 4:
	case 5:
		add_part(b, code & 8 ? "BPF_X" : "BPF_K", 0);
		add_part(b, (code & 7) == 4 ? code_alu(code) :
			 code_jump(code), code & 0xf0);
		add_rest(b, code, 0xff);
		break;
	case 6:
		add_ret(b, code);
		break;
	default:
		add_misc(b, code);
	}
}

static void add_action(struct dec *d, struct buf *b, uint32_t k)
{
	const char *name = symset_name(dec_set("seccomp_actions"), d->abi,
				       k & 0xffff0000);

	if (!name) {
		buf_fmt(b, "%#x", k);
		return;
	}
	buf_str(b, name);
	if (k & 0xffff)
		buf_fmt(b, "|%#x", k & 0xffff);
}

static void insn_show(struct dec *d, const struct insn *i, bool seccomp)
{
	bool jump = i->jt || i->jf;
	struct buf b = { 0 };

	dec_name(d, jump ? "BPF_JUMP" : "BPF_STMT");
	emit_open(&d->em, EMIT_CALL);
	add_code(&b, i->code);
	hook_name(d, buf_cstr(&b), i->code);
	if (seccomp && !jump && (i->code & 7) == 6) {
		buf_reset(&b);
		add_action(d, &b, i->k);
		hook_name(d, buf_cstr(&b), i->k);
	} else {
		emit_num(&d->em, VAL_HEX, i->k);
	}
	if (jump) {
		emit_num(&d->em, VAL_HEX, i->jt);
		emit_num(&d->em, VAL_HEX, i->jf);
	}
	emit_close(&d->em, EMIT_CALL);
	buf_free(&b);
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
