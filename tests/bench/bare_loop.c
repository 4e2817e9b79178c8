/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bare_loop [-i] [-p | -t] COMMAND...: the least that tracing by ptrace costs.
 *
 * Stops the command and its children at every entry and exit of a system call
 * and lets them go on at once: what is above this is a tracer's own work.
 *
 *	-i  ask for the call at each stop (PTRACE_GET_SYSCALL_INFO)
 *	-p  tracer and tracees on one CPU
 *	-t  the tracer only on one CPU; tracees run where they like
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SYSCALL_STOP = SIGTRAP | 0x80 };

static int die(const char *what)
{
	perror(what);
	exit(125);
}

static void cpu_pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("sched_setaffinity");
}

/* A child that waits for a byte, seized and stopped. */
static pid_t child_seize(char **argv, int *go)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
		PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
		PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	int fds[2];
	pid_t pid;
	char byte;

	if (pipe(fds) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(fds[1]);
		if (read(fds[0], &byte, 1) == 1) {
			close(fds[0]);
			execvp(argv[0], argv);
		}
		_exit(127);
	}
	close(fds[0]);
	*go = fds[1];
	if (ptrace(PTRACE_SEIZE, pid, NULL, options) < 0)
		die("PTRACE_SEIZE");
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		die("PTRACE_INTERRUPT");
	return pid;
}

static bool is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN ||
		sig == SIGTTOU;
}

/* A tracee may die at any moment: no error here means anything. */
static void stop_serve(pid_t tid, int status, bool ask)
{
	struct __ptrace_syscall_info info;
	int sig = WSTOPSIG(status);
	int event = status >> 16;

	if (sig == SYSCALL_STOP) {
		if (ask)
			ptrace(PTRACE_GET_SYSCALL_INFO, tid,
			       (void *)sizeof(info), &info);
		sig = 0;
	} else if (event == PTRACE_EVENT_STOP && is_stop_signal(sig)) {
		ptrace(PTRACE_LISTEN, tid, NULL, NULL);
		return;
	} else if (event) {
		sig = 0;
	}
	ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(long)sig);
}

int main(int argc, char **argv)
{
	bool ask = false, pin_all = false, pin_tracer = false;
	int c, go, status, result = 0;
	pid_t first, tid;

	while ((c = getopt(argc, argv, "+ipt")) != -1) {
		ask = ask || c == 'i';
		pin_all = pin_all || c == 'p';
		pin_tracer = pin_tracer || c == 't';
	}
	if (!argv[optind]) {
		fputs("usage: bare_loop [-i] [-p | -t] COMMAND...\n", stderr);
		return 2;
	}
	if (pin_all)
		cpu_pin();
	first = child_seize(argv + optind, &go);
	if (pin_tracer)
		cpu_pin();
	if (write(go, "", 1) != 1)
		die("write");
	close(go);
	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (tid > 0 && WIFSTOPPED(status))
			stop_serve(tid, status, ask);
		else if (tid == first && WIFEXITED(status))
			result = WEXITSTATUS(status);
		else if (tid == first)
			result = 128 + WTERMSIG(status);
	}
	return result;
}
