/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "head.h"
#include "heap.h"
#include "log.h"
#include "output.h"
#include "show.h"
#include "xalloc.h"

#define STEP 16384		/* read at a time outside the windows */

struct logs {
	struct log_pool pool;
	struct heap heap;
	struct show show;
	enum time_form form;
	const char *form_of;	/* the first log, which has it */
	size_t pid_width;
	struct buf start;	/* JSON: the first line of each log */
};

/* A line as far as its place is concerned. */
enum line_kind {
	LINE_TIMED,
	LINE_MORE,		/* it belongs behind the one before */
	LINE_START,		/* JSON: one of them is enough */
};

struct line {
	enum line_kind kind;
	enum time_form form;
	int64_t ns;		/* since 1970; TIMES_CLOCK: since midnight */
};

/* ---- the lines of a log ---- */

/* Up to n bytes read on; true: the line ends in them. */
static bool json_read(struct json_head *h, const char *p, size_t n)
{
	const char *nl = memchr(p, '\n', n);

	return json_head_read(h, p, nl ? (size_t)(nl - p) : n) || nl;
}

/* From an offset on, beside the window. */
static void json_read_on(struct logs *l, struct log *log, struct json_head *h,
			 uint64_t offset)
{
	char step[STEP];
	size_t n;

	do {
		n = log_read_at(&l->pool, log, offset, step, sizeof(step));
		offset += n;
	} while (n && !json_read(h, step, n));
}

static struct line json_line(struct logs *l, struct log *log)
{
	struct json_head h = { .depth = 0 };
	struct line line = { .kind = LINE_MORE, .form = TIMES_JSON };

	if (!json_read(&h, log->data + log->begin, log->end - log->begin))
		json_read_on(l, log, &h, log->offset);
	if (h.has_time && h.type != JSON_DUMP) {
		line.kind = LINE_TIMED;
		line.ns = h.ns;
	} else if (h.type == JSON_START && !h.has_time) {
		line.kind = LINE_START;
	}
	return line;
}

/* The line that begins in the window. */
static struct line line_look(struct logs *l, struct log *log, bool json)
{
	const char *p = log->data + log->begin;
	struct line line = { .kind = LINE_MORE };
	struct line_time time;

	if (json)
		return json_line(l, log);
	time = text_head(p, log->end - log->begin, !log->pid);
	line.form = time.form;
	line.ns = time.ns;
	if (time.form == TIMES_CLOCK || time.form == TIMES_UNIX)
		line.kind = LINE_TIMED;
	return line;
}

static bool line_next(struct logs *l, struct log *log)
{
	log_fill(&l->pool, log, TEXT_HEAD_MAX);
	return log->begin < log->end;
}

static void pid_show(struct logs *l, const struct log *log)
{
	static const char blanks[] = "            ";
	size_t n = strlen(log->pid);

	show_bytes(&l->show, log->pid, n);
	show_bytes(&l->show, blanks, l->pid_width - n + 1);
}

static void line_show(struct logs *l, struct log *log)
{
	bool ended = false;
	const char *p;
	size_t n;

	if (log->pid && l->form != TIMES_JSON)
		pid_show(l, log);
	while (!ended && log_more(&l->pool, log)) {
		n = log_take(log, &p);
		show_bytes(&l->show, p, n);
		ended = p[n - 1] == '\n';
	}
	if (!ended)
		show_bytes(&l->show, "\n", 1);
}

/* Takes the line without showing it; its beginning goes to b. */
static void line_pass(struct logs *l, struct log *log, struct buf *b)
{
	bool ended = false;
	const char *p;
	size_t n;

	while (!ended && log_more(&l->pool, log)) {
		n = log_take(log, &p);
		ended = p[n - 1] == '\n';
		if (b->len < STEP)
			buf_add(b, p, n);
	}
}

/* ---- where a log begins ---- */

static const char *const form_names[] = {
	[TIMES_CLOCK] = "times of day",
	[TIMES_UNIX] = "seconds since 1970",
	[TIMES_JSON] = "JSON",
};

/* The mistake was made when the trace was: it is the same in all logs. */
static void form_check(struct logs *l, const struct log *log,
		       const struct line *line, unsigned number)
{
	if (line->form == TIMES_RELATIVE)
		diag_die("%s:%u: a time that only tells how long after another "
			 "line (-r); trace with -ttt to merge", log->path,
			 number);
	if (line->kind != LINE_TIMED)
		diag_die("%s:%u: no time in this line; trace with -ttt to "
			 "merge", log->path, number);
	if (l->form == TIMES_NONE) {
		l->form = line->form;
		l->form_of = log->path;
	} else if (line->form != l->form) {
		diag_die("'%s' has %s, but '%s' %s: they can't be put in "
			 "order", l->form_of, form_names[l->form], log->path,
			 form_names[line->form]);
	}
}

/* False: the log's lines are of another version. */
static bool start_take(struct logs *l, struct log *log)
{
	struct buf start = { .len = 0 };
	bool same;

	line_pass(l, log, &start);
	if (!l->start.len)
		buf_add(&l->start, start.data, start.len);
	same = l->start.len == start.len &&
	       !memcmp(l->start.data, start.data, start.len);
	buf_free(&start);
	if (same)
		return true;
	diag_warn("'%s' is left out: its JSON is of another version than that "
		  "of the others", log->path);
	log->failed = true;
	return false;
}

/* Behind the last line break. */
static uint64_t last_line(struct logs *l, struct log *log)
{
	uint64_t end = log->size;
	char step[STEP];

	while (end) {
		uint64_t at = end > sizeof(step) ? end - sizeof(step) : 0;
		size_t n = log_read_at(&l->pool, log, at, step,
				       (size_t)(end - at));
		const char *nl = memrchr(step, '\n', n);

		if (nl)
			return at + (uint64_t)(nl + 1 - step);
		end = at;
	}
	return 0;
}

/*
 * What strace had no time to finish is no JSON, and would spoil what comes
 * after it.
 */
static void json_trim(struct logs *l, struct log *log)
{
	struct json_head h = { .whole = true };
	uint64_t begin = last_line(l, log);

	if (begin >= log->size || log->failed)
		return;
	json_read_on(l, log, &h, begin);
	if (!h.depth && !h.in_string)
		return;
	diag_warn("'%s' ends within a line, which is left out", log->path);
	log->size = begin;
	if (log->offset > begin) {
		log->end -= (size_t)(log->offset - begin);
		log->offset = begin;
	}
}

/* The log's first time; false: it has nothing to merge. */
static bool log_begin(struct logs *l, struct log *log, struct line *line)
{
	unsigned number = 1;
	bool json;

	if (!line_next(l, log))
		return false;
	json = log->data[log->begin] == '{';
	if (json)
		json_trim(l, log);
	if (!line_next(l, log))
		return false;
	*line = line_look(l, log, json);
	while (line->kind == LINE_START) {
		if (!start_take(l, log) || !line_next(l, log))
			return false;
		number++;
		*line = line_look(l, log, json);
	}
	form_check(l, log, line, number);
	return true;
}

/* The last time of day in a log, or what is given. */
static int64_t log_last(struct logs *l, struct log *log, int64_t ns)
{
	uint64_t end = log->size;
	char step[STEP + TEXT_HEAD_MAX];
	struct line_time time;

	while (end) {
		uint64_t at = end > STEP ? end - STEP : 0;
		size_t n = log_read_at(&l->pool, log, at, step, sizeof(step));
		size_t i = end - at < n ? (size_t)(end - at) : n;

		while (i--) {
			if (i ? step[i - 1] != '\n' : at)
				continue;
			time = text_head(step + i, n - i, !log->pid);
			if (time.form == TIMES_CLOCK)
				return time.ns;
		}
		end = at ? at + 1 : 0;
	}
	return ns;
}

/* Gives each log its day; spans are of those that are merged. */
static void days_find(struct logs *l, struct clock_span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct log *log = &l->pool.log[spans[i].rank];

		spans[i].last = log_last(l, log, spans[i].first);
	}
	clock_order(spans, n);
	for (size_t i = 0; i < n; i++)
		l->pool.log[spans[i].rank].clock = (struct clock){
			spans[i].day, spans[i].first };
}

static int64_t line_ns(struct log *log, const struct line *line)
{
	return line->form == TIMES_CLOCK ? clock_go(&log->clock, line->ns) :
	       line->ns;
}

static void logs_open(struct logs *l, const struct found *f)
{
	struct clock_span *spans = xalloc_new(f->logs, sizeof(*spans));
	size_t n = 0;

	for (size_t i = 0; i < f->logs; i++) {
		struct log *log = &l->pool.log[i];
		struct line line;

		log->path = f->log[i].path;
		log->pid = f->log[i].pid;
		if (log->pid && strlen(log->pid) > l->pid_width)
			l->pid_width = strlen(log->pid);
		if (log_open(&l->pool, log) && log_begin(l, log, &line))
			spans[n++] = (struct clock_span){
				.rank = i, .first = line.ns };
	}
	if (l->form == TIMES_CLOCK)
		days_find(l, spans, n);
	for (size_t i = 0; i < n; i++) {
		struct log *log = &l->pool.log[spans[i].rank];
		struct line line = { .form = l->form, .ns = spans[i].first };

		heap_add(&l->heap, (struct heap_item){
			line_ns(log, &line), spans[i].rank });
	}
	free(spans);
}

/* ---- all of them ---- */

/* The first log's line, and those that belong to it; false: it is over. */
static bool log_go_on(struct logs *l, struct log *log)
{
	struct line line = { .kind = LINE_MORE };

	line_show(l, log);
	while (line_next(l, log)) {
		line = line_look(l, log, l->form == TIMES_JSON);
		if (line.kind == LINE_TIMED && line.form == l->form) {
			heap_set_first(&l->heap, line_ns(log, &line));
			return true;
		}
		if (line.kind != LINE_START)
			line_show(l, log);
		else if (!start_take(l, log))
			break;
	}
	return false;
}

bool logs_merge(const struct found *f, struct output *out, size_t window)
{
	struct log *logs = xalloc_new(f->logs, sizeof(*logs));
	struct logs l = { .show.out = out };
	bool failed = false;

	log_pool_init(&l.pool, logs, f->logs);
	if (window)
		l.pool.window = window;
	logs_open(&l, f);
	l.show.json = l.form == TIMES_JSON;
	show_bytes(&l.show, l.start.data, l.start.len);
	while (l.heap.n && show_goes_on(&l.show)) {
		struct log *log = &logs[l.heap.item[0].rank];

		if (!log_go_on(&l, log)) {
			log_close(log);
			heap_drop_first(&l.heap);
		}
	}
	for (size_t i = 0; i < f->logs; i++) {
		failed |= logs[i].failed;
		log_close(&logs[i]);
	}
	heap_free(&l.heap);
	buf_free(&l.start);
	free(logs);
	return !failed;
}
