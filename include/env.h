/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env: everything a decoder may want to know that is not in user memory.
 *
 * One question, one answer of bytes: env_get(env, what, tid, key, buf, size)
 * returns the length of the answer (never more than size) or -1 when there is
 * none.  Text answers are raw bytes as the kernel gave them, not terminated,
 * and must be escaped before they are shown.  Implementations: env_live (/proc
 * and sock_diag, cached where that is safe), env_record (asks another one and
 * notes the answers), env_replay, and tables in unit tests.
 *
 * The room src/env: the files that answer.  live*.c ask the kernel, fdinfo.c
 * reads what that says of descriptors that are no files; captured*.c answer
 * from what came with events; files.c, with fd_table and fd_adopt, keeps
 * what a descriptor is between calls; proc.c reads /proc.  Answers that were
 * recorded are in src/record.
 */
#ifndef STRACE_ENV_H
#define STRACE_ENV_H

#include <linux/sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

enum env_what {
	ENV_FD_PATH = 1,  /* key: fd.  What /proc/TID/fd/N links to */
	ENV_FD_DETAIL,	  /* key: fd.  For -yy, shown in place of the path:
			   * "TCP:[127.0.0.1:80->127.0.0.1:555]",
			   * "/dev/null<char 1:3>", "pid:17" ... */
	ENV_FD_NETLINK,	  /* key: fd.  int protocol if it is a netlink socket */
	ENV_CWD,	  /* path of the working directory */
	ENV_COMM,	  /* key: 0 for tid itself, else a pid of tid's world */
	ENV_IFNAME,	  /* key: interface index */
	ENV_PIDNS,	  /* key: pid as tid sees it.  pid_t as we see it */
	ENV_FD_POS,	  /* key: fd.  int64_t file offset, for device checks */
	ENV_STACK,	  /* key: STACK_KEY().  Frames of tid, see stack.h */
	ENV_SECONTEXT_PATH, /* key: the path's address; see secontext.h */
	ENV_SECONTEXT_FD, /* key: fd */
	ENV_SECONTEXT_PID, /* key: a pid of tid's world */
	ENV_NAMESPACE,	  /* key: ENV_NAMESPACE_KEY().  uint64_t inode */
	ENV_KVM_EXIT,	  /* key: fd of a vCPU.  uint32_t: why it stopped */
	ENV_KVM_RUN,	  /* key: the same.  Its pages, as struct env_kvm_run */
	ENV_DRIVER,	  /* key: ENV_DRIVER_KEY().  The name "i915" */
	ENV_GENL_FAMILY,  /* key: number of a message.  The name "nl80211" */
	ENV_BOOT_TIME,	  /* int64_t: what the clock said at the system's start,
			   * in nanoseconds */
	ENV_IFNAME_IN,	  /* key: ENV_IFNAME_KEY().  The same as ENV_IFNAME */
	ENV_PMU,	  /* key: type of a perf event.  The name "msr" */
};

/* An interface of a network namespace, which has that inode. */
#define ENV_IFNAME_KEY(netns, index) ((uint64_t)(netns) << 32 | (index))

/* A character device. */
#define ENV_DRIVER_KEY(major, minor) ((uint64_t)(major) << 32 | (minor))

/* A namespace of pid, as tid sees it, or of tid itself (0). */
#define ENV_NAMESPACE_KEY(pid, n) ((uint64_t)(pid) << 8 | (n))

struct env_namespace {
	uint64_t flag;		/* CLONE_NEW* */
	char name[8];		/* in /proc/TID/ns */
};

#define ENV_NAMESPACES 8

static inline const struct env_namespace *env_namespace(unsigned n)
{
	static const struct env_namespace known[ENV_NAMESPACES] = {
		{ CLONE_NEWCGROUP, "cgroup" }, { CLONE_NEWIPC, "ipc" },
		{ CLONE_NEWNS, "mnt" }, { CLONE_NEWNET, "net" },
		{ CLONE_NEWPID, "pid" }, { CLONE_NEWTIME, "time" },
		{ CLONE_NEWUSER, "user" }, { CLONE_NEWUTS, "uts" },
	};

	return n < ENV_NAMESPACES ? &known[n] : NULL;
}

/*
 * The answers to ENV_FD_PATH, ENV_FD_DETAIL and ENV_CWD are
 *
 *	PATH  or  PATH NUL FLAG DETAIL  or  PATH NUL FLAG DETAIL NUL NAME
 *
 * PATH is raw bytes (possibly none) and is escaped by the sink like any path;
 * FLAG is one byte, 'D' if the file is deleted (the sink says so after the
 * closing bracket), '-' if not; DETAIL is plain text to be shown as it is
 * after the path (control bytes in it can only come from a forged record, and
 * are escaped); NAME is the raw address of a unix socket, shown after DETAIL
 * as  ,"escaped"]  or, when its first byte is NUL,  ,@"escaped rest"]
 *
 *	/dev/null	NUL - <char 1:3>		/dev/null<char 1:3>
 *			NUL - TCP:[127.0.0.1:80]	TCP:[127.0.0.1:80]
 *			NUL - UNIX-STREAM:[7->8  NUL /a	UNIX-STREAM:[7->8,"/a"]
 *	/tmp/x		NUL D				/tmp/x>(deleted)
 *
 * Every sink takes them apart with env_fd_split().
 */
struct env_fd_text {
	const char *path, *detail, *name;
	size_t path_len, detail_len, name_len;	/* name: NULL if none */
	bool deleted;
};

static inline void env_fd_split(const char *text, size_t len,
				struct env_fd_text *t)
{
	const char *nul = len ? memchr(text, 0, len) : NULL;
	const char *end = text + len;

	*t = (struct env_fd_text){.path = text, .path_len = len,
				  .detail = ""};
	if (!nul)
		return;
	t->path_len = nul - text;
	if (nul + 1 == end)
		return;
	t->deleted = nul[1] == 'D';
	t->detail = nul + 2;
	t->detail_len = end - t->detail;
	nul = t->detail_len ? memchr(t->detail, 0, t->detail_len) : NULL;
	if (!nul)
		return;
	t->detail_len = nul - t->detail;
	t->name = nul + 1;
	t->name_len = end - t->name;
}

/* The kinds of descriptors that ENV_FD_DETAIL has an answer for. */
enum env_fd_kind {
	ENV_FD_PLAIN,		/* the path alone */
	ENV_FD_SOCKET,
	ENV_FD_DEVICE,
	ENV_FD_PROCESS,		/* a pidfd */
	ENV_FD_COUNTER,		/* an eventfd */
	ENV_FD_SIGNALS,		/* a signalfd */
	ENV_FD_ANON,		/* a timerfd, an epoll, a BPF map ... */
};

static inline enum env_fd_kind env_fd_kind(const char *text, size_t len)
{
	static const struct {
		const char *begin;
		enum env_fd_kind kind;
	} k[] = {
		{ "<dma-buf ", ENV_FD_ANON }, { "<", ENV_FD_DEVICE },
		{ "pid:", ENV_FD_PROCESS },
		{ "{eventfd-", ENV_FD_COUNTER },
		{ "signalfd:", ENV_FD_SIGNALS },
	};
	struct env_fd_text t;

	env_fd_split(text, len, &t);
	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++) {
		size_t n = strlen(k[i].begin);

		if (t.detail_len >= n && !memcmp(t.detail, k[i].begin, n))
			return k[i].kind;
	}
	if (!t.detail_len)
		return ENV_FD_PLAIN;
	/* Names of sockets' protocols begin with a capital letter. */
	return *t.detail >= 'a' && *t.detail <= 'z' ? ENV_FD_ANON :
	       ENV_FD_SOCKET;
}

/*
 * What a virtual CPU's pages hold, in the layout of linux/kvm.h and the order
 * of the machine that it runs on.
 */
struct env_kvm_run {
	uint32_t vcpu;		/* the number that its machine knows it by */
	uint32_t ndata;		/* bytes of data */
	uint8_t run[288];	/* struct kvm_run up to the end of the exits */
	uint8_t data[256];	/* KVM_EXIT_IO: what goes through the port */
};

/* Where they are in run. */
enum {
	KVM_RUN_REASON = 8, KVM_RUN_APIC = 24,
	KVM_RUN_EXIT = 32, KVM_RUN_IO_SIZE = 33, KVM_RUN_IO_COUNT = 36,
	KVM_RUN_IO_OFFSET = 40,
};

#define KVM_REASON_IO 2

struct env;

struct env_query {
	enum env_what what;
	pid_t tid;
	uint64_t key;
};

struct env_ops {
	ssize_t (*get)(struct env *e, const struct env_query *q, void *buf,
		       size_t size);
	void (*close)(struct env *e);
};

struct env {
	const struct env_ops *ops;
};

static inline ssize_t env_ask(struct env *e, const struct env_query *q,
			      void *buf, size_t size)
{
	return e ? e->ops->get(e, q, buf, size) : -1;
}

#define env_get(e, what, tid, key, buf, size) \
	env_ask(e, &(struct env_query){what, tid, key}, buf, size)

struct env *env_live_new(void);
/*
 * Load the libraries that answers about stacks (of so many frames; 0: they are
 * not asked for) and security contexts need, before anything is traced that
 * could be lost.  False after it reported what is missing.
 */
bool env_live_ready(struct env *e, unsigned frames, bool contexts);

struct buf;
struct stack_maps;

/*
 * The same as ENV_STACK, of a stack that was captured when the task was there.
 * The bytes are a struct stack_piece and its memory (stack_piece.h).
 */
struct stack_captured {
	pid_t tid;
	int64_t wall_ns;	/* when that was */
	const void *piece;
	size_t size;
	const struct stack_maps *maps;	/* NULL: what the task has now */
	const struct buf *vdso;	/* of 32-bit tasks; empty: not known */
};
ssize_t env_live_stack(struct env *e, const struct stack_captured *c,
		       uint64_t key, void *buf, size_t size);

/*
 * Note a new task's numbers in PID namespaces while it is there, stopped.  They
 * will be asked for when it is gone, after a wait or a signal about its end.
 */
void env_live_born(struct env *e, pid_t tid);
static inline void env_close(struct env *e)
{
	if (e)
		e->ops->close(e);
}

#endif
