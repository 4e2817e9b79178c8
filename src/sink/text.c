/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text sink: one line a call, in the form that strace has.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "abi_info.h"
#include "diag.h"
#include "filter.h"
#include "symset.h"

static struct text_stamp stamp_of(struct text *t, const struct event *ev)
{
	t->now_wall = ev->wall_ns;
	t->now_mono = ev->mono_ns;
	return (struct text_stamp){
		.wall_ns = ev->wall_ns, .mono_ns = ev->mono_ns,
		.ip = ev->ip, .ip_known = ev->ip != 0,
	};
}

void text_task_comm(struct text *t, struct text_task *k, const char *comm)
{
	size_t n;

	if (!t->o->decode_pids || !comm)
		return;
	buf_reset(&t->scratch);
	buf_escape_also(&t->scratch, comm, strlen(comm), t->quote, "<>");
	n = t->scratch.len;
	if (n >= sizeof(k->comm))
		n = sizeof(k->comm) - 1;
	memcpy(k->comm, t->scratch.data, n);
	k->comm[n] = '\0';
}

static void add_resuming(struct text *t, const struct text_task *k,
			 const struct call *c)
{
	const char *name = c->resumed_name ? c->resumed_name : k->restarted;

	buf_str(t->b, "<... resuming interrupted ");
	buf_str(t->b, name ? name : "system call");
	buf_str(t->b, " ...>");
}

static void text_call_begin(struct sink *s, const struct event *ev,
			    const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, ev->tid, ev->pid);
	struct text_stamp st = stamp_of(t, ev);

	t->nleft = 0;
	text_task_comm(t, k, c->comm);
	k->nr = c->nr;
	k->has_nr = true;
	k->abi = c->abi;
	k->name = c->name;
	k->in_call = true;
	k->first = true;
	if (t->hold)
		text_line_hold(t, k, &st);
	else
		text_line_begin(t, k, &st);
	text_paint(t, TEXT_CALL);
	buf_str(t->b, c->name);
	text_paint(t, TEXT_PLAIN);
	buf_ch(t->b, '(');
	if (c->resuming)
		add_resuming(t, k, c);
	text_scope_start(t, TEXT_ARGS, true);
}

/*
 * Nothing more can come of a call that does not return: its line need not wait
 * for the end of the task, and no other line can part it.
 */
static void line_finish_never(struct text *t, struct text_task *k)
{
	buf_ch(t->b, ')');
	text_pad(t);
	buf_str(t->b, " = ?");
	text_line_end(t);
	k->in_call = false;
}

static void text_call_pause(struct sink *s, const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, c->tid, c->pid);

	k->first = t->scopes[0].first;
	if (c->in_flight && !t->hold) {
		buf_str(t->b, " <in flight ...>");
		text_line_end(t);
		return;
	}
	if (c->ret_kind == RET_NONE && c->complete && !t->hold)
		line_finish_never(t, k);
	else
		text_line_pause(t);
}

/* The line of k goes on: where it stands, or on a new one. */
static void line_go_on(struct text *t, struct text_task *k, const char *name,
		       const struct text_stamp *st)
{
	if (t->hold || text_line_is_open(t, k)) {
		text_line_resume(t, k);
		return;
	}
	text_line_begin(t, k, st);
	buf_str(t->b, "<... ");
	text_paint(t, TEXT_CALL);
	buf_str(t->b, name);
	text_paint(t, TEXT_PLAIN);
	buf_str(t->b, " resumed>");
}

static void text_call_resume(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, ev->tid, ev->pid);
	struct text_stamp st = stamp_of(t, ev);

	text_task_comm(t, k, c->comm);
	if (!k->in_call) {	/* its entry was before our time */
		k->nr = c->nr;
		k->has_nr = true;
		k->abi = c->abi;
		k->first = true;
		if (t->hold)
			text_line_hold(t, k, &st);
	}
	line_go_on(t, k, c->name, &st);
	text_scope_start(t, TEXT_ARGS, k->first);
}

static const char *restart_text(int err)
{
	switch (err) {
	case 512:
		return "ERESTARTSYS (To be restarted if SA_RESTART is set)";
	case 513:
		return "ERESTARTNOINTR (To be restarted)";
	case 514:
		return "ERESTARTNOHAND (To be restarted if no handler)";
	case 516:
		return "ERESTART_RESTARTBLOCK (Interrupted by signal)";
	}
	return NULL;
}

/* " ENOENT (No such file or directory)" */
static void add_error_name(struct text *t, int err)
{
	const char *name = errno_name(err);
	const char *words = errno_text(err);

	if (!name)
		buf_fmt(t->b, " (errno %d)", err);
	else if (!words)
		buf_fmt(t->b, " %s", name);
	else
		buf_fmt(t->b, " %s (%s)", name, words);
}

static void add_error(struct text *t, int err)
{
	const char *restart = restart_text(err);

	if (restart) {
		buf_str(t->b, "? ");
		buf_str(t->b, restart);
		return;
	}
	text_paint(t, TEXT_ERROR);
	buf_str(t->b, "-1");
	add_error_name(t, err);
	text_paint(t, TEXT_PLAIN);
}

static void add_return_pid(struct text *t, const struct call *c)
{
	text_show(t, &(struct value){
		.kind = VAL_PID, .num = (uint64_t)c->ret, .width = 8,
		.num2 = (uint64_t)c->ret_num2,
		.text = c->ret_text, .len = c->ret_text_len,
	});
}

static void add_return(struct text *t, const struct call *c)
{
	uint64_t bits = abi_arg(c->abi, (uint64_t)c->ret);

	switch (c->ret_kind) {
	case RET_NONE:
		buf_ch(t->b, '?');
		break;
	case RET_UDEC:
		buf_udec(t->b, bits);
		break;
	case RET_ERROR32:
		buf_udec(t->b, bits);
		if (call_error32(c))
			add_error_name(t, call_error32(c));
		break;
	case RET_HEX:
		buf_hex(t->b, bits);
		break;
	case RET_ADDR:
		if (bits)
			buf_hex(t->b, bits);
		else
			buf_str(t->b, "NULL");
		break;
	case RET_OCT:
		buf_fmt(t->b, "%#03llo", (unsigned long long)bits);
		break;
	case RET_FD:
		buf_dec(t->b, c->ret);
		if (c->ret_text)
			text_fd_text(t, c->ret_text, c->ret_text_len);
		break;
	case RET_PID:
		add_return_pid(t, c);
		break;
	case RET_DEC:
		buf_dec(t->b, c->ret);
		break;
	}
}

static void text_call_result(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct text *t = (struct text *)s;

	(void)ev;
	buf_ch(t->b, ')');
	text_pad(t);
	buf_str(t->b, " = ");
	if (c->err)
		add_error(t, c->err);
	else
		add_return(t, c);
	/* What EMIT_AUX shows has a scope of its own. */
	text_scope_start(t, TEXT_ARGS, true);
}

static void add_duration(struct text *t, const struct call *c)
{
	int64_t ns = c->duration_ns > 0 ? c->duration_ns : 0;
	int digits = t->o->duration_digits;

	buf_fmt(t->b, " <%lld", (long long)(ns / 1000000000));
	if (digits > 0) {
		size_t at = t->b->len;

		buf_fmt(t->b, ".%09lld", (long long)(ns % 1000000000));
		t->b->len = at + 1 + (size_t)(digits > 9 ? 9 : digits);
	}
	buf_ch(t->b, '>');
}

static void line_finish(struct text *t, struct text_task *k)
{
	if (t->hold)
		text_line_release(t, k);
	text_line_end(t);
	if (k->tail.len) {
		buf_add(t->b, k->tail.data, k->tail.len);
		buf_reset(&k->tail);
	}
	k->in_call = false;
}

static void text_call_end(struct sink *s, const struct event *ev,
			  const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = t->task;

	(void)ev;
	if (c->ret_comment) {
		buf_str(t->b, " (");
		buf_str(t->b, c->ret_comment);
		buf_ch(t->b, ')');
	}
	/* A call that does not come back took no time that could be told. */
	if (t->o->show_duration && (c->err || c->ret_kind != RET_NONE))
		add_duration(t, c);
	k->restarted = NULL;
	if (c->err == 516 && c->known)
		k->restarted = c->resuming && c->resumed_name ?
			       c->resumed_name : c->name;
	line_finish(t, k);
}

static void text_call_drop(struct sink *s, const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, c->tid, c->pid);

	buf_reset(&k->held);
	buf_reset(&k->tail);
	buf_reset(&k->stack);
	k->in_call = false;
}

static void text_call_abort(struct sink *s, const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, c->tid, c->pid);
	struct text_stamp st = {
		.wall_ns = t->now_wall, .mono_ns = t->now_mono,
	};

	if (!k->in_call)
		return;
	if (c->why == CALL_RUNNING && !t->hold && !text_line_is_open(t, k)) {
		k->in_call = false;
		return;
	}
	line_go_on(t, k, c->name, &st);
	if (c->why == CALL_DETACHED) {
		buf_str(t->b, " <detached ...>");
	} else if (c->why == CALL_RUNNING) {
		buf_str(t->b, " <unfinished ...>");
	} else if (c->why == CALL_LOST) {
		buf_str(t->b, " <lost ...>");
	} else {
		if (!c->complete && c->ret_kind != RET_NONE)
			buf_str(t->b, " <unfinished ...>");
		buf_ch(t->b, ')');
		text_pad(t);
		buf_str(t->b, " = ?");
	}
	line_finish(t, k);
}

static void text_signal_begin(struct sink *s, const struct event *ev)
{
	struct text *t = (struct text *)s;
	struct text_stamp st = stamp_of(t, ev);
	struct text_task *k = text_task_get(t, ev->tid, ev->pid);

	text_task_comm(t, k, ev->comm);
	text_task_last_nr(k, ev);
	text_line_begin(t, k, &st);
	text_paint(t, TEXT_SIGNAL_COLOUR);
	buf_str(t->b, "--- ");
	signal_put(t->b, ev->sig, true);
	text_scope_start(t, TEXT_SIGNAL, true);
}

static void text_signal_end(struct sink *s, const struct event *ev)
{
	struct text *t = (struct text *)s;

	(void)ev;
	buf_str(t->b, " ---");
	text_paint(t, TEXT_PLAIN);
	text_line_end(t);
	text_stack_show(t->b, &t->signal_stack);
}

static void text_uring_begin(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct text *t = (struct text *)s;
	struct text_stamp st = stamp_of(t, ev);
	struct text_task *k = text_task_get(t, ev->tid, ev->pid);

	text_task_comm(t, k, c->comm);
	text_line_begin(t, k, &st);
	text_paint(t, TEXT_CALL);
	buf_str(t->b, c->name);
	text_paint(t, TEXT_PLAIN);
	buf_ch(t->b, '(');
	text_scope_start(t, TEXT_ARGS, true);
}

static void text_uring_end(struct sink *s, const struct event *ev,
			   const struct call *c)
{
	struct text *t = (struct text *)s;

	if (ev->kind == EV_URING_COMPLETE)
		text_call_result(s, ev, c);
	else
		buf_ch(t->b, ')');
	text_line_end(t);
}

static void text_dump(struct sink *s, const struct call *c, const void *data,
		      size_t len, size_t all)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, c->tid, c->pid);

	text_dump_lines(text_dump_target(t, k), data, len);
	if (len < all)
		text_dump_cut(text_dump_target(t, k));
}

static void text_dump_title(struct sink *s, const struct call *c,
			    const char *title)
{
	struct text *t = (struct text *)s;
	struct text_task *k = text_task_get(t, c->tid, c->pid);
	struct buf *b = text_dump_target(t, k);

	buf_ch(b, ' ');
	buf_plain(b, title, strlen(title));
	buf_ch(b, '\n');
}

static int text_flush(struct sink *s)
{
	return output_flush(((struct text *)s)->out);
}

static int text_close(struct sink *s)
{
	struct text *t = (struct text *)s;
	int rc;

	/* No line stays without its end. */
	hash_each(&t->tasks, slot) {
		struct text_task *k = slot->value;

		if (k->in_call && !t->hold && text_line_is_open(t, k)) {
			text_line_resume(t, k);
			buf_str(t->b, " <unfinished ...>");
			text_line_end(t);
		}
		buf_free(&k->held);
		buf_free(&k->tail);
		buf_free(&k->stack);
		free(k);
	}
	hash_free(&t->tasks);
	buf_free(&t->scratch);
	buf_free(&t->signal_stack);
	rc = output_flush(t->out);
	free(t);
	return rc;
}

static const struct sink_ops text_ops = {
	.call_begin = text_call_begin,
	.call_pause = text_call_pause,
	.call_resume = text_call_resume,
	.call_result = text_call_result,
	.call_end = text_call_end,
	.call_drop = text_call_drop,
	.call_abort = text_call_abort,
	.name = text_name,
	.value = text_value,
	.open = text_open_scope,
	.close = text_close_scope,
	.special = text_special,
	.used = text_used,
	.dump = text_dump,
	.dump_title = text_dump_title,
	.stack = text_stack,
	.signal_begin = text_signal_begin,
	.signal_end = text_signal_end,
	.uring_begin = text_uring_begin,
	.uring_end = text_uring_end,
	.event = text_event,
	.flush = text_flush,
	.close_sink = text_close,
};

static bool colour_wanted(const struct options *o, const struct output *out)
{
	const char *no = getenv("NO_COLOR");

	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	return output_is_terminal(out) && !(no && *no);
}

static enum quote_style quote_style_of(const struct options *o)
{
	switch (o->hex) {
	case HEX_NONASCII:
		return QUOTE_HEX_ODD;
	case HEX_ALL:
		return QUOTE_HEX_ALL;
	case HEX_NONASCII_CHARS:
		return QUOTE_HEX_NONASCII;
	case HEX_NONE:
		break;
	}
	return QUOTE_OCTAL;
}

struct sink *text_open(const struct options *o, struct output *out)
{
	struct text *t = calloc(1, sizeof(*t));
	bool many = o->follow != FOLLOW_NONE || o->always_pid ||
		    o->npids + (o->command != NULL) > 1;

	if (!t)
		diag_die("Out of memory");
	sink_fill(&t->ops, &text_ops);
	t->sink.ops = &t->ops;
	t->sink.wants_values = true;
	t->sink.on_terminal = output_is_immediate(out);
	t->o = o;
	t->xlat = o->xlat;
	t->out = out;
	t->hold = filter_wants_outcome(o);
	t->colour = colour_wanted(o, out);
	t->pid_in_file = many && o->output && !o->output_separately;
	t->pid_when_many = !o->output;
	t->quote = quote_style_of(o);
	return &t->sink;
}
