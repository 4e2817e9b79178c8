/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SELinux contexts of files and processes.  Names are never translated, because
 * that would ask a daemon, and the daemon may be what is traced.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "diag.h"
#include "lazy.h"
#include "secontext.h"
#include "xalloc.h"

#define PROC_NAME_MAX 64

#define SELINUX_FUNCTIONS(X)						\
	X(freecon) X(getfilecon_raw) X(getpidcon_raw)			\
	X(is_selinux_enabled) X(selabel_close) X(selabel_lookup_raw)	\
	X(selabel_open)

struct selinux_api {
	SELINUX_FUNCTIONS(LAZY_POINTER)
};

static const struct lazy_name selinux_names[] = {
	SELINUX_FUNCTIONS(LAZY_NAME) LAZY_END
};

struct env_secontext {
	struct selinux_api api;
	bool loaded;
	struct selabel_handle *policy;	/* NULL: there is none */
	bool policy_tried;
};

/* ---- the file that a path of the tracee leads to ---- */

static bool path_read(pid_t tid, uint64_t addr, char path[PATH_MAX])
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = 0;

	while (len < PATH_MAX) {
		size_t room = page - ((addr + len) & (page - 1));
		struct iovec local, remote;
		ssize_t n;

		if (room > PATH_MAX - len)
			room = PATH_MAX - len;
		local = (struct iovec){ path + len, room };
		remote = (struct iovec){ (void *)(uintptr_t)(addr + len),
					 room };
		n = process_vm_readv(tid, &local, 1, &remote, 1, 0);
		if (n <= 0)
			return false;
		if (memchr(path + len, 0, n))
			return true;
		len += n;
	}
	return false;
}

/* An absolute path begins at the tracee's root, not at ours. */
static int dir_open(pid_t tid, int dirfd, bool absolute)
{
	char name[PROC_NAME_MAX];

	if (absolute)
		snprintf(name, sizeof(name), "/proc/%d/root", (int)tid);
	else if (dirfd == AT_FDCWD)
		snprintf(name, sizeof(name), "/proc/%d/cwd", (int)tid);
	else
		snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)tid,
			 dirfd);
	return open(name, O_PATH | O_CLOEXEC);
}

/*
 * A file system may be served by the tracee that is stopped and can't answer.
 * Then only names that the kernel has cached are followed.
 */
static int path_open(pid_t tid, int dirfd, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC };
	int dir = dir_open(tid, dirfd, *path == '/');
	int fd;

	if (dir < 0)
		return -1;
	if (*path == '/')
		how.resolve = RESOLVE_IN_ROOT;
	if (env_mount_is_fuse(tid, 0, 0))
		how.resolve |= RESOLVE_CACHED;
	while (*path == '/')
		path++;
	fd = syscall(SYS_openat2, dir, *path ? path : ".", &how, sizeof(how));
	close(dir);
	return fd;
}

/* ---- contexts ---- */

static void add_policy(struct env_secontext *s, const char *link, mode_t mode,
		       struct buf *out)
{
	char name[PATH_MAX], *context = NULL;
	ssize_t n = readlink(link, name, sizeof(name) - 1);

	if (!s->policy_tried)
		s->policy = s->api.selabel_open(SELABEL_CTX_FILE, NULL, 0);
	s->policy_tried = true;
	if (!s->policy || n <= 0 || *name != '/')
		return;
	name[n] = '\0';
	if (s->api.selabel_lookup_raw(s->policy, &context, name, mode))
		return;
	buf_ch(out, '\0');
	buf_str(out, context);
	s->api.freecon(context);
}

/* link is an entry of a fd directory in /proc. */
static bool link_context(struct env_live *l, const struct env_query *q,
			 const char *link, struct buf *out)
{
	const struct selinux_api *api = &l->secontext->api;
	char *context = NULL;
	struct statx st;

	if (statx(AT_FDCWD, link, AT_STATX_DONT_SYNC, STATX_TYPE, &st) ||
	    env_mount_is_fuse(q->tid, st.stx_dev_major, st.stx_dev_minor) ||
	    api->getfilecon_raw(link, &context) < 0)
		return false;
	buf_str(out, context);
	api->freecon(context);
	if (q->key & SECONTEXT_KEY_MISMATCH)
		add_policy(l->secontext, link, st.stx_mode, out);
	return true;
}

static bool path_context(struct env_live *l, const struct env_query *q,
			 struct buf *out)
{
	char path[PATH_MAX], link[PROC_NAME_MAX];
	bool found;
	int fd;

	if (!path_read(q->tid, secontext_key_addr(q->key), path) || !*path)
		return false;
	fd = path_open(q->tid, secontext_key_dirfd(q->key), path);
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	found = link_context(l, q, link, out);
	close(fd);
	return found;
}

static bool fd_context(struct env_live *l, const struct env_query *q,
		       struct buf *out)
{
	char link[PROC_NAME_MAX];
	int fd = (int)(uint32_t)q->key;

	if (fd == AT_FDCWD)
		snprintf(link, sizeof(link), "/proc/%d/cwd", (int)q->tid);
	else
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)q->tid,
			 fd);
	return link_context(l, q, link, out);
}

/* Other security modules answer here as well, but not with contexts. */
static bool pid_context(const struct selinux_api *api, pid_t pid,
			struct buf *out)
{
	char *context = NULL;

	if (api->is_selinux_enabled() <= 0 ||
	    api->getpidcon_raw(pid, &context) < 0)
		return false;
	buf_str(out, context);
	api->freecon(context);
	return true;
}

bool env_secontext_ready(struct env_live *l)
{
	struct env_secontext *s = l->secontext;
	const char *error;

	if (s)
		return s->loaded;
	s = l->secontext = xalloc_new(1, sizeof(*s));
	error = lazy_load("libselinux.so.1", selinux_names, &s->api);
	if (error)
		diag_warn("--secontext needs libselinux: %s", error);
	s->loaded = !error;
	return s->loaded;
}

bool env_secontext(struct env_live *l, const struct env_query *q,
		   struct buf *out)
{
	if (!env_secontext_ready(l))
		return false;
	switch (q->what) {
	case ENV_SECONTEXT_PATH:
		return path_context(l, q, out);
	case ENV_SECONTEXT_FD:
		return fd_context(l, q, out);
	default:
		return pid_context(&l->secontext->api,
				   env_pid(l, q->tid, q->key), out);
	}
}

void env_secontext_free(struct env_secontext *s)
{
	if (s && s->policy)
		s->api.selabel_close(s->policy);
	free(s);
}
