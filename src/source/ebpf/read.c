/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* read.c moves records from the rings to the queue, and from there on. */
#include "ebpf.h"
#include "now.h"

#define FILL_MAX 4096
#define AHEAD_MAX 65536
#define RELEASE_EVERY 1024
#define BUSY_NAP_NS 20000	/* a writer is soon done with its record */
#define BUSY_NAPS 50

static void nap_ns(struct ebpf_source *s, long ns)
{
	const struct timespec nap = {0, ns};

	(void)s;
	nanosleep(&nap, NULL);
}

void ebpf_read_setup(struct ebpf_source *s)
{
	s->bounds.fill = FILL_MAX;
	s->bounds.ahead = AHEAD_MAX;
	s->bounds.release = RELEASE_EVERY;
	s->clock = now_ns;
	s->nap = nap_ns;
}

void clocks_read(struct ebpf_source *s)
{
	s->now = s->clock(CLOCK_MONOTONIC);
	s->wall_offset = s->clock(CLOCK_REALTIME) - s->now;
}

/* ---- from the rings ---- */

struct ring_view {		/* while the rings are read */
	enum ring_state state;
	struct ring_record next;
	int64_t time;		/* of next */
};

static void view_next(struct ebpf_source *s, unsigned i, struct ring_view *v)
{
	const struct wire *w;

	v->next.ring = i;
	do {
		v->state = ring_peek(&s->ring[i], &v->next);
		if (v->state != RING_READY)
			return;
		if (v->next.size >= sizeof(*w))
			break;
		ring_take(&s->ring[i], &v->next);
	} while (true);
	w = v->next.data;
	v->time = (int64_t)w->mono_ns;
}

static struct ring_view *view_oldest(struct ring_view v[RING_COUNT])
{
	struct ring_view *oldest = NULL;

	for (unsigned i = 0; i < RING_COUNT; i++)
		if (v[i].state == RING_READY &&
		    (!oldest || v[i].time < oldest->time))
			oldest = &v[i];
	return oldest;
}

/*
 * The time up to which this ring was read.  A record that is not in it yet is
 * stamped after we looked, or hardly before.  A record that is being written
 * was stamped some time ago; we wait for it, but not for ever, since its writer
 * may be stuck.
 */
static int64_t view_horizon(const struct ebpf_source *s,
			    const struct ring_view *v)
{
	if (v->state == RING_READY)
		return v->time;
	if (v->state == RING_BUSY)
		return s->now - HOLD_NS;
	return s->detached ? INT64_MAX : s->now;
}

bool ebpf_fill(struct ebpf_source *s)
{
	struct ring_view v[RING_COUNT], *oldest;
	int64_t horizon = INT64_MAX;
	unsigned n = 0;

	clocks_read(s);
	for (unsigned i = 0; i < RING_COUNT; i++)
		view_next(s, i, &v[i]);
	while (n < s->bounds.fill && (oldest = view_oldest(v))) {
		n++;
		s->nbytes += oldest->next.size;
		order_push(&s->order, &oldest->next);
		ring_take(&s->ring[oldest->next.ring], &oldest->next);
		view_next(s, oldest->next.ring, oldest);
	}
	for (unsigned i = 0; i < RING_COUNT; i++)
		if (view_horizon(s, &v[i]) < horizon)
			horizon = view_horizon(s, &v[i]);
	if (horizon > s->order.horizon)
		s->order.horizon = horizon;
	s->nevents += n;
	return n > 0;
}

static bool rings_are_read(const struct ebpf_source *s,
			   const unsigned long to[RING_COUNT])
{
	for (unsigned i = 0; i < RING_COUNT; i++)
		if (s->ring[i].at < to[i])
			return false;
	return true;
}

static void rings_written(const struct ebpf_source *s,
			  unsigned long to[RING_COUNT])
{
	for (unsigned i = 0; i < RING_COUNT; i++)
		to[i] = ring_written(&s->ring[i]);
}

bool ebpf_read_up(struct ebpf_source *s)
{
	unsigned long to[RING_COUNT];
	unsigned naps = 0;

	rings_written(s, to);
	while (!rings_are_read(s, to)) {
		if (ebpf_fill(s))
			continue;
		if (naps++ == BUSY_NAPS)
			return false;
		s->nap(s, BUSY_NAP_NS);
	}
	return true;
}

bool ebpf_is_drained(const struct ebpf_source *s)
{
	unsigned long to[RING_COUNT];

	rings_written(s, to);
	return order_count(&s->order) == 0 && rings_are_read(s, to);
}

/* ---- to be served ---- */

/* It takes a while to find what is still needed, so not for each record. */
static void rings_give_back(struct ebpf_source *s, bool now)
{
	struct order *q = &s->order;
	bool enough = q->popped >= s->bounds.release ||
		      q->popped_bytes >= s->ring[RING_CALLS].size / 16;

	if (!q->popped || !(now || enough))
		return;
	q->popped = 0;
	q->popped_bytes = 0;
	for (unsigned i = 0; i < RING_COUNT; i++)
		ring_release(&s->ring[i], order_done(q, i, s->ring[i].at));
}

bool item_take(struct ebpf_source *s)
{
	bool more = true;

	s->has_item = false;
	rings_give_back(s, false);
	for (;;) {
		if (!item_must_wait(s) && order_pop(&s->order, &s->item))
			return s->has_item = true;
		if (!more)
			break;
		more = ebpf_fill(s);
	}
	/* While we wait, the programs should have all the room there is. */
	rings_give_back(s, true);
	return false;
}
