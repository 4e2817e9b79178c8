/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_live: the parts that the files of the live environment share.
 *
 * Two things are kept between questions.  For each task these are a handle on
 * /proc/TID/fd and a pidfd, which are bound to the task and fail once it is
 * gone, so that a reused tid can't be mistaken.  For each inode of a socket it
 * is what can't change any more.
 */
#ifndef STRACE_ENV_LIVE_H
#define STRACE_ENV_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "env.h"
#include "fdinfo.h"
#include "proc.h"

#define ENV_TASKS 16		/* powers of two, all of them */
#define ENV_SOCKETS 256
#define ENV_PEERS 64
#define ENV_PIDS 256
#define ENV_GENL_MAX 128
#define ENV_LONGS 64

struct env_task {
	pid_t tid;		/* 0: free */
	int fd_dir;		/* /proc/TID/fd */
	int pidfd;		/* -1: not opened yet; -2: can't be had */
};

/* A protocol, found by the name that the kernel has for it. */
enum proto_class { PROTO_OTHER, PROTO_STREAM, PROTO_DGRAM, PROTO_RAW,
		   PROTO_UNIX, PROTO_NETLINK, PROTO_PACKET,
		   PROTO_VSOCK };
struct proto {
	const char *name;	/* as the kernel calls it */
	enum proto_class class;
	const char *table;	/* in /proc/TID/net */
};

/* The protocol of a socket never changes. */
struct env_socket {
	uint64_t inode;		/* 0: free */
	int netlink;		/* protocol, or -1 if it is of another family;
				 * ENV_NO_ANSWER: not known yet */
	const struct proto *proto;	/* NULL: not known yet */
	uint32_t unix_peer;	/* the last one seen, 0: none */
	struct proto other;	/* if it is one that proto_find() lacks, ... */
	char other_name[32];	/* ... and its name */
};

/* A connected stream keeps its addresses. */
struct env_peer {
	uint64_t inode;
	char text[120];
};

/* A process of another PID namespace, there and here. */
struct env_pid {
	uint64_t ns;		/* 0: free */
	pid_t key, ours;
};

/* A family of generic netlink, under the number that it has now. */
struct env_genl {
	uint16_t id;
	char name[16];
};

/* A descriptor about which the kernel says so much that it takes long. */
struct env_long {
	pid_t tid;		/* 0: free */
	int fd;
	int64_t until_ns;	/* it isn't asked again before */
};

struct env_stack;
struct env_secontext;

struct env_live {
	struct env env;
	struct env_task task[ENV_TASKS];
	struct env_socket socket[ENV_SOCKETS];
	struct env_peer peer[ENV_PEERS];
	struct env_pid pid[ENV_PIDS];
	struct env_genl family[ENV_GENL_MAX];
	unsigned nfamilies;
	uint16_t no_family;	/* the last number that had none */
	struct env_long longs[ENV_LONGS];
	bool proc;		/* /proc numbers tasks as we do */
	uint64_t netns, pidns;	/* inodes of our own namespaces */
	int diag;		/* sock_diag socket in our network namespace */
	int other_diag;		/* and in another one */
	uint64_t other_netns;
	bool no_getfd;		/* pidfd_getfd() is not there, or forbidden */
	struct env_stack *stack; /* NULL: no stack was asked for yet */
	struct env_secontext *secontext; /* the same */
};

/* A descriptor of a task that a question is about. */
struct env_fd {
	struct env_live *l;
	pid_t tid;
	int fd;
	uint64_t inode;		/* of a socket */
};

/* The task's entry with fd_dir open, or NULL if it is gone. */
struct env_task *env_task_get(struct env_live *l, pid_t tid);
void env_task_drop(struct env_task *t);

/* The entry of a socket; a new one has nothing known in it. */
struct env_socket *env_socket_kept(struct env_live *l, uint64_t inode);

/* Each appends its answer to out, in the form that env.h describes. */
bool env_fd_path(const struct env_fd *q, struct buf *out);
bool env_fd_detail(const struct env_fd *q, struct buf *out);
bool env_cwd(pid_t tid, struct buf *out);
bool env_fd_pos(const struct env_fd *q, int64_t *pos);
bool env_kvm_exit(const struct env_fd *q, struct buf *out);	/* live_kvm.c */
bool env_kvm_run(const struct env_fd *q, struct buf *out);

/* The name of a family of generic netlink (live_genl.c). */
bool env_genl(struct env_live *l, uint64_t id, struct buf *out);

/* live_pmu.c: the name of the source of perf events that has that type. */
bool env_pmu(uint64_t type, struct buf *out);
/* A copy of the task's descriptor; -1 if we can't get one. */
int env_fd_borrow(const struct env_fd *q);
/*
 * live_bpf.c: ask the descriptor itself for what its text lacks, and put that
 * in f, whose name is in the buffer.
 */
void env_fd_ask(const struct env_fd *q, enum fdinfo_ask ask,
		struct fdinfo *f, char name[FDINFO_NAME_MAX]);

/* False if there is no more to say than the link does. */
bool env_socket_detail(const struct env_fd *q, struct buf *out);
/* The protocol of a netlink socket, else -1. */
int env_socket_netlink(const struct env_fd *q);
/* The same, not cached; ENV_NO_ANSWER if it can't be found out now. */
#define ENV_NO_ANSWER (-2)
int env_socket_protocol(const struct env_fd *q);

/* The same from the tables in /proc/TID/net, if there is no descriptor. */
bool env_net_inet(const struct env_fd *q, const char *table, struct buf *out);
bool env_net_netlink(const struct env_fd *q, int *protocol, uint32_t *port);
void env_net_unix(const struct env_fd *q, struct buf *name);

/*
 * Ask the kernel for the peer and the name of a unix socket.  False if it does
 * not know the socket, because that is of another network namespace.
 */
bool env_diag_unix(const struct env_fd *q, uint32_t *peer, struct buf *name);

/*
 * Load the library; false after it reported that it can't be had.  A stack is
 * cut after so many frames.
 */
bool env_stack_ready(struct env_live *l, unsigned limit);
bool env_secontext_ready(struct env_live *l);
/* live_stack.c: a page of frames, in the form of stack.h; of a task that is
 * stopped, or of what was captured of it. */
bool env_stack(struct env_live *l, const struct env_query *q,
	       const struct stack_captured *captured, struct buf *out);
void env_stack_free(struct env_stack *s);
/* live_secontext.c: answers in the form of secontext.h. */
bool env_secontext(struct env_live *l, const struct env_query *q,
		   struct buf *out);
void env_secontext_free(struct env_secontext *s);
/*
 * Are the files of this device (with 0:0, of any device that tid can see)
 * served by a process?  That may be the task that is stopped, and not answer.
 */
bool env_mount_is_fuse(pid_t tid, unsigned major, unsigned minor);
/* The name of a network interface; false: not known. */
bool env_ifname(struct env_live *l, pid_t tid, uint64_t index,
		struct buf *out);
/* The process that tid knows as pid, as we see it, or -1. */
pid_t env_pid(struct env_live *l, pid_t tid, uint64_t pid);

/* Sockets' addresses as text: 127.0.0.1:80, [::1]:80. */
void inet_put(struct buf *out, int family, const void *addr, unsigned port);

const struct proto *proto_find(const char *name);	/* NULL: unknown */
static inline bool proto_has_ports(const struct proto *p)
{
	return p->class == PROTO_STREAM || p->class == PROTO_DGRAM;
}
/* One of that name of which nothing else is known; false: it is none. */
bool proto_other(const char *name, struct proto *p);

/* An end of a netlink socket; group 1 is the lowest bit of the first byte. */
#define NETLINK_GROUPS 256
struct netlink_end {
	uint64_t inode;
	int protocol;
	uint32_t port;		/* 0: it has none yet */
	uint8_t groups[NETLINK_GROUPS / 8];
};

/* These write what follows "UNIX:[" and "NETLINK:[". */
void unix_ends_put(struct buf *out, uint64_t inode, uint32_t peer,
		   struct buf *name);
void netlink_end_put(struct buf *out, const struct netlink_end *e);

#endif
