/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * life: tasks come and go, and become other programs.
 */
#ifndef STRACE_BPF_LIFE_H
#define STRACE_BPF_LIFE_H

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct task_state *st = state_of(parent), *new;
	struct wire_fork f = {};

	if (!st || !settings.follow || st->flags & TASK_WAIT_EXEC)
		return 0;
	new = state_new(child, TASK_NEWBORN);
	if (!new)
		return 0;
	wire_fill(&f.w, WIRE_FORK, st);
	wire_stamp(&f.w, parent);
	if (!new->elsewhere)
		pids_read(&f.pids, child);
	f.child = new->tid;
	f.child_pid = new->pid;
	bpf_probe_read_kernel_str(f.comm, sizeof(f.comm), child->comm);
	task_put(&f, sizeof(f));
	return 0;
}

/*
 * If arguments of an execve could not be read when it began, they are gone with
 * the old memory.  But the new program has a copy, which is taken instead.
 */
static __always_inline void exec_copy(struct wire_exec *x, struct cap_run *r,
				      struct task_struct *t,
				      struct linux_binprm *bprm)
{
	struct mm_struct *mm = BPF_CORE_READ(t, mm);
	uint64_t start = BPF_CORE_READ(mm, arg_start);
	uint64_t all = BPF_CORE_READ(mm, arg_end) - start;
	uint32_t len = all < CAP_PAGE ? all : CAP_PAGE;
	long n = bpf_probe_read_kernel_str(r->data, CAP_PAGE, bprm->filename);

	x->argc = bprm->argc;
	x->envc = bprm->envc;
	x->path_len = n > 0 ? n : 0;
	x->arg_start = start;
	x->arg_len = len;
	CAP_OPAQUE(len);
	if (bpf_probe_read_user(r->data + CAP_PAGE, len & (2 * CAP_PAGE - 1),
				(void *)start))
		x->arg_len = 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *t, int old_pid,
	     struct linux_binprm *bprm)
{
	struct task_state *st = state_of(t);
	int32_t old_tid = st ? st->tid : 0;
	uint32_t slot = SLOT_EXEC, more = 0;
	struct wire_exec *x;
	struct scratch *s;

	if (old_pid != t->pid)
		st = leader_replace(t, st);
	if (!st)
		return 0;
	s = scratch_of(&slot);
	if (!s)
		return 0;
	x = (void *)&s->run.head[CAP_HEAD_MAX - sizeof(*x)];
	__builtin_memset(x, 0, sizeof(*x));
	x->old_tid = old_tid;
	bpf_probe_read_kernel_str(x->comm, sizeof(x->comm), t->comm);
	ids_set(st, t);
	wire_fill(&x->w, WIRE_EXEC, st);
	wire_stamp(&x->w, t);
	if (st->flags & TASK_FAULTED) {
		exec_copy(x, &s->run, t, bprm);
		more = 2 * CAP_PAGE;
	}
	task_put(x, sizeof(*x) + more);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *t, const char *comm)
{
	struct task_state *st = state_of(t);
	struct wire_name x = {};

	if (!st || settings.count || st->flags & TASK_WAIT_EXEC)
		return 0;
	wire_fill(&x.w, WIRE_NAME, st);
	wire_stamp(&x.w, t);
	bpf_probe_read_kernel_str(x.comm, sizeof(x.comm), comm);
	task_put(&x, sizeof(x));
	return 0;
}

static __always_inline void task_end(struct task_struct *t,
				     struct task_state *st)
{
	struct wire_end x = {};
	bool kept;

	if (!settings.count) {
		struct pt_regs *regs = died_in_call(t, st) ? regs_of(t) : 0;

		if (regs)
			call_begin(t, st, regs, arch_nr(regs), SLOT_EXEC);
		signal_end(t, st);
	}
	wire_fill(&x.w, WIRE_END, st);
	wire_stamp(&x.w, t);
	x.code = t->pid == t->tgid ? process_code(t) : t->exit_code;
	if (settings.stage && st->flags & TASK_STAGED &&
	    stage_wants(st, OUTCOME_UNFINISHED, x.w.mono_ns))
		stage_out(t, st);
	state_drop(t);
	if (settings.stage)
		stage_drop(t);
	kept = leader_keep(t, &x);
	if (kept)
		x.w.flags |= WIRE_GOES_ON;
	task_put(&x, sizeof(x));
	if (!kept)
		__sync_fetch_and_sub(&shared.live, 1);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_end, struct task_struct *t)
{
	struct task_state *st = state_of(t);

	if (st)
		task_end(t, st);
	/* Look again: the other threads may have ended meanwhile. */
	if (!process_lives(t))
		leader_over(t);
	return 0;
}

#endif
