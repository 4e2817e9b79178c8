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
#include "parts.h"
#include "pipeline.h"
#include "task.h"
#include "xalloc.h"

struct pipeline *pipeline_new(const struct options *o, struct env *env,
			      const struct sinks *sinks)
{
	struct pipeline *p = xalloc_new(1, sizeof(*p));

	p->o = o;
	p->sinks = sinks;
	dec_init(&p->dec, o, env);
	return p;
}

static struct task *task_know(struct pipeline *p, uint64_t number, pid_t tid,
			      pid_t pid)
{
	struct task *t = tasks_get(&p->tasks, number);

	return t ? t : tasks_add(&p->tasks, number, tid, pid);
}

static struct task *pipeline_task(struct pipeline *p, struct event *ev)
{
	struct task *t = task_know(p, ev->task, ev->tid, ev->pid);

	if (ev->pid)
		t->pid = ev->pid;
	ev->pid = t->pid;
	p->dec.ev = ev;
	p->dec.open = t->open;
	p->dec.abi = ev->abi;
	return t;
}

/* Are there other tasks, whose lines could be taken for this one's? */
static bool is_many(const struct pipeline *p)
{
	return p->tasks.by_number.count + p->nleft > 1;
}

/* A call that never returns is over when it begins. */
static bool part_is_last(const struct call *c, enum call_part part)
{
	return c->ret_kind == RET_NONE ? part == CALL_ENTRY :
	       part == CALL_EXIT;
}

static void call_give(struct pipeline *p, struct event *ev,
		      const struct call *c, enum call_part part)
{
	p->nshown += part_is_last(c, part);
	ev->many = is_many(p);
	sinks_call(p->sinks, ev, c, part);
}

static void event_give(struct pipeline *p, struct event *ev)
{
	ev->many = is_many(p);
	sinks_event(p->sinks, ev);
}

/* ---- calls ---- */

/* unknown is room for the made-up name of a number that has none. */
static void call_name(struct call *c, char *unknown, size_t size)
{
	c->name = calls_name(c->abi, c->nr);
	c->known = c->name != NULL;
	if (c->known)
		return;
	snprintf(unknown, size, "syscall_%#llx",
		 (unsigned long long)abi_raw_nr(c->abi, c->nr));
	c->name = unknown;
}

/* Most calls have an empty list of effects. */
static const struct abi_effect *call_effect(const struct open_call *o,
					    enum effect_kind kind)
{
	for (const struct abi_effect *e = o->effects;
	     e->kind != EFFECT_NONE; e++)
		if (e->kind == kind)
			return e;
	return NULL;
}

static void call_start(struct pipeline *p, struct task *t,
		       const struct event *ev)
{
	struct open_call *o = task_open(t);
	struct call *c = &o->call;

	p->dec.open = o;
	c->abi = ev->abi;
	c->nr = ev->nr;
	c->tid = ev->tid;
	c->pid = t->pid;
	call_name(c, o->unknown, sizeof(o->unknown));
	c->enter_wall_ns = ev->wall_ns;
	c->enter_mono_ns = ev->mono_ns;
	c->enter_cpu_ns = ev->cpu_ns;
	c->enter_ip = ev->ip;
	memcpy(o->arg, ev->arg, sizeof(o->arg));
	c->in_flight = ev->attach_entry;
	o->desc = calls_desc(ev->abi, ev->nr);
	o->sub = 0;
	o->effects = &abi_effects[o->desc ? o->desc->effects : 0];
	if (call_effect(o, EFFECT_RESTARTS)) {
		c->resuming = true;
		c->resumed_name = t->interrupted;
	}
}

/* A call keeps the name that its task had when it began. */
static const char *comm_keep(struct task *t, const char *comm)
{
	return comm ? arena_copy(&t->open->arena, comm, t->comm_len + 1) : NULL;
}

static bool call_renames(const struct open_call *o)
{
	const struct call *c = &o->call;
	const struct effect_args given = { c->abi, o->arg, NULL };
	const struct abi_effect *e = call_effect(o, EFFECT_RENAMES);

	return e && effect_holds(e, &given) == EFFECT_HOLDS;
}

/* If a task goes on in another ABI, the reader must know. */
static void tell_mode(struct pipeline *p, struct task *t,
		      const struct event *ev)
{
	int before = t->last_abi < 0 ? abi_infos[ev->abi].main : t->last_abi;
	struct event mode;

	t->last_abi = ev->abi;
	t->last_nr = ev->nr;
	if (before == ev->abi || p->o->quiet & QUIET_PERSONALITY)
		return;
	mode = *ev;
	mode.kind = EV_MODE;
	mode.comm = task_comm(p, t);
	event_give(p, &mode);
}

static void call_stack_read(struct pipeline *p, struct task *t)
{
	struct call_stack s = stack_read(p, t->tid);

	s.frames = arena_copy(&t->open->arena, s.frames, s.len);
	t->open->call.stack = s;
}

/*
 * After an exec, or a call that never returns, there is no stack to be read, so
 * it is read at entry.  But before the command runs, its stack is still ours.
 */
static void stack_read_early(struct pipeline *p, struct task *t)
{
	struct open_call *o = t->open;
	bool exec = call_effect(o, EFFECT_EXECS);

	o->stack_early = o->call.ret_kind == RET_NONE || (exec && p->begun);
	if (o->stack_early)
		call_stack_read(p, t);
}

static void call_gone(struct pipeline *p, struct event *ev, struct task *t,
		      enum call_why why)
{
	struct open_call *o = t->open;
	unsigned bit = why == CALL_DETACHED ? STATUS_DETACHED :
		       STATUS_UNFINISHED;

	if (!o->shown) {
		task_close(t);
		return;
	}
	o->call.why = why;
	o->call.duration_ns = p->now_ns - o->call.enter_mono_ns;
	if (p->o->status & bit && o->call.duration_ns >= p->o->slower_ns &&
	    (!p->o->changed_only || o->call.tampered))
		call_give(p, ev, &o->call, CALL_GONE);
	task_close(t);
}

/* The innermost call first. */
static void calls_gone(struct pipeline *p, struct event *ev, struct task *t,
		       enum call_why why)
{
	while (t->open)
		call_gone(p, ev, t, why);
}

/* A call that was not made returns, whatever it is. */
static enum ret_kind call_ret_kind(const struct open_call *o)
{
	enum ret_kind kind = o->sig ? o->sig->ret : RET_DEC;

	return kind == RET_NONE && o->call.tampered & TAMPERED_RESULT ?
	       RET_DEC : kind;
}

static void on_enter(struct pipeline *p, struct event *ev)
{
	struct task *t = pipeline_task(p, ev);
	struct open_call *o;

	calls_gone(p, ev, t, CALL_LOST);
	tell_mode(p, t, ev);
	call_start(p, t, ev);
	o = t->open;
	o->shown = callset_may_have(&p->o->trace, ev->abi, ev->nr);
	if (o->shown) {
		dec_select(&p->dec);
		o->shown = open_call_in(o, &p->o->trace);
	}
	if (o->shown && filter_wants_args(p->o))
		o->shown = filter_args(&p->dec);
	if (o->shown && inject_enter(p, t, ev)) {
		memcpy(o->arg, ev->arg, sizeof(o->arg));
		dec_select(&p->dec);
	}
	ev->verdict.unshown = !o->shown;
	ev->verdict.skip_exit = !o->shown && !ev->exit_needed;
	if (!o->shown)
		return;
	p->nleft = 0;
	ev->comm = task_comm_now(p, t);
	o->call.comm = comm_keep(t, ev->comm);
	o->call.held = filter_wants_outcome(p->o);
	o->call.tampered = ev->tampered;
	o->call.ret_kind = call_ret_kind(o);
	o->call.complete = !o->sig || o->sig->split == o->sig->nargs;
	o->entry_decoded = p->sinks->needs & NEED_VALUES;
	if (o->entry_decoded)
		dec_enter(&p->dec);
	if (stack_wanted(p))
		stack_read_early(p, t);
	call_give(p, ev, &o->call, CALL_ENTRY);
	p->begun = true;
}

static void call_times(struct call *c, const struct event *ev)
{
	c->duration_ns = ev->mono_ns - c->enter_mono_ns;
	c->cpu_ns = ev->cpu_ns - c->enter_cpu_ns;
	if (c->cpu_ns < 0)
		c->cpu_ns = 0;
}

/* If the call was a restart itself, the call it restarts is not known. */
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
	calls_gone(p, ev, t, CALL_RUNNING);
}

/* Add everything that a sink may want of a call. */
static void call_complete(struct pipeline *p, struct task *t)
{
	struct open_call *o = t->open;

	if (o->entry_decoded) {
		dec_aux(&p->dec);
		o->call.dumps = dump_data(&p->dec);
	}
	if (stack_wanted(p) && !o->stack_early)
		call_stack_read(p, t);
}

static void call_ends(struct pipeline *p, struct event *ev, struct task *t)
{
	struct call *c = &t->open->call;

	p->dec.ev = ev;
	p->dec.open = t->open;
	/* An exec may change the task's ABI; arguments are in the entry's. */
	p->dec.abi = c->abi;
	c->ret = ev->ret;
	c->err = ev->err;
	inject_exit(p, t->open, ev);
	c->tampered |= ev->tampered;
	call_times(c, ev);
	if (c->err == RESTART_BLOCK && !c->resuming)
		t->interrupted = c->known ? c->name : NULL;
	ev->comm = task_comm(p, t);
	if (t->open->entry_decoded)
		dec_exit(&p->dec);
	dec_result(&p->dec);
	if (!filter_outcome(p->o, c))
		return;
	call_complete(p, t);
	call_give(p, ev, c, CALL_EXIT);
}

static void on_exit_call(struct pipeline *p, struct event *ev)
{
	struct task *t = tasks_get(&p->tasks, ev->task);

	if (ev->attach_entry && ev->err == RESTART_BLOCK) {
		on_attach_interrupt(p, ev);
		return;
	}
	if (!t || !t->open)
		return;
	if (call_renames(t->open))
		t->comm_len = 0;
	if (t->open->shown)
		call_ends(p, ev, t);
	task_close(t);
}

/* ---- the rest ---- */

/* Give the event the task's last call, whether that was shown or not. */
static void last_call_tell(const struct task *t, struct event *ev)
{
	ev->last_nr = t->last_abi >= 0;
	if (!ev->last_nr)
		return;
	ev->nr = t->last_nr;
	ev->last_abi = (uint8_t)t->last_abi;
}

/* The task of an event that is no call; fills in what the event lacks. */
static struct task *event_task(struct pipeline *p, struct event *ev)
{
	struct task *t = pipeline_task(p, ev);

	ev->comm = task_comm(p, t);
	last_call_tell(t, ev);
	return t;
}

static void on_signal(struct pipeline *p, struct event *ev)
{
	struct call_stack stack = { .frames = NULL };
	struct node *info = NULL;

	if (!numset_has(&p->o->signals, ev->sig))
		return;
	event_task(p, ev);
	if (p->sinks->needs & NEED_VALUES && ev->has_siginfo)
		dec_siginfo(&p->dec, &p->signal, &info);
	if (stack_wanted(p))
		stack = stack_read(p, ev->tid);
	ev->many = is_many(p);
	sinks_signal(p->sinks, ev, info, &stack);
	arena_reset(&p->signal);
}

/* The task may be in a call, so p->uring stands in and keeps its state safe. */
static void on_uring(struct pipeline *p, struct event *ev)
{
	struct task *owner, *t = &p->uring;
	struct open_call *o;

	if (!filter_uring(p->o))
		return;
	owner = pipeline_task(p, ev);
	t->tid = ev->tid;
	t->pid = owner->pid;
	call_start(p, t, ev);
	o = t->open;
	o->desc = calls_desc_event(ev->kind);
	o->call.name = ev->kind == EV_URING_SUBMIT ? "io_uring:submit" :
		       "io_uring:complete";
	ev->comm = task_comm(p, owner);
	o->call.comm = ev->comm;
	o->call.ret = ev->ret;
	o->call.err = ev->err;
	dec_select(&p->dec);
	if (p->sinks->needs & NEED_VALUES)
		dec_enter(&p->dec);
	last_call_tell(owner, ev);
	call_give(p, ev, &o->call, CALL_URING);
	task_close(t);
}

static void on_group_stop(struct pipeline *p, struct event *ev)
{
	if (!numset_has(&p->o->signals, ev->sig))
		return;
	event_task(p, ev);
	event_give(p, ev);
}

/*
 * A thread that calls exec gets another tid, and the call ends under that.  So
 * for -e status= its line under the old tid counts as detached, which may pass
 * the filter where the call's result does not.
 */
static void call_renumbered(struct pipeline *p, struct event *ev,
			    const struct task *t)
{
	if (t->open && t->open->shown &&
	    (!t->open->call.held || p->o->status & STATUS_DETACHED))
		call_give(p, ev, &t->open->call, CALL_RENUMBERED);
}

/* The leader and all other threads are gone; the caller has its number. */
static void on_exec(struct pipeline *p, struct event *ev)
{
	bool other = ev->other_tid && ev->other_tid != ev->tid;
	struct task *from = tasks_get(&p->tasks, ev->task);
	struct task *to = other ? tasks_get(&p->tasks, ev->gone_task) : from;

	ev->verdict.detach = p->o->detach_on_exec && p->ran;
	p->ran = true;
	if (to) {
		to->comm_len = 0;
		ev->comm = task_comm(p, to);
	}
	if (ev->other_tid == ev->tid)
		return;
	if (to) {
		calls_gone(p, ev, to, CALL_UNFINISHED);
		last_call_tell(to, ev);
	}
	if (!other)
		return;
	if (from)
		call_renumbered(p, ev, from);
	event_give(p, ev);
	tasks_remove(&p->tasks, ev->gone_task);
	if (!from)
		return;
	from->tid = ev->tid;
	for (struct open_call *c = from->open; c; c = c->outer)
		c->call.tid = ev->tid;
	from->comm_len = 0;
}

static void on_gone(struct pipeline *p, struct event *ev)
{
	struct task *t = tasks_get(&p->tasks, ev->task);

	if (t) {
		ev->comm = t->comm_len ? t->comm : NULL;
		if (!ev->pid)
			ev->pid = t->pid;
		calls_gone(p, ev, t, ev->kind == EV_DETACH ? CALL_DETACHED :
			   CALL_UNFINISHED);
		last_call_tell(t, ev);
	}
	event_give(p, ev);
	tasks_remove(&p->tasks, ev->task);
	p->nleft += ev->kind == EV_DETACH;
}

/* The child counts as traced even before it shows anything. */
static void on_fork(struct pipeline *p, struct event *ev)
{
	event_task(p, ev);
	if (p->o->follow != FOLLOW_NONE && ev->child)
		task_know(p, ev->child_task, ev->child, 0);
	event_give(p, ev);
}

static void on_other(struct pipeline *p, struct event *ev)
{
	const struct task *t = tasks_get(&p->tasks, ev->task);

	if (t) {
		ev->comm = t->comm_len ? t->comm : NULL;
		last_call_tell(t, ev);
	}
	event_give(p, ev);
}

static void on_counts(struct pipeline *p, const struct event *ev)
{
	struct call c = { .abi = ev->abi, .nr = ev->nr };
	char unknown[32];

	call_name(&c, unknown, sizeof(unknown));
	if (ev->nr == NR_OTHERS)
		c.name = "(other unknown calls)";
	sinks_counts(p->sinks, &c, ev->counts);
}

bool pipeline_is_over(const struct pipeline *p)
{
	return p->o->call_limit && p->nshown >= p->o->call_limit;
}

/* Once the trace is over, what counts is only who is let go or ends. */
static bool is_past(const struct pipeline *p, const struct event *ev)
{
	return pipeline_is_over(p) && ev->kind != EV_EXITED &&
	       ev->kind != EV_KILLED && ev->kind != EV_DETACH;
}

void pipeline_event(struct pipeline *p, struct event *ev)
{
	p->now_ns = ev->mono_ns;
	p->now_wall_ns = ev->wall_ns;
	if (is_past(p, ev)) {
		ev->verdict.unshown = true;
		return;
	}
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
		on_fork(p, ev);
		break;
	case EV_ATTACH:
		event_task(p, ev);
		event_give(p, ev);
		break;
	default:
		on_other(p, ev);
	}
}

void pipeline_finish(struct pipeline *p)
{
	struct event end = { .kind = EV_IDLE, .wall_ns = p->now_wall_ns,
			     .mono_ns = p->now_ns };

	hash_each(&p->tasks.by_number, slot)
		calls_gone(p, &end, slot->value, CALL_RUNNING);
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	dec_free(&p->dec);
	task_end(&p->uring);
	arena_free(&p->signal);
	buf_free(&p->stack);
	tasks_free(&p->tasks);
	inject_forget(&p->injected);
	free(p);
}
