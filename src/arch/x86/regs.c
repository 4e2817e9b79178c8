/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * x86: 64-bit, 32-bit and x32 calls of one kernel.
 */
#include <linux/audit.h>
#include <stddef.h>
#include <string.h>

#include "arch.h"
#include "mem.h"

#define CS_32BIT 0x23		/* code segment of 32-bit user code */

/* The blocks that NT_PRSTATUS gives: of a 32-bit task, of any other. */
struct regs32 {
	uint32_t bx, cx, dx, si, di, bp, ax, ds, es, fs, gs, orig_ax;
	uint32_t ip, cs, flags, sp, ss;
};

struct regs64 {
	uint64_t r15, r14, r13, r12, bp, bx, r11, r10, r9, r8;
	uint64_t ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
	uint64_t fs_base, gs_base, ds, es, fs, gs;
};

static bool regs_are_32(const struct arch_regs *r)
{
	return r->size == sizeof(struct regs32);
}

static struct regs32 regs32_of(const struct arch_regs *r)
{
	struct regs32 out;

	memcpy(&out, r->u.bytes, sizeof(out));
	return out;
}

static struct regs64 regs64_of(const struct arch_regs *r)
{
	struct regs64 out;

	memcpy(&out, r->u.bytes, sizeof(out));
	return out;
}

unsigned arch_regs_abi(const struct arch_regs *r)
{
	return regs_are_32(r) ? ABI_I386 : ABI_X86_64;
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

static void regs64_enter(const struct regs64 *r, struct mem *m,
			 struct event *ev)
{
	bool compat = r->cs == CS_32BIT || code_is_int80(m, r->ip);
	const uint64_t args64[] = {r->di, r->si, r->dx, r->r10, r->r8, r->r9};
	const uint64_t args32[] = {r->bx, r->cx, r->dx, r->si, r->di, r->bp};

	ev->abi = abi_of_call(compat ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
			      r->orig_ax, &ev->nr);
	ev->ip = r->ip;
	ev->sp = r->sp;
	for (int i = 0; i < 6; i++)
		ev->arg[i] = abi_arg(ev->abi, compat ? args32[i] : args64[i]);
}

static void regs32_enter(const struct regs32 *r, struct event *ev)
{
	const uint32_t args[] = {r->bx, r->cx, r->dx, r->si, r->di, r->bp};

	ev->abi = abi_of_call(AUDIT_ARCH_I386, r->orig_ax, &ev->nr);
	ev->ip = r->ip;
	ev->sp = r->sp;
	for (int i = 0; i < 6; i++)
		ev->arg[i] = args[i];
}

void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev)
{
	struct regs64 r64;
	struct regs32 r32;

	if (regs_are_32(r)) {
		r32 = regs32_of(r);
		regs32_enter(&r32, ev);
	} else {
		r64 = regs64_of(r);
		regs64_enter(&r64, m, ev);
	}
}

void arch_regs_exit(const struct arch_regs *r, struct event *ev)
{
	if (regs_are_32(r)) {
		ev->ip = regs32_of(r).ip;
		ev->sp = regs32_of(r).sp;
		arch_result(ev, regs32_of(r).ax);
	} else {
		ev->ip = regs64_of(r).ip;
		ev->sp = regs64_of(r).sp;
		arch_result(ev, regs64_of(r).ax);
	}
}

static void regs32_from(struct regs32 *to, const struct regs64 *r)
{
	*to = (struct regs32){
		.bx = (uint32_t)r->bx, .cx = (uint32_t)r->cx,
		.dx = (uint32_t)r->dx, .si = (uint32_t)r->si,
		.di = (uint32_t)r->di, .bp = (uint32_t)r->bp,
		.ax = (uint32_t)r->ax, .orig_ax = (uint32_t)r->orig_ax,
		.ip = (uint32_t)r->ip, .cs = (uint32_t)r->cs,
		.flags = (uint32_t)r->flags, .sp = (uint32_t)r->sp,
		.ss = (uint32_t)r->ss,
	};
}

/* The kernel keeps those of all tasks in 64 bits, without the last ones. */
bool arch_regs_kernel(struct arch_regs *r, const void *p, size_t size)
{
	struct regs64 wide = { .fs_base = 0 };
	struct regs32 narrow;

	if (size != offsetof(struct regs64, fs_base))
		return false;
	memcpy(&wide, p, size);
	if ((uint16_t)wide.cs == CS_32BIT) {
		regs32_from(&narrow, &wide);
		r->size = sizeof(narrow);
		memcpy(r->u.bytes, &narrow, sizeof(narrow));
	} else {
		r->size = sizeof(wide);
		memcpy(r->u.bytes, &wide, sizeof(wide));
	}
	return true;
}

unsigned arch_regs_dwarf(const struct arch_regs *r,
			 uint64_t to[ARCH_DWARF_MAX])
{
	static const unsigned char order32[] = { 6, 1, 2, 0, 15, 5, 3, 4, 12 };
	static const unsigned char order64[] = {
		10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16,
	};
	bool narrow = regs_are_32(r);
	unsigned n = narrow ? sizeof(order32) : sizeof(order64);

	for (unsigned i = 0; i < n; i++)
		if (narrow)
			to[i] = abi_number(ABI_I386, r->u.bytes +
					   order32[i] * 4, 4);
		else
			to[i] = abi_number(ABI_X86_64, r->u.bytes +
					   order64[i] * 8, 8);
	return n;
}

static void change32(struct regs32 *r, const struct arch_change *c)
{
	uint32_t *const place[] = {&r->bx, &r->cx, &r->dx,
				   &r->si, &r->di, &r->bp};

	if (c->renumber)
		r->orig_ax = (uint32_t)c->nr;
	for (unsigned i = 0; i < 6; i++)
		if (c->args >> i & 1)
			*place[i] = (uint32_t)c->arg[i];
}

static void change64(struct regs64 *r, const struct arch_change *c)
{
	bool compat = c->abi == ABI_I386;
	uint64_t *const args64[] = {&r->di, &r->si, &r->dx,
				    &r->r10, &r->r8, &r->r9};
	uint64_t *const args32[] = {&r->bx, &r->cx, &r->dx,
				    &r->si, &r->di, &r->bp};

	if (c->renumber)
		r->orig_ax = c->nr;
	for (unsigned i = 0; i < 6; i++)
		if (c->args >> i & 1)
			*(compat ? args32 : args64)[i] = c->arg[i];
}

/* For a call that is not made, the kernel has put ENOSYS into the result. */
bool arch_call_change(pid_t tid, const struct arch_change *c)
{
	struct arch_regs r;
	struct regs64 r64;
	struct regs32 r32;

	if (!arch_regs_get(&r, tid))
		return false;
	if (regs_are_32(&r)) {
		r32 = regs32_of(&r);
		change32(&r32, c);
		memcpy(r.u.bytes, &r32, sizeof(r32));
	} else {
		r64 = regs64_of(&r);
		change64(&r64, c);
		memcpy(r.u.bytes, &r64, sizeof(r64));
	}
	return arch_regs_put(&r, tid);
}

bool arch_result_set(pid_t tid, uint64_t raw)
{
	struct arch_regs r;
	struct regs64 r64;
	struct regs32 r32;

	if (!arch_regs_get(&r, tid))
		return false;
	if (regs_are_32(&r)) {
		r32 = regs32_of(&r);
		r32.ax = (uint32_t)raw;
		memcpy(r.u.bytes, &r32, sizeof(r32));
	} else {
		r64 = regs64_of(&r);
		r64.ax = raw;
		memcpy(r.u.bytes, &r64, sizeof(r64));
	}
	return arch_regs_put(&r, tid);
}

void arch_arg_restore(pid_t tid, unsigned abi, unsigned arg, uint64_t v)
{
	arch_arg_set(tid, abi, arg, v);
}
