/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * x86: 64-bit, 32-bit and x32 calls of one kernel.
 */
#include <elf.h>
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include "arch.h"
#include "mem.h"

#define X32_BIT 0x40000000u
#define CS_32BIT 0x23		/* code segment of 32-bit user code */
#define ERRNO_MAX 4095

const struct arch_filter arch_filters[ABI_COUNT] = {
	[ABI_X86_64] = {AUDIT_ARCH_X86_64, 0},
	[ABI_I386] = {AUDIT_ARCH_I386, 0},
	[ABI_X32] = {AUDIT_ARCH_X86_64, X32_BIT},
};

/* The block that NT_PRSTATUS gives for a 32-bit task. */
struct regs32 {
	uint32_t bx, cx, dx, si, di, bp, ax, ds, es, fs, gs, orig_ax;
	uint32_t ip, cs, flags, sp, ss;
};

void arch_set_call(struct event *ev, uint32_t audit, uint64_t raw_nr)
{
	if (audit == AUDIT_ARCH_I386) {
		ev->abi = ABI_I386;
		ev->nr = (uint32_t)raw_nr;
	} else if (((uint32_t)raw_nr & ~(X32_BIT - 1)) == X32_BIT) {
		ev->abi = ABI_X32;
		ev->nr = (uint32_t)raw_nr & ~X32_BIT;
	} else {
		ev->abi = ABI_X86_64;
		ev->nr = raw_nr;
	}
}

uint64_t arch_arg(unsigned abi, uint64_t v)
{
	return abi == ABI_I386 ? (uint32_t)v : v;
}

int64_t arch_ret(unsigned abi, uint64_t v)
{
	return abi == ABI_I386 ? (int32_t)v : (int64_t)v;
}

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

static bool regs_are_32(const struct arch_regs *r)
{
	return r->size == sizeof(struct regs32);
}

static void regs32_get(const struct arch_regs *r, struct regs32 *out)
{
	memcpy(out, r->u.bytes, sizeof(*out));
}

static void regs64_get(const struct arch_regs *r,
		       struct user_regs_struct *out)
{
	memcpy(out, r->u.bytes, sizeof(*out));
}

/*
 * 64-bit code may make 32-bit calls with int $0x80; the registers do not tell,
 * so the instruction just executed must.
 */
static bool code_is_int80(struct mem *m, uint64_t ip)
{
	unsigned char op[2];

	return ip > 2 && mem_read(m, ip - 2, op, 2) == 2 &&
	       op[0] == 0xcd && op[1] == 0x80;
}

static void regs64_enter(const struct user_regs_struct *r, struct mem *m,
			 struct event *ev)
{
	bool compat = r->cs == CS_32BIT || code_is_int80(m, r->rip);
	const uint64_t args64[] = {r->rdi, r->rsi, r->rdx,
				   r->r10, r->r8, r->r9};
	const uint64_t args32[] = {r->rbx, r->rcx, r->rdx,
				   r->rsi, r->rdi, r->rbp};

	arch_set_call(ev, compat ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
		      r->orig_rax);
	ev->ip = r->rip;
	ev->sp = r->rsp;
	for (int i = 0; i < 6; i++)
		ev->arg[i] = arch_arg(ev->abi, compat ? args32[i] : args64[i]);
}

void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev)
{
	if (!regs_are_32(r)) {
		struct user_regs_struct r64;

		regs64_get(r, &r64);
		regs64_enter(&r64, m, ev);
		return;
	}

	struct regs32 r32;

	regs32_get(r, &r32);
	arch_set_call(ev, AUDIT_ARCH_I386, r32.orig_ax);
	ev->ip = r32.ip;
	ev->sp = r32.sp;

	const uint32_t args[] = {r32.bx, r32.cx, r32.dx,
				 r32.si, r32.di, r32.bp};

	for (int i = 0; i < 6; i++)
		ev->arg[i] = args[i];
}

void arch_regs_exit(const struct arch_regs *r, struct event *ev)
{
	uint64_t raw;

	if (regs_are_32(r)) {
		struct regs32 r32;

		regs32_get(r, &r32);
		raw = r32.ax;
		ev->ip = r32.ip;
	} else {
		struct user_regs_struct r64;

		regs64_get(r, &r64);
		raw = r64.rax;
		ev->ip = r64.rip;
	}
	ev->ret = arch_ret(ev->abi, raw);
	ev->err = 0;
	if (ev->ret < 0 && ev->ret >= -ERRNO_MAX) {
		ev->err = (int)-ev->ret;
		ev->ret = -1;
	}
}

/* The kernel has put ENOSYS into the result's register by then. */
void arch_regs_skip_call(struct arch_regs *r)
{
	if (regs_are_32(r)) {
		struct regs32 r32;

		regs32_get(r, &r32);
		r32.orig_ax = (uint32_t)-1;
		memcpy(r->u.bytes, &r32, sizeof(r32));
	} else {
		struct user_regs_struct r64;

		regs64_get(r, &r64);
		r64.orig_rax = (unsigned long long)-1;
		memcpy(r->u.bytes, &r64, sizeof(r64));
	}
}

void arch_regs_set_arg0(struct arch_regs *r, unsigned abi, uint64_t v)
{
	if (regs_are_32(r)) {
		struct regs32 r32;

		regs32_get(r, &r32);
		r32.bx = (uint32_t)v;
		memcpy(r->u.bytes, &r32, sizeof(r32));
	} else {
		struct user_regs_struct r64;

		regs64_get(r, &r64);
		if (abi == ABI_I386)
			r64.rbx = v;
		else
			r64.rdi = v;
		memcpy(r->u.bytes, &r64, sizeof(r64));
	}
}
