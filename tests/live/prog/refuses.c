/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * refuses ACTION: a filter (seccomp) does that to mkdir, which is then called:
 * errno, trap, notify (somebody else answers), trace (nobody is there), kill
 * (the process) or kill-thread (a second one).  "fork": a child calls it, too.
 * "wait": says "ready", waits for a line, and calls it three times.  "loop":
 * calls it over and over until it is killed.  Exits with 7, or as the filter
 * wants it.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
			      offsetof(struct seccomp_data, member))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)

static long filter_set(unsigned action, unsigned flags)
{
	struct sock_filter code[] = {
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 0, 1),
		RETURN(action),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static void *make(void *arg)
{
	syscall(SYS_mkdir, "/refused/directory", 0750);
	return arg;
}

static void make_in_thread(void)
{
	pthread_t t;

	pthread_create(&t, NULL, make, NULL);
	pthread_join(t, NULL);
}

static void on_trap(int sig)
{
	(void)sig;
}

static void *answer(void *arg)
{
	struct seccomp_notif req;
	struct seccomp_notif_resp resp = { .error = -EDOM };
	struct timespec ts = { 0, 50000000 };
	int fd = *(int *)arg;

	memset(&req, 0, sizeof(req));
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &req) < 0)
		return NULL;
	nanosleep(&ts, NULL);
	resp.id = req.id;
	ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	return NULL;
}

static void notify(void)
{
	int fd = (int)filter_set(SECCOMP_RET_USER_NOTIF,
				 SECCOMP_FILTER_FLAG_NEW_LISTENER);
	pthread_t t;

	pthread_create(&t, NULL, answer, &fd);
	make(NULL);
	pthread_join(t, NULL);
}

static void wait_and_make(void)
{
	char c;

	puts("ready");
	fflush(stdout);
	if (read(STDIN_FILENO, &c, 1) != 1)
		return;
	for (int i = 0; i < 3; i++)
		make(NULL);
}

static void make_in_child(void)
{
	pid_t pid = fork();

	make(NULL);
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static unsigned action_of(const char *what)
{
	return !strcmp(what, "trap") ? SECCOMP_RET_TRAP :
	       !strcmp(what, "trace") ? SECCOMP_RET_TRACE :
	       !strcmp(what, "kill") ? SECCOMP_RET_KILL_PROCESS :
	       !strcmp(what, "kill-thread") ? SECCOMP_RET_KILL_THREAD :
	       SECCOMP_RET_ERRNO | EXDEV;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "errno";

	signal(SIGSYS, on_trap);
	if (!strcmp(what, "notify")) {
		notify();
		return 7;
	}
	filter_set(action_of(what), 0);
	if (!strcmp(what, "kill-thread"))
		make_in_thread();
	else if (!strcmp(what, "fork"))
		make_in_child();
	else if (!strcmp(what, "wait"))
		wait_and_make();
	else
		do {
			make(NULL);
		} while (!strcmp(what, "loop"));
	return 7;
}
