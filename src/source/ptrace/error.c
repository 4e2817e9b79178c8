/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * error.c says in one line why a process can't be traced.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/caps.h"
#include "diag.h"
#include "ptrace.h"

#define CYCLE_MAX 64		/* longest chain of tracers we walk */

/* Whether pid traces us, or one that traces us, and so on. */
bool attach_is_cycle(pid_t pid)
{
	long target = proc_status_num(pid, "Tgid:");
	long up = getpid();

	for (int i = 0; i < CYCLE_MAX; i++) {
		up = proc_status_num((pid_t)up, "TracerPid:");
		if (up <= 0)
			return false;
		if (up == pid ||
		    proc_status_num((pid_t)up, "Tgid:") == target)
			return true;
	}
	return true;
}

static int yama_scope(void)
{
	char c = '0';
	int fd = open("/proc/sys/kernel/yama/ptrace_scope",
		      O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, &c, 1) != 1)
		c = '0';
	close(fd);
	return c - '0';
}

static void explain_tracer(char *buf, size_t size, pid_t tid, long tracer)
{
	char comm[64];

	if (tracer == getpid()) {
		snprintf(buf, size, ": already being traced by this strace");
		return;
	}
	proc_comm((pid_t)tracer, comm, sizeof(comm));
	snprintf(buf, size, ": process %d is already traced by %s (pid %ld)",
		 (int)tid, comm, tracer);
}

static void explain_permission(char *buf, size_t size, pid_t tid)
{
	long tracer = proc_status_num(tid, "TracerPid:");
	long uid = proc_status_num(tid, "Uid:");

	if (!proc_is_ours())
		snprintf(buf, size, ": /proc, which could tell why, is not "
			 "that of this PID namespace");
	else if (tracer > 0)
		explain_tracer(buf, size, tid, tracer);
	else if (proc_status_num(tid, "Kthread:") == 1)
		snprintf(buf, size, ": kernel threads can't be traced");
	else if (proc_status_num(tid, "VmSize:") < 0)
		snprintf(buf, size, ": it is a zombie or a kernel thread");
	else if (uid >= 0 && geteuid() != 0 && uid != (long)geteuid())
		snprintf(buf, size, ": it belongs to user id %ld, not to you",
			 uid);
	else if (yama_scope() == 3)
		snprintf(buf, size, ": kernel.yama.ptrace_scope forbids "
			 "tracing until the next boot");
	else if (yama_scope() == 2)
		snprintf(buf, size, ": kernel.yama.ptrace_scope lets only "
			 "root attach");
	else if (yama_scope() == 1 && geteuid() != 0)
		snprintf(buf, size, ": kernel.yama.ptrace_scope lets only "
			 "root attach to what it did not start");
	else if (!caps_has(CAP_SYS_PTRACE))
		snprintf(buf, size, ": it takes CAP_SYS_PTRACE (for a "
			 "container: --cap-add=SYS_PTRACE)");
	else if (proc_ns(tid, "user") != proc_ns(getpid(), "user"))
		snprintf(buf, size, ": it is in another user namespace, where "
			 "this one has no rights");
}

void attach_error(pid_t tid, int err)
{
	char why[160] = "";

	if (err == EPERM)
		explain_permission(why, sizeof(why), tid);
	else if (err == EIO)
		snprintf(why, sizeof(why), ": the kernel is too old, or "
			 "something answers in its place");
	diag_warn("attach: ptrace(PTRACE_SEIZE, %d): %s%s", (int)tid,
		  strerror(err), why);
}
