/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debug: what the ptrace source says of itself with -d.
 *
 * At the end it says what it did how often; with -dd each stop has a line of
 * its own once its tracee goes on:
 *
 *	strace: 0.001234 [4711] entry of openat: PTRACE_SYSCALL
 *
 * Without -d there is no struct ptrace_debug, and debug_on() is all that is
 * asked.  Registers are read and written by src/arch, whose requests are not
 * counted here.
 */
#ifndef STRACE_SOURCE_PTRACE_DEBUG_H
#define STRACE_SOURCE_PTRACE_DEBUG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct event;
struct ptrace_debug;
struct ptrace_source;
struct stop;
struct tracee;

/* What a stop of a call turned out to be. */
enum debug_call {
	DEBUG_ENTRY,
	DEBUG_EXIT,
	DEBUG_FILTER,		/* the kernel filter stopped it at its entry */
	DEBUG_NO_CALL,
};

void debug_begin(struct ptrace_source *s);
void debug_end(struct ptrace_source *s);

void debug_request(struct ptrace_debug *d, long request);
/* One wait, and whether it brought a stop; a look for one that saves it. */
void debug_wait(struct ptrace_debug *d, bool found);
void debug_peek(struct ptrace_debug *d, bool found);

/* A stop is served; t is NULL where nobody has heard of the task. */
void debug_stop(struct ptrace_source *s, const struct stop *st,
		const struct tracee *t);
/* The stop is that of a call; nr is known at its entry. */
void debug_call(struct ptrace_source *s, struct tracee *t,
		enum debug_call what, const struct event *ev);
/* What comes of it: the request that lets the tracee go on, or a delay. */
void debug_go_on(struct ptrace_source *s, const struct tracee *t,
		 long request, int sig);
void debug_delay(struct ptrace_source *s, const struct tracee *t, int64_t ns);

#endif
