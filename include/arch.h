/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arch: what must be known about the machine's registers.
 *
 * Kernels that have PTRACE_GET_SYSCALL_INFO describe a call in a form that is
 * the same on every machine (abi_info.h says what its numbers mean).  The rest
 * is here: calls on kernels without it, calls that are changed or not made,
 * results, and the registers that the unwinding of a stack begins with.
 * Registers are read as one NT_PRSTATUS block.
 *
 * src/arch/ARCH/regs.c is built for its machine, and is the only file that
 * knows registers; src/arch/regset.c has what is the same for all.
 * src/arch/ARCH/bpf_*.h, if there are such files, tell the programs in the
 * kernel the same; without them this build has no eBPF source.
 */
#ifndef STRACE_ARCH_H
#define STRACE_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi_info.h"
#include "event.h"

struct mem;

#define ARCH_REGS_SIZE 512
#define ARCH_DWARF_MAX 64
#define ARCH_ERRNO_MAX 4095
#define ARCH_ENOSYS 38		/* on every machine that is here */

struct arch_regs {
	size_t size;		/* bytes the kernel filled */
	union {
		uint64_t align;
		unsigned char bytes[ARCH_REGS_SIZE];
	} u;
};

/* Registers: false when the task is gone. */
bool arch_regs_get(struct arch_regs *r, pid_t tid);
bool arch_regs_put(const struct arch_regs *r, pid_t tid);

/* The first ABI of programs whose registers are such a block. */
unsigned arch_regs_abi(const struct arch_regs *r);
/* Fill abi, nr, arg, ip of an entry; m finds out how a call was made. */
void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev);
/* Fill ret, err, ip, sp of an exit from a call of ev->abi. */
void arch_regs_exit(const struct arch_regs *r, struct event *ev);
/*
 * Those of a task that made a call or got a signal, as the programs in the
 * kernel find them.  False if that form is not known.
 */
bool arch_regs_kernel(struct arch_regs *r, const void *p, size_t size);
/* Registers in DWARF's order; returns how many, 0 if that is not known. */
unsigned arch_regs_dwarf(const struct arch_regs *r,
			 uint64_t to[ARCH_DWARF_MAX]);

/* A call that is about to be made becomes another one. */
struct arch_change {
	unsigned abi;
	bool renumber;
	uint64_t nr;		/* as the register has it; or ARCH_NR_NONE */
	unsigned args;		/* bits: these get a value */
	uint64_t arg[6];
};

#define ARCH_NR_NONE UINT64_MAX	/* no call is made, and that gives ENOSYS */

/* All that follows: false if the task is gone. */
bool arch_call_change(pid_t tid, const struct arch_change *c);
/* At entry: one argument; no call at all. */
bool arch_arg_set(pid_t tid, unsigned abi, unsigned arg, uint64_t v);
bool arch_call_skip(pid_t tid);
/* At exit: the register of the result. */
bool arch_result_set(pid_t tid, uint64_t raw);
/* At exit: the value that an argument had, unless the result is there now. */
void arch_arg_restore(pid_t tid, unsigned abi, unsigned arg, uint64_t v);

/* Fill ret and err from the register of the result, for machines that give
 * errors as small negative numbers. */
void arch_result(struct event *ev, uint64_t raw);

#endif
