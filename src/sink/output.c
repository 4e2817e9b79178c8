/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "hash.h"
#include "now.h"
#include "options.h"
#include "xalloc.h"

#define PATIENCE_MS 700	/* with a reader that takes nothing */

extern char **environ;

struct output {
	struct stream all;	/* the one for everybody; fd -1 with -ff */
	struct hash by_tid;	/* -ff: struct stream * */
	struct hash begun;	/* -ff: tids that have a file, to out */
	const char *name;	/* NULL: standard error */
	bool named;		/* with -o */
	bool separate;
	bool append;
	bool terminal;
	bool immediate;
	bool whole;		/* but whole lines only */
	bool failed;
	uint64_t written;	/* bytes */
	pid_t command;		/* of "|cmd", 0 none */
	int command_fd;		/* its pidfd; -1: the kernel has none */
	unsigned (*asked)(void); /* to end: how often; or NULL */
	int64_t patience_ends;	/* monotonic; 0: it takes something */
	bool gave_up;		/* a reader took nothing any more */
};

static int stream_flush(struct output *out, struct stream *s);

static int64_t now_ms(void)
{
	return now_ns(CLOCK_MONOTONIC) / NSEC_PER_MS;
}

static bool is_command(const char *name)
{
	return name && (*name == '|' || *name == '!');
}

/* Beyond the numbers that programs expect their own files to have. */
static int fd_move_up(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 64);

	if (high < 0)
		return fd;
	close(fd);
	return high;
}

/* Ours are there by now, and those of the command are not touched. */
static bool fd_limit_raise(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur >= lim.rlim_max)
		return false;
	lim.rlim_cur = lim.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &lim) == 0;
}

/* A file that is open and can be closed for a while, to be gone on with. */
static bool stream_rest(struct output *out)
{
	hash_each(&out->by_tid, slot) {
		struct stream *s = slot->value;

		if (s->fd < 0)
			continue;
		stream_flush(out, s);
		close(s->fd);
		s->fd = -1;
		return true;
	}
	return false;
}

/* With -ff there may be more tasks than files can be open at a time. */
static int file_open_somehow(struct output *out, const char *path, bool append)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_LARGEFILE;
	int fd;

	flags |= append ? O_APPEND : O_TRUNC;
	do {
		fd = open(path, flags, 0666);
	} while (fd < 0 && (errno == EMFILE || errno == ENFILE) &&
		 (fd_limit_raise() || stream_rest(out)));
	return fd;
}

static int file_open(struct output *out, const char *path, bool append)
{
	int fd = file_open_somehow(out, path, append);

	if (fd < 0) {
		diag_warn("Can't open '%s' for writing: %s", path,
			  strerror(errno));
		return -1;
	}
	return fd_move_up(fd);
}

/*
 * The command must end by itself, after it has read everything: signals that
 * the terminal sends to all of us are left at what they do by default, but a
 * SIGPIPE that we ignore is not handed on.
 */
static int command_spawn(struct output *out, const char *command, int in)
{
	const char *argv[] = { "sh", "-c", command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t set;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGCHLD);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF);
	err = posix_spawn(&out->command, "/bin/sh", &files, &attr,
			  (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	if (!err) {
		out->command_fd = (int)syscall(SYS_pidfd_open,
					       (long)out->command, 0l);
		return 0;
	}
	out->command = 0;
	diag_warn("Can't run '/bin/sh' for the output: %s", strerror(err));
	return -1;
}

static int command_open(struct output *out, const char *command)
{
	int fds[2];
	int rc;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		diag_warn("Can't make a pipe for the output: %s",
			  strerror(errno));
		return -1;
	}
	rc = command_spawn(out, command, fds[0]);
	close(fds[0]);
	if (rc < 0) {
		close(fds[1]);
		return -1;
	}
	return fd_move_up(fds[1]);
}

static int stderr_open(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 64);

	if (fd < 0)	/* a low limit of open files */
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		diag_warn("Can't write to standard error: %s",
			  strerror(errno));
	return fd;
}

struct output *output_open(const struct options *o, const char *name)
{
	struct output *out = xalloc_new(1, sizeof(*out));

	out->name = name;
	out->named = name;
	out->append = o->append;
	out->separate = o->output_separately && name && !is_command(name);
	out->all.fd = -1;
	if (out->separate)
		return out;
	if (!out->name)
		out->all.fd = stderr_open();
	else if (is_command(out->name))
		out->all.fd = command_open(out, out->name + 1);
	else
		out->all.fd = file_open(out, out->name, out->append);
	if (out->all.fd < 0) {
		free(out);
		return NULL;
	}
	out->terminal = isatty(out->all.fd);
	out->immediate = out->terminal || !out->name;
	out->whole = out->immediate && o->debug > 1;
	return out;
}

struct output *output_take(int fd, const char *what, bool named)
{
	struct output *out = xalloc_new(1, sizeof(*out));

	out->name = what;
	out->named = named;
	out->all.fd = fd;
	out->terminal = isatty(fd);
	out->immediate = out->terminal;
	return out;
}

/*
 * A line that comes late, a new task of the same number, a file that was closed
 * for others' sake: what it has of this trace stays.  One that can't be opened
 * was reported; its text is swallowed.
 */
static void stream_open(struct output *out, struct stream *s)
{
	void *begun = hash_get(&out->begun, (uint64_t)s->tid);
	struct buf path = {0};

	buf_fmt(&path, "%s.%d", out->name, (int)s->tid);
	s->fd = file_open(out, buf_cstr(&path), out->append || begun);
	if (s->fd < 0) {
		s->failed = true;
		out->failed = true;
	} else if (!begun) {
		hash_put(&out->begun, (uint64_t)s->tid, out);
	}
	buf_free(&path);
}

static struct stream *stream_new(struct output *out, pid_t tid)
{
	struct stream *s = xalloc_new(1, sizeof(*s));

	s->tid = tid;
	stream_open(out, s);
	hash_put(&out->by_tid, (uint64_t)tid, s);
	return s;
}

struct stream *output_stream(struct output *out, pid_t tid)
{
	struct stream *s;

	if (!out->separate)
		return &out->all;
	s = hash_get(&out->by_tid, (uint64_t)tid);
	return s ? s : stream_new(out, tid);
}

void output_stop_when(struct output *out, unsigned (*asked)(void))
{
	out->asked = asked;
}

void output_hurry(struct output *out)
{
	out->immediate = true;
}

bool output_is_named(const struct output *out)
{
	return out->named;
}

bool output_is_terminal(const struct output *out)
{
	return out->terminal;
}

bool output_is_immediate(const struct output *out)
{
	return out->immediate;
}

uint64_t output_written(const struct output *out)
{
	return out->written;
}

bool output_pending(const struct output *out)
{
	if (out->whole && out->all.line_tid)
		return false;
	if (out->all.buf.len)
		return true;
	hash_each(&out->by_tid, slot)
		if (((struct stream *)slot->value)->buf.len)
			return true;
	return false;
}

static void stream_fail(struct output *out, struct stream *s, int err)
{
	if (err == EPIPE && out->command)
		diag_warn("The output command ended early; the rest of the "
			  "trace is lost");
	else if (!out->name)
		diag_warn("Can't write the trace to standard error: %s; "
			  "the rest of it is lost", strerror(err));
	else if (s->tid)
		diag_warn("Can't write to '%s.%d': %s; the rest of its trace "
			  "is lost", out->name, (int)s->tid, strerror(err));
	else
		diag_warn("Can't write to '%s': %s; the rest of the trace is "
			  "lost", out->name, strerror(err));
	s->failed = true;
	out->failed = true;
}

bool output_takes(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, timeout_ms) > 0;
}

static unsigned times_asked(const struct output *out)
{
	return out->asked ? out->asked() : 0;
}

/*
 * We are asked to end, and the reader takes nothing.  With stalled the last try
 * got nowhere although there seemed to be room.
 */
static bool patience_is_over(struct output *out, int fd, bool stalled)
{
	int64_t now = now_ms();

	if (!times_asked(out))
		return false;
	if (!out->patience_ends)
		out->patience_ends = now + PATIENCE_MS;
	while (now < out->patience_ends) {
		if (output_takes(fd, (int)(out->patience_ends - now)))
			return false;
		now = now_ms();
	}
	return stalled || !output_takes(fd, 0);
}

/* Messages may go the same way: they must not wait there either. */
static void stream_give_up(struct output *out, struct stream *s)
{
	int null;

	s->failed = out->failed = out->gave_up = true;
	if (output_takes(STDERR_FILENO, 0)) {
		diag_warn("Nobody reads the trace; the rest of it is lost");
		return;
	}
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0)
		return;
	dup2(null, STDERR_FILENO);
	close(null);
}

/* A pipe with room for anything has room for so much. */
static size_t write_most(const struct output *out, size_t left)
{
	return times_asked(out) && left > PIPE_BUF ? PIPE_BUF : left;
}

static int stream_flush(struct output *out, struct stream *s)
{
	bool stalled = false;
	size_t done = 0;
	ssize_t n;

	if (s->buf.len && s->fd < 0 && !s->failed)
		stream_open(out, s);
	while (done < s->buf.len && !s->failed) {
		if (patience_is_over(out, s->fd, stalled)) {
			stream_give_up(out, s);
			break;
		}
		n = write(s->fd, s->buf.data + done,
			  write_most(out, s->buf.len - done));
		stalled = n < 0;
		if (n >= 0) {
			done += (size_t)n;
			out->written += (uint64_t)n;
			out->patience_ends = 0;
		} else if (errno == EAGAIN) {
			output_takes(s->fd, -1);
		} else if (errno != EINTR) {
			stream_fail(out, s, errno);
		}
	}
	buf_reset(&s->buf);
	return s->failed ? -1 : 0;
}

int output_flush(struct output *out)
{
	int rc = 0;

	if (!out->separate)
		return stream_flush(out, &out->all);
	hash_each(&out->by_tid, slot)
		if (stream_flush(out, slot->value) < 0)
			rc = -1;
	return rc;
}

static void stream_end(struct output *out, struct stream *s)
{
	stream_flush(out, s);
	if (s->fd >= 0 && close(s->fd) < 0 && errno != EINTR && !s->failed)
		stream_fail(out, s, errno);
	s->fd = -1;
	buf_free(&s->buf);
}

void output_task_gone(struct output *out, pid_t tid)
{
	struct stream *s;

	if (!out->separate)
		return;
	s = hash_del(&out->by_tid, (uint64_t)tid);
	if (!s)
		return;
	stream_end(out, s);
	free(s);
}

bool output_failed(const struct output *out)
{
	return out->failed;
}

/*
 * The command is the child of the process that we began as, which need not be
 * this one; only its pidfd can be waited for by all of us.
 */
static void command_wait(struct output *out)
{
	struct pollfd p = { .fd = out->command_fd, .events = POLLIN };
	unsigned asked = times_asked(out);
	int how = p.fd < 0 ? 0 : WNOHANG, status;

	while (p.fd >= 0 && !out->gave_up && poll(&p, 1, -1) < 0)
		if (errno != EINTR || times_asked(out) != asked)
			break;
	while (waitpid(out->command, &status, how) < 0)
		if (errno != EINTR || times_asked(out) != asked)
			break;
	if (p.fd >= 0)
		close(p.fd);
}

int output_close(struct output *out)
{
	int rc;

	if (!out->separate)
		stream_end(out, &out->all);
	hash_each(&out->by_tid, slot) {
		stream_end(out, slot->value);
		free(slot->value);
	}
	hash_free(&out->by_tid);
	hash_free(&out->begun);
	if (out->command)
		command_wait(out);
	rc = out->failed ? -1 : 0;
	free(out);
	return rc;
}
