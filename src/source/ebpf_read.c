/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the rings to the queue. */
#include <time.h>

#include "ebpf.h"

#define FILL_MAX 4096		/* records taken from a ring at once */

static int64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void clocks_read(struct ebpf_source *s)
{
	s->now = clock_ns(CLOCK_MONOTONIC);
	s->wall_offset = clock_ns(CLOCK_REALTIME) - s->now;
}

static unsigned ring_fill(struct ebpf_source *s, unsigned ring)
{
	struct ring_record rec = {.ring = ring};
	int64_t newest = 0;
	unsigned n = 0;

	while (n < FILL_MAX && ring_next(&s->ring[ring], &rec)) {
		n++;
		if (rec.size < sizeof(struct wire))
			continue;
		s->nbytes += rec.size;
		newest = order_push(&s->order, &rec);
	}
	/* What is left in there may be older than what the other one has. */
	if (n == FILL_MAX && newest < s->order.horizon)
		s->order.horizon = newest;
	return n;
}

bool ebpf_fill(struct ebpf_source *s)
{
	unsigned n = 0;

	if (s->order.tail - s->order.head >= QUEUE_MAX)
		return false;
	s->order.horizon = INT64_MAX;
	for (unsigned i = 0; i < RING_COUNT; i++)
		n += ring_fill(s, i);
	s->nevents += n;
	if (n)
		clocks_read(s);
	return n > 0;
}
