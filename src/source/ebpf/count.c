/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * count.c hands out the kernel programs' counts, and what the programs cost.
 */
#include "ebpf.h"

#include <string.h>

#include "diag.h"
#include "filter.h"
#include "options.h"

#define ROWS (ABI_COUNT * WIRE_CALLS_MAX)
#define SAMPLE_RUNS 20000
#define SAMPLE_CALLS 5000
#define SAMPLE_RUNS_MAX 1000000
#define SAMPLE_WAIT_MS 5	/* at first; twice as long each time */

bool ebpf_counts_in_kernel(const struct options *o)
{
	return o->summary == SUMMARY_ONLY && !o->record && !o->call_limit &&
	       !filter_wants_args(o) && !filter_wants_outcome(o) &&
	       !callset_is_partly(&o->trace) &&
	       numset_is_empty(&o->read_fds) && numset_is_empty(&o->write_fds);
}

/* The rows of the table come first, then the numbers that have no row. */
static bool row_read(struct ebpf_source *s, unsigned i, struct call_counts *c)
{
	return i < ROWS ? kernel_count(s->kernel, i, c) :
	       kernel_count_beyond(s->kernel, &s->counted.beyond[i - ROWS], c);
}

static unsigned rows_find(struct ebpf_source *s)
{
	struct ebpf_counted *c = &s->counted;

	c->nbeyond = kernel_beyond(s->kernel, c->beyond, WIRE_BEYOND_MAX);
	return ROWS + (unsigned)c->nbeyond;
}

/* The last row of an ABI stands for several numbers, so it has none. */
static void row_number(const struct ebpf_counted *c, unsigned i,
		       struct event *ev)
{
	if (i >= ROWS) {
		ev->abi = (uint8_t)c->beyond[i - ROWS].abi;
		ev->nr = nr_widen(ev->abi, c->beyond[i - ROWS].nr);
		return;
	}
	ev->abi = (uint8_t)(i / WIRE_CALLS_MAX);
	ev->nr = i % WIRE_CALLS_MAX;
	if (ev->nr == WIRE_CALLS_MAX - 1)
		ev->nr = NR_OTHERS;
}

static void end_event(struct ebpf_source *s, struct event *ev,
		      enum event_kind kind)
{
	memset(ev, 0, sizeof(*ev));
	ev->kind = kind;
	event_stamp(s, ev, s->now);
}

/* ---- what it costs ---- */

/*
 * Measuring run times makes the programs noticeably slower, for bystanders as
 * well.  So when calls are counted, run times are measured only until enough
 * calls were counted, and the cost of all calls is estimated from these.  If
 * bystanders make nearly all the calls, it is estimated from how long was
 * measured.
 */
static bool is_sampling(const struct ebpf_source *s)
{
	return !s->cost.sample_ns && !s->o->debug &&
	       ebpf_counts_in_kernel(s->o);
}

int cost_wait(struct ebpf_source *s, int most)
{
	int *ms = &s->cost.wait_ms;

	if (!is_sampling(s) || *ms * 2 > most)
		return most;
	*ms = *ms ? *ms * 2 : SAMPLE_WAIT_MS;
	return *ms;
}

void cost_sample(struct ebpf_source *s)
{
	struct ebpf_cost *c = &s->cost;
	struct call_counts row;
	uint64_t runs, calls = 0;
	unsigned rows;
	int64_t ns;

	if (!is_sampling(s) || !kernel_run_time(s->kernel, &ns, &runs) ||
	    runs < SAMPLE_RUNS || runs < c->sample_runs)
		return;
	c->sample_runs = 2 * runs;
	rows = rows_find(s);
	for (unsigned i = 0; i < rows; i++)
		if (row_read(s, i, &row))
			calls += row.calls;
	if (calls < SAMPLE_CALLS && runs < SAMPLE_RUNS_MAX)
		return;
	kernel_run_time_stop(s->kernel);
	c->sample_calls = calls < SAMPLE_CALLS ? 0 : calls;
	c->sample_ns = s->now - c->begun;
}

/* Stop the programs first: reading the counts is no part of the trace. */
static void trace_over(struct ebpf_source *s)
{
	struct ebpf_cost *c = &s->cost;

	if (c->over)
		return;
	c->over = true;
	clocks_read(s);
	c->sum.trace_ns = s->now - c->begun;
	c->known = c->begun && kernel_run_time(s->kernel, &c->sum.kernel_ns,
					       &c->runs);
	kernel_detach(s->kernel);
}

/* A record leaves it out, so its tables are the same wherever it is shown. */
bool cost_next(struct ebpf_source *s, struct event *ev)
{
	struct ebpf_cost *c = &s->cost;

	trace_over(s);
	if (c->given || !c->known || s->o->summary != SUMMARY_ONLY ||
	    s->o->record)
		return false;
	c->given = true;
	if (c->sample_ns > 0) {
		double scale = c->sample_calls ?
			       (double)s->counted.calls /
			       (double)c->sample_calls :
			       (double)c->sum.trace_ns / (double)c->sample_ns;

		c->sum.kernel_ns = (int64_t)((double)c->sum.kernel_ns * scale);
		c->sum.estimated = true;
	}
	end_event(s, ev, EV_COST);
	ev->cost = &c->sum;
	return true;
}

void cost_tell(struct ebpf_source *s)
{
	const struct trace_cost *sum = &s->cost.sum;

	trace_over(s);
	diag_note("%llu records, %llu bytes; %llu lost",
		  (unsigned long long)s->nevents, (unsigned long long)s->nbytes,
		  (unsigned long long)kernel_shared(s->kernel)->lost);
	if (!s->cost.known || sum->trace_ns <= 0)
		return;
	diag_note("%.6f s in the kernel, %llu runs of our programs: %.1f %% of "
		  "the %.6f s that the trace took",
		  (double)sum->kernel_ns / 1e9,
		  (unsigned long long)s->cost.runs,
		  100.0 * (double)sum->kernel_ns / (double)sum->trace_ns,
		  (double)sum->trace_ns / 1e9);
}

/* ---- what was counted ---- */

bool counts_next(struct ebpf_source *s, struct event *ev)
{
	struct ebpf_counted *c = &s->counted;

	if (!ebpf_counts_in_kernel(s->o))
		return false;
	trace_over(s);
	if (!c->rows)
		rows_find(s);
	while (c->rows < ROWS + c->nbeyond) {
		unsigned i = c->rows++;

		if (!row_read(s, i, &c->row))
			continue;
		c->calls += c->row.calls;
		end_event(s, ev, EV_COUNTS);
		row_number(c, i, ev);
		ev->counts = &c->row;
		return true;
	}
	return false;
}
