/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * signal: what signals tasks get, and what is sent to them and dropped.
 */
#ifndef STRACE_BPF_SIGNAL_H
#define STRACE_BPF_SIGNAL_H

static __always_inline void signal_put(struct task_struct *t, int sig,
				       void *info, uint32_t flags)
{
	struct task_state *st = state_of(t);
	struct wire_signal x = {};

	if (!st || sig == SIGKILL || st->flags & TASK_WAIT_EXEC)
		return;
	wire_fill(&x.w, WIRE_SIGNAL, st);
	wire_stamp(&x.w, t);
	x.w.flags = flags;
	x.sig = sig;
	/* In place of an info, 0 and 1 say whether the kernel sent it. */
	if ((uint64_t)info > 1) {
		x.has_info = 1;
		bpf_probe_read_kernel(x.info, sizeof(x.info), info);
	} else if (info) {
		x.from_kernel = 1;
	}
	task_put(&x, sizeof(x));
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_deliver, int sig, struct kernel_siginfo *info,
	     struct k_sigaction *ka)
{
	signal_put(bpf_get_current_task_btf(), sig, info,
		   ka->sa.sa_handler ? 0 : WIRE_DEFAULT);
	return 0;
}

/* What the kernel drops at once is never delivered to anybody. */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_generate, int sig, struct kernel_siginfo *info,
	     struct task_struct *t, int group, int result)
{
	if (result == TRACE_SIGNAL_IGNORED)
		signal_put(t, sig, info, WIRE_IGNORED);
	return 0;
}

#endif
