/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "built_with.h"
#include "calls.h"
#include "diag.h"
#include "help.h"

#define HELP_COLUMN 30		/* where explanations begin */
#define WIDTH_MIN 40

const struct help_group help_groups[GROUP_COUNT] = {
	[GROUP_START] = { "start", "What to trace" },
	[GROUP_FOLLOW] = { "follow", "Children, and how strace runs" },
	[GROUP_BACKEND] = { "backend", "How the kernel is asked" },
	[GROUP_FILTER] = { "filter", "Which calls and signals" },
	[GROUP_INJECT] = { "inject", "Which calls are changed" },
	[GROUP_VALUES] = { "values", "How values look" },
	[GROUP_LINES] = { "lines", "How lines look, and where they go" },
	[GROUP_SUMMARY] = { "summary", "Summary" },
	[GROUP_RECORD] = { "record", "Record and replay" },
	[GROUP_MISC] = { "misc", "Other" },
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
	"strace -p PID                    what is a running process doing?\n";

/* A terminal's lines are used in full; what goes elsewhere has a fixed form. */
void page_begin(struct page *p)
{
	struct winsize size;

	*p = (struct page){ .width = HELP_WIDTH };
	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return;
	p->width = size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

void page_line(struct page *p)
{
	buf_ch(&p->b, '\n');
	p->line = p->b.len;
}

void page_column(struct page *p, size_t column)
{
	if (p->b.len - p->line >= column && p->b.len > p->line) {
		/* No blank stands at the end of a line. */
		while (p->b.data[p->b.len - 1] == ' ')
			p->b.len--;
		page_line(p);
	}
	while (p->b.len - p->line < column)
		buf_ch(&p->b, ' ');
}

void page_words(struct page *p, size_t column, const char *text)
{
	const char *word;
	size_t len;

	while ((len = list_next(&text, " ", &word))) {
		size_t used = p->b.len - p->line;

		if (used > column && used + 1 + len > p->width)
			page_column(p, column);
		else if (used > column)
			buf_ch(&p->b, ' ');
		buf_add(&p->b, word, len);
	}
}

void page_option(struct page *p, const struct option_row *row)
{
	const struct option_arg *arg = row->arg;

	if (row->letter)
		buf_fmt(&p->b, "  -%c%s", row->letter, row->name ? ", " : "");
	else
		buf_str(&p->b, "      ");
	if (row->name)
		buf_fmt(&p->b, "--%s", row->name);
	if (arg)
		buf_fmt(&p->b, arg->optional ? "[=%s]" : row->name ? "=%s" :
			" %s", arg->text);
	/* A blank at least parts it from what it means. */
	if (p->b.len - p->line < HELP_COLUMN - 1)
		buf_ch(&p->b, ' ');
	page_column(p, HELP_COLUMN);
	page_words(p, HELP_COLUMN, option_help(row));
	page_line(p);
}

void page_group(struct page *p, enum option_group group)
{
	buf_fmt(&p->b, "%s:", help_groups[group].title);
	page_line(p);
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];

		if (row->help && row->group == group)
			page_option(p, row);
	}
}

/* A full disk behind > must not look like success. */
void page_end(struct page *p)
{
	bool bad = fwrite(p->b.data, 1, p->b.len, stdout) != p->b.len;

	if (fflush(stdout) || bad)
		diag_die("cannot write to standard output: %m");
	buf_free(&p->b);
}

void help_print(void)
{
	struct page p;

	page_begin(&p);
	buf_str(&p.b, help_usage);
	for (enum option_group g = 0; g < GROUP_COUNT; g++) {
		page_line(&p);
		page_group(&p, g);
	}
	buf_str(&p.b, help_end);
	p.line = p.b.len;
	page_words(&p, 0, "More: man strace, and --help=TOPIC: an option (-y), "
		   "a class (%file),");
	for (enum option_group g = 0; g < GROUP_COUNT; g++) {
		page_words(&p, 0, help_groups[g].name);
		buf_ch(&p.b, ',');
	}
	page_words(&p, 0, "expr, classes, all.");
	page_line(&p);
	page_end(&p);
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
	struct page p;

	page_begin(&p);
	buf_str(&p.b, "strace -- version " PACKAGE_VERSION "\n"
		"An independent implementation.  Free software under the GNU "
		"LGPL, version 2.1\nor later; there is NO WARRANTY, as far as "
		"the law allows.\n\nDecodes the calls of:");
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		buf_fmt(&p.b, " %s", abi_name(abi));
	buf_str(&p.b, "\nFeatures: json record replay seccomp-bpf "
		"cpu-placement");
	add_features(&p.b);
	page_line(&p);
	page_end(&p);
}
