/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_net.c finds sockets in the kernel's tables under /proc/TID/net, and asks
 * sock_diag what only that knows: the other end of a unix socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "diag.h"
#include "live.h"

#define PATH_SIZE 64
#define LINE_SIZE 512

static FILE *table_open(const struct env_fd *q, const char *table)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/net/%s", q->tid, table);
	return fopen(path, "re");
}

struct inet_row {
	char local[40], remote[40];	/* addresses as the kernel's words */
	unsigned local_port, remote_port;
	uint64_t inode;
};

static bool row_parse(const char *line, struct inet_row *row)
{
	return sscanf(line, " %*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %*x %*s %*s "
		      "%*s %*d %*d %" SCNu64, row->local, &row->local_port,
		      row->remote, &row->remote_port, &row->inode) == 5;
}

static void row_addr_put(struct buf *out, const char *hex, unsigned port)
{
	size_t words = strlen(hex) / 8;
	uint32_t addr[4] = {0};

	for (size_t i = 0; i < words && i < 4; i++)
		sscanf(hex + i * 8, "%8" SCNx32, &addr[i]);
	inet_put(out, words == 4 ? AF_INET6 : AF_INET, addr, port);
}

bool env_net_inet(const struct env_fd *q, const char *table, struct buf *out)
{
	FILE *f = table_open(q, table);
	struct inet_row row = {.inode = 0};
	char line[LINE_SIZE];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = row_parse(line, &row) && row.inode == q->inode;
	if (f)
		fclose(f);
	if (!found || !row.local_port)
		return false;
	row_addr_put(out, row.local, row.local_port);
	if (row.remote_port) {
		buf_str(out, "->");
		row_addr_put(out, row.remote, row.remote_port);
	}
	return true;
}

bool env_net_netlink(const struct env_fd *q, int *protocol, uint32_t *port)
{
	FILE *f = table_open(q, "netlink");
	char line[LINE_SIZE];
	uint64_t inode = 0;
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*s %d %" SCNu32 " %*s %*s %*s %*s %*s "
			       "%*s %" SCNu64, protocol, port, &inode) == 3 &&
			inode == q->inode;
	if (f)
		fclose(f);
	return found;
}

/* The name is the rest of the line, so a line feed in it cuts it short. */
void env_net_unix(const struct env_fd *q, struct buf *name)
{
	FILE *f = table_open(q, "unix");
	char line[LINE_SIZE];
	uint64_t inode = 0;
	bool found = false;
	int end = 0;

	while (f && !found && fgets(line, sizeof(line), f)) {
		end = 0;
		found = sscanf(line, "%*x: %*x %*x %*x %*x %*x %" SCNu64 "%n",
			       &inode, &end) == 1 && inode == q->inode;
	}
	if (f)
		fclose(f);
	if (!found || !end || line[end] != ' ')
		return;
	line[strcspn(line, "\n")] = '\0';
	if (line[end + 1] == '@') {
		buf_ch(name, '\0');
		end++;
	}
	buf_str(name, line + end + 1);
}

/* A socket stays in the namespace in which it was made. */
static int diag_open_in(pid_t tid)
{
	char path[PATH_SIZE];
	int fd = -1;
	int home, there;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", tid);
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0) {
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			    NETLINK_SOCK_DIAG);
		if (setns(home, CLONE_NEWNET) != 0)
			diag_die("Can't return to my network namespace: %s",
				 strerror(errno));
	}
	if (home >= 0)
		close(home);
	if (there >= 0)
		close(there);
	return fd;
}

static int diag_get(struct env_live *l, pid_t tid)
{
	uint64_t ns = proc_ns(tid, "net");

	if (!ns || ns == l->netns) {
		if (l->diag < 0)
			l->diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
					 NETLINK_SOCK_DIAG);
		return l->diag;
	}
	if (ns != l->other_netns) {
		if (l->other_diag >= 0)
			close(l->other_diag);
		l->other_diag = diag_open_in(tid);
		l->other_netns = ns;
	}
	return l->other_diag;
}

struct unix_answer {
	struct nlmsghdr head;
	struct unix_diag_msg msg;
	char attrs[1024];
};

static bool diag_ask(int fd, uint64_t inode, struct unix_answer *a)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req req;
	} ask = {
		.head = {
			.nlmsg_len = sizeof(ask),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.req = {
			.sdiag_family = AF_UNIX,
			.udiag_states = -1,
			.udiag_ino = inode,
			.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER,
			.udiag_cookie = {-1, -1},
		},
	};
	ssize_t n;

	if (send(fd, &ask, sizeof(ask), 0) != sizeof(ask))
		return false;
	do
		n = recv(fd, a, sizeof(*a), 0);
	while (n < 0 && errno == EINTR);
	return n >= (ssize_t)offsetof(struct unix_answer, attrs) &&
	       a->head.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	       a->head.nlmsg_len <= (size_t)n && a->msg.udiag_ino == inode;
}

bool env_diag_unix(const struct env_fd *q, uint32_t *peer, struct buf *name)
{
	int fd = diag_get(q->l, q->tid);
	struct unix_answer a = {.head.nlmsg_len = 0};
	size_t left;
	const char *p = a.attrs;

	if (fd < 0 || q->inode > UINT32_MAX || !diag_ask(fd, q->inode, &a))
		return false;
	left = a.head.nlmsg_len - offsetof(struct unix_answer, attrs);
	while (left >= sizeof(struct nlattr)) {
		struct nlattr attr;
		size_t step;

		memcpy(&attr, p, sizeof(attr));
		step = NLA_ALIGN(attr.nla_len);
		if (attr.nla_len < NLA_HDRLEN || attr.nla_len > left)
			break;
		if (attr.nla_type == UNIX_DIAG_NAME)
			buf_add(name, p + NLA_HDRLEN,
				attr.nla_len - NLA_HDRLEN);
		if (attr.nla_type == UNIX_DIAG_PEER &&
		    attr.nla_len >= NLA_HDRLEN + sizeof(*peer))
			memcpy(peer, p + NLA_HDRLEN, sizeof(*peer));
		p += step;
		left -= step < left ? step : left;
	}
	return true;
}
