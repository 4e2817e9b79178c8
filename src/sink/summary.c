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
#include "calls.h"
#include "diag.h"
#include "hash.h"
#include "options.h"
#include "output.h"
#include "sink.h"

#define NAME_WIDTH 16

struct times {
	int64_t total, min, max;
};

struct row {
	char *name;
	unsigned abi;
	uint64_t nr;
	uint64_t calls, errors;
	struct times cpu, wall;
	uint64_t key;		/* what the table is sorted by */
};

struct summary_sink {
	struct sink sink;
	struct sink_ops ops;
	const struct options *o;
	struct output *out;
	struct hash rows;
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
};

static const enum summary_column default_columns[] = {
	COL_TIME_PERCENT, COL_TOTAL_TIME, COL_AVG_TIME, COL_CALLS,
	COL_ERRORS, COL_NAME,
};

static void times_add(struct times *t, int64_t ns, bool first)
{
	t->total += ns;
	if (first || ns < t->min)
		t->min = ns;
	if (ns > t->max)
		t->max = ns;
}

static int64_t without_overhead(const struct summary_sink *s, int64_t ns)
{
	ns -= s->o->overhead_ns;
	return ns > 0 ? ns : 0;
}

static struct row *row_get(struct summary_sink *s, const struct call *c)
{
	uint64_t key = c->nr << 2 | (c->abi & 3);
	struct row *r = hash_get(&s->rows, key);

	if (r)
		return r;
	r = calloc(1, sizeof(*r));
	if (!r)
		diag_die("Out of memory");
	r->name = strdup(c->name);
	if (!r->name)
		diag_die("Out of memory");
	r->abi = c->abi;
	r->nr = c->nr;
	hash_put(&s->rows, key, r);
	return r;
}

static void summary_call_end(struct sink *sink, const struct event *ev,
			     const struct call *c)
{
	struct summary_sink *s = (struct summary_sink *)sink;
	struct row *r = row_get(s, c);

	(void)ev;
	times_add(&r->cpu, without_overhead(s, c->cpu_ns), !r->calls);
	times_add(&r->wall, without_overhead(s, c->duration_ns), !r->calls);
	r->calls++;
	if (c->err)
		r->errors++;
}

/* The times that the columns without "wall" in their name show. */
static const struct times *row_times(const struct summary_sink *s,
				     const struct row *r)
{
	return s->o->wall_clock ? &r->wall : &r->cpu;
}

static int64_t average(const struct times *t, uint64_t calls)
{
	return calls ? t->total / (int64_t)calls : 0;
}

static uint64_t sort_key(const struct summary_sink *s, const struct row *r)
{
	const struct times *t = row_times(s, r);

	switch (s->o->sort) {
	case COL_TIME_PERCENT:
	case COL_TOTAL_TIME:
		return (uint64_t)t->total;
	case COL_MIN_TIME:
		return (uint64_t)t->min;
	case COL_MAX_TIME:
		return (uint64_t)t->max;
	case COL_AVG_TIME:
		return (uint64_t)average(t, r->calls);
	case COL_CALLS:
		return r->calls;
	case COL_ERRORS:
		return r->errors;
	case COL_WALL_TOTAL:
		return (uint64_t)r->wall.total;
	case COL_WALL_MIN:
		return (uint64_t)r->wall.min;
	case COL_WALL_MAX:
		return (uint64_t)r->wall.max;
	case COL_WALL_AVG:
		return (uint64_t)average(&r->wall, r->calls);
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

static void times_merge(struct times *to, const struct times *t, bool first)
{
	to->total += t->total;
	if (first || t->min < to->min)
		to->min = t->min;
	if (t->max > to->max)
		to->max = t->max;
}

static void table_add(struct table *t, struct row *r)
{
	size_t width = strlen(r->name) + 1;

	r->key = sort_key(t->s, r);
	times_merge(&t->total.cpu, &r->cpu, !t->n);
	times_merge(&t->total.wall, &r->wall, !t->n);
	t->total.calls += r->calls;
	t->total.errors += r->errors;
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

static void put_average(struct buf *b, int width, const struct times *t,
			uint64_t calls)
{
	buf_fmt(b, "%*lld", width, (long long)(average(t, calls) / 1000));
}

static void put_cell(struct buf *b, const struct table *t,
		     const struct row *r, enum summary_column col)
{
	const struct times *times = row_times(t->s, r);
	int width = column_width(t, col);

	if (col >= COL_WALL_TOTAL)
		times = &r->wall;
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
		put_average(b, width, times, r->calls);
		break;
	case COL_CALLS:
		buf_fmt(b, "%*llu", width, (unsigned long long)r->calls);
		break;
	case COL_ERRORS:
		if (r->errors)
			buf_fmt(b, "%*llu", width,
				(unsigned long long)r->errors);
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
	if (abi != ABI_X86_64)
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

	t.rows = calloc(s->rows.count + 1, sizeof(*t.rows));
	if (!t.rows)
		diag_die("Out of memory");
	table_fill(&t, abi);
	if (t.n)
		put_table(&output_stream(s->out, 0)->buf, &t, abi);
	free(t.rows);
}

static int summary_close(struct sink *sink)
{
	struct summary_sink *s = (struct summary_sink *)sink;
	int rc;

	for (unsigned abi = 0; s->rows.count && abi < ABI_COUNT; abi++)
		summary_abi(s, abi);
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

static const struct sink_ops summary_ops = {
	.call_end = summary_call_end,
	.close_sink = summary_close,
};

struct sink *summary_open(const struct options *o, struct output *out)
{
	struct summary_sink *s = calloc(1, sizeof(*s));

	if (!s)
		diag_die("Out of memory");
	sink_fill(&s->ops, &summary_ops);
	s->sink.ops = &s->ops;
	s->o = o;
	s->out = out;
	return &s->sink;
}
