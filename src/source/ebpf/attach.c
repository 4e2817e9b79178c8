/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * attach.c marks tasks that run already (-p), and finds the calls that they
 * were in at that moment.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi_info.h"
#include "calls.h"
#include "diag.h"
#include "ebpf.h"
#include "cgroup.h"
#include "env_captured.h"
#include "options.h"
#include "proc.h"
#include "xalloc.h"

#define MARKED_MAX 1024

static void first_push(struct ebpf_source *s, const struct event *ev)
{
	s->first = xalloc_resize(s->first, s->nfirst + 1, sizeof(*s->first));
	s->first[s->nfirst++] = *ev;
}

size_t ebpf_mark(struct ebpf_source *s, enum wire_mark how, pid_t id)
{
	bool launched = id && id == s->base.command;
	struct wire_shared *shared = kernel_shared(s->kernel);
	struct wire_marked m[MARKED_MAX];
	size_t total = 0, n;

	shared->mark_id = id;
	shared->mark_how = how;
	shared->mark_flags = launched ? TASK_WAIT_EXEC : TASK_FLIGHT;
	/* Threads may appear while we look, so look until none is new. */
	do {
		n = kernel_mark(s->kernel, m, MARKED_MAX);
		for (size_t i = 0; i < n; i++) {
			struct event ev = {.kind = EV_ATTACH, .tid = m[i].tid,
					   .pid = m[i].pid};

			if (!s->base.many && !total && !i)
				ev.count = n;

			event_stamp(s, &ev, s->now);
			etask_add(s, m[i].tid, m[i].pid);
			env_captured_comm(s->env, m[i].tid, m[i].comm,
					  strnlen(m[i].comm, WIRE_COMM));
			pids_captured(s, m[i].tid, &m[i].pids);
			if (s->maps && !launched)
				maps_adopt(s, m[i].pid);
			if (!launched)
				first_push(s, &ev);
		}
		total += n;
	} while (n && how != MARK_THREAD);
	return total;
}

/* ---- calls in flight ---- */

/* The ABI of a task's program, which decides what its call's number means. */
static unsigned program_abi(pid_t tid)
{
	Elf32_Ehdr h;		/* used as far as both classes are the same */
	char path[64];
	int fd, abi = -1;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, &h, sizeof(h)) == sizeof(h))
		abi = abi_of_elf(h.e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64,
				 h.e_machine);
	close(fd);
	return abi < 0 ? 0 : (unsigned)abi;
}

static bool is_stopped(pid_t tid)
{
	char text[1024];
	const char *p;

	if (proc_read(tid, "stat", text, sizeof(text)) <= 0)
		return false;
	p = strrchr(text, ')');
	return p && (p[2] == 'T' || p[2] == 't');
}

/* "0 0x3 0x7f.. .. SP IP", or "running", or "-1 SP IP". */
static bool flight_read(struct ebpf_source *s, pid_t tid, struct event *ev)
{
	char line[512], *p = line, *end;
	uint64_t v[9];
	unsigned n;

	/* A task that is stopped has left its call. */
	if (is_stopped(tid) ||
	    proc_read(tid, "syscall", line, sizeof(line)) <= 0)
		return false;
	for (n = 0; n < 9; n++, p = end) {
		v[n] = strtoull(p, &end, 0);
		if (end == p)
			break;
	}
	if (n < 9 || (int32_t)v[0] < 0)
		return false;
	ev->kind = EV_ENTER;
	ev->attach_entry = true;
	ev->abi = abi_of_call(abi_infos[program_abi(tid)].audit, v[0],
			      &ev->nr);
	memcpy(ev->arg, v + 1, sizeof(ev->arg));
	ev->sp = v[7];
	ev->ip = v[8];
	event_stamp(s, ev, s->now);
	return true;
}

/*
 * All records of a task are newer than its mark.  If the first is the end of a
 * call, that call was in flight.  If it is an entry, the task was in no call,
 * or the call's end was lost.
 */
static bool flight_is_real(struct ebpf_source *s, const struct event *ev)
{
	for (size_t i = s->order.head; i < s->order.tail; i++) {
		const struct wire *w = s->order.item[i].rec.data;

		if (w->tid != ev->tid)
			continue;
		return w->kind == WIRE_EXIT &&
		       ((const struct wire_exit *)w)->nr == ev->nr;
	}
	return true;
}

void ebpf_flights(struct ebpf_source *s)
{
	size_t n = s->nfirst;

	for (size_t i = 0; i < n; i++) {
		struct event ev = {.tid = s->first[i].tid,
				   .pid = s->first[i].pid};

		if (!flight_read(s, ev.tid, &ev))
			continue;
		ebpf_read_up(s);
		if (flight_is_real(s, &ev) &&
		    callset_may_have(&s->o->trace, ev.abi, ev.nr))
			first_push(s, &ev);
	}
}

/* ---- -p ---- */

static bool attach_refused(pid_t pid, long tgid)
{
	if (tgid <= 0)
		diag_warn("attach: there is no process %d", (int)pid);
	else if (pid == getpid() || tgid == getpid())
		diag_warn("attach: process %d is this strace, which can't "
			  "trace itself", (int)pid);
	else if (proc_status_num(pid, "Kthread:") == 1)
		diag_warn("attach: process %d is a kernel thread, which makes "
			  "no system calls", (int)pid);
	else
		return false;
	return true;
}

/* The process it belongs to; without a /proc, it is taken for a process. */
static long process_of(pid_t pid)
{
	long tgid = proc_status_num(pid, "Tgid:");

	if (tgid > 0 || proc_is_ours() || (kill(pid, 0) < 0 && errno == ESRCH))
		return tgid;
	return pid;
}

int ebpf_attach_all(struct ebpf_source *s)
{
	bool follow = s->o->follow != FOLLOW_NONE;
	int last = 0;
	bool any = false;

	for (size_t i = 0; i < s->o->npids; i++) {
		pid_t pid = s->o->pids[i];
		long tgid = process_of(pid);

		if (attach_refused(pid, tgid)) {
			last = ESRCH;
			continue;
		}
		if (etask_get(s, pid) ||
		    ebpf_mark(s, follow ? MARK_PROCESS : MARK_THREAD,
			      follow ? (pid_t)tgid : pid)) {
			any = true;
			continue;
		}
		diag_warn("attach: process %d ended, or is not to be seen "
			  "from here", (int)pid);
		last = ESRCH;
	}
	return any ? 0 : last;
}

/* ---- many at once ---- */

static void many_tell(struct ebpf_source *s, const char *where)
{
	if (!(s->o->quiet & QUIET_ATTACH))
		diag_note("Attached to %zu threads of %zu processes%s",
			  s->tasks.count, s->groups.count, where);
}

static void member_mark(void *arg, pid_t pid)
{
	struct ebpf_source *s = arg;

	if (pid != getpid())
		ebpf_mark(s, MARK_PROCESS, pid);
}

void ebpf_attach_cgroup(struct ebpf_source *s, const struct cgroup_target *cg)
{
	s->base.many = true;
	cgroup_members(cg, member_mark, s);
	many_tell(s, " in the cgroup");
}

/*
 * The calls that all these tasks are in are left out: they are many, and say
 * little about what comes.
 */
void ebpf_attach_system(struct ebpf_source *s)
{
	s->base.many = true;
	ebpf_mark(s, MARK_ALL, 0);
	many_tell(s, "");
}
