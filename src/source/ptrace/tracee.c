/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of tracees, and how one goes on or is let go.
 */
#include <signal.h>
#include <stdlib.h>

#include "ptrace.h"
#include "xalloc.h"

static bool phase_shows(unsigned phase)
{
	return phase != PHASE_SILENT;
}

struct tracee *tracee_find(struct ptrace_source *s, pid_t tid)
{
	return hash_get(&s->tracees, (uint64_t)tid);
}

struct tracee *tracee_add(struct ptrace_source *s, pid_t tid, pid_t pid)
{
	struct tracee *t = xalloc_new(1, sizeof(*t));

	t->tid = tid;
	t->pid = pid;
	t->phase = PHASE_RUNNING;
	hash_put(&s->tracees, (uint64_t)tid, t);
	s->nshown++;
	return t;
}

void tracee_set_phase(struct ptrace_source *s, struct tracee *t,
		      enum tracee_phase phase)
{
	s->nshown -= phase_shows(t->phase);
	s->nshown += phase_shows(phase);
	t->phase = (uint8_t)phase;
}

void tracee_remove(struct ptrace_source *s, struct tracee *t)
{
	hash_del(&s->tracees, (uint64_t)t->tid);
	s->nshown -= phase_shows(t->phase);
	s->early_count -= t->early;
	if (s->held == t)
		s->held = NULL;
	if (s->peek.next == t)
		s->peek.next = NULL;
	delay_drop(s, t);
	tamper_end(t);
	free(t);
}

/* An exec took the place of its thread group's leader. */
void tracee_rename(struct ptrace_source *s, struct tracee *t, pid_t tid)
{
	struct tracee *old = tracee_find(s, tid);

	if (old)
		tracee_remove(s, old);
	hash_del(&s->tracees, (uint64_t)t->tid);
	t->tid = tid;
	hash_put(&s->tracees, (uint64_t)tid, t);
}

static long tracee_request(const struct ptrace_source *s,
			   const struct tracee *t)
{
	if (t->listen)
		return PTRACE_LISTEN;
	if (!s->filter || t->phase == PHASE_STARTING)
		return PTRACE_SYSCALL;
	/* a call that its own filter refuses never gets to ours */
	if (t->own_filter && t->phase != PHASE_SILENT)
		return PTRACE_SYSCALL;
	/* the filter stops at entries; the exit's stop must be asked for */
	if (t->patch != PATCH_NONE || t->filter_tried)
		return PTRACE_SYSCALL;
	return t->in_call && !t->skip_exit ? PTRACE_SYSCALL : PTRACE_CONT;
}

void tracee_resume(struct ptrace_source *s, struct tracee *t)
{
	int sig = t->listen ? 0 : t->sig;
	long request;

	if (t->patch == PATCH_WANTED)
		clone_patch_apply(s, t);
	request = tracee_request(s, t);
	if (debug_on(s))
		debug_go_on(s, t, request, sig);
	/* this fails only if it was killed, and then its end is to come */
	pt(s, request, t->tid, 0, (unsigned long)sig);
	s->peek.next = request == PTRACE_SYSCALL ? t : NULL;
	t->listen = false;
	t->sig = 0;
}

bool tracee_detach(struct ptrace_source *s, struct tracee *t)
{
	clone_patch_undo(t);
	if (debug_on(s))
		debug_go_on(s, t, PTRACE_DETACH, t->sig);
	return pt(s, PTRACE_DETACH, t->tid, 0, (unsigned long)t->sig) >= 0;
}
