/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of system.abi and ids.abi: descriptors, log actions, capabilities. */
#include <stdio.h>

#include "hook.h"
#include "options.h"

struct user_desc {
	uint32_t entry, base, limit, bits;
};

/* At least eight characters, of which the prefix is two if it is not zero. */
static void desc_hex(struct dec *d, const char *name, uint32_t v)
{
	char text[16];

	snprintf(text, sizeof(text), v ? "0x%06x" : "%08x", v);
	dec_name(d, name);
	hook_form(d, text, v);
}

static void desc_bits(struct dec *d, uint32_t bits)
{
	static const struct { const char *name; uint8_t shift, mask; } f[] = {
		{ "seg_32bit", 0, 1 }, { "contents", 1, 3 },
		{ "read_exec_only", 3, 1 }, { "limit_in_pages", 4, 1 },
		{ "seg_not_present", 5, 1 }, { "useable", 6, 1 },
		{ "lm", 7, 1 },
	};
	unsigned n = sizeof(f) / sizeof(f[0]) - (abi_word_size(d->abi) != 8);

	for (unsigned i = 0; i < n; i++)
		hook_field(d, f[i].name, VAL_UDEC,
			   bits >> f[i].shift & f[i].mask, 1);
}

static void desc_show(struct dec *d, uint64_t self, bool all)
{
	struct user_desc u;

	if (!dec_numbers(d, self, &u, sizeof(u), "4")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "entry_number", VAL_ID, u.entry, 4);
	if (all) {
		desc_hex(d, "base_addr", u.base);
		desc_hex(d, "limit", u.limit);
		desc_bits(d, u.bits);
	} else {
		emit_elided(&d->em);
	}
	emit_close(&d->em, EMIT_STRUCT);
}

void hook_user_desc(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	desc_show(d, self, true);
}

void hook_user_desc_wanted(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	desc_show(d, self, d->exiting && !d->ev->err);
}

/* The number that the kernel chose, after set_thread_area. */
void hook_user_desc_number(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t entry;

	(void)self;
	if (!dec_uint(d, arg[0], 4, &entry))
		return;
	emit_open(&d->em, EMIT_AUX);
	hook_field(d, "entry_number=", VAL_UDEC, entry, 4);
	emit_close(&d->em, EMIT_AUX);
}

static const char *name_in(struct dec *d, const char *set, uint64_t v)
{
	const struct symset *s = dec_set(set);
	const char *name = symset_name(s, d->abi, v);

	return name ? name : symset_unknown(s);
}

/* The number is decimal in every style, so its name is a remark in each. */
static void note_name(struct dec *d, const char *set, uint64_t v)
{
	emit_comment(&d->em, "%s", name_in(d, set, v));
}

void hook_syslog_action(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	note_name(d, "syslog_actions", (uint32_t)arg[0]);
}

void hook_syslog_level(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	/* One more than the least important level: everything is logged. */
	if ((uint32_t)arg[0] == 8)
		emit_comment(&d->em, "LOGLEVEL_DEBUG+1");
	else
		note_name(d, "log_levels", (uint32_t)arg[0]);
}

/* An architecture, then flags. */
void hook_kexec_flags(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t arch = arg[0] & 0xffff0000, flags = arg[0] & ~0xffff0000ull;

	(void)self;
	emit_open(&d->em, EMIT_OR);
	dec_sym(d, VAL_SYM, dec_set("kexec_archs"), arch);
	if (flags)
		dec_sym(d, VAL_FLAGS, dec_set("kexec_load_flags"), flags);
	emit_close(&d->em, EMIT_OR);
}

void hook_pid_type(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char names[][16] = {
		"PIDTYPE_PID", "PIDTYPE_TGID", "PIDTYPE_PGID", "PIDTYPE_SID",
	};

	(void)self;
	emit_meaning(&d->em, "%s", arg[0] < 4 ? names[arg[0]] :
		     "PIDTYPE_???");
}

void hook_xfeature(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	emit_meaning(&d->em, "%s", name_in(d, "xfeatures", arg[0]));
}

static void add_name(void *arg, const char *name, uint64_t v,
		     enum symset_part part)
{
	struct buf *b = arg;

	if (b->len)
		buf_ch(b, '|');
	if (part >= SYMSET_SHIFT)
		buf_fmt(b, "%#llx<<", (unsigned long long)v);
	buf_str(b, name);
}

/* The number, and the names of its bits as a remark. */
void hook_xfeature_mask(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct symset *s = dec_set("xfeature_masks");
	struct buf b = { 0 };
	uint64_t v, rest;

	(void)arg;
	if (!dec_uint(d, self, 8, &v)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	emit_num(&d->em, VAL_HEX, v);
	rest = symset_split(s, d->abi, v, add_name, &b);
	if (!b.len)
		buf_str(&b, symset_unknown(s));
	else if (rest)
		buf_fmt(&b, "|%#llx", (unsigned long long)rest);
	if (v)
		emit_meaning(&d->em, "%s", buf_cstr(&b));
	emit_close(&d->em, EMIT_ARRAY);
	buf_free(&b);
}

/* ---- capabilities ---- */

static void cap_set(struct dec *d, const char *name, uint64_t v)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){
		.kind = VAL_FLAGS, .num = v, .width = 8, .abi = d->abi,
		.flags = VF_NAMES, .set = dec_set("capability_bits") });
}

/* arg: the header, whose version says how many words there are */
void hook_cap_user_data(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t w[6] = { 0 };
	uint64_t version;
	size_t n = 12;

	dec_uint(d, arg[0], 4, &version);
	if (version != 0x19980330)
		n = version == 0x20071026 || version == 0x20080522 ? 24 : 0;
	if (!n || !dec_numbers(d, self, w, n, "4")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	cap_set(d, "effective", w[0] | (uint64_t)w[3] << 32);
	cap_set(d, "permitted", w[1] | (uint64_t)w[4] << 32);
	cap_set(d, "inheritable", w[2] | (uint64_t)w[5] << 32);
	emit_close(&d->em, EMIT_STRUCT);
}
