/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is looked for while compiling, or sorted so that it is found later. */
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

/* ---- types that are there already ---- */

static size_t type_hash(const struct abi_type *t)
{
	const uint8_t *p = (const uint8_t *)t;
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < sizeof(*t); i++)
		h = (h ^ p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

/* The slot of such a type: its own, or the free one it would get. */
static uint32_t *type_slot(struct abigen *g, const struct abi_type *t)
{
	size_t mask = g->type_slots.n - 1;

	for (size_t i = type_hash(t);; i++) {
		uint32_t *slot = &g->type_slots.v[i & mask];

		if (!*slot || !memcmp(&g->t.types.v[*slot], t, sizeof(*t)))
			return slot;
	}
}

static void type_slots_grow(struct abigen *g)
{
	size_t n = g->type_slots.n ? g->type_slots.n * 2 : 4096;

	g->type_slots.v = mem_new(n * sizeof(*g->type_slots.v));
	g->type_slots.n = g->type_slots.cap = n;
	for (uint32_t i = 1; i < g->t.types.n; i++)
		*type_slot(g, &g->t.types.v[i]) = i;
}

uint32_t type_add(struct abigen *g, const struct abi_type *t)
{
	struct abi_type copy = *t;
	uint32_t *slot;

	if (g->t.types.n * 2 >= g->type_slots.n)
		type_slots_grow(g);
	slot = type_slot(g, &copy);
	if (!*slot) {
		*vec_new(&g->t.types) = copy;
		*slot = g->t.types.n - 1;
	}
	return *slot;
}

/* ---- cases by their keys ---- */

struct keyed {
	uint32_t key, index;
};

static int keyed_order(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void abi_order(struct abigen *g, uint32_t first, uint32_t n,
		      unsigned abi)
{
	VEC(struct keyed) found = { 0 };

	for (uint32_t i = first; i < first + n; i++) {
		struct abi_num *num = &g->t.nums.v[g->t.cases.v[i].val[0]];

		if (num->present & 1u << abi)
			*vec_new(&found) = (struct keyed){ num->v[abi], i };
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), keyed_order);
	*vec_new(&g->t.orders) = found.n;
	for (size_t i = 0; i < found.n; i++)
		*vec_new(&g->t.orders) = found.v[i].index;
}

void cases_order(struct abigen *g, uint32_t first, uint32_t n,
		 uint32_t order[ABI_COUNT])
{
	for (unsigned abi = 0; n && abi < ABI_COUNT; abi++) {
		order[abi] = g->t.orders.n;
		abi_order(g, first, n, abi);
	}
}
