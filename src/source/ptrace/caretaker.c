/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The caretaker serves processes that outlive the trace under a kernel filter.
 *
 * A filter can't be taken off, and without a tracer every call it stops fails.
 * So whenever one is used, there are two of us: the process in front, which the
 * user started and waits for, and the tracer, which is its child.  Mostly the
 * tracer ends as usual and the one in front ends the same way.  But when the
 * trace is over while filtered processes still run, the tracer forks: the child
 * writes the rest of the output and ends, its status is handed to the process
 * in front, and the tracer itself stays, unseen, until the last filtered
 * process has ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "diag.h"
#include "options.h"
#include "ptrace.h"

#define STATUS_SIGNALED 128
#define ARG_START_FIELD 48	/* of /proc/PID/stat */

/* End this process as the one with that wait status ended. */
static void end_like(int status)
{
	struct rlimit no_core = {0, 0};
	sigset_t none;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &no_core);	/* one core is enough */
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	raise(WTERMSIG(status));
	_exit(STATUS_SIGNALED + WTERMSIG(status));
}

/* Signals from a terminal (si_code > 0) have reached the tracer as well. */
static void signal_forward(int fd, pid_t tracer)
{
	struct signalfd_siginfo si;

	if (read(fd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	if (si.ssi_signo != SIGCHLD && si.ssi_code <= 0)
		kill(tracer, (int)si.ssi_signo);
}

/*
 * If we are the first process of a PID namespace, all orphans become our
 * children, and we have to wait for them, too.
 */
static void children_reap(pid_t tracer)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == tracer)
			end_like(status);
}

static void front_run(pid_t tracer, int status_fd, int sig_fd)
{
	struct pollfd fds[] = {
		{.fd = sig_fd, .events = POLLIN},
		{.fd = status_fd, .events = POLLIN},
	};
	int status;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (fds[1].revents & POLLIN &&
		    read(status_fd, &status, sizeof(status)) ==
		    (ssize_t)sizeof(status))
			end_like(status);
		if (fds[1].revents & (POLLHUP | POLLIN))
			fds[1].fd = -1;
		if (fds[0].revents & POLLIN)
			signal_forward(sig_fd, tracer);
		children_reap(tracer);
	}
}

static void front_signals(sigset_t *set)
{
	static const int sigs[] = {SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM,
				   SIGPIPE, SIGUSR1, SIGUSR2};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(*sigs); i++)
		sigaddset(set, sigs[i]);
}

/* Close all descriptors but two, which may be -1. */
static void fds_close(int keep, int keep_too)
{
	struct rlimit lim;
	int max = 65536;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur < 65536)
		max = (int)lim.rlim_cur;
	for (int fd = 0; fd < max; fd++)
		if (fd != keep && fd != keep_too)
			close(fd);
}

/* Returns in the tracer only: 0, or -1 after it reported why not. */
int caretaker_front(struct ptrace_source *s)
{
	sigset_t set, old;
	pid_t front = getpid();
	int fds[2];

	s->caretaker_fd = -1;
	if (s->o->daemonize)	/* nobody waits for the tracer anyway */
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		goto failed;
	front_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &old);

	int sig_fd = signalfd(-1, &set, SFD_CLOEXEC);
	pid_t tracer = sig_fd < 0 ? -1 : fork();

	if (tracer > 0) {
		/* a reader of the output must not have to wait for us */
		fds_close(fds[0], sig_fd);
		front_run(tracer, fds[0], sig_fd);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fds[0]);
	if (tracer < 0) {
		close(fds[1]);
		goto failed;
	}
	close(sig_fd);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != front)
		_exit(1);
	s->caretaker_fd = fds[1];
	return 0;
failed:
	diag_warn("Can't start the tracer: %s", strerror(errno));
	return -1;
}

bool caretaker_needed(const struct ptrace_source *s)
{
	return s->filter && !s->nshown && s->tracees.count;
}

/* Find the memory that holds our arguments; false if that is not known. */
static bool arguments_find(unsigned long *start, unsigned long *end)
{
	char stat[1024], *p;
	FILE *f = fopen("/proc/self/stat", "re");
	size_t n = f ? fread(stat, 1, sizeof(stat) - 1, f) : 0;

	if (f)
		fclose(f);
	stat[n] = '\0';
	p = strrchr(stat, ')');	/* a name may hold blanks */
	for (int field = 2; p && field < ARG_START_FIELD; field++)
		p = strchr(p + 1, ' ');
	return p && sscanf(p, " %lu %lu", start, end) == 2 && *start < *end;
}

/* The list of processes should show what this one is for. */
static void caretaker_name(void)
{
	static const char title[] =
		"strace: serves the kernel filter of processes left running";
	unsigned long start, end;
	size_t room;

	prctl(PR_SET_NAME, "strace-filter");
	if (!arguments_find(&start, &end))
		return;
	room = end - start;
	memset((void *)start, 0, room);
	memcpy((void *)start, title,
	       room > sizeof(title) ? sizeof(title) : room - 1);
}

/* The tracer that stays runs this until the last tracee has gone. */
static void caretaker_run(struct ptrace_source *s, pid_t writer)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM,
				      SIGPIPE, SIGALRM, SIGTSTP};
	struct event ev;
	struct stop st;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	prctl(PR_SET_PDEATHSIG, 0);
	s->detaching = false;
	s->follow = false;	/* new children are not to be shown */
	caretaker_name();
	fds_close(s->caretaker_fd, -1);
	while (s->tracees.count || writer) {
		if (!s->queue.count && stops_wait(s) == WAIT_GONE)
			break;
		while (queue_pop(&s->queue, &st)) {
			if (st.tid != writer) {
				stop_serve(s, &st, &ev);
				continue;
			}
			writer = 0;
			if (s->caretaker_fd >= 0 &&
			    write(s->caretaker_fd, &st.status,
				  sizeof(st.status)) < 0)
				break;
		}
	}
	_exit(0);
}

/*
 * Returns true in the child, which ends soon and has no tracees; false if the
 * fork failed.  The tracer itself does not return.
 */
bool caretaker_split(struct ptrace_source *s)
{
	pid_t writer;

	cpu_placement_end(&s->cpu);	/* or the writer would inherit it */
	writer = fork();

	if (writer < 0)
		return false;
	if (writer > 0)
		caretaker_run(s, writer);
	hash_each(&s->tracees, slot)
		free(slot->value);
	hash_free(&s->tracees);
	memset(&s->tracees, 0, sizeof(s->tracees));
	s->queue.count = 0;
	s->nshown = 0;
	s->held = NULL;
	return true;
}
