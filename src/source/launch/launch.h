/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch: starting the command, for sources that trace it.
 *
 * launch_prepare() finds all that is wrong with the command line and reports
 * it; launch_fork() makes the child, which waits until launch_go() lets it call
 * execve.  The caller frees with launch_free(), NULL too.
 *
 * The room src/source/launch: what happens between the command line and the
 * first instruction of the command.  How it is traced is the source's
 * business.
 */
#ifndef STRACE_SOURCE_LAUNCH_H
#define STRACE_SOURCE_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct launch;
struct options;

struct launch *launch_prepare(const struct options *o, int *exit_status);
/* The pid of a child that waits to be let go; -1 after it reported why. */
pid_t launch_fork(struct launch *l, bool filter);
void launch_go(struct launch *l);
/* Does its file give the command rights that NO_NEW_PRIVS would deny it? */
bool launch_gains_rights(const struct launch *l);
/* Once its execve was seen: 0 if the child installed the kernel filter, an
 * errno if it could not, below 0 if it did not try. */
int launch_filter_errno(const struct launch *l);
uint16_t launch_filter_mark(const struct launch *l);
void launch_free(struct launch *l);

#endif
