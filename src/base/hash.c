/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hash.h"

#include <stdlib.h>

#include "diag.h"
#include "xalloc.h"

#define HASH_MIN 16

/* Tids come in runs: a multiplication spreads them. */
static size_t slot_of(const struct hash *h, uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15ull) >> 32) & (h->cap - 1);
}

static struct hash_slot *slot_find(const struct hash *h, uint64_t key)
{
	size_t i = slot_of(h, key);

	while (h->slots[i].value && h->slots[i].key != key)
		i = (i + 1) & (h->cap - 1);
	return &h->slots[i];
}

static void hash_resize(struct hash *h, size_t cap)
{
	struct hash bigger = { .cap = cap, .count = h->count };

	bigger.slots = xalloc_new(cap, sizeof(*bigger.slots));
	hash_each(h, old)
		*slot_find(&bigger, old->key) = *old;
	free(h->slots);
	*h = bigger;
}

void *hash_get(const struct hash *h, uint64_t key)
{
	return h->count ? slot_find(h, key)->value : NULL;
}

void hash_put(struct hash *h, uint64_t key, void *value)
{
	struct hash_slot *slot;

	BUG_ON(!value);
	/* Never more than three quarters full: a search needs a free slot. */
	if (h->count + 1 > h->cap - h->cap / 4)
		hash_resize(h, h->cap ? h->cap * 2 : HASH_MIN);
	slot = slot_find(h, key);
	if (!slot->value)
		h->count++;
	slot->key = key;
	slot->value = value;
}

/* Move later members of the same chain up, so that no marker is needed. */
static void close_gap(struct hash *h, size_t gap)
{
	size_t mask = h->cap - 1;
	size_t i = gap;

	for (;;) {
		size_t home;

		i = (i + 1) & mask;
		if (!h->slots[i].value)
			break;
		home = slot_of(h, h->slots[i].key);
		/* It may move only if its home is not between gap and i. */
		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		h->slots[gap] = h->slots[i];
		gap = i;
	}
	h->slots[gap].value = NULL;
}

void *hash_del(struct hash *h, uint64_t key)
{
	struct hash_slot *slot;
	void *value;

	if (!h->count)
		return NULL;
	slot = slot_find(h, key);
	value = slot->value;
	if (!value)
		return NULL;
	close_gap(h, (size_t)(slot - h->slots));
	h->count--;
	return value;
}

void hash_free(struct hash *h)
{
	free(h->slots);
	h->slots = NULL;
	h->cap = 0;
	h->count = 0;
}

/* FNV-1a. */
uint64_t hash_bytes(uint64_t number, const void *p, size_t n)
{
	const unsigned char *byte = p;

	for (; n; n--)
		number = (number ^ *byte++) * 0x100000001b3ull;
	return number;
}
