/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fd_adopt: a table of descriptors for a process that already runs.
 *
 * Such a process may share its descriptors with anybody, and may have an
 * io_uring that goes on closing and opening without a call.  fd_adopt_may()
 * looks at all processes of the machine; fd_adopt_seed() reads what this one
 * has open.
 */
#ifndef STRACE_FD_ADOPT_H
#define STRACE_FD_ADOPT_H

#include <stdbool.h>
#include <sys/types.h>

struct env;
struct fd_table;
struct hash;

/* Are all who share pid's descriptors its threads, and traced (by tid)? */
bool fd_adopt_may(pid_t pid, const struct hash *traced);
/* False: nothing can be kept of them. */
bool fd_adopt_seed(struct fd_table *t, struct env *env, pid_t pid);

#endif
