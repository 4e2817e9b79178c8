/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lost.c reports losses: as events, where it is known when they happened, and
 * at the end by cause and by call.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "calls.h"
#include "diag.h"
#include "ebpf.h"
#include "xalloc.h"

#define CALLS_TOLD 5

bool lost_next(struct ebpf_source *s, const struct wire *before,
	       struct event *ev)
{
	uint64_t full = kernel_shared(s->kernel)->lost;
	uint64_t missed = kernel_missed(s->kernel);

	memset(ev, 0, sizeof(*ev));
	ev->kind = EV_LOST;
	ev->tid = before ? before->tid : s->last_tid;
	ev->pid = before ? before->pid : s->last_tid;
	event_stamp(s, ev, before ? (int64_t)before->mono_ns : s->now);
	if (full > s->nlost) {
		ev->count = full - s->nlost;
		ev->status = LOST_FULL;
		s->nlost = full;
		return true;
	}
	if (missed > s->nmissed) {
		ev->count = missed - s->nmissed;
		ev->status = LOST_MISSED;
		s->nmissed = missed;
		return true;
	}
	return false;
}

struct lost_call {
	uint64_t count;
	unsigned abi, nr;
};

static int more_first(const void *a, const void *b)
{
	const struct lost_call *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

/* "write 12, read 11, ...": the calls that lost most. */
static void calls_put(struct ebpf_source *s, struct buf *b)
{
	static const size_t n = ABI_COUNT * WIRE_CALLS_MAX;
	struct lost_call *c = xalloc_new(n, sizeof(*c));

	for (unsigned i = 0; i < n; i++) {
		c[i].abi = i / WIRE_CALLS_MAX;
		c[i].nr = i % WIRE_CALLS_MAX;
		c[i].count = kernel_lost(s->kernel, c[i].abi, c[i].nr);
	}
	qsort(c, n, sizeof(*c), more_first);
	for (unsigned i = 0; i < CALLS_TOLD && c[i].count; i++) {
		const char *name = calls_name(c[i].abi, c[i].nr);

		buf_fmt(b, "%s%s %llu", i ? ", " : " (",
			name ? name : "others",
			(unsigned long long)c[i].count);
	}
	if (c[0].count)
		buf_str(b, c[CALLS_TOLD].count ? ", ...)" : ")");
	free(c);
}

void lost_tell(struct ebpf_source *s)
{
	struct buf b = {.len = 0};

	if (s->nlost) {
		calls_put(s, &b);
		diag_warn("%llu events were lost%s, since the ring buffer was "
			  "full: a larger one (--buffer=SIZE) or fewer calls "
			  "(--trace=SET) may help",
			  (unsigned long long)s->nlost, buf_cstr(&b));
	}
	if (s->nunshown)
		diag_warn("%llu events were not shown any more, since %s",
			  (unsigned long long)s->nunshown,
			  s->asked_again ? "a second signal came" :
			  "an interrupted trace has to end soon");
	if (s->nmissed)
		diag_warn("%llu events were lost, since the kernel program "
			  "for them was running already",
			  (unsigned long long)s->nmissed);
	buf_free(&b);
}
