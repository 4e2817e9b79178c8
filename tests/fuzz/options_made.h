/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Command lines made of the tables of options, keys, words, calls and signals,
 * then damaged; for fuzz_options.c.  The same seed makes the same line.
 *
 * An argument ends with a newline; the last one is in STRACE_COLORS, too.
 * After a form feed stands the file that --inject-file reads.
 */
#ifndef STRACE_TESTS_OPTIONS_MADE_H
#define STRACE_TESTS_OPTIONS_MADE_H

#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "calls.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "sink.h"
#include "symset.h"

#define RULES_MARK '\f'

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define PICK(m, a) ((a)[made_below(m, COUNT(a))])

struct maker {
	uint64_t state;
	struct buf b;
};

static uint64_t made_next(struct maker *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t made_below(struct maker *m, size_t n)
{
	return n ? made_next(m) % n : 0;
}

/* True once in n times. */
static bool made_once_in(struct maker *m, size_t n)
{
	return !made_below(m, n);
}

/* How many of something: few, or now and then a lot. */
static size_t made_count(struct maker *m)
{
	return made_once_in(m, 60) ? made_below(m, 300) :
	       made_once_in(m, 4) ? made_below(m, 8) : 1;
}

static void made_number(struct maker *m)
{
	static const char *const numbers[] = {
		"0", "1", "2", "3", "17", "63", "64", "65", "4095", "4096",
		"65535", "1048575", "1048576", "2147483647", "2147483648",
		"4294967295", "4294967296", "9223372036854775807",
		"9223372036854775808", "18446744073709551615",
		"18446744073709551616", "99999999999999999999999999", "-1",
		"-9223372036854775808", "0x10", "0xffffffffffffffff", "007",
		"1e3", "1e308", "1e-320", "nan", "inf", "0.5", ".5", "5.",
		"0x1p70", "+1", " 1", "1 ",
	};

	if (made_once_in(m, 3))
		buf_dec(&m->b, (int64_t)made_below(m, 512));
	else
		buf_str(&m->b, PICK(m, numbers));
}

static void made_size(struct maker *m)
{
	static const char *const units[] = { "K", "M", "G", "k", "KK", "" };

	made_number(m);
	buf_str(&m->b, PICK(m, units));
}

static void made_time(struct maker *m)
{
	static const char *const units[] = { "s", "ms", "us", "ns", "", "m" };

	made_number(m);
	buf_str(&m->b, PICK(m, units));
}

static void made_call_name(struct maker *m)
{
	unsigned abi = (unsigned)made_below(m, ABI_COUNT);
	uint64_t nr = made_below(m, calls_count(abi));
	struct calls_sub sub;
	const char *name = calls_name(abi, nr);

	if (calls_sub(abi, nr, 1, &sub) && sub.name)
		name = sub.name;
	buf_str(&m->b, name ? name : "read");
}

static void made_pattern(struct maker *m)
{
	static const char *const pieces[] = {
		"(", ")", "(", ")", "[", "]", "a", "read", ".", "*", "+", "?",
		"{2}", "{255}", "{32767}", "{0}", "{1", "|", "^", "$",
		"\\1", "\\", "[[:alpha:]]", "[^a-z]", "[]a]", "()", "(.*)",
		"(a?){20}", "[[.a.]]", "\\.", "\\w", "\xc3\xa9", "_",
	};
	size_t n = 1 + made_below(m, made_once_in(m, 10) ? 60 : 8);

	buf_ch(&m->b, '/');
	while (n--)
		buf_str(&m->b, PICK(m, pieces));
}

static void made_call(struct maker *m)
{
	static const char *const abis[] = { "@64", "@32", "@x32", "@", "@65" };
	static const char *const words[] = { "all", "none", "file", "%%stat" };
	size_t class = 0;

	if (made_once_in(m, 6))
		buf_ch(&m->b, '?');
	switch (made_below(m, 8)) {
	case 0:
		while (class_names[class].name)
			class++;
		class = made_below(m, class);
		buf_fmt(&m->b, "%%%s", class_names[class].name);
		break;
	case 1:
		made_pattern(m);
		break;
	case 2:
		made_number(m);
		break;
	case 3:
		buf_str(&m->b, PICK(m, words));
		break;
	default:
		made_call_name(m);
	}
	if (made_once_in(m, 6))
		buf_str(&m->b, PICK(m, abis));
}

static void made_signal(struct maker *m)
{
	const char *name = signal_name(1 + (int)made_below(m, 64));

	if (!name || made_once_in(m, 6))
		made_number(m);
	else
		buf_str(&m->b, made_once_in(m, 2) ? name : name + 3);
}

static void made_error(struct maker *m)
{
	const char *name = errno_name((int)made_below(m, 140));

	if (name)
		buf_str(&m->b, name);
	else
		made_number(m);
}

static void made_word(struct maker *m, const struct option_arg *arg)
{
	size_t n = 0;

	while (arg && arg_word(arg, n))
		n++;
	if (!n || made_once_in(m, 8))
		buf_str(&m->b, made_once_in(m, 2) ? "all" : "none");
	else
		buf_str(&m->b, arg_word(arg, made_below(m, n)));
}

/* [!]ITEM,ITEM; make makes one. */
static void made_list(struct maker *m, void (*make)(struct maker *m))
{
	size_t n = made_count(m);

	if (made_once_in(m, 6))
		buf_ch(&m->b, '!');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_ch(&m->b, ',');
		make(m);
	}
}

static void made_words(struct maker *m, const struct option_arg *arg)
{
	size_t n = made_count(m);

	if (made_once_in(m, 6))
		buf_ch(&m->b, '!');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_ch(&m->b, ',');
		made_word(m, arg);
	}
}

/* ---- rules that change calls ---- */

static void made_bytes(struct maker *m)
{
	buf_fmt(&m->b, "@arg%u=", (unsigned)made_below(m, 8));
	for (size_t n = made_count(m); n; n--)
		buf_fmt(&m->b, "%02x", (unsigned)made_below(m, 256));
}

static void made_when(struct maker *m)
{
	static const char *const between[] = { "..", "+", "...", "" };

	for (size_t n = 1 + made_below(m, 3); n; n--) {
		made_number(m);
		buf_str(&m->b, PICK(m, between));
	}
}

static void made_chance(struct maker *m)
{
	made_number(m);
	buf_str(&m->b, made_once_in(m, 8) ? "" : "%");
}

static void made_count_of(struct maker *m)
{
	buf_str(&m->b, made_once_in(m, 2) ? "task" : "all");
}

static void made_errors(struct maker *m)
{
	made_list(m, made_error);
}

static void made_pokes(struct maker *m)
{
	made_list(m, made_bytes);
}

static void made_part(struct maker *m)
{
	static const struct {
		const char *name;
		void (*make)(struct maker *m);
	} parts[] = {
		{ "error", made_error }, { "errors", made_errors },
		{ "retval", made_number }, { "signal", made_signal },
		{ "syscall", made_call_name }, { "delay_enter", made_time },
		{ "delay_exit", made_time }, { "poke_enter", made_pokes },
		{ "poke_exit", made_pokes }, { "short", made_size },
		{ "arg1", made_number }, { "arg6", made_number },
		{ "arg7", made_number }, { "when", made_when },
		{ "chance", made_chance }, { "count", made_count_of },
	};
	size_t i = made_below(m, COUNT(parts));

	buf_fmt(&m->b, ":%s=", parts[i].name);
	parts[i].make(m);
}

static void made_rule(struct maker *m)
{
	made_list(m, made_call);
	for (size_t n = made_count(m); n; n--)
		made_part(m);
}

static void made_rules(struct maker *m)
{
	static const char *const begins[] = {
		"", "inject ", "fault\t", "#", "  ", "inject  fault ", "else ",
	};

	buf_ch(&m->b, RULES_MARK);
	for (size_t n = made_count(m); n; n--) {
		buf_str(&m->b, PICK(m, begins));
		made_rule(m);
		buf_str(&m->b, made_once_in(m, 4) ? " \r\n" : "\n");
	}
}

/* ---- options ---- */

static void made_text(struct maker *m)
{
	static const char *const texts[] = {
		"", "=", "A=b", "A", "a/b", "/", ".", "..", "/dev/null",
		"/proc/self/fd/0", "|cat", "!", "|", "text:f", "json:|x",
		"summary:s", "text:", ":", "root", "root:root", "%file",
		"expr", "classes", "id:0", "format:full", "precision:ns",
		"name=1;31:pid=36:x=1:=:error=1234567890", "-y", "--trace",
	};

	if (made_once_in(m, 10))
		for (size_t n = made_count(m); n; n--)
			buf_str(&m->b, "a/");
	buf_str(&m->b, PICK(m, texts));
}

static void made_topic(struct maker *m)
{
	static const char *const topics[] = { "all", "expr", "classes" };

	switch (made_below(m, 4)) {
	case 0:
		buf_str(&m->b, help_groups[made_below(m, GROUP_COUNT)].name);
		break;
	case 1:
		buf_str(&m->b, PICK(m, topics));
		break;
	case 2:
		buf_str(&m->b, "--signals");
		break;
	default:
		made_call(m);
	}
}

static void made_pid(struct maker *m)
{
	made_number(m);
	if (made_once_in(m, 3))
		buf_str(&m->b, made_once_in(m, 2) ? " " : "\t");
}

static void made_sink(struct maker *m)
{
	const char *form = sink_form(made_below(m, 4));

	buf_fmt(&m->b, "%s:%s", form ? form : "", made_once_in(m, 4) ? "|c" :
		"file");
}

static void made_expr(struct maker *m);

/* What -e or an option with the name of a key takes. */
static void made_value(struct maker *m, const struct option_row *row,
		       const struct option_arg *arg)
{
	static void (*const makes[FORM_COUNT])(struct maker *m) = {
		[FORM_TEXT] = made_text, [FORM_NUMBER] = made_number,
		[FORM_SIZE] = made_size, [FORM_TIME] = made_time,
		[FORM_EXPR] = made_expr, [FORM_USER] = made_text,
		[FORM_VARIABLE] = made_text, [FORM_FILE] = made_text,
		[FORM_SINK] = made_sink, [FORM_CGROUP] = made_text,
		[FORM_CONTAINER] = made_text, [FORM_TOPIC] = made_topic,
	};

	if (arg->form == FORM_KEY && row)
		arg = expr_key_find(row->name)->arg;
	if (made_once_in(m, 20))
		made_text(m);
	else if (arg->form == FORM_CALLS && strchr(arg->text, ':'))
		made_rule(m);
	else if (arg->form == FORM_CALLS)
		made_list(m, made_call);
	else if (arg->form == FORM_SIGNALS)
		made_list(m, made_signal);
	else if (arg->form == FORM_FDS)
		made_list(m, made_number);
	else if (arg->form == FORM_PIDS)
		made_list(m, made_pid);
	else if (arg->form == FORM_WORD)
		made_word(m, arg);
	else if (arg->form == FORM_WORDS || arg->form == FORM_SET)
		made_words(m, arg);
	else if (makes[arg->form])
		makes[arg->form](m);
}

static void made_expr(struct maker *m)
{
	size_t keys = 0, name = 0, i;
	const struct expr_key *k;

	while (expr_keys[keys].set)
		keys++;
	k = &expr_keys[made_below(m, keys)];
	while (k->names[name])
		name++;
	i = made_below(m, name + 1);
	if (i < name)
		buf_fmt(&m->b, "%s=", k->names[i]);
	made_value(m, NULL, k->arg);
}

/* "-e", "--trace", "--tra"; true if no argument goes with it. */
static bool made_name(struct maker *m, const struct option_row *row)
{
	bool none = !row->arg || (row->arg->optional && made_once_in(m, 2));
	size_t len = row->name ? strlen(row->name) : 0;

	if (row->letter && (!row->name || made_once_in(m, 2))) {
		buf_fmt(&m->b, "-%c", row->letter);
		for (size_t n = none ? made_below(m, 4) : 0; n; n--)
			buf_ch(&m->b, row->letter);
		if (!none && made_once_in(m, 2))
			buf_ch(&m->b, '\n');
		return none;
	}
	if (made_once_in(m, 12))
		len = made_below(m, len + 1);
	buf_fmt(&m->b, "--%.*s", (int)len, row->name);
	if (!none)
		buf_ch(&m->b, row->arg->optional || made_once_in(m, 2) ? '=' :
		       '\n');
	return none;
}

static void made_option(struct maker *m)
{
	const struct option_row *row =
		&option_table[made_below(m, option_table_size)];

	if (made_once_in(m, 3))
		row = option_by_letter('e');
	if (!made_name(m, row))
		made_value(m, row, row->arg);
	buf_ch(&m->b, '\n');
}

/* ---- damage ---- */

static void made_splice(struct maker *m, size_t at, size_t cut,
			const char *in, size_t n)
{
	struct buf b = { .len = 0 };

	if (cut > m->b.len - at)
		cut = m->b.len - at;
	buf_add(&b, m->b.data, at);
	buf_add(&b, in, n);
	buf_add(&b, m->b.data + at + cut, m->b.len - at - cut);
	buf_free(&m->b);
	m->b = b;
}

static void made_damage(struct maker *m)
{
	static const char bytes[] = ":,=+!?%@/.-\n \t{}()[]\\\"'\x1b\x7f\xff"
				    "\x01";
	size_t at = made_below(m, m->b.len + 1);
	size_t n = made_below(m, 30);
	char piece[30], byte = bytes[made_below(m, sizeof(bytes) - 1)];

	if (n > m->b.len - at)
		n = m->b.len - at;
	memcpy(piece, m->b.data + at, n);
	switch (made_below(m, 4)) {
	case 0:
		made_splice(m, at, 0, &byte, 1);
		break;
	case 1:
		made_splice(m, at, 1, &byte, 1);
		break;
	case 2:
		made_splice(m, at, n, "", 0);
		break;
	case 3:
		for (size_t i = made_count(m); i; i--)
			made_splice(m, made_once_in(m, 3) ?
				    made_below(m, m->b.len + 1) : at, 0, piece,
				    n);
		break;
	}
}

static void made_line(struct maker *m, uint64_t seed)
{
	m->state = seed;
	m->b.len = 0;
	for (size_t n = 1 + made_below(m, 4); n; n--)
		made_option(m);
	if (!made_once_in(m, 8))
		buf_str(&m->b, "ls\n");
	if (made_once_in(m, 4))
		made_text(m);
	if (made_once_in(m, 6))
		made_rules(m);
	for (size_t n = made_once_in(m, 2) ? 0 : made_below(m, 4);
	     n && m->b.len; n--)
		made_damage(m);
}

#endif
