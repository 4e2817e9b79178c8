/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* siginfo: the union whose tag is a signal number and a code. */
#include <signal.h>

#include "hook.h"

/* The members of every layout, widened. */
struct sig_parts {
	int signo, code, err;
	int32_t pid;
	uint32_t uid;
	int32_t status, timer, overrun, value_int, fd;
	uint64_t utime, stime;
	int64_t band;
	uint64_t value_ptr, addr, lower, upper;
	uint32_t pkey, syscall, arch;
	uint16_t lsb;
};

/* Reads members by the layout of an ABI. */
struct sig_reader {
	const uint8_t *p;
	unsigned abi;
	unsigned word;		/* bytes of a pointer */
	unsigned clock;		/* bytes of a clock_t */
};

static struct sig_reader sig_reader_of(unsigned abi)
{
	return (struct sig_reader){ .abi = abi, .word = abi_word_size(abi),
				    .clock = abi_infos[abi].klong };
}

static int32_t get32(const struct sig_reader *r, unsigned off)
{
	return (int32_t)abi_number(r->abi, r->p + off, 4);
}

static int64_t get_word(const struct sig_reader *r, unsigned off,
			unsigned bytes)
{
	if (bytes == 4)
		return get32(r, off);
	return (int64_t)abi_number(r->abi, r->p + off, 8);
}

static uint64_t get_ptr(const struct sig_reader *r, unsigned off)
{
	uint64_t v = get_word(r, off, r->word);

	return r->word == 4 ? (uint32_t)v : v;
}

static void sig_unpack(const struct sig_reader *r, struct sig_parts *s)
{
	unsigned base = r->word == 8 ? 16 : 12, w = r->word;
	unsigned times = (base + 12 + r->clock - 1) / r->clock * r->clock;

	s->signo = get32(r, 0);
	s->err = get32(r, 4);
	s->code = get32(r, 8);
	s->pid = s->timer = get32(r, base);
	s->uid = s->overrun = get32(r, base + 4);
	s->status = s->value_int = get32(r, base + 8);
	s->value_ptr = get_ptr(r, base + 8);
	s->utime = get_word(r, times, r->clock);
	s->stime = get_word(r, times + r->clock, r->clock);
	if (r->clock == 4) {
		s->utime &= UINT32_MAX;
		s->stime &= UINT32_MAX;
	}
	s->addr = get_ptr(r, base);
	s->lsb = (uint16_t)abi_number(r->abi, r->p + base + w, 2);
	s->lower = get_ptr(r, base + 2 * w);
	s->upper = get_ptr(r, base + 3 * w);
	s->pkey = get32(r, base + 2 * w);
	s->band = get_word(r, base, w);
	s->fd = get32(r, base + w);
	s->syscall = get32(r, base + w);
	s->arch = get32(r, base + w + 4);
}

static const char *code_set(struct dec *d, int signo, int code)
{
	static const struct { int signo; const char *set; } sets[] = {
		{ SIGILL, "sigill_codes" }, { SIGTRAP, "sigtrap_codes" },
		{ SIGBUS, "sigbus_codes" }, { SIGFPE, "sigfpe_codes" },
		{ SIGSEGV, "sigsegv_codes" }, { SIGCHLD, "sigchld_codes" },
		{ SIGIO, "sigio_codes" }, { SIGSYS, "sigsys_codes" },
	};

	for (size_t i = 0; code > 0 && i < sizeof(sets) / sizeof(*sets); i++)
		if (sets[i].signo == signo &&
		    symset_name(dec_set(sets[i].set), d->abi, code))
			return sets[i].set;
	return "si_codes";
}

static void show_head(struct dec *d, const struct sig_parts *s)
{
	struct value err = { .kind = VAL_ERRNO, .num = (uint32_t)s->err,
			     .width = 8, .abi = d->abi };

	hook_field(d, "si_signo", VAL_SIGNAL, (int64_t)s->signo, 4);
	hook_sym(d, "si_code", code_set(d, s->signo, s->code),
		 (uint32_t)s->code);
	if (!s->err)
		return;
	dec_name(d, "si_errno");
	if (s->err < 0 || !errno_name(s->err))
		err.kind = VAL_UDEC;
	emit_value(&d->em, &err);
}

static void show_sender(struct dec *d, const struct sig_parts *s)
{
	dec_name(d, "si_pid");
	dec_pid(d, (uint64_t)(int64_t)s->pid);
	hook_field(d, "si_uid", VAL_ID, s->uid, 4);
}

static void show_value(struct dec *d, const struct sig_parts *s)
{
	hook_field(d, "si_int", VAL_DEC, (int64_t)s->value_int, 4);
	hook_field(d, "si_ptr", VAL_ADDR, s->value_ptr, 8);
}

static void show_band(struct dec *d, const struct sig_parts *s)
{
	hook_field(d, "si_band", VAL_DEC, s->band, 8);
	dec_name(d, "si_fd");
	dec_fd(d, VAL_FD, s->fd);
}

static void show_ticks(struct dec *d, const char *name, uint64_t t)
{
	hook_field(d, name, VAL_UDEC, t, 8);
	if (t)
		emit_meaning(&d->em, "%llu.%02llu s",
			     (unsigned long long)t / 100,
			     (unsigned long long)t % 100);
}

static void show_child(struct dec *d, const struct sig_parts *s)
{
	show_sender(d, s);
	hook_field(d, "si_status", s->code == CLD_EXITED ? VAL_DEC :
		   VAL_SIGNAL, (int64_t)s->status, 4);
	show_ticks(d, "si_utime", s->utime);
	show_ticks(d, "si_stime", s->stime);
}

static void show_syscall(struct dec *d, const struct sig_parts *s)
{
	dec_name(d, "si_syscall");
	hook_call_number(d, s->syscall, s->arch);
	hook_sym(d, "si_arch", "audit_archs", s->arch);
}

static void show_fault(struct dec *d, const struct sig_parts *s)
{
	const bool segv = s->signo == SIGSEGV;

	hook_field(d, "si_addr", VAL_ADDR, s->addr, 8);
	if (s->signo == SIGBUS && (s->code == 4 || s->code == 5))
		hook_field(d, "si_addr_lsb", VAL_HEX, s->lsb, 2);
	if (segv && s->code == 3) {
		hook_field(d, "si_lower", VAL_ADDR, s->lower, 8);
		hook_field(d, "si_upper", VAL_ADDR, s->upper, 8);
	}
	if (segv && s->code == 4)
		hook_field(d, "si_pkey", VAL_UDEC, s->pkey, 4);
}

static void show_by_signal(struct dec *d, const struct sig_parts *s)
{
	switch (s->signo) {
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		show_fault(d, s);
		break;
	case SIGCHLD:
		show_child(d, s);
		break;
	case SIGIO:
		if (s->code >= 1 && s->code <= 6)
			show_band(d, s);
		break;
	case SIGSYS:
		hook_field(d, "si_call_addr", VAL_ADDR, s->addr, 8);
		show_syscall(d, s);
		break;
	default:
		if (s->pid || s->uid || s->value_ptr)
			show_sender(d, s);
		if (s->value_ptr)
			show_value(d, s);
	}
}

static void sig_show(struct dec *d, const struct sig_parts *s)
{
	emit_open(&d->em, EMIT_STRUCT);
	if (!s->signo) {
		emit_close(&d->em, EMIT_STRUCT);
		return;
	}
	show_head(d, s);
	if (s->code == SI_USER || s->code == SI_TKILL) {
		show_sender(d, s);
	} else if (s->code == SI_TIMER) {
		hook_field(d, "si_timerid", VAL_HEX, (uint32_t)s->timer, 4);
		hook_field(d, "si_overrun", VAL_DEC, (int64_t)s->overrun, 4);
		show_value(d, s);
	} else if (s->code == SI_SIGIO) {
		show_band(d, s);
	} else if (s->code < 0) {
		show_sender(d, s);
		if (s->value_ptr)
			show_value(d, s);
	} else {
		show_by_signal(d, s);
	}
	emit_close(&d->em, EMIT_STRUCT);
}

static bool sig_at(struct dec *d, uint64_t addr)
{
	struct sig_reader r = sig_reader_of(d->abi);
	struct sig_parts s = { 0 };
	uint8_t bytes[128];

	if (!dec_read(d, addr, bytes, sizeof(bytes)))
		return false;
	r.p = bytes;
	sig_unpack(&r, &s);
	sig_show(d, &s);
	return true;
}

void hook_siginfo(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	if (!sig_at(d, self))
		emit_addr(&d->em, self);
}

/* arg: how many there are */
void hook_siginfo_list(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char byte;

	if (arg[0] && !dec_read(d, self, &byte, 1)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++) {
		if (i == 32 && d->abbrev) {
			emit_elided(&d->em);
			break;
		}
		if (sig_at(d, self + i * 128))
			continue;
		dec_unread_from(d, self + i * 128);
		break;
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* The tracer's own copy, which the kernel made in the tracer's layout. */
void dec_siginfo(struct dec *d, struct arena *a, struct node **info)
{
	struct sig_reader r = sig_reader_of(d->ev->tracer_abi);
	struct sig_parts s = { 0 };

	r.p = (const uint8_t *)&d->ev->siginfo;
	sig_unpack(&r, &s);
	d->abi = d->ev->abi;
	emit_start(&d->em, a, info);
	sig_show(d, &s);
}
