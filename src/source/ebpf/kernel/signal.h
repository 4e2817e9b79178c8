/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * signal: signals that tasks get, and signals that are dropped when sent.
 *
 * A signal that ends the process and has no handler is never delivered: when it
 * is sent, each thread gets SIGKILL in its place.  So it is kept with the first
 * thread, and its record is written when that ends by it.  If the first thread
 * has ended before, the signal is kept with that thread's end (leader.h).
 */
#ifndef STRACE_BPF_SIGNAL_H
#define STRACE_BPF_SIGNAL_H

enum { TRACE_SIGNAL_DELIVERED, TRACE_SIGNAL_IGNORED };

/* info may be 0 or 1 instead of a pointer: 1 says that the kernel sent it. */
static __always_inline void signal_keep(struct signal_info *to, int sig,
					void *info)
{
	to->sig = sig;
	to->has_info = (uint64_t)info > 1;
	to->from_kernel = (uint64_t)info == 1;
	if (to->has_info)
		bpf_probe_read_kernel(to->info, sizeof(to->info), info);
}

static __always_inline void signal_put(struct task_struct *t,
				       struct task_state *st,
				       const struct signal_info *info,
				       uint32_t flags, uint32_t slot)
{
	struct wire_signal x = {};

	wire_fill(&x.w, WIRE_SIGNAL, st);
	wire_stamp(&x.w, t);
	x.w.flags |= flags;
	x.s = *info;
	if (!(flags & WIRE_IGNORED))
		stack_put(t, st, &x.w, slot);
	task_put(&x, sizeof(x));
}

static __always_inline void signal_tell(struct task_struct *t, int sig,
					void *info, uint32_t flags)
{
	struct task_state *st = state_of(t);
	struct signal_info s = {};

	if (!st || sig == SIGKILL || st->flags & TASK_WAIT_EXEC)
		return;
	signal_keep(&s, sig, info);
	signal_put(t, st, &s, flags, SLOT_SIGNAL);
}

static __always_inline struct task_state *first_thread(struct task_struct *t)
{
	return state_of(t->group_leader);
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_deliver, int sig, struct kernel_siginfo *info,
	     struct k_sigaction *ka)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *st = first_thread(t);

	signal_tell(t, sig, info, ka->sa.sa_handler ? 0 : WIRE_DEFAULT);
	if (st && st->sent.sig == sig)
		st->sent.sig = 0;
	return 0;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_generate, int sig, struct kernel_siginfo *info,
	     struct task_struct *t, int group, int result)
{
	struct signal_info *sent;
	struct task_state *st;

	/* A signal that the kernel drops now is never delivered. */
	if (result == TRACE_SIGNAL_IGNORED) {
		signal_tell(t, sig, info, WIRE_IGNORED);
		return 0;
	}
	if (result != TRACE_SIGNAL_DELIVERED || sig == SIGKILL ||
	    t->signal->group_exit_code != sig)
		return 0;
	st = first_thread(t);
	sent = st ? &st->sent : leader_sent(t);
	if (sent)
		signal_keep(sent, sig, info);
	return 0;
}

/* A thread ends.  If the signal that was kept ended it, write that first. */
static __always_inline void signal_end(struct task_struct *t,
				       struct task_state *st)
{
	struct signal_info *sent = &st->sent;

	if (t->pid != t->tgid)
		sent = first_thread(t) ? 0 : leader_sent(t);
	if (!sent || !sent->sig || sent->sig != (t->exit_code & 0x7f))
		return;
	signal_put(t, st, sent, WIRE_DEFAULT, SLOT_END);
	sent->sig = 0;
}

#endif
