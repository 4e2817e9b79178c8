/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cpu_placement: where the tracer runs, so that a stop costs little.
 *
 * A stop is a hand-over from tracee to tracer and back.  When both run on one
 * CPU it takes some 10 us; when the scheduler spreads them over two, each
 * hand-over wakes an idle CPU and takes 20 to 100 us.  The tracee's scheduling
 * is never touched, since programs look at it; our own may be.  There are four
 * placements:
 *
 *   FREE  we run as we were started;
 *   PIN   our affinity follows the CPU the tracee was last on.  This is good
 *         when all CPUs are busy; if another one is idle, the scheduler moves
 *         the tracee there after a while, and we must follow again;
 *   SPIN  we look for the next stop a little while before we sleep: the tracee
 *         need not wake us, which is half of what FREE costs;
 *   IDLE  like PIN, with policy SCHED_IDLE: a CPU that runs only us counts as
 *         idle, so that the tracee stays on it.  This is the best by far on a
 *         quiet machine, but starves under load.  We use it only where we may
 *         leave it again (CAP_SYS_NICE).
 *
 * Which is best depends on machine, kernel and load, so we try them.  Time is
 * divided into windows of some hundred stops, and the mean time from stop to
 * stop is kept for each placement.  A long wait counts only as much as
 * PLACEMENT_CUT_NS, since the rest is the tracee's, unless we were ready to run
 * for longer and neither we nor the tracee did (schedstat).  The best placement
 * is used, and each other one is tried again for one window from time to time,
 * the more rarely the worse it was.  A window that goes badly ends early.  When
 * several tasks run at once or take turns, no single CPU is right, and we are
 * FREE.
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
 * The constants were chosen with this measurement.  In IDLE, load that comes
 * while the tracee makes no calls is noticed late: with four busy loops on
 * those two CPUs, Ctrl-C then took up to 0.7 s, where FREE took 0.02 s.
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

struct cpu_place {
	bool allowed;
	int64_t cost_ns;	/* of a stop, on average; 0: never tried */
	unsigned wait;		/* windows until it is tried again */
	unsigned wait_next;	/* how many to wait after that */
	unsigned windows;	/* that it was in use for, for -d */
};

struct cpu_placement {
	bool on;
	enum placement placement;	/* the one in use */
	struct cpu_place places[PLACE_COUNT];
	int pinned;		/* the CPU we keep to, or -1 */
	pid_t last;		/* the task whose stop came last */
	unsigned stops;		/* of this window */
	unsigned changes;	/* stops of another task than the one before */
	unsigned parallel;	/* stops that did not come alone */
	unsigned window;	/* the window ends after that many stops, */
	int64_t limit_ns;	/* or when spent_ns has reached this */
	int64_t spent_ns;
	int64_t begin_ns;	/* our run delay when the window began */
	int64_t delay_ns;	/* our run delay when last looked at, */
	int64_t tracee_ns;	/* and the tracee's running time then */
	int sched_fd;		/* the file that counts our delay, or -1 */
	int64_t last_ns;	/* when the last stop came */
	cpu_set_t all;		/* the affinity we were given */
};

#define PLACEMENT_SPIN_NS 20000

/* If a wait takes longer than this, the tracee was working meanwhile. */
#define PLACEMENT_CUT_NS 500000

void cpu_placement_init(struct cpu_placement *p, bool on);
void cpu_placement_window(struct cpu_placement *p);
/*
 * How much of a long wait is to be counted: what we waited for a CPU that
 * others had, and at least PLACEMENT_CUT_NS.
 */
int64_t cpu_placement_starved(struct cpu_placement *p, int64_t took_ns);
/*
 * The tracee does not seem to run on our CPU.  True if that was so and our
 * affinity has followed it; false if nothing was changed.
 */
bool cpu_placement_apart(struct cpu_placement *p);
/* How long to look for a stop before sleeping. */
static inline int64_t cpu_placement_spin(const struct cpu_placement *p)
{
	return p->on && p->placement == PLACE_SPIN ? PLACEMENT_SPIN_NS : 0;
}

/* Give back what was changed. */
void cpu_placement_end(struct cpu_placement *p);

/* After each wait: the task that stopped, and how many stops came at once. */
static inline void cpu_placement_note(struct cpu_placement *p, pid_t tid,
				      size_t batch, int64_t now)
{
	int64_t took = now - p->last_ns;

	if (!p->on)
		return;
	p->last_ns = now;
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
