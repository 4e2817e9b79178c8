/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text sink: one line a call, in the form that strace has.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "abi_info.h"
#include "now.h"
#include "symset.h"
#include "xalloc.h"

/* ---- the parts of a call ---- */

static struct text_leader leader_at_entry(const struct event *ev,
					  const struct call *c)
{
	return (struct text_leader){
		.tid = c->tid, .comm = c->comm, .many = ev->many,
		.has_nr = true, .nr = c->nr, .abi = c->abi,
		.wall_ns = c->enter_wall_ns, .mono_ns = c->enter_mono_ns,
		.ip = c->enter_ip,
	};
}

static struct text_leader leader_now(const struct event *ev,
				     const struct call *c)
{
	struct text_leader l = leader_at_entry(ev, c);

	l.wall_ns = ev->wall_ns;
	l.mono_ns = ev->mono_ns;
	l.ip = ev->ip;
	if (ev->comm)
		l.comm = ev->comm;
	return l;
}

static void add_resuming(struct text *t, const struct call *c)
{
	buf_str(t->b, "<... resuming interrupted ");
	buf_str(t->b, c->resumed_name ? c->resumed_name : "system call");
	buf_str(t->b, " ...>");
}

/* From the begin of the line to the last argument before end. */
static bool add_entry(struct text *t, const struct call *c,
		      const struct node *end)
{
	struct text_list args = { .scope = TEXT_ARGS, .first = true };

	text_paint(t, ROLE_NAME);
	buf_str(t->b, c->name);
	text_plain(t);
	buf_ch(t->b, '(');
	if (c->resuming)
		add_resuming(t, c);
	text_items(t, &args, c->args, end);
	return args.cut;
}

/*
 * Nothing more can come of a call that does not return: its line need not wait
 * for the end of the task, and no other line can part it.
 */
static bool line_is_whole(const struct call *c)
{
	return c->ret_kind == RET_NONE && c->complete && !c->held &&
	       !c->in_flight;
}

static void add_never(struct text *t)
{
	buf_ch(t->b, ')');
	text_pad(t);
	buf_str(t->b, " = ?");
}

static void call_entry(struct text *t, const struct event *ev,
		       const struct call *c)
{
	struct text_leader l = leader_at_entry(ev, c);
	bool cut;

	if (c->held)
		return;
	text_line_begin(t, &l);
	cut = add_entry(t, c, NULL);
	if (c->in_flight) {
		buf_str(t->b, " <in flight ...>");
		text_line_end(t);
	} else if (line_is_whole(c)) {
		add_never(t);
		text_line_end(t);
		text_stack(t, &c->stack);
	} else {
		text_line_pause(t, cut);
	}
}

/*
 * The line of a call goes on: where it stands, or on a new one.  One that was
 * held begins only now.  True: "..." stands where its arguments end.
 */
static bool line_go_on(struct text *t, const struct event *ev,
		       const struct call *c)
{
	struct text_leader l;
	bool cut = false;

	if (c->held) {
		l = leader_at_entry(ev, c);
		text_line_begin(t, &l);
		return add_entry(t, c, c->later);
	}
	if (text_line_is_open(t, c->tid)) {
		text_line_resume(t, c->tid, &cut);
		return cut;
	}
	l = leader_now(ev, c);
	text_line_begin(t, &l);
	buf_str(t->b, "<... ");
	text_paint(t, ROLE_NAME);
	buf_str(t->b, c->name);
	text_plain(t);
	buf_str(t->b, " resumed>");
	return false;
}

/* " ENOENT (No such file or directory)", the name in its colour. */
static void add_error_name(struct text *t, int err)
{
	const char *name = errno_name(err);
	const char *words = errno_text(err);

	buf_ch(t->b, ' ');
	text_paint(t, ROLE_ERROR);
	if (name)
		buf_str(t->b, name);
	else
		buf_fmt(t->b, "(errno %d)", err);
	text_plain(t);
	if (name && words)
		buf_fmt(t->b, " (%s)", words);
}

static void add_error(struct text *t, int err)
{
	buf_str(t->b, errno_is_restart(err) ? "?" : "-1");
	add_error_name(t, err);
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

static void add_result(struct text *t, const struct call *c)
{
	struct text_list aux = { .scope = TEXT_RESULT, .first = true };

	buf_ch(t->b, ')');
	text_pad(t);
	buf_str(t->b, " = ");
	if (c->err)
		add_error(t, c->err);
	else
		add_return(t, c);
	text_items(t, &aux, c->aux, NULL);
	if (!c->ret_comment)
		return;
	buf_str(t->b, " (");
	buf_str(t->b, c->ret_comment);
	buf_ch(t->b, ')');
}

/* What the user's rules did to the call. */
static void add_tampered(struct text *t, unsigned tampered)
{
	static const char *const injected[] = {
		[TAMPERED_RESULT] = " (INJECTED)",
		[TAMPERED_ARGS] = " (INJECTED: args)",
		[TAMPERED_ARGS | TAMPERED_RESULT] =
			" (INJECTED: args, retval)",
	};
	unsigned what = tampered & (TAMPERED_ARGS | TAMPERED_RESULT);

	if (what)
		buf_str(t->b, injected[what]);
	if (tampered & TAMPERED_DELAY)
		buf_str(t->b, " (DELAYED)");
}

static void add_duration(struct text *t, const struct call *c)
{
	int64_t ns = c->duration_ns > 0 ? c->duration_ns : 0;
	int digits = t->o->duration_digits;

	buf_ch(t->b, ' ');
	text_paint(t, ROLE_TIME);
	buf_ch(t->b, '<');
	buf_dec(t->b, ns / NSEC_PER_SEC);
	if (digits > 0)
		buf_fraction(t->b, (uint32_t)(ns % NSEC_PER_SEC),
			     (unsigned)digits);
	buf_ch(t->b, '>');
	text_plain(t);
}

static void call_exit(struct text *t, const struct event *ev,
		      const struct call *c)
{
	struct text_list args = { .scope = TEXT_ARGS,
				  .first = c->args == c->later };

	args.cut = line_go_on(t, ev, c);
	text_items(t, &args, c->later, NULL);
	add_result(t, c);
	add_tampered(t, c->tampered);
	/* A call that does not come back took no time that could be shown. */
	if (t->o->show_duration && (c->err || c->ret_kind != RET_NONE))
		add_duration(t, c);
	text_line_end(t);
	text_vcpu(t, &c->vcpu);
	text_dumps(t, c->dumps);
	if (!line_is_whole(c))
		text_stack(t, &c->stack);
}

static void call_gone(struct text *t, const struct event *ev,
		      const struct call *c)
{
	bool waits = c->held || text_line_is_open(t, c->tid);

	if (line_is_whole(c) || (c->why == CALL_RUNNING && !waits))
		return;
	line_go_on(t, ev, c);
	if (c->why == CALL_DETACHED) {
		buf_str(t->b, " <detached ...>");
	} else if (c->why == CALL_RUNNING) {
		buf_str(t->b, " <unfinished ...>");
	} else if (c->why == CALL_LOST) {
		buf_str(t->b, " <lost ...>");
	} else {
		if (!c->complete && c->ret_kind != RET_NONE)
			buf_str(t->b, " <unfinished ...>");
		add_never(t);
	}
	text_line_end(t);
	text_stack(t, &c->stack);
}

/* A line that another task has ended needs no such remark. */
static void call_renumbered(struct text *t, const struct event *ev,
			    const struct call *c)
{
	if (!c->held && !text_line_is_open(t, c->tid))
		return;
	line_go_on(t, ev, c);
	buf_fmt(t->b, " <pid changed to %d ...>", (int)ev->tid);
	text_line_end(t);
}

static void uring(struct text *t, const struct event *ev,
		  const struct call *c)
{
	struct text_leader l = text_leader_of(ev);

	text_line_begin(t, &l);
	add_entry(t, c, NULL);
	if (ev->kind == EV_URING_COMPLETE)
		add_result(t, c);
	else
		buf_ch(t->b, ')');
	text_line_end(t);
}

static void text_call(struct sink *s, const struct event *ev,
		      const struct call *c, enum call_part part)
{
	static void (*const parts[])(struct text *t, const struct event *ev,
				     const struct call *c) = {
		[CALL_ENTRY] = call_entry, [CALL_EXIT] = call_exit,
		[CALL_GONE] = call_gone, [CALL_RENUMBERED] = call_renumbered,
		[CALL_URING] = uring,
	};

	parts[part]((struct text *)s, ev, c);
}

/* ---- the rest ---- */

static void text_signal(struct sink *s, const struct event *ev,
			const struct node *info,
			const struct call_stack *stack)
{
	struct text_list list = { .scope = TEXT_SIGNAL, .first = true };
	struct text_leader l = text_leader_of(ev);
	struct text *t = (struct text *)s;

	text_line_begin(t, &l);
	text_paint(t, ROLE_SIGNAL);
	buf_str(t->b, "--- ");
	signal_put(t->b, ev->sig, true);
	text_items(t, &list, info, NULL);
	buf_str(t->b, " ---");
	text_plain(t);
	text_line_end(t);
	text_stack(t, stack);
}

static int text_close(struct sink *s)
{
	struct text *t = (struct text *)s;
	int rc;

	buf_free(&t->scratch);
	rc = output_flush(t->out);
	free(t);
	return rc;
}

static bool colour_wanted(const struct options *o, const struct output *out)
{
	return o->colour == COLOUR_ALWAYS ||
	       (o->colour == COLOUR_AUTO && output_is_terminal(out));
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
	static const struct sink_ops ops = {
		.call = text_call, .signal = text_signal,
		.event = text_event, .close = text_close,
	};
	struct text *t = xalloc_new(1, sizeof(*t));
	bool many = o->follow != FOLLOW_NONE || o->always_pid ||
		    o->npids + (o->command != NULL) > 1;

	t->sink.ops = &ops;
	t->o = o;
	t->xlat = o->xlat;
	t->out = out;
	t->colour = colour_wanted(o, out);
	t->pid_in_file = many && output_is_named(out) && !o->output_separately;
	t->pid_when_many = !output_is_named(out);
	t->quote = quote_style_of(o);
	return &t->sink;
}
