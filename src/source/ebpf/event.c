/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event.c makes events of records.
 *
 * Most records become one event.  Some are followed by other events, which wait
 * in s->ready: a leader's end that waited for its threads, a signal that waited
 * for the end of a call.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "arch.h"
#include "calls.h"
#include "diag.h"
#include "ebpf.h"
#include "env_captured.h"
#include "file_id.h"

#define STOP_MASK \
	(1u << SIGSTOP | 1u << SIGTSTP | 1u << SIGTTIN | 1u << SIGTTOU)

void event_stamp(struct ebpf_source *s, struct event *ev, int64_t mono_ns)
{
	ev->mono_ns = mono_ns;
	ev->wall_ns = mono_ns + s->wall_offset;
}

static void event_begin(struct ebpf_source *s, struct event *ev,
			const struct wire *w)
{
	memset(ev, 0, sizeof(*ev));
	ev->abi = w->abi < ABI_COUNT ? w->abi : 0;
	ev->tracer_abi = abi_own();
	ev->tid = w->tid;
	ev->pid = w->pid;
	ev->cpu_ns = (int64_t)w->cpu_ns;
	event_stamp(s, ev, (int64_t)w->mono_ns);
}

static void ready_push(struct ebpf_source *s, const struct event *ev)
{
	if (s->nready < READY_MAX)
		s->ready[s->nready++] = *ev;
}

bool ready_pop(struct ebpf_source *s, struct event *ev)
{
	if (!s->nready)
		return false;
	*ev = s->ready[0];
	s->nready--;
	memmove(s->ready, s->ready + 1, s->nready * sizeof(*s->ready));
	return true;
}

/* ---- signals that are held back ---- */

static void ignored_take(struct ebpf_source *s, unsigned i, struct event *ev)
{
	*ev = s->ignored[i];
	s->nignored--;
	memmove(s->ignored + i, s->ignored + i + 1,
		(s->nignored - i) * sizeof(*s->ignored));
}

/* The first signal that waits for this task's call to end. */
static bool ignored_of(struct ebpf_source *s, pid_t tid, struct event *ev)
{
	for (unsigned i = 0; i < s->nignored; i++)
		if (s->ignored[i].tid == tid) {
			ignored_take(s, i, ev);
			return true;
		}
	return false;
}

bool ignored_release(struct ebpf_source *s, int64_t now)
{
	struct event held;

	if (!s->nignored || s->nready == READY_MAX ||
	    now - s->ignored[0].mono_ns < HOLD_NS)
		return false;
	ignored_take(s, 0, &held);
	ready_push(s, &held);
	return true;
}

/*
 * If a task begins another call, or ends, the call that its signals wait for is
 * over, and the record of its end was lost.  The signals come first then, since
 * a task's end is its last line.
 */
static bool ignored_before(struct ebpf_source *s, const struct wire *w,
			   struct event *ev)
{
	return (w->kind == WIRE_ENTER || w->kind == WIRE_END) &&
	       ignored_of(s, w->tid, ev);
}

static void ignored_rename(struct ebpf_source *s, pid_t from, pid_t to)
{
	for (unsigned i = 0; i < s->nignored; i++)
		if (s->ignored[i].tid == from)
			s->ignored[i].tid = to;
}

/* ---- calls ---- */

static bool serve_enter(struct ebpf_source *s, struct ebpf_task *t,
			const struct wire_enter *e, struct event *ev)
{
	ev->kind = EV_ENTER;
	ev->nr = nr_widen(ev->abi, e->nr);
	memcpy(ev->arg, e->arg, sizeof(ev->arg));
	ev->ip = e->ip;
	ev->sp = e->sp;
	env_captured_call(s->env, ev->tid);
	memory_enter(s, ev, e, s->item.rec.size);
	t->in_call = true;
	return true;
}

static bool serve_exit(struct ebpf_source *s, struct ebpf_task *t,
		       const struct wire_exit *x, struct event *ev)
{
	struct event held;

	ev->kind = EV_EXIT;
	ev->nr = nr_widen(ev->abi, x->nr);
	ev->ip = x->ip;
	ev->attach_entry = x->w.flags & WIRE_FLIGHT;
	if (ev->attach_entry)
		ev->cpu_ns = 0;	/* the entry had none to compare it with */
	arch_result(ev, (uint64_t)x->ret);
	memory_set(s, ev, x + 1, s->item.rec.size - sizeof(*x));
	t->in_call = false;
	/* The signals that waited for this call's end follow it. */
	while (ignored_of(s, t->tid, &held))
		ready_push(s, &held);
	return true;
}

/* ---- signals ---- */

static void siginfo_fill(struct event *ev, const struct wire_signal *w)
{
	ev->has_siginfo = true;
	memset(&ev->siginfo, 0, sizeof(ev->siginfo));
	if (w->s.has_info) {
		memcpy(&ev->siginfo, w->s.info, sizeof(w->s.info));
		return;
	}
	ev->siginfo.si_signo = w->s.sig;
	ev->siginfo.si_code = w->s.from_kernel ? SI_KERNEL : SI_USER;
}

/*
 * The kernel drops a signal that its process ignores when it is sent.  The
 * ptrace source would see it at the end of the call that the task is in, so it
 * is shown there.
 */
static bool serve_signal(struct ebpf_source *s, struct ebpf_task *t,
			 const struct wire_signal *w, struct event *ev)
{
	ev->kind = EV_SIGNAL;
	ev->sig = w->s.sig;
	siginfo_fill(ev, w);
	if (w->w.flags & WIRE_IGNORED) {
		if (t->in_call && s->nignored < IGNORED_MAX) {
			s->ignored[s->nignored++] = *ev;
			return false;
		}
	} else if (w->w.flags & WIRE_DEFAULT && w->s.sig < 32 &&
		   STOP_MASK & 1u << w->s.sig) {
		struct event stop = *ev;

		stop.kind = EV_GROUP_STOP;
		ready_push(s, &stop);
	}
	return true;
}

/* The stack of a signal whose record comes next. */
static bool serve_stack(struct ebpf_source *s, const struct wire *w,
			struct event *ev)
{
	s->stack_tid = w->tid;
	s->stack_ns = w->mono_ns + 1;
	memory_set(s, ev, w + 1, s->item.rec.size - sizeof(*w));
	return false;
}

/* A stack is that of one event, and of signals that waited for that. */
static void stack_forget(struct ebpf_source *s, const struct wire *w)
{
	if (w->kind != WIRE_SIGNAL || s->stack_tid != w->tid ||
	    s->stack_ns != w->mono_ns)
		env_captured_stack(s->env, NULL, NULL, 0);
	s->stack_tid = 0;
}

/* ---- tasks ---- */

void pids_captured(struct ebpf_source *s, pid_t tid, const struct wire_pids *p)
{
	struct captured_pid in[WIRE_PIDS_MAX];
	size_t n = p->count < WIRE_PIDS_MAX ? p->count : WIRE_PIDS_MAX;

	for (size_t i = 0; i < n; i++)
		in[i] = (struct captured_pid){p->in[i].ns, p->in[i].nr};
	if (p->known)
		env_captured_pids(s->env, tid, in, n);
}

static bool serve_fork(struct ebpf_source *s, const struct wire_fork *f,
		       struct event *ev)
{
	struct event child = *ev;

	etask_add(s, f->child, f->child_pid);
	env_captured_born(s->env, f->child);
	env_captured_fork(s->env, f->w.pid, f->child_pid);
	env_captured_comm(s->env, f->child, f->comm,
			  strnlen(f->comm, WIRE_COMM));
	pids_captured(s, f->child, &f->pids);
	child.kind = EV_ATTACH;
	child.tid = f->child;
	child.pid = f->child_pid;
	child.count = 1;
	ready_push(s, &child);
	ev->kind = EV_FORK;
	ev->child = f->child;
	return true;
}

static bool serve_exec(struct ebpf_source *s, const struct wire_exec *x,
		       struct event *ev)
{
	struct ebpf_task *t;

	ev->kind = EV_EXEC;
	ev->other_tid = x->old_tid;
	env_captured_comm(s->env, ev->tid, x->comm,
			  strnlen(x->comm, WIRE_COMM));
	t = etask_get(s, x->old_tid ? x->old_tid : ev->tid);
	if (t && t->tid != ev->tid) {
		ignored_rename(s, t->tid, ev->tid);
		etask_rename(s, t, ev->tid);
	}
	if (t && !x->old_tid) {
		t->ended = false;
		t->in_call = false;
	}
	return true;
}

static bool serve_name(struct ebpf_source *s, const struct wire_name *x)
{
	env_captured_comm(s->env, x->w.tid, x->comm,
			  strnlen(x->comm, WIRE_COMM));
	return false;
}

void end_fill(struct event *ev, int code)
{
	if (WIFSIGNALED(code)) {
		ev->kind = EV_KILLED;
		ev->sig = WTERMSIG(code);
		ev->core = WCOREDUMP(code);
	} else {
		ev->kind = EV_EXITED;
		ev->status = WEXITSTATUS(code);
	}
}

/*
 * A process is over when its last thread is, so the end of its leader waits for
 * the others.  The kernel programs know which thread is the last one, but if
 * two end at once, either record may come first.
 */
static bool serve_end(struct ebpf_source *s, struct ebpf_task *t,
		      const struct wire_end *x, struct event *ev)
{
	struct ebpf_task *leader;

	t->ended = true;
	if (x->w.flags & WIRE_GOES_ON)
		return false;
	end_fill(ev, x->code);
	if (ev->tid == ev->pid && etask_group_count(s, ev->pid) > 1) {
		t->over = true;
		t->end = *ev;
		return false;
	}
	if (ev->tid == s->base.command)
		s->command_end_given = true;
	leader = etask_get(s, ev->pid);
	env_captured_gone(s->env, t->tid);
	etask_remove(s, t);
	if (leader && leader != t && leader->over &&
	    etask_group_count(s, ev->pid) == 1) {
		event_stamp(s, &leader->end, ev->mono_ns);
		if (leader->tid == s->base.command)
			s->command_end_given = true;
		ready_push(s, &leader->end);
		env_captured_gone(s->env, leader->tid);
		etask_remove(s, leader);
	}
	if (!etask_group_count(s, ev->pid))
		env_captured_over(s->env, ev->pid);
	return true;
}

/* ---- all of them ---- */

static bool is_uring(const struct wire *w)
{
	return w->kind == WIRE_URING_SUBMIT || w->kind == WIRE_URING_COMPLETE;
}

static size_t kind_size(unsigned kind)
{
	static const size_t sizes[] = {
		[WIRE_ENTER] = sizeof(struct wire_enter),
		[WIRE_EXIT] = sizeof(struct wire_exit),
		[WIRE_SIGNAL] = sizeof(struct wire_signal),
		[WIRE_FORK] = sizeof(struct wire_fork),
		[WIRE_EXEC] = sizeof(struct wire_exec),
		[WIRE_END] = sizeof(struct wire_end),
		[WIRE_URING_SUBMIT] = sizeof(struct wire_sqe),
		[WIRE_URING_COMPLETE] = sizeof(struct wire_uring),
		[WIRE_NAME] = sizeof(struct wire_name),
		[WIRE_STACK] = sizeof(struct wire),
	};

	return kind < sizeof(sizes) / sizeof(*sizes) && sizes[kind] ?
	       sizes[kind] : SIZE_MAX;
}

/* It is in a PID namespace we can't see, and in /proc its tid is another's. */
static void elsewhere_note(struct ebpf_source *s, struct ebpf_task *t,
			   const struct wire *w)
{
	if (!(w->flags & WIRE_ELSEWHERE) || is_uring(w) || t->elsewhere)
		return;
	t->elsewhere = true;
	env_captured_elsewhere(s->env, w->tid);
}

static bool item_convert(struct ebpf_source *s, const struct wire *w,
			 struct event *ev)
{
	struct ebpf_task *t = etask_get(s, w->tid);

	if (!t && !is_uring(w))
		t = etask_add(s, w->tid, w->pid);
	if (t) {
		s->last_tid = w->tid;
		elsewhere_note(s, t, w);
	}
	event_begin(s, ev, w);
	stack_forget(s, w);
	maps_serve(s, (int64_t)w->mono_ns);
	switch (w->kind) {
	case WIRE_ENTER:
		return serve_enter(s, t, (const void *)w, ev);
	case WIRE_EXIT:
		return serve_exit(s, t, (const void *)w, ev);
	case WIRE_SIGNAL:
		return serve_signal(s, t, (const void *)w, ev);
	case WIRE_FORK:
		return serve_fork(s, (const void *)w, ev);
	case WIRE_EXEC:
		return serve_exec(s, (const void *)w, ev);
	case WIRE_STACK:
		return serve_stack(s, w, ev);
	case WIRE_NAME:
		return serve_name(s, (const void *)w);
	case WIRE_URING_SUBMIT:
	case WIRE_URING_COMPLETE:
		return uring_serve(s, t, (const void *)w, ev);
	default:
		return serve_end(s, t, (const void *)w, ev);
	}
}

bool item_serve(struct ebpf_source *s, struct event *ev)
{
	const struct wire *w = s->item.rec.data;

	if (s->item.rec.size < sizeof(*w) ||
	    s->item.rec.size < kind_size(w->kind)) {
		s->has_item = false;
		return false;
	}
	if (w->lost && !s->lost_given) {
		s->lost_given = true;
		event_begin(s, ev, w);
		ev->kind = EV_LOST;
		ev->count = w->lost;
		s->nlost += w->lost;
		if (is_uring(w))
			uring_ops_forget(&s->uring_ops);
		return true;
	}
	if (ignored_before(s, w, ev))
		return true;
	s->lost_given = false;
	s->has_item = false;
	return item_convert(s, w, ev);
}
