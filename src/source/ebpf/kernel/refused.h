/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * refused: calls that end, and never began.
 *
 * A seccomp filter of the program or of its container is asked before the
 * tracepoint at a call's begin, so a call that it refuses or answers itself has
 * only an end.  So has a call that another tracer emulates (PTRACE_SYSEMU).
 * Such a call's number and arguments are still in the registers.  Two other
 * kinds of calls have only an end as well: one that was made before its task
 * was marked, and a child's return from fork.
 */
#ifndef STRACE_BPF_REFUSED_H
#define STRACE_BPF_REFUSED_H

#define ENOSYS 38
#define SIGSYS 31

/* Is there a filter or a tracer that may refuse its calls? */
static __always_inline bool is_filtered(struct task_struct *t)
{
	if (t->ptrace)
		return true;
	return bpf_core_field_exists(t->seccomp.mode) && t->seccomp.mode;
}

/* The task's registers, or 0 if this kernel does not give them. */
static __always_inline struct pt_regs *regs_of(struct task_struct *t)
{
	if (!bpf_core_enum_value_exists(enum bpf_func_id,
					BPF_FUNC_task_pt_regs))
		return 0;
	return (struct pt_regs *)bpf_task_pt_regs(t);
}

/*
 * Note whether the task is in a call now that it is marked.  Until a call has a
 * result, the register for it holds -ENOSYS.
 */
static __always_inline void flight_find(struct task_struct *t,
					struct task_state *st)
{
	struct pt_regs *regs = regs_of(t);

	if (!regs)
		return;
	st->flight = (int)arch_nr(regs) >= 0 &&
		     (long)arch_result(regs) == -ENOSYS ?
		     FLIGHT_IN_CALL : FLIGHT_IN_NONE;
}

static __always_inline bool is_child_of_fork(struct task_struct *t,
					     struct task_state *st,
					     struct pt_regs *regs, long ret)
{
	struct wire_call *c;
	uint32_t i;

	if (ret)
		return false;
	call_read(st, t, arch_nr(regs));
	i = call_index(st->abi, st->nr);
	c = bpf_map_lookup_elem(&calls, &i);
	return c && c->flags & CALL_FORK;
}

/* A call ends that was not seen to begin: was it refused? */
static __always_inline bool call_was_refused(struct task_struct *t,
					     struct task_state *st,
					     struct pt_regs *regs, long ret)
{
	if (st->flags & TASK_NEWBORN || !is_filtered(t))
		return false;
	return !(st->flags & TASK_FLIGHT) ||
	       (st->flight == FLIGHT_IN_NONE &&
		!is_child_of_fork(t, st, regs, ret));
}

/*
 * Has a filter killed the thread, and not its process?  No other signal ends a
 * thread without its process.
 */
static __always_inline bool died_in_call(struct task_struct *t,
					 const struct task_state *st)
{
	int sig = t->exit_code;

	return !(st->flags & (TASK_IN_CALL | TASK_WAIT_EXEC)) &&
	       is_filtered(t) && (sig == SIGSYS || sig == SIGKILL) &&
	       (t->signal->group_exit_code & 0x7f) != sig;
}

#endif
