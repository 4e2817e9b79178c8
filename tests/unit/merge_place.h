/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A directory with logs in it, and what merging them prints.  One inclusion a
 * program.
 */
#ifndef STRACE_TESTS_MERGE_PLACE_H
#define STRACE_TESTS_MERGE_PLACE_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "merge/head.h"
#include "merge/merge.h"
#include "output.h"

struct place {
	char dir[64];
	struct found found;
	struct buf got;
	bool whole;		/* nothing was left out */
};

static inline void place_init(struct place *p)
{
	*p = (struct place){ .whole = false };
	strcpy(p->dir, "/tmp/strace-test-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
}

/* path has room for a directory and a name. */
static inline char *place_path(const struct place *p, const char *name,
			       char path[128])
{
	snprintf(path, 128, "%s/%s", p->dir, name);
	return path;
}

static inline void place_put(struct place *p, const char *name,
			     const void *text, size_t n)
{
	char path[128];
	int fd = open(place_path(p, name, path),
		      O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

static inline void place_log(struct place *p, const char *name,
			     const char *text)
{
	place_put(p, name, text, strlen(text));
}

static inline void place_read(struct place *p, int fd)
{
	ssize_t n;

	buf_reset(&p->got);
	do {
		buf_grow(&p->got, 65536);
		n = read(fd, p->got.data + p->got.len, 65536);
		p->got.len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
}

/* All logs a.PID, read through windows of that size. */
static inline void place_merge(struct place *p, size_t window)
{
	char path[128];
	int fd = open(place_path(p, "out", path), O_RDWR | O_CREAT | O_TRUNC,
		      0600), own = dup(fd);
	struct output *out = output_take(fd, "out", true);

	found_free(&p->found);
	assert_true(found_add(&p->found, place_path(p, "a", path)));
	found_sort(&p->found);
	p->whole = logs_merge(&p->found, out, window);
	assert_int_equal(output_close(out), 0);
	lseek(own, 0, SEEK_SET);
	place_read(p, own);
	close(own);
}

/* The logs go, the place stays. */
static inline void place_clear(struct place *p)
{
	for (size_t i = 0; i < p->found.logs; i++)
		unlink(p->found.log[i].path);
	found_free(&p->found);
}

static inline void place_end(struct place *p)
{
	char path[128];

	place_clear(p);
	unlink(place_path(p, "out", path));
	assert_int_equal(rmdir(p->dir), 0);
	buf_free(&p->got);
}

#endif
