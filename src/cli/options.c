/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"
#include "stack.h"

/* What getopt_long() returns for the long name of row i. */
#define LONG_BASE 0x100

#define ROWS_MAX 96
#define AMBIGUOUS_MAX 4		/* names in a message */

/*
 * Names that strace did not have when people's scripts were written.  What was
 * enough to tell an older name from all others then is enough still.
 */
static const char *const later_names[] = {
	"all", "attach-cgroup", "backend", "buffer", "colour", "container",
	"cpu-placement", "inject-each", "inject-file", "json", "line-limit",
	"no-cpu-placement", "record", "replay", "seed", "slower-than",
	"strict", "to",
};

/* The option table as getopt_long() wants it. */
struct getopt_form {
	char letters[2 + 2 * ROWS_MAX + 1];
	struct option longs[ROWS_MAX + 1];
	/* Where a beginning fits several names: the older ones, those of one
	 * option being the same. */
	struct option older[ROWS_MAX + 1];
};

static bool letter_takes_arg(const struct option_row *row)
{
	return row->arg && !row->arg->optional;
}

static int long_takes_arg(const struct option_row *row)
{
	if (!row->arg)
		return no_argument;
	return row->arg->optional ? optional_argument : required_argument;
}

static bool name_is_later(const char *name)
{
	size_t n = sizeof(later_names) / sizeof(*later_names);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(later_names[i], name))
			return true;
	return false;
}

static struct option long_of_row(unsigned row, unsigned same_as)
{
	return (struct option){ .name = option_table[row].name,
				.has_arg = long_takes_arg(&option_table[row]),
				.val = LONG_BASE + (int)same_as };
}

static void older_fill(struct getopt_form *f)
{
	struct option *next = f->older;
	unsigned option = 0;

	for (unsigned i = 0; i < option_table_size; i++) {
		if (option_table[i].help)
			option = i;
		if (option_table[i].name &&
		    !name_is_later(option_table[i].name))
			*next++ = long_of_row(i, option);
	}
	*next = (struct option){ .name = NULL };
}

static void getopt_form_fill(struct getopt_form *f)
{
	struct option *next_long = f->longs;
	char *next = f->letters;

	BUG_ON(option_table_size > ROWS_MAX);
	*next++ = '+';		/* the command has options of its own */
	*next++ = ':';		/* tell a missing argument from others */
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];

		if (row->letter) {
			*next++ = row->letter;
			if (letter_takes_arg(row))
				*next++ = ':';
		}
		if (row->name)
			*next_long++ = long_of_row(i, i);
	}
	*next = '\0';
	*next_long = (struct option){ .name = NULL };
	older_fill(f);
}

static const struct option_row *row_of(int code)
{
	return code >= LONG_BASE ? &option_table[code - LONG_BASE]
				 : option_by_letter(code);
}

static void __attribute__((noreturn)) missing_argument(int code)
{
	const struct option_row *row = row_of(code);

	if (code >= LONG_BASE)
		diag_usage("option '--%s' requires an argument: %s", row->name,
			   row->arg->text);
	diag_usage("option requires an argument -- '%c': give %s",
		   row->letter, row->arg->text);
}

/*
 * The names that begin as the one given, the nearest first: as all begin alike,
 * those are the shortest.  How many there are.
 */
static size_t names_begun(const char *name, struct buf *list)
{
	const char *found[ROWS_MAX];
	size_t n = 0, len = strlen(name);

	for (unsigned i = 0; i < option_table_size; i++) {
		const char *candidate = option_table[i].name;
		size_t at = n;

		if (!candidate || strncmp(candidate, name, len))
			continue;
		for (; at && strlen(found[at - 1]) > strlen(candidate); at--)
			found[at] = found[at - 1];
		found[at] = candidate;
		n++;
	}
	for (size_t i = 0; i < n && i < AMBIGUOUS_MAX; i++)
		buf_fmt(list, " --%s", found[i]);
	if (n > AMBIGUOUS_MAX)
		buf_str(list, " ...");
	return n;
}

/* A long name that does not exist, or begins several that do. */
static void __attribute__((noreturn)) long_unknown(const char *text)
{
	struct buf list = { .len = 0 };
	char name[OPTION_LABEL_MAX];
	struct suggest s;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
	if (*name && names_begun(name, &list))
		diag_usage("option '--%s' is ambiguous; possibilities:%s",
			   name, buf_cstr(&list));
	suggest_begin(&s, name);
	for (unsigned i = 0; i < option_table_size; i++)
		if (option_table[i].name)
			suggest_try(&s, option_table[i].name);
	if (suggest_best(&s))
		diag_usage("unrecognized option '--%s' (did you mean '--%s'?)",
			   name, suggest_best(&s));
	diag_usage("unrecognized option '--%s'", name);
}

static void __attribute__((noreturn)) bad_option(char **argv)
{
	if (optopt >= LONG_BASE)
		diag_usage("option '--%s' doesn't allow an argument",
			   row_of(optopt)->name);
	if (optopt)
		diag_usage("invalid option -- '%c'", optopt);
	long_unknown(argv[optind - 1] + 2);
}

static int option_next(const struct getopt_form *f, int argc, char **argv)
{
	int code = getopt_long(argc, argv, f->letters, f->longs, NULL);

	if (code != '?' || optopt || strncmp(argv[optind - 1], "--", 2))
		return code;
	optind--;
	return getopt_long(argc, argv, f->letters, f->older, NULL);
}

static void options_default(struct options *o)
{
	static const enum summary_column columns[] = {
		COL_TIME_PERCENT, COL_TOTAL_TIME, COL_AVG_TIME, COL_CALLS,
		COL_ERRORS, COL_NAME,
	};

	*o = (struct options){
		.cpu_placement = true,
		.signals = { .inverted = true },
		.trace_fds = { .inverted = true },
		.status = STATUS_ALL,
		.max_string = 32,
		.line_limit = LINE_LIMIT,
		.stack_frames = STACK_FRAMES,
		.xlat = XLAT_ABBREV,
		.align = 40,
		.relative_digits = 6,
		.duration_digits = 6,
		.sort = COL_TOTAL_TIME,
		.ncolumns = sizeof(columns) / sizeof(*columns),
	};
	memcpy(o->columns, columns, sizeof(columns));
	callset_set_all(&o->trace);
	callset_set_all(&o->abbrev);
	callset_set_all(&o->verbose);
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct parse p = { .o = o, .seccomp = SECCOMP_AUTO };
	struct getopt_form form;
	int code;

	options_default(o);
	getopt_form_fill(&form);
	opterr = 0;		/* mistakes are reported here */
	optind = 0;		/* start anew, whoever called before */
	while ((code = option_next(&form, argc, argv)) != -1) {
		const struct option_row *row;

		if (code == ':')
			missing_argument(optopt);
		if (code == '?')
			bad_option(argv);
		row = row_of(code);
		if (row->seen)
			parse_mark(&p, row->seen);
		p.by_letter = code < LONG_BASE;
		row->handle(&p, row, optarg);
	}
	if (optind < argc)
		o->command = argv + optind;
	cli_finish(&p);
}

void options_free(struct options *o)
{
	callset_clear(&o->trace);
	callset_clear(&o->abbrev);
	callset_clear(&o->raw);
	callset_clear(&o->verbose);
	numset_clear(&o->signals);
	numset_clear(&o->read_fds);
	numset_clear(&o->write_fds);
	numset_clear(&o->trace_fds);
	for (size_t i = 0; i < o->ninjects; i++)
		inject_rule_free(&o->injects[i]);
	free(o->injects);
	free(o->pids);
	free(o->env_changes);
	for (size_t i = 0; i < o->ntrace_paths; i++)
		free(o->trace_paths[i]);
	free(o->trace_paths);
	*o = (struct options){ .command = NULL };
}
