/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --help=TOPIC: groups of options, an option, -e, classes of calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "diag.h"
#include "help.h"
#include "xalloc.h"

#define TEXT_COLUMN 7
#define LEVEL_COLUMNS 4
#define NAME_MAX_LEN 64

/* ---- options */

/* Does the manual's text speak of the option by this name? */
static bool text_is_of(const struct help_text *t, const char *name, int letter)
{
	char word[NAME_MAX_LEN];

	if (name)
		snprintf(word, sizeof(word), " --%s ", name);
	if (name && strstr(t->names, word))
		return true;
	snprintf(word, sizeof(word), " -%c ", letter);
	return letter && strstr(t->names, word);
}

/* Rows without help are other names of the one before. */
static bool text_is_of_rows(const struct help_text *t,
			    const struct option_row *row)
{
	const struct option_row *end = option_table + option_table_size;

	do {
		if (text_is_of(t, row->name, row->letter))
			return true;
	} while (++row < end && !row->help);
	return false;
}

static void add_text(struct page *p, const char *text)
{
	for (; *text; text += strlen(text) + 1) {
		size_t level = (size_t)(*text - '0');
		size_t column = !level ? 2 :
				TEXT_COLUMN + LEVEL_COLUMNS * (level - 1);

		page_column(p, column);
		page_words(p, column, text + 1);
		page_line(p);
	}
}

static void add_option(struct page *p, const struct option_row *row)
{
	bool found = false;

	while (!row->help)
		row--;
	for (const struct help_text *t = help_texts; t->names; t++) {
		if (!text_is_of_rows(t, row))
			continue;
		add_text(p, t->text);
		found = true;
	}
	if (!found)
		page_option(p, row);
}

/* ---- keys of -e */

static void add_values(struct page *p, const struct option_arg *arg)
{
	const char *word;

	if (!arg_word(arg, 0))
		return;
	page_column(p, TEXT_COLUMN);
	page_words(p, TEXT_COLUMN, "values:");
	for (size_t i = 0; (word = arg_word(arg, i)); i++)
		page_words(p, TEXT_COLUMN, word);
	if (arg->form == FORM_SET)
		page_words(p, TEXT_COLUMN, "all none");
	page_line(p);
}

static void add_keys(struct page *p)
{
	add_option(p, option_by_letter('e'));
	for (const struct expr_key *k = expr_keys; k->set; k++) {
		page_column(p, 2);
		for (size_t i = 0; k->names[i]; i++)
			buf_fmt(&p->b, "%s%s", i ? ", " : "", k->names[i]);
		buf_fmt(&p->b, "=%s", k->arg->text);
		page_column(p, TEXT_COLUMN);
		page_words(p, TEXT_COLUMN, expr_key_help(k));
		page_line(p);
		add_values(p, k->arg);
	}
}

/* ---- classes of calls */

struct names {
	const char **at;
	size_t n, room;
};

static void names_add(struct names *l, const char *name)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->at = xalloc_resize(l->at, l->room, sizeof(*l->at));
	}
	l->at[l->n++] = name;
}

static int names_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void class_calls(struct names *l, unsigned abi, uint32_t bit)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		struct calls_sub sub;

		if (calls_name(abi, nr) && (calls_class(abi, nr) & bit))
			names_add(l, calls_name(abi, nr));
		for (uint32_t i = 0; calls_sub(abi, nr, i, &sub); i++)
			if (sub.name && (sub.classes & bit))
				names_add(l, sub.name);
	}
}

static void add_class(struct page *p, const struct class_name *c)
{
	struct names l = { .at = NULL };

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		class_calls(&l, abi, c->bit);
	if (l.n)
		qsort(l.at, l.n, sizeof(*l.at), names_order);
	buf_fmt(&p->b, "  %%%s:", c->name);
	page_words(p, 2, c->help);
	page_line(p);
	page_column(p, TEXT_COLUMN);
	for (size_t i = 0; i < l.n; i++)
		if (!i || strcmp(l.at[i], l.at[i - 1]))
			page_words(p, TEXT_COLUMN, l.at[i]);
	page_line(p);
	free(l.at);
}

static void add_classes(struct page *p)
{
	page_words(p, 0, "Classes of calls, for --trace, --abbrev, --verbose "
		   "and --raw:");
	page_line(p);
	for (const struct class_name *c = class_names; c->name; c++)
		if (c->help)
			add_class(p, c);
}

/* ---- topics */

static void add_all(struct page *p)
{
	for (enum option_group g = 0; g < GROUP_COUNT; g++) {
		buf_fmt(&p->b, "%s:", help_groups[g].title);
		page_line(p);
		for (unsigned i = 0; i < option_table_size; i++)
			if (option_table[i].help && option_table[i].group == g)
				add_option(p, &option_table[i]);
		page_line(p);
	}
	add_keys(p);
	page_line(p);
	add_classes(p);
}

static const struct class_name *class_find(const char *topic)
{
	for (const struct class_name *c = class_names; c->name; c++)
		if (c->help && *topic == '%' && !strcmp(c->name, topic + 1))
			return c;
	return NULL;
}

/* "-y", "--decode-fds", "decode-fds" */
static const struct option_row *option_find(const char *topic)
{
	if (*topic == '-' && topic[1] && !topic[2])
		return option_by_letter(topic[1]);
	if (*topic == '-')
		return topic[1] == '-' ? option_by_name(topic + 2) : NULL;
	return option_by_name(topic);
}

static bool add_topic(struct page *p, const char *topic)
{
	for (enum option_group g = 0; g < GROUP_COUNT; g++) {
		if (strcmp(topic, help_groups[g].name))
			continue;
		page_group(p, g);
		return true;
	}
	if (!strcmp(topic, "all"))
		add_all(p);
	else if (!strcmp(topic, "classes"))
		add_classes(p);
	else if (class_find(topic))
		add_class(p, class_find(topic));
	else if (!strcmp(topic, "expr") || !strcmp(topic, "-e"))
		add_keys(p);
	else if (option_find(topic))
		add_option(p, option_find(topic));
	else
		return false;
	return true;
}

static void __attribute__((noreturn)) topic_unknown(const char *topic)
{
	bool class = *topic == '%';
	struct suggest s;

	suggest_begin(&s, topic + strspn(topic, "-%"));
	for (const struct class_name *c = class_names; class && c->name; c++)
		suggest_try(&s, c->name);
	for (enum option_group g = 0; !class && g < GROUP_COUNT; g++)
		suggest_try(&s, help_groups[g].name);
	for (unsigned i = 0; !class && i < option_table_size; i++)
		if (option_table[i].name)
			suggest_try(&s, option_table[i].name);
	if (!class) {
		suggest_try(&s, "expr");
		suggest_try(&s, "classes");
	}
	if (suggest_best(&s))
		diag_usage("there is no help on '%s' (did you mean "
			   "'--help=%s%s'?)", topic, class ? "%" : "",
			   suggest_best(&s));
	diag_usage("there is no help on '%s' (give an option, a class of "
		   "calls, or a topic that --help names in its last line)",
		   topic);
}

void help_topic_print(const char *topic)
{
	struct page p;

	page_begin(&p);
	if (!add_topic(&p, topic))
		topic_unknown(topic);
	page_end(&p);
}
