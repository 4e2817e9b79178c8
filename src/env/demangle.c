/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libiberty/demangle.h>

#include "live_stack.h"

char *stack_demangle(const char *name)
{
	return cplus_demangle(name, DMGL_AUTO | DMGL_PARAMS);
}
