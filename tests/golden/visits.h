/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * visits: notes what the decoder reached, for scripts/check/coverage.
 *
 * The decoder this program is linked with calls dec_visit() (visit.h).
 */
#ifndef TEST_VISITS_H
#define TEST_VISITS_H

#include <stdio.h>

#define DEC_VISITS
#include "decode/visit.h"
#include "diag.h"
#include "set.h"

static struct numset visits[VISIT_COUNT];

void dec_visit(enum visit what, size_t index)
{
	numset_add(&visits[what], (unsigned)index);
}

/* KIND INDEX, a line each. */
static void visits_write(const char *path)
{
	static const char *const kinds[VISIT_COUNT] = {
		[VISIT_SIG] = "sig", [VISIT_CASE] = "case",
		[VISIT_HOOK] = "hook", [VISIT_STRUCT] = "struct",
		[VISIT_RECORDS] = "records", [VISIT_STREAM] = "stream",
	};
	FILE *f = path ? fopen(path, "w") : NULL;

	if (path && !f)
		diag_die("%s: cannot be written", path);
	for (unsigned k = 0; k < VISIT_COUNT; k++) {
		for (size_t i = 0; f && i < visits[k].words * 64; i++)
			if (numset_has(&visits[k], i))
				fprintf(f, "%s %zu\n", kinds[k], i);
		numset_clear(&visits[k]);
	}
	if (f)
		fclose(f);
}

#endif
