/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "head.h"
#include "xalloc.h"

#define WINDOWS_ALL ((size_t)16 << 20)
#define WINDOW_MOST ((size_t)256 << 10)
#define WINDOW_LEAST ((size_t)4 << 10)

void log_pool_init(struct log_pool *pool, struct log *logs, size_t n)
{
	struct rlimit lim;

	*pool = (struct log_pool){ .log = logs, .n = n };
	pool->window = n ? WINDOWS_ALL / n : 0;
	if (pool->window > WINDOW_MOST)
		pool->window = WINDOW_MOST;
	if (pool->window < WINDOW_LEAST)
		pool->window = WINDOW_LEAST;
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		setrlimit(RLIMIT_NOFILE, &lim);
	}
}

static bool log_fail(struct log *log, const char *what, const char *why)
{
	diag_warn("Can't %s '%s': %s", what, log->path, why);
	log->failed = true;
	log->size = log->offset;
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
	return false;
}

/* False: none is open. */
static bool pool_close_one(struct log_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++) {
		struct log *log = &pool->log[pool->turn++ % pool->n];

		if (log->fd < 0)
			continue;
		close(log->fd);
		log->fd = -1;
		return true;
	}
	return false;
}

static bool fd_open(struct log_pool *pool, struct log *log, struct stat *st)
{
	do {
		log->fd = open(log->path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
			       O_NONBLOCK);
	} while (log->fd < 0 && (errno == EMFILE || errno == ENFILE) &&
		 pool_close_one(pool));
	if (log->fd < 0 || fstat(log->fd, st) < 0)
		return log_fail(log, "open", strerror(errno));
	if (!S_ISREG(st->st_mode))
		return log_fail(log, "read", "it is not a file");
	return true;
}

bool log_open(struct log_pool *pool, struct log *log)
{
	struct stat st;

	log->fd = -1;
	if (!fd_open(pool, log, &st))
		return false;
	log->dev = st.st_dev;
	log->ino = st.st_ino;
	log->size = (uint64_t)st.st_size;
	log->data = xalloc_new(pool->window, 1);
	return true;
}

void log_close(struct log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
	free(log->data);
	log->data = NULL;
	log->begin = log->end = 0;
}

static bool log_reopen(struct log_pool *pool, struct log *log)
{
	struct stat st;

	if (log->fd >= 0)
		return true;
	if (!fd_open(pool, log, &st))
		return false;
	return (st.st_dev == log->dev && st.st_ino == log->ino) ||
	       log_fail(log, "go on with", "it is another file now");
}

size_t log_read_at(struct log_pool *pool, struct log *log, uint64_t offset,
		   void *to, size_t n)
{
	size_t have = 0;

	if (offset >= log->size)
		return 0;
	if (n > log->size - offset)
		n = (size_t)(log->size - offset);
	while (have < n && log_reopen(pool, log)) {
		ssize_t got = pread(log->fd, (char *)to + have, n - have,
				    (off_t)(offset + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			log_fail(log, "read", strerror(errno));
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return have;
}

void log_fill(struct log_pool *pool, struct log *log, size_t n)
{
	size_t got, left = log->end - log->begin;

	if (left >= n || log->offset >= log->size)
		return;
	memmove(log->data, log->data + log->begin, left);
	log->begin = 0;
	log->end = left;
	got = log_read_at(pool, log, log->offset, log->data + left,
			  pool->window - left);
	log->end += got;
	log->offset += got;
	/* Somebody has made it shorter. */
	if (!got)
		log->size = log->offset;
}

bool log_more(struct log_pool *pool, struct log *log)
{
	log_fill(pool, log, 1);
	return log->begin < log->end;
}

size_t log_take(struct log *log, const char **p)
{
	size_t left = log->end - log->begin;
	const char *nl;

	*p = log->data + log->begin;
	nl = left ? memchr(*p, '\n', left) : NULL;
	if (nl)
		left = (size_t)(nl + 1 - *p);
	log->begin += left;
	return left;
}
