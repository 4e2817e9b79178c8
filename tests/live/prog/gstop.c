/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The child stops itself; the parent sees that, and makes it go on. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timespec ts = {0, 100000000};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		nanosleep(&ts, NULL);
		_exit(9);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != SIGSTOP)
		return 1;
	nanosleep(&ts, NULL);	/* it must stay stopped */
	if (waitpid(pid, &status, WNOHANG) != 0)
		return 2;
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, WCONTINUED) != pid || !WIFCONTINUED(status))
		return 3;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 9)
		return 4;
	return 0;
}
