/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of xattr.abi: values, which are often strings. */
#include "hook.h"

/* arg[0] bytes at self; a NUL at their end is not worth showing. */
void hook_xattr_value(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t n = arg[0];
	uint8_t last;

	if (!self) {
		emit_addr(&d->em, self);
		return;
	}
	if (n && dec_read(d, self + n - 1, &last, 1) && !last)
		n--;
	dec_bytes(d, self, n, 0);
}
