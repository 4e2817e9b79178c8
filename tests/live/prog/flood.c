/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * flood SECONDS: calls, signals with handlers and forks, all at once and as
 * many as there can be.  Exits with 9.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void on_signal(int sig)
{
	(void)sig;
}

static void call(void)
{
	static const char name[] = "/nonexistent/0123456789012345678901234567";

	syscall(SYS_getppid);
	access(name, R_OK);
}

static void signals(void)
{
	kill(getpid(), SIGUSR2);
}

static void fork_once(void)
{
	if (fork() == 0)
		_exit(0);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void run(void (*once)(void), time_t end)
{
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (time(NULL) < end)
		for (int i = 0; i < 100; i++)
			once();
	while (wait(NULL) > 0)
		;
	_exit(0);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);

	signal(SIGUSR2, on_signal);
	run(call, end);
	run(call, end);
	run(signals, end);
	run(fork_once, end);
	while (wait(NULL) > 0)
		;
	return 9;
}
