/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"
#include "symset.h"

#define FD_NAME_MAX 32
#define FDINFO_MAX 512
#define LINK_MAX_LEN PATH_MAX

static const char deleted_mark[] = " (deleted)";

#define DELETED_LEN (sizeof(deleted_mark) - 1)

struct fd_link {
	char text[LINK_MAX_LEN];
	size_t len;
	int dir;		/* where the link is, and its name there */
	char name[FD_NAME_MAX];
	bool deleted;
};

/* The handle on the directory may be of a task that is gone: try again then. */
static bool link_read(const struct env_fd *q, struct fd_link *k)
{
	ssize_t n = -1;

	snprintf(k->name, sizeof(k->name), "%d", q->fd);
	for (int attempt = 0; n < 0 && attempt < 2; attempt++) {
		struct env_task *t = env_task_get(q->l, q->tid);

		if (!t)
			return false;
		k->dir = t->fd_dir;
		n = readlinkat(k->dir, k->name, k->text, sizeof(k->text));
		if (n < 0)
			env_task_drop(t);
	}
	if (n < 0)
		return false;
	k->len = n;
	k->deleted = false;
	return true;
}

/* This never asks a file server, which may be the task that is stopped now. */
static bool link_stat(const struct fd_link *k, struct statx *st)
{
	return statx(k->dir, k->name, AT_STATX_DONT_SYNC,
		     STATX_TYPE | STATX_NLINK | STATX_INO, st) == 0;
}

/* A file whose name really ends in " (deleted)" exists under that name. */
static bool name_is_real(const struct fd_link *k, const struct statx *st)
{
	char name[LINK_MAX_LEN + 1];
	struct statx there;

	memcpy(name, k->text, k->len);
	name[k->len] = '\0';
	return statx(AT_FDCWD, name, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW,
		     STATX_INO, &there) == 0 &&
	       there.stx_ino == st->stx_ino &&
	       there.stx_dev_major == st->stx_dev_major &&
	       there.stx_dev_minor == st->stx_dev_minor;
}

static void link_check_deleted(struct fd_link *k)
{
	struct statx st;

	if (k->len <= DELETED_LEN || k->text[0] != '/' ||
	    memcmp(k->text + k->len - DELETED_LEN, deleted_mark,
		   DELETED_LEN) != 0)
		return;
	if (link_stat(k, &st) && st.stx_nlink && name_is_real(k, &st))
		return;
	k->deleted = true;
	k->len -= DELETED_LEN;
}

static void link_put(const struct fd_link *k, struct buf *out)
{
	buf_add(out, k->text, k->len);
	if (k->deleted)
		buf_add(out, "\0D", 2);
}

bool env_fd_path(const struct env_fd *q, struct buf *out)
{
	struct fd_link k;

	if (!link_read(q, &k))
		return false;
	link_check_deleted(&k);
	link_put(&k, out);
	return true;
}

bool env_cwd(pid_t tid, struct buf *out)
{
	char name[FD_NAME_MAX];
	struct fd_link k = {.dir = AT_FDCWD};
	ssize_t n;

	snprintf(name, sizeof(name), "/proc/%d/cwd", tid);
	memcpy(k.name, name, sizeof(name));
	n = readlink(name, k.text, sizeof(k.text));
	if (n < 0)
		return false;
	k.len = n;
	link_check_deleted(&k);
	link_put(&k, out);
	return true;
}

/* The number after a field's name in /proc/TID/fdinfo/N. */
static bool fdinfo_number(const struct env_fd *q, const char *field, int base,
			  uint64_t *v)
{
	char name[FD_NAME_MAX];
	char info[FDINFO_MAX];
	char *p = info;
	size_t n = strlen(field);

	snprintf(name, sizeof(name), "fdinfo/%d", q->fd);
	if (proc_read(q->tid, name, info, sizeof(info)) < 0)
		return false;
	while (strncmp(p, field, n) != 0) {
		p = strchr(p, '\n');
		if (!p)
			return false;
		p++;
	}
	*v = strtoull(p + n, NULL, base);
	return true;
}

static bool fdinfo_get(const struct env_fd *q, const char *field, int64_t *v)
{
	uint64_t n;

	if (!fdinfo_number(q, field, 10, &n))
		return false;
	*v = (int64_t)n;
	return true;
}

bool env_fd_pos(const struct env_fd *q, int64_t *pos)
{
	return fdinfo_get(q, "pos:", pos);
}

#define PTMX_MAJOR 5
#define PTMX_MINOR 2

/* The number of the pseudo terminal whose master end this is. */
static void terminal_put(const struct env_fd *q, const struct statx *st,
			 struct buf *out)
{
	int64_t index;

	if (S_ISCHR(st->stx_mode) && st->stx_rdev_major == PTMX_MAJOR &&
	    st->stx_rdev_minor == PTMX_MINOR &&
	    fdinfo_get(q, "tty-index:", &index))
		buf_fmt(out, " @/dev/pts/%lld", (long long)index);
}

static bool device_put(const struct env_fd *q, const struct fd_link *k,
		       struct buf *out)
{
	struct statx st;

	if (k->deleted || !link_stat(k, &st))
		return false;
	if (!S_ISCHR(st.stx_mode) && !S_ISBLK(st.stx_mode))
		return false;
	buf_add(out, k->text, k->len);
	buf_add(out, "\0-", 2);
	buf_fmt(out, "<%s %u:%u", S_ISCHR(st.stx_mode) ? "char" : "block",
		st.stx_rdev_major, st.stx_rdev_minor);
	terminal_put(q, &st, out);
	buf_ch(out, '>');
	return true;
}

static bool link_begins(const struct fd_link *k, const char *with)
{
	size_t n = strlen(with);

	return k->len >= n && memcmp(k->text, with, n) == 0;
}

static bool pidfd_put(const struct env_fd *q, struct buf *out)
{
	int64_t pid;

	if (!fdinfo_get(q, "Pid:", &pid) || pid <= 0)
		return false;
	buf_add(out, "\0-", 2);
	buf_fmt(out, "pid:%lld", (long long)pid);
	return true;
}

/* Older kernels have fewer of these fields. */
static bool eventfd_put(const struct env_fd *q, struct buf *out)
{
	uint64_t count, n;

	if (!fdinfo_number(q, "eventfd-count:", 16, &count))
		return false;
	buf_add(out, "\0-", 2);
	buf_fmt(out, "{eventfd-count=%llu", (unsigned long long)count);
	if (fdinfo_number(q, "eventfd-id:", 10, &n))
		buf_fmt(out, ", eventfd-id=%llu", (unsigned long long)n);
	if (fdinfo_number(q, "eventfd-semaphore:", 10, &n))
		buf_fmt(out, ", eventfd-semaphore=%llu",
			(unsigned long long)n);
	buf_ch(out, '}');
	return true;
}

/* The signals that a signalfd accepts. */
static bool signalfd_put(const struct env_fd *q, struct buf *out)
{
	const char *between = "";
	uint64_t mask;

	if (!fdinfo_number(q, "sigmask:", 16, &mask))
		return false;
	buf_add(out, "\0-", 2);
	buf_str(out, "signalfd:[");
	for (unsigned sig = 1; sig <= 64; sig++) {
		if (!(mask >> (sig - 1) & 1))
			continue;
		buf_str(out, between);
		signal_put(out, (int)sig, false);
		between = " ";
	}
	buf_ch(out, ']');
	return true;
}

/* "socket:[123]": 123, else 0. */
static uint64_t socket_inode(const char *link, size_t len)
{
	static const char begin[] = "socket:[";
	char text[FD_NAME_MAX];

	if (len <= sizeof(begin) || len >= sizeof(text) ||
	    memcmp(link, begin, sizeof(begin) - 1) != 0)
		return 0;
	memcpy(text, link, len);
	text[len] = '\0';
	return strtoull(text + sizeof(begin) - 1, NULL, 10);
}

bool env_fd_detail(const struct env_fd *q, struct buf *out)
{
	struct env_fd fd = *q;
	struct fd_link k;
	bool done = false;

	if (!link_read(q, &k))
		return false;
	link_check_deleted(&k);
	fd.inode = socket_inode(k.text, k.len);
	if (fd.inode)
		done = env_socket_detail(&fd, out);
	else if (k.text[0] == '/')
		done = device_put(q, &k, out);
	else if (link_begins(&k, "anon_inode:[pidfd]") ||
		 link_begins(&k, "pidfd:["))
		done = pidfd_put(q, out);
	else if (link_begins(&k, "anon_inode:[eventfd]"))
		done = eventfd_put(q, out);
	else if (link_begins(&k, "anon_inode:[signalfd]"))
		done = signalfd_put(q, out);
	if (!done)
		link_put(&k, out);
	return true;
}

int env_socket_netlink(const struct env_fd *q)
{
	struct env_socket *known;
	struct env_fd fd = *q;
	struct fd_link k;

	if (!link_read(q, &k))
		return -1;
	fd.inode = socket_inode(k.text, k.len);
	if (!fd.inode)
		return -1;
	known = env_socket_kept(q->l, fd.inode);
	if (known->netlink == ENV_NO_ANSWER)
		known->netlink = env_socket_protocol(&fd);
	return known->netlink == ENV_NO_ANSWER ? -1 : known->netlink;
}
