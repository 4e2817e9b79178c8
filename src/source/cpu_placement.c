/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu_placement.h"

#define LOOK_FIRST 64		/* stops before the first look */
#define LOOK_EVERY 512
#define NS_PER_MS INT64_C(1000000)
#define HOLD_MIN_NS (50 * NS_PER_MS)
#define HOLD_MAX_NS (3200 * NS_PER_MS)
#define STAT_CPU 39		/* the field that says where it last ran */
#define STAT_COMM 2

static ssize_t fd_read(int fd, char *buf, size_t size)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, buf, size - 1, 0);

	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static int proc_open(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Time we could have run but had to wait, so far; 0 when nobody counts it. */
static int64_t own_delay(struct cpu_placement *p)
{
	char buf[128];
	char *end;

	if (fd_read(p->sched_fd, buf, sizeof(buf)) <= 0)
		return 0;
	strtoll(buf, &end, 10);
	return strtoll(end, NULL, 10);
}

/* The CPU that the task last ran on, or -1. */
static int task_cpu(struct cpu_placement *p)
{
	char buf[1024];
	const char *at;

	if (p->stat_tid != p->last) {
		char path[64];

		if (p->stat_fd >= 0)
			close(p->stat_fd);
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->last);
		p->stat_fd = proc_open(path);
		p->stat_tid = p->last;
	}
	if (fd_read(p->stat_fd, buf, sizeof(buf)) <= 0)
		return -1;
	at = strrchr(buf, ')');	/* a comm may hold blanks and brackets */
	for (int i = STAT_COMM; at && i < STAT_CPU; i++)
		at = strchr(at + 1, ' ');
	return at ? (int)strtol(at, NULL, 10) : -1;
}

static void unpin(struct cpu_placement *p)
{
	if (p->pinned >= 0)
		sched_setaffinity(0, sizeof(p->all), &p->all);
	p->pinned = -1;
}

static void pin(struct cpu_placement *p, int cpu)
{
	cpu_set_t set;

	if (cpu == p->pinned)
		return;
	if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &p->all)) {
		unpin(p);
		return;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == 0)
		p->pinned = cpu;
}

/* Several tasks take turns or run at once: no one CPU is right. */
static bool many_run(const struct cpu_placement *p)
{
	return p->changes > p->stops / 8 || p->parallel > p->stops / 8;
}

/* We wait for that CPU more than we use it. */
static bool is_crowded(const struct cpu_placement *p, int64_t delay,
		       int64_t now_ns)
{
	return p->pinned >= 0 && delay - p->delay_ns > (now_ns - p->look_ns) / 2;
}

void cpu_placement_look(struct cpu_placement *p, int64_t now_ns)
{
	int64_t delay = own_delay(p);

	if (is_crowded(p, delay, now_ns)) {
		unpin(p);
		p->hold_until = now_ns + p->hold_ns;
		if (p->hold_ns < HOLD_MAX_NS)
			p->hold_ns *= 2;
	} else if (many_run(p)) {
		unpin(p);
	} else if (now_ns >= p->hold_until) {
		pin(p, task_cpu(p));
	}
	p->delay_ns = delay;
	p->look_ns = now_ns;
	p->stops = p->changes = p->parallel = 0;
	p->look_at = LOOK_EVERY;
}

void cpu_placement_init(struct cpu_placement *p, bool on)
{
	memset(p, 0, sizeof(*p));
	p->pinned = -1;
	p->sched_fd = p->stat_fd = -1;
	p->hold_ns = HOLD_MIN_NS;
	p->look_at = LOOK_FIRST;
	/* with one CPU there is nothing to choose */
	if (!on || sched_getaffinity(0, sizeof(p->all), &p->all) < 0 ||
	    CPU_COUNT(&p->all) < 2)
		return;
	p->sched_fd = proc_open("/proc/thread-self/schedstat");
	p->on = true;
}

void cpu_placement_end(struct cpu_placement *p)
{
	if (!p->on)
		return;
	unpin(p);
	if (p->sched_fd >= 0)
		close(p->sched_fd);
	if (p->stat_fd >= 0)
		close(p->stat_fd);
	p->on = false;
}
