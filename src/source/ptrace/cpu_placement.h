/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cpu_placement: where the tracer runs, so that a stop costs little.
 *
 * A stop is a hand-over from tracee to tracer and back.  When both run on one
 * CPU it takes some 10 us; when the scheduler spreads them over two, each
 * hand-over wakes an idle CPU and takes 20 to 100 us.  The tracee's scheduling
 * is never touched, since programs look at it; our own may be.  There are four
 * ways:
 *
 *   FREE  as we were started;
 *   PIN   our affinity follows the CPU the tracee was last on.  Good when all
 *         CPUs are busy; with an idle one beside it the scheduler moves the
 *         tracee there after a while, and we must follow again;
 *   SPIN  before we sleep, we look for the next stop a little while: the
 *         tracee need not wake us, which is half of what FREE costs;
 *   IDLE  the same, with policy SCHED_IDLE: a CPU that runs only us counts as
 *         idle, so that the tracee stays on it.  The best by far on a quiet
 *         machine; starves under load.  Only used where we may take it back
 *         (CAP_SYS_NICE).
 *
 * Which is best depends on machine, kernel and load, so it is tried.  Time goes
 * in windows of some hundred stops; the mean time from stop to stop is kept for
 * each way.  A long wait is cut off, since it is the tracee's, but for the part
 * in which we were ready to run and neither we nor the tracee did (schedstat).
 * The best way is used, and the others are tried again for one window from time
 * to time, the more seldom the worse they were.  A window that goes badly ends
 * early.  When several tasks run at once or take turns, no one CPU is right,
 * and we are FREE.
 *
 * Measured on two virtual CPUs, `dd bs=1`, 50 thousand blocks (100 thousand
 * system calls, 200 thousand stops), seconds, seven runs each, on a quiet
 * machine; and, four runs each, what an earlier version without SPIN had taken
 * when waking an idle CPU took longer there:
 *
 *	                                 now             then
 *	bare loop, both on one CPU       1.6 to 2.0      1.3 to 1.4
 *	bare loop                        2.8 to 3.8
 *	this, as root                    2.0 to 2.5      1.4 to 1.8
 *	this, as root, one CPU           1.7 to 2.2
 *	this, as a user (SPIN)           2.6 to 3.2
 *	always FREE                      3.4 to 4.4      7.2 to 10.5
 *	always IDLE, two CPU hogs                        up to 50 (starved)
 *
 * The constants were chosen by this very work.  In IDLE, load that comes while
 * the tracee makes no calls is noticed late: with four busy loops on those two
 * CPUs, Ctrl-C then took up to 0.7 s, where FREE took 0.02 s.
 */
#ifndef STRACE_CPU_PLACEMENT_H
#define STRACE_CPU_PLACEMENT_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum placement {
	PLACE_FREE,
	PLACE_PIN,
	PLACE_SPIN,
	PLACE_IDLE,
	PLACE_COUNT
};

struct cpu_way {
	bool allowed;
	int64_t cost_ns;	/* a stop's mean time, 0: never tried */
	unsigned wait;		/* windows until it is tried again */
	unsigned wait_next;	/* how many to wait after that */
};

struct cpu_placement {
	bool on;
	enum placement way;	/* in use now */
	struct cpu_way ways[PLACE_COUNT];
	int pinned;		/* the CPU we keep to, or -1 */
	pid_t last;		/* whose stop came last */
	unsigned stops;		/* of this window */
	unsigned changes;	/* stops of another task than the one before */
	unsigned parallel;	/* stops that did not come alone */
	unsigned window;	/* it ends with that many stops, */
	int64_t limit_ns;	/* or when so much time was spent */
	int64_t spent_ns;
	int64_t begin_ns;	/* our run delay when the window began, */
	int64_t delay_ns;	/* and when last looked at, */
	int64_t tracee_ns;	/* and the tracee's running time */
	int sched_fd;		/* where ours is counted, or -1 */
	int64_t last_ns;	/* when the last stop came */
	cpu_set_t all;		/* the affinity we were given */
};

#define PLACEMENT_SPIN_NS 20000

/* A longer time than this is the tracee's, not the hand-over's. */
#define PLACEMENT_CUT_NS 500000

void cpu_placement_init(struct cpu_placement *p, bool on);
void cpu_placement_window(struct cpu_placement *p);
/* How much of so long a wait was for a CPU that others had. */
int64_t cpu_placement_starved(struct cpu_placement *p, int64_t took_ns);
/*
 * The tracee does not seem to run where we do.  True if we were, and went
 * after it; false if that is not it.
 */
bool cpu_placement_apart(struct cpu_placement *p);
/* How long to look for a stop before sleeping. */
static inline int64_t cpu_placement_spin(const struct cpu_placement *p)
{
	return p->on && p->way == PLACE_SPIN ? PLACEMENT_SPIN_NS : 0;
}

/* Give back what was changed. */
void cpu_placement_end(struct cpu_placement *p);

/* After each wait: the task that stopped, and how many stops came at once. */
static inline void cpu_placement_note(struct cpu_placement *p, pid_t tid,
				      size_t batch, int64_t now_ns)
{
	int64_t took = now_ns - p->last_ns;

	if (!p->on)
		return;
	p->last_ns = now_ns;
	p->stops++;
	p->changes += tid != p->last;
	p->parallel += batch > 1;
	p->last = tid;
	p->spent_ns += took < PLACEMENT_CUT_NS ?
			       took : cpu_placement_starved(p, took);
	if (p->stops >= p->window || p->spent_ns >= p->limit_ns)
		cpu_placement_window(p);
}

#endif
