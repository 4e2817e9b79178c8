/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inherited_fds: descriptors that we were given only to hand them on to the
 * command.
 *
 * While we hold the end of a pipe, the reader of the other end waits for us and
 * not for the command.  So the tracer drops them all once the command has its
 * copies.  They are those without close-on-exec, since all that we open
 * ourselves has it.  Standard error stays, for messages.
 */
#ifndef STRACE_SOURCE_INHERITED_FDS_H
#define STRACE_SOURCE_INHERITED_FDS_H

void inherited_fds_drop(void);

#endif
