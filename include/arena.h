/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arena: memory for the pieces of one thing that go away together, such as the
 * decoded values of a call.
 *
 * Zero-initialise it ({ 0 }).  arena_alloc() hands out aligned pieces that stay
 * where they are until arena_reset(), which keeps the first block, so that the
 * next call costs no malloc().  All other blocks are given back then.
 */
#ifndef STRACE_ARENA_H
#define STRACE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* the newest one first */
	char *at, *end;			/* the free part of that block */
	size_t used;			/* bytes handed out since the reset */
};

/* Only arena_alloc() calls this: a piece of a new block. */
void *arena_grow(struct arena *a, size_t n);

static inline void *arena_alloc(struct arena *a, size_t n)
{
	char *p = a->at;

	n = (n + 7) & ~(size_t)7;
	if ((size_t)(a->end - p) < n)
		return arena_grow(a, n);
	a->at = p + n;
	a->used += n;
	return p;
}

/* NULL stays NULL. */
static inline void *arena_copy(struct arena *a, const void *p, size_t n)
{
	return p ? memcpy(arena_alloc(a, n), p, n) : NULL;
}

void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#endif
