/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diag: messages of the program itself, on standard error, one line each (and
 * two more where an expression is wrong: itself, and a mark below the place).
 *
 * Three kinds of errors are never mixed: the user's mistakes (diag_die,
 * diag_usage, diag_warn, diag_note), the tracee's oddities (they have a printed
 * form in the trace and never come here), and our own bugs (BUG_ON).  A line
 * begins with what the program was called by, as it was given.  Control bytes
 * in a message are escaped, since names in it may come from a tracee.
 * diag_die() ends the program with exit status 1.
 *
 * The room src/base: what would be of use to any program.  buf, hash and set
 * hold things, diag writes messages, lazy loads libraries.  Nothing in it knows
 * of calls, events or tracees.
 */
#ifndef STRACE_DIAG_H
#define STRACE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

void diag_die(const char *fmt, ...)
	__attribute__((noreturn, cold, format(printf, 1, 2)));
/* The same, followed by a hint to --help. */
void diag_usage(const char *fmt, ...)
	__attribute__((noreturn, cold, format(printf, 1, 2)));
/* The same as diag_die(), and below that n bytes of line are pointed at. */
void diag_die_at(const char *line, size_t at, size_t n, const char *fmt, ...)
	__attribute__((noreturn, cold, format(printf, 4, 5)));
void diag_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "strace: Process 17 attached" */
void diag_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void diag_bug(const char *file, int line, const char *what)
	__attribute__((noreturn, cold));

#define BUG_ON(cond) \
	do { \
		if (__builtin_expect(!!(cond), 0)) \
			diag_bug(__FILE__, __LINE__, #cond); \
	} while (0)

#endif
