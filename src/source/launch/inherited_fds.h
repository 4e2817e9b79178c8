/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inherited_fds: what we were given only to hand it on to the command.
 *
 * While we hold the end of a pipe, whoever reads the other one waits for us and
 * not for the command.  Called in the tracer once the command has its copies.
 * All that we open ourselves is closed by exec, which tells it from the rest;
 * standard error stays, for messages.
 */
#ifndef STRACE_SOURCE_INHERITED_FDS_H
#define STRACE_SOURCE_INHERITED_FDS_H

void inherited_fds_drop(void);

#endif
