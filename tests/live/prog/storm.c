/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * storm N: N children that fork and exec on while all of them are killed at
 * odd moments.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void child_run(char **argv)
{
	char *again[] = {argv[0], "child", NULL};

	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			execv("/proc/self/exe", again);
		if (vfork() == 0)
			_exit(0);
		if (pid > 0 && rand() % 2)
			kill(pid, SIGKILL);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 10;

	srand((unsigned)getpid());
	if (argc > 1 && argv[1][0] == 'c') {
		alarm(1);	/* whoever is forgotten must not stay */
		getppid();
		_exit(0);
	}
	for (int i = 0; i < n; i++) {
		struct timespec ts = {0, rand() % 20000000};
		pid_t pid = fork();

		if (pid == 0) {
			setpgid(0, 0);
			child_run(argv);
		}
		setpgid(pid, pid);
		nanosleep(&ts, NULL);
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return 0;
}
