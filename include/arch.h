/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arch: what the ptrace source must know of the machine.
 *
 * The ABI of a call is decided before its number is looked at: the audit
 * architecture tells 64-bit from 32-bit, bit 30 of the number tells x32.  The
 * same rule serves PTRACE_GET_SYSCALL_INFO and, on kernels without it, the
 * registers, which are read as one NT_PRSTATUS block into struct arch_regs.
 * One arch_*.c is built; it is the only place that knows registers.
 */
#ifndef STRACE_ARCH_H
#define STRACE_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event.h"

struct mem;

#define ARCH_REGS_SIZE 512

struct arch_regs {
	size_t size;		/* bytes the kernel filled: tells 32 from 64 */
	union {
		uint64_t align;
		unsigned char bytes[ARCH_REGS_SIZE];
	} u;
};

/* Seen from a filter program: which tests find the calls of an ABI. */
struct arch_filter {
	uint32_t audit;		/* AUDIT_ARCH_* */
	uint32_t nr_bit;	/* set in every number of this ABI, or 0 */
};

extern const struct arch_filter arch_filters[ABI_COUNT];

/* Fills abi and nr of an entry from what the kernel calls them. */
void arch_set_call(struct event *ev, uint32_t audit, uint64_t raw_nr);
/* A value of the ABI's word size: zero-extended, sign-extended. */
uint64_t arch_arg(unsigned abi, uint64_t v);
int64_t arch_ret(unsigned abi, uint64_t v);

/* Registers: false when the task is gone. */
bool arch_regs_get(struct arch_regs *r, pid_t tid);
bool arch_regs_put(const struct arch_regs *r, pid_t tid);
/* Fill abi, nr, arg, ip of an entry; m finds out how a call was made. */
void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev);
/* Fill ret, err, ip of an exit from a call of ev->abi. */
void arch_regs_exit(const struct arch_regs *r, struct event *ev);
void arch_regs_set_arg0(struct arch_regs *r, unsigned abi, uint64_t v);
/* At entry: the call is not made and gives ENOSYS. */
void arch_regs_skip_call(struct arch_regs *r);

#endif
