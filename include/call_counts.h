/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call_counts: figures about many calls together: how many there were, how many
 * failed, and how long they took.
 *
 * The summary sink keeps one for each call.  If no event has to leave the
 * kernel, the eBPF source's programs keep them instead, and EV_COUNTS brings
 * them.  Both add with the functions below, so both give the same figures.
 * Zero-initialised, it stands for no calls.
 *
 * The spread of wall times is kept in buckets of powers of two: bucket 0 is for
 * 0 ns, bucket n for times below 2^n ns and not below half of that, and the
 * last one for all longer times.
 */
#ifndef STRACE_CALL_COUNTS_H
#define STRACE_CALL_COUNTS_H

#ifndef CAPTURE_IN_KERNEL
#include <stdbool.h>
#include <stdint.h>
#endif

#define COUNTS_BUCKETS 40

struct call_times {
	int64_t total, min, max;
};

struct call_counts {
	uint64_t calls, errors;
	struct call_times cpu, wall;
	uint64_t bucket[COUNTS_BUCKETS];
};

static inline void call_times_add(struct call_times *t, int64_t ns, bool first)
{
	t->total += ns;
	if (first || ns < t->min)
		t->min = ns;
	if (ns > t->max)
		t->max = ns;
}

static inline uint32_t counts_bucket(int64_t ns)
{
	uint64_t v = (uint64_t)ns;
	uint32_t n = 0;

	if (ns <= 0)
		return 0;
	for (uint32_t half = 32; half; half /= 2) {
		if (v >> half) {
			v >>= half;
			n += half;
		}
	}
	return n + 1 < COUNTS_BUCKETS ? n + 1 : COUNTS_BUCKETS - 1;
}

/* Add one call.  Neither time is negative. */
static inline void counts_add(struct call_counts *c, int64_t cpu_ns,
			      int64_t wall_ns, bool failed)
{
	call_times_add(&c->cpu, cpu_ns, !c->calls);
	call_times_add(&c->wall, wall_ns, !c->calls);
	c->bucket[counts_bucket(wall_ns)]++;
	c->calls++;
	c->errors += failed;
}

static inline void call_times_merge(struct call_times *to,
				    const struct call_times *t, bool first)
{
	to->total += t->total;
	if (first || t->min < to->min)
		to->min = t->min;
	if (t->max > to->max)
		to->max = t->max;
}

/* Add the calls of c. */
static inline void counts_merge(struct call_counts *to,
				const struct call_counts *c)
{
	if (!c->calls)
		return;
	call_times_merge(&to->cpu, &c->cpu, !to->calls);
	call_times_merge(&to->wall, &c->wall, !to->calls);
	for (int i = 0; i < COUNTS_BUCKETS; i++)
		to->bucket[i] += c->bucket[i];
	to->calls += c->calls;
	to->errors += c->errors;
}

/*
 * That many percent of the calls took no longer than the result: the end of the
 * bucket that the last of them is in, or the longest call if that is less.  The
 * result is never too short, and less than twice too long (except for calls in
 * the last bucket).
 */
static inline int64_t counts_percentile(const struct call_counts *c,
					unsigned percent)
{
	uint64_t rank = c->calls / 100 * percent +
			(c->calls % 100 * percent + 99) / 100;
	uint64_t seen = 0;

	for (int i = 0; i < COUNTS_BUCKETS - 1; i++) {
		int64_t end = i ? ((int64_t)1 << i) - 1 : 0;

		seen += c->bucket[i];
		if (seen >= rank)
			return end < c->wall.max ? end : c->wall.max;
	}
	return c->wall.max;
}

#endif
