/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * delay.c lets tracees stay stopped for a while, and serves others meanwhile.
 *
 * They are in a heap, the first to go on on top, and a timer ends the wait for
 * stops when that one is due.  If it fires just before such a wait begins, it
 * ends nothing, so it ticks on until the tracee has gone on.
 */
#include <signal.h>
#include <stdlib.h>

#include "now.h"
#include "ptrace.h"
#include "xalloc.h"

#define TICK_NS NSEC_PER_MS

static void heap_swap(struct delays *d, size_t i, size_t k)
{
	struct tracee *t = d->heap[i];

	d->heap[i] = d->heap[k];
	d->heap[k] = t;
}

static bool is_before(const struct delays *d, size_t i, size_t k)
{
	return d->heap[i]->until_ns < d->heap[k]->until_ns;
}

static void heap_up(struct delays *d, size_t i)
{
	while (i && is_before(d, i, (i - 1) / 2)) {
		heap_swap(d, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void heap_down(struct delays *d, size_t i)
{
	for (;;) {
		size_t first = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < d->n; k++)
			if (is_before(d, k, first))
				first = k;
		if (first == i)
			return;
		heap_swap(d, i, first);
		i = first;
	}
}

static void heap_add(struct delays *d, struct tracee *t)
{
	if (d->n == d->cap)
		d->heap = xalloc_grow(d->heap, &d->cap, sizeof(*d->heap));
	d->heap[d->n++] = t;
	heap_up(d, d->n - 1);
}

static void heap_remove(struct delays *d, size_t i)
{
	d->n--;
	if (i == d->n)
		return;
	d->heap[i] = d->heap[d->n];
	heap_up(d, i);
	heap_down(d, i);
}

/* SIGALRM does nothing but end a wait: see ticker.h. */
static void timer_arm(struct delays *d)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
				 .sigev_signo = SIGALRM};
	struct itimerspec when = {{0, 0}, {0, 0}};

	if (!d->has_timer)
		d->has_timer = timer_create(CLOCK_MONOTONIC, &event,
					    &d->timer) == 0;
	if (!d->has_timer)
		return;
	if (d->n) {
		int64_t until = d->heap[0]->until_ns;

		when.it_value.tv_sec = (time_t)(until / NSEC_PER_SEC);
		when.it_value.tv_nsec = (long)(until % NSEC_PER_SEC);
		when.it_interval.tv_nsec = TICK_NS;
	}
	timer_settime(d->timer, TIMER_ABSTIME, &when, NULL);
}

void delay_begin(struct ptrace_source *s, struct tracee *t, int64_t ns)
{
	if (debug_on(s))
		debug_delay(s, t, ns);
	stop_take(s, t->tid);
	t->until_ns = now_ns(CLOCK_MONOTONIC) + ns;
	heap_add(&s->delays, t);
	if (s->delays.heap[0] == t)
		timer_arm(&s->delays);
}

/* t has ended: nothing is to be let go any more. */
void delay_drop(struct ptrace_source *s, struct tracee *t)
{
	struct delays *d = &s->delays;

	for (size_t i = 0; i < d->n; i++) {
		if (d->heap[i] != t)
			continue;
		heap_remove(d, i);
		timer_arm(d);
		return;
	}
}

static void delays_until(struct ptrace_source *s, int64_t now)
{
	struct delays *d = &s->delays;

	while (d->n && d->heap[0]->until_ns <= now) {
		struct tracee *t = d->heap[0];

		heap_remove(d, 0);
		tracee_resume(s, t);
	}
	timer_arm(d);
}

void delays_serve(struct ptrace_source *s)
{
	int64_t now = now_ns(CLOCK_MONOTONIC);

	if (s->delays.n && s->delays.heap[0]->until_ns <= now)
		delays_until(s, now);
}

/* The trace is over: nobody waits any longer. */
void delays_end(struct ptrace_source *s)
{
	if (s->delays.n)
		delays_until(s, INT64_MAX);
}

void delays_free(struct delays *d)
{
	if (d->has_timer)
		timer_delete(d->timer);
	free(d->heap);
}
