/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One run: a child traces the command and writes the trace to a pipe.  What the
 * command writes comes through others, so that it is the same for each run and
 * can be compared.  Its input is empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "interrupt.h"
#include "now.h"
#include "soak.h"

#define STEP_MS 20		/* how late an end may be noticed */
#define DRAIN_MS 200		/* for what is in the pipes still */
#define CHUNK 65536
#define LINE_MAX_LEN 65536	/* of the trace; more of a line is not kept */
#define WORDS_MAX 2048

enum { TRACE, OUTPUT, WORDS, PIPES };

struct pipes {
	struct pollfd fd[PIPES];	/* read ends; -1: at the end */
	struct buf line;		/* of the trace, still incomplete */
};

/* ---- the child ---- */

static void __attribute__((noreturn))
child_run(struct soak_run *r, const int out[PIPES])
{
	int null = open("/dev/null", O_RDONLY);

	/* If we are killed, so is what is traced: see --kill-on-exit. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out[OUTPUT], STDOUT_FILENO) < 0 ||
	    dup2(out[WORDS], STDERR_FILENO) < 0)
		_exit(1);
	if (null > STDERR_FILENO)
		close(null);
	r->o.outputs[0].fd = out[TRACE];
	_exit(r->trace(&r->o));
}

/* ---- what comes from it ---- */

static void trace_take(struct soak_run *r, struct pipes *p, const char *data,
		       size_t n)
{
	while (n) {
		const char *nl = memchr(data, '\n', n);
		size_t len = nl ? (size_t)(nl - data) : n;

		if (p->line.len + len <= LINE_MAX_LEN)
			buf_add(&p->line, data, len);
		if (!nl)
			return;
		r->take(r, p->line.data, p->line.len);
		buf_reset(&p->line);
		data += len + 1;
		n -= len + 1;
	}
}

static void words_take(struct soak_run *r, const char *data, size_t n)
{
	struct buf *b = &r->words;

	buf_add(b, data, n);
	if (b->len <= WORDS_MAX)
		return;
	memmove(b->data, b->data + b->len - WORDS_MAX, WORDS_MAX);
	b->len = WORDS_MAX;
}

static void pipe_read(struct soak_run *r, struct pipes *p, unsigned i)
{
	char data[CHUNK];
	ssize_t n = read(p->fd[i].fd, data, sizeof(data));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(p->fd[i].fd);
		p->fd[i].fd = -1;
		return;
	}
	if (i == TRACE)
		trace_take(r, p, data, (size_t)n);
	else if (i == OUTPUT)
		r->output = hash_bytes(r->output, data, (size_t)n);
	else
		words_take(r, data, (size_t)n);
}

/* False: nothing came within that time, or nothing can come any more. */
static bool pipes_read(struct soak_run *r, struct pipes *p, int timeout_ms)
{
	bool open = false;

	for (unsigned i = 0; i < PIPES; i++)
		open |= p->fd[i].fd >= 0;
	if (!open || poll(p->fd, PIPES, timeout_ms) <= 0)
		return false;
	for (unsigned i = 0; i < PIPES; i++)
		if (p->fd[i].fd >= 0 && p->fd[i].revents)
			pipe_read(r, p, i);
	return true;
}

/* ---- its end ---- */

static bool child_over(struct soak_run *r, pid_t pid)
{
	pid_t got = waitpid(pid, &r->status, WNOHANG);

	return got == pid || (got < 0 && errno != EINTR);
}

static void child_kill(struct soak_run *r, pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, &r->status, 0) < 0 && errno == EINTR)
		;
}

static void child_follow(struct soak_run *r, struct pipes *p, pid_t pid)
{
	int64_t begin = now_ns(CLOCK_MONOTONIC);
	struct timespec pause = { .tv_nsec = STEP_MS * NSEC_PER_MS / 10 };

	while (!child_over(r, pid)) {
		r->stopped = interrupt_pending();
		r->hung = r->limit_ns &&
			  now_ns(CLOCK_MONOTONIC) - begin > r->limit_ns;
		if (r->stopped || r->hung) {
			child_kill(r, pid);
			break;
		}
		if (!pipes_read(r, p, STEP_MS / 10))
			nanosleep(&pause, NULL);
	}
	r->took_ns = now_ns(CLOCK_MONOTONIC) - begin;
	/* others may have the pipes still, and keep them */
	begin = now_ns(CLOCK_MONOTONIC);
	while (pipes_read(r, p, STEP_MS) &&
	       now_ns(CLOCK_MONOTONIC) - begin < DRAIN_MS * NSEC_PER_MS)
		;
	if (p->line.len)
		r->take(r, p->line.data, p->line.len);
}

bool soak_run(struct soak_run *r)
{
	int out[PIPES], ends[2];
	struct pipes p = { .line = { 0 } };
	pid_t pid;

	r->output = HASH_BYTES;
	for (unsigned i = 0; i < PIPES; i++) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			diag_die("--inject-each: can't make a pipe: %s",
				 strerror(errno));
		p.fd[i] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
		out[i] = ends[1];
	}
	pid = fork();
	if (pid < 0)
		diag_die("--inject-each: can't fork: %s", strerror(errno));
	if (!pid)
		child_run(r, out);
	for (unsigned i = 0; i < PIPES; i++)
		close(out[i]);
	child_follow(r, &p, pid);
	for (unsigned i = 0; i < PIPES; i++)
		if (p.fd[i].fd >= 0)
			close(p.fd[i].fd);
	buf_free(&p.line);
	return !r->stopped;
}

void soak_run_free(struct soak_run *r)
{
	buf_free(&r->words);
}
