/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fd_adopt.h"

#include <dirent.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "env.h"
#include "fd_table.h"
#include "hash.h"
#include "proc.h"

#define PROC_NAME_MAX 64
#define FDS_SEED_MAX 1024	/* more take too long: the process waits */

/* Calls visit() with each number in a directory until it returns false. */
static bool numbers_all(const char *path,
			bool (*visit)(void *arg, pid_t number), void *arg)
{
	DIR *dir = opendir(path);
	bool all = dir != NULL;
	struct dirent *de;

	while (all && (de = readdir(dir))) {
		char *end;
		long n = strtol(de->d_name, &end, 10);

		if (end != de->d_name && !*end && n <= INT32_MAX)
			all = visit(arg, (pid_t)n);
	}
	if (dir)
		closedir(dir);
	return all;
}

struct sharers {
	pid_t pid;
	const struct hash *traced;
};

/* 0: they share; -1: the kernel doesn't say, or one is gone or not ours. */
static long files_compare(pid_t a, pid_t b)
{
	return syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);
}

static bool thread_is_traced(void *arg, pid_t tid)
{
	const struct sharers *s = arg;

	return hash_get(s->traced, (uint64_t)tid) &&
	       (tid == s->pid || files_compare(s->pid, tid) == 0);
}

static bool process_shares_not(void *arg, pid_t pid)
{
	const struct sharers *s = arg;

	return pid == s->pid || files_compare(s->pid, pid) != 0;
}

bool fd_adopt_may(pid_t pid, const struct hash *traced)
{
	struct sharers s = {.pid = pid, .traced = traced};
	char path[PROC_NAME_MAX];

	if (!proc_is_ours() || files_compare(pid, pid) != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return numbers_all(path, thread_is_traced, &s) &&
	       numbers_all("/proc", process_shares_not, &s);
}

struct seed {
	struct fd_table *table;
	struct env *env;
	pid_t pid;
	unsigned left;
};

static bool seed_one(void *arg, pid_t fd)
{
	static const char ring[] = "anon_inode:[io_uring]";
	struct seed *s = arg;
	char link[PATH_MAX];
	ssize_t n;

	if (!s->left--)
		return false;
	n = env_get(s->env, ENV_FD_PATH, s->pid, (uint64_t)fd, link,
		    sizeof(link));
	if (n <= 0 || *link == '/')
		return true;
	fd_table_put(s->table, ENV_FD_PATH, (int)fd, link, (size_t)n);
	return (size_t)n < sizeof(ring) - 1 ||
	       memcmp(link, ring, sizeof(ring) - 1) != 0;
}

bool fd_adopt_seed(struct fd_table *t, struct env *env, pid_t pid)
{
	struct seed s = {.table = t, .env = env, .pid = pid,
			 .left = FDS_SEED_MAX};
	char path[PROC_NAME_MAX];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	return numbers_all(path, seed_one, &s);
}
