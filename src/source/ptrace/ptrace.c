/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ptrace source: opening, the loop, closing.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "mem.h"
#include "options.h"
#include "ptrace.h"
#include "xalloc.h"

#define DETACH_IDLE_MAX 50	/* ticks of 20 ms */

static struct ptrace_source *ptrace_source(struct source *src)
{
	return (struct ptrace_source *)src;
}

static void ptrace_stop(struct source *src)
{
	struct ptrace_source *s = ptrace_source(src);

	interrupt_clear(true);
	if (!s->detaching)
		detach_begin(s);
}

static void interrupt_serve(struct ptrace_source *s)
{
	if (!s->base.interrupt_sig)
		s->base.interrupt_sig = interrupt_pending();
	ptrace_stop(&s->base);
}

/*
 * Let the tracee of the last event go on, as its consumer asked.  True if that
 * is an event itself, which is in *ev then.
 */
static bool held_release(struct ptrace_source *s, struct event *ev)
{
	struct tracee *t = s->held;

	if (!t)
		return false;
	s->held = NULL;
	if (ev->verdict.detach && detach_one(s, t, ev))
		return true;
	if (ev->kind == EV_ENTER && ev->verdict.skip_exit) {
		t->skip_exit = true;
		s->unwanted++;
	}
	if (!ev->verdict.injection || !tamper_obey(s, t, ev))
		tracee_resume(s, t);
	return false;
}

/* Wait for a stop.  True if the wait itself made an event, which is in *ev. */
static bool wait_serve(struct ptrace_source *s, struct event *ev, bool *lost)
{
	switch (stops_wait(s)) {
	case WAIT_GONE:
		*lost = true;
		return false;
	case WAIT_GOT:
		return false;
	case WAIT_IDLE:
		break;
	}
	if (s->detaching) {
		interrupt_clear(true);	/* keep the clock ticking */
		*lost = ++s->detach_idle > DETACH_IDLE_MAX;
		return false;
	}
	if (interrupt_pending())
		return false;

	struct stop st;

	stop_stamp(&st);
	*ev = (struct event){.kind = EV_IDLE, .wall_ns = st.wall_ns,
			     .mono_ns = st.mono_ns};
	return true;
}

static int ptrace_next(struct source *src, struct event *ev)
{
	struct ptrace_source *s = ptrace_source(src);
	bool lost = false;
	struct stop st;

	if (s->submits && s->held && submits_serve(s, ev))
		return 1;
	if (held_release(s, ev))
		return 1;
	for (;;) {
		if (s->delays.n)
			delays_serve(s);
		if (interrupt_pending())
			interrupt_serve(s);
		if (queue_pop(&s->queue, &st)) {
			if (stop_serve(s, &st, ev))
				return 1;
			continue;
		}
		if (!s->tracees.count)
			return 0;
		if (caretaker_needed(s) && caretaker_split(s))
			return 0;
		if (lost) {
			if (detach_next_lost(s, ev))
				return 1;
			continue;
		}
		if (wait_serve(s, ev, &lost))
			return 1;
	}
}

static void ptrace_free(struct ptrace_source *s)
{
	hash_each(&s->tracees, slot) {
		tamper_end(slot->value);
		free(slot->value);
	}
	delays_free(&s->delays);
	hash_free(&s->tracees);
	hash_free(&s->ghosts);
	free(s->queue.ring);
	submits_end(s);
	mem_live_free(s->mem);
	launch_free(s->launch);
	free(s);
}

static void ptrace_close(struct source *src)
{
	struct ptrace_source *s = ptrace_source(src);
	struct event ev;

	if (s->tracees.count) {
		struct tracee *t = s->held;

		/* a held tracee is stopped, and a detach waits for stops */
		if (t) {
			s->held = NULL;
			tracee_resume(s, t);
		}
		ptrace_stop(src);
		while (ptrace_next(src, &ev) > 0)
			;
	}
	interrupt_clear(false);
	debug_end(s);
	cpu_placement_end(&s->cpu);
	filter_advise(s);
	ptrace_free(s);
}

static const struct source_ops ptrace_ops = {
	.name = "ptrace",
	.next = ptrace_next,
	.stop = ptrace_stop,
	.close = ptrace_close,
};

static long options_choose(const struct ptrace_source *s, bool launched)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;

	if (s->follow || (launched && s->filter))
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			   PTRACE_O_TRACECLONE;
	if (launched && s->filter)
		options |= PTRACE_O_TRACESECCOMP;
	if (launched || s->o->kill_on_exit)
		options |= PTRACE_O_EXITKILL;
	return options;
}

/* Wait until the child has stopped for us.  If it ends, that is queued. */
static bool child_stop(struct ptrace_source *s, pid_t pid)
{
	struct stop st = {.tid = pid};

	for (;;) {
		if (waitpid(pid, &st.status, __WALL) < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		if (!WIFSTOPPED(st.status)) {
			stop_stamp(&st);
			queue_push(&s->queue, &st);
			return false;
		}
		if (st.status >> EVENT_SHIFT == PTRACE_EVENT_STOP)
			return true;
		pt(s, PTRACE_CONT, pid, 0, (unsigned long)WSTOPSIG(st.status));
	}
}

static int command_start(struct ptrace_source *s)
{
	pid_t pid = launch_fork(s->launch, s->filter);
	int err;

	interrupt_setup(s->o);
	if (pid < 0)
		return -1;
	err = attach_one(s, pid);
	if (err) {
		attach_error(pid, err);
		return -1;
	}
	s->base.command = pid;

	struct tracee *t = tracee_add(s, pid, pid);

	t->attach_given = true;
	tracee_set_phase(s, t, PHASE_STARTING);
	if (child_stop(s, pid)) {
		tracee_resume(s, t);
		launch_go(s->launch);
	}
	return 0;
}

static int command_open(struct ptrace_source *s, int *exit_status)
{
	s->launch = launch_prepare(s->o, exit_status);
	if (!s->launch)
		return -1;
	filter_choose(s);
	s->options = options_choose(s, true);
	if (s->filter && caretaker_front(s) < 0)
		return -1;
	return command_start(s);
}

static struct ptrace_source *source_new(const struct options *o)
{
	struct ptrace_source *s = xalloc_new(1, sizeof(*s));

	s->base.ops = &ptrace_ops;
	s->base.page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	s->o = o;
	s->mem = mem_live_new();
	s->caretaker_fd = -1;
	s->follow = o->follow != FOLLOW_NONE;
	s->want_cpu = o->summary != SUMMARY_NONE && !o->wall_clock;
	debug_begin(s);
	submits_begin(s);
	return s;
}

struct source *ptrace_open(const struct options *o, int *exit_status)
{
	struct ptrace_source *s = source_new(o);

	*exit_status = 1;
	if (o->command) {
		if (command_open(s, exit_status) < 0)
			goto failed;
	} else {
		interrupt_setup(o);
	}
	if (o->npids) {
		long options = s->options;

		s->options = options_choose(s, false);
		if (attach_all(s) && !o->command)
			goto failed;
		if (o->command)
			s->options = options;
	}
	cpu_placement_init(&s->cpu, o->cpu_placement && proc_is_ours());
	*exit_status = 0;
	return &s->base;
failed:
	ptrace_close(&s->base);
	return NULL;
}
