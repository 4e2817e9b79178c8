/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <stdlib.h>

#include "head.h"

#define HOURS (3600 * NSEC_PER_SEC)
#define CLOCK_SET_MAX (2 * HOURS)	/* back, on the same day */
#define DISORDER_MAX (HOURS / 6)	/* around midnight */

int64_t clock_go(struct clock *c, int64_t ns)
{
	if (ns < c->last - CLOCK_SET_MAX)
		c->day++;
	else if (ns - NSEC_PER_DAY > c->last - DISORDER_MAX)
		c->day--;
	c->last = ns;
	return c->day * NSEC_PER_DAY + ns;
}

/* As long as it lasts at least. */
static int64_t span_end(const struct clock_span *s)
{
	if (s->last >= s->first)
		return s->last;
	return s->last < s->first - CLOCK_SET_MAX ? s->last + NSEC_PER_DAY :
	       s->first;
}

static int span_compare(const void *left, const void *right)
{
	const struct clock_span *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

void clock_order(struct clock_span *spans, size_t n)
{
	int64_t end = INT64_MIN, longest = INT64_MIN;
	size_t begin = 0;

	qsort(spans, n, sizeof(*spans), span_compare);
	for (size_t i = 0; i < n; i++)
		if (span_end(&spans[i]) > end)
			end = span_end(&spans[i]);
	/* What lies before the first one is the end of the day before. */
	end -= NSEC_PER_DAY;
	for (size_t i = 0; i < n; i++) {
		if (spans[i].first - end > longest) {
			longest = spans[i].first - end;
			begin = i;
		}
		if (span_end(&spans[i]) > end)
			end = span_end(&spans[i]);
	}
	for (size_t i = 0; i < n; i++)
		spans[i].day = i < begin;
}
