/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of netlink: names that are given out while the system runs. */
#include <linux/genetlink.h>

#include "hook.h"

void hook_genl_family(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t number = (uint32_t)arg[0];
	char name[64];
	ssize_t n = env_get(d->env, ENV_GENL_FAMILY, d->ev->tid, number, name,
			    sizeof(name) - 1);

	(void)self;
	name[n > 0 ? n : 0] = '\0';
	if (n > 0)
		hook_named_hex(d, name, number);
	else if (number == GENL_ID_CTRL)
		hook_named_hex(d, "GENL_ID_CTRL", number);
	else
		emit_num(&d->em, VAL_HEX, number);
}
