/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules that change calls: -e inject=CALLS:PART[:PART]..., see inject.h.
 *
 * A mistake ends the program, with a mark below its place in the rule.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "calls.h"
#include "cli.h"
#include "diag.h"
#include "effect.h"
#include "inject.h"
#include "symset.h"

#define WHEN_MAX UINT32_MAX
#define ARGS 6

struct reader {
	struct inject_rule *r;
	const char *where;	/* what messages begin with */
	const char *text;	/* the rule */
	enum inject_kind kind;
	bool has_signal, has_instead;
};

/* What stands between two colons: NAME=VALUE. */
struct part {
	const char *name;
	size_t name_len;
	char *value;		/* its own copy, in which '\0' ends pieces */
	size_t value_at;	/* where it stands in the rule */
};

static void __attribute__((noreturn))
part_wrong(const struct reader *x, const struct part *p, const char *what)
{
	diag_die_at(x->text, p->value_at, strlen(p->value),
		    "%s: invalid %.*s '%s' (%s)", x->where, (int)p->name_len,
		    p->name, p->value, what);
}

static bool unsigned_read(const char *text, uint64_t *v)
{
	char *end;

	errno = 0;
	*v = strtoull(text, &end, 0);
	return end != text && !*end && !errno &&
	       ((*text >= '0' && *text <= '9') || *text == '-');
}

static int errno_read(const char *text)
{
	int64_t n;

	if (number_parse(text, strlen(text), 4095, &n))
		return (int)n;
	for (int err = 1; err <= 4095; err++)
		if (errno_name(err) && !strcmp(errno_name(err), text))
			return err;
	return 0;
}

/* ---- parts: what ---- */

static void __attribute__((noreturn))
errno_unknown(const struct reader *x, const struct part *p, const char *text)
{
	size_t at = p->value_at + (size_t)(text - p->value);
	struct suggest s;

	suggest_begin(&s, text);
	for (int err = 1; err <= 4095; err++)
		if (errno_name(err))
			suggest_try(&s, errno_name(err));
	if (suggest_best(&s))
		diag_die_at(x->text, at, strlen(text), "%s: no error has the "
			    "name '%s' (did you mean '%s'?)", x->where, text,
			    suggest_best(&s));
	diag_die_at(x->text, at, strlen(text), "%s: no error has the name "
		    "'%s' (give a name such as EIO, or a number from 1 to "
		    "4095)", x->where, text);
}

static void result_once(const struct reader *x, const struct part *p)
{
	if (x->r->nerrors || x->r->has_retval)
		part_wrong(x, p, "a rule has one error=, errors= or retval=");
}

static void error_add(struct reader *x, const struct part *p, char *text)
{
	int err = errno_read(text);

	if (!err)
		errno_unknown(x, p, text);
	if (x->r->nerrors == INJECT_ERRORS_MAX)
		part_wrong(x, p, "that are too many errors");
	x->r->errors[x->r->nerrors++] = err;
}

static void part_error(struct reader *x, const struct part *p)
{
	result_once(x, p);
	error_add(x, p, p->value);
}

static void part_errors(struct reader *x, const struct part *p)
{
	result_once(x, p);
	for (char *text = p->value, *end; text; text = end) {
		end = strchr(text, ',');
		if (end)
			*end++ = '\0';
		error_add(x, p, text);
	}
}

static void part_retval(struct reader *x, const struct part *p)
{
	result_once(x, p);
	if (!unsigned_read(p->value, &x->r->retval))
		part_wrong(x, p, "give a number");
	x->r->has_retval = true;
}

static void part_signal(struct reader *x, const struct part *p)
{
	if (x->has_signal)
		part_wrong(x, p, "a rule has one signal=");
	x->has_signal = true;
	x->r->sig = signal_read(p->value, strlen(p->value));
	if (!x->r->sig)
		part_wrong(x, p, "give a name as kill -l lists it, or a "
				 "number");
}

/* Another call is made only if nobody would notice. */
static void part_instead(struct reader *x, const struct part *p)
{
	bool known = false;
	uint64_t nr;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!calls_number(abi, p->value, &nr))
			continue;
		if (!(calls_class(abi, nr) & CLASS_PURE))
			part_wrong(x, p, "only a call that changes nothing and "
					 "can't fail may stand in: see %pure");
		x->r->instead[abi] = nr;
		known = true;
	}
	if (!known)
		part_wrong(x, p, "no call has that name");
	x->has_instead = true;
}

static int64_t delay_read(const struct reader *x, const struct part *p)
{
	int64_t ns;

	if (!time_read(p->value, &ns))
		part_wrong(x, p, "give a time such as 100, 1.5ms or 2s; plain "
				 "numbers are microseconds");
	return ns;
}

static void part_delay_enter(struct reader *x, const struct part *p)
{
	x->r->enter_ns = delay_read(x, p);
}

static void part_delay_exit(struct reader *x, const struct part *p)
{
	x->r->exit_ns = delay_read(x, p);
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	int i = at ? (int)(at - digits) : -1;

	return i < 16 ? i : i - 6;
}

/* "@arg2=0a0b" */
static bool poke_read(struct inject_poke *k, const char *text)
{
	const char *hex = text + strlen("@argN=");
	size_t len = strlen(text) - (size_t)(hex - text);

	if (strlen(text) <= strlen("@argN=") || strncmp(text, "@arg", 4) ||
	    text[4] < '1' || text[4] > '0' + ARGS || text[5] != '=' ||
	    len % 2 || len / 2 > INJECT_POKE_MAX)
		return false;
	k->arg = (unsigned)(text[4] - '1');
	k->len = len / 2;
	k->data = xalloc_new(k->len, 1);
	for (size_t i = 0; i < len; i++) {
		int digit = hex_digit(hex[i]);

		if (digit < 0) {
			free(k->data);
			return false;
		}
		k->data[i / 2] = (uint8_t)(k->data[i / 2] << 4 | digit);
	}
	return true;
}

static void pokes_read(struct reader *x, const struct part *p, bool at_exit)
{
	struct inject_rule *r = x->r;

	for (char *text = p->value, *end; text; text = end) {
		struct inject_poke k = { .at_exit = at_exit };

		end = strchr(text, ',');
		if (end)
			*end++ = '\0';
		if (r->npokes == INJECT_POKES_MAX)
			part_wrong(x, p, "those are too many places");
		if (!poke_read(&k, text))
			diag_die_at(x->text, p->value_at +
				    (size_t)(text - p->value), strlen(text),
				    "%s: invalid %.*s '%s' (give bytes for "
				    "arguments 1 to 6, as in "
				    "@arg2=0a0b,@arg3=00)", x->where,
				    (int)p->name_len, p->name, text);
		r->poke[r->npokes++] = k;
	}
}

static void part_poke_enter(struct reader *x, const struct part *p)
{
	pokes_read(x, p, false);
}

static void part_poke_exit(struct reader *x, const struct part *p)
{
	pokes_read(x, p, true);
}

static void part_short(struct reader *x, const struct part *p)
{
	if (!unsigned_read(p->value, &x->r->shorten) || *p->value == '-')
		part_wrong(x, p, "give a number of bytes");
	x->r->shortens = true;
}

static void part_arg(struct reader *x, const struct part *p)
{
	unsigned arg = (unsigned)(p->name[3] - '1');

	if (!unsigned_read(p->value, &x->r->arg[arg]))
		part_wrong(x, p, "give a number");
	x->r->args |= 1u << arg;
}

/* ---- parts: when ---- */

static bool count_read(const char **text, unsigned *v)
{
	int64_t n;
	size_t len = strspn(*text, "0123456789");

	if (!number_parse(*text, len, WHEN_MAX, &n) || !n)
		return false;
	*text += len;
	*v = (unsigned)n;
	return true;
}

/* FIRST[..LAST][+[STEP]] */
static bool when_read(struct inject_rule *r, const char *text)
{
	if (!count_read(&text, &r->first))
		return false;
	r->last = r->first;
	r->step = 1;
	if (!strncmp(text, "..", 2)) {
		text += 2;
		if (!count_read(&text, &r->last) || r->last < r->first)
			return false;
	} else if (*text == '+') {
		r->last = WHEN_MAX;
	}
	if (*text != '+')
		return !*text;
	text++;
	return !*text || (count_read(&text, &r->step) && !*text);
}

static void part_when(struct reader *x, const struct part *p)
{
	if (!when_read(x->r, p->value))
		part_wrong(x, p, "give FIRST[..LAST][+STEP], numbers from 1 "
				 "on: 3, 3+, 3+2, 3..9 or 3..9+2");
}

static void part_chance(struct reader *x, const struct part *p)
{
	char *end;
	double percent = strtod(p->value, &end);
	double chance = percent / 100 * (double)INJECT_ALWAYS;

	if (end == p->value || strcmp(end, "%") ||
	    !(chance > 0 && percent <= 100))
		part_wrong(x, p, "give more than 0% and at most 100%, such as "
				 "1% or 0.01%");
	/* Rounded up: what is more than nothing stays so. */
	x->r->chance = (uint64_t)chance;
	x->r->chance += (double)x->r->chance < chance;
}

static void part_count(struct reader *x, const struct part *p)
{
	static const struct word words[] = {
		{ "task", false }, { "all", true }, { NULL, 0 },
	};
	const struct word *w = words_find(words, p->value, strlen(p->value));

	if (!w)
		part_wrong(x, p, "give task (each counts for itself) or all "
				 "(all tasks count together)");
	x->r->everywhere = w->value;
}

/* ---- a rule ---- */

static void part_timeout(struct reader *x, const struct part *p)
{
	x->r->timeout_ns = delay_read(x, p);
	if (!x->r->timeout_ns)
		part_wrong(x, p, "give a time such as 500ms or 10s");
}

static void part_must(struct reader *x, const struct part *p)
{
	x->r->must_fail = !strcmp(p->value, "fail");
	if (!x->r->must_fail)
		part_wrong(x, p, "there is fail: no place may be ignored");
}

enum part_rules { ANY_RULE, NOT_EACH, ONLY_EACH };

static const struct part_kind {
	const char *name;
	void (*read)(struct reader *x, const struct part *p);
	enum part_rules rules;	/* those that may have it */
} part_kinds[] = {
	{ "error", part_error, ANY_RULE },
	{ "errors", part_errors, ANY_RULE },
	{ "retval", part_retval, ANY_RULE },
	{ "signal", part_signal, ANY_RULE },
	{ "syscall", part_instead, ANY_RULE },
	{ "delay_enter", part_delay_enter, ANY_RULE },
	{ "delay_exit", part_delay_exit, ANY_RULE },
	{ "poke_enter", part_poke_enter, ANY_RULE },
	{ "poke_exit", part_poke_exit, ANY_RULE },
	{ "short", part_short, ANY_RULE },
	{ "arg1", part_arg, ANY_RULE },
	{ "arg2", part_arg, ANY_RULE },
	{ "arg3", part_arg, ANY_RULE },
	{ "arg4", part_arg, ANY_RULE },
	{ "arg5", part_arg, ANY_RULE },
	{ "arg6", part_arg, ANY_RULE },
	{ "when", part_when, NOT_EACH },
	{ "chance", part_chance, NOT_EACH },
	{ "count", part_count, NOT_EACH },
	{ "timeout", part_timeout, ONLY_EACH },
	{ "must", part_must, ONLY_EACH },
	{ NULL, NULL, ANY_RULE },
};

static bool part_fits(const struct reader *x, const struct part_kind *k)
{
	return k->rules != (x->kind == INJECT_EACH ? NOT_EACH : ONLY_EACH);
}

const char *inject_part_name(size_t i)
{
	return part_kinds[i].name;
}

bool inject_part_is_each(size_t i)
{
	return part_kinds[i].rules == ONLY_EACH;
}

static void __attribute__((noreturn))
part_unknown(const struct reader *x, const char *text, size_t len)
{
	struct buf known = { .len = 0 };
	char name[32];
	struct suggest s;

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	suggest_begin(&s, name);
	for (const struct part_kind *k = part_kinds; k->name; k++) {
		if (!part_fits(x, k))
			continue;
		suggest_try(&s, k->name);
		buf_fmt(&known, "%s%s=", known.len ? ", " : "there are ",
			k->name);
	}
	if (suggest_best(&s)) {
		buf_reset(&known);
		buf_fmt(&known, "did you mean '%s='?", suggest_best(&s));
	}
	diag_die_at(x->text, (size_t)(text - x->text), len,
		    "%s: unknown part '%.*s' (%s)", x->where, (int)len, text,
		    buf_cstr(&known));
}

static void part_read(struct reader *x, const char *text, size_t len)
{
	size_t name_len = strcspn(text, "=:");
	const struct part_kind *k = part_kinds;
	struct part p = { .name = text, .name_len = name_len };

	while (k->name && (!part_fits(x, k) || strlen(k->name) != name_len ||
			   strncmp(k->name, text, name_len)))
		k++;
	if (!k->name || text[name_len] != '=')
		part_unknown(x, text, name_len);
	p.value = xalloc_new(len - name_len, 1);
	memcpy(p.value, text + name_len + 1, len - name_len - 1);
	p.value_at = (size_t)(text - x->text) + name_len + 1;
	k->read(x, &p);
	free(p.value);
}

static bool rule_has_effect(const struct inject_rule *r)
{
	return r->nerrors || r->has_retval || r->sig || r->enter_ns ||
	       r->exit_ns || r->npokes || r->args || r->shortens;
}

static bool rule_can_shorten(const struct inject_rule *r)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (callset_may_have(&r->calls, abi, nr) &&
			    effect_find(abi, nr, EFFECT_TRANSFERS))
				return true;
	return false;
}

static void rule_check(const struct reader *x)
{
	const struct inject_rule *r = x->r;

	if (x->has_instead && !r->nerrors && !r->has_retval)
		diag_die_at(x->text, strlen(x->text), 0,
			    "%s: syscall= needs error= or retval= (the result "
			    "of the call that is made is nobody's)", x->where);
	if (!rule_has_effect(r))
		diag_die_at(x->text, strlen(x->text), 0,
			    "%s: the rule changes nothing (give error=, "
			    "retval=, signal=, delay_enter= or another part)",
			    x->where);
	if (r->shortens && !rule_can_shorten(r))
		diag_die_at(x->text, 0, strcspn(x->text, ":"),
			    "%s: short= is for calls that transfer bytes "
			    "(read, write, recvfrom, sendto, sendfile ...)",
			    x->where);
}

static struct inject_rule *rule_new(struct options *o, const char *where)
{
	struct inject_rule *r;

	if (o->ninjects == INJECT_RULES_MAX)
		diag_die("%s: there are more than %d rules", where,
			 INJECT_RULES_MAX);
	o->injects = xalloc_resize(o->injects, o->ninjects + 1, sizeof(*r));
	r = &o->injects[o->ninjects++];
	*r = (struct inject_rule){ .first = 1, .last = WHEN_MAX, .step = 1,
				   .chance = INJECT_ALWAYS };
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		r->instead[abi] = NR_NO_CALL;
	return r;
}

void inject_rule_parse(struct parse *parse, const char *where,
		       const char *text, enum inject_kind kind)
{
	struct reader x = { .where = where, .text = text, .kind = kind };
	const char *at = text + strcspn(text, ":");
	char *calls = xalloc_copy(text);

	x.r = rule_new(parse->o, where);
	calls[at - text] = '\0';
	callspec_parse(&x.r->calls, calls,
		       &(struct callspec_place){ where, text });
	free(calls);
	while (*at) {
		size_t len = strcspn(++at, ":");

		part_read(&x, at, len);
		at += len;
	}
	if (kind == INJECT_FAULT && !x.r->nerrors && !x.r->has_retval)
		x.r->errors[x.r->nerrors++] = ENOSYS;
	rule_check(&x);
	x.r->text = xalloc_copy(text);
	parse_mark(parse, SEEN_INJECT);
}
