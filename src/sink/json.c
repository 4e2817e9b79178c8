/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The JSON sink: one object a line, one line an event; a call is one when it is
 * over.
 */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "now.h"
#include "value.h"
#include "xalloc.h"

static void second_set(struct json *j, time_t sec)
{
	struct tm tm;

	if (!gmtime_r(&sec, &tm) ||
	    !strftime(j->iso, sizeof(j->iso), "%Y-%m-%dT%H:%M:%S", &tm))
		strcpy(j->iso, "1970-01-01T00:00:00");
	snprintf(j->sec_text, sizeof(j->sec_text), "%lld", (long long)sec);
	j->sec = sec;
}

/* Both forms of a time end in the same nine digits. */
static void add_time(struct json *j, int64_t wall_ns)
{
	time_t sec = wall_ns / NSEC_PER_SEC;
	char digits[FRACTION_MAX];

	fraction_put(digits, (uint32_t)(wall_ns % NSEC_PER_SEC));
	if (sec != j->sec || !*j->iso)
		second_set(j, sec);
	if (wall_ns > JSON_EXACT_MAX) {
		buf_str(j->b, ",\"time\":\"");
		buf_str(j->b, j->sec_text);
		buf_add(j->b, digits + 1, FRACTION_MAX - 1);
		buf_ch(j->b, '"');
	} else {
		buf_str(j->b, ",\"time\":");
		json_int(j->b, wall_ns);
	}
	buf_str(j->b, ",\"iso\":\"");
	buf_str(j->b, j->iso);
	buf_add(j->b, digits, FRACTION_MAX);
	buf_str(j->b, "Z\"");
}

/* ,"key":num */
#define member_num(b, key, num) \
	(buf_str(b, ",\"" key "\":"), json_int(b, num))

static void start_line(struct stream *s)
{
	buf_fmt(&s->buf, "{\"type\":\"start\",\"schema\":%d}\n", JSON_SCHEMA);
	s->begun = true;
}

/* The task that a line is about, and the time of what happened. */
struct who {
	pid_t tid, pid;		/* pid 0: not known */
	const char *comm;
	int64_t wall_ns;
};

static struct who who_of(const struct event *ev)
{
	return (struct who){ ev->tid, ev->pid, ev->comm, ev->wall_ns };
}

static struct who caller_of(const struct call *c)
{
	return (struct who){ c->tid, c->pid, c->comm, c->enter_wall_ns };
}

static bool head_holds(const struct json_head *h, const struct who *w,
		       const char *type)
{
	return h->type == type && h->tid == w->tid && h->pid == w->pid &&
	       !strcmp(h->comm, w->comm ? w->comm : "");
}

/* A line begins like the one before it, if it is of the same task. */
static const struct buf *head_of(struct json *j, const struct who *w,
				 const char *type)
{
	struct json_head *h = &j->head;

	if (head_holds(h, w, type))
		return &h->text;
	h->type = type;
	h->tid = w->tid;
	h->pid = w->pid;
	snprintf(h->comm, sizeof(h->comm), "%s", w->comm ? w->comm : "");
	buf_reset(&h->text);
	buf_str(&h->text, "{\"type\":\"");
	buf_str(&h->text, type);
	buf_str(&h->text, "\",\"tid\":");
	json_int(&h->text, w->tid);
	if (w->pid)
		member_num(&h->text, "pid", w->pid);
	if (*h->comm) {
		buf_str(&h->text, ",\"comm\":");
		json_quote_str(&h->text, h->comm);
	}
	return &h->text;
}

static void line_begin(struct json *j, const struct who *w, const char *type)
{
	const struct buf *head = head_of(j, w, type);
	struct stream *s = output_stream(j->out, w->tid);

	if (!s->begun)
		start_line(s);
	j->b = &s->buf;
	buf_add(j->b, head->data, head->len);
	add_time(j, w->wall_ns);
}

static void line_end(struct json *j)
{
	buf_str(j->b, "}\n");
	if (j->b->len >= OUTPUT_BATCH)
		output_flush(j->out);
}

/* Members of the line itself; the comma before them goes if there are none. */
static void add_members(struct json *j, unsigned scope, const struct node *n)
{
	buf_ch(j->b, ',');
	if (!json_items(j, scope, n))
		j->b->len--;
}

static void add_ret_value(struct buf *b, const struct call *c)
{
	struct value v = {
		.kind = c->ret_kind == RET_FD ? VAL_FD : VAL_PID,
		.num = (uint64_t)c->ret, .width = 8,
		.num2 = (uint64_t)c->ret_num2,
		.text = c->ret_text, .len = c->ret_text_len,
	};

	buf_str(b, ",\"ret_value\":");
	json_show(b, &v);
}

static void add_return(struct buf *b, const struct call *c)
{
	bool is_unsigned = c->ret_kind == RET_UDEC || c->ret_kind == RET_HEX ||
			   c->ret_kind == RET_ERROR32 ||
			   c->ret_kind == RET_ADDR || c->ret_kind == RET_OCT;
	uint64_t bits = abi_arg(c->abi, (uint64_t)c->ret);

	buf_str(b, ",\"ret\":");
	if (c->err)
		buf_str(b, "-1");
	else if (is_unsigned)
		json_uint(b, bits);
	else
		json_int(b, c->ret);
	if (c->err || call_error32(c)) {
		buf_str(b, ",\"errno\":");
		json_errno(b, c->err ? c->err : call_error32(c));
	} else if (c->ret_text || c->ret_num2) {
		add_ret_value(b, c);
	}
	if (c->ret_comment) {
		buf_str(b, ",\"ret_note\":");
		json_quote_str(b, c->ret_comment);
	}
}

static void add_args(struct json *j, const struct call *c)
{
	buf_str(j->b, ",\"args\":{");
	json_items(j, JSON_ARGS, c->args);
	buf_ch(j->b, '}');
}

/* The part of a call's line that is the same however it ended. */
static void call_line(struct json *j, const struct call *c)
{
	struct who w = caller_of(c);
	const char *abi = abi_name(c->abi);

	line_begin(j, &w, "call");
	if (abi) {
		buf_str(j->b, ",\"abi\":");
		json_name(j->b, abi);
	}
	buf_str(j->b, ",\"nr\":");
	json_uint(j->b, c->nr);
	buf_str(j->b, ",\"name\":");
	json_name(j->b, c->name);
	if (c->in_flight)
		buf_str(j->b, ",\"in_flight\":true");
	if (c->resuming) {
		buf_str(j->b, ",\"resuming\":");
		if (c->resumed_name)
			json_name(j->b, c->resumed_name);
		else
			buf_str(j->b, "true");
	}
	add_args(j, c);
}

static void add_tampered(struct json *j, unsigned tampered)
{
	static const struct { unsigned bit; const char *name; } names[] = {
		{ TAMPERED_RESULT, "\"result\"" },
		{ TAMPERED_ARGS, "\"args\"" },
		{ TAMPERED_SIGNAL, "\"signal\"" },
	};
	const char *before = ",\"injected\":[";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(tampered & names[i].bit))
			continue;
		buf_str(j->b, before);
		buf_str(j->b, names[i].name);
		before = ",";
	}
	if (tampered & ~TAMPERED_DELAY)
		buf_ch(j->b, ']');
	if (tampered & TAMPERED_DELAY)
		buf_str(j->b, ",\"delayed\":true");
}

static void dump_line(struct json *j, const struct call *c,
		      const struct call_dump *d)
{
	struct who w = caller_of(c);

	line_begin(j, &w, "dump");
	buf_str(j->b, ",\"name\":");
	json_name(j->b, c->name);
	buf_str(j->b, ",\"length\":");
	json_uint(j->b, d->all);
	buf_str(j->b, ",\"bytes\":");
	json_hex(j->b, d->data, d->len);
	if (d->len < d->all)
		buf_str(j->b, ",\"cut\":true");
	line_end(j);
}

static void add_vcpu(struct json *j, const struct call_vcpu *vcpu)
{
	if (!vcpu->after)
		return;
	buf_fmt(j->b, ",\"vcpu\":{\"number\":%u", vcpu->number);
	add_members(j, JSON_ARGS, vcpu->before);
	add_members(j, JSON_ARGS, vcpu->after);
	buf_ch(j->b, '}');
}

static void call_exit(struct json *j, const struct call *c)
{
	call_line(j, c);
	member_num(j->b, "duration", c->duration_ns);
	if (c->ret_kind != RET_NONE || c->err)
		add_return(j->b, c);
	add_tampered(j, c->tampered);
	add_members(j, JSON_AUX, c->aux);
	add_vcpu(j, &c->vcpu);
	json_stack(j->b, &c->stack);
	line_end(j);
	for (const struct call_dump *d = c->dumps; d; d = d->next)
		if (!d->title)
			dump_line(j, c, d);
}

static void call_gone(struct json *j, const struct call *c)
{
	const char *state = c->why == CALL_DETACHED ? "detached" :
			    c->why == CALL_RUNNING ? "running" :
			    c->why == CALL_LOST ? "lost" : "unfinished";

	call_line(j, c);
	buf_str(j->b, ",\"state\":\"");
	buf_str(j->b, state);
	buf_ch(j->b, '"');
	json_stack(j->b, &c->stack);
	line_end(j);
}

static void uring(struct json *j, const struct event *ev,
		  const struct call *c)
{
	bool complete = ev->kind == EV_URING_COMPLETE;
	struct who w = who_of(ev);

	w.comm = c->comm;
	line_begin(j, &w, complete ? "uring_complete" : "uring_submit");
	buf_str(j->b, ",\"ring\":");
	json_uint(j->b, ev->arg[4]);
	add_args(j, c);
	if (complete)
		add_return(j->b, c);
	line_end(j);
}

static void json_call(struct sink *s, const struct event *ev,
		      const struct call *c, enum call_part part)
{
	struct json *j = (struct json *)s;

	switch (part) {
	case CALL_EXIT:
		call_exit(j, c);
		break;
	case CALL_GONE:
		call_gone(j, c);
		break;
	case CALL_URING:
		uring(j, ev, c);
		break;
	case CALL_ENTRY:	/* it is shown when it is over */
	case CALL_RENUMBERED:
		break;
	}
}

static void json_signal_line(struct sink *s, const struct event *ev,
			     const struct node *info,
			     const struct call_stack *stack)
{
	struct json *j = (struct json *)s;
	struct who w = who_of(ev);

	line_begin(j, &w, "signal");
	buf_str(j->b, ",\"signal\":");
	json_signal(j->b, ev->sig);
	add_members(j, JSON_SIGNAL, info);
	json_stack(j->b, stack);
	line_end(j);
}

static void event_members(struct buf *b, const struct event *ev)
{
	switch (ev->kind) {
	case EV_KILLED:
	case EV_GROUP_STOP:
		buf_str(b, ",\"signal\":");
		json_signal(b, ev->sig);
		if (ev->kind == EV_KILLED)
			buf_str(b, ev->core ? ",\"core\":true" :
				   ",\"core\":false");
		break;
	case EV_EXITED:
		member_num(b, "status", ev->status);
		break;
	case EV_FORK:
		member_num(b, "child", ev->child);
		break;
	case EV_EXEC:
		member_num(b, "old_tid", ev->other_tid);
		break;
	case EV_LOST:
		buf_str(b, ",\"count\":");
		json_uint(b, ev->count);
		buf_str(b, ",\"cause\":\"");
		buf_str(b, event_lost_text(ev->status));
		buf_ch(b, '"');
		break;
	default:
		break;
	}
}

static void json_event(struct sink *s, const struct event *ev)
{
	static const char *const types[] = {
		[EV_GROUP_STOP] = "stop", [EV_FORK] = "fork",
		[EV_EXEC] = "exec", [EV_EXITED] = "exit",
		[EV_KILLED] = "killed", [EV_ATTACH] = "attach",
		[EV_DETACH] = "detach", [EV_LOST] = "lost",
	};
	struct json *j = (struct json *)s;
	struct who w = who_of(ev);

	if ((size_t)ev->kind >= sizeof(types) / sizeof(*types) ||
	    !types[ev->kind])
		return;
	line_begin(j, &w, types[ev->kind]);
	event_members(j->b, ev);
	line_end(j);
	if (ev->kind == EV_EXEC)
		output_task_gone(j->out, ev->other_tid);
	if (ev->kind == EV_EXITED || ev->kind == EV_KILLED ||
	    ev->kind == EV_DETACH)
		output_task_gone(j->out, ev->tid);
}

static int json_close(struct sink *s)
{
	struct json *j = (struct json *)s;
	int rc;

	free(j->keys);
	buf_free(&j->head.text);
	rc = output_flush(j->out);
	free(j);
	return rc;
}

struct sink *json_open(const struct options *o, struct output *out)
{
	static const struct sink_ops ops = {
		.call = json_call, .signal = json_signal_line,
		.event = json_event, .close = json_close,
	};
	struct json *j = xalloc_new(1, sizeof(*j));

	j->sink.ops = &ops;
	j->o = o;
	j->out = out;
	if (!o->output_separately)
		start_line(output_stream(out, 0));
	return &j->sink;
}
