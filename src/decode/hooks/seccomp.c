/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of calls, and what a supervisor answers. */
#include "calls.h"
#include "hook.h"

#define AUDIT_X86_64	0xc000003e
#define AUDIT_I386	0x40000003
#define X32_BIT		0x40000000

void hook_call_number(struct dec *d, uint64_t nr, uint32_t arch)
{
	unsigned abi = arch == AUDIT_I386 ? ABI_I386 :
		       nr & X32_BIT ? ABI_X32 : ABI_X86_64;
	const char *name = NULL;
	struct buf b = { 0 };

	if (arch == AUDIT_I386 || arch == AUDIT_X86_64)
		name = calls_name(abi, abi == ABI_X32 ? nr & ~X32_BIT : nr);
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
