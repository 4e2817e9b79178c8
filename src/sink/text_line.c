/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of the text sink: one stream may be shared by many tasks, and only one
 * of them can have its line open.  Whoever comes next ends that line with
 * <unfinished ...>.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi_info.h"
#include "diag.h"
#include "text.h"

#define NSEC_PER_SEC 1000000000ll

static const char *const colours[] = {
	[TEXT_PLAIN] = "\033[m",
	[TEXT_CALL] = "\033[1m",
	[TEXT_ERROR] = "\033[31m",
	[TEXT_SIGNAL_COLOUR] = "\033[33m",
	[TEXT_DIM] = "\033[2m",
};

void text_paint(struct text *t, enum text_colour c)
{
	size_t n;

	if (!t->colour)
		return;
	n = strlen(colours[c]);
	buf_add(t->b, colours[c], n);
	t->invisible += n;
}

struct text_task *text_task_get(struct text *t, pid_t tid, pid_t pid)
{
	struct text_task *k = t->last;

	if (!k || k->tid != tid)
		k = hash_get(&t->tasks, (uint64_t)tid);
	if (!k) {
		k = calloc(1, sizeof(*k));
		if (!k)
			diag_die("Out of memory");
		k->tid = tid;
		hash_put(&t->tasks, (uint64_t)tid, k);
	}
	if (pid)
		k->pid = pid;
	t->last = k;
	return k;
}

void text_task_remove(struct text *t, pid_t tid)
{
	struct text_task *k = hash_del(&t->tasks, (uint64_t)tid);

	if (!k)
		return;
	if (t->last == k)
		t->last = NULL;
	buf_free(&k->held);
	buf_free(&k->tail);
	buf_free(&k->stack);
	free(k);
}

static void add_comm(struct buf *b, const struct text_task *k)
{
	if (!*k->comm)
		return;
	buf_ch(b, '<');
	buf_str(b, k->comm);
	buf_ch(b, '>');
}

static void add_pid(struct text *t, const struct text_task *k)
{
	size_t start = t->b->len;

	if (t->pid_in_file) {
		buf_dec(t->b, k->tid);
		add_comm(t->b, k);
		buf_pad(t->b, start, 5);
		buf_ch(t->b, ' ');
	} else if (t->pid_when_many &&
		   (t->tasks.count + t->nleft > 1 || t->o->always_pid)) {
		buf_fmt(t->b, "[pid %5d", (int)k->tid);
		add_comm(t->b, k);
		buf_str(t->b, "] ");
	}
}

/* The fraction of a second, cut to the digits asked for. */
static void add_fraction(struct buf *b, int64_t ns, int digits)
{
	char tmp[16];

	if (digits <= 0)
		return;
	snprintf(tmp, sizeof(tmp), ".%09d", (int)ns);
	buf_add(b, tmp, 1 + (size_t)(digits > 9 ? 9 : digits));
}

static void add_clock(struct text *t, int64_t wall_ns)
{
	time_t sec = wall_ns / NSEC_PER_SEC;
	struct tm tm;

	/* A time zone costs more than the rest of the line: once a second. */
	if (sec != t->clock_sec || !*t->clock) {
		if (!localtime_r(&sec, &tm) ||
		    !strftime(t->clock, sizeof(t->clock), "%H:%M:%S", &tm))
			strcpy(t->clock, "??:??:??");
		t->clock_sec = sec;
	}
	buf_str(t->b, t->clock);
}

static void add_relative(struct text *t, int64_t mono_ns)
{
	int64_t d = t->prev_mono ? mono_ns - t->prev_mono : 0;
	bool alone = t->o->time_style == TIME_NONE;

	if (d < 0)
		d = 0;
	buf_fmt(t->b, alone ? "%6lld" : "(+%6lld",
		(long long)(d / NSEC_PER_SEC));
	add_fraction(t->b, d % NSEC_PER_SEC, t->o->relative_digits);
	buf_str(t->b, alone ? " " : ") ");
}

static void add_time(struct text *t, const struct text_stamp *st)
{
	const struct options *o = t->o;

	if (o->time_style == TIME_CLOCK)
		add_clock(t, st->wall_ns);
	else if (o->time_style == TIME_UNIX)
		buf_dec(t->b, st->wall_ns / NSEC_PER_SEC);
	if (o->time_style != TIME_NONE) {
		add_fraction(t->b, st->wall_ns % NSEC_PER_SEC, o->time_digits);
		buf_ch(t->b, ' ');
	}
	if (o->relative)
		add_relative(t, st->mono_ns);
}

static void add_ip(struct text *t, const struct text_task *k,
		   const struct text_stamp *st)
{
	bool narrow = abi_infos[k->abi].reg == 4;

	if (!st->ip_known)
		buf_str(t->b, narrow ? "[????????] " : "[????????????????] ");
	else if (narrow)
		buf_fmt(t->b, "[%08llx] ", (unsigned long long)st->ip);
	else
		buf_fmt(t->b, "[%016llx] ", (unsigned long long)st->ip);
}

static void add_leader(struct text *t, const struct text_task *k,
		       const struct text_stamp *st)
{
	add_pid(t, k);
	if (t->o->time_style != TIME_NONE || t->o->relative)
		add_time(t, st);
	if (t->o->show_nr) {
		if (k->has_nr)
			buf_fmt(t->b, "[%4llu] ", (unsigned long long)k->nr);
		else
			buf_str(t->b, "[????] ");
	}
	if (t->o->show_ip)
		add_ip(t, k, st);
}

/* Make the stream of k ours; an open line of somebody else ends. */
static void stream_take(struct text *t, struct text_task *k)
{
	struct stream *s = output_stream(t->out, k->tid);

	if (s->line_tid) {
		buf_str(&s->buf, " <unfinished ...>\n");
		s->line_tid = 0;
		s->column = 0;
	}
	t->stream = s;
	t->b = &s->buf;
	t->task = k;
	t->mark = t->b->len;
	t->column = 0;
	t->invisible = 0;
}

void text_line_begin(struct text *t, struct text_task *k,
		     const struct text_stamp *st)
{
	stream_take(t, k);
	add_leader(t, k, st);
	t->prev_mono = st->mono_ns;
}

void text_line_hold(struct text *t, struct text_task *k,
		    const struct text_stamp *st)
{
	buf_reset(&k->held);
	t->stream = NULL;
	t->b = &k->held;
	t->task = k;
	t->mark = 0;
	t->column = 0;
	t->invisible = 0;
	add_leader(t, k, st);
	k->held_stamp = *st;
	k->held_leader = t->b->len;
}

/* k goes on under another number: so does the line that is held of it. */
void text_line_rename(struct text *t, struct text_task *k)
{
	struct buf call = { 0 };

	if (!k->held.len)
		return;
	buf_add(&call, k->held.data + k->held_leader,
		k->held.len - k->held_leader);
	text_line_hold(t, k, &k->held_stamp);
	buf_add(t->b, call.data, call.len);
	buf_free(&call);
}

void text_line_show_held(struct text *t, struct text_task *k)
{
	stream_take(t, k);
	buf_add(t->b, k->held.data, k->held.len);
	t->prev_mono = k->held_stamp.mono_ns;
}

/* The held line of k passed: out it goes, whole. */
void text_line_release(struct text *t, struct text_task *k)
{
	text_line_show_held(t, k);
	buf_reset(&k->held);
}

bool text_line_is_open(struct text *t, struct text_task *k)
{
	return output_stream(t->out, k->tid)->line_tid == k->tid;
}

void text_line_pause(struct text *t)
{
	if (!t->stream) {
		t->task->held_invisible = t->invisible;
		return;
	}
	t->stream->line_tid = t->task->tid;
	t->stream->column = t->column + t->b->len - t->mark - t->invisible;
}

/* Go on with the line of k, which is open, or with what is held of it. */
void text_line_resume(struct text *t, struct text_task *k)
{
	t->task = k;
	t->invisible = 0;
	if (t->hold) {
		t->invisible = k->held_invisible;
		t->stream = NULL;
		t->b = &k->held;
		t->mark = 0;
		t->column = 0;
		return;
	}
	t->stream = output_stream(t->out, k->tid);
	t->b = &t->stream->buf;
	t->mark = t->b->len;
	t->column = t->stream->column;
}

void text_line_end(struct text *t)
{
	buf_ch(t->b, '\n');
	t->stream->line_tid = 0;
	t->stream->column = 0;
	if (t->b->len >= OUTPUT_BATCH)
		output_flush(t->out);
}

void text_pad(struct text *t)
{
	size_t have = t->column + t->b->len - t->mark - t->invisible;
	size_t want = t->o->align > 1 ? (size_t)t->o->align - 1 : 0;

	if (have < want)
		buf_pad(t->b, t->b->len, want - have);
}
