/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * heap: which of many inputs goes on next.
 *
 * Each input is in it once, with the time of what it has next.  The first one
 * has the least time; of equal times, the least rank.  Zero-initialise it.
 */
#ifndef STRACE_MERGE_HEAP_H
#define STRACE_MERGE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_item {
	int64_t ns;
	size_t rank;		/* of the input, which no other one has */
};

struct heap {
	struct heap_item *item;	/* item[0] is the first */
	size_t n, cap;
};

void heap_add(struct heap *h, struct heap_item new);
/* The first one has another time now. */
void heap_set_first(struct heap *h, int64_t ns);
void heap_drop_first(struct heap *h);
void heap_free(struct heap *h);

#endif
