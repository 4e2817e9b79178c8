/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * aarch64: the number of a call is in x8, and in a block of its own, where it
 * can be changed.
 */
#include <elf.h>
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch.h"

#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

struct regs64 {
	uint64_t x[31], sp, pc, pstate;
};

static struct regs64 regs_of(const struct arch_regs *r)
{
	struct regs64 out;

	memcpy(&out, r->u.bytes, sizeof(out));
	return out;
}

unsigned arch_regs_abi(const struct arch_regs *r)
{
	(void)r;
	return ABI_AARCH64;
}

void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev)
{
	struct regs64 regs = regs_of(r);

	(void)m;
	ev->abi = abi_of_call(AUDIT_ARCH_AARCH64, regs.x[8], &ev->nr);
	ev->ip = regs.pc;
	ev->sp = regs.sp;
	memcpy(ev->arg, regs.x, sizeof(ev->arg));
}

void arch_regs_exit(const struct arch_regs *r, struct event *ev)
{
	struct regs64 regs = regs_of(r);

	ev->ip = regs.pc;
	ev->sp = regs.sp;
	arch_result(ev, regs.x[0]);
}

/* There are no such programs here. */
bool arch_regs_kernel(struct arch_regs *r, const void *p, size_t size)
{
	(void)r;
	(void)p;
	(void)size;
	return false;
}

/* x0 to x30, then the stack pointer, as the block has them. */
unsigned arch_regs_dwarf(const struct arch_regs *r,
			 uint64_t to[ARCH_DWARF_MAX])
{
	struct regs64 regs = regs_of(r);

	memcpy(to, regs.x, sizeof(regs.x));
	to[31] = regs.sp;
	return 32;
}

static bool number_set(pid_t tid, int nr)
{
	struct iovec iov = {&nr, sizeof(nr)};

	return syscall(SYS_ptrace, (long)PTRACE_SETREGSET, (long)tid,
		       (long)NT_ARM_SYSTEM_CALL, &iov) >= 0;
}

/* What is no call leaves x0 alone, so that is made ENOSYS first. */
bool arch_call_change(pid_t tid, const struct arch_change *c)
{
	bool none = c->renumber && c->nr == ARCH_NR_NONE;
	struct arch_regs r;
	struct regs64 regs;

	if (!arch_regs_get(&r, tid))
		return false;
	regs = regs_of(&r);
	for (unsigned i = 0; i < 6; i++)
		if (c->args >> i & 1)
			regs.x[i] = c->arg[i];
	if (none)
		regs.x[0] = (uint64_t)-ARCH_ENOSYS;
	memcpy(r.u.bytes, &regs, sizeof(regs));
	return arch_regs_put(&r, tid) &&
	       (!c->renumber || number_set(tid, (int)c->nr));
}

bool arch_result_set(pid_t tid, uint64_t raw)
{
	return arch_arg_set(tid, ABI_AARCH64, 0, raw);
}

void arch_arg_restore(pid_t tid, unsigned abi, unsigned arg, uint64_t v)
{
	if (arg)
		arch_arg_set(tid, abi, arg, v);
}
