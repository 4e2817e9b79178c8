/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * order.c brings records into the order of their times.
 *
 * They are nearly in that order when they come: each is stamped a little before
 * it gets its place in the ring, and another CPU may be quicker between the
 * two.  So a record is moved a few places forward at most.
 */
#include <stdlib.h>
#include <string.h>

#include "ebpf.h"
#include "xalloc.h"

static void order_room(struct order *q)
{
	size_t n = q->tail - q->head;

	if (q->tail < q->cap)
		return;
	if (q->head > q->cap / 2) {
		memmove(q->item, q->item + q->head, n * sizeof(*q->item));
		q->head = 0;
		q->tail = n;
		return;
	}
	q->item = xalloc_grow(q->item, &q->cap, sizeof(*q->item));
}

/*
 * The task whose call this record ends, or -1.  An entry ends one as well: the
 * record of the earlier call's end was lost then, and later records are about
 * other calls.
 */
static int ends_call_of(const struct ring_record *rec)
{
	const struct wire *w = rec->data;

	switch (w->kind) {
	case WIRE_ENTER:
	case WIRE_EXIT:
	case WIRE_END:
		return w->tid;
	case WIRE_EXEC:
		return rec->size < sizeof(struct wire_exec) ? -1 :
		       ((const struct wire_exec *)w)->old_tid;
	}
	return -1;
}

void order_push(struct order *q, const struct ring_record *rec)
{
	const struct wire *w = rec->data;
	struct order_item it = {.rec = *rec, .time = (int64_t)w->mono_ns};
	int tid = ends_call_of(rec);
	int64_t *end = &q->end[(unsigned)tid % ORDER_ENDS];
	size_t at;

	order_room(q);
	for (at = q->tail; at > q->head && q->item[at - 1].time > it.time; at--)
		q->item[at] = q->item[at - 1];
	q->item[at] = it;
	q->tail++;
	if (tid >= 0 && *end < it.time)
		*end = it.time;
}

bool order_pop(struct order *q, struct order_item *it)
{
	if (q->head == q->tail ||
	    q->item[q->head].time > q->horizon - ORDER_WINDOW_NS)
		return false;
	*it = q->item[q->head++];
	if (q->head == q->tail)
		q->head = q->tail = 0;
	q->popped++;
	q->popped_bytes += it->rec.size;
	return true;
}

const struct order_item *order_end_of(const struct order *q, pid_t tid,
				      int64_t time, size_t from)
{
	/* Mostly the entry itself is the newest record that can end a call. */
	if (q->end[(unsigned)tid % ORDER_ENDS] <= time)
		return NULL;
	for (size_t i = q->head + from; i < q->tail; i++)
		if (ends_call_of(&q->item[i].rec) == tid)
			return &q->item[i];
	return NULL;
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
