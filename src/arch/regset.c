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

void arch_result(struct event *ev, uint64_t raw)
{
	ev->ret = abi_ret(ev->abi, raw);
	ev->err = 0;
	if (ev->ret < 0 && ev->ret >= -ARCH_ERRNO_MAX) {
		ev->err = (int)-ev->ret;
		ev->ret = -1;
	}
}
