/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The JSON sink: one object a line, one line an event.  The two halves of a
 * call are joined, so what is known at entry waits with its task.
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "diag.h"
#include "value.h"

#define NSEC_PER_SEC 1000000000ll

static struct json_task *task_get(struct json *j, pid_t tid, pid_t pid)
{
	struct json_task *k = hash_get(&j->tasks, (uint64_t)tid);

	if (!k) {
		k = calloc(1, sizeof(*k));
		if (!k)
			diag_die("Out of memory");
		k->tid = tid;
		hash_put(&j->tasks, (uint64_t)tid, k);
	}
	if (pid)
		k->pid = pid;
	return k;
}

static void task_free(struct json_task *k)
{
	buf_free(&k->args);
	buf_free(&k->aux);
	buf_free(&k->stack);
	free(k->keys);
	free(k);
}

static void task_remove(struct json *j, pid_t tid)
{
	struct json_task *k = hash_del(&j->tasks, (uint64_t)tid);

	if (k)
		task_free(k);
	if (j->task == k)
		j->task = NULL;
}

static void add_iso(struct json *j, struct buf *b, int64_t wall_ns)
{
	time_t sec = wall_ns / NSEC_PER_SEC;
	struct tm tm;

	if (sec != j->iso_sec || !*j->iso) {
		if (!gmtime_r(&sec, &tm) ||
		    !strftime(j->iso, sizeof(j->iso), "%Y-%m-%dT%H:%M:%S",
			      &tm))
			strcpy(j->iso, "1970-01-01T00:00:00");
		j->iso_sec = sec;
	}
	buf_str(b, ",\"iso\":\"");
	buf_str(b, j->iso);
	buf_fmt(b, ".%09dZ\"", (int)(wall_ns % NSEC_PER_SEC));
}

static void member_num(struct buf *b, const char *key, int64_t num)
{
	buf_str(b, ",\"");
	buf_str(b, key);
	buf_str(b, "\":");
	buf_dec(b, num);
}

static void start_line(struct buf *b)
{
	buf_fmt(b, "{\"type\":\"start\",\"schema\":%d}\n", JSON_SCHEMA);
}

static struct buf *line_begin(struct json *j, struct json_task *k,
			      const char *type, int64_t wall_ns)
{
	struct buf *b = &output_stream(j->out, k->tid)->buf;

	if (j->separate && !k->started)
		start_line(b);
	k->started = true;
	buf_str(b, "{\"type\":\"");
	buf_str(b, type);
	buf_ch(b, '"');
	member_num(b, "tid", k->tid);
	if (k->pid)
		member_num(b, "pid", k->pid);
	if (*k->comm) {
		buf_str(b, ",\"comm\":");
		json_quote_str(b, k->comm);
	}
	member_num(b, "time", wall_ns);
	add_iso(j, b, wall_ns);
	return b;
}

static void line_end(struct json *j, struct buf *b)
{
	buf_str(b, "}\n");
	if (b->len >= OUTPUT_BATCH)
		output_flush(j->out);
}

static void task_set_comm(struct json_task *k, const char *comm)
{
	size_t n;

	if (!comm)
		return;
	n = strnlen(comm, sizeof(k->comm) - 1);
	memcpy(k->comm, comm, n);
	k->comm[n] = '\0';
}

static void task_enter(struct json *j, struct json_task *k,
		       const struct call *c)
{
	size_t n = strnlen(c->name, sizeof(k->name) - 1);

	memcpy(k->name, c->name, n);
	k->name[n] = '\0';
	task_set_comm(k, c->comm);
	k->call = *c;
	k->call.name = k->name;
	k->call.comm = NULL;
	k->in_call = true;
	buf_reset(&k->args);
	buf_reset(&k->aux);
	buf_reset(&k->stack);
	j->task = k;
	j->b = &k->args;
	json_scope_start(j, JSON_ARGS);
	json_scope_save(j, k);
}

static void json_call_begin(struct sink *s, const struct event *ev,
			    const struct call *c)
{
	struct json *j = (struct json *)s;
	struct json_task *k = task_get(j, ev->tid, ev->pid);

	task_enter(j, k, c);
	if (!k->call.enter_wall_ns)
		k->call.enter_wall_ns = ev->wall_ns;
}

static void json_call_pause(struct sink *s, const struct call *c)
{
	struct json *j = (struct json *)s;

	(void)c;
	if (j->task)
		json_scope_save(j, j->task);
}

static void json_call_resume(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct json *j = (struct json *)s;
	struct json_task *k = task_get(j, ev->tid, ev->pid);

	if (!k->in_call) {
		task_enter(j, k, c);
		k->call.enter_wall_ns = ev->wall_ns;
	}
	j->task = k;
	j->b = &k->args;
	json_scope_restore(j, k);
}

static void json_call_result(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct json *j = (struct json *)s;

	(void)ev;
	(void)c;
	if (!j->task)
		return;
	j->b = &j->task->aux;
	json_scope_start(j, JSON_AUX);
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
		buf_udec(b, bits);
	else
		buf_dec(b, c->ret);
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

/* The part of a call's line that is the same however it ended. */
static struct buf *call_line(struct json *j, struct json_task *k)
{
	const struct call *c = &k->call;
	struct buf *b = line_begin(j, k, "call", c->enter_wall_ns);
	const char *abi = abi_name(c->abi);

	if (abi) {
		buf_str(b, ",\"abi\":");
		json_quote_str(b, abi);
	}
	buf_str(b, ",\"nr\":");
	buf_udec(b, c->nr);
	buf_str(b, ",\"name\":");
	json_quote_str(b, k->name);
	if (c->in_flight)
		buf_str(b, ",\"in_flight\":true");
	if (c->resuming) {
		buf_str(b, ",\"resuming\":");
		if (c->resumed_name)
			json_quote_str(b, c->resumed_name);
		else
			buf_str(b, "true");
	}
	buf_str(b, ",\"args\":{");
	buf_add(b, k->args.data, k->args.len);
	buf_ch(b, '}');
	return b;
}

static void call_done(struct json *j, struct json_task *k, struct buf *b)
{
	if (k->aux.len) {
		buf_ch(b, ',');
		buf_add(b, k->aux.data, k->aux.len);
	}
	json_stack_show(b, &k->stack);
	line_end(j, b);
	k->in_call = false;
}

static void json_call_end(struct sink *s, const struct event *ev,
			  const struct call *c)
{
	struct json *j = (struct json *)s;
	struct json_task *k = j->task;
	struct buf *b;

	(void)ev;
	if (!k)
		return;
	b = call_line(j, k);
	member_num(b, "duration", c->duration_ns);
	if (c->ret_kind != RET_NONE || c->err)
		add_return(b, c);
	call_done(j, k, b);
}

static void json_call_drop(struct sink *s, const struct call *c)
{
	struct json *j = (struct json *)s;

	task_get(j, c->tid, c->pid)->in_call = false;
}

static void call_abort(struct json *j, struct json_task *k, enum call_why why)
{
	const char *state = why == CALL_DETACHED ? "detached" :
			    why == CALL_RUNNING ? "running" :
			    why == CALL_LOST ? "lost" : "unfinished";
	struct buf *b;

	if (!k->in_call)
		return;
	b = call_line(j, k);
	buf_str(b, ",\"state\":\"");
	buf_str(b, state);
	buf_ch(b, '"');
	buf_reset(&k->aux);
	call_done(j, k, b);
}

static void json_call_abort(struct sink *s, const struct call *c)
{
	struct json *j = (struct json *)s;

	call_abort(j, task_get(j, c->tid, c->pid), c->why);
}

static void json_signal_begin(struct sink *s, const struct event *ev)
{
	struct json *j = (struct json *)s;

	task_set_comm(task_get(j, ev->tid, ev->pid), ev->comm);
	buf_reset(&j->info);
	j->b = &j->info;
	json_scope_start(j, JSON_SIGNAL);
}

static void json_signal_end(struct sink *s, const struct event *ev)
{
	struct json *j = (struct json *)s;
	struct json_task *k = task_get(j, ev->tid, ev->pid);
	struct buf *b = line_begin(j, k, "signal", ev->wall_ns);

	buf_str(b, ",\"signal\":");
	json_signal(b, ev->sig);
	if (j->info.len) {
		buf_ch(b, ',');
		buf_add(b, j->info.data, j->info.len);
	}
	json_stack_show(b, &j->signal_stack);
	line_end(j, b);
}

static void json_uring_begin(struct sink *s, const struct event *ev,
			     const struct call *c)
{
	struct json *j = (struct json *)s;

	task_set_comm(task_get(j, ev->tid, ev->pid), c->comm);
	buf_reset(&j->info);
	j->b = &j->info;
	json_scope_start(j, JSON_ARGS);
}

static void json_uring_end(struct sink *s, const struct event *ev,
			   const struct call *c)
{
	struct json *j = (struct json *)s;
	struct json_task *k = task_get(j, ev->tid, ev->pid);
	bool complete = ev->kind == EV_URING_COMPLETE;
	struct buf *b = line_begin(j, k, complete ? "uring_complete" :
				   "uring_submit", ev->wall_ns);

	buf_str(b, ",\"ring\":");
	buf_udec(b, ev->arg[4]);
	buf_str(b, ",\"args\":{");
	buf_add(b, j->info.data, j->info.len);
	buf_ch(b, '}');
	if (complete)
		add_return(b, c);
	line_end(j, b);
}

static void event_line(struct json *j, const struct event *ev,
		       const char *type)
{
	struct json_task *k = task_get(j, ev->tid, ev->pid);
	struct buf *b;

	task_set_comm(k, ev->comm);
	b = line_begin(j, k, type, ev->wall_ns);
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
		if (ev->other_tid && ev->other_tid != ev->tid)
			member_num(b, "old_tid", ev->other_tid);
		break;
	case EV_LOST:
		buf_str(b, ",\"count\":");
		buf_udec(b, ev->count);
		buf_str(b, ",\"cause\":\"");
		buf_str(b, event_lost_text(ev->status));
		buf_ch(b, '"');
		break;
	default:
		break;
	}
	line_end(j, b);
}

/* The thread that called exec goes on under its leader's number. */
static void task_move(struct json *j, pid_t from, pid_t to)
{
	struct json_task *k = hash_get(&j->tasks, (uint64_t)from);

	if (!k || !from || from == to)
		return;
	task_remove(j, to);
	hash_del(&j->tasks, (uint64_t)from);
	k->tid = to;
	k->started = true;	/* the event that led here was its first */
	hash_put(&j->tasks, (uint64_t)to, k);
	output_task_gone(j->out, from);
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

	if ((size_t)ev->kind >= sizeof(types) / sizeof(*types) ||
	    !types[ev->kind])
		return;
	if (ev->kind == EV_EXEC && ev->other_tid != ev->tid) {
		struct json_task *k = task_get(j, ev->tid, ev->pid);

		call_abort(j, k, CALL_UNFINISHED);
		event_line(j, ev, types[ev->kind]);
		task_move(j, ev->other_tid, ev->tid);
		return;
	}
	event_line(j, ev, types[ev->kind]);
	if (ev->kind != EV_EXITED && ev->kind != EV_KILLED &&
	    ev->kind != EV_DETACH)
		return;
	task_remove(j, ev->tid);
	output_task_gone(j->out, ev->tid);
}

static void json_dump(struct sink *s, const struct call *c, const void *data,
		      size_t len, size_t all)
{
	struct json *j = (struct json *)s;
	struct json_task *k = task_get(j, c->tid, c->pid);
	struct buf *b = line_begin(j, k, "dump", c->enter_wall_ns);

	buf_str(b, ",\"name\":");
	json_quote_str(b, c->name);
	buf_str(b, ",\"length\":");
	buf_udec(b, all);
	buf_str(b, ",\"bytes\":");
	json_hex(b, data, len);
	if (len < all)
		buf_str(b, ",\"cut\":true");
	line_end(j, b);
}

static int json_flush(struct sink *s)
{
	return output_flush(((struct json *)s)->out);
}

static int json_close(struct sink *s)
{
	struct json *j = (struct json *)s;
	int rc;

	hash_each(&j->tasks, slot) {
		call_abort(j, slot->value, CALL_RUNNING);
		task_free(slot->value);
	}
	hash_free(&j->tasks);
	buf_free(&j->info);
	buf_free(&j->label);
	buf_free(&j->signal_stack);
	free(j->keys);
	rc = output_flush(j->out);
	free(j);
	return rc;
}

static const struct sink_ops json_ops = {
	.call_begin = json_call_begin,
	.call_pause = json_call_pause,
	.call_resume = json_call_resume,
	.call_result = json_call_result,
	.call_end = json_call_end,
	.call_drop = json_call_drop,
	.call_abort = json_call_abort,
	.name = json_name,
	.value = json_value,
	.open = json_open_scope,
	.close = json_close_scope,
	.special = json_special,
	.used = json_used,
	.dump = json_dump,
	.stack = json_stack,
	.signal_begin = json_signal_begin,
	.signal_end = json_signal_end,
	.uring_begin = json_uring_begin,
	.uring_end = json_uring_end,
	.event = json_event,
	.flush = json_flush,
	.close_sink = json_close,
};

struct sink *json_open(const struct options *o, struct output *out)
{
	struct json *j = calloc(1, sizeof(*j));

	if (!j)
		diag_die("Out of memory");
	sink_fill(&j->ops, &json_ops);
	j->sink.ops = &j->ops;
	j->sink.wants_values = true;
	j->sink.on_terminal = output_is_immediate(out);
	j->o = o;
	j->out = out;
	j->separate = o->output_separately;
	if (!j->separate)
		start_line(&output_stream(out, 0)->buf);
	return &j->sink;
}
