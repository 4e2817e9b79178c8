/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * show: bytes of logs on their way to the output.
 *
 * They pass as they are, for a trace is text.  But a log may be anything, and
 * nothing in it may give orders to a terminal: there control bytes are made
 * visible.
 */
#ifndef STRACE_MERGE_SHOW_H
#define STRACE_MERGE_SHOW_H

#include <stdbool.h>
#include <stddef.h>

struct output;

struct show {
	struct output *out;
	bool json;		/* UTF-8, and escapes are those of JSON */
	bool lead;		/* JSON: the last byte begins a character that
				 * may be a control character; it waits */
};

void show_bytes(struct show *s, const char *p, size_t n);
/* False: what could not be written was reported. */
bool show_goes_on(const struct show *s);

#endif
