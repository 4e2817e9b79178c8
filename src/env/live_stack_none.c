/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This build has neither libdw nor libunwind: there are no stack traces. */
#include "live.h"

bool env_stack_ready(struct env_live *l, unsigned limit)
{
	(void)l;
	(void)limit;
	return true;
}

bool env_stack(struct env_live *l, const struct env_query *q,
	       const struct stack_captured *captured, struct buf *out)
{
	(void)l;
	(void)q;
	(void)captured;
	(void)out;
	return false;
}

void env_stack_free(struct env_stack *s)
{
	(void)s;
}
