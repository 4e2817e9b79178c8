/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * visit: which descriptions a call was decoded by.
 *
 * The golden tests' program is linked with this decoder compiled with
 * DEC_VISITS, and has a dec_visit() that notes what was reached;
 * scripts/check/coverage compares that with what there is, as abigen
 * --described says it.  In the tracer nothing is left of it.
 */
#ifndef STRACE_DECODE_VISIT_H
#define STRACE_DECODE_VISIT_H

#include <stddef.h>

enum visit {		/* the index is one in the table of that name */
	VISIT_SIG, VISIT_CASE, VISIT_HOOK, VISIT_STRUCT, VISIT_RECORDS,
	VISIT_STREAM, VISIT_COUNT
};

#ifdef DEC_VISITS
void dec_visit(enum visit what, size_t index);
#else
static inline void dec_visit(enum visit what, size_t index)
{
	(void)what;
	(void)index;
}
#endif

#endif
