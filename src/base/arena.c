/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arena.h"

#include <stdlib.h>

#include "xalloc.h"

#define BLOCK_SIZE ((size_t)4096)
#define BLOCK_MOST ((size_t)1 << 20)	/* that blocks grow to by themselves */

struct arena_block {
	struct arena_block *older;
	size_t size;		/* bytes of data */
	char data[] __attribute__((aligned(16)));
};

static void block_use(struct arena *a, struct arena_block *b)
{
	a->at = b->data;
	a->end = b->data + b->size;
}

/* Each block is twice as long as the one before: many values, few blocks. */
static size_t next_size(const struct arena *a, size_t n)
{
	size_t size = a->blocks ? a->blocks->size * 2 :
		      BLOCK_SIZE - sizeof(struct arena_block);

	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	return size < n ? n : size;
}

void *arena_grow(struct arena *a, size_t n)
{
	size_t size = next_size(a, n);
	struct arena_block *b = xalloc_resize(NULL, 1, sizeof(*b) + size);

	b->older = a->blocks;
	b->size = size;
	a->blocks = b;
	block_use(a, b);
	a->at += n;
	a->used += n;
	return b->data;
}

void arena_reset(struct arena *a)
{
	struct arena_block *b = a->blocks, *older;

	a->used = 0;
	if (!b)
		return;
	for (; (older = b->older); b = older)
		free(b);
	a->blocks = b;
	if (b->size > BLOCK_SIZE) {
		arena_free(a);
		return;
	}
	block_use(a, b);
}

void arena_free(struct arena *a)
{
	struct arena_block *b, *older;

	for (b = a->blocks; b; b = older) {
		older = b->older;
		free(b);
	}
	memset(a, 0, sizeof(*a));
}
