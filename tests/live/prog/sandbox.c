/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sandbox ACTION [tsync] [COMMAND ARG...]: installs a filter that answers chdir
 * with ACTION, a number as SECCOMP_RET_* and its data, then calls chdir, in a
 * child and in what that executes as well.  Says what each call gave, with
 * tsync what it gave another thread.  With a command it installs the filter and
 * becomes the command.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int to_thread[2], from_thread[2];

static void try_chdir(const char *who, const char *dir)
{
	int ret = chdir(dir);

	printf("%s %d %d\n", who, ret, ret < 0 ? errno : 0);
	fflush(stdout);
}

static int filter_install(unsigned action, int tsync)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_chdir, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = { sizeof(f) / sizeof(*f), f };

	if (geteuid() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	if (tsync)
		return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				    SECCOMP_FILTER_FLAG_TSYNC, &p);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p);
}

/* Its first call after it was woken is one that is allowed. */
static void *thread_run(void *arg)
{
	char c;

	if (read(to_thread[0], &c, 1) == 1 && write(1, "", 0) == 0)
		try_chdir("thread", "/thread");
	return write(from_thread[1], "", 1) == 1 ? arg : NULL;
}

static void thread_test(void)
{
	char c;

	if (write(to_thread[1], "", 1) != 1 || read(from_thread[0], &c, 1) != 1)
		exit(1);
}

int main(int argc, char **argv)
{
	unsigned action = (unsigned)strtoul(argv[1], NULL, 0);
	int tsync = argc > 2 && !strcmp(argv[2], "tsync");
	char **command = argv + 2 + tsync;
	pthread_t thread;

	if (pipe(to_thread) < 0 || pipe(from_thread) < 0)
		return 1;
	if (tsync)
		pthread_create(&thread, NULL, thread_run, NULL);
	if (filter_install(action, tsync) < 0)
		return 77;
	if (*command) {
		execv(*command, command);
		return 127;
	}
	try_chdir("itself", "/tmp");
	if (tsync)
		thread_test();
	if (fork() == 0) {
		try_chdir("child", "/usr");
		execl("/bin/sh", "sh", "-c", "cd /etc 2>/dev/null; echo sh $?",
		      NULL);
	}
	wait(NULL);
	return 3;
}
