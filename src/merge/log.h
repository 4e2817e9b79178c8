/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * log: a file of lines, of which a window is in memory.
 *
 * A log is read up to the size that it had when it was opened: a trace that
 * still goes on, maybe of ourselves, has an end too.  It need not stay open:
 * where there are more logs than files may be open, they are closed and opened
 * again in turn (struct log_pool).  The first failure is reported and ends the
 * log (log->failed), for the others go on.
 */
#ifndef STRACE_MERGE_LOG_H
#define STRACE_MERGE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"

struct log_pool {
	struct log *log;
	size_t n;
	size_t window;		/* bytes of each; at least TEXT_HEAD_MAX */
	size_t turn;		/* of the log to be closed next */
};

struct log {
	const char *path;
	const char *pid;	/* the end of the path, or NULL */
	int fd;			/* -1: closed */
	bool failed;
	dev_t dev;
	ino_t ino;
	uint64_t size;
	uint64_t offset;	/* of the first byte after the window */
	char *data;		/* the window */
	size_t begin, end;	/* what is left of it */
	struct clock clock;
};

/* Raises the limit of files that may be open. */
void log_pool_init(struct log_pool *pool, struct log *logs, size_t n);
bool log_open(struct log_pool *pool, struct log *log);
void log_close(struct log *log);
/*
 * Have n bytes in the window, n being no more than it takes, or else all that
 * are left.
 */
void log_fill(struct log_pool *pool, struct log *log, size_t n);
/* Is anything left?  A part of it is in the window then. */
bool log_more(struct log_pool *pool, struct log *log);
/* Up to n bytes at any offset; what is in the window stays there. */
size_t log_read_at(struct log_pool *pool, struct log *log, uint64_t offset,
		   void *to, size_t n);
/*
 * Takes bytes out of the window, up to the end of the line or of the window.
 * They hold until the window is filled again.
 */
size_t log_take(struct log *log, const char **p);

#endif
