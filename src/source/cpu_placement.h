/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STRACE_CPU_PLACEMENT_H
#define STRACE_CPU_PLACEMENT_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cpu_placement {
	bool on;
	int pinned;		/* the CPU we keep to, or -1 */
	pid_t last;		/* whose stop came last */
	unsigned stops;		/* since the last look */
	unsigned changes;	/* stops of another task than the one before */
	unsigned parallel;	/* stops that did not come alone */
	unsigned look_at;	/* look when that many stops have come */
	int64_t look_ns;	/* when that was last */
	int64_t hold_until;	/* stay free until then */
	int64_t hold_ns;	/* how long to stay free next time */
	int64_t delay_ns;	/* our run delay at that time */
	int sched_fd;		/* /proc/thread-self/schedstat, or -1 */
	int stat_fd;		/* /proc/TID/stat of stat_tid, or -1 */
	pid_t stat_tid;
	cpu_set_t all;		/* what we were given */
};

void cpu_placement_init(struct cpu_placement *p, bool on);
void cpu_placement_look(struct cpu_placement *p, int64_t now_ns);
/* Give back what was changed. */
void cpu_placement_end(struct cpu_placement *p);

/* After each wait: the task that stopped, and how many stops came at once. */
static inline void cpu_placement_note(struct cpu_placement *p, pid_t tid,
				      size_t batch, int64_t now_ns)
{
	if (!p->on)
		return;
	p->stops++;
	p->changes += tid != p->last;
	p->parallel += batch > 1;
	p->last = tid;
	if (p->stops >= p->look_at)
		cpu_placement_look(p, now_ns);
}

#endif
