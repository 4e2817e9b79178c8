/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stop.c makes an event of a wait status.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "abi_info.h"
#include "mem.h"
#include "options.h"
#include "ptrace.h"

static bool hold(struct ptrace_source *s, struct tracee *t)
{
	s->held = t;
	return true;
}

static bool go_on(struct ptrace_source *s, struct tracee *t)
{
	tracee_resume(s, t);
	return false;
}

static void event_begin(struct ptrace_source *s, const struct stop *st,
			const struct tracee *t, struct event *ev)
{
	memset(ev, 0, offsetof(struct event, siginfo));
	ev->tracer_abi = abi_own();
	ev->tid = t->tid;
	ev->pid = t->pid;
	ev->wall_ns = st->wall_ns;
	ev->mono_ns = st->mono_ns;
	ev->cpu_ns = st->cpu_ns;
	ev->mem = s->mem;
	mem_live_set(s->mem, t->tid);
}

/*
 * If an unknown task stops, it is a new child whose parent's fork event has not
 * come yet, and it waits for that.  If an unknown task ends, it may be a child
 * that was killed before it ever stopped, or a process that is no tracee.
 */
static void stranger_serve(struct ptrace_source *s, const struct stop *st)
{
	if (debug_on(s))
		debug_stop(s, st, NULL);
	if (!WIFSTOPPED(st->status)) {
		uintptr_t status = (uintptr_t)st->status | 0x10000;

		hash_put(&s->ghosts, (uint64_t)st->tid, (void *)status);
		return;
	}

	struct tracee *t = tracee_add(s, st->tid, 0);

	if (!s->follow)
		tracee_set_phase(s, t, PHASE_SILENT);
	t->early = true;
	t->last_status = st->status;
	s->early_count++;
}

static unsigned long event_message(const struct ptrace_source *s, pid_t tid)
{
	unsigned long msg = 0;

	if (pt(s, PTRACE_GETEVENTMSG, tid, 0, (unsigned long)&msg) < 0)
		return 0;
	return msg;
}

/*
 * EPERM means yes, too: the kernel looks for the thread first, and only then
 * asks whether we may signal it.
 */
static bool is_thread_of(pid_t tid, pid_t pid)
{
	return pid > 0 && (syscall(SYS_tgkill, (long)pid, (long)tid, 0l) == 0 ||
			   errno == EPERM);
}

/*
 * The process of a new task is its own or that of its parent (0 if that is not
 * known).  /proc is asked last, because it may be that of another namespace, or
 * not be there.
 */
static pid_t child_pid(pid_t tid, pid_t parent)
{
	long tgid;

	if (is_thread_of(tid, parent))
		return parent;
	if (parent || is_thread_of(tid, tid))
		return tid;
	tgid = proc_status_num(tid, "Tgid:");
	return tgid > 0 ? (pid_t)tgid : tid;
}

/*
 * An end of tid came before any fork event named it, and now one does.  Is it
 * the end of that child?  Not if the child can still be waited for: then the
 * end was that of an earlier task with the same tid.  Such ends are common
 * where orphans become our children.
 */
static bool has_ended(pid_t tid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)tid, &info,
		      WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) < 0 &&
	       errno == ECHILD;
}

/*
 * A child is traced only because its filter needs a tracer if we don't follow,
 * if its parent is not shown either, or if it was made to be untraced.
 */
static bool child_is_silent(const struct ptrace_source *s,
			    const struct tracee *parent)
{
	return !s->follow || parent->phase == PHASE_SILENT ||
	       parent->patch == PATCH_ARG || parent->patch == PATCH_MEM;
}

/* A fork event names this child: its stops belong to a known task from now. */
static void child_expect(struct ptrace_source *s, const struct tracee *t,
			 pid_t tid)
{
	struct tracee *child = tracee_find(s, tid);
	struct stop st = {.tid = tid};
	void *ghost = hash_del(&s->ghosts, (uint64_t)tid);

	stop_stamp(&st);
	if (!child) {
		child = tracee_add(s, tid, child_pid(tid, t->pid));
		if (ghost && has_ended(tid)) {
			st.status = (int)((uintptr_t)ghost & 0xffff);
			queue_push(&s->queue, &st);
		}
	} else if (child->early) {
		child->early = false;
		s->early_count--;
		child->pid = child_pid(tid, t->pid);
		st.status = child->last_status;
		queue_push(&s->queue, &st);
	}
	child->own_filter = t->own_filter;
	if (child_is_silent(s, t))
		tracee_set_phase(s, child, PHASE_SILENT);
	if (t->patch == PATCH_ARG) {	/* its registers are a copy */
		child->patch = PATCH_ARG;
		child->patch_value = t->patch_value;
		child->patch_arg = t->patch_arg;
		child->abi = t->abi;
	}
}

static bool is_fork_event(unsigned event)
{
	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

static bool fork_serve(struct ptrace_source *s, struct tracee *t,
		       struct event *ev)
{
	pid_t child = (pid_t)event_message(s, t->tid);

	if (child > 0)
		child_expect(s, t, child);
	if (child <= 0 || child_is_silent(s, t) || t->phase != PHASE_RUNNING)
		return go_on(s, t);
	ev->kind = EV_FORK;
	ev->child = child;
	return hold(s, t);
}

static long exec_options(const struct ptrace_source *s)
{
	long options = s->options;

	/* if we have no filter, others' SECCOMP_RET_TRACE are not for us */
	if (!s->filter)
		options &= ~(long)PTRACE_O_TRACESECCOMP;
	if (!s->filter && !s->o->kill_on_exit)
		options &= ~(long)PTRACE_O_EXITKILL;
	if (!s->filter && !s->follow)
		options &= ~(long)(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
				   PTRACE_O_TRACECLONE);
	return options;
}

static bool exec_serve(struct ptrace_source *s, struct tracee *t,
		       struct event *ev)
{
	pid_t former = (pid_t)event_message(s, t->tid);

	t->pid = t->tid;	/* after an exec only the leader is left */
	ev->pid = t->pid;
	if (t->tid == s->base.command && !s->ran) {
		s->ran = true;
		s->options = exec_options(s);
		pt(s, PTRACE_SETOPTIONS, t->tid, 0, (unsigned long)s->options);
	}
	if (s->early_count)
		end_release_early(s);
	if (t->phase != PHASE_RUNNING)
		return go_on(s, t);
	ev->kind = EV_EXEC;
	ev->other_tid = former > 0 ? former : t->tid;
	return hold(s, t);
}

static bool is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN ||
	       sig == SIGTTOU;
}

/* The stop that we asked for when we attached. */
static bool attach_stop_serve(struct ptrace_source *s, struct tracee *t,
			      struct event *ev, int status)
{
	struct stop again = {.tid = t->tid, .status = status};

	if (t->phase != PHASE_RUNNING || !call_interrupted(s, t, ev))
		return go_on(s, t);
	if (!t->flight_given)
		return hold(s, t);
	/* The exit of that call is still to be delivered from this stop. */
	stop_stamp(&again);
	queue_push_front(&s->queue, &again);
	return true;
}

static bool group_stop_serve(struct ptrace_source *s, struct tracee *t,
			     struct event *ev, int status)
{
	int sig = WSTOPSIG(status);

	if (!is_stop_signal(sig))
		return attach_stop_serve(s, t, ev, status);
	t->listen = true;
	if (t->phase != PHASE_RUNNING)
		return go_on(s, t);
	ev->kind = EV_GROUP_STOP;
	ev->sig = sig;
	call_fill_ip(s, t, ev);
	return hold(s, t);
}

static bool signal_serve(struct ptrace_source *s, struct tracee *t,
			 struct event *ev, int sig)
{
	t->sig = sig;
	if (t->phase != PHASE_RUNNING)
		return go_on(s, t);
	ev->kind = EV_SIGNAL;
	ev->sig = sig;
	ev->has_siginfo = pt(s, PTRACE_GETSIGINFO, t->tid, 0,
			     (unsigned long)&ev->siginfo) >= 0;
	if (t->sent_sig)
		tamper_siginfo(s, t, ev);
	call_fill_ip(s, t, ev);
	return hold(s, t);
}

static bool stopped_serve(struct ptrace_source *s, struct tracee *t,
			  struct event *ev, const struct stop *st)
{
	unsigned event = (unsigned)st->status >> EVENT_SHIFT;
	int sig = WSTOPSIG(st->status);

	if (debug_on(s))
		debug_stop(s, st, t);
	if (sig == SYSCALL_SIG)
		return call_serve(s, t, ev);
	if (is_fork_event(event))
		return fork_serve(s, t, ev);
	switch (event) {
	case 0:
		return signal_serve(s, t, ev, sig);
	case PTRACE_EVENT_SECCOMP:
		return call_serve_seccomp(s, t, ev);
	case PTRACE_EVENT_EXEC:
		return exec_serve(s, t, ev);
	case PTRACE_EVENT_STOP:
		return group_stop_serve(s, t, ev, st->status);
	default:
		return go_on(s, t);
	}
}

/* A child's first stop is served twice: EV_ATTACH comes before what it says. */
static bool first_stop(struct ptrace_source *s, struct tracee *t,
		       const struct stop *st, struct event *ev)
{
	t->attach_given = true;
	clone_patch_undo(t);
	if (!t->pid) {
		t->pid = child_pid(t->tid, 0);
		ev->pid = t->pid;
	}
	if (t->phase == PHASE_SILENT)
		return stopped_serve(s, t, ev, st);
	queue_push_front(&s->queue, st);
	ev->kind = EV_ATTACH;
	ev->count = 1;
	return true;
}

/* A thread that called exec goes on under its leader's tid. */
static void exec_rename(struct ptrace_source *s, pid_t leader)
{
	pid_t former = (pid_t)event_message(s, leader);
	struct tracee *t = NULL, *old;

	if (former > 0 && former != leader)
		t = tracee_find(s, former);
	if (!t)
		return;
	/* The process stays shown even if this thread was not. */
	old = tracee_find(s, leader);
	if (old && t->phase == PHASE_SILENT)
		tracee_set_phase(s, t, old->phase);
	tracee_rename(s, t, leader);
}

/* A child that is born while we let its parent go must be let go as well. */
static void detach_child(struct ptrace_source *s, const struct tracee *t,
			 int status)
{
	unsigned event = (unsigned)status >> EVENT_SHIFT;
	pid_t child = is_fork_event(event) ?
		      (pid_t)event_message(s, t->tid) : 0;

	if (child > 0)
		child_expect(s, t, child);
}

bool stop_serve(struct ptrace_source *s, const struct stop *st,
		struct event *ev)
{
	struct tracee *t;

	if (st->status >= 0 && st->status >> EVENT_SHIFT == PTRACE_EVENT_EXEC)
		exec_rename(s, st->tid);
	t = tracee_find(s, st->tid);
	if (!t) {
		if (st->status >= 0)
			stranger_serve(s, st);
		return false;
	}
	event_begin(s, st, t, ev);
	if (st->status == STATUS_TOLD_ATTACH) {
		ev->kind = EV_ATTACH;
		ev->count = st->count;
		ev->mem = NULL;
		return true;
	}
	if (debug_on(s) && (s->detaching || !WIFSTOPPED(st->status)))
		debug_stop(s, st, t);
	if (!WIFSTOPPED(st->status))
		return end_serve(s, t, ev, st->status);
	if (s->detaching) {
		detach_child(s, t, st->status);
		return detach_serve(s, t, ev, st->status);
	}
	if (!t->attach_given)
		return first_stop(s, t, st, ev);
	return stopped_serve(s, t, ev, st);
}
