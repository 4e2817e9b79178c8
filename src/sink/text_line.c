/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of the text sink: one stream may be shared by many tasks, and only one
 * of them can have its line open.  Whoever comes next ends that line with
 * <unfinished ...>.
 */
#include <string.h>

#include "abi_info.h"
#include "now.h"
#include "text.h"

static void add_sgr(struct text *t, const char *sgr)
{
	size_t start = t->b->len;

	buf_str(t->b, "\033[");
	buf_str(t->b, sgr);
	buf_ch(t->b, 'm');
	t->invisible += t->b->len - start;
}

void text_paint(struct text *t, enum colour_role role)
{
	if (!t->colour || !*t->o->colours[role])
		return;
	add_sgr(t, t->o->colours[role]);
	t->painted = true;
}

void text_plain(struct text *t)
{
	if (t->painted)
		add_sgr(t, "");
	t->painted = false;
}

/* The name is escaped, and so are brackets in it: it stands in brackets. */
static void add_comm(struct text *t, const struct text_leader *l)
{
	if (!t->o->decode_pids || !l->comm)
		return;
	buf_ch(t->b, '<');
	buf_escape_also(t->b, l->comm, strlen(l->comm), t->quote, "<>");
	buf_ch(t->b, '>');
}

static void add_pid(struct text *t, const struct text_leader *l)
{
	bool in_brackets = t->pid_when_many && (l->many || t->o->always_pid);
	size_t start;

	if (!t->pid_in_file && !in_brackets)
		return;
	text_paint(t, ROLE_PID);
	start = t->b->len;
	if (t->pid_in_file) {
		buf_dec(t->b, l->tid);
		add_comm(t, l);
		buf_pad(t->b, start, 5);
	} else {
		buf_fmt(t->b, "[pid %5d", (int)l->tid);
		add_comm(t, l);
		buf_ch(t->b, ']');
	}
	text_plain(t);
	buf_ch(t->b, ' ');
}

/* The fraction of a second, cut to the digits asked for. */
static void add_fraction(struct buf *b, int64_t ns, int digits)
{
	if (digits > 0)
		buf_fraction(b, (uint32_t)ns, (unsigned)digits);
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

static void add_time(struct text *t, const struct text_leader *l)
{
	const struct options *o = t->o;

	text_paint(t, ROLE_TIME);
	if (o->time_style == TIME_CLOCK)
		add_clock(t, l->wall_ns);
	else if (o->time_style == TIME_UNIX)
		buf_dec(t->b, l->wall_ns / NSEC_PER_SEC);
	if (o->time_style != TIME_NONE) {
		add_fraction(t->b, l->wall_ns % NSEC_PER_SEC, o->time_digits);
		buf_ch(t->b, ' ');
	}
	if (o->relative)
		add_relative(t, l->mono_ns);
	text_plain(t);
}

static void add_ip(struct text *t, const struct text_leader *l)
{
	bool narrow = abi_infos[l->abi].reg == 4;

	if (!l->ip)
		buf_str(t->b, narrow ? "[????????] " : "[????????????????] ");
	else if (narrow)
		buf_fmt(t->b, "[%08llx] ", (unsigned long long)l->ip);
	else
		buf_fmt(t->b, "[%016llx] ", (unsigned long long)l->ip);
}

static void add_leader(struct text *t, const struct text_leader *l)
{
	add_pid(t, l);
	if (t->o->time_style != TIME_NONE || t->o->relative)
		add_time(t, l);
	if (t->o->show_nr) {
		if (l->has_nr)
			buf_fmt(t->b, "[%4llu] ", (unsigned long long)l->nr);
		else
			buf_str(t->b, "[????] ");
	}
	if (t->o->show_ip)
		add_ip(t, l);
}

struct text_leader text_leader_of(const struct event *ev)
{
	return (struct text_leader){
		.tid = ev->tid, .comm = ev->comm, .many = ev->many,
		.has_nr = ev->last_nr, .nr = ev->nr,
		.abi = ev->last_nr ? ev->last_abi : ev->abi,
		.wall_ns = ev->wall_ns, .mono_ns = ev->mono_ns, .ip = ev->ip,
	};
}

/* Make the stream of a task ours, and go on at its end. */
static void stream_take(struct text *t, struct stream *s, pid_t tid,
			size_t column)
{
	t->stream = s;
	t->b = &s->buf;
	t->tid = tid;
	t->mark = t->b->len;
	t->column = column;
	t->invisible = 0;
	t->full = false;
}

/* A line ends that its own task did not end. */
static void line_cut(struct stream *s)
{
	buf_str(&s->buf, " <unfinished ...>\n");
	s->line_tid = 0;
	s->column = 0;
}

void text_line_begin(struct text *t, const struct text_leader *l)
{
	struct stream *s = output_stream(t->out, l->tid);

	if (s->line_tid)
		line_cut(s);
	stream_take(t, s, l->tid, 0);
	add_leader(t, l);
	t->prev_mono = l->mono_ns;
}

void text_line_more(struct text *t)
{
	stream_take(t, t->stream, t->tid, 0);
}

bool text_line_is_open(struct text *t, pid_t tid)
{
	const struct stream *s = output_stream(t->out, tid);

	return s->line_tid == tid && s->line_sink == t;
}

void text_line_pause(struct text *t, bool cut)
{
	t->stream->line_tid = t->tid;
	t->stream->line_sink = t;
	t->stream->column = t->column + t->b->len - t->mark - t->invisible;
	t->stream->line_cut = cut;
}

void text_line_resume(struct text *t, pid_t tid, bool *cut)
{
	struct stream *s = output_stream(t->out, tid);

	stream_take(t, s, tid, s->column);
	*cut = s->line_cut;
}

void text_line_end(struct text *t)
{
	buf_ch(t->b, '\n');
	t->stream->line_tid = 0;
	t->stream->column = 0;
	if (t->b->len >= OUTPUT_BATCH)
		output_flush(t->out);
}

size_t text_used(const struct text *t)
{
	return t->column + t->b->len - t->mark;
}

void text_pad(struct text *t)
{
	size_t have = t->column + t->b->len - t->mark - t->invisible;
	size_t want = t->o->align > 1 ? (size_t)t->o->align - 1 : 0;

	if (have < want)
		buf_pad(t->b, t->b->len, want - have);
}
