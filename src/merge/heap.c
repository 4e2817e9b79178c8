/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "xalloc.h"

static bool is_before(const struct heap_item *a, const struct heap_item *b)
{
	return a->ns != b->ns ? a->ns < b->ns : a->rank < b->rank;
}

void heap_add(struct heap *h, struct heap_item new)
{
	size_t at = h->n++;

	if (h->n > h->cap)
		h->item = xalloc_grow(h->item, &h->cap, sizeof(*h->item));
	while (at && is_before(&new, &h->item[(at - 1) / 2])) {
		h->item[at] = h->item[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->item[at] = new;
}

/* Finds the place of an item, from the top down. */
static void heap_sink(struct heap *h, struct heap_item item)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < h->n) {
		if (child + 1 < h->n &&
		    is_before(&h->item[child + 1], &h->item[child]))
			child++;
		if (!is_before(&h->item[child], &item))
			break;
		h->item[at] = h->item[child];
		at = child;
	}
	h->item[at] = item;
}

void heap_set_first(struct heap *h, int64_t ns)
{
	heap_sink(h, (struct heap_item){ ns, h->item[0].rank });
}

void heap_drop_first(struct heap *h)
{
	h->n--;
	if (h->n)
		heap_sink(h, h->item[h->n]);
}

void heap_free(struct heap *h)
{
	free(h->item);
	*h = (struct heap){ .n = 0 };
}
