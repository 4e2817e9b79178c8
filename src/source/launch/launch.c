/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Start the command.
 *
 * What may fail because of the user's mistake is done before the fork: the
 * search in PATH, the user, the environment, the filter program.  The child
 * then waits on a pipe until it is traced, makes its last preparations, and
 * calls execve.  With -D it is the other way round: the original process waits,
 * and a grandchild becomes the tracer.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "diag.h"
#include "inherited_fds.h"
#include "launch.h"
#include "user.h"
#include "options.h"
#include "source/seccomp_filter.h"
#include "xalloc.h"

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127
#define FILTER_UNTRIED (-1)

extern char **environ;

struct launch {
	const struct options *o;
	char path[PATH_MAX];
	char **argv;		/* ours if argv0 was changed */
	char **envp;		/* ours if anything was changed */
	struct launch_user user;
	sigset_t mask;
	int pipe[2];
	bool use_filter;
	struct seccomp_filter filter;
	volatile int *filter_errno;	/* shared with the child */
};

/* 0; ENOENT if there is no such file; EACCES if it can't be run. */
static int path_check(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)	/* or nothing we can see */
		return ENOENT;
	if (!S_ISREG(st.st_mode) || access(path, X_OK) < 0)
		return EACCES;
	return 0;
}

/* Look name up in PATH.  0, or the most telling errno. */
static int path_search(struct launch *l, const char *name)
{
	const char *dir = getenv("PATH");
	int worst = ENOENT;

	if (!dir)
		dir = "/usr/local/bin:/bin:/usr/bin";
	while (*name) {
		size_t n = strcspn(dir, ":");
		int len = snprintf(l->path, sizeof(l->path), "%.*s%s%s",
				   (int)n, dir, n ? "/" : "./", name);
		int err = ENAMETOOLONG;

		if (len < (int)sizeof(l->path))
			err = path_check(l->path);
		if (!err)
			return 0;
		if (err == EACCES)
			worst = err;
		if (!dir[n])
			break;
		dir += n + 1;
	}
	return worst;
}

static int path_resolve(struct launch *l, int *exit_status)
{
	const char *name = l->o->command[0];
	int err = 0;

	if (strchr(name, '/')) {
		struct stat st;
		size_t n = strlen(name);

		if (n >= sizeof(l->path))
			err = ENAMETOOLONG;
		else if (stat(name, &st) < 0)
			err = errno;
		else
			memcpy(l->path, name, n + 1);
	} else {
		err = path_search(l, name);
	}
	if (!err)
		return 0;
	if (err == EACCES)
		diag_warn("Can't execute '%s': %s", name, strerror(err));
	else
		diag_warn("Can't stat '%s': %s", name, strerror(err));
	*exit_status = err == EACCES ? EXIT_NOT_EXECUTABLE : EXIT_NOT_FOUND;
	return -1;
}

static size_t env_find(char **env, const char *name, size_t n)
{
	size_t i;

	for (i = 0; env[i]; i++)
		if (!strncmp(env[i], name, n) && env[i][n] == '=')
			break;
	return i;
}

/* -E NAME=VALUE sets a variable, -E NAME removes it; in the order given. */
static void env_build(struct launch *l)
{
	const struct options *o = l->o;
	size_t n = 0;

	while (environ[n])
		n++;
	l->envp = xalloc_new(n + o->nenv_changes + 1, sizeof(char *));
	memcpy(l->envp, environ, n * sizeof(char *));
	for (size_t i = 0; i < o->nenv_changes; i++) {
		char *change = o->env_changes[i];
		size_t len = strcspn(change, "=");
		size_t at = env_find(l->envp, change, len);

		if (change[len])
			l->envp[at] = change;
		for (; !change[len] && l->envp[at]; at++)
			l->envp[at] = l->envp[at + 1];
	}
}

static void argv_build(struct launch *l)
{
	char **from = l->o->command;
	size_t n = 0;

	while (from[n])
		n++;
	l->argv = xalloc_new(n + 1, sizeof(char *));
	memcpy(l->argv, from, n * sizeof(char *));
	if (l->o->argv0)
		l->argv[0] = (char *)(uintptr_t)l->o->argv0;
}

static int shared_map(struct launch *l)
{
	void *p = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	l->filter_errno = p;
	*l->filter_errno = FILTER_UNTRIED;
	return 0;
}

struct launch *launch_prepare(const struct options *o, int *exit_status)
{
	struct launch *l = xalloc_new(1, sizeof(*l));

	l->o = o;
	l->pipe[0] = l->pipe[1] = -1;
	*exit_status = 1;
	if (path_resolve(l, exit_status) < 0 ||
	    (o->user && launch_user_resolve(&l->user, o->user) < 0))
		goto cleanup;
	env_build(l);
	argv_build(l);
	sigprocmask(SIG_SETMASK, NULL, &l->mask);
	if (shared_map(l) < 0 || pipe2(l->pipe, O_CLOEXEC) < 0) {
		diag_warn("Can't prepare the command: %s", strerror(errno));
		goto cleanup;
	}
	return l;
cleanup:
	launch_free(l);
	return NULL;
}

static void child_fail(const char *what)
{
	diag_warn("%s: %s", what, strerror(errno));
	_exit(1);
}

/* This runs in the process that becomes the command, and never returns. */
static void child_run(struct launch *l)
{
	const char *failed;
	char go;
	ssize_t n;

	close(l->pipe[1]);
	do {
		n = read(l->pipe[0], &go, 1);
	} while (n < 0 && errno == EINTR);
	if (n != 1)		/* the tracer went away */
		_exit(1);
	if (l->use_filter)
		*l->filter_errno = seccomp_filter_install(&l->filter);
	failed = launch_user_become(&l->user);
	if (failed)
		child_fail(failed);
	sigprocmask(SIG_SETMASK, &l->mask, NULL);
	execve(l->path, l->argv, l->envp);
	child_fail("exec");
}

/*
 * -D: this process becomes the command, so that it stays the child of whoever
 * started us.  The tracer is a grandchild that nobody waits for.
 */
static pid_t fork_daemon(struct launch *l)
{
	pid_t command = getpid();
	pid_t middle;

	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	middle = fork();

	if (middle < 0)
		return -1;
	if (middle == 0) {
		pid_t tracer = fork();

		if (tracer != 0)
			_exit(tracer < 0);
		close(l->pipe[0]);
		return command;
	}

	int status = 1;

	waitpid(middle, &status, 0);
	if (status)
		child_fail("fork");
	child_run(l);
	return -1;
}

pid_t launch_fork(struct launch *l, bool filter)
{
	pid_t pid;

	if (filter) {
		if (seccomp_filter_build(&l->filter, &l->o->trace) < 0)
			filter = false;
		l->use_filter = filter;
	}
	if (l->o->daemonize) {
		pid = fork_daemon(l);
		/* The tracer leaves the terminal's job to the command. */
		if (pid > 0 && l->o->daemonize_level == 2)
			setpgid(0, 0);
		else if (pid > 0 && l->o->daemonize_level > 2)
			setsid();
	} else {
		pid = fork();
		if (pid == 0)
			child_run(l);
		close(l->pipe[0]);
	}
	if (pid < 0)
		diag_warn("fork: %s", strerror(errno));
	inherited_fds_drop();
	l->pipe[0] = -1;
	return pid;
}

void launch_go(struct launch *l)
{
	ssize_t n = write(l->pipe[1], "", 1);

	(void)n;		/* if the child is gone, wait says so */
	close(l->pipe[1]);
	l->pipe[1] = -1;
}

bool launch_gains_rights(const struct launch *l)
{
	struct stat st;

	return (stat(l->path, &st) == 0 &&
		st.st_mode & (S_ISUID | S_ISGID)) ||
	       getxattr(l->path, "security.capability", NULL, 0) > 0;
}

int launch_filter_errno(const struct launch *l)
{
	return *l->filter_errno;
}

uint16_t launch_filter_mark(const struct launch *l)
{
	return l->filter.mark;
}

void launch_free(struct launch *l)
{
	if (!l)
		return;
	for (int i = 0; i < 2; i++)
		if (l->pipe[i] >= 0)
			close(l->pipe[i]);
	if (l->filter_errno)
		munmap((void *)(uintptr_t)l->filter_errno, sizeof(int));
	seccomp_filter_free(&l->filter);
	free(l->argv);
	free(l->envp);
	free(l->user.groups);
	free(l);
}
