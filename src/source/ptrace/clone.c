/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clone.c keeps children traced that were to be untraced.
 *
 * A child made with CLONE_UNTRACED inherits the kernel filter but not its
 * tracer, and every call the filter stops would fail with ENOSYS.  So the flag
 * is taken out for the time of the call and put back after it, in the register
 * (clone) or in memory (clone3).  The call's description says where the flags
 * are, since another bit of them says whether the child shares descriptors.
 */
#include <sys/uio.h>

#include "abi_table.h"
#include "arch.h"
#include "effect.h"
#include "mem.h"
#include "ptrace.h"

#define CLONE_UNTRACED_BIT 0x00800000ull

/* Flags in memory have 64 bits on all ABIs. */
static bool flags_read(struct ptrace_source *s, uint64_t addr, uint64_t *flags)
{
	return mem_read(s->mem, addr, flags, sizeof(*flags)) ==
	       sizeof(*flags);
}

static bool flags_write(pid_t tid, uint64_t addr, uint64_t flags)
{
	struct iovec local = {&flags, sizeof(flags)};
	struct iovec remote = {(void *)(uintptr_t)addr, sizeof(flags)};

	return process_vm_writev(tid, &local, 1, &remote, 1, 0) ==
	       (ssize_t)sizeof(flags);
}

bool clone_is_untraced(struct ptrace_source *s, const struct event *ev)
{
	const struct effect_args given = { ev->abi, ev->arg, s->mem };
	const struct abi_effect *e = effect_find(ev->abi, ev->nr,
						 EFFECT_SHARES);
	uint64_t flags;

	return e && effect_number(e, &given, &flags) &&
	       flags & CLONE_UNTRACED_BIT;
}

/* This is done when the tracee goes on: the consumer sees what it asked for. */
void clone_patch_apply(struct ptrace_source *s, struct tracee *t)
{
	uint64_t flags;

	t->patch = PATCH_NONE;
	if (!t->patch_addr) {
		if (arch_arg_set(t->tid, t->abi, t->patch_arg,
				 t->patch_value & ~CLONE_UNTRACED_BIT))
			t->patch = PATCH_ARG;
		return;
	}
	mem_live_set(s->mem, t->tid);
	if (!flags_read(s, t->patch_addr, &flags))
		return;
	t->patch_value = flags;
	if (flags_write(t->tid, t->patch_addr, flags & ~CLONE_UNTRACED_BIT))
		t->patch = PATCH_MEM;
}

void clone_patch_undo(struct tracee *t)
{
	if (t->patch == PATCH_ARG)
		arch_arg_restore(t->tid, t->abi, t->patch_arg,
				 t->patch_value);
	else if (t->patch == PATCH_MEM)
		flags_write(t->tid, t->patch_addr, t->patch_value);
	t->patch = PATCH_NONE;
}
