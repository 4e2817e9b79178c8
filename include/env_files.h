/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_files: an env that knows what descriptors are, from the events.
 *
 * It keeps a table for each set of descriptors that tasks share (CLONE_FILES).
 * What a descriptor was found to be holds until a call may have changed that
 * (close, dup2, close_range, exec ...), so /proc is read once for it and not
 * with each call.  For what it does not know, it asks another env, which it
 * owns.
 *
 * It keeps only what nobody else can change: pipes, sockets, and other files
 * without a place in a file system.  It does not keep a file's name, because
 * any process may rename or remove the file at any moment; nor the ends of a
 * socket before it is connected.  An answer that came with an event
 * (env_files_captured) is always kept, because a later one is no better.
 *
 * A table serves only as long as each call that could change it is seen.  A
 * task that shares it and is not traced, an io_uring or lost events end that,
 * and then every question is asked again each time.
 */
#ifndef STRACE_ENV_FILES_H
#define STRACE_ENV_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "source.h"

struct env;
struct env_query;
struct options;

/* Is it of use with these options, and does the source report enough calls? */
bool env_files_serves(const struct options *o, enum source_sees sees);
struct env *env_files_new(struct env *other);
/* Is the exit of this entry needed here, whether it is shown or not? */
bool env_files_needs_exit(const struct event *ev);
/* Called with each event, once the questions that it raises were asked. */
void env_files_event(struct env *e, const struct event *ev);
/* The answer as it was when an event happened; n < 0 if there was none. */
void env_files_captured(struct env *e, const struct env_query *q,
			const void *bytes, ssize_t n);

#endif
