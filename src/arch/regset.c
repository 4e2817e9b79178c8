/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <linux/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch.h"

bool arch_regs_get(struct arch_regs *r, pid_t tid)
{
	struct iovec iov = {r->u.bytes, sizeof(r->u.bytes)};

	if (syscall(SYS_ptrace, (long)PTRACE_GETREGSET, (long)tid,
		    (long)NT_PRSTATUS, &iov) < 0)
		return false;
	r->size = iov.iov_len;
	return true;
}

bool arch_regs_put(const struct arch_regs *r, pid_t tid)
{
	struct arch_regs copy = *r;
	struct iovec iov = {copy.u.bytes, copy.size};

	return syscall(SYS_ptrace, (long)PTRACE_SETREGSET, (long)tid,
		       (long)NT_PRSTATUS, &iov) >= 0;
}

bool arch_arg_set(pid_t tid, unsigned abi, unsigned arg, uint64_t v)
{
	struct arch_change c = {.abi = abi, .args = 1u << arg};

	c.arg[arg] = v;
	return arch_call_change(tid, &c);
}

bool arch_call_skip(pid_t tid)
{
	struct arch_change c = {.renumber = true, .nr = ARCH_NR_NONE};

	return arch_call_change(tid, &c);
}

void arch_result(struct event *ev, uint64_t raw)
{
	ev->ret = abi_ret(ev->abi, raw);
	ev->err = 0;
	if (ev->ret < 0 && ev->ret >= -ARCH_ERRNO_MAX) {
		ev->err = (int)-ev->ret;
		ev->ret = -1;
	}
}
