/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "built_with.h"
#include "calls.h"
#include "cli.h"
#include "diag.h"

#define HELP_COLUMN 30		/* where explanations begin */
#define HELP_WIDTH 79

static const char *const group_titles[GROUP_COUNT] = {
	[GROUP_START] = "What to trace",
	[GROUP_FOLLOW] = "Children, and how strace runs",
	[GROUP_BACKEND] = "How the kernel is asked",
	[GROUP_FILTER] = "Which calls and signals",
	[GROUP_INJECT] = "Which calls are changed",
	[GROUP_VALUES] = "How values look",
	[GROUP_LINES] = "How lines look, and where they go",
	[GROUP_SUMMARY] = "Summary",
	[GROUP_RECORD] = "Record and replay",
	[GROUP_MISC] = "Other",
};

static const char help_usage[] =
	"Usage: strace [OPTION]... COMMAND [ARGUMENT]...\n"
	"       strace [OPTION]... -p PID...\n"
	"       strace [OPTION]... --all | --attach-cgroup=PATH | "
	"--container=NAME\n"
	"       strace [OPTION]... --replay=FILE\n"
	"Show the system calls that programs make, and the signals they get.\n";

static const char help_end[] =
	"\n"
	"strace -f -o log COMMAND         trace a command and its children\n"
	"strace -e trace=%file COMMAND    which files does it use?\n"
	"strace -p PID                    what is a running process doing?\n"
	"More in the manual: man strace.\n";

/* Blanks up to a column of the last line, or a line break before them. */
static void go_to_column(struct buf *b, size_t line, size_t column)
{
	if (b->len - line >= column) {
		buf_ch(b, '\n');
		line = b->len;
	}
	while (b->len - line < column)
		buf_ch(b, ' ');
}

static void add_wrapped(struct buf *b, size_t line, const char *text)
{
	const char *word;
	size_t len;

	while ((len = list_next(&text, " ", &word))) {
		if (b->len - line + 1 + len > HELP_WIDTH) {
			buf_ch(b, '\n');
			line = b->len;
			go_to_column(b, line, HELP_COLUMN);
		} else if (b->len - line > HELP_COLUMN) {
			buf_ch(b, ' ');
		}
		buf_add(b, word, len);
	}
	buf_ch(b, '\n');
}

static void add_row(struct buf *b, const struct option_row *row)
{
	size_t line = b->len;
	const struct option_arg *arg = row->arg;

	if (row->letter)
		buf_fmt(b, "  -%c%s", row->letter, row->name ? ", " : "");
	else
		buf_str(b, "      ");
	if (row->name)
		buf_fmt(b, "--%s", row->name);
	if (arg)
		buf_fmt(b, arg->optional ? "[=%s]" : row->name ? "=%s" : " %s",
			arg->text);
	buf_ch(b, ' ');
	if (b->len - line >= HELP_COLUMN) {
		b->len--;	/* no blank at the end of a line */
		buf_ch(b, '\n');
		line = b->len;
	}
	go_to_column(b, line, HELP_COLUMN);
	add_wrapped(b, line, row->help);
}

/* A full disk behind > must not look like success. */
static void write_out(struct buf *b)
{
	bool bad = fwrite(b->data, 1, b->len, stdout) != b->len;

	if (fflush(stdout) || bad)
		diag_die("cannot write to standard output: %m");
	buf_free(b);
}

void help_print(void)
{
	struct buf b = { .len = 0 };
	enum option_group group = GROUP_COUNT;

	buf_str(&b, help_usage);
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];

		if (!row->help)
			continue;
		if (row->group != group) {
			group = row->group;
			buf_fmt(&b, "\n%s:\n", group_titles[group]);
		}
		add_row(&b, row);
	}
	buf_str(&b, help_end);
	write_out(&b);
}

static void add_features(struct buf *b)
{
	buf_str(b, built_with.bpf ? " bpf" : " no-bpf");
	buf_str(b, built_with.stack_source ? " stack-trace=libdw" :
		built_with.stack ? " stack-trace=libunwind" :
		" no-stack-trace");
	buf_str(b, built_with.demangle ? " stack-demangle" :
		" no-stack-demangle");
	buf_str(b, built_with.secontext ? " secontext" : " no-secontext");
}

void version_print(void)
{
	struct buf b = { .len = 0 };

	buf_str(&b, "strace -- version " PACKAGE_VERSION "\n"
		"An independent implementation.  Free software under the GNU "
		"LGPL, version 2.1\nor later; there is NO WARRANTY, as far as "
		"the law allows.\n\nDecodes the calls of:");
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		buf_fmt(&b, " %s", abi_name(abi));
	buf_str(&b, "\nFeatures: json record replay seccomp-bpf "
		"cpu-placement");
	add_features(&b);
	buf_ch(&b, '\n');
	write_out(&b);
}
