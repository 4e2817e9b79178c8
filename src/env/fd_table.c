/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fd_table.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

/* A hostile program can make us keep this much, and again for each child. */
#define FDS_MAX 4096
#define FDS_INHERITED_MAX 64
#define ANSWERS 3		/* ENV_FD_PATH, ENV_FD_DETAIL, ENV_FD_NETLINK */

struct fd_known {
	struct buf answer[ANSWERS];	/* empty: not known */
};

struct fd_table *fd_table_new(void)
{
	struct fd_table *t = xalloc_new(1, sizeof(*t));

	t->users = 1;
	return t;
}

struct fd_table *fd_table_copy(const struct fd_table *from)
{
	struct fd_table *t = fd_table_new();

	if (from->fds.count > FDS_INHERITED_MAX)
		return t;
	hash_each(&from->fds, slot)
		for (unsigned i = 0; i < ANSWERS; i++) {
			struct fd_known *known = slot->value;
			struct buf *b = &known->answer[i];

			if (b->len)
				fd_table_put(t, ENV_FD_PATH + i,
					     (int)slot->key, b->data, b->len);
		}
	return t;
}

struct fd_table *fd_table_join(struct fd_table *t)
{
	t->users++;
	return t;
}

void fd_table_leave(struct fd_table *t)
{
	if (!t || --t->users)
		return;
	fd_table_drop_all(t);
	free(t);
}

const struct buf *fd_table_get(const struct fd_table *t, enum env_what what,
			       int fd)
{
	const struct fd_known *known = hash_get(&t->fds, (uint64_t)fd);
	const struct buf *b = known ? &known->answer[what - ENV_FD_PATH] : NULL;

	return b && b->len ? b : NULL;
}

void fd_table_put(struct fd_table *t, enum env_what what, int fd,
		  const void *bytes, size_t n)
{
	struct fd_known *known = hash_get(&t->fds, (uint64_t)fd);
	struct buf *b;

	if (!known) {
		if (t->fds.count == FDS_MAX)
			return;
		known = xalloc_new(1, sizeof(*known));
		hash_put(&t->fds, (uint64_t)fd, known);
	}
	b = &known->answer[what - ENV_FD_PATH];
	if (b->len == n && !memcmp(b->data, bytes, n))
		return;
	buf_reset(b);
	buf_add(b, bytes, n);
}

static void known_free(struct fd_known *known)
{
	for (unsigned i = 0; known && i < ANSWERS; i++)
		buf_free(&known->answer[i]);
	free(known);
}

void fd_table_drop(struct fd_table *t, int fd)
{
	known_free(hash_del(&t->fds, (uint64_t)fd));
}

void fd_table_drop_all(struct fd_table *t)
{
	hash_each(&t->fds, slot)
		known_free(slot->value);
	hash_free(&t->fds);
	t->fds = (struct hash){0};
}
