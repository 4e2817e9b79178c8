/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of events that are neither calls nor signals. */
#include "calls.h"
#include "symset.h"
#include "text.h"
#include "value.h"

static void event_line(struct text *t, const struct event *ev)
{
	struct text_leader l = text_leader_of(ev);

	text_line_begin(t, &l);
}

static void show_group_stop(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	text_paint(t, ROLE_SIGNAL);
	buf_str(t->b, "--- stopped by ");
	signal_put(t->b, ev->sig, true);
	buf_str(t->b, " ---");
	text_plain(t);
	text_line_end(t);
}

static void show_exited(struct text *t, const struct event *ev)
{
	if (t->o->quiet & QUIET_EXIT)
		return;
	event_line(t, ev);
	text_paint(t, ROLE_EXIT);
	buf_fmt(t->b, "+++ exited with %d +++", ev->status);
	text_plain(t);
	text_line_end(t);
}

static void show_killed(struct text *t, const struct event *ev)
{
	event_line(t, ev);
	text_paint(t, ROLE_SIGNAL);
	buf_str(t->b, "+++ killed by ");
	signal_put(t->b, ev->sig, true);
	buf_str(t->b, ev->core ? " (core dumped) +++" : " +++");
	text_plain(t);
	text_line_end(t);
}

static void show_exec(struct text *t, const struct event *ev)
{
	if (!(t->o->quiet & QUIET_SUPERSEDED)) {
		event_line(t, ev);
		buf_fmt(t->b, "+++ superseded by execve in pid %d +++",
			(int)ev->other_tid);
		text_line_end(t);
	}
	output_task_gone(t->out, ev->other_tid);
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
		output_task_gone(t->out, ev->tid);
		break;
	case EV_KILLED:
		show_killed(t, ev);
		output_task_gone(t->out, ev->tid);
		break;
	case EV_EXEC:
		show_exec(t, ev);
		break;
	case EV_DETACH:
		output_task_gone(t->out, ev->tid);
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
