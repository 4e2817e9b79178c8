/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * seccomp_filter: a kernel filter that stops a command only in wanted calls.
 *
 * Made from a callset: for each ABI the numbers where the answer changes are
 * searched by halves, so a program is short and every call needs only a few
 * steps.  Wanted calls give SECCOMP_RET_TRACE, all others ALLOW.  What comes
 * with a TRACE, a number made up for each filter, tells ours from others'.
 * clone with CLONE_UNTRACED, and clone3, whose flags a filter can't see, are
 * TRACEd too: a child that nobody traces would get ENOSYS from every wanted
 * call.  So are calls that install a filter: what that one refuses never gets
 * to ours, so such a task needs a stop at each call from then on.
 *
 * A process can't take a filter off again, and its children inherit it: whoever
 * installs one must trace them all until they end.  So it is used unasked only
 * where children are traced anyway.
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
	uint16_t mark;		/* its SECCOMP_RET_TRACE comes with that */
};

/*
 * NULL when a filter helps and can be had for these options, else the reason
 * why not.
 */
const char *seccomp_filter_off(const struct options *o);
/* 0, or -1 when the program would exceed what the kernel takes. */
int seccomp_filter_build(struct seccomp_filter *f, const struct callset *c);
/*
 * For the calling process; 0 or an errno.  NO_NEW_PRIVS is set only when the
 * kernel refuses otherwise: it would break set-user-ID programs.
 */
int seccomp_filter_install(const struct seccomp_filter *f);
void seccomp_filter_free(struct seccomp_filter *f);

#endif
