/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This build has no libselinux: there are no security contexts. */
#include "live.h"

bool env_secontext_ready(struct env_live *l)
{
	(void)l;
	return true;
}

bool env_secontext(struct env_live *l, const struct env_query *q,
		   struct buf *out)
{
	(void)l;
	(void)q;
	(void)out;
	return false;
}

void env_secontext_free(struct env_secontext *s)
{
	(void)s;
}
