/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lazy: libraries that few runs need are loaded by the runs that do.
 *
 * When they were linked in, starting took a third longer and a megabyte more.
 * A module lists the functions that it calls, and calls them through the struct
 * that follows from the list:
 *
 *	#define M_FUNCTIONS(X) X(cos) X(sin)
 *	struct m_api { M_FUNCTIONS(LAZY_POINTER) };
 *	static const struct lazy_name m_names[] = {
 *		M_FUNCTIONS(LAZY_NAME) LAZY_END
 *	};
 *
 *	struct m_api m;
 *	const char *error = lazy_load("libm.so.6", m_names, &m);
 *	... m.cos(0.5) ...
 *
 * The types are those of the library's own header.  A library that was loaded
 * stays.  A program that is linked statically can't load anything, so there the
 * functions are linked like any others (LINK_LAZY).
 */
#ifndef STRACE_LAZY_H
#define STRACE_LAZY_H

#ifdef HAVE_CONFIG_H
#include "config.h"	/* LINK_LAZY */
#endif

#include <stddef.h>

#define LAZY_POINTER(name) __typeof__(name) *name;
#ifdef LINK_LAZY
#define LAZY_NAME(name) { #name, (void *)name },
#else
#define LAZY_NAME(name) { #name, NULL },
#endif
#define LAZY_END { NULL, NULL }

struct lazy_name {
	const char *name;
	void *linked;		/* the function itself, if it is there */
};

struct buf;

/* The names of the libraries that are there now, with blanks between. */
void lazy_loaded(struct buf *b);

/* NULL, or what is wrong; then nothing in *api may be used. */
const char *lazy_load(const char *library, const struct lazy_name *names,
		      void *api);

#endif
