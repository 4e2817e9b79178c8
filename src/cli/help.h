/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * help: text for standard output, wrapped, for src/cli/help*.c only.
 *
 * A page collects what is to be said; page_end() writes it.  Words are put one
 * after the other, and a line that is full goes on at the page's indent.
 */
#ifndef STRACE_HELP_H
#define STRACE_HELP_H

#include "buf.h"
#include "cli.h"

#define HELP_WIDTH 79

struct page {
	struct buf b;
	size_t width;		/* columns of a line */
	size_t line;		/* where in b the line begins */
};

void page_begin(struct page *p);
/* Blanks up to a column; a new line first if the line is past it. */
void page_column(struct page *p, size_t column);
/* Words from here on, further lines from a column on. */
void page_words(struct page *p, size_t column, const char *text);
void page_line(struct page *p);		/* the line ends */
void page_end(struct page *p);

/* What --help says of an option, as -x, --name=ARG and its explanation. */
void page_option(struct page *p, const struct option_row *row);
void page_group(struct page *p, enum option_group group);

/* The topics beside options and classes. */
struct help_group {
	const char *name;
	const char *title;
};
extern const struct help_group help_groups[GROUP_COUNT];

#endif
