/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bpf(2) takes: programs of extended BPF, and what goes with them. */
#include <time.h>

#include "hook.h"
#include "options.h"
#include "task.h"

struct insn {
	uint8_t code, regs;
	int16_t off;
	int32_t imm;
};

static const char *code_set(unsigned code)
{
	switch (code & 7) {
	case 4:
	case 7:
		return "ebpf_alu";
	case 5:
	case 6:
		return "ebpf_jump";
	default:
		return "ebpf_load";
	}
}

static void show_register(struct dec *d, const char *name, unsigned reg)
{
	dec_name(d, name);
	dec_sym(d, VAL_SYM, dec_set("ebpf_registers"), reg);
}

static void insn_show(struct dec *d, const struct insn *i)
{
	bool big = abi_infos[d->abi].big_endian;

	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "code");
	dec_sym(d, VAL_FLAGS, dec_set(code_set(i->code)), i->code);
	/* Two fields of four bits: the first one is where numbers begin. */
	show_register(d, "dst_reg", big ? i->regs >> 4 : i->regs & 15);
	show_register(d, "src_reg", big ? i->regs & 15 : i->regs >> 4);
	hook_field(d, "off", VAL_DEC, (uint64_t)(int64_t)i->off, 2);
	hook_field(d, "imm", VAL_HEX, (uint32_t)i->imm, 4);
	emit_close(&d->em, EMIT_STRUCT);
}

static bool insn_read(struct dec *d, uint64_t addr, struct insn *i)
{
	return dec_numbers(d, addr, i, sizeof(*i), "1124");
}

/* arg: how many there are */
void hook_ebpf_insns(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t n = d->in->rest, addr = self;
	struct insn i;

	(void)arg;
	if (d->abbrev || !self || (n && !insn_read(d, self, &i))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (; n && !emit_full(&d->em); n--, addr += sizeof(i)) {
		if (!insn_read(d, addr, &i)) {
			dec_unread_from(d, addr);
			break;
		}
		insn_show(d, &i);
	}
	if (!n ? d->in->cut : emit_full(&d->em))
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_ARRAY);
}

/* KERNEL_VERSION(6, 1, 2) */
void hook_kernel_version(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v;

	(void)arg;
	if (!dec_uint(d, self, 4, &v)) {
		emit_addr(&d->em, self);
		return;
	}
	dec_name(d, "KERNEL_VERSION");
	emit_open(&d->em, EMIT_CALL);
	emit_num(&d->em, VAL_UDEC, v >> 16);
	emit_num(&d->em, VAL_UDEC, v >> 8 & 0xff);
	emit_num(&d->em, VAL_UDEC, v & 0xff);
	emit_close(&d->em, EMIT_CALL);
}

/* A note: the number stays one. */
void hook_numa_node(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	if ((uint32_t)self == UINT32_MAX)
		emit_meaning(&d->em, "NUMA_NO_NODE");
}

/* The log as it was: as a string in memory would be shown. */
static void log_then(struct dec *d, uint64_t addr, const uint8_t *was,
		     size_t len, uint64_t size)
{
	size_t most = d->o->max_string < size ? d->o->max_string : size;
	size_t n = most < len ? most : len;
	bool ended = memchr(was, 0, len < most + 1 ? len : most + 1);

	if (!ended && len < most)
		emit_addr(&d->em, addr);
	else
		emit_str(&d->em, was, ended ? strlen((const char *)was) : n,
			 ended ? 0 : VF_CUT);
}

/* arg: bytes that it has room for */
void hook_bpf_log(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned len = 0;
	const uint8_t *was = dec_saved_behind(d, &len);
	uint8_t now[256];
	size_t shown;
	bool told;

	if (!self || !was || !arg[0]) {
		emit_addr(&d->em, self);
		return;
	}
	if (len > arg[0])
		len = arg[0];
	shown = len < d->o->max_string + 1 ? len : d->o->max_string + 1;
	if (shown > sizeof(now))
		shown = sizeof(now);
	shown = d->ev->err ? mem_read(d->ev->mem, self, now, shown) : 0;
	told = shown && memcmp(was, now, shown);
	if (told)
		emit_open(&d->em, EMIT_CHANGE);
	log_then(d, self, was, len, arg[0]);
	if (!told)
		return;
	dec_string(d, self, arg[0]);
	emit_close(&d->em, EMIT_CHANGE);
}

/* arg: how many there are */
void hook_bpf_strings(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t n = arg[0], addr = self, at;
	uint64_t most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	struct dec_frame frame;

	if (!self || (n && !dec_uint(d, self, 8, &at))) {
		emit_addr(&d->em, self);
		return;
	}
	dec_go_in(d, &frame);
	emit_open(&d->em, EMIT_ARRAY);
	for (; n; n--, addr += 8, most--) {
		if (!dec_uint(d, addr, 8, &at)) {
			dec_unread_from(d, addr);
			break;
		}
		if (!most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		dec_string(d, at, UINT64_MAX);
		if (dec_ends_here(d))
			break;
	}
	emit_close(&d->em, EMIT_ARRAY);
	dec_go_out(d);
}

/* A note: nanoseconds since the system began, as a time of day. */
void hook_boot_time(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[40], zone[16];
	int64_t began, sum;
	time_t t;
	struct tm tm;

	(void)arg;
	if (!self || env_get(d->env, ENV_BOOT_TIME, d->ev->tid, 0, &began,
			     sizeof(began)) != sizeof(began))
		return;
	began = (int64_t)abi_number(d->ev->tracer_abi, &began, 8);
	if (__builtin_add_overflow(began, (int64_t)self, &sum))
		return;
	t = sum / 1000000000;
	if (localtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%FT%T", &tm) &&
	    strftime(zone, sizeof(zone), "%z", &tm))
		emit_comment(&d->em, "%s%s", text, zone);
}
