/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * leader: processes that go on without their first thread.
 *
 * Such a process is over when its last thread ends, whether that is traced or
 * not; or another thread calls exec and becomes the first.  Until then the
 * first one's end is kept here.
 */
#ifndef STRACE_BPF_LEADER_H
#define STRACE_BPF_LEADER_H

struct leader {
	struct signal_info sent; /* the one that ends its process (signal.h).
				  * It is first, because verifiers let nothing
				  * be added to a pointer that may be NULL. */
	struct wire_end end;
};

/* The key is the number of the process. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WIRE_TASKS_MAX);
	__type(key, int32_t);
	__type(value, struct leader);
} leaders SEC(".maps");

static __always_inline struct signal_info *leader_sent(struct task_struct *t)
{
	int32_t pid = t->tgid;
	struct leader *l = bpf_map_lookup_elem(&leaders, &pid);

	return l ? &l->sent : 0;
}

#define SIGNAL_GROUP_EXIT 4

/* The end of the process as wait reports it: a group exit counts first. */
static __always_inline int process_code(struct task_struct *t)
{
	if (BPF_CORE_READ(t, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(t, signal, group_exit_code);
	return BPF_CORE_READ(t, group_leader, exit_code);
}

/* Has the process other threads than t, which ends? */
static __always_inline bool process_lives(struct task_struct *t)
{
	return BPF_CORE_READ(t, signal, live.counter) > 0;
}

/* The last thread ends: the leader's end is written now, if it was kept. */
static __always_inline void leader_over(struct task_struct *t)
{
	int32_t pid = t->tgid;
	struct leader *l = bpf_map_lookup_elem(&leaders, &pid);
	struct wire_end x;

	if (!l)
		return;
	x = l->end;
	/* If two threads end at once, only the first of them finds it. */
	if (bpf_map_delete_elem(&leaders, &pid))
		return;
	x.code = process_code(t);
	wire_stamp(&x.w, t);
	task_put(&x, sizeof(x));
	__sync_fetch_and_sub(&shared.live, 1);
}

/* Is t a leader that ends before its process does?  If so, its end is kept. */
static __always_inline bool leader_keep(struct task_struct *t,
					const struct wire_end *x)
{
	struct leader l = { .end = *x };
	int32_t pid = t->tgid;

	return t->pid == pid && process_lives(t) &&
	       !bpf_map_update_elem(&leaders, &pid, &l, BPF_ANY);
}

/*
 * A thread that is not the leader calls exec.  The leader has ended for that,
 * and the thread has its number and is traced in its place.
 */
static __always_inline struct task_state *leader_replace(struct task_struct *t,
							  struct task_state *st)
{
	int32_t pid = t->tgid;

	if (bpf_map_delete_elem(&leaders, &pid))
		return st;
	if (!st)
		st = state_new(t, TASK_NEWBORN);
	__sync_fetch_and_sub(&shared.live, 1);
	return st;
}

#endif
