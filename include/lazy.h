/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lazy: libraries that few runs need are loaded by those that do.
 *
 * With them, starting took a third longer and a megabyte more.  A module lists
 * the functions that it calls, and calls them through the struct that follows
 * from the list:
 *
 *	#define M_FUNCTIONS(X) X(cos) X(sin)
 *	struct m_api { M_FUNCTIONS(LAZY_POINTER) };
 *	static const char *const m_names[] = { M_FUNCTIONS(LAZY_NAME) NULL };
 *
 *	struct m_api m;
 *	const char *error = lazy_load("libm.so.6", m_names, &m);
 *	... m.cos(0.5) ...
 *
 * The types are those of the library's own header.  What was loaded stays.
 */
#ifndef STRACE_LAZY_H
#define STRACE_LAZY_H

#define LAZY_POINTER(name) __typeof__(name) *name;
#define LAZY_NAME(name) #name,

/* NULL, or what is wrong; then nothing in *api is to be used. */
const char *lazy_load(const char *library, const char *const *names,
		      void *api);

#endif
