/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"

#define CAP_MIN 16

void xalloc_die(void)
{
	diag_die("out of memory");
}

void *xalloc_new(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		xalloc_die();
	return p;
}

void *xalloc_resize(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n ? n : 1, size);
	if (!p)
		xalloc_die();
	return p;
}

void *xalloc_grow(void *p, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap : CAP_MIN;

	if (__builtin_add_overflow(*cap, more, cap))
		xalloc_die();
	return xalloc_resize(p, *cap, size);
}

char *xalloc_copy(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		xalloc_die();
	return copy;
}
