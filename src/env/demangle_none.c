/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This build has no libiberty: names stay as the compiler made them. */
#include "live_stack.h"

bool stack_demangle(const char *name, char *to, size_t size)
{
	(void)name;
	(void)to;
	(void)size;
	return false;
}
