/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * seccomp_filter: a kernel filter that stops a command only in wanted calls.
 *
 * It is made from a callset.  For each ABI it searches by halves the numbers
 * where the answer changes, so the program is short and every call needs only a
 * few steps.  Wanted calls give SECCOMP_RET_TRACE, all others ALLOW.  With each
 * TRACE comes a mark, made up for each filter, so that we know ours from those
 * of the traced program.
 *
 * Two kinds of calls are always traced.  After clone with CLONE_UNTRACED, and
 * after clone3, whose flags a filter can't see, there may be a child that
 * nobody traces, and it would get ENOSYS from every wanted call.  And after a
 * call that installs a filter a task needs a stop at each call, because a call
 * that the other filter refuses never gets to ours.
 *
 * A process can't take a filter off again, and its children inherit it, so
 * whoever installs one must trace them all until they end.  That is why it is
 * used unasked only where children are traced anyway.
 */
#ifndef STRACE_SECCOMP_FILTER_H
#define STRACE_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

struct callset;
struct options;

struct seccomp_filter {
	struct sock_filter *insns;
	size_t len, cap;
	uint16_t mark;		/* what its SECCOMP_RET_TRACE carries */
};

/* NULL if a filter helps and can be had for these options, else why not. */
const char *seccomp_filter_off(const struct options *o);
/* 0, or -1 if the program is longer than the kernel takes. */
int seccomp_filter_build(struct seccomp_filter *f, const struct callset *c);
/*
 * Installs it for the calling process; 0 or an errno.  NO_NEW_PRIVS is set only
 * if the kernel refuses otherwise, because it breaks set-user-ID programs.
 */
int seccomp_filter_install(const struct seccomp_filter *f);
void seccomp_filter_free(struct seccomp_filter *f);

#endif
