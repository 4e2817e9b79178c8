/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "captured_file.h"
#include "live.h"
#include "file_id.h"

/* File systems; linux/magic.h may be older than some of them. */
#define MAGIC_SOCKETS 0x534f434b
#define MAGIC_PIPES 0x50495045
#define MAGIC_ANON 0x09041934
#define MAGIC_PIDS 0x50494446
#define MAGIC_NAMESPACES 0x6e736673
#define MAGIC_TMPFS 0x01021994
#define MAGIC_HUGE_PAGES 0x958458f6
#define MAGIC_SECRETS 0x5345434d

#define MINOR_BITS 20		/* in the kernel's numbers of devices */

struct file_facts {
	struct file_id id;
	struct file_ends ends;	/* if FILE_ENDS */
	const char *names;	/* id.names bytes, the last one a NUL */
};

static bool facts_read(const void *data, size_t size, struct file_facts *f)
{
	const char *p = data;
	size_t n = sizeof(f->id);

	if (size < n)
		return false;
	memcpy(&f->id, p, n);
	if (f->id.flags & FILE_ENDS) {
		if (size < n + sizeof(f->ends))
			return false;
		memcpy(&f->ends, p + n, sizeof(f->ends));
		n += sizeof(f->ends);
	}
	f->names = p + n;
	return f->id.names <= size - n &&
	       (!f->id.names || !f->names[f->id.names - 1]);
}

/* ---- names ---- */

/* /proc has no name for a path that exceeds PATH_MAX with its NUL. */
static bool path_is_long(const struct file_facts *f)
{
	size_t room = PATH_MAX - 1;

	if (f->id.flags & FILE_DELETED)
		room -= strlen(" (deleted)");
	return f->id.names > room;
}

/* The names go from the file up to the root, so they are put in reverse. */
static void path_put(const struct file_facts *f, struct buf *out)
{
	size_t end = f->id.names;

	if (!end)
		buf_ch(out, '/');
	while (end) {
		size_t begin = --end;

		while (begin && f->names[begin - 1])
			begin--;
		buf_ch(out, '/');
		buf_add(out, f->names + begin, end - begin);
		end = begin;
	}
}

/* Pipes, sockets and the like are in a file system without directories. */
static bool pseudo_put(const struct file_facts *f, struct buf *out)
{
	const char *name = f->id.names ? f->names : "";
	unsigned long long ino = f->id.ino;

	switch (f->id.magic) {
	case MAGIC_SOCKETS:
		buf_fmt(out, "socket:[%llu]", ino);
		return true;
	case MAGIC_PIPES:
		buf_fmt(out, "pipe:[%llu]", ino);
		return true;
	case MAGIC_NAMESPACES:
		buf_fmt(out, "%s:[%llu]", name, ino);
		return true;
	case MAGIC_ANON:
		buf_fmt(out, "anon_inode:%s", name);
		return true;
	case MAGIC_PIDS:
		buf_str(out, "anon_inode:[pidfd]");
		return true;
	case MAGIC_TMPFS:
	case MAGIC_HUGE_PAGES:
	case MAGIC_SECRETS:
		buf_fmt(out, "/%s", name);
		buf_add(out, "\0D", 2);
		return true;
	default:
		return false;
	}
}

static bool link_put(const struct file_facts *f, struct buf *out)
{
	if (f->id.flags & FILE_PSEUDO)
		return pseudo_put(f, out);
	path_put(f, out);
	if (f->id.flags & FILE_DELETED)
		buf_add(out, "\0D", 2);
	return true;
}

/* ---- details ---- */

static bool device_put(const struct file_facts *f, struct buf *out)
{
	bool is_char = S_ISCHR(f->id.mode);

	if (f->id.flags & (FILE_DELETED | FILE_PSEUDO) ||
	    (!is_char && !S_ISBLK(f->id.mode)))
		return false;
	path_put(f, out);
	buf_add(out, "\0-", 2);
	buf_fmt(out, "<%s %u:%u>", is_char ? "char" : "block",
		f->id.rdev >> MINOR_BITS,
		f->id.rdev & ((1u << MINOR_BITS) - 1));
	return true;
}

static bool is_pidfd(const struct file_facts *f)
{
	return f->id.flags & FILE_PSEUDO &&
	       (f->id.magic == MAGIC_PIDS ||
		(f->id.magic == MAGIC_ANON && f->id.names &&
		 !strcmp(f->names, "[pidfd]")));
}

static bool pidfd_put(const struct file_facts *f, struct buf *out)
{
	if (f->id.pid <= 0)
		return false;
	buf_add(out, "\0-", 2);
	buf_fmt(out, "pid:%d", f->id.pid);
	return true;
}

/* False for a socket that has no address yet. */
static bool inet_ends_put(const struct file_ends *e, struct buf *out)
{
	if (!e->local_port || (e->family != AF_INET && e->family != AF_INET6))
		return false;
	inet_put(out, e->family, e->local, ntohs(e->local_port));
	if (e->remote_port) {
		buf_str(out, "->");
		inet_put(out, e->family, e->remote, ntohs(e->remote_port));
	}
	return true;
}

static void unix_put(const struct file_facts *f, struct buf *out)
{
	const struct file_ends *e = &f->ends;
	struct buf name = {0};

	if (e->name_len <= sizeof(e->name))
		buf_add(&name, e->name, e->name_len);
	unix_ends_put(out, f->id.ino, (uint32_t)e->peer, &name);
	buf_free(&name);
}

static void netlink_put(const struct file_facts *f, struct buf *out)
{
	struct netlink_end e = {
		.inode = f->id.ino, .protocol = f->ends.protocol,
		.port = (uint32_t)f->ends.peer,
	};

	memcpy(e.groups, f->ends.groups, sizeof(e.groups));
	netlink_end_put(out, &e);
}

static bool socket_put(const struct file_facts *f, struct buf *out)
{
	const char *name = f->id.names ? f->names : "";
	const struct proto *p = proto_find(name);
	struct proto other;

	if (!p && proto_other(name, &other))
		p = &other;
	if (!p)
		return false;
	buf_add(out, "\0-", 2);
	buf_str(out, p->name);
	buf_str(out, ":[");
	if (p->class == PROTO_UNIX) {
		unix_put(f, out);
		return true;
	}
	if (p->class == PROTO_NETLINK) {
		netlink_put(f, out);
		return true;
	}
	if (!proto_has_ports(p) || !inet_ends_put(&f->ends, out))
		buf_udec(out, f->id.ino);
	buf_ch(out, ']');
	return true;
}

static enum file_says detail_answer(const struct file_facts *f,
				    struct buf *out)
{
	bool done = false;

	if (!(f->id.flags & FILE_DETAILS) && !is_pidfd(f))
		return FILE_UNKNOWN;
	if (f->id.flags & FILE_ENDS)
		done = socket_put(f, out);
	else if (is_pidfd(f))
		done = pidfd_put(f, out);
	else
		done = device_put(f, out);
	return done || link_put(f, out) ? FILE_ANSWERS : FILE_UNKNOWN;
}

static enum file_says netlink_answer(const struct file_facts *f,
				     struct buf *out)
{
	int protocol = f->ends.protocol;

	if (!(f->id.flags & FILE_PSEUDO) || f->id.magic != MAGIC_SOCKETS)
		return FILE_ANSWERS_NOT;
	if (!(f->id.flags & FILE_ENDS))
		return FILE_UNKNOWN;
	if (f->ends.family != AF_NETLINK)
		return FILE_ANSWERS_NOT;
	buf_add(out, &protocol, sizeof(protocol));
	return FILE_ANSWERS;
}

enum file_says file_answer(const void *id, size_t size, enum env_what what,
			   struct buf *out)
{
	struct file_facts f;

	if (!facts_read(id, size, &f))
		return FILE_UNKNOWN;
	if (f.id.flags & (FILE_NONE | FILE_CUT) || path_is_long(&f))
		return FILE_ANSWERS_NOT;
	switch (what) {
	case ENV_FD_PATH:
	case ENV_CWD:
		return link_put(&f, out) ? FILE_ANSWERS : FILE_UNKNOWN;
	case ENV_FD_DETAIL:
		return detail_answer(&f, out);
	case ENV_FD_NETLINK:
		return netlink_answer(&f, out);
	default:
		return FILE_UNKNOWN;
	}
}
