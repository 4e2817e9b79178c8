/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * built_with: what this build has, and what it lacks for want of a library.
 *
 * When a library is left out, the makefile replaces the file that uses it by
 * another one (NAME_none.c).  Code that has to say so to the user asks here.
 */
#ifndef STRACE_BUILT_WITH_H
#define STRACE_BUILT_WITH_H

#include <stdbool.h>

struct built_with {
	bool bpf;
	bool stack, stack_source;	/* stack traces; with files and lines */
	bool stack_captured;		/* of tasks that are not stopped */
	bool demangle;			/* of names in them */
	bool secontext;
};

extern const struct built_with built_with;

#endif
