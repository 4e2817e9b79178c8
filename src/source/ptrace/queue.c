/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The queue of stops that were collected and not served yet, oldest first.
 */
#include <stdlib.h>
#include <string.h>

#include "ptrace.h"
#include "xalloc.h"

#define QUEUE_MIN 16

static void queue_grow(struct stop_queue *q)
{
	size_t cap = q->cap ? q->cap * 2 : QUEUE_MIN;
	struct stop *ring = xalloc_new(cap, sizeof(*ring));

	for (size_t i = 0; i < q->count; i++)
		ring[i] = q->ring[(q->head + i) & (q->cap - 1)];
	free(q->ring);
	q->ring = ring;
	q->cap = cap;
	q->head = 0;
}

void queue_push(struct stop_queue *q, const struct stop *st)
{
	if (q->count == q->cap)
		queue_grow(q);
	q->ring[(q->head + q->count++) & (q->cap - 1)] = *st;
}

void queue_push_front(struct stop_queue *q, const struct stop *st)
{
	if (q->count == q->cap)
		queue_grow(q);
	q->head = (q->head - 1) & (q->cap - 1);
	q->ring[q->head] = *st;
	q->count++;
}

bool queue_pop(struct stop_queue *q, struct stop *st)
{
	if (!q->count)
		return false;
	*st = q->ring[q->head];
	q->head = (q->head + 1) & (q->cap - 1);
	q->count--;
	return true;
}
