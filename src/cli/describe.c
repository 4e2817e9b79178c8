/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options-described: writes what the tables of options, keys and calls hold, a
 * line for each thing, its fields parted by tabs.  scripts/update/completions
 * makes the shells' completions of it; it is not installed.
 *
 *	option LETTER NAME ARGUMENT always|maybe|never FORM WORDS HELP
 *	key NAMES FORM WORDS HELP
 *	class NAME HELP
 *	call NAME	signal NAME	sink NAME	topic NAME
 *
 * And for the tests' table of options every word, other names of it, too, of an
 * option or a key; the classes that need no %; the parts of a rule of inject=:
 *
 *	word OPTION WORD	bare NAME	part NAME OPTION
 *
 * Words and names have commas between; a field without a value is "-".
 */
#include <stdio.h>

#include "calls.h"
#include "help.h"
#include "sink.h"
#include "symset.h"

#define SIGNAL_MAX 64

static const char *const form_names[FORM_COUNT] = {
	[FORM_TEXT] = "text", [FORM_NUMBER] = "number", [FORM_SIZE] = "size",
	[FORM_TIME] = "time", [FORM_WORD] = "word", [FORM_WORDS] = "words",
	[FORM_SET] = "set", [FORM_CALLS] = "calls",
	[FORM_SIGNALS] = "signals", [FORM_FDS] = "fds", [FORM_EXPR] = "expr",
	[FORM_PIDS] = "pids", [FORM_USER] = "user",
	[FORM_VARIABLE] = "variable", [FORM_FILE] = "file",
	[FORM_SINK] = "sink", [FORM_CGROUP] = "cgroup",
	[FORM_CONTAINER] = "container", [FORM_TOPIC] = "topic",
};

static void words_show(const struct option_arg *arg)
{
	const char *word = arg ? arg_word(arg, 0) : NULL;

	printf("\t%s", word ? word : "-");
	for (size_t i = 1; word && (word = arg_word(arg, i)); i++)
		printf(",%s", word);
}

/* What the argument of a row really is: that of its key, where it has one. */
static const struct option_arg *row_arg(const struct option_row *row)
{
	if (row->arg && row->arg->form == FORM_KEY)
		return expr_key_find(row->name)->arg;
	return row->arg;
}

static void options_show(void)
{
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];
		const struct option_arg *arg = row_arg(row);

		printf("option\t%c\t%s\t%s\t%s\t%s",
		       row->letter ? row->letter : '-',
		       row->name ? row->name : "-",
		       arg ? row->arg->text : "-", !arg ? "never" :
		       row->arg->optional ? "maybe" : "always",
		       arg ? form_names[arg->form] : "-");
		words_show(arg);
		printf("\t%s\n", option_help(row));
	}
}

static void keys_show(void)
{
	for (const struct expr_key *k = expr_keys; k->set; k++) {
		for (size_t i = 0; k->names[i]; i++)
			printf("%s%s", i ? "," : "key\t", k->names[i]);
		printf("\t%s", form_names[k->arg->form]);
		words_show(k->arg);
		printf("\t%s\n", expr_key_help(k));
	}
}

static void words_of_show(const char *option, const struct option_arg *arg)
{
	for (size_t i = 0; arg && i < ARG_LISTS && arg->words[i]; i++)
		for (const struct word *w = arg->words[i]; w->name; w++)
			printf("word\t%s\t%s\n", option, w->name);
}

static void all_words_show(void)
{
	char option[OPTION_LABEL_MAX];

	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];

		if (row->name)
			snprintf(option, sizeof(option), "--%s", row->name);
		else
			snprintf(option, sizeof(option), "-%c", row->letter);
		words_of_show(option, row->arg);
	}
	for (const struct expr_key *k = expr_keys; k->set; k++) {
		snprintf(option, sizeof(option), "-e %s", k->names[0]);
		words_of_show(option, k->arg);
	}
	for (size_t i = 0; callspec_bare_class(i); i++)
		printf("bare\t%s\n", callspec_bare_class(i));
	for (size_t i = 0; inject_part_name(i); i++)
		printf("part\t%s\t--inject%s\n", inject_part_name(i),
		       inject_part_is_each(i) ? "-each" : "");
}

/* Names are sorted, and shown once, by who reads them. */
static void calls_show(unsigned abi)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		struct calls_sub sub;

		if (calls_name(abi, nr))
			printf("call\t%s\n", calls_name(abi, nr));
		for (uint32_t i = 0; calls_sub(abi, nr, i, &sub); i++)
			if (sub.name)
				printf("call\t%s\n", sub.name);
	}
}

int main(void)
{
	options_show();
	keys_show();
	all_words_show();
	for (const struct class_name *c = class_names; c->name; c++)
		if (c->help)
			printf("class\t%s\t%s\n", c->name, c->help);
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		calls_show(abi);
	for (int sig = 1; sig <= SIGNAL_MAX; sig++)
		if (signal_name(sig))
			printf("signal\t%s\n", signal_name(sig));
	for (size_t i = 0; sink_form(i); i++)
		printf("sink\t%s\n", sink_form(i));
	for (size_t i = 0; i < GROUP_COUNT; i++)
		printf("topic\t%s\n", help_groups[i].name);
	return fflush(stdout) ? 1 : 0;
}
