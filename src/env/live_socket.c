/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_socket.c looks at sockets through a descriptor of our own: pidfd_getfd()
 * borrows the task's for a moment.  That works in any network namespace, and
 * its cost does not grow with the number of sockets, as with the kernel's
 * tables.
 */
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "live.h"

#define PROTO_NAME_MAX 64
#define STATUS_MAX 4096

#ifndef __NR_pidfd_open
#define __NR_pidfd_open 434
#endif
#ifndef __NR_pidfd_getfd
#define __NR_pidfd_getfd 438
#endif
#ifndef PIDFD_THREAD
#define PIDFD_THREAD 02000	/* Linux 6.9: any thread, not only leaders */
#endif

union any_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_nl nl;
	struct sockaddr_storage storage;
};

static const struct proto protos[] = {
	{"TCP", PROTO_STREAM, "tcp"},
	{"TCPv6", PROTO_STREAM, "tcp6"},
	{"UDP", PROTO_DGRAM, "udp"},
	{"UDPv6", PROTO_DGRAM, "udp6"},
	{"UDPLITEv6", PROTO_DGRAM, "udplite6"},
	{"UDP-Lite", PROTO_DGRAM, "udplite"},
	{"DCCP", PROTO_STREAM, NULL},
	{"DCCPv6", PROTO_STREAM, NULL},
	{"SCTP", PROTO_STREAM, NULL},
	{"SCTPv6", PROTO_STREAM, NULL},
	{"MPTCP", PROTO_STREAM, NULL},
	{"MPTCPv6", PROTO_STREAM, NULL},
	{"PING", PROTO_DGRAM, "icmp"},
	{"PINGv6", PROTO_DGRAM, "icmp6"},
	{"L2TP/IP", PROTO_RAW, NULL},
	{"L2TP/IPv6", PROTO_RAW, NULL},
	{"RAW", PROTO_RAW, NULL},
	{"RAWv6", PROTO_RAW, NULL},
	{"UNIX", PROTO_UNIX, NULL},
	{"UNIX-STREAM", PROTO_UNIX, NULL},
	{"NETLINK", PROTO_NETLINK, NULL},
};

static const char *const netlink_names[] = {
	[NETLINK_ROUTE] = "ROUTE",
	[NETLINK_UNUSED] = "UNUSED",
	[NETLINK_USERSOCK] = "USERSOCK",
	[NETLINK_FIREWALL] = "FIREWALL",
	[NETLINK_SOCK_DIAG] = "SOCK_DIAG",
	[NETLINK_NFLOG] = "NFLOG",
	[NETLINK_XFRM] = "XFRM",
	[NETLINK_SELINUX] = "SELINUX",
	[NETLINK_ISCSI] = "ISCSI",
	[NETLINK_AUDIT] = "AUDIT",
	[NETLINK_FIB_LOOKUP] = "FIB_LOOKUP",
	[NETLINK_CONNECTOR] = "CONNECTOR",
	[NETLINK_NETFILTER] = "NETFILTER",
	[NETLINK_IP6_FW] = "IP6_FW",
	[NETLINK_DNRTMSG] = "DNRTMSG",
	[NETLINK_KOBJECT_UEVENT] = "KOBJECT_UEVENT",
	[NETLINK_GENERIC] = "GENERIC",
	[NETLINK_SCSITRANSPORT] = "SCSITRANSPORT",
	[NETLINK_ECRYPTFS] = "ECRYPTFS",
	[NETLINK_RDMA] = "RDMA",
	[NETLINK_CRYPTO] = "CRYPTO",
	[NETLINK_SMC] = "SMC",
};

const struct proto *proto_find(const char *name)
{
	for (size_t i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		if (!strcmp(name, protos[i].name))
			return &protos[i];
	return NULL;
}

struct env_socket *env_socket_kept(struct env_live *l, uint64_t inode)
{
	struct env_socket *kept = &l->socket[inode & (ENV_SOCKETS - 1)];

	if (kept->inode != inode)
		*kept = (struct env_socket){.inode = inode,
					    .netlink = ENV_NO_ANSWER};
	return kept;
}

static const struct proto *proto_ask(const struct env_fd *q)
{
	char path[PROTO_NAME_MAX], name[PROTO_NAME_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", q->tid, q->fd);
	n = getxattr(path, "system.sockprotoname", name, sizeof(name) - 1);
	if (n <= 0)
		return NULL;
	name[n] = '\0';
	return proto_find(name);
}

static const struct proto *proto_get(const struct env_fd *q)
{
	struct env_socket *kept = env_socket_kept(q->l, q->inode);

	if (!kept->proto)
		kept->proto = proto_ask(q);
	return kept->proto;
}

/* Kernels before 6.9 know pidfds of whole processes only. */
static int leader_pidfd(pid_t tid)
{
	char status[STATUS_MAX];
	char *p = NULL;

	if (proc_read(tid, "status", status, sizeof(status)) > 0)
		p = strstr(status, "\nTgid:");
	if (!p)
		return -1;
	return syscall(__NR_pidfd_open, atoi(p + strlen("\nTgid:")), 0);
}

/* A copy of the task's descriptor; -1 if we can't get one. */
static int socket_borrow(const struct env_fd *q)
{
	struct env_task *t = env_task_get(q->l, q->tid);

	if (!t || q->l->no_getfd)
		return -1;
	if (t->pidfd == -1)
		t->pidfd = syscall(__NR_pidfd_open, q->tid, PIDFD_THREAD);
	if (t->pidfd == -1)
		t->pidfd = leader_pidfd(q->tid);
	if (t->pidfd == -1)
		t->pidfd = -2;
	return t->pidfd < 0 ? -1 :
	       (int)syscall(__NR_pidfd_getfd, t->pidfd, q->fd, 0);
}

void inet_put(struct buf *out, int family, const void *addr, unsigned port)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family, addr, text, sizeof(text));
	buf_fmt(out, family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, port);
}

/* False if the port is 0, which is no address. */
static bool addr_put(struct buf *out, const union any_addr *a)
{
	if (a->sa.sa_family == AF_INET && a->in.sin_port) {
		inet_put(out, AF_INET, &a->in.sin_addr, ntohs(a->in.sin_port));
		return true;
	}
	if (a->sa.sa_family == AF_INET6 && a->in6.sin6_port) {
		inet_put(out, AF_INET6, &a->in6.sin6_addr,
			 ntohs(a->in6.sin6_port));
		return true;
	}
	return false;
}

/* A connection that is being made has a peer, but only the tables name it. */
static bool tcp_is_connecting(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_state == TCP_SYN_SENT;
}

static bool inet_ends(const struct env_fd *q, int fd, struct buf *out,
		      bool *connected)
{
	union any_addr a = {0};
	socklen_t len = sizeof(a);

	*connected = false;
	if (tcp_is_connecting(fd) && (env_net_inet(q, "tcp", out) ||
				      env_net_inet(q, "tcp6", out)))
		return true;
	if (getsockname(fd, &a.sa, &len) || !addr_put(out, &a))
		return false;
	len = sizeof(a);
	if (getpeername(fd, &a.sa, &len))
		return true;
	buf_str(out, "->");
	*connected = addr_put(out, &a);
	if (!*connected)
		out->len -= 2;
	return true;
}

static bool inet_put_ends(const struct env_fd *q, const struct proto *p,
			  struct buf *out)
{
	struct env_peer *kept = &q->l->peer[q->inode & (ENV_PEERS - 1)];
	struct buf ends = {0};
	bool connected = false;
	bool known;
	int fd;

	if (kept->inode == q->inode && p->class == PROTO_STREAM) {
		buf_str(out, kept->text);
		return true;
	}
	fd = socket_borrow(q);
	if (fd >= 0) {
		known = inet_ends(q, fd, &ends, &connected);
		close(fd);
	} else {
		known = p->table && env_net_inet(q, p->table, &ends);
	}
	if (known)
		buf_add(out, ends.data, ends.len);
	if (connected && ends.len < sizeof(kept->text)) {
		kept->inode = q->inode;
		strcpy(kept->text, buf_cstr(&ends));
	}
	buf_free(&ends);
	return known;
}

static void unix_name_put(const struct env_fd *q, struct buf *name)
{
	union any_addr a = {0};
	socklen_t len = sizeof(a);
	int fd = socket_borrow(q);

	if (fd < 0) {
		env_net_unix(q, name);
		return;
	}
	if (getsockname(fd, &a.sa, &len) == 0 &&
	    len > offsetof(struct sockaddr_un, sun_path) && len <= sizeof(a))
		buf_add(name, a.un.sun_path,
			len - offsetof(struct sockaddr_un, sun_path));
	close(fd);
}

void unix_ends_put(struct buf *out, uint64_t inode, uint32_t peer,
		   struct buf *name)
{
	buf_udec(out, inode);
	if (peer) {
		buf_str(out, "->");
		buf_udec(out, peer);
	}
	/* A file's name ends at its NUL; in an abstract one NULs count. */
	if (name->len && name->data[0])
		name->len = strnlen(name->data, name->len);
	if (name->len) {
		buf_ch(out, '\0');
		buf_add(out, name->data, name->len);
	} else {
		buf_ch(out, ']');
	}
}

/* The kernel forgets a peer that has closed its end, so the last is kept. */
static void unix_put(const struct env_fd *q, struct buf *out)
{
	struct env_socket *kept = env_socket_kept(q->l, q->inode);
	struct buf name = {0};
	uint32_t peer = 0;

	if (!env_diag_unix(q, &peer, &name))
		unix_name_put(q, &name);
	if (peer)
		kept->unix_peer = peer;
	else
		peer = kept->unix_peer;
	unix_ends_put(out, q->inode, peer, &name);
	buf_free(&name);
}

static int borrowed_option(int fd, int option)
{
	socklen_t len = sizeof(int);
	int v = -1;

	return getsockopt(fd, SOL_SOCKET, option, &v, &len) == 0 ? v : -1;
}

int env_socket_protocol(const struct env_fd *q)
{
	int fd = socket_borrow(q);
	int protocol = -1;
	uint32_t port;

	if (fd < 0)
		return env_net_netlink(q, &protocol, &port) ? protocol :
		       ENV_NO_ANSWER;
	if (borrowed_option(fd, SO_DOMAIN) == AF_NETLINK)
		protocol = borrowed_option(fd, SO_PROTOCOL);
	close(fd);
	return protocol;
}

static uint32_t netlink_port(const struct env_fd *q, int *protocol)
{
	union any_addr a = {0};
	socklen_t len = sizeof(a);
	int fd = socket_borrow(q);
	uint32_t port = 0;

	if (fd < 0)
		return env_net_netlink(q, protocol, &port) ? port : 0;
	*protocol = borrowed_option(fd, SO_PROTOCOL);
	if (getsockname(fd, &a.sa, &len) == 0)
		port = a.nl.nl_pid;
	close(fd);
	return *protocol < 0 ? 0 : port;
}

void netlink_end_put(struct buf *out, uint64_t inode, int protocol,
		     uint32_t port)
{
	size_t names = sizeof(netlink_names) / sizeof(*netlink_names);

	if (!port)
		buf_udec(out, inode);
	else if ((size_t)protocol < names && netlink_names[protocol])
		buf_fmt(out, "%s:%u", netlink_names[protocol], port);
	else
		buf_fmt(out, "%d:%u", protocol, port);
	buf_ch(out, ']');
}

static void netlink_put(const struct env_fd *q, struct buf *out)
{
	int protocol = -1;
	uint32_t port = netlink_port(q, &protocol);

	netlink_end_put(out, q->inode, protocol, port);
}

bool env_socket_detail(const struct env_fd *q, struct buf *out)
{
	const struct proto *p = proto_get(q);

	if (!p)
		return false;
	buf_add(out, "\0-", 2);
	buf_str(out, p->name);
	buf_str(out, ":[");
	if (p->class == PROTO_UNIX) {
		unix_put(q, out);
		return true;
	}
	if (p->class == PROTO_NETLINK) {
		netlink_put(q, out);
		return true;
	}
	if (p->class == PROTO_RAW || !inet_put_ends(q, p, out))
		buf_udec(out, q->inode);
	buf_ch(out, ']');
	return true;
}
