/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A mangled name may refer to its own parts, and those to others: from a
 * hundred bytes come gigabytes.  So the text is taken as it is made, and the
 * library is left in the middle of that when there is enough of it.
 */
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

#include "live_stack.h"

struct taken {
	char *to;
	size_t len, size;
	jmp_buf enough;
};

static void take(const char *text, size_t len, void *arg)
{
	struct taken *t = arg;
	size_t room = t->size - 1 - t->len;

	memcpy(t->to + t->len, text, len < room ? len : room);
	t->len += len < room ? len : room;
	if (len > room)
		longjmp(t->enough, 1);
}

static bool demangle(const char *name, struct taken *t)
{
	const int options = DMGL_AUTO | DMGL_PARAMS;

	if (setjmp(t->enough))
		return true;
	if (rust_demangle_callback(name, options, take, t))
		return true;
	t->len = 0;
	return cplus_demangle_v3_callback(name, options, take, t);
}

bool stack_demangle(const char *name, char *to, size_t size)
{
	struct taken t = { .to = to, .size = size };
	bool done = demangle(name, &t);

	to[t.len] = '\0';
	return done;
}
