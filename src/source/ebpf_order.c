/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records in the order of their times.
 *
 * They come nearly so: each is stamped a little before it gets its place in the
 * ring, and on another CPU less may lie in between.  So one that came is only
 * moved a few places forward, and waits for ORDER_WINDOW_NS.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "ebpf.h"

static void order_room(struct order *q)
{
	size_t n = q->tail - q->head;
	struct order_item *more;

	if (q->tail < q->cap)
		return;
	if (q->head > q->cap / 2) {
		memmove(q->item, q->item + q->head, n * sizeof(*q->item));
		q->head = 0;
		q->tail = n;
		return;
	}
	q->cap = q->cap ? q->cap * 2 : 1024;
	more = reallocarray(q->item, q->cap, sizeof(*q->item));
	if (!more)
		diag_die("Out of memory");
	q->item = more;
}

int64_t order_push(struct order *q, const struct ring_record *rec)
{
	const struct wire *w = rec->data;
	struct order_item it = {.rec = *rec, .time = (int64_t)w->mono_ns};
	size_t at;

	order_room(q);
	for (at = q->tail; at > q->head && q->item[at - 1].time > it.time; at--)
		q->item[at] = q->item[at - 1];
	q->item[at] = it;
	q->tail++;
	if (it.time > q->newest)
		q->newest = it.time;
	return it.time;
}

bool order_pop(struct order *q, int64_t now, struct order_item *it)
{
	int64_t newest = now > q->newest ? now : q->newest;

	if (q->head == q->tail || q->item[q->head].time > q->horizon ||
	    newest - q->item[q->head].time < ORDER_WINDOW_NS)
		return false;
	*it = q->item[q->head++];
	if (q->head == q->tail)
		q->head = q->tail = 0;
	q->popped++;
	return true;
}

unsigned long order_done(const struct order *q, unsigned ring,
			 unsigned long read)
{
	for (size_t i = q->head; i < q->tail; i++)
		if (q->item[i].rec.ring == ring && q->item[i].rec.pos < read)
			read = q->item[i].rec.pos;
	return read;
}

void order_free(struct order *q)
{
	free(q->item);
	memset(q, 0, sizeof(*q));
}
