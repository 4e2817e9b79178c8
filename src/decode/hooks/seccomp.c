/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks for seccomp: numbers of calls, and a supervisor's answer. */
#include "calls.h"
#include "hook.h"

static bool audit_is_known(uint32_t audit)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		if (abi_infos[i].audit == audit)
			return true;
	return false;
}

void hook_call_number(struct dec *d, uint64_t nr, uint32_t audit)
{
	const char *name = NULL;
	struct buf b = { 0 };
	uint64_t own = nr;
	unsigned abi = abi_of_call(audit, nr, &own);

	if (audit_is_known(audit))
		name = calls_name(abi, own);
	if (name && abi == d->abi) {
		buf_fmt(&b, "__NR_%s", name);
		hook_named(d, buf_cstr(&b), nr);
	} else {
		emit_num(&d->em, VAL_UDEC, nr);
		if (name)
			emit_meaning(&d->em, "%s", name);
	}
	buf_free(&b);
}

/* arg: the number, and the architecture whose call it is */
void hook_syscall_nr(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	hook_call_number(d, (uint32_t)arg[0], arg[1]);
}

void hook_result_number(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	hook_result(d, (int32_t)arg[0]);
}
