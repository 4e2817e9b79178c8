/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bare_loop [-i] [-p | -t] [-s NUMBER] COMMAND...: the least that tracing by
 * ptrace costs.
 *
 * Stops the command and its children at every entry and exit of a system call
 * and lets them go on at once: what is above this is a tracer's own work.
 *
 *	-i  ask for the call at each stop (PTRACE_GET_SYSCALL_INFO)
 *	-p  tracer and tracees on one CPU
 *	-t  the tracer only on one CPU; tracees run where they like
 *	-s  stop at this call alone, with the help of a seccomp filter
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
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

struct loop {
	bool ask, pin_all, pin_tracer;
	int only;		/* the one call to stop at, or -1 */
};

static void filter_install(int only)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, only, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		die("seccomp");
}

static void child_run(const struct loop *l, char **argv, int wait_fd)
{
	char byte;

	if (read(wait_fd, &byte, 1) != 1)
		_exit(127);
	close(wait_fd);
	if (l->only >= 0)
		filter_install(l->only);
	execvp(argv[0], argv);
	_exit(127);
}

/* A child that waits for a byte, seized and stopped. */
static pid_t child_seize(const struct loop *l, char **argv, int *go)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
		PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
		PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		PTRACE_O_TRACESECCOMP;
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(fds[1]);
		child_run(l, argv, fds[0]);
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
static void stop_serve(const struct loop *l, pid_t tid, int status)
{
	struct __ptrace_syscall_info info;
	bool filtered = l->only >= 0;
	int sig = WSTOPSIG(status);
	int event = status >> 16;
	bool entry = event == PTRACE_EVENT_SECCOMP;

	if (event == PTRACE_EVENT_STOP && is_stop_signal(sig)) {
		ptrace(PTRACE_LISTEN, tid, NULL, NULL);
		return;
	}
	if (l->ask && (entry || sig == SYSCALL_STOP))
		ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info),
		       &info);
	if (event || sig == SYSCALL_STOP)
		sig = 0;
	ptrace(filtered && !entry ? PTRACE_CONT : PTRACE_SYSCALL, tid, NULL,
	       (void *)(long)sig);
}

static bool options_get(struct loop *l, int argc, char **argv)
{
	int c;

	*l = (struct loop){.only = -1};
	while ((c = getopt(argc, argv, "+ipts:")) != -1) {
		switch (c) {
		case 'i':
			l->ask = true;
			break;
		case 'p':
			l->pin_all = true;
			break;
		case 't':
			l->pin_tracer = true;
			break;
		case 's':
			l->only = atoi(optarg);
			break;
		default:
			return false;
		}
	}
	return argv[optind];
}

int main(int argc, char **argv)
{
	int go, status, result = 0;
	struct loop l;
	pid_t first, tid;

	if (!options_get(&l, argc, argv)) {
		fputs("usage: bare_loop [-i] [-p | -t] [-s NUMBER] "
		      "COMMAND...\n", stderr);
		return 2;
	}
	if (l.pin_all)
		cpu_pin();
	first = child_seize(&l, argv + optind, &go);
	if (l.pin_tracer)
		cpu_pin();
	if (write(go, "", 1) != 1)
		die("write");
	close(go);
	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (tid > 0 && WIFSTOPPED(status))
			stop_serve(&l, tid, status);
		else if (tid == first && WIFEXITED(status))
			result = WEXITSTATUS(status);
		else if (tid == first)
			result = 128 + WTERMSIG(status);
	}
	return result;
}
