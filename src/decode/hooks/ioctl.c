/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of the ioctl descriptions: names of commands, terminals, interfaces. */
#include <linux/sockios.h>
#include <linux/wireless.h>
#include <stdio.h>

#include "calls.h"
#include "hook.h"
#include "options.h"
#include "task.h"

/* The kernel takes and gives no more than that. */
#define KVM_ENTRIES 256

/* ---- names of commands ---- */

/* ABIs differ in what the bits of a number mean (struct abi_ioc). */
enum ioc_dir { IOC_NONE, IOC_WRITE, IOC_READ, IOC_BOTH };

static enum ioc_dir ioc_dir(const struct dec *d, uint32_t cmd)
{
	const struct abi_ioc *ioc = &abi_infos[d->abi].ioc;
	unsigned v = cmd >> (16 + ioc->size_bits);

	return (v & ioc->write ? IOC_WRITE : 0) |
	       (v & ioc->read ? IOC_READ : 0);
}

static unsigned ioc_size(const struct dec *d, uint32_t cmd)
{
	return cmd >> 16 & ((1u << abi_infos[d->abi].ioc.size_bits) - 1);
}

/* Commands that carry a number or a size chosen by the program. */
struct ranged {
	uint8_t type, first, last;
	uint8_t dirs;		/* bit n: enum ioc_dir */
	const char *name;
	const char *set;	/* names of the number, or NULL */
	bool has_number;
	uint8_t unit;		/* what the size counts in; 0: it has none */
};

static const struct ranged ranges[] = {
	{ 'E', 0x06, 0x06, 1 << 2, "EVIOCGNAME", NULL, false, 1 },
	{ 'E', 0x07, 0x07, 1 << 2, "EVIOCGPHYS", NULL, false, 1 },
	{ 'E', 0x08, 0x08, 1 << 2, "EVIOCGUNIQ", NULL, false, 1 },
	{ 'E', 0x09, 0x09, 1 << 2, "EVIOCGPROP", NULL, false, 1 },
	{ 'E', 0x0a, 0x0a, 1 << 2, "EVIOCGMTSLOTS", NULL, false, 1 },
	{ 'E', 0x18, 0x18, 1 << 2, "EVIOCGKEY", NULL, false, 1 },
	{ 'E', 0x19, 0x19, 1 << 2, "EVIOCGLED", NULL, false, 1 },
	{ 'E', 0x1a, 0x1a, 1 << 2, "EVIOCGSND", NULL, false, 1 },
	{ 'E', 0x1b, 0x1b, 1 << 2, "EVIOCGSW", NULL, false, 1 },
	{ 'E', 0x20, 0x3f, 1 << 2, "EVIOCGBIT", "evdev_types", true, 1 },
	{ 'E', 0x40, 0x7f, 1 << 2, "EVIOCGABS", "evdev_axes", true, 0 },
	{ 'E', 0xc0, 0xff, 1 << 1, "EVIOCSABS", "evdev_axes", true, 0 },
	{ 'H', 0x04, 0x04, 1 << 2, "HIDIOCGRAWNAME", NULL, false, 1 },
	{ 'H', 0x05, 0x05, 1 << 2, "HIDIOCGRAWPHYS", NULL, false, 1 },
	{ 'H', 0x06, 0x06, 1 << 3, "HIDIOCSFEATURE", NULL, false, 1 },
	{ 'H', 0x07, 0x07, 1 << 3, "HIDIOCGFEATURE", NULL, false, 1 },
	{ 'H', 0x08, 0x08, 1 << 2, "HIDIOCGRAWUNIQ", NULL, false, 1 },
	{ 'H', 0x12, 0x12, 1 << 2, "HIDIOCGPHYS", NULL, false, 1 },
	{ 'U', 0x2c, 0x2c, 1 << 2, "UI_GET_SYSNAME", NULL, false, 1 },
	{ 'j', 0x13, 0x13, 1 << 2, "JSIOCGNAME", NULL, false, 1 },
	{ 'k', 0x00, 0x00, 1 << 1, "SPI_IOC_MESSAGE", NULL, false, 32 },
};

static bool ranged_text(struct dec *d, struct buf *b, uint32_t cmd)
{
	unsigned nr = cmd & 0xff, size = ioc_size(d, cmd);

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const struct ranged *r = &ranges[i];
		const char *sym;

		if (r->type != (cmd >> 8 & 0xff) || nr < r->first ||
		    nr > r->last || !(r->dirs & 1 << ioc_dir(d, cmd)))
			continue;
		buf_fmt(b, "%s(", r->name);
		sym = r->set ? symset_name(dec_set(r->set), d->abi,
					   nr - r->first) : NULL;
		if (sym)
			buf_str(b, sym);
		else if (r->has_number)
			buf_hex(b, nr - r->first);
		if (r->has_number && !sym && d->o->xlat == XLAT_ABBREV)
			buf_fmt(b, " /* %s */",
				symset_unknown(dec_set(r->set)));
		if (r->unit)
			buf_fmt(b, "%s%u", r->has_number ? ", " : "",
				size / r->unit);
		buf_ch(b, ')');
		return true;
	}
	return false;
}

/* The names of a command, which stand side by side in the table. */
static const struct abi_sym *names_of(struct dec *d, uint32_t cmd, size_t *n)
{
	const struct symset *s = dec_set("ioctl_names");
	const struct abi_sym *v = abi_syms + s->first;
	size_t lo = 0, hi = s->count;

	(void)d;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((uint32_t)v[mid].value < cmd)
			lo = mid + 1;
		else
			hi = mid;
	}
	*n = 0;
	while (lo + *n < s->count && (uint32_t)v[lo + *n].value == cmd)
		++*n;
	return v + lo;
}

/*
 * Numbers that each protocol, and each driver of interfaces, has for itself.
 * The names of all of them would say less than that.
 */
static const char *private_base(uint32_t cmd)
{
	switch (cmd & ~0xfu) {
	case SIOCPROTOPRIVATE:
		return "SIOCPROTOPRIVATE";
	case SIOCDEVPRIVATE:
		return "SIOCDEVPRIVATE";
	case SIOCIWFIRSTPRIV:
	case SIOCIWFIRSTPRIV + 0x10:
		return "SIOCIWFIRSTPRIV";
	default:
		return NULL;
	}
}

/* "SIOCADDTUNNEL or SIOCDEVPRIVATE+1": what most of them mean, if one knows. */
static bool private_text(struct buf *b, uint32_t cmd, struct dec_cases found)
{
	const char *base = private_base(cmd);
	unsigned nth = cmd & (cmd >= SIOCIWFIRSTPRIV ? 0x1f : 0xf);

	if (!base)
		return false;
	for (uint32_t i = 0; i < found.n; i++) {
		const struct abi_case *c = &abi_cases[found.v[i]];

		if (!c->on)
			buf_fmt(b, "%s or ", abi_str(c->sym));
	}
	buf_str(b, base);
	if (nth)
		buf_fmt(b, "+%u", nth);
	return true;
}

/* "PHN_NOT_OH or RTC_UIE_OFF", unless the descriptor tells which. */
static bool names_text(struct dec *d, struct buf *b, uint32_t cmd)
{
	struct dec_cases found = dec_cases(d, d->open->desc->order, cmd);
	const struct abi_case *c = NULL;
	size_t n;
	const struct abi_sym *v = names_of(d, cmd, &n);

	if (n > 1 || private_base(cmd))
		c = dec_case_on(d, found);
	if (c)
		buf_str(b, abi_str(c->sym));
	else if (private_text(b, cmd, found))
		return true;
	for (size_t i = 0; !c && i < n; i++) {
		if (!(v[i].abis & 1u << d->abi))
			continue;
		if (b->len)
			buf_str(b, " or ");
		buf_str(b, abi_str(v[i].name));
	}
	return b->len;
}

static void code_text(struct dec *d, struct buf *b, uint32_t cmd)
{
	static const char *const dirs[] = {
		"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
		"_IOC_READ|_IOC_WRITE",
	};

	buf_fmt(b, "_IOC(%s, ", dirs[ioc_dir(d, cmd)]);
	buf_hex(b, cmd >> 8 & 0xff);
	buf_str(b, ", ");
	buf_hex(b, cmd & 0xff);
	buf_str(b, ", ");
	buf_hex(b, ioc_size(d, cmd));
	buf_ch(b, ')');
}

void hook_ioctl_name(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct buf b = { 0 };
	uint32_t cmd = self;

	(void)arg;
	if (!names_text(d, &b, cmd) && !ranged_text(d, &b, cmd))
		code_text(d, &b, cmd);
	hook_named_hex(d, buf_cstr(&b), cmd);
	buf_free(&b);
}

/* A time in microseconds, as a remark in seconds */
void hook_usecs(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v = arg[0];

	(void)self;
	if (v)
		emit_meaning(&d->em, "%u.%06u s", v / 1000000,
			     v % 1000000);
}

void hook_key_bytes(struct dec *d, uint64_t self, const uint64_t *arg)
{
	dec_bytes(d, self, arg[0] < 32 ? arg[0] : 32, 0);
}

/* ---- terminals ---- */

#define CBAUD 0x100fu
#define IBSHIFT 16

struct parts {			/* names of a flag value, joined by | */
	struct buf b;
};

static void part_add(void *arg, const char *name, uint64_t v,
		     enum symset_part part)
{
	struct parts *p = arg;

	(void)v;
	(void)part;
	if (p->b.len)
		buf_ch(&p->b, '|');
	buf_str(&p->b, name);
}

static void speed_add(struct dec *d, struct buf *b, uint32_t speed)
{
	const char *name = symset_name(dec_set("term_bauds"), d->abi, speed);

	if (name)
		buf_str(b, name);
	else
		buf_hex(b, speed);
}

static void cflag_text(struct dec *d, struct parts *p, uint32_t v)
{
	uint32_t in = v >> IBSHIFT & CBAUD, rest;

	speed_add(d, &p->b, v & CBAUD);
	if (in) {
		buf_ch(&p->b, '|');
		speed_add(d, &p->b, in);
		buf_str(&p->b, "<<IBSHIFT");
	}
	rest = symset_split(dec_set("term_cflags"), d->abi,
			    v & ~(CBAUD | CBAUD << IBSHIFT), part_add, p);
	if (rest) {
		buf_ch(&p->b, '|');
		buf_hex(&p->b, rest);
	}
}

/* arg[0]: bytes of the number. */
void hook_term_cflag(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct parts p = { { 0 } };
	uint64_t v;

	if (!dec_uint(d, self, arg[0] < 4 ? arg[0] : 4, &v)) {
		emit_unknown(&d->em);
		return;
	}
	cflag_text(d, &p, v);
	hook_named_hex(d, buf_cstr(&p.b), v);
	buf_free(&p.b);
}

void hook_term_chars(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const names[] = {
		"VINTR", "VQUIT", "VERASE", "VKILL", "VEOF", "VTIME", "VMIN",
		"VSWTC", "VSTART", "VSTOP", "VSUSP", "VEOL", "VREPRINT",
		"VDISCARD", "VWERASE", "VLNEXT", "VEOL2", "17", "18", "19",
		"20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
		"30", "31",
	};
	uint8_t cc[sizeof(names) / sizeof(names[0])];
	size_t n = arg[0] < sizeof(cc) ? arg[0] : sizeof(cc);

	if (!dec_read(d, self, cc, n)) {
		emit_unknown(&d->em);
		return;
	}
	emit_open(&d->em, EMIT_TABLE);
	for (size_t i = 0; i < n; i++)
		hook_field(d, names[i], VAL_HEX, cc[i], 1);
	emit_close(&d->em, EMIT_TABLE);
}

static void ifconf_length(struct dec *d, int32_t len, int32_t size)
{
	emit_num(&d->em, VAL_DEC, len);
	if (len > 0 && len % size == 0)
		emit_comment(&d->em, "%d * sizeof(struct ifreq)", len / size);
}

/* arg: the length at entry, and now; bytes of an entry */
void hook_ifconf_len(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	ifconf_length(d, arg[0], arg[2]);
	if ((int32_t)arg[0] == (int32_t)arg[1])
		return;
	emit_open(&d->em, EMIT_UPDATE);
	ifconf_length(d, arg[1], arg[2]);
	emit_close(&d->em, EMIT_UPDATE);
}

/* Without -v, only the registers that say where the guest is, and "...". */
/* arg: the descriptor of a virtual CPU */
void hook_kvm_regs(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const names[] = {
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8",
		"r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"
	};
	uint32_t shown = d->abbrev ? 0x300c1 : UINT32_MAX;
	uint64_t v[18];
	bool gap = false;

	(void)arg;
	if (!dec_numbers(d, self, v, sizeof(v), "8")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	for (unsigned i = 0; i < 18; i++) {
		if (shown >> i & 1)
			hook_field(d, names[i], VAL_HEX, v[i], 8);
		else if (!gap)
			emit_elided(&d->em);
		gap = !(shown >> i & 1);
	}
	emit_close(&d->em, EMIT_STRUCT);
}

static void kvm_entry(struct dec *d, const uint32_t *w)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "function", VAL_HEX, w[0], 4);
	hook_field(d, "index", VAL_HEX, w[1], 4);
	dec_name(d, "flags");
	dec_sym(d, VAL_FLAGS, dec_set("kvm_cpuid_flags"), w[2]);
	for (unsigned i = 0; i < 4; i++)
		hook_field(d, names[i], VAL_HEX, w[3 + i], 4);
	emit_close(&d->em, EMIT_STRUCT);
}

/* Without -v, only "..." shows that there are some. */
void hook_kvm_entries(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t w[10];

	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++, self += sizeof(w)) {
		if (d->abbrev || i == KVM_ENTRIES || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_numbers(d, self, w, sizeof(w), "4")) {
			emit_unreadable_from(&d->em, self);
			break;
		}
		kvm_entry(d, w);
	}
	emit_close(&d->em, EMIT_ARRAY);
}
