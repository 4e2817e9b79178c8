/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * head: the time that a line begins with, or has as a member.
 *
 * A line may be anything at all: what does not look as strace writes it has no
 * time.
 */
#ifndef STRACE_MERGE_HEAD_H
#define STRACE_MERGE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "now.h"

#define NSEC_PER_DAY (86400 * NSEC_PER_SEC)

/* How the times of a log are written. */
enum time_form {
	TIMES_NONE,
	TIMES_RELATIVE,		/* -r: to the line before */
	TIMES_CLOCK,		/* -t: since midnight */
	TIMES_UNIX,		/* -ttt: since 1970 */
	TIMES_JSON,		/* the same, in a member of an object */
};

struct line_time {
	enum time_form form;
	int64_t ns;		/* of TIMES_CLOCK and TIMES_UNIX */
};

/* So many bytes of a line are enough to find its time. */
#define TEXT_HEAD_MAX 512

/*
 * The time at the beginning of a line of text.  with_pid: the number of a
 * process may stand before it, as strace -f writes it.
 */
struct line_time text_head(const char *line, size_t len, bool with_pid);

/* What a line of JSON is; it is read piece by piece, however long it is. */
enum json_type {
	JSON_OTHER,
	JSON_START,		/* says which version the lines are of */
	JSON_DUMP,		/* belongs to the line before it */
};

struct json_head {
	enum json_type type;
	bool has_type, has_time;
	bool whole;		/* read on when both are known */
	int64_t ns;
	size_t depth;		/* of open brackets: 0 at its end */
	/* how far it is read */
	bool in_string, escaped, in_value;
	char text[24];		/* a key or a value of the outer object */
	size_t len;		/* of it, which may be more than has room */
	int key;
};

/* Zero-initialise it.  True: there is no need to see more of the line. */
bool json_head_read(struct json_head *h, const char *p, size_t n);

#endif
