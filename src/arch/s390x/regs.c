/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * s390x: register 2 has the first argument, the number of a call while it is
 * entered, and the result; what it was is kept after the others.
 */
#include <linux/audit.h>
#include <string.h>

#include "arch.h"

struct regs64 {
	uint64_t psw_mask, psw_addr, gpr[16];
	uint32_t acr[16];
	uint64_t orig_gpr2;
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
	return ABI_S390X;
}

void arch_regs_enter(const struct arch_regs *r, struct mem *m,
		     struct event *ev)
{
	struct regs64 regs = regs_of(r);

	(void)m;
	ev->abi = abi_of_call(AUDIT_ARCH_S390X, regs.gpr[2], &ev->nr);
	ev->ip = regs.psw_addr;
	ev->sp = regs.gpr[15];
	ev->arg[0] = regs.orig_gpr2;
	memcpy(ev->arg + 1, regs.gpr + 3, 5 * sizeof(ev->arg[0]));
}

void arch_regs_exit(const struct arch_regs *r, struct event *ev)
{
	struct regs64 regs = regs_of(r);

	ev->ip = regs.psw_addr;
	ev->sp = regs.gpr[15];
	arch_result(ev, regs.gpr[2]);
}

/* There are no such programs here. */
bool arch_regs_kernel(struct arch_regs *r, const void *p, size_t size)
{
	(void)r;
	(void)p;
	(void)size;
	return false;
}

unsigned arch_regs_dwarf(const struct arch_regs *r,
			 uint64_t to[ARCH_DWARF_MAX])
{
	struct regs64 regs = regs_of(r);

	memcpy(to, regs.gpr, sizeof(regs.gpr));
	return 16;
}

/* The number itself is written to register 2; no call has UINT64_MAX. */
bool arch_call_change(pid_t tid, const struct arch_change *c)
{
	struct arch_regs r;
	struct regs64 regs;

	if (!arch_regs_get(&r, tid))
		return false;
	regs = regs_of(&r);
	if (c->args & 1)
		regs.orig_gpr2 = c->arg[0];
	for (unsigned i = 1; i < 6; i++)
		if (c->args >> i & 1)
			regs.gpr[2 + i] = c->arg[i];
	if (c->renumber)
		regs.gpr[2] = c->nr;
	memcpy(r.u.bytes, &regs, sizeof(regs));
	return arch_regs_put(&r, tid);
}

bool arch_result_set(pid_t tid, uint64_t raw)
{
	struct arch_regs r;
	struct regs64 regs;

	if (!arch_regs_get(&r, tid))
		return false;
	regs = regs_of(&r);
	regs.gpr[2] = raw;
	memcpy(r.u.bytes, &regs, sizeof(regs));
	return arch_regs_put(&r, tid);
}

void arch_arg_restore(pid_t tid, unsigned abi, unsigned arg, uint64_t v)
{
	if (arg)
		arch_arg_set(tid, abi, arg, v);
}
