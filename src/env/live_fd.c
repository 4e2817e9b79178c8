/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fdinfo.h"
#include "live.h"
#include "now.h"

#define FD_NAME_MAX 32
#define FDINFO_SHORT 512
#define FDINFO_LONG 16384
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

/* What /proc/TID/fdinfo/N says; false if that can't be read. */
static bool fdinfo_read(const struct env_fd *q, char *text, size_t size)
{
	char name[FD_NAME_MAX];

	snprintf(name, sizeof(name), "fdinfo/%d", q->fd);
	return proc_read(q->tid, name, text, size) > 0;
}

static bool fdinfo_get(const struct env_fd *q, const char *field, int64_t *v)
{
	char text[FDINFO_SHORT];
	uint64_t n;

	if (!fdinfo_read(q, text, sizeof(text)) ||
	    !fdinfo_number(text, field, 10, &n))
		return false;
	*v = (int64_t)n;
	return true;
}

bool env_fd_pos(const struct env_fd *q, int64_t *pos)
{
	return fdinfo_get(q, "pos:", pos);
}

#define PTMX makedev(5, 2)
#define TUN makedev(10, 200)

/*
 * Which of many a device stands for: the pseudo terminal whose master end this
 * is, or a network interface.
 */
static void device_instance_put(const struct env_fd *q,
				const struct statx *st, struct buf *out)
{
	dev_t dev = makedev(st->stx_rdev_major, st->stx_rdev_minor);
	struct buf name = { .len = 0 };
	char text[FDINFO_SHORT];
	int64_t index;

	if (!S_ISCHR(st->stx_mode))
		return;
	if (dev == PTMX && fdinfo_get(q, "tty-index:", &index))
		buf_fmt(out, " @/dev/pts/%lld", (long long)index);
	if (dev == TUN && fdinfo_read(q, text, sizeof(text)) &&
	    fdinfo_word(text, "iff:", &name)) {
		buf_str(out, " @");
		buf_plain(out, name.data, name.len);
	}
	buf_free(&name);
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
	device_instance_put(q, &st, out);
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

/*
 * The kernel makes all of that text when it is asked for a part.  So what has a
 * long one (an epoll with thousands of descriptors) is left alone for a while.
 */
static struct env_long *long_entry(const struct env_fd *q)
{
	unsigned i = (unsigned)q->fd * 31 + (unsigned)q->tid;

	return &q->l->longs[i & (ENV_LONGS - 1)];
}

static bool is_left_alone(const struct env_fd *q)
{
	const struct env_long *k = long_entry(q);

	return k->tid == q->tid && k->fd == q->fd &&
	       now_ns(CLOCK_MONOTONIC) < k->until_ns;
}

static void leave_alone(const struct env_fd *q)
{
	*long_entry(q) = (struct env_long){
		.tid = q->tid, .fd = q->fd,
		.until_ns = now_ns(CLOCK_MONOTONIC) + NSEC_PER_SEC,
	};
}

static bool special_put(const struct env_fd *q, const struct fdinfo_kind *k,
			struct buf *out)
{
	char text[FDINFO_LONG], name[FDINFO_NAME_MAX] = "";
	struct fdinfo f = { .text = text, .name = name };
	size_t before = out->len;

	if (is_left_alone(q) || !fdinfo_read(q, text, sizeof(text)))
		return false;
	if (strlen(text) == sizeof(text) - 1)
		leave_alone(q);
	env_fd_ask(q, k->ask, &f, name);
	buf_add(out, "\0-", 2);
	if (fdinfo_put(k, &f, out))
		return true;
	out->len = before;
	return false;
}

/* A path in the root directory may look so, too. */
static bool dmabuf_put(const struct env_fd *q, const struct fd_link *k,
		       struct buf *out)
{
	char text[FDINFO_SHORT];
	struct buf exporter = { .len = 0 };
	uint64_t size;
	bool known;

	known = fdinfo_read(q, text, sizeof(text)) &&
		fdinfo_number(text, "size:", 10, &size) &&
		fdinfo_word(text, "exp_name:", &exporter);
	if (known) {
		buf_add(out, k->text, k->len);
		buf_add(out, "\0-", 2);
		buf_fmt(out, "<dma-buf size=%" PRIu64 ", exporter=", size);
		buf_plain(out, exporter.data, exporter.len);
		buf_ch(out, '>');
	}
	buf_free(&exporter);
	return known;
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
	const struct fdinfo_kind *kind;
	struct fd_link k;
	bool done = false;

	if (!link_read(q, &k))
		return false;
	link_check_deleted(&k);
	kind = fdinfo_kind(k.text, k.len);
	fd.inode = socket_inode(k.text, k.len);
	if (fd.inode)
		done = env_socket_detail(&fd, out);
	else if (k.text[0] == '/')
		done = (link_begins(&k, "/dmabuf:") &&
			dmabuf_put(q, &k, out)) || device_put(q, &k, out);
	else if (link_begins(&k, "anon_inode:[pidfd]") ||
		 link_begins(&k, "pidfd:["))
		done = pidfd_put(q, out);
	else if (kind)
		done = special_put(q, kind, out);
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
