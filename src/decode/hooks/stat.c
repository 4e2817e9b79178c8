/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of stat.abi: a member that a form of the struct lacks. */
#include "hook.h"

void hook_not_there(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	(void)arg;
	emit_num(&d->em, VAL_UDEC, 0);
}
