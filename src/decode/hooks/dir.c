/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of dir.abi: a type that follows a name of any length. */
#include "hook.h"

/* self: a name, arg[0]: bytes of it, and the type in the last one. */
void hook_dirent_type(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t type;

	if (!arg[0] || !dec_read(d, self + arg[0] - 1, &type, 1)) {
		emit_unknown(&d->em);
		return;
	}
	emit_value(&d->em, &(struct value){
		.kind = VAL_SYM, .num = type, .set = dec_set("dirent_types"),
		.width = 1, .abi = d->abi });
}
