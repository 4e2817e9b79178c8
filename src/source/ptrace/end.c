/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * end.c serves tracees that leave: they end, or we let them go.
 */
#include <signal.h>
#include <sys/wait.h>

#include "now.h"
#include "options.h"
#include "ptrace.h"

/*
 * The fork event that an early child waits for never comes if its parent was
 * killed, or if an exec ended the parent's thread.  So no early child waits any
 * longer after such an event.
 */
void end_release_early(struct ptrace_source *s)
{
	hash_each(&s->tracees, slot) {
		struct tracee *t = slot->value;
		struct stop st = {.tid = t->tid, .status = t->last_status};

		if (!t->early)
			continue;
		t->early = false;
		s->early_count--;
		stop_stamp(&st);
		queue_push(&s->queue, &st);
	}
}

bool end_serve(struct ptrace_source *s, struct tracee *t, struct event *ev,
	       int status)
{
	bool shown = t->phase != PHASE_SILENT && !t->early;

	ev->mem = NULL;
	if (WIFSIGNALED(status)) {
		ev->kind = EV_KILLED;
		ev->sig = WTERMSIG(status);
		ev->core = WCOREDUMP(status);
	} else {
		ev->kind = EV_EXITED;
		ev->status = WEXITSTATUS(status);
	}
	if (t->early) {		/* its parent's fork event may still come */
		uintptr_t kept = (uintptr_t)status | 0x10000;

		hash_put(&s->ghosts, (uint64_t)t->tid, (void *)kept);
	}
	tracee_remove(s, t);
	if (s->early_count)
		end_release_early(s);
	return shown;
}

static void tracee_kill(const struct tracee *t)
{
	/* not kill(): the tid of a thread may name another process by now */
	if (t->pid > 0)
		syscall(SYS_tgkill, (long)t->pid, (long)t->tid,
			(long)SIGKILL);
	else
		kill(t->tid, SIGKILL);
}

/*
 * A tracee must be stopped before it can be let go, so all are interrupted.  A
 * program notices that only in calls that any wake-up ends.
 */
void detach_begin(struct ptrace_source *s)
{
	s->detaching = true;
	s->detach_idle = 0;
	end_release_early(s);
	delays_end(s);
	hash_each(&s->tracees, slot) {
		struct tracee *t = slot->value;

		if (t->phase == PHASE_STARTING || s->o->kill_on_exit)
			tracee_kill(t);
		else
			pt(s, PTRACE_INTERRUPT, t->tid, 0, 0);
	}
}

/* The signal that ended us was meant for the command as well. */
static void command_signal(const struct ptrace_source *s, pid_t tid)
{
	if (tid == s->base.command && s->base.interrupt_sig)
		kill(tid, s->base.interrupt_sig);
}

/*
 * A stopped tracee goes on without us; or, if its filter needs us, unseen.
 * False: it was killed meanwhile, and its end is still to come.
 */
static bool let_go(struct ptrace_source *s, struct tracee *t, int status)
{
	unsigned event = (unsigned)status >> EVENT_SHIFT;
	int sig = WSTOPSIG(status);

	t->sig = event == 0 && sig != SYSCALL_SIG ? sig : 0;
	if (s->filter) {
		if (t->in_call)
			t->skip_exit = true;
		t->listen = event == PTRACE_EVENT_STOP && sig != SIGTRAP;
		tracee_set_phase(s, t, PHASE_SILENT);
		tracee_resume(s, t);
		return true;
	}
	return tracee_detach(s, t);
}

bool detach_serve(struct ptrace_source *s, struct tracee *t,
		  struct event *ev, int status)
{
	bool shown = t->attach_given && t->phase == PHASE_RUNNING;

	if (s->o->kill_on_exit) {	/* its end is on the way */
		tracee_kill(t);
		return false;
	}
	ev->kind = EV_DETACH;
	t->attach_given = true;
	if (t->tamper && WSTOPSIG(status) == SYSCALL_SIG)
		call_finish(s, t, ev);
	if (!let_go(s, t, status))
		return false;
	command_signal(s, t->tid);
	if (!s->filter)
		tracee_remove(s, t);
	return shown;
}

/* A detach that no stop tells of, so no stop has its time. */
static void detach_event(const struct tracee *t, struct event *ev)
{
	*ev = (struct event){.kind = EV_DETACH, .tid = t->tid, .pid = t->pid,
			     .wall_ns = now_ns(CLOCK_REALTIME),
			     .mono_ns = now_ns(CLOCK_MONOTONIC)};
}

/* A tracee goes on without us after its exec: true with the event of that. */
bool detach_one(struct ptrace_source *s, struct tracee *t, struct event *ev)
{
	if (!let_go(s, t, PTRACE_EVENT_EXEC << EVENT_SHIFT | SIGTRAP << 8))
		return false;
	detach_event(t, ev);
	if (!s->filter)
		tracee_remove(s, t);
	return true;
}

/* Drop one tracee that could not be stopped in time or has vanished. */
bool detach_next_lost(struct ptrace_source *s, struct event *ev)
{
	hash_each(&s->tracees, slot) {
		struct tracee *t = slot->value;
		bool shown = t->attach_given && t->phase == PHASE_RUNNING;

		if (shown)
			detach_event(t, ev);
		tracee_remove(s, t);
		return shown;
	}
	return false;
}
