/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * bpf_calls: how the programs in the kernel read a call of x86.
 *
 * The ABI is decided before the number means anything.
 */
#ifndef STRACE_BPF_CALLS_H
#define STRACE_BPF_CALLS_H

#define TS_COMPAT 2
#define X32_BIT 0x40000000u

#define arch_nr(regs) ((regs)->orig_ax)
#define arch_result(regs) ((regs)->ax)
#define arch_ip(regs) ((regs)->ip)
#define arch_sp(regs) ((regs)->sp)
#define arch_fp(regs) ((regs)->bp)
/* The C library puts it above the stack of a thread. */
#define arch_thread_area(t) BPF_CORE_READ(t, thread.fsbase)

/* The code that the kernel maps in the task's process. */
#define arch_vdso(t) BPF_CORE_READ(t, mm, context.vdso_image)

/* The ABI of a call that the kernel knows as *nr; *nr becomes the table's. */
static __always_inline uint32_t arch_abi(struct task_struct *t, uint32_t *nr)
{
	if (t->thread_info.status & TS_COMPAT)
		return ABI_I386;
	/* What is below zero has all bits, and is none of x32. */
	if ((*nr & ~(X32_BIT - 1)) == X32_BIT) {
		*nr &= ~X32_BIT;
		return ABI_X32;
	}
	return ABI_X86_64;
}

/* Has it registers of 32 bits? */
static __always_inline bool arch_is_narrow(uint32_t abi)
{
	return abi == ABI_I386;
}

/* Has it addresses of 32 bits? */
static __always_inline bool arch_has_short_words(uint32_t abi)
{
	return abi != ABI_X86_64;
}

static __always_inline void arch_args(const struct pt_regs *regs, uint32_t abi,
				      uint64_t *arg)
{
	if (arch_is_narrow(abi)) {
		arg[0] = (uint32_t)regs->bx;
		arg[1] = (uint32_t)regs->cx;
		arg[2] = (uint32_t)regs->dx;
		arg[3] = (uint32_t)regs->si;
		arg[4] = (uint32_t)regs->di;
		arg[5] = (uint32_t)regs->bp;
		return;
	}
	arg[0] = regs->di;
	arg[1] = regs->si;
	arg[2] = regs->dx;
	arg[3] = regs->r10;
	arg[4] = regs->r8;
	arg[5] = regs->r9;
}

#endif
