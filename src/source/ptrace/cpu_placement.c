/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cpu_placement.h"
#include "now.h"

#define WINDOW 512
#define WINDOW_SHORT 64		/* for trials, and where the tracee may move */
#define WINDOW_MIN 8		/* fewer stops than these mean nothing */
#define LIMIT_NS (20 * NSEC_PER_MS)
#define LIMIT_MIN_NS NSEC_PER_MS
#define WAIT_FIRST 16		/* windows */
#define WAIT_MAX 2048
#define DISTURBS_NS PLACEMENT_CUT_NS	/* no placement costs as much */
#define STAT_CPU 39		/* the field with the CPU it last ran on */
#define STAT_COMM 2
#define NICE_RANGE 20
#define UID_COUNT "4294967295"

static ssize_t proc_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

/* The CPU that the task last ran on, or -1. */
static int task_cpu(pid_t tid)
{
	char path[64];
	char buf[1024];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	if (proc_file(path, buf, sizeof(buf)) <= 0)
		return -1;
	at = strrchr(buf, ')');	/* a comm may hold blanks and brackets */
	for (int i = STAT_COMM; at && i < STAT_CPU; i++)
		at = strchr(at + 1, ' ');
	return at ? (int)strtol(at, NULL, 10) : -1;
}

/* Capabilities count here only in the first user namespace. */
static bool may_raise_priority(void)
{
	char buf[4096];
	const char *caps;

	if (proc_file("/proc/self/uid_map", buf, sizeof(buf)) <= 0 ||
	    !strstr(buf, UID_COUNT))
		return false;
	if (proc_file("/proc/self/status", buf, sizeof(buf)) <= 0)
		return false;
	caps = strstr(buf, "\nCapEff:");
	return caps && strtoull(caps + strlen("\nCapEff:"), NULL, 16) >>
		       CAP_SYS_NICE & 1;
}

/* Both are 0 on kernels that do not count them. */
struct sched_times {
	int64_t ran_ns;
	int64_t waited_ns;	/* ready to run, but not running */
};

static struct sched_times sched_times(int fd)
{
	struct sched_times t = {0, 0};
	char buf[128];
	char *end;
	ssize_t n = -1;

	if (fd >= 0)
		n = pread(fd, buf, sizeof(buf) - 1, 0);
	if (n > 0) {
		buf[n] = '\0';
		t.ran_ns = strtoll(buf, &end, 10);
		t.waited_ns = strtoll(end, NULL, 10);
	}
	return t;
}

static struct sched_times sched_times_of(pid_t tid)
{
	struct sched_times t;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	t = sched_times(fd);
	if (fd >= 0)
		close(fd);
	return t;
}

/*
 * With SCHED_IDLE we are ready to run and wait whenever the tracee runs on our
 * CPU.  That is intended, so its running time does not count as starving.
 */
static int64_t starved_ns(struct cpu_placement *p)
{
	int64_t waited = sched_times(p->sched_fd).waited_ns;
	int64_t ran = sched_times_of(p->last).ran_ns;
	int64_t starved = waited - p->delay_ns - (ran - p->tracee_ns);

	p->delay_ns = waited;
	p->tracee_ns = ran;
	return starved;
}

int64_t cpu_placement_starved(struct cpu_placement *p, int64_t took_ns)
{
	int64_t starved = starved_ns(p);

	if (starved > took_ns)
		starved = took_ns;
	return starved > PLACEMENT_CUT_NS ? starved : PLACEMENT_CUT_NS;
}

/* SCHED_IDLE is easy to enter; only some may leave it. */
static bool idle_is_reversible(void)
{
	struct rlimit lim;
	int nice = getpriority(PRIO_PROCESS, 0);

	if (sched_getscheduler(0) != SCHED_OTHER)
		return false;
	if (getrlimit(RLIMIT_NICE, &lim) == 0 &&
	    lim.rlim_cur >= (rlim_t)(NICE_RANGE - nice))
		return true;
	return may_raise_priority();
}

static void policy_set(int policy)
{
	struct sched_param param = {0};

	sched_setscheduler(0, policy, &param);
}

static void unpin(struct cpu_placement *p)
{
	if (p->pinned >= 0)
		sched_setaffinity(0, sizeof(p->all), &p->all);
	p->pinned = -1;
}

static void pin(struct cpu_placement *p)
{
	int cpu = task_cpu(p->last);
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

static void placement_use(struct cpu_placement *p, enum placement next)
{
	if (p->placement == PLACE_IDLE && next != PLACE_IDLE)
		policy_set(SCHED_OTHER);
	if (next == PLACE_IDLE && p->placement != PLACE_IDLE)
		policy_set(SCHED_IDLE);
	if (next == PLACE_PIN || next == PLACE_IDLE)
		pin(p);
	else
		unpin(p);
	p->placement = next;
}

static enum placement placement_best(const struct cpu_placement *p)
{
	enum placement best = PLACE_FREE;

	for (int i = 0; i < PLACE_COUNT; i++)
		if (p->places[i].allowed && p->places[i].cost_ns &&
		    p->places[i].cost_ns < p->places[best].cost_ns)
			best = (enum placement)i;
	return best;
}

/* A placement that is due for another try, or the best known. */
static enum placement placement_choose(struct cpu_placement *p)
{
	enum placement best = placement_best(p);

	for (int i = 0; i < PLACE_COUNT; i++) {
		struct cpu_place *place = &p->places[i];

		if (!place->allowed || i == (int)best)
			continue;
		if (place->wait) {
			place->wait--;
			continue;
		}
		place->wait = place->wait_next;
		return (enum placement)i;
	}
	return best;
}

/* Others want the CPU that we would spin on. */
static bool spin_disturbs(const struct cpu_placement *p)
{
	return p->placement == PLACE_SPIN &&
	       sched_times(p->sched_fd).waited_ns - p->begin_ns >
		       p->spent_ns / 8;
}

/* Add up what the window that ends says about its placement. */
static void placement_judge(struct cpu_placement *p)
{
	struct cpu_place *place = &p->places[p->placement];
	int64_t cost = p->spent_ns / p->stops;
	int64_t best = p->places[placement_best(p)].cost_ns;

	/* the present counts as much as all the past */
	place->cost_ns = place->cost_ns ? (place->cost_ns + cost) / 2 : cost;
	if (spin_disturbs(p))
		cost = place->cost_ns = DISTURBS_NS;
	if (best && cost > best + best / 4) {
		place->wait_next *= place->wait_next < WAIT_MAX ? 2 : 1;
		place->wait = place->wait_next;
	} else {
		place->wait_next = WAIT_FIRST;
	}
}

static void window_begin(struct cpu_placement *p)
{
	enum placement known = placement_best(p);
	int64_t best = p->places[known].cost_ns;

	starved_ns(p);
	p->begin_ns = p->delay_ns;
	p->stops = p->changes = p->parallel = 0;
	p->spent_ns = 0;
	p->window = p->placement == PLACE_PIN || p->placement != known ?
			    WINDOW_SHORT : WINDOW;
	/* a window that takes far longer than the best would is cut short */
	p->limit_ns = best ? 2 * best * p->window : LIMIT_NS;
	if (p->limit_ns < LIMIT_MIN_NS)
		p->limit_ns = LIMIT_MIN_NS;
}

/* If several tasks take turns or run at once, no single CPU is right for us. */
static bool many_run(const struct cpu_placement *p)
{
	return p->changes > p->stops / 8 || p->parallel > p->stops / 8;
}

void cpu_placement_window(struct cpu_placement *p)
{
	if (p->stops < WINDOW_MIN && p->placement != PLACE_IDLE) {
		p->limit_ns += LIMIT_NS;
		return;
	}
	p->places[p->placement].windows++;
	if (!p->places[PLACE_FREE].cost_ns)
		p->places[PLACE_IDLE].allowed = idle_is_reversible();
	if (many_run(p)) {
		placement_use(p, PLACE_FREE);
	} else {
		placement_judge(p);
		placement_use(p, placement_choose(p));
	}
	window_begin(p);
}

bool cpu_placement_apart(struct cpu_placement *p)
{
	int before = p->pinned;

	if (!p->on || p->placement != PLACE_IDLE)
		return false;
	pin(p);
	return p->pinned != before;
}

void cpu_placement_init(struct cpu_placement *p, bool on)
{
	memset(p, 0, sizeof(*p));
	p->pinned = -1;
	if (!on || sched_getaffinity(0, sizeof(p->all), &p->all) < 0)
		return;
	p->on = true;
	p->sched_fd = open("/proc/thread-self/schedstat",
			   O_RDONLY | O_CLOEXEC);
	p->places[PLACE_FREE].allowed = true;
	p->places[PLACE_PIN].allowed = p->places[PLACE_SPIN].allowed =
		CPU_COUNT(&p->all) > 1;
	for (int i = 0; i < PLACE_COUNT; i++)
		p->places[i].wait_next = WAIT_FIRST;
	window_begin(p);
	p->window = WINDOW / 2;
}

void cpu_placement_end(struct cpu_placement *p)
{
	if (!p->on)
		return;
	placement_use(p, PLACE_FREE);
	if (p->sched_fd >= 0)
		close(p->sched_fd);
	p->on = false;
}
