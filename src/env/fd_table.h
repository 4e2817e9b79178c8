/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fd_table: what is known of the descriptors that some tasks share.
 *
 * Its users are counted: fd_table_new() gives it one, fd_table_join() one more,
 * fd_table_leave() takes one and frees the table with the last.  It is asked
 * and filled only while fd_table_serves(): no user is in a call that may change
 * it (changing), and no task that we don't see shares it (unseen).
 */
#ifndef STRACE_FD_TABLE_H
#define STRACE_FD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "env.h"
#include "hash.h"

struct fd_table {
	unsigned users;
	unsigned changing;	/* users in a call that changes it */
	bool unseen;		/* it may change without an event */
	struct hash fds;	/* struct fd_known */
};

struct fd_table *fd_table_new(void);
/* A child's own table: a copy, or an empty one if that would be large. */
struct fd_table *fd_table_copy(const struct fd_table *from);
struct fd_table *fd_table_join(struct fd_table *t);
void fd_table_leave(struct fd_table *t);	/* t may be NULL */

static inline bool fd_table_serves(const struct fd_table *t)
{
	return t && !t->changing && !t->unseen;
}

/* NULL if it is not known. */
const struct buf *fd_table_get(const struct fd_table *t, enum env_what what,
			       int fd);
void fd_table_put(struct fd_table *t, enum env_what what, int fd,
		  const void *bytes, size_t n);
void fd_table_drop(struct fd_table *t, int fd);
void fd_table_drop_all(struct fd_table *t);

#endif
