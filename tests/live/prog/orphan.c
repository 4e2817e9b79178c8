/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Leaves a zombie to the first process of the namespace, waits until that one
 * has reaped it, and makes a child that gets the same number.  Prints that
 * child's exit status, 77 if numbers can't be chosen here.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Its parent ends before it has waited for it. */
static pid_t orphan_leave(void)
{
	pid_t orphan = 0;
	siginfo_t info;
	int fds[2];

	if (pipe(fds) < 0)
		return -1;
	if (fork() == 0) {
		orphan = fork();
		if (orphan == 0)
			_exit(0);
		waitid(P_PID, (id_t)orphan, &info, WEXITED | WNOWAIT);
		_exit(write(fds[1], &orphan, sizeof(orphan)) < 0);
	}
	wait(NULL);
	if (read(fds[0], &orphan, sizeof(orphan)) < 0)
		return -1;
	return orphan;
}

int main(void)
{
	pid_t number = orphan_leave();
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};
	int status = 0;
	long child;

	while (kill(number, 0) == 0)
		usleep(1000);
	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child == 0)
		_exit(5);
	if (child < 0) {
		puts("77");
		return 0;
	}
	waitpid((pid_t)child, &status, 0);
	printf("%d\n", WEXITSTATUS(status));
	return 0;
}
