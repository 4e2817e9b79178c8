/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diag.h"

size_t list_next(const char **text, const char *separators,
		 const char **item)
{
	size_t len;

	*text += strspn(*text, separators);
	len = strcspn(*text, separators);
	*item = *text;
	*text += len;
	return len;
}

bool number_parse(const char *text, size_t len, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (!len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (text[i] - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return true;
}

/* Is this the first name of its value? */
static bool word_is_main(const struct word *words, const struct word *w)
{
	while (words->value != w->value)
		words++;
	return words == w;
}

const char *arg_word(const struct option_arg *arg, size_t n)
{
	for (size_t i = 0; i < ARG_LISTS && arg->words[i]; i++)
		for (const struct word *w = arg->words[i]; w->name; w++)
			if (word_is_main(arg->words[i], w) && !n--)
				return w->name;
	return NULL;
}

const char *words_text(const struct word *words, char text[WORDS_TEXT_MAX])
{
	const struct word *last = NULL;
	size_t len = 0;

	for (const struct word *w = words; w->name; w++) {
		if (word_is_main(words, w))
			last = w;
	}
	text[0] = '\0';
	for (const struct word *w = words; w->name; w++) {
		if (!word_is_main(words, w) || len >= WORDS_TEXT_MAX)
			continue;
		len += (size_t)snprintf(text + len, WORDS_TEXT_MAX - len,
					"%s%s", !len ? "" :
					w == last ? " or " : ", ", w->name);
	}
	return text;
}

const struct word *words_find(const struct word *words, const char *name,
			      size_t len)
{
	for (; words->name; words++) {
		if (strlen(words->name) == len &&
		    !strncmp(words->name, name, len))
			return words;
	}
	return NULL;
}

unsigned words_one(const struct word *words, const char *label,
		   const char *text)
{
	const struct word *w = words_find(words, text, strlen(text));
	char list[WORDS_TEXT_MAX];

	if (!w)
		diag_usage("invalid %s argument: '%s' (give %s)", label, text,
			   words_text(words, list));
	return w->value;
}

static unsigned words_item(const struct word *words, const char *what,
			   const char *item, size_t len)
{
	const struct word *w = words_find(words, item, len);
	char list[WORDS_TEXT_MAX];

	if (!w)
		diag_die("invalid %s '%.*s' (there are %s; all and none)",
			 what, (int)len, item, words_text(words, list));
	return w->value;
}

unsigned words_set(const struct word *words, const char *what,
		   const char *text)
{
	const char *start = text;
	unsigned all = 0, bits = 0, items = 0;
	bool invert = false;
	const char *item;
	size_t len;

	for (const struct word *w = words; w->name; w++)
		all |= w->value;
	for (; *text == '!'; text++)
		invert = !invert;
	while ((len = list_next(&text, ",", &item))) {
		items++;
		if (len == 3 && !strncmp(item, "all", len))
			bits |= all;
		else if (len != 4 || strncmp(item, "none", len))
			bits |= words_item(words, what, item, len);
	}
	if (!items)
		words_item(words, what, start, strlen(start));
	return invert ? all & ~bits : bits;
}

bool options_decode(const struct options *o, const char *word)
{
	const struct word *w = words_find(decode_words, word, strlen(word));

	return w && o->decode & w->value;
}

static void numset_item(struct numset *set, const struct numset_kind *kind,
			const char *item, size_t len)
{
	int n;

	if (len == 3 && !strncmp(item, "all", len)) {
		numset_clear(set);
		set->inverted = true;
		return;
	}
	if (len == 4 && !strncmp(item, "none", len))
		return;
	n = kind->item(item, len);
	if (n < 0)
		diag_die("invalid %s '%.*s' (%s)", kind->what, (int)len, item,
			 kind->hint);
	numset_add(set, (unsigned)n);
}

void numset_parse(struct numset *set, const struct numset_kind *kind,
		  const char *text)
{
	bool invert = false;
	unsigned items = 0;
	const char *item;
	size_t len;

	numset_clear(set);
	for (; *text == '!'; text++)
		invert = !invert;
	while ((len = list_next(&text, ",", &item))) {
		items++;
		numset_item(set, kind, item, len);
	}
	if (!items)
		diag_die("invalid %s '' (%s)", kind->what, kind->hint);
	if (invert)
		set->inverted = !set->inverted;
}
