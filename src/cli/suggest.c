/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cli.h"

#define SUGGEST_MAX 48		/* longer names are not compared */

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

struct rows {
	unsigned r[3][SUGGEST_MAX + 1];
};

/* One row of the table of edit distances; i counts characters of a. */
static void fill_row(struct rows *rows, const char *a, const char *b, size_t i)
{
	unsigned *now = rows->r[i % 3];
	const unsigned *prev = rows->r[(i + 2) % 3];
	const unsigned *prev2 = rows->r[(i + 1) % 3];
	size_t blen = strlen(b);

	now[0] = (unsigned)i;
	for (size_t j = 1; j <= blen; j++) {
		unsigned differs = a[i - 1] != b[j - 1];

		now[j] = min3(prev[j] + 1, now[j - 1] + 1,
			      prev[j - 1] + differs);
		/* Two letters in the wrong order are one mistake. */
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1] && prev2[j - 2] + 1 < now[j])
			now[j] = prev2[j - 2] + 1;
	}
}

static unsigned edit_distance(const char *a, const char *b)
{
	size_t alen = strlen(a), blen = strlen(b);
	struct rows rows;

	if (alen > SUGGEST_MAX || blen > SUGGEST_MAX)
		return SUGGEST_MAX;
	for (size_t j = 0; j <= blen; j++)
		rows.r[0][j] = (unsigned)j;
	for (size_t i = 1; i <= alen; i++)
		fill_row(&rows, a, b, i);
	return rows.r[alen % 3][blen];
}

void suggest_begin(struct suggest *s, const char *wanted)
{
	*s = (struct suggest){ .wanted = wanted, .distance = SUGGEST_MAX };
}

void suggest_try(struct suggest *s, const char *candidate)
{
	unsigned d = edit_distance(s->wanted, candidate);

	if (d >= s->distance)
		return;
	s->distance = d;
	s->best = candidate;
}

const char *suggest_best(const struct suggest *s)
{
	size_t len = strlen(s->wanted);

	/* A third of the letters wrong is no typing mistake any more. */
	if (!s->best || s->distance > 3 || s->distance * 3 > len + 1)
		return NULL;
	return s->best;
}
