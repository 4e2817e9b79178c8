/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fd_adopt: a table of descriptors for a process that already runs.
 *
 * Such a process may share its descriptors with any other, and may have an
 * io_uring that opens and closes them without a call.  So fd_adopt_may() looks
 * at all processes of the machine; fd_adopt_seed() reads what this one has
 * open.
 */
#ifndef STRACE_FD_ADOPT_H
#define STRACE_FD_ADOPT_H

#include <stdbool.h>
#include <sys/types.h>

struct env;
struct fd_table;
struct hash;

/* Are all tasks that share pid's descriptors threads of it that are traced? */
bool fd_adopt_may(pid_t pid, const struct hash *traced);
/* Fills t; false if nothing can be kept about its descriptors. */
bool fd_adopt_seed(struct fd_table *t, struct env *env, pid_t pid);

#endif
