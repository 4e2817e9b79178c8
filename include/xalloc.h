/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xalloc: allocations that never fail, so that no caller checks.
 *
 * If there is no memory left, the program ends with "out of memory".  None of
 * these functions returns NULL, and what they return is freed with free().
 * Sizes are products that can't overflow.
 */
#ifndef STRACE_XALLOC_H
#define STRACE_XALLOC_H

#include <stddef.h>

/* n zeroed things of that size; n may be 0. */
void *xalloc_new(size_t n, size_t size)
	__attribute__((returns_nonnull, malloc));

/* p, which may be NULL, with room for n things; the new part is not zeroed. */
void *xalloc_resize(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull));

/* p with room for twice *cap things, or for some at first; *cap is updated. */
void *xalloc_grow(void *p, size_t *cap, size_t size)
	__attribute__((returns_nonnull));

char *xalloc_copy(const char *text) __attribute__((returns_nonnull, malloc));

/* For callers of a library that failed to allocate. */
_Noreturn void xalloc_die(void) __attribute__((cold));

#endif
