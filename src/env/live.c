/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live.h"

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "xalloc.h"

#define PROC_NAME_MAX 64
#define LINE_MAX_READ 256

/* Linux 6.11; older headers do not have it. */
#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS _IOR(0xb7, 0x6, int)
#endif

void env_task_drop(struct env_task *t)
{
	if (!t->tid)
		return;
	close(t->fd_dir);
	if (t->pidfd >= 0)
		close(t->pidfd);
	t->tid = 0;
}

struct env_task *env_task_get(struct env_live *l, pid_t tid)
{
	struct env_task *t = &l->task[tid & (ENV_TASKS - 1)];
	char name[PROC_NAME_MAX];

	if (t->tid == tid)
		return t;
	env_task_drop(t);
	snprintf(name, sizeof(name), "/proc/%d/fd", tid);
	t->fd_dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->fd_dir < 0)
		return NULL;
	t->tid = tid;
	t->pidfd = -1;
	return t;
}

/* The last number of a line "NSpid:\t1234\t7": that in its own namespace. */
static pid_t nspid(pid_t pid)
{
	char status[4096];
	char *p, *end;

	if (proc_read(pid, "status", status, sizeof(status)) < 0)
		return -1;
	p = strstr(status, "\nNSpid:");
	if (!p)
		return -1;
	end = strchr(p + 1, '\n');
	if (!end)
		return -1;
	*end = '\0';
	p = strrchr(p, '\t');
	return p ? (pid_t)strtol(p, NULL, 10) : -1;
}

static pid_t pidns_scan(uint64_t ns, pid_t key)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t found = -1;

	while (dir && found < 0 && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0 && proc_ns(pid, "pid") == ns && nspid(pid) == key)
			found = pid;
	}
	if (dir)
		closedir(dir);
	return found;
}

/*
 * Keep that key of ns is ours.  If ours is no pid, answer with what was kept: a
 * process that was waited for, or that ended after it sent a signal, can't be
 * looked up any more.
 */
static pid_t pid_known(struct env_live *l, uint64_t ns, pid_t key, pid_t ours)
{
	struct env_pid *known = &l->pid[key & (ENV_PIDS - 1)];

	if (ours > 0)
		*known = (struct env_pid){ .ns = ns, .key = key, .ours = ours };
	else if (known->ns == ns && known->key == key)
		ours = known->ours;
	return ours > 0 ? ours : -1;
}

static pid_t pid_translate(struct env_live *l, pid_t tid, uint64_t key)
{
	uint64_t ns = proc_ns(tid, "pid");
	char path[PROC_NAME_MAX];
	pid_t pid;
	int fd;

	if (!key || key > INT32_MAX)
		return -1;
	if (ns == l->pidns)
		return key;
	if (!ns)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	pid = ioctl(fd, NS_GET_PID_FROM_PIDNS, (int)key);
	close(fd);
	if (pid < 0 && errno != ESRCH)
		pid = pidns_scan(ns, (pid_t)key);
	return pid_known(l, ns, (pid_t)key, pid);
}

void env_live_born(struct env *e, pid_t tid)
{
	struct env_live *l = (struct env_live *)e;
	uint64_t ns = l->proc ? proc_ns(tid, "pid") : 0;
	pid_t key;

	if (!ns || ns == l->pidns)
		return;
	key = nspid(tid);
	if (key > 0)
		pid_known(l, ns, key, tid);
}

pid_t env_pid(struct env_live *l, pid_t tid, uint64_t pid)
{
	return pid_translate(l, tid, pid);
}

static bool comm_get(struct env_live *l, pid_t tid, uint64_t key,
		     struct buf *out)
{
	char comm[LINE_MAX_READ];
	ssize_t n;

	if (key)
		tid = pid_translate(l, tid, key);
	if (tid <= 0)
		return false;
	n = proc_read(tid, "comm", comm, sizeof(comm));
	if (n > 0 && comm[n - 1] == '\n')
		n--;
	if (n > 0)
		buf_add(out, comm, n);
	return n > 0;
}

/*
 * For another network namespace: two tables list interfaces with their index,
 * one of them those with an IPv4 address, the other those with an IPv6 address.
 */
static bool ifname_scan(pid_t tid, uint64_t index, char *name)
{
	char path[PROC_NAME_MAX], line[LINE_MAX_READ];
	unsigned number;
	bool found = false;
	FILE *f;

	for (int v6 = 0; v6 < 2 && !found; v6++) {
		const char *form = v6 ? "%*s %x %*s %*s %*s %15s" : "%u %15s";

		snprintf(path, sizeof(path), "/proc/%d/net/%s", tid,
			 v6 ? "if_inet6" : "igmp");
		f = fopen(path, "re");
		while (f && !found && fgets(line, sizeof(line), f))
			found = (v6 || line[0] != '\t') &&
				sscanf(line, form, &number, name) == 2 &&
				number == index;
		if (f)
			fclose(f);
	}
	return found;
}

/* Of a namespace that is not ours only its tasks know. */
static bool ifname_in(struct env_live *l, pid_t tid, uint64_t ns,
		      uint64_t index, struct buf *out)
{
	char name[IF_NAMESIZE];
	bool found = false;

	if (!index || index > UINT32_MAX)
		return false;
	if (ns == l->netns)
		found = if_indextoname(index, name);
	else if (ns && ns == proc_ns(tid, "net"))
		found = ifname_scan(tid, index, name);
	if (found)
		buf_str(out, name);
	return found;
}

bool env_ifname(struct env_live *l, pid_t tid, uint64_t index,
		struct buf *out)
{
	return ifname_in(l, tid, proc_ns(tid, "net"), index, out);
}

static bool namespace_get(struct env_live *l, pid_t tid, uint64_t key,
			  struct buf *out)
{
	const struct env_namespace *known = env_namespace(key & 0xff);
	uint64_t ino;

	if (key >> 8)
		tid = pid_translate(l, tid, key >> 8);
	if (tid <= 0 || !known)
		return false;
	ino = proc_ns(tid, known->name);
	buf_add(out, &ino, sizeof(ino));
	return ino;
}

/* The kernel tells it where it has links from numbers to devices. */
static bool driver_get(uint64_t key, struct buf *out)
{
	char path[64], link[PATH_MAX];
	const char *name;
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/driver",
		 (unsigned)(key >> 32), (unsigned)key);
	n = readlink(path, link, sizeof(link) - 1);
	if (n <= 0)
		return false;
	link[n] = '\0';
	name = strrchr(link, '/');
	buf_str(out, name ? name + 1 : link);
	return true;
}

static bool answer_fd(const struct env_fd *q, enum env_what what,
		      struct buf *out)
{
	int64_t pos;
	int protocol;

	switch (what) {
	case ENV_FD_PATH:
		return env_fd_path(q, out);
	case ENV_FD_DETAIL:
		return env_fd_detail(q, out);
	case ENV_FD_NETLINK:
		protocol = env_socket_netlink(q);
		buf_add(out, &protocol, sizeof(protocol));
		return protocol >= 0;
	case ENV_KVM_EXIT:
		return env_kvm_exit(q, out);
	case ENV_KVM_RUN:
		return env_kvm_run(q, out);
	case ENV_FD_POS:
		if (!env_fd_pos(q, &pos))
			return false;
		buf_add(out, &pos, sizeof(pos));
		return true;
	default:
		return false;
	}
}

static bool boot_time(struct buf *out)
{
	struct timespec now, up;
	int64_t began;

	if (clock_gettime(CLOCK_REALTIME, &now) ||
	    clock_gettime(CLOCK_BOOTTIME, &up))
		return false;
	began = (now.tv_sec - up.tv_sec) * (int64_t)1000000000 + now.tv_nsec -
		up.tv_nsec;
	buf_add(out, &began, sizeof(began));
	return true;
}

static bool answer(struct env_live *l, const struct env_query *q,
		   struct buf *out)
{
	struct env_fd fd = {.l = l, .tid = q->tid, .fd = (int)q->key};
	pid_t pid;

	if (q->tid <= 0 || !l->proc)
		return false;
	switch (q->what) {
	case ENV_CWD:
		return env_cwd(q->tid, out);
	case ENV_COMM:
		return comm_get(l, q->tid, q->key, out);
	case ENV_IFNAME:
		return env_ifname(l, q->tid, q->key, out);
	case ENV_IFNAME_IN:
		return ifname_in(l, q->tid, q->key >> 32, (uint32_t)q->key,
				 out);
	case ENV_PIDNS:
		pid = pid_translate(l, q->tid, q->key);
		buf_add(out, &pid, sizeof(pid));
		return pid > 0;
	case ENV_BOOT_TIME:
		return boot_time(out);
	case ENV_NAMESPACE:
		return namespace_get(l, q->tid, q->key, out);
	case ENV_GENL_FAMILY:
		return env_genl(l, q->key, out);
	case ENV_DRIVER:
		return driver_get(q->key, out);
	case ENV_PMU:
		return env_pmu(q->key, out);
	case ENV_STACK:
		return env_stack(l, q, NULL, out);
	case ENV_SECONTEXT_PATH:
	case ENV_SECONTEXT_FD:
	case ENV_SECONTEXT_PID:
		return env_secontext(l, q, out);
	default:
		return q->key <= INT32_MAX && answer_fd(&fd, q->what, out);
	}
}

static ssize_t answer_give(struct buf *out, bool answered, void *buf,
			   size_t size)
{
	ssize_t n = -1;

	if (answered) {
		n = out->len < size ? out->len : size;
		memcpy(buf, buf_cstr(out), n);
	}
	buf_free(out);
	return n;
}

static ssize_t env_live_get(struct env *e, const struct env_query *q,
			    void *buf, size_t size)
{
	struct buf out = {0};
	bool answered = answer((struct env_live *)e, q, &out);

	return answer_give(&out, answered, buf, size);
}

ssize_t env_live_stack(struct env *e, const struct stack_captured *c,
		       uint64_t key, void *buf, size_t size)
{
	const struct env_query q = {ENV_STACK, c->tid, key};
	struct env_live *l = (struct env_live *)e;
	struct buf out = {0};
	bool answered = l->proc && env_stack(l, &q, c, &out);

	return answer_give(&out, answered, buf, size);
}

static void env_live_close(struct env *e)
{
	struct env_live *l = (struct env_live *)e;

	for (size_t i = 0; i < ENV_TASKS; i++)
		env_task_drop(&l->task[i]);
	if (l->diag >= 0)
		close(l->diag);
	if (l->other_diag >= 0)
		close(l->other_diag);
	env_stack_free(l->stack);
	env_secontext_free(l->secontext);
	free(l);
}

static const struct env_ops env_live_ops = {
	.get = env_live_get,
	.close = env_live_close,
};

struct env *env_live_new(void)
{
	struct env_live *l = xalloc_new(1, sizeof(*l));

	l->env.ops = &env_live_ops;
	l->diag = -1;
	l->other_diag = -1;
	l->proc = proc_is_ours();
	l->netns = proc_ns(getpid(), "net");
	l->pidns = proc_ns(getpid(), "pid");
	return &l->env;
}

bool env_live_ready(struct env *e, unsigned frames, bool contexts)
{
	struct env_live *l = (struct env_live *)e;

	return (!frames || env_stack_ready(l, frames)) &&
	       (!contexts || env_secontext_ready(l));
}
