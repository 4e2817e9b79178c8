/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System call stops: entries and exits.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "arch.h"
#include "calls.h"
#include "diag.h"
#include "effect.h"
#include "mem.h"
#include "options.h"
#include "ptrace.h"

enum op {
	OP_GONE,	/* killed meanwhile */
	OP_NONE,	/* not a call stop after all */
	OP_ENTER,
	OP_EXIT,
};

static enum op info_enter(struct event *ev, uint32_t audit, uint64_t nr,
			  const uint64_t *args)
{
	ev->abi = abi_of_call(audit, nr, &ev->nr);
	for (int i = 0; i < 6; i++)
		ev->arg[i] = abi_arg(ev->abi, args[i]);
	return OP_ENTER;
}

static enum op info_exit(const struct tracee *t, struct event *ev,
			 const struct ptrace_syscall_info *info)
{
	/* if the entry was not seen, the ABI is all that is known */
	if (t->in_call)
		ev->abi = t->abi;
	else
		ev->abi = abi_of_call(info->arch, 0, &ev->nr);
	ev->nr = 0;
	ev->err = 0;
	ev->ret = abi_ret(ev->abi, (uint64_t)info->exit.rval);
	if (info->exit.is_error) {
		ev->err = (int)-ev->ret;
		ev->ret = -1;
	}
	return OP_EXIT;
}

/* Kernels without PTRACE_GET_SYSCALL_INFO have the registers only. */
static enum op regs_get(struct ptrace_source *s, const struct tracee *t,
			bool enter, struct event *ev)
{
	struct arch_regs regs;

	if (!arch_regs_get(&regs, t->tid))
		return OP_GONE;
	if (enter) {
		arch_regs_enter(&regs, s->mem, ev);
		return OP_ENTER;
	}
	ev->abi = t->abi;
	arch_regs_exit(&regs, ev);
	return OP_EXIT;
}

static enum op call_get(struct ptrace_source *s, const struct tracee *t,
			bool seccomp, struct event *ev)
{
	struct ptrace_syscall_info *info = &s->peek.info;

	if (s->no_info)
		return regs_get(s, t, seccomp || !t->in_call, ev);

	if (s->peek.tid != t->tid &&	/* not asked yet */
	    pt(s, PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(*info),
	       (unsigned long)info) < 0) {
		if (errno == ESRCH)
			return OP_GONE;
		s->no_info = true;
		return regs_get(s, t, seccomp || !t->in_call, ev);
	}
	ev->ip = info->instruction_pointer;
	ev->sp = info->stack_pointer;
	switch (info->op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
		return info_enter(ev, info->arch, info->entry.nr,
				  (const uint64_t *)info->entry.args);
	case PTRACE_SYSCALL_INFO_SECCOMP:
		return info_enter(ev, info->arch, info->seccomp.nr,
				  (const uint64_t *)info->seccomp.args);
	case PTRACE_SYSCALL_INFO_EXIT:
		return info_exit(t, ev, info);
	default:
		return OP_NONE;
	}
}

/* A tracee is let go at the exit of a call that was changed. */
void call_finish(struct ptrace_source *s, struct tracee *t, struct event *ev)
{
	if (call_get(s, t, false, ev) == OP_EXIT)
		tamper_exit(s, t, ev);
}

void call_fill_ip(struct ptrace_source *s, struct tracee *t,
		  struct event *ev)
{
	struct ptrace_syscall_info info;

	if (!s->o->show_ip || s->no_info)
		return;
	if (pt(s, PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info),
	       (unsigned long)&info) >= 0)
		ev->ip = info.instruction_pointer;
}

/* The launched child has come to its execve: from here on it is shown. */
static void command_begins(struct ptrace_source *s, struct tracee *t,
			   const struct event *ev)
{
	tracee_set_phase(s, t, PHASE_RUNNING);
	if (!s->filter)
		return;

	int err = launch_filter_errno(s->launch);

	t->seccomp_due = err == 0 &&
			 callset_may_have(&s->o->trace, ev->abi, ev->nr);
	if (err == 0)
		return;
	s->filter = false;
	if (s->o->debug)
		diag_note("no kernel filter: seccomp: %s",
			  err > 0 ? strerror(err) : "program too long");
}

static bool call_enter(struct ptrace_source *s, struct tracee *t,
		       struct event *ev)
{
	t->in_call = true;
	t->skip_exit = false;
	t->seccomp_due = s->filter && t->own_filter;
	t->abi = ev->abi;
	if (debug_on(s))
		debug_call(s, t, DEBUG_ENTRY, ev);
	if (t->phase == PHASE_STARTING &&
	    effect_find(ev->abi, ev->nr, EFFECT_EXECS))
		command_begins(s, t, ev);
	ev->kind = EV_ENTER;
	return t->phase == PHASE_RUNNING;
}

/* An entry is followed by its exit, so this need not be asked of the kernel. */
static bool exit_is_unwanted(const struct tracee *t)
{
	return t->in_call && t->skip_exit;
}

static void call_over(struct tracee *t)
{
	t->in_call = false;
	t->seccomp_due = false;
	clone_patch_undo(t);
}

static bool call_exit(struct ptrace_source *s, struct tracee *t,
		      struct event *ev)
{
	bool shown = t->phase == PHASE_RUNNING && !exit_is_unwanted(t);

	ev->kind = EV_EXIT;
	ev->attach_entry = !t->in_call;
	if (debug_on(s))
		debug_call(s, t, DEBUG_EXIT, ev);
	call_over(t);
	filter_installed(s, t, ev);
	if (t->tamper)
		tamper_exit(s, t, ev);
	/* only the end of a command whose execve failed is shown */
	if (t->tid == s->base.command && !s->ran && shown && ev->err)
		tracee_set_phase(s, t, PHASE_FAILING);
	return shown;
}

/*
 * Our own interrupt at attach may have ended a call that the kernel continues
 * as restart_syscall.  Only now do the registers still hold which call it was
 * and its arguments, so two events are made: an entry that was in progress, and
 * an exit that was interrupted.  If the call is continued for the second time,
 * the registers say restart_syscall, so there is no entry.
 */
bool call_interrupted(struct ptrace_source *s, struct tracee *t,
		      struct event *ev)
{
	struct event entry = *ev;
	struct arch_regs regs;

	if (t->in_call || !arch_regs_get(&regs, t->tid))
		return false;
	arch_regs_enter(&regs, s->mem, &entry);
	ev->abi = entry.abi;
	arch_regs_exit(&regs, ev);
	if (ev->err != RESTART_BLOCK)
		return false;
	t->flight_given = !t->flight_given &&
			 !effect_find(entry.abi, entry.nr, EFFECT_RESTARTS);
	if (t->flight_given) {
		*ev = entry;
		ev->kind = EV_ENTER;
	} else {
		ev->kind = EV_EXIT;
		ev->nr = entry.nr;
	}
	ev->attach_entry = true;
	return true;
}

bool call_serve(struct ptrace_source *s, struct tracee *t, struct event *ev)
{
	bool show = false;

	if (exit_is_unwanted(t) && !t->filter_tried) {
		if (debug_on(s))
			debug_call(s, t, DEBUG_EXIT, ev);
		call_over(t);
		tracee_resume(s, t);
		return false;
	}
	switch (call_get(s, t, false, ev)) {
	case OP_GONE:
		return false;
	case OP_NONE:
		if (debug_on(s))
			debug_call(s, t, DEBUG_NO_CALL, ev);
		break;
	case OP_ENTER:
		show = call_enter(s, t, ev);
		break;
	case OP_EXIT:
		show = call_exit(s, t, ev);
		break;
	}
	if (show)
		s->held = t;
	else
		tracee_resume(s, t);
	return show;
}

/* The 16 bits that the filter gave together with SECCOMP_RET_TRACE. */
static uint32_t filter_data(const struct ptrace_source *s,
			    const struct tracee *t)
{
	unsigned long msg = 0;

	if (!s->no_info)
		return s->peek.info.seccomp.ret_data;
	pt(s, PTRACE_GETEVENTMSG, t->tid, 0, (unsigned long)&msg);
	return (uint32_t)msg;
}

bool call_serve_seccomp(struct ptrace_source *s, struct tracee *t,
			struct event *ev)
{
	bool shown = t->phase == PHASE_RUNNING;
	bool entered = t->seccomp_due;

	t->seccomp_due = false;
	if (call_get(s, t, true, ev) != OP_ENTER)
		return false;
	if (debug_on(s))
		debug_call(s, t, DEBUG_FILTER, ev);
	filter_served(s, t, ev, filter_data(s, t));
	if (entered) {		/* its entry was delivered already */
		tracee_resume(s, t);
		return false;
	}
	t->abi = ev->abi;
	if (!shown || !callset_may_have(&s->o->trace, ev->abi, ev->nr)) {
		t->in_call = t->patch == PATCH_WANTED || t->filter_tried;
		t->skip_exit = true;
		tracee_resume(s, t);
		return false;
	}
	t->in_call = true;
	t->skip_exit = false;
	ev->kind = EV_ENTER;
	s->held = t;
	return true;
}
