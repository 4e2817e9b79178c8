/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In place of security contexts, in a build without libselinux. */
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
