/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait.c collects stops.
 *
 * It waits for one stop and then takes all others that are there already.  They
 * are served in the order they came, because the order in which the kernel
 * looks for stops would let one busy tracee starve the others.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "now.h"
#include "ptrace.h"

#define STATUS_SYSCALL (SYSCALL_SIG << 8 | 0x7f)	/* as wait gives it */
#define ALONE_MAX 4
#define PEEK_RUN 16	/* stops without a wait while there are others */
#define SPIN_GAP_NS 500
#define PEEK_MISSES 4	/* misses in a row after which we pause */
#define PEEK_PAUSE 32	/* stops that a pause lasts */

void stop_stamp(struct stop *st)
{
	st->wall_ns = now_ns(CLOCK_REALTIME);
	st->mono_ns = now_ns(CLOCK_MONOTONIC);
}

/* The tid, 0 if there is none now, -1 with errno. */
static pid_t stop_wait(struct ptrace_source *s, struct stop *st, int flags)
{
	struct rusage ru;

	st->count = 0;
	st->cpu_ns = 0;
	st->tid = wait4(-1, &st->status, __WALL | flags,
			s->want_cpu ? &ru : NULL);
	if (debug_on(s))
		debug_wait(s->debug, st->tid > 0);
	if (st->tid <= 0)
		return st->tid;
	stop_stamp(st);
	if (s->want_cpu)
		st->cpu_ns = ru.ru_stime.tv_sec * NSEC_PER_SEC +
			     (int64_t)ru.ru_stime.tv_usec * 1000;
	return st->tid;
}

/*
 * A thread that calls exec takes the leader's tid.  What the old leader has
 * left in the queue must not be taken for stops of that thread.
 */
static void queue_drop(struct stop_queue *q, pid_t tid)
{
	size_t n = q->count;
	struct stop st;

	while (n--) {
		queue_pop(q, &st);
		if (st.tid != tid || st.status == STATUS_TOLD_ATTACH)
			queue_push(q, &st);
	}
}

static void stop_queue(struct ptrace_source *s, const struct stop *st)
{
	if (st->status >> EVENT_SHIFT == PTRACE_EVENT_EXEC && s->queue.count)
		queue_drop(&s->queue, st->tid);
	queue_push(&s->queue, st);
}

/*
 * A tracee that shares our CPU is often at its next stop before the request
 * that let it go has returned.  Then we can ask for the call at once and save
 * the wait.  Only the stop that must come next, an entry after an exit or the
 * other way round, is taken like that: everything else is left to wait.
 *
 * No tracee can fake such a stop by a signal that it sends itself: that comes
 * after an exit, and the kernel keeps saying "exit" for it (or nothing at all).
 * With a filter, where there are no exits before, we ask within a call only.
 */
static bool peek_allowed(struct ptrace_source *s, const struct tracee *t)
{
	struct peek *p = &s->peek;

	if (!t || s->no_info || s->want_cpu || s->detaching ||
	    (s->filter && !t->own_filter && !t->in_call))
		return false;
	/* one tracee must not keep us from the others' stops */
	if (s->tracees.count > 1 && p->run >= PEEK_RUN)
		return false;
	if (!p->pause)
		return true;
	p->pause--;
	return false;
}

static bool stop_peek(struct ptrace_source *s, const struct tracee *t,
		      struct stop *st)
{
	struct peek *p = &s->peek;
	unsigned due = t->in_call ? PTRACE_SYSCALL_INFO_EXIT :
				    PTRACE_SYSCALL_INFO_ENTRY;
	bool found = pt(s, PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(p->info),
			(unsigned long)&p->info) >= 0 && p->info.op == due;

	if (debug_on(s))
		debug_peek(s->debug, found);
	if (!found)
		return false;
	p->misses = 0;
	p->run++;
	p->tid = t->tid;
	*st = (struct stop){.tid = t->tid, .status = STATUS_SYSCALL};
	stop_stamp(st);
	return true;
}

/*
 * A stop that was found so is one that wait would still report.  A tracee that
 * is to stay stopped while we wait for others must not come up twice.
 */
void stop_take(struct ptrace_source *s, pid_t tid)
{
	struct stop st = {.tid = tid};

	if (s->peek.tid != tid)
		return;
	s->peek.tid = 0;
	if (waitpid(tid, &st.status, __WALL | WNOHANG) != tid ||
	    WIFSTOPPED(st.status))
		return;
	stop_stamp(&st);		/* it was killed meanwhile */
	queue_push(&s->queue, &st);
}

/* The tracee that may be asked, or NULL. */
static const struct tracee *peek_begin(struct ptrace_source *s)
{
	const struct tracee *t = s->peek.next;

	s->peek.next = NULL;
	s->peek.tid = 0;
	return peek_allowed(s, t) ? t : NULL;
}

static void peek_missed(struct ptrace_source *s)
{
	if (++s->peek.misses >= PEEK_MISSES && !cpu_placement_apart(&s->cpu))
		s->peek.pause = PEEK_PAUSE;
}

/* Look for a stop until time is up.  If t is NULL, only wait can find one. */
static bool stop_spin(struct ptrace_source *s, const struct tracee *t,
		      struct stop *st)
{
	int64_t now = now_ns(CLOCK_MONOTONIC);
	int64_t end = now + cpu_placement_spin(&s->cpu);
	int64_t next;

	while (now < end && !interrupt_pending()) {
		if (t && stop_peek(s, t, st))
			return true;
		if (!t && stop_wait(s, st, WNOHANG) > 0) {
			s->peek.run = 0;
			return true;
		}
		/* each look delays the tracee, so leave a gap between them */
		next = now_ns(CLOCK_MONOTONIC) + SPIN_GAP_NS;
		while ((now = now_ns(CLOCK_MONOTONIC)) < next)
			;
	}
	return false;
}

/* Look for a stop that can be had without sleeping. */
static bool stop_soon(struct ptrace_source *s, struct stop *st)
{
	const struct tracee *t = peek_begin(s);

	if (cpu_placement_spin(&s->cpu))
		return stop_spin(s, t, st);
	if (!t)
		return false;
	if (stop_peek(s, t, st))
		return true;
	peek_missed(s);
	return false;
}

/*
 * Looking for more stops costs a call.  Where they come one by one, we look
 * after one in ALONE_MAX of them only, so that no tracee waits long.
 */
static bool drain_due(struct ptrace_source *s)
{
	return s->tracees.count > 1 && s->alone++ % ALONE_MAX == 0;
}

enum wait_result stops_wait(struct ptrace_source *s)
{
	struct stop st;
	size_t n = 0;

	if (stop_soon(s, &st)) {
		stop_queue(s, &st);
		cpu_placement_note(&s->cpu, st.tid, 1, st.mono_ns);
		return WAIT_GOT;
	}
	s->peek.run = 0;
	if (stop_wait(s, &st, 0) < 0)
		return errno == EINTR ? WAIT_IDLE : WAIT_GONE;

	pid_t first = st.tid;
	int64_t now = st.mono_ns;
	bool more = drain_due(s);

	do {
		stop_queue(s, &st);
		n++;
	} while (more && stop_wait(s, &st, WNOHANG) > 0);
	if (n > 1)
		s->alone = 0;
	cpu_placement_note(&s->cpu, first, n, now);
	return WAIT_GOT;
}
