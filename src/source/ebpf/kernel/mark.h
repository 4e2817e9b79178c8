/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * mark: an iterator over all tasks, which marks those that run already and are
 * to be traced.  It runs in the process that reads it, which is the tracer.
 */
#ifndef STRACE_BPF_MARK_H
#define STRACE_BPF_MARK_H

#define CGROUP_DEPTH_MAX 32
#define PF_KTHREAD 0x200000
#define PF_EXITING 4

/* Note what the programs need to know of the tracer: it runs this. */
static __always_inline void self_find(void)
{
	struct task_struct *we = bpf_get_current_task_btf();

	shared.self_level = BPF_CORE_READ(we, thread_pid, level);
	shared.self_tgid = we->tgid;
	shared.self_root = BPF_CORE_READ(we, fs, root.dentry);
	shared.self_mount = (void *)BPF_CORE_READ(we, fs, root.mnt) -
			    bpf_core_field_offset(struct mount, mnt);
	if (settings.mode != MODE_CGROUP)
		return;
	for (uint32_t i = 0; i < CGROUP_DEPTH_MAX; i++)
		if (cgroup_above(we, i) == shared.cgroup_root) {
			shared.cgroup_level = i;
			break;
		}
}

SEC("iter/task")
int on_mark(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;
	struct wire_marked m = {};
	struct task_state *st;
	int32_t tid, pid;

	if (!t)
		return 0;
	if (!shared.self_tgid)
		self_find();
	if (settings.stage && shared.mark_how == MARK_FLUSH) {
		st = state_of(t);
		if (st && st->flags & TASK_STAGED)
			stage_out(t, st);
		return 0;
	}
	tid = pid_of(t);
	pid = pid_of(BPF_CORE_READ(t, group_leader));
	if (shared.mark_how == MARK_ALL &&
	    (t->flags & PF_KTHREAD || (uint32_t)t->tgid == shared.self_tgid))
		return 0;
	if (shared.mark_how == MARK_PROCESS && pid != shared.mark_id)
		return 0;
	if (shared.mark_how == MARK_THREAD && tid != shared.mark_id)
		return 0;
	/* Leave out the kernel's own tasks (uring.h), and tasks that end, since
	 * the record of that may have been written. */
	if (t->flags & (PF_IO_WORKER | PF_EXITING))
		return 0;
	if (!tid || state_of(t))
		return 0;
	st = state_new(t, shared.mark_flags);
	if (!st)
		return 0;
	flight_find(t, st);
	pids_read(&m.pids, t);
	m.tid = tid;
	m.pid = pid;
	bpf_probe_read_kernel_str(m.comm, sizeof(m.comm), t->comm);
	bpf_seq_write(ctx->meta->seq, &m, sizeof(m));
	return 0;
}

#endif
