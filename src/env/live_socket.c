/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_socket.c looks at sockets through a descriptor of our own: pidfd_getfd()
 * borrows the task's for a moment.  That works in any network namespace, and
 * its cost does not grow with the number of sockets, as with the kernel's
 * tables.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
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
#include <linux/vm_sockets.h>
#include <unistd.h>

#include "live.h"
#include "symset.h"

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
	struct sockaddr_ll ll;
	struct sockaddr_vm vm;
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
	{"PACKET", PROTO_PACKET, NULL},
	{"AF_VSOCK", PROTO_VSOCK, NULL},
};

static const char *const netlink_groups[] = {
	[NETLINK_ROUTE] = "rtnl_groups",
	[NETLINK_SOCK_DIAG] = "sknl_groups",
	[NETLINK_XFRM] = "xfrm_groups",
	[NETLINK_SELINUX] = "selnl_groups",
	[NETLINK_AUDIT] = "audit_groups",
	[NETLINK_NETFILTER] = "nfnl_groups",
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

bool proto_other(const char *name, struct proto *p)
{
	static const char more[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789_/.-";

	*p = (struct proto){ .name = name, .class = PROTO_OTHER };
	return *name >= 'A' && *name <= 'Z' && !name[strspn(name, more)];
}

struct env_socket *env_socket_kept(struct env_live *l, uint64_t inode)
{
	struct env_socket *kept = &l->socket[inode & (ENV_SOCKETS - 1)];

	if (kept->inode != inode)
		*kept = (struct env_socket){.inode = inode,
					    .netlink = ENV_NO_ANSWER};
	return kept;
}

static const struct proto *proto_ask(const struct env_fd *q,
				     struct env_socket *kept)
{
	char path[PROTO_NAME_MAX], name[sizeof(kept->other_name)];
	const struct proto *p;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", q->tid, q->fd);
	n = getxattr(path, "system.sockprotoname", name, sizeof(name) - 1);
	if (n <= 0)
		return NULL;
	name[n] = '\0';
	p = proto_find(name);
	if (p)
		return p;
	memcpy(kept->other_name, name, sizeof(name));
	return proto_other(kept->other_name, &kept->other) ? &kept->other :
	       NULL;
}

static const struct proto *proto_get(const struct env_fd *q)
{
	struct env_socket *kept = env_socket_kept(q->l, q->inode);

	if (!kept->proto)
		kept->proto = proto_ask(q, kept);
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

int env_fd_borrow(const struct env_fd *q)
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
	fd = env_fd_borrow(q);
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
	int fd = env_fd_borrow(q);

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
	int fd = env_fd_borrow(q);
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

static void netlink_look(const struct env_fd *q, struct netlink_end *e)
{
	union any_addr a = {0};
	socklen_t len = sizeof(a);
	int fd = env_fd_borrow(q);

	if (fd < 0) {
		env_net_netlink(q, &e->protocol, &e->port);
		return;
	}
	e->protocol = borrowed_option(fd, SO_PROTOCOL);
	if (e->protocol >= 0 && getsockname(fd, &a.sa, &len) == 0)
		e->port = a.nl.nl_pid;
	len = sizeof(e->groups);
	getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, e->groups, &len);
	close(fd);
}

static void netlink_groups_put(struct buf *out, const struct netlink_end *e)
{
	size_t names = sizeof(netlink_groups) / sizeof(*netlink_groups);
	const char *set = (size_t)e->protocol < names ?
			  netlink_groups[e->protocol] : NULL;
	const struct symset *s = set ? symset_find(set) : NULL;
	unsigned shown = 0;

	for (unsigned i = 0; i < NETLINK_GROUPS; i++) {
		const char *name = s ? symset_name(s, 0, i + 1) : NULL;

		if (!(e->groups[i / 8] >> i % 8 & 1))
			continue;
		buf_ch(out, ' ');
		if (shown++ == FDINFO_LIST) {
			buf_str(out, "...");
			break;
		}
		if (name)
			buf_str(out, name);
		else
			buf_udec(out, i + 1);
	}
}

void netlink_end_put(struct buf *out, const struct netlink_end *e)
{
	size_t names = sizeof(netlink_names) / sizeof(*netlink_names);

	if (!e->port)
		buf_udec(out, e->inode);
	else if ((size_t)e->protocol < names && netlink_names[e->protocol])
		buf_fmt(out, "%s:%u", netlink_names[e->protocol], e->port);
	else
		buf_fmt(out, "%d:%u", e->protocol, e->port);
	netlink_groups_put(out, e);
	buf_ch(out, ']');
}

static void netlink_put(const struct env_fd *q, struct buf *out)
{
	struct netlink_end e = { .inode = q->inode, .protocol = -1 };

	netlink_look(q, &e);
	netlink_end_put(out, &e);
}

/* A packet socket's protocol and interface; false if it has none of them. */
static bool packet_put(const struct env_fd *q, const union any_addr *a,
		       struct buf *out)
{
	const struct symset *s = symset_find("eth_protocols");
	unsigned protocol = ntohs(a->ll.sll_protocol);
	const char *name = s ? symset_name(s, 0, protocol) : NULL;

	if (!protocol)
		return false;
	if (name)
		buf_str(out, name);
	else
		buf_hex(out, protocol);
	if (a->ll.sll_ifindex) {
		buf_str(out, ", ");
		if (!env_ifname(q->l, q->tid, (unsigned)a->ll.sll_ifindex,
				out))
			buf_dec(out, a->ll.sll_ifindex);
	}
	return true;
}

static void vsock_end_put(struct buf *out, const union any_addr *a)
{
	if (a->vm.svm_cid == VMADDR_CID_ANY)
		buf_str(out, "VMADDR_CID_ANY");
	else
		buf_udec(out, a->vm.svm_cid);
	buf_fmt(out, ":%u", a->vm.svm_port);
}

static bool vsock_put(int fd, const union any_addr *own, struct buf *out)
{
	union any_addr a = {0};
	socklen_t len = sizeof(a);

	if (own->vm.svm_port == VMADDR_PORT_ANY)
		return false;
	vsock_end_put(out, own);
	if (getpeername(fd, &a.sa, &len) == 0) {
		buf_str(out, "->");
		vsock_end_put(out, &a);
	}
	return true;
}

static bool other_put(const struct env_fd *q, const struct proto *p,
		      struct buf *out)
{
	bool asked = p->class == PROTO_PACKET || p->class == PROTO_VSOCK;
	int fd = asked ? env_fd_borrow(q) : -1;
	union any_addr a = {0};
	socklen_t len = sizeof(a);
	bool known;

	if (fd < 0)
		return false;
	known = getsockname(fd, &a.sa, &len) == 0 &&
		(p->class == PROTO_VSOCK ? vsock_put(fd, &a, out) :
		 packet_put(q, &a, out));
	close(fd);
	return known;
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
	if (proto_has_ports(p) ? !inet_put_ends(q, p, out) :
				 !other_put(q, p, out))
		buf_udec(out, q->inode);
	buf_ch(out, ']');
	return true;
}
