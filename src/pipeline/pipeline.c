/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi_table.h"
#include "calls.h"
#include "decode.h"
#include "dump.h"
#include "effect.h"
#include "filter.h"
#include "options.h"
#include "pipeline.h"
#include "stack.h"
#include "task.h"
#include "xalloc.h"

struct pipeline {
	const struct options *o;
	struct sink *sink;
	struct tasks tasks;
	struct dec dec;
	struct buf stack;	/* -k: frames of a call or a signal */
	struct task uring;	/* stands in for the task of an EV_URING_* */
	bool begun;		/* a call was seen */
	int64_t now_ns;		/* monotonic, of the last event */
};

struct pipeline *pipeline_new(const struct options *o, struct env *env,
			      struct sink *sink)
{
	struct pipeline *p = xalloc_new(1, sizeof(*p));

	p->o = o;
	p->sink = sink;
	dec_init(&p->dec, o, env, sink);
	return p;
}

static struct task *pipeline_task(struct pipeline *p, struct event *ev)
{
	struct task *t = tasks_get(&p->tasks, ev->tid);

	if (!t)
		t = tasks_add(&p->tasks, ev->tid, ev->pid);
	if (ev->pid)
		t->pid = ev->pid;
	p->dec.ev = ev;
	p->dec.task = t;
	p->dec.abi = ev->abi;
	return t;
}

/* ---- calls ---- */

/* unknown: where the name of a number that has none is kept. */
static void call_name(struct call *c, char *unknown, size_t size)
{
	c->name = calls_name(c->abi, c->nr);
	c->known = c->name != NULL;
	if (c->known)
		return;
	snprintf(unknown, size, "syscall_%#llx", (unsigned long long)c->nr |
		 (c->abi == ABI_X32 ? 0x40000000 : 0));
	c->name = unknown;
}

static void call_start(struct task *t, const struct event *ev)
{
	struct call *c = &t->call;

	memset(c, 0, sizeof(*c));
	c->abi = ev->abi;
	c->nr = ev->nr;
	c->tid = ev->tid;
	c->pid = t->pid;
	call_name(c, t->unknown, sizeof(t->unknown));
	c->enter_wall_ns = ev->wall_ns;
	c->enter_mono_ns = ev->mono_ns;
	c->enter_cpu_ns = ev->cpu_ns;
	memcpy(t->arg, ev->arg, sizeof(t->arg));
	c->in_flight = ev->attach_entry;
	t->desc = calls_desc(ev->abi, ev->nr);
	t->sub = 0;
	if (effect_find(c->abi, c->nr, EFFECT_RESTARTS)) {
		c->resuming = true;
		c->resumed_name = t->interrupted;
	}
	t->in_call = true;
	t->entry_decoded = false;
	t->stack_told = false;
}

static bool comm_wanted(const struct pipeline *p)
{
	return p->o->form == OUT_JSON || p->o->decode_pids;
}

static void comm_read(struct pipeline *p, struct task *t)
{
	char comm[sizeof(t->comm)];
	ssize_t n = env_get(p->dec.env, ENV_COMM, t->tid, 0, comm,
			    sizeof(comm) - 1);

	if (n <= 0)
		return;
	t->comm_len = n;
	memcpy(t->comm, comm, n);
	t->comm[n] = '\0';
}

/* NULL if it is not known, or nobody wants it. */
static const char *task_comm(struct pipeline *p, struct task *t)
{
	if (comm_wanted(p) && !t->comm_len)
		comm_read(p, t);
	t->call.comm = comm_wanted(p) && t->comm_len ? t->comm : NULL;
	return t->call.comm;
}

/*
 * Anybody may change a name at any time: whoever asks for names (-Y) sees that
 * of the moment.  In JSON, where they stand unasked, it would cost a fifth of
 * the speed: there names are new after a call that is known to change them.
 */
static const char *task_comm_now(struct pipeline *p, struct task *t)
{
	if (p->o->decode_pids)
		comm_read(p, t);
	return task_comm(p, t);
}

static bool call_renames(const struct task *t)
{
	const struct call *c = &t->call;
	const struct effect_args given = { c->abi, t->arg, NULL };
	const struct abi_effect *e = effect_find(c->abi, c->nr,
						 EFFECT_RENAMES);

	return e && effect_holds(e, &given) == EFFECT_HOLDS;
}

/* A task that goes on as another ABI: the reader must know. */
static void tell_mode(struct pipeline *p, struct task *t,
		      const struct event *ev)
{
	int before = t->last_abi < 0 ? ABI_X86_64 : t->last_abi;
	struct event mode;

	t->last_abi = ev->abi;
	if (before == ev->abi || p->o->quiet & QUIET_PERSONALITY)
		return;
	mode = *ev;
	mode.kind = EV_MODE;
	mode.comm = task_comm(p, t);
	p->sink->ops->event(p->sink, &mode);
}

/* ---- stacks ---- */

static bool stack_wanted(const struct pipeline *p)
{
	return p->o->stack != STACK_NONE && p->o->summary != SUMMARY_ONLY;
}

/* c is NULL for a signal. */
static void stack_tell(struct pipeline *p, pid_t tid, const struct call *c)
{
	bool source = p->o->stack == STACK_SOURCE;
	char page[STACK_PAGE_MAX];
	ssize_t n;

	buf_reset(&p->stack);
	for (unsigned i = 0; i < STACK_FRAMES_MAX; i++) {
		n = env_get(p->dec.env, ENV_STACK, tid, STACK_KEY(source, i),
			    page, sizeof(page));
		if (n < 1)
			break;
		buf_add(&p->stack, page + 1, (size_t)n - 1);
		if (*page != '+')
			break;
	}
	if (p->stack.len)
		p->sink->ops->stack(p->sink, c, p->stack.data, p->stack.len);
}

/*
 * Some calls leave nothing behind to be looked at when they are over.  What
 * was there before the command is our own affair.
 */
static void stack_tell_early(struct pipeline *p, struct task *t)
{
	bool exec = effect_find(t->call.abi, t->call.nr, EFFECT_EXECS);

	t->stack_told = t->call.ret_kind == RET_NONE || (exec && p->begun);
	if (t->stack_told)
		stack_tell(p, t->tid, &t->call);
}

static void call_gone(struct pipeline *p, struct task *t, enum call_why why)
{
	unsigned bit = why == CALL_DETACHED ? STATUS_DETACHED :
		       STATUS_UNFINISHED;

	if (!t->in_call)
		return;
	t->in_call = false;
	if (!t->shown)
		return;
	t->call.why = why;
	/* A call that never comes back has no status but this. */
	if (t->sig && t->sig->ret == RET_NONE && why == CALL_UNFINISHED)
		bit = STATUS_UNFINISHED | STATUS_UNAVAILABLE;
	t->call.duration_ns = p->now_ns - t->call.enter_mono_ns;
	if (p->o->status & bit && t->call.duration_ns >= p->o->slower_ns)
		p->sink->ops->call_abort(p->sink, &t->call);
	else
		p->sink->ops->call_drop(p->sink, &t->call);
	if (stack_wanted(p))
		p->sink->ops->stack(p->sink, &t->call, NULL, 0);
}

static void on_enter(struct pipeline *p, struct event *ev)
{
	struct task *t = pipeline_task(p, ev);

	call_gone(p, t, CALL_LOST);
	tell_mode(p, t, ev);
	call_start(t, ev);
	t->shown = callset_may_have(&p->o->trace, ev->abi, ev->nr);
	if (t->shown) {
		dec_select(&p->dec);
		t->shown = task_call_in(t, &p->o->trace);
	}
	if (t->shown && filter_wants_args(p->o))
		t->shown = filter_args(&p->dec);
	ev->skip_exit = !t->shown;
	if (!t->shown)
		return;
	t->call.shown = true;
	ev->comm = task_comm_now(p, t);
	t->call.ret_kind = t->sig ? t->sig->ret : RET_DEC;
	t->call.complete = !t->sig || t->sig->split == t->sig->nargs;
	p->sink->ops->call_begin(p->sink, ev, &t->call);
	if (p->sink->wants_values) {
		t->entry_decoded = true;
		dec_enter(&p->dec);
	}
	p->sink->ops->call_pause(p->sink, &t->call);
	if (stack_wanted(p))
		stack_tell_early(p, t);
	p->begun = true;
}

static void call_times(struct call *c, const struct event *ev)
{
	c->duration_ns = ev->mono_ns - c->enter_mono_ns;
	c->cpu_ns = ev->cpu_ns - c->enter_cpu_ns;
	if (c->cpu_ns < 0)
		c->cpu_ns = 0;
}

/* What goes on was itself going on with a call that is not known. */
static const char *restarted_name(unsigned abi, uint64_t nr)
{
	return effect_find(abi, nr, EFFECT_RESTARTS) ? NULL :
	       calls_name(abi, nr);
}

/* We interrupted a call when we attached: it goes on under another name. */
static void on_attach_interrupt(struct pipeline *p, struct event *ev)
{
	struct task *t = pipeline_task(p, ev);

	t->interrupted = restarted_name(ev->abi, ev->nr);
	call_gone(p, t, CALL_RUNNING);
}

static void on_exit_call(struct pipeline *p, struct event *ev)
{
	struct task *t = tasks_get(&p->tasks, ev->tid);
	struct call *c;

	if (ev->attach_entry && ev->err == RESTART_BLOCK) {
		on_attach_interrupt(p, ev);
		return;
	}
	if (!t || !t->in_call)
		return;
	t->in_call = false;
	c = &t->call;
	if (call_renames(t))
		t->comm_len = 0;
	if (!t->shown)
		return;
	p->dec.ev = ev;
	p->dec.task = t;
	/* An exec may change what the task runs as: the entry counts. */
	p->dec.abi = c->abi;
	c->ret = ev->ret;
	c->err = ev->err;
	call_times(c, ev);
	if (c->err == RESTART_BLOCK && !c->resuming)
		t->interrupted = c->known ? c->name : NULL;
	p->sink->ops->call_resume(p->sink, ev, c);
	if (t->entry_decoded)
		dec_exit(&p->dec);
	dec_result(&p->dec);
	if (!filter_outcome(p->o, c)) {
		p->sink->ops->call_drop(p->sink, c);
		return;
	}
	p->sink->ops->call_result(p->sink, ev, c);
	if (t->entry_decoded)
		dec_aux(&p->dec);
	if (stack_wanted(p) && !t->stack_told)
		stack_tell(p, ev->tid, c);
	p->sink->ops->call_end(p->sink, ev, c);
	if (t->entry_decoded)
		dump_data(&p->dec, p->sink);
	if (stack_wanted(p))
		p->sink->ops->stack(p->sink, c, NULL, 0);
}

/* ---- the rest ---- */

/* The number of its last call, whether that was shown or not. */
static void last_call_tell(const struct task *t, struct event *ev)
{
	ev->last_nr = t->call.name != NULL;
	if (ev->last_nr)
		ev->nr = t->call.nr;
}

static void on_signal(struct pipeline *p, struct event *ev)
{
	struct task *t;

	if (!numset_has(&p->o->signals, ev->sig))
		return;
	t = pipeline_task(p, ev);
	ev->comm = task_comm(p, t);
	last_call_tell(t, ev);
	p->sink->ops->signal_begin(p->sink, ev);
	if (p->sink->wants_values && ev->has_siginfo)
		dec_siginfo(&p->dec);
	if (stack_wanted(p))
		stack_tell(p, ev->tid, NULL);
	p->sink->ops->signal_end(p->sink, ev);
}

/* Its task may be in a call, whose state must stay as it is. */
static void on_uring(struct pipeline *p, struct event *ev)
{
	struct task *owner, *t = &p->uring;

	if (!filter_uring(p->o))
		return;
	owner = pipeline_task(p, ev);
	t->tid = ev->tid;
	t->pid = owner->pid;
	call_start(t, ev);
	t->desc = calls_desc_event(ev->kind);
	t->call.name = ev->kind == EV_URING_SUBMIT ? "io_uring:submit" :
		       "io_uring:complete";
	t->call.comm = task_comm(p, owner);
	t->call.ret = ev->ret;
	t->call.err = ev->err;
	p->dec.task = t;
	dec_select(&p->dec);
	p->sink->ops->uring_begin(p->sink, ev, &t->call);
	if (p->sink->wants_values)
		dec_enter(&p->dec);
	p->sink->ops->uring_end(p->sink, ev, &t->call);
}

static void on_group_stop(struct pipeline *p, struct event *ev)
{
	struct task *t;

	if (!numset_has(&p->o->signals, ev->sig))
		return;
	t = pipeline_task(p, ev);
	ev->comm = task_comm(p, t);
	last_call_tell(t, ev);
	p->sink->ops->event(p->sink, ev);
}

/* The leader and all other threads are gone; the caller has its number. */
static void on_exec(struct pipeline *p, struct event *ev)
{
	struct task *from, *to;

	to = tasks_get(&p->tasks, ev->tid);
	if (to) {
		to->comm_len = 0;
		ev->comm = task_comm(p, to);
	}
	if (ev->other_tid == ev->tid)
		return;
	if (to)
		call_gone(p, to, CALL_UNFINISHED);
	if (!ev->other_tid)
		return;
	from = tasks_get(&p->tasks, ev->other_tid);
	p->sink->ops->event(p->sink, ev);
	if (!from)
		return;
	to = tasks_add(&p->tasks, ev->tid, ev->pid);
	*to = *from;
	to->tid = ev->tid;
	to->call.tid = ev->tid;
	to->comm_len = 0;
	to->call.comm = task_comm(p, to);
	if (!to->call.known)
		to->call.name = to->unknown;
	tasks_remove(&p->tasks, ev->other_tid);
}

static void on_gone(struct pipeline *p, struct event *ev)
{
	struct task *t = tasks_get(&p->tasks, ev->tid);

	if (t) {
		ev->comm = t->comm_len ? t->comm : NULL;
		last_call_tell(t, ev);
		call_gone(p, t, ev->kind == EV_DETACH ? CALL_DETACHED :
			  CALL_UNFINISHED);
	}
	p->sink->ops->event(p->sink, ev);
	tasks_remove(&p->tasks, ev->tid);
}

static void on_counts(struct pipeline *p, const struct event *ev)
{
	struct call c = { .abi = ev->abi, .nr = ev->nr };
	char unknown[32];

	call_name(&c, unknown, sizeof(unknown));
	if (ev->nr == NR_OTHERS)
		c.name = "(other unknown calls)";
	p->sink->ops->counts(p->sink, &c, ev->counts);
}

void pipeline_event(struct pipeline *p, struct event *ev)
{
	p->now_ns = ev->mono_ns;
	switch (ev->kind) {
	case EV_ENTER:
		on_enter(p, ev);
		break;
	case EV_EXIT:
		on_exit_call(p, ev);
		break;
	case EV_SIGNAL:
		on_signal(p, ev);
		break;
	case EV_GROUP_STOP:
		on_group_stop(p, ev);
		break;
	case EV_URING_SUBMIT:
	case EV_URING_COMPLETE:
		on_uring(p, ev);
		break;
	case EV_EXEC:
		on_exec(p, ev);
		break;
	case EV_EXITED:
	case EV_KILLED:
	case EV_DETACH:
		on_gone(p, ev);
		break;
	case EV_COUNTS:
		on_counts(p, ev);
		break;
	case EV_IDLE:
		break;
	case EV_FORK:
	case EV_ATTACH:
		ev->comm = task_comm(p, pipeline_task(p, ev));
		p->sink->ops->event(p->sink, ev);
		break;
	default:
		p->sink->ops->event(p->sink, ev);
	}
}

void pipeline_finish(struct pipeline *p)
{
	hash_each(&p->tasks.by_tid, slot)
		call_gone(p, slot->value, CALL_RUNNING);
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	dec_free(&p->dec);
	buf_free(&p->stack);
	tasks_free(&p->tasks);
	free(p);
}
