/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The summary sink: counts calls, errors and times; prints a table per ABI when
 * the trace is over.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "call_counts.h"
#include "calls.h"
#include "hash.h"
#include "options.h"
#include "output.h"
#include "sink.h"
#include "xalloc.h"

#define NAME_WIDTH 16

struct row {
	char *name;
	unsigned abi;
	uint64_t nr;
	struct call_counts n;
	uint64_t key;		/* what the table is sorted by */
};

struct summary_sink {
	struct sink sink;
	const struct options *o;
	struct output *out;
	struct hash rows;
	struct trace_cost cost;
	bool has_cost;
};

struct table {
	const struct summary_sink *s;
	struct row **rows;
	size_t n;
	struct row total;
	size_t name_width;
	enum summary_column columns[COL_COUNT + 1];
	size_t ncolumns;
};

struct column {
	const char *title;
	int width;
};

static const struct column column_info[COL_COUNT] = {
	[COL_TIME_PERCENT] = { "% time", 6 },
	[COL_TOTAL_TIME] = { "seconds", 11 },
	[COL_MIN_TIME] = { "shortest", 8 },
	[COL_MAX_TIME] = { "longest", 8 },
	[COL_AVG_TIME] = { "usecs/call", 11 },
	[COL_CALLS] = { "calls", 9 },
	[COL_ERRORS] = { "errors", 9 },
	[COL_NAME] = { "syscall", -NAME_WIDTH },
	[COL_WALL_TOTAL] = { "wall-total", 11 },
	[COL_WALL_MIN] = { "wall-min", 8 },
	[COL_WALL_MAX] = { "wall-max", 8 },
	[COL_WALL_AVG] = { "wall-avg", 11 },
	[COL_P50] = { "p50-usecs", 11 },
	[COL_P90] = { "p90-usecs", 11 },
	[COL_P99] = { "p99-usecs", 11 },
};

static const enum summary_column default_columns[] = {
	COL_TIME_PERCENT, COL_TOTAL_TIME, COL_AVG_TIME, COL_CALLS,
	COL_ERRORS, COL_NAME,
};

static int64_t without_overhead(const struct summary_sink *s, int64_t ns)
{
	ns -= s->o->overhead_ns;
	return ns > 0 ? ns : 0;
}

static struct row *row_get(struct summary_sink *s, const struct call *c)
{
	uint64_t key = c->nr * ABI_ROUND + c->abi;
	struct row *r = hash_get(&s->rows, key);

	if (r)
		return r;
	r = xalloc_new(1, sizeof(*r));
	r->name = xalloc_copy(c->name);
	r->abi = c->abi;
	r->nr = c->nr;
	hash_put(&s->rows, key, r);
	return r;
}

static void summary_call(struct sink *sink, const struct event *ev,
			 const struct call *c, enum call_part part)
{
	struct summary_sink *s = (struct summary_sink *)sink;
	struct row *r;

	(void)ev;
	if (part != CALL_EXIT)
		return;
	r = row_get(s, c);
	counts_add(&r->n, without_overhead(s, c->cpu_ns),
		   without_overhead(s, c->duration_ns), c->err != 0);
}

/* The source has taken the overhead off each call before it counted it. */
static void summary_counts(struct sink *sink, const struct call *c,
			   const struct call_counts *n)
{
	struct summary_sink *s = (struct summary_sink *)sink;

	counts_merge(&row_get(s, c)->n, n);
}

static void summary_event(struct sink *sink, const struct event *ev)
{
	struct summary_sink *s = (struct summary_sink *)sink;

	if (ev->kind != EV_COST)
		return;
	s->cost = *ev->cost;
	s->has_cost = true;
}

/* The times that the columns without "wall" in their name show. */
static const struct call_times *row_times(const struct summary_sink *s,
					  const struct row *r)
{
	return s->o->wall_clock ? &r->n.wall : &r->n.cpu;
}

static int64_t percentile(const struct row *r, enum summary_column col)
{
	return counts_percentile(&r->n, col == COL_P50 ? 50 :
				 col == COL_P90 ? 90 : 99);
}

static int64_t average(const struct call_times *t, uint64_t calls)
{
	return calls ? t->total / (int64_t)calls : 0;
}

static uint64_t sort_key(const struct summary_sink *s, const struct row *r)
{
	const struct call_times *t = row_times(s, r);

	switch (s->o->sort) {
	case COL_TIME_PERCENT:
	case COL_TOTAL_TIME:
		return (uint64_t)t->total;
	case COL_MIN_TIME:
		return (uint64_t)t->min;
	case COL_MAX_TIME:
		return (uint64_t)t->max;
	case COL_AVG_TIME:
		return (uint64_t)average(t, r->n.calls);
	case COL_CALLS:
		return r->n.calls;
	case COL_ERRORS:
		return r->n.errors;
	case COL_WALL_TOTAL:
		return (uint64_t)r->n.wall.total;
	case COL_WALL_MIN:
		return (uint64_t)r->n.wall.min;
	case COL_WALL_MAX:
		return (uint64_t)r->n.wall.max;
	case COL_WALL_AVG:
		return (uint64_t)average(&r->n.wall, r->n.calls);
	case COL_P50:
	case COL_P90:
	case COL_P99:
		return (uint64_t)percentile(r, s->o->sort);
	default:
		return 0;
	}
}

/* Rows with the same key stay in the order of their numbers. */
static int compare_keys(const void *va, const void *vb)
{
	const struct row *a = *(const struct row *const *)va;
	const struct row *b = *(const struct row *const *)vb;

	if (a->key != b->key)
		return a->key < b->key ? 1 : -1;
	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	return 0;
}

static int compare_names(const void *va, const void *vb)
{
	const struct row *a = *(const struct row *const *)va;
	const struct row *b = *(const struct row *const *)vb;
	int c = strcmp(a->name, b->name);

	return c ? c : compare_keys(va, vb);
}

static void table_add(struct table *t, struct row *r)
{
	size_t width = strlen(r->name) + 1;

	r->key = sort_key(t->s, r);
	counts_merge(&t->total.n, &r->n);
	if (width > t->name_width)
		t->name_width = width;
	t->rows[t->n++] = r;
}

static void table_fill(struct table *t, unsigned abi)
{
	const struct summary_sink *s = t->s;

	hash_each(&s->rows, slot) {
		struct row *r = slot->value;

		if (r->abi == abi)
			table_add(t, r);
	}
	if (t->n)
		qsort(t->rows, t->n, sizeof(*t->rows),
		      s->o->sort == COL_NAME ? compare_names : compare_keys);
}

static void table_columns(struct table *t)
{
	const struct options *o = t->s->o;
	const enum summary_column *from = o->columns;
	size_t n = o->ncolumns;
	bool named = false;

	if (!n) {
		from = default_columns;
		n = sizeof(default_columns) / sizeof(*default_columns);
	}
	for (size_t i = 0; i < n && i < COL_COUNT; i++) {
		if (from[i] >= COL_NONE)
			continue;
		named |= from[i] == COL_NAME;
		t->columns[t->ncolumns++] = from[i];
	}
	if (!named)
		t->columns[t->ncolumns++] = COL_NAME;
}

static int column_width(const struct table *t, enum summary_column col)
{
	return col == COL_NAME ? -(int)t->name_width : column_info[col].width;
}

static void put_titles(struct buf *b, const struct table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct column *c = &column_info[t->columns[i]];
		bool last = i + 1 == t->ncolumns;
		int width = column_width(t, t->columns[i]);

		buf_fmt(b, "%s%*s", i ? " " : "",
			last && width < 0 ? 0 : width, c->title);
	}
	buf_ch(b, '\n');
}

static void put_ruler(struct buf *b, const struct table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		int width = column_width(t, t->columns[i]);
		size_t n = (size_t)abs(width);

		if (i)
			buf_ch(b, ' ');
		while (n--)
			buf_ch(b, '-');
	}
	buf_ch(b, '\n');
}

static double percent(const struct table *t, const struct row *r)
{
	int64_t all = row_times(t->s, &t->total)->total;

	if (r == &t->total)
		return 100.0;
	return all ? 100.0 * (double)row_times(t->s, r)->total / (double)all :
		     0.0;
}

static void put_time(struct buf *b, int width, int64_t ns)
{
	buf_fmt(b, "%*.6f", width, (double)ns / 1e9);
}

static void put_average(struct buf *b, int width, const struct call_times *t,
			uint64_t calls)
{
	buf_fmt(b, "%*lld", width, (long long)(average(t, calls) / 1000));
}

static void put_cell(struct buf *b, const struct table *t,
		     const struct row *r, enum summary_column col)
{
	const struct call_times *times = row_times(t->s, r);
	int width = column_width(t, col);

	if (col >= COL_WALL_TOTAL)
		times = &r->n.wall;
	switch (col) {
	case COL_TIME_PERCENT:
		buf_fmt(b, "%*.2f", width, percent(t, r));
		break;
	case COL_TOTAL_TIME:
	case COL_WALL_TOTAL:
		put_time(b, width, times->total);
		break;
	case COL_MIN_TIME:
	case COL_WALL_MIN:
		put_time(b, width, times->min);
		break;
	case COL_MAX_TIME:
	case COL_WALL_MAX:
		put_time(b, width, times->max);
		break;
	case COL_AVG_TIME:
	case COL_WALL_AVG:
		put_average(b, width, times, r->n.calls);
		break;
	case COL_P50:
	case COL_P90:
	case COL_P99:
		buf_fmt(b, "%*.3f", width, (double)percentile(r, col) / 1e3);
		break;
	case COL_CALLS:
		buf_fmt(b, "%*llu", width, (unsigned long long)r->n.calls);
		break;
	case COL_ERRORS:
		if (r->n.errors)
			buf_fmt(b, "%*llu", width,
				(unsigned long long)r->n.errors);
		else
			buf_fmt(b, "%*s", width, "");
		break;
	default:
		buf_fmt(b, "%*s", width, r->name);
		break;
	}
}

static void put_row(struct buf *b, const struct table *t, const struct row *r)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (i)
			buf_ch(b, ' ');
		if (t->columns[i] == COL_NAME && i + 1 == t->ncolumns)
			buf_str(b, r->name);
		else
			put_cell(b, t, r, t->columns[i]);
	}
	buf_ch(b, '\n');
}

static void put_table(struct buf *b, struct table *t, unsigned abi)
{
	char total_name[] = "total";

	t->total.name = total_name;
	if (!abi_is_main(abi))
		buf_fmt(b, "System call usage summary for %s mode:\n",
			abi_mode_name(abi));
	table_columns(t);
	put_titles(b, t);
	put_ruler(b, t);
	for (size_t i = 0; i < t->n; i++)
		put_row(b, t, t->rows[i]);
	put_ruler(b, t);
	put_row(b, t, &t->total);
}

static void summary_abi(struct summary_sink *s, unsigned abi)
{
	struct table t = { .s = s, .name_width = NAME_WIDTH };

	t.rows = xalloc_new(s->rows.count + 1, sizeof(*t.rows));
	table_fill(&t, abi);
	if (t.n)
		put_table(&output_stream(s->out, 0)->buf, &t, abi);
	free(t.rows);
}

static void summary_cost(struct summary_sink *s)
{
	const struct trace_cost *cost = &s->cost;
	unsigned long long calls = 0;

	hash_each(&s->rows, slot)
		calls += ((const struct row *)slot->value)->n.calls;
	buf_fmt(&output_stream(s->out, 0)->buf,
		"strace itself: %s%.6f s in the kernel (%.1f %% of the %.6f s "
		"that the trace took), %llu calls counted\n",
		cost->estimated ? "about " : "", (double)cost->kernel_ns / 1e9,
		cost->trace_ns > 0 ? 100.0 * (double)cost->kernel_ns /
				     (double)cost->trace_ns : 0.0,
		(double)cost->trace_ns / 1e9, calls);
}

static int summary_close(struct sink *sink)
{
	struct summary_sink *s = (struct summary_sink *)sink;
	int rc;

	for (unsigned abi = 0; s->rows.count && abi < ABI_COUNT; abi++)
		summary_abi(s, abi);
	if (s->has_cost && s->rows.count)
		summary_cost(s);
	hash_each(&s->rows, slot) {
		struct row *r = slot->value;

		free(r->name);
		free(r);
	}
	hash_free(&s->rows);
	rc = output_flush(s->out);
	free(s);
	return rc;
}

struct sink *summary_open(const struct options *o, struct output *out)
{
	static const struct sink_ops ops = {
		.call = summary_call, .counts = summary_counts,
		.event = summary_event, .close = summary_close,
	};
	struct summary_sink *s = xalloc_new(1, sizeof(*s));

	s->sink.ops = &ops;
	s->o = o;
	s->out = out;
	return &s->sink;
}
