/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock: times of day that pass midnight.
 *
 * Lines have no date.  Within a log, a time that is hours earlier than the one
 * before is of the next day; one that is less earlier tells that the clock was
 * set back (for a leap second, or the end of summer time), and is of the same
 * day.  On which day a log begins is known only beside others: the first of
 * them is the one before which there is the longest time of day in which none
 * of them has anything to say.  A trace of less than a day is so put in order
 * wherever its midnight is.
 */
#ifndef STRACE_MERGE_CLOCK_H
#define STRACE_MERGE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

struct clock {
	int64_t day;		/* 0: that on which the first log begins */
	int64_t last;		/* since midnight */
};

/* Nanoseconds since the first midnight of a line's time of day. */
int64_t clock_go(struct clock *c, int64_t ns);

/* From the first to the last time of a log. */
struct clock_span {
	size_t rank;		/* of the log */
	int64_t first, last;
	int64_t day;		/* on which it begins: set by clock_order() */
};

/* Puts them in another order. */
void clock_order(struct clock_span *spans, size_t n);

#endif
