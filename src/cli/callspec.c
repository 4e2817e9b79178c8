/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "cli.h"
#include "diag.h"

#define ALL_ABIS ((1u << ABI_COUNT) - 1)
#define ITEM_MAX 256

/*
 * A list may come from a file, or be pasted: what it costs is bounded.  What
 * is repeated in a pattern the C library writes out, a ++ twice, so that a few
 * bytes can ask for all memory; and it tries all ways to match what is referred
 * back to.
 */
#define ITEMS_MAX 4096
#define PATTERNS_MAX 1000	/* characters of all patterns, written out */

/* One item of a list of calls, taken apart. */
struct item {
	char text[ITEM_MAX];	/* without ? and @ABI */
	const char *whole;	/* as it was given, for messages */
	size_t whole_len;
	const struct callspec_place *in;	/* or NULL */
	size_t at;		/* its place in that line */
	unsigned abis;		/* bits: 1 << enum abi_id */
	bool optional;		/* ? before it: may match nothing */
	size_t patterns;	/* characters of all patterns so far */
};

/* Classes that may stand without %, from before there were others. */
static const char *const bare_classes[] = {
	"file", "process", "network", "signal", "ipc", "desc", "memory", NULL,
};

static void add_call(struct callset *set, unsigned abi, uint64_t nr)
{
	numset_add(&set->abi[abi], (unsigned)nr);
}

/* Those with calls that make others, as socketcall. */
static unsigned abis_with_subs(void)
{
	unsigned bits = 0;
	struct calls_sub sub;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (calls_sub(abi, nr, 0, &sub) && sub.name) {
				bits |= 1u << abi;
				break;
			}
	return bits;
}

static bool add_all(struct callset *set, const struct item *it)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!(it->abis >> abi & 1))
			continue;
		numset_clear(&set->abi[abi]);
		set->abi[abi].inverted = true;
	}
	if (it->abis & abis_with_subs()) {
		numset_clear(&set->sub);
		set->sub.inverted = true;
	}
	set->uring |= it->abis == ALL_ABIS;
	return true;
}

static bool add_number(struct callset *set, const struct item *it)
{
	bool found = false;
	int64_t nr;

	if (!number_parse(it->text, strlen(it->text), INT32_MAX, &nr))
		return false;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!(it->abis >> abi & 1) ||
		    (uint64_t)nr >= calls_count(abi))
			continue;
		add_call(set, abi, (uint64_t)nr);
		found = true;
	}
	return found;
}

/* Does a call of the tables match?  arg is what to look for. */
typedef bool call_match(const char *name, uint32_t classes, const void *arg);

static bool match_name(const char *name, uint32_t classes, const void *arg)
{
	(void)classes;
	return !strcmp(name, arg);
}

static bool match_class(const char *name, uint32_t classes, const void *arg)
{
	(void)name;
	return classes & *(const uint32_t *)arg;
}

static bool match_regex(const char *name, uint32_t classes, const void *arg)
{
	(void)classes;
	return !regexec(arg, name, 0, NULL, 0);
}

/* A call that makes others (socketcall) is also known by their names. */
static bool add_subs(struct callset *set, unsigned abi, uint64_t nr,
		     call_match *match, const void *arg)
{
	struct calls_sub sub;
	bool found = false;

	for (uint32_t i = 0; calls_sub(abi, nr, i, &sub); i++) {
		if (!sub.name || !match(sub.name, sub.classes, arg))
			continue;
		numset_add(&set->sub, sub.id);
		found = true;
	}
	return found;
}

static bool add_matches(struct callset *set, const struct item *it,
			call_match *match, const void *arg)
{
	bool found = false;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		size_t count = it->abis >> abi & 1 ? calls_count(abi) : 0;

		for (uint64_t nr = 0; nr < count; nr++) {
			const char *name = calls_name(abi, nr);

			if (!name)
				continue;
			found |= add_subs(set, abi, nr, match, arg);
			if (!match(name, calls_class(abi, nr), arg))
				continue;
			add_call(set, abi, nr);
			found = true;
		}
	}
	return found;
}

static void __attribute__((noreturn))
pattern_invalid(const struct item *it, const char *why)
{
	const char *pattern = it->text + 1;

	if (it->in)
		diag_die_at(it->in->line, it->at, it->whole_len,
			    "%s: invalid pattern '%s' for system calls: %s "
			    "(it is a POSIX extended regular expression)",
			    it->in->where, pattern, why);
	diag_die("invalid pattern '%s' for system calls: %s (it is a POSIX "
		 "extended regular expression)", pattern, why);
}

/*
 * How long a pattern is with all repetitions written out, or longer: what
 * repeats a group, or is itself repeated, counts for all before it.
 */
static size_t pattern_size(const struct item *it)
{
	bool single = false;	/* one character is what may be repeated */
	size_t size = 0;

	for (const char *p = it->text + 1; *p && size <= PATTERNS_MAX; p++) {
		size_t times = *p == '+' ? 2 : *p == '{' ?
			       strtoul(p + 1, NULL, 10) : 0;

		size++;
		if (times > PATTERNS_MAX)
			return PATTERNS_MAX + 1;
		if (times)
			size = single ? size + times : size * times;
		single = !strchr("+{}*?)", *p);
		if (*p != '\\' || !p[1])
			continue;
		if (*++p >= '1' && *p <= '9')
			pattern_invalid(it, "a call's name has nothing to "
					    "refer back to");
		single = true;
	}
	return size;
}

static bool add_regex(struct callset *set, struct item *it)
{
	char why[128];
	regex_t re;
	bool found;
	int err;

	it->patterns += pattern_size(it);
	if (it->patterns > PATTERNS_MAX)
		pattern_invalid(it, "it is too long, with what it repeats and "
				    "the patterns before it");
	err = regcomp(&re, it->text + 1, REG_EXTENDED | REG_NOSUB);
	if (err) {
		regerror(err, &re, why, sizeof(why));
		pattern_invalid(it, why);
	}
	found = add_matches(set, it, match_regex, &re);
	regfree(&re);
	return found;
}

static uint32_t class_bit(const char *name)
{
	if (!strcmp(name, "net"))
		return CLASS_NETWORK;
	for (const struct class_name *c = class_names; c->name; c++) {
		if (!strcmp(c->name, name))
			return c->bit;
	}
	return 0;
}

const char *callspec_bare_class(size_t i)
{
	return bare_classes[i];
}

static bool is_bare_class(const char *name)
{
	for (size_t i = 0; bare_classes[i]; i++) {
		if (!strcmp(bare_classes[i], name))
			return true;
	}
	return false;
}

static bool add_item(struct callset *set, struct item *it)
{
	const char *text = it->text;
	uint32_t class = 0;

	if (!strcmp(text, "all"))
		return add_all(set, it);
	if (!strcmp(text, "none"))
		return true;
	if (text[0] == '/')
		return add_regex(set, it);
	if (text[0] == '%' || is_bare_class(text))
		class = class_bit(text[0] == '%' ? text + 1 : text);
	/* A class that no ABI here has a call of is still a class. */
	if (class) {
		add_matches(set, it, match_class, &class);
		set->uring |= class == CLASS_URING;
		return true;
	}
	return add_number(set, it) || add_matches(set, it, match_name, text);
}

/* Bits of the ABIs that "@64" chooses. */
static unsigned abis_chosen(const char *word)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < ABI_COUNT; i++)
		if (!strcmp(abi_infos[i].select, word))
			bits |= 1u << i;
	return bits;
}

static void item_fill(struct item *it, const char *text, size_t len)
{
	const char *at;
	unsigned abis;

	it->whole = text;
	it->whole_len = len;
	it->abis = ALL_ABIS;
	it->optional = false;
	for (; len && *text == '?'; text++, len--)
		it->optional = true;
	if (len >= ITEM_MAX)
		diag_die("invalid system call '%.40s...': no name or pattern "
			 "may be longer than %d bytes", text, ITEM_MAX - 1);
	memcpy(it->text, text, len);
	it->text[len] = '\0';
	at = strrchr(it->text, '@');
	abis = at ? abis_chosen(at) : 0;
	if (!abis)
		return;
	it->abis = abis;
	it->text[at - it->text] = '\0';
}

static void __attribute__((noreturn))
item_invalid(const struct item *it, const char *hint)
{
	if (it->in)
		diag_die_at(it->in->line, it->at, it->whole_len,
			    "%s: invalid system call '%.*s' (%s)",
			    it->in->where, (int)it->whole_len, it->whole,
			    hint);
	diag_die("invalid system call '%.*s' (%s)", (int)it->whole_len,
		 it->whole, hint);
}

/* End the program, with the nearest name that would have been right. */
static void __attribute__((noreturn)) item_unknown(const struct item *it)
{
	bool class = it->text[0] == '%';
	char hint[ITEM_MAX];
	struct suggest s;

	suggest_begin(&s, class ? it->text + 1 : it->text);
	for (const struct class_name *c = class_names; class && c->name; c++)
		suggest_try(&s, c->name);
	for (unsigned abi = 0; !class && abi < ABI_COUNT; abi++) {
		for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
			if (calls_name(abi, nr))
				suggest_try(&s, calls_name(abi, nr));
		}
	}
	if (!suggest_best(&s))
		item_invalid(it, "nothing has such a name; with ? before it, "
				 "that is no error");
	snprintf(hint, sizeof(hint), "did you mean '%s%s'?",
		 class ? "%" : "", suggest_best(&s));
	item_invalid(it, hint);
}

/*
 * A call that no table has a name for is worth a line whatever was asked for:
 * nobody could ask for it.
 */
void callspec_add_nameless(struct callset *set)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		struct numset named = { .inverted = true };

		for (uint64_t nr = 0; nr < calls_count(abi); nr++)
			if (calls_name(abi, nr) &&
			    !callset_has(set, abi, nr))
				numset_remove(&named, (unsigned)nr);
		numset_clear(&set->abi[abi]);
		set->abi[abi] = named;
	}
}

/* The calls that have to be looked at for some of what they make. */
static void partly_find(struct callset *set, unsigned abi)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		bool self = callset_has(set, abi, nr), differs = false;
		struct calls_sub sub;

		for (uint32_t i = 0; calls_sub(abi, nr, i, &sub); i++)
			differs |= sub.name &&
				   numset_has(&set->sub, sub.id) != self;
		if (differs)
			numset_add(&set->partly[abi], (unsigned)nr);
	}
}

void callspec_parse(struct callset *set, const char *text,
		    const struct callspec_place *in)
{
	const char *start = text;
	bool invert = false;
	struct item it = { .in = in };
	const char *item;
	size_t len;
	unsigned items = 0;

	callset_clear(set);
	for (; *text == '!'; text++)
		invert = !invert;
	while ((len = list_next(&text, ",", &item))) {
		it.at = (size_t)(item - start);
		item_fill(&it, item, len);
		if (++items > ITEMS_MAX)
			item_invalid(&it, "the list is too long; a class or a "
					  "pattern says it shorter");
		if (!add_item(set, &it) && !it.optional)
			item_unknown(&it);
	}
	it.whole = start;
	it.whole_len = strlen(start);
	it.at = 0;
	if (!items)
		item_invalid(&it, "a name, %class, /pattern, number, all or "
				  "none is needed");
	for (unsigned abi = 0; invert && abi < ABI_COUNT; abi++)
		set->abi[abi].inverted = !set->abi[abi].inverted;
	set->sub.inverted ^= invert;
	set->uring ^= invert;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		partly_find(set, abi);
}
