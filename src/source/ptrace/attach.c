/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attaching to running processes (-p).
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "options.h"
#include "ptrace.h"

int attach_one(struct ptrace_source *s, pid_t tid)
{
	if (pt(s, PTRACE_SEIZE, tid, 0, (unsigned long)s->options) < 0)
		return errno;
	pt(s, PTRACE_INTERRUPT, tid, 0, 0);
	return 0;
}

static void attach_tell(struct ptrace_source *s, pid_t tid, uint64_t count)
{
	struct stop st = {.tid = tid, .status = STATUS_TOLD_ATTACH,
			  .count = count};

	stop_stamp(&st);
	queue_push(&s->queue, &st);
}

/*
 * If a thread that we have seized makes another one, the kernel attaches us to
 * that as well, and refuses to do it twice.
 */
static bool is_ours(pid_t tid)
{
	return proc_status_num(tid, "TracerPid:") == getpid();
}

static bool thread_attach(struct ptrace_source *s, pid_t tid, pid_t pid)
{
	int err = attach_one(s, tid);

	if (err && !(err == EPERM && is_ours(tid)))
		return false;
	tracee_add(s, tid, pid)->attach_given = true;
	return true;
}

/* Attach to the threads that are there; returns how many were new. */
static size_t threads_pass(struct ptrace_source *s, pid_t pid, size_t from)
{
	char path[64];
	struct dirent *de;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && (de = readdir(dir))) {
		pid_t tid = (pid_t)strtol(de->d_name, NULL, 10);

		if (tid <= 0 || tracee_find(s, tid))
			continue;
		if (!thread_attach(s, tid, pid))
			continue;
		attach_tell(s, tid, 0);
		n++;
	}
	if (dir)
		closedir(dir);
	/* the first EV_ATTACH of a process carries the number of all threads */
	s->queue.ring[(s->queue.head + from) & (s->queue.cap - 1)].count += n;
	return n;
}

static int process_attach(struct ptrace_source *s, pid_t pid)
{
	long tgid = proc_status_num(pid, "Tgid:");
	size_t from = s->queue.count;
	int err;

	if (tracee_find(s, pid))
		return 0;
	if (pid == getpid() || tgid == getpid()) {
		diag_warn("attach: process %d is this strace, which can't "
			  "trace itself", (int)pid);
		return EPERM;
	}
	if (attach_is_cycle(pid)) {
		diag_warn("attach: process %d traces this strace, directly or "
			  "through others: tracing it would stop both for ever",
			  (int)pid);
		return EPERM;
	}
	err = attach_one(s, pid);
	if (err) {
		attach_error(pid, err);
		return err;
	}
	tracee_add(s, pid, tgid > 0 ? (pid_t)tgid : pid)->attach_given = true;
	attach_tell(s, pid, 1);
	if (s->follow && !proc_is_ours())
		diag_warn("attach: /proc is not that of this PID namespace: "
			  "other threads of %d are not found", (int)pid);
	/* threads may appear while we look, so look until none is new */
	while (s->follow && tgid > 0 &&
	       threads_pass(s, (pid_t)tgid, from))
		;
	if (debug_on(s))
		diag_note("attach: process %d, with %zu more threads%s",
			  (int)pid, s->queue.count - from - 1,
			  s->follow ? "" : " (others only with -f)");
	return 0;
}

/* 0 if any could be attached to, else the last errno. */
int attach_all(struct ptrace_source *s)
{
	int last = 0;
	bool any = false;

	for (size_t i = 0; i < s->o->npids; i++) {
		int err = process_attach(s, s->o->pids[i]);

		if (err)
			last = err;
		else
			any = true;
	}
	return any ? 0 : last;
}
