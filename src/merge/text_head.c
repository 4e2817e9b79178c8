/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "head.h"

#include <string.h>

struct text {
	const char *p, *end;
};

static bool text_is_digit(const struct text *t)
{
	return t->p < t->end && *t->p >= '0' && *t->p <= '9';
}

static bool text_take(struct text *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

static void text_skip(struct text *t, char c)
{
	while (text_take(t, c))
		;
}

/* A number of at most so many digits; false: there is none, or a longer one. */
static bool text_number(struct text *t, unsigned most, int64_t *to)
{
	unsigned digits = 0;

	for (*to = 0; text_is_digit(t) && digits < most; digits++)
		*to = *to * 10 + *t->p++ - '0';
	return digits && !text_is_digit(t);
}

/* Nothing, or a point and digits: nanoseconds. */
static bool text_fraction(struct text *t, int64_t *ns)
{
	int64_t scale = NSEC_PER_SEC;

	*ns = 0;
	if (!text_take(t, '.'))
		return true;
	while (text_is_digit(t) && scale > 1) {
		scale /= 10;
		*ns += (*t->p++ - '0') * scale;
	}
	return scale < NSEC_PER_SEC && !text_is_digit(t);
}

/* Two digits below a limit. */
static bool text_pair(struct text *t, int64_t limit, int64_t *to)
{
	const char *start = t->p;

	return text_number(t, 2, to) && t->p == start + 2 && *to < limit;
}

static bool clock_read(struct text *t, int64_t *ns)
{
	int64_t hours, minutes, seconds, fraction;

	if (!text_pair(t, 24, &hours) || !text_take(t, ':') ||
	    !text_pair(t, 60, &minutes) || !text_take(t, ':') ||
	    !text_pair(t, 61, &seconds) || !text_fraction(t, &fraction) ||
	    !text_take(t, ' '))
		return false;
	*ns = ((hours * 60 + minutes) * 60 + seconds) * NSEC_PER_SEC + fraction;
	return true;
}

static bool unix_read(struct text *t, int64_t *ns)
{
	int64_t seconds, fraction;

	if (!text_number(t, 10, &seconds) || !text_fraction(t, &fraction) ||
	    !text_take(t, ' ') || seconds >= INT64_MAX / NSEC_PER_SEC)
		return false;
	*ns = seconds * NSEC_PER_SEC + fraction;
	return true;
}

/* These are written with blanks before them, as nothing else is. */
static bool relative_read(struct text *t)
{
	int64_t seconds, fraction;

	if (!text_take(t, ' '))
		return false;
	text_skip(t, ' ');
	return text_number(t, 10, &seconds) && text_fraction(t, &fraction) &&
	       text_take(t, ' ');
}

static struct line_time time_read(const struct text *from)
{
	struct line_time time = { .form = TIMES_NONE };
	struct text t = *from;

	if (clock_read(&t, &time.ns)) {
		time.form = TIMES_CLOCK;
		return time;
	}
	t = *from;
	if (unix_read(&t, &time.ns)) {
		time.form = TIMES_UNIX;
		return time;
	}
	t = *from;
	if (relative_read(&t))
		time.form = TIMES_RELATIVE;
	return time;
}

/* "123   ", "12345<sh> ", "[pid   123] ", "[pid 12345<sh>] " */
static bool pid_skip(struct text *t)
{
	const char *start = t->p;
	bool brackets = t->end - t->p > 5 && !memcmp(t->p, "[pid ", 5);
	int64_t pid;

	if (brackets) {
		t->p += 5;
		text_skip(t, ' ');
	}
	if (!text_number(t, 10, &pid))
		return false;
	if (text_take(t, '<')) {
		while (t->p < t->end && *t->p != '>')
			t->p++;
		text_take(t, '>');
	}
	if (brackets && !text_take(t, ']'))
		return false;
	/* The column has five places. */
	while (t->p - start < 5 && text_take(t, ' '))
		;
	return text_take(t, ' ');
}

struct line_time text_head(const char *line, size_t len, bool with_pid)
{
	struct text whole = { line, line + len }, t = whole;
	struct line_time time = { .form = TIMES_NONE };

	if (with_pid && pid_skip(&t))
		time = time_read(&t);
	return time.form != TIMES_NONE ? time : time_read(&whole);
}
