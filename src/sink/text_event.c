/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the text sink says of events that are neither calls nor signals, and
 * the dumps of data.
 */
#include <string.h>

#include "calls.h"
#include "diag.h"
#include "symset.h"
#include "text.h"
#include "value.h"

#define DUMP_WIDTH 16

static struct text_task *event_line(struct text *t, const struct event *ev)
{
	struct text_task *k = text_task_get(t, ev->tid, ev->pid);
	struct text_stamp st = {
		.wall_ns = ev->wall_ns, .mono_ns = ev->mono_ns,
		.ip = ev->ip, .ip_known = ev->ip != 0,
	};

	text_task_comm(t, k, ev->comm);
	text_task_last_nr(k, ev);
	text_line_begin(t, k, &st);
	return k;
}

static void show_group_stop(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	text_paint(t, TEXT_SIGNAL_COLOUR);
	buf_str(t->b, "--- stopped by ");
	signal_put(t->b, ev->sig, true);
	buf_str(t->b, " ---");
	text_paint(t, TEXT_PLAIN);
	text_line_end(t);
}

static void task_gone(struct text *t, pid_t tid)
{
	text_task_remove(t, tid);
	output_task_gone(t->out, tid);
}

static void show_exited(struct text *t, const struct event *ev)
{
	if (t->o->quiet & QUIET_EXIT)
		return;
	event_line(t, ev);
	text_paint(t, TEXT_DIM);
	buf_fmt(t->b, "+++ exited with %d +++", ev->status);
	text_paint(t, TEXT_PLAIN);
	text_line_end(t);
}

static void show_killed(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	text_paint(t, TEXT_SIGNAL_COLOUR);
	buf_str(t->b, "+++ killed by ");
	signal_put(t->b, ev->sig, true);
	buf_str(t->b, ev->core ? " (core dumped) +++" : " +++");
	text_paint(t, TEXT_PLAIN);
	text_line_end(t);
}

/*
 * The thread that called exec takes over the number of its leader.  To -e
 * status= its call is one that is left at that, which may pass what its result
 * does not.
 */
static void show_pid_change(struct text *t, struct text_task *k,
			    const struct event *ev)
{
	if (t->hold) {
		if (!(t->o->status & STATUS_DETACHED) || !k->held.len)
			return;
		text_line_show_held(t, k);
	} else if (text_line_is_open(t, k)) {
		text_line_resume(t, k);
	} else {
		return;
	}
	buf_fmt(t->b, " <pid changed to %d ...>", (int)ev->tid);
	text_line_end(t);
}

static void task_move(struct text *t, struct text_task *from, pid_t to)
{
	struct text_task *k;

	text_task_remove(t, to);
	k = hash_del(&t->tasks, (uint64_t)from->tid);
	BUG_ON(k != from);
	k->tid = to;
	hash_put(&t->tasks, (uint64_t)to, k);
	t->last = k;
	text_line_rename(t, k);
}

static void show_exec(struct text *t, const struct event *ev)
{
	struct text_task *from;

	if (!ev->other_tid || ev->other_tid == ev->tid)
		return;
	from = hash_get(&t->tasks, (uint64_t)ev->other_tid);
	if (from && from->in_call)
		show_pid_change(t, from, ev);
	if (!(t->o->quiet & QUIET_SUPERSEDED)) {
		event_line(t, ev);
		buf_fmt(t->b, "+++ superseded by execve in pid %d +++",
			(int)ev->other_tid);
		text_line_end(t);
	}
	if (from) {
		task_move(t, from, ev->tid);
		output_task_gone(t->out, ev->other_tid);
	}
}

static void show_lost(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	buf_fmt(t->b, "<... %llu event%s lost%s: %s>",
		(unsigned long long)ev->count, ev->count == 1 ? "" : "s",
		ev->status == LOST_FULL ? " here" : "",
		event_lost_text(ev->status));
	text_line_end(t);
}

static void show_mode(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	buf_fmt(t->b, "[ Process PID=%d runs in %s mode. ]", (int)ev->tid,
		abi_mode_name(ev->abi));
	text_line_end(t);
}

void text_event(struct sink *s, const struct event *ev)
{
	struct text *t = (struct text *)s;

	switch (ev->kind) {
	case EV_GROUP_STOP:
		show_group_stop(t, ev);
		break;
	case EV_EXITED:
		show_exited(t, ev);
		task_gone(t, ev->tid);
		break;
	case EV_KILLED:
		show_killed(t, ev);
		task_gone(t, ev->tid);
		break;
	case EV_EXEC:
		show_exec(t, ev);
		break;
	case EV_FORK:
		if (t->o->follow == FOLLOW_NONE || !ev->child)
			break;
		/* Who has shown nothing yet is traced all the same. */
		text_task_get(t, ev->tid, ev->pid);
		text_task_get(t, ev->child, 0);
		break;
	case EV_ATTACH:
		text_task_comm(t, text_task_get(t, ev->tid, ev->pid),
			       ev->comm);
		break;
	case EV_DETACH:
		task_gone(t, ev->tid);
		t->nleft++;
		break;
	case EV_LOST:
		show_lost(t, ev);
		break;
	case EV_MODE:
		show_mode(t, ev);
		break;
	default:
		break;
	}
}

/* While the line of k is being written, its dumps wait. */
struct buf *text_dump_target(struct text *t, struct text_task *k)
{
	if (k->in_call)
		return &k->tail;
	return &output_stream(t->out, k->tid)->buf;
}

static void dump_line(struct buf *b, const uint8_t *p, size_t at, size_t n)
{
	size_t start;

	buf_fmt(b, " | %05zx ", at);
	start = b->len;
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, i == 8 ? "  %02x" : " %02x", p[at + i]);
	buf_pad(b, start, 3 * DUMP_WIDTH + 3);
	start = b->len;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = p[at + i];

		buf_ch(b, c >= 0x20 && c < 0x7f ? (char)c : '.');
	}
	buf_pad(b, start, DUMP_WIDTH + 1);
	buf_str(b, "|\n");
}

void text_dump_cut(struct buf *b)
{
	buf_str(b, " | ...\n");
}

void text_dump_lines(struct buf *b, const uint8_t *p, size_t len)
{
	for (size_t at = 0; at < len; at += DUMP_WIDTH) {
		size_t n = len - at < DUMP_WIDTH ? len - at : DUMP_WIDTH;

		dump_line(b, p, at, n);
	}
}
