/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each kind of value looks.  A kind that has names is shown in one of three
 * ways (-X): the name, the number, or the number with the name in a comment.
 */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "env.h"
#include "symset.h"
#include "text.h"
#include "value.h"

void text_comment(struct buf *b, const void *p, size_t n)
{
	buf_str(b, " /* ");
	buf_plain(b, p, n);
	buf_str(b, " */");
}

static void show_dec(struct text *t, const struct value *v)
{
	buf_dec(t->b, value_signed(v));
}

static void show_udec(struct text *t, const struct value *v)
{
	buf_udec(t->b, value_bits(v));
}

/* A field of a number, which is shifted into its place. */
static void add_shift(struct text *t, const struct value *v)
{
	if (v->num2)
		buf_fmt(t->b, "<<%u", (unsigned)v->num2);
}

static void show_hex(struct text *t, const struct value *v)
{
	buf_hex(t->b, value_bits(v));
	if (v->kind == VAL_HEX)
		add_shift(t, v);
}

static void show_oct(struct text *t, const struct value *v)
{
	buf_oct(t->b, value_bits(v));
}

static void add_perm(struct buf *b, uint64_t num)
{
	buf_fmt(b, "%#03llo", (unsigned long long)num);
}

static void show_perm(struct text *t, const struct value *v)
{
	add_perm(t->b, value_bits(v));
}

static void show_addr(struct text *t, const struct value *v)
{
	if (value_bits(v))
		buf_hex(t->b, value_bits(v));
	else
		buf_str(t->b, "NULL");
}

static void show_byte_hex(struct text *t, const struct value *v)
{
	buf_fmt(t->b, "%#04x", (unsigned)(v->num & 0xff));
	if (!(v->num & 0xff))
		memcpy(t->b->data + t->b->len - 4, "0x00", 4);
}

/* A value with a name, in the style asked for. */
static void show_named(struct text *t, const char *name, size_t len,
		       void (*number)(struct text *t, const struct value *v),
		       const struct value *v)
{
	if (t->xlat != XLAT_ABBREV || !name)
		number(t, v);
	if (t->xlat == XLAT_RAW || !name)
		return;
	if (t->xlat == XLAT_VERBOSE)
		text_comment(t->b, name, len);
	else
		buf_add(t->b, name, len);
}

static void show_sym_number(struct text *t, const struct value *v)
{
	if (v->flags & VF_SIGNED)
		show_dec(t, v);
	else if (v->flags & VF_DEC)
		show_udec(t, v);
	else
		show_hex(t, v);
}

static const char *unknown_text(const struct value *v)
{
	if (v->flags & VF_UNNAMED)
		return NULL;
	if (v->unknown)
		return v->unknown;
	return v->set ? symset_unknown(v->set) : NULL;
}

static void show_minus_number(struct text *t, const struct value *v)
{
	buf_ch(t->b, '-');
	buf_udec(t->b, value_bits(v));
}

/*
 * -ENOENT, -2, or -2 with the name as a comment.  In hex the minus belongs to
 * neither: it stands before the number or its name, and the comment lacks it.
 */
static void show_minus_sym(struct text *t, const struct value *v)
{
	const char *name = v->set ? symset_name(v->set, v->abi,
						value_bits(v)) : NULL;

	if (v->flags & VF_HEX) {
		buf_ch(t->b, '-');
		show_named(t, name, name ? strlen(name) : 0, show_sym_number,
			   v);
		return;
	}
	buf_reset(&t->scratch);
	if (name)
		buf_fmt(&t->scratch, "-%s", name);
	show_named(t, name ? t->scratch.data : NULL, t->scratch.len,
		   show_minus_number, v);
}

static void add_unknown(struct text *t, const struct value *v)
{
	const char *text = t->xlat == XLAT_RAW ? NULL : unknown_text(v);

	if (text)
		text_comment(t->b, text, strlen(text));
}

static void show_sym(struct text *t, const struct value *v)
{
	const char *name = NULL;

	if (v->flags & VF_MINUS) {
		show_minus_sym(t, v);
		return;
	}
	if (t->xlat != XLAT_RAW && v->set)
		name = symset_name(v->set, v->abi, value_bits(v));
	show_named(t, name, name ? strlen(name) : 0, show_sym_number, v);
	if (!name && v->flags & VF_LATE)
		add_unknown(t, v);
	add_shift(t, v);
	if (!name && !(v->flags & VF_LATE))
		add_unknown(t, v);
}

static void add_flag(void *arg, const char *name, uint64_t v,
		     enum symset_part part)
{
	struct text *t = arg;
	struct buf *b = &t->scratch;

	if (b->len)
		buf_ch(b, '|');
	if (part >= SYMSET_SHIFT) {
		buf_fmt(b, part == SYMSET_SHIFT ? "%llu" : "%#llx",
			(unsigned long long)v);
		buf_str(b, "<<");
		buf_str(b, name);
	} else if (!name || strstr(name, "???")) {
		/* A field of its own whose value has no name. */
		buf_hex(b, v);
		if (name && t->xlat == XLAT_ABBREV)
			text_comment(b, name, strlen(name));
	} else {
		buf_str(b, name);
	}
}

/* ---- flags whose parts are numbers of their own ---- */

struct apart {
	struct text *t;
	const struct value *v;
	uint64_t flags;		/* named, but not shown yet; see scratch */
	bool any;
};

static void apart_next(struct apart *a)
{
	if (a->any)
		buf_ch(a->t->b, '|');
	a->any = true;
}

/* The flags that were not picked, and their names. */
static void apart_flags(struct apart *a)
{
	if (!a->flags)
		return;
	apart_next(a);
	buf_hex(a->t->b, a->flags);
	if (a->t->xlat == XLAT_VERBOSE && a->t->scratch.len)
		text_comment(a->t->b, a->t->scratch.data, a->t->scratch.len);
	a->flags = 0;
	buf_reset(&a->t->scratch);
}

static void apart_part(void *arg, const char *name, uint64_t v,
		       enum symset_part part)
{
	struct apart *a = arg;

	if (part == SYMSET_FLAG) {
		a->flags |= v;
		add_flag(a->t, name, v, part);
		return;
	}
	apart_flags(a);
	apart_next(a);
	if (part >= SYMSET_SHIFT)
		buf_fmt(a->t->b, "%llu<<%u", (unsigned long long)v,
			symset_shift(a->v->set));
	else
		buf_hex(a->t->b, v);
	if (a->t->xlat == XLAT_VERBOSE)
		text_comment(a->t->b, name, strlen(name));
}

static void show_apart(struct text *t, const struct value *v)
{
	struct apart a = { .t = t, .v = v };
	uint64_t bits = value_bits(v), rest;
	const char *unknown;

	rest = symset_split(v->set, v->abi, bits, apart_part, &a);
	if (rest && t->scratch.len)
		add_flag(t, NULL, rest, SYMSET_FLAG);
	a.flags |= rest;
	apart_flags(&a);
	unknown = symset_rest(v->set, bits, rest);
	if (!unknown && rest == bits)
		unknown = unknown_text(v);
	if (unknown && rest && t->xlat == XLAT_VERBOSE)
		text_comment(t->b, unknown, strlen(unknown));
	if (!a.any)
		buf_hex(t->b, 0);
}

static void show_flags(struct text *t, const struct value *v)
{
	uint64_t bits = value_bits(v);
	uint64_t rest = bits;
	const char *unknown;

	buf_reset(&t->scratch);
	if (t->xlat != XLAT_ABBREV && v->set && symset_is_apart(v->set)) {
		show_apart(t, v);
		return;
	}
	if (t->xlat != XLAT_RAW && v->set)
		rest = symset_split(v->set, v->abi, bits, add_flag, t);
	if (t->scratch.len) {
		if (rest)
			add_flag(t, NULL, rest, SYMSET_FLAG);
		unknown = symset_rest(v->set, bits, rest);
		if (unknown && t->xlat == XLAT_ABBREV)
			text_comment(&t->scratch, unknown, strlen(unknown));
		show_named(t, t->scratch.data, t->scratch.len, show_hex, v);
		return;
	}
	buf_hex(t->b, bits);
	unknown = unknown_text(v);
	if (bits && unknown && t->xlat != XLAT_RAW)
		text_comment(t->b, unknown, strlen(unknown));
}

static void add_mode(struct buf *b, uint64_t mode)
{
	const char *type = file_type_name(mode);

	if (type) {
		buf_str(b, type);
		buf_ch(b, '|');
	}
	if (mode & S_ISUID)
		buf_str(b, "S_ISUID|");
	if (mode & S_ISGID)
		buf_str(b, "S_ISGID|");
	if (mode & S_ISVTX)
		buf_str(b, "S_ISVTX|");
	add_perm(b, mode & ~(uint64_t)(S_IFMT | S_ISUID | S_ISGID | S_ISVTX));
}

static void show_mode(struct text *t, const struct value *v)
{
	uint64_t mode = value_bits(v);

	if ((mode & S_IFMT) && !file_type_name(mode)) {
		add_perm(t->b, mode);
		return;
	}
	buf_reset(&t->scratch);
	add_mode(&t->scratch, mode);
	show_named(t, t->scratch.data, t->scratch.len, show_perm, v);
}

static void show_dev(struct text *t, const struct value *v)
{
	struct buf *b = &t->scratch;

	buf_reset(b);
	buf_str(b, "makedev(");
	buf_hex(b, major(value_bits(v)));
	buf_str(b, ", ");
	buf_hex(b, minor(value_bits(v)));
	buf_ch(b, ')');
	show_named(t, b->data, b->len, show_hex, v);
}

static void show_signal(struct text *t, const struct value *v)
{
	int64_t sig = value_signed(v);

	if (sig <= 0 || sig > 64) {
		if (v->flags & VF_SIGNED || v->width <= 4)
			buf_dec(t->b, sig);
		else
			buf_udec(t->b, v->num);
		return;
	}
	buf_reset(&t->scratch);
	signal_put(&t->scratch, (int)sig, true);
	show_named(t, t->scratch.data, t->scratch.len, show_dec, v);
}

static void show_errno(struct text *t, const struct value *v)
{
	int64_t err = value_signed(v);
	const char *name = err > 0 && err < 4096 ? errno_name((int)err) : NULL;

	show_named(t, name, name ? strlen(name) : 0, show_udec, v);
}

void text_fd_text(struct text *t, const char *text, size_t len)
{
	struct env_fd_text p;
	struct buf *b = t->b;

	env_fd_split(text, len, &p);
	buf_ch(b, '<');
	buf_escape_also(b, p.path, p.path_len, t->quote, "<>");
	buf_plain(b, p.detail, p.detail_len);
	if (p.name) {
		bool abstract = p.name_len && !*p.name;

		buf_str(b, abstract ? ",@\"" : ",\"");
		buf_escape_also(b, p.name + abstract, p.name_len - abstract,
				t->quote, "<>");
		buf_str(b, "\"]");
	}
	buf_ch(b, '>');
	if (p.deleted)
		buf_str(b, "(deleted)");
}

static void show_fd_number(struct text *t, const struct value *v)
{
	buf_dec(t->b, (int32_t)v->num);
}

static void show_fd(struct text *t, const struct value *v)
{
	if (v->kind == VAL_DIRFD && (int)v->num == -100)
		show_named(t, "AT_FDCWD", 8, show_fd_number, v);
	else
		show_fd_number(t, v);
	if (v->text)
		text_fd_text(t, v->text, v->len);
	if (v->flags & VF_DELETED)
		buf_str(t->b, "(deleted)");
}

static void show_pid(struct text *t, const struct value *v)
{
	int64_t pid = value_signed(v);

	buf_dec(t->b, pid);
	if (v->text) {
		buf_ch(t->b, '<');
		buf_escape_also(t->b, v->text, v->len, t->quote, "<>");
		buf_ch(t->b, '>');
	}
	if (!v->num2 || (int64_t)v->num2 == pid)
		return;
	buf_str(t->b, " /* ");
	buf_dec(t->b, (int64_t)v->num2);
	buf_str(t->b, " in strace's PID NS */");
}

static void show_id(struct text *t, const struct value *v)
{
	if (value_signed(v) == -1)
		buf_str(t->b, "-1");
	else
		show_udec(t, v);
}

static void show_ifindex(struct text *t, const struct value *v)
{
	struct buf *b = &t->scratch;

	if (!v->text || !v->len) {
		show_udec(t, v);
		return;
	}
	buf_reset(b);
	buf_str(b, "if_nametoindex(\"");
	buf_escape(b, v->text, v->len, t->quote);
	buf_str(b, "\")");
	show_named(t, b->data, b->len, show_udec, v);
}

static void show_mult(struct text *t, const struct value *v)
{
	struct buf *b = &t->scratch;

	if (!v->num2) {
		show_udec(t, v);
		return;
	}
	buf_reset(b);
	buf_udec(b, value_bits(v) / v->num2);
	buf_ch(b, '*');
	buf_udec(b, v->num2);
	show_named(t, b->data, b->len, show_udec, v);
}

static void add_stopped(struct text *t, const struct value *v, uint32_t s)
{
	unsigned sig = s >> 8 & 0xff, event = s >> 16;
	const char *name = v->set && event ?
			   symset_name(v->set, v->abi, event) : NULL;

	buf_str(t->b, "{WIFSTOPPED(s) && WSTOPSIG(s) == ");
	signal_put(t->b, sig & 0x7f, true);
	buf_str(t->b, sig & 0x80 ? " | 0x80}" : "}");
	if (!event)
		return;
	buf_ch(t->b, '|');
	if (name)
		buf_str(t->b, name);
	else
		buf_hex(t->b, event);
	buf_str(t->b, "<<16");
}

static void show_wait_status(struct text *t, const struct value *v)
{
	uint32_t s = (uint32_t)v->num;

	switch (wait_kind(s)) {
	case WAIT_CONTINUED:
		buf_str(t->b, "{WIFCONTINUED(s)}");
		break;
	case WAIT_STOPPED:
		add_stopped(t, v, s);
		break;
	case WAIT_SIGNALED:
		buf_str(t->b, "{WIFSIGNALED(s) && WTERMSIG(s) == ");
		signal_put(t->b, s & 0x7f, true);
		buf_str(t->b, s & 0x80 ? " && WCOREDUMP(s)}" : "}");
		break;
	case WAIT_EXITED:
		buf_str(t->b, "{WIFEXITED(s) && WEXITSTATUS(s) == ");
		buf_udec(t->b, s >> 8 & 0xff);
		buf_ch(t->b, '}');
		break;
	}
}

static void show_name(struct text *t, const struct value *v)
{
	buf_reset(&t->scratch);
	buf_plain(&t->scratch, v->text, v->len);
	show_named(t, t->scratch.data, t->scratch.len,
		   v->flags & VF_HEX ? show_hex : show_udec, v);
}

static void show_text(struct text *t, const struct value *v)
{
	buf_plain(t->b, v->text, v->len);
}

static text_show_fn *const shows[VAL_KIND_COUNT] = {
	[VAL_DEC] = show_dec,
	[VAL_UDEC] = show_udec,
	[VAL_HEX] = show_hex,
	[VAL_OCT] = show_oct,
	[VAL_PERM] = show_perm,
	[VAL_ADDR] = show_addr,
	[VAL_SYM] = show_sym,
	[VAL_FLAGS] = show_flags,
	[VAL_MODE] = show_mode,
	[VAL_DEV] = show_dev,
	[VAL_SIGNAL] = show_signal,
	[VAL_SIGSET] = text_show_sigset,
	[VAL_CPUSET] = text_show_cpuset,
	[VAL_ERRNO] = show_errno,
	[VAL_FD] = show_fd,
	[VAL_DIRFD] = show_fd,
	[VAL_PID] = show_pid,
	[VAL_ID] = show_id,
	[VAL_STR] = text_show_str,
	[VAL_IFINDEX] = show_ifindex,
	[VAL_INET4] = text_show_inet4,
	[VAL_INET6] = text_show_inet6,
	[VAL_HTONS] = text_show_htons,
	[VAL_HTONL] = text_show_htonl,
	[VAL_HWADDR] = text_show_hwaddr,
	[VAL_UUID] = text_show_uuid,
	[VAL_MULT] = show_mult,
	[VAL_BYTE_HEX] = show_byte_hex,
	[VAL_WAIT_STATUS] = show_wait_status,
	[VAL_NAMED] = show_name,
	[VAL_TEXT] = show_text,
};

void text_show(struct text *t, const struct value *v)
{
	enum xlat_style style = t->xlat;

	if (v->flags & VF_NAMES)
		t->xlat = XLAT_ABBREV;
	if ((unsigned)v->kind < VAL_KIND_COUNT && shows[v->kind])
		shows[v->kind](t, v);
	t->xlat = style;
}
