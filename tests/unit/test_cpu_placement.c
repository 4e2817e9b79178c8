/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the tracer runs, on a machine of two CPUs that is made up: what a stop
 * costs there follows from our own policy and affinity and from the tracee's
 * CPU, and the clocks of /proc go with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "source/ptrace/cpu_placement.h"

#define TRACEE 4711
#define FAR_NS 11000		/* a stop when the two are on two CPUs */
#define SPIN_NS 10000		/* on two, but we did not sleep */
#define NEAR_NS 9000		/* on one */
#define TRACEE_NS 3000		/* of which the tracee runs */
#define BURST_NS 2000000	/* now and then it computes, */
#define BURST_EVERY 100
#define STARVED_NS INT64_C(50000000)	/* with SCHED_IDLE under load */
#define MOVE_EVERY 4000

static struct {
	bool may_raise;		/* SCHED_IDLE can be taken back */
	bool loaded;		/* others want every CPU */
	int cpus;
	int policy;
	int pinned;		/* our affinity, or -1 */
	int tracee_cpu;
	int64_t now, waited, ran;	/* the clocks */
	int64_t spent;		/* on handing over, that is without bursts */
	unsigned stops, spun;
} machine;

/* ---- the system's side ---- */

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	(void)pid;
	memset(set, 0, size);
	for (int i = 0; i < machine.cpus; i++)
		CPU_SET(i, set);
	return 0;
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	(void)size;
	assert_int_equal(pid, 0);	/* never the tracee's */
	machine.pinned = -1;
	if (CPU_COUNT(set) == 1 && machine.cpus > 1)
		machine.pinned = CPU_ISSET(1, set) ? 1 : 0;
	return 0;
}

int sched_getscheduler(pid_t pid)
{
	(void)pid;
	return machine.policy;
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
	(void)param;
	assert_int_equal(pid, 0);
	machine.policy = policy;
	return 0;
}

int getpriority(__priority_which_t which, id_t who)
{
	(void)which;
	(void)who;
	return 0;
}

int getrlimit(__rlimit_resource_t resource, struct rlimit *lim)
{
	(void)resource;
	lim->rlim_cur = lim->rlim_max = machine.may_raise ? 40 : 0;
	return 0;
}

/* Which file it is, the descriptor says. */
enum { FD_OTHER = 1000, FD_OWN, FD_TRACEE, FD_STAT };

int open(const char *path, int flags, ...)
{
	(void)flags;
	if (!strcmp(path, "/proc/thread-self/schedstat"))
		return FD_OWN;
	if (!strcmp(path, "/proc/4711/schedstat"))
		return FD_TRACEE;
	if (!strcmp(path, "/proc/4711/stat"))
		return FD_STAT;
	return FD_OTHER;
}

ssize_t read(int fd, void *buf, size_t size)
{
	int n = 0;

	if (fd == FD_STAT) {
		n = snprintf(buf, size, "4711 (a) b) S");
		for (int field = 4; field < 39; field++)
			n += snprintf((char *)buf + n, size - n, " 0");
		n += snprintf((char *)buf + n, size - n, " %d 0",
			      machine.tracee_cpu);
	}
	return n;
}

ssize_t pread(int fd, void *buf, size_t size, off_t offset)
{
	(void)offset;
	if (fd == FD_OWN)
		return snprintf(buf, size, "0 %lld 0",
				(long long)machine.waited);
	if (fd != FD_TRACEE)
		return -1;
	return snprintf(buf, size, "%lld 0 0", (long long)machine.ran);
}

int close(int fd)
{
	(void)fd;
	return 0;
}

/* ---- what happens there ---- */

static bool together(void)
{
	return machine.cpus == 1 || machine.pinned == machine.tracee_cpu;
}

/* An idle CPU beside ours draws the tracee, unless we count as idle. */
static int64_t stop_cost(const struct cpu_placement *p)
{
	bool idle = machine.policy == SCHED_IDLE;

	if (idle && machine.loaded)
		return STARVED_NS;
	if (cpu_placement_spin(p))
		return SPIN_NS;
	if (machine.loaded)
		return together() ? NEAR_NS : FAR_NS;
	return together() && (idle || machine.cpus == 1) ? NEAR_NS : FAR_NS;
}

static void stop_one(struct cpu_placement *p)
{
	int64_t cost = stop_cost(p);
	int64_t runs = TRACEE_NS;

	if (++machine.stops % MOVE_EVERY == 0 && machine.cpus > 1)
		machine.tracee_cpu = !machine.tracee_cpu;
	if (machine.stops % BURST_EVERY == 0)
		runs += BURST_NS;
	machine.spent += cost;
	machine.now += cost + runs - TRACEE_NS;
	machine.ran += runs;
	/* ready to run all the while that the tracee runs where we are */
	if (machine.policy == SCHED_IDLE && together())
		machine.waited += runs;
	if (cost == STARVED_NS)
		machine.waited += cost;
	if (cpu_placement_spin(p)) {
		machine.spun++;
		machine.waited += machine.loaded ? cost / 2 : 0;
	}
	cpu_placement_note(p, TRACEE, 1, machine.now);
	if (!together())
		cpu_placement_apart(p);
}

/* The mean cost of the last half of so many stops. */
static int64_t run(struct cpu_placement *p, unsigned stops)
{
	int64_t half = 0;

	for (unsigned i = 0; i < stops; i++) {
		if (i == stops / 2)
			half = machine.spent;
		stop_one(p);
	}
	return (machine.spent - half) / (stops / 2);
}

static int64_t run_new(unsigned stops)
{
	struct cpu_placement p;
	int64_t cost;

	machine.pinned = -1;
	machine.tracee_cpu = 1;
	cpu_placement_init(&p, true);
	cost = run(&p, stops);
	cpu_placement_end(&p);
	/* what was changed is given back */
	assert_int_equal(machine.policy, SCHED_OTHER);
	assert_int_equal(machine.pinned, -1);
	return cost;
}

static int machine_reset(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof(machine));
	machine.cpus = 2;
	machine.pinned = -1;
	machine.may_raise = true;
	machine.policy = SCHED_OTHER;
	return 0;
}

/* Trials of the other ways may cost a little, no more. */
static void test_quiet(void **state)
{
	(void)state;
	assert_in_range(run_new(200000), NEAR_NS, NEAR_NS + NEAR_NS / 20);
}

static void test_one_cpu(void **state)
{
	(void)state;
	machine.cpus = 1;
	assert_in_range(run_new(200000), NEAR_NS, NEAR_NS + NEAR_NS / 20);
}

/* What can't be taken back is not done. */
static void test_user(void **state)
{
	struct cpu_placement p;

	(void)state;
	machine.may_raise = false;
	assert_in_range(run_new(200000), SPIN_NS, SPIN_NS + SPIN_NS / 20);
	cpu_placement_init(&p, true);
	for (int i = 0; i < 50000; i++) {
		stop_one(&p);
		assert_int_equal(machine.policy, SCHED_OTHER);
	}
	cpu_placement_end(&p);
}

/* However good it is for us: where others want the CPU we do not spin. */
static void test_spinning_disturbs(void **state)
{
	struct cpu_placement p;

	(void)state;
	machine.may_raise = false;
	cpu_placement_init(&p, true);
	run(&p, 20000);
	assert_true(machine.spun > 10000);
	machine.loaded = true;
	machine.spun = 0;
	run(&p, 200000);
	assert_true(machine.spun < 20000);
	cpu_placement_end(&p);
}

/* Load that comes later ends SCHED_IDLE, and trials of it get seldom. */
static void test_load_comes(void **state)
{
	struct cpu_placement p;
	int64_t before;

	(void)state;
	cpu_placement_init(&p, true);
	run(&p, 100000);
	assert_int_equal(machine.policy, SCHED_IDLE);
	machine.loaded = true;
	before = machine.spent;
	run(&p, 400000);
	assert_true(machine.spent - before < 400000 * (int64_t)FAR_NS +
					   20 * STARVED_NS);
	machine.loaded = false;
	assert_in_range(run(&p, 4000000), NEAR_NS, NEAR_NS + NEAR_NS / 10);
	cpu_placement_end(&p);
}

static void test_off(void **state)
{
	struct cpu_placement p;

	(void)state;
	cpu_placement_init(&p, false);
	run(&p, 10000);
	assert_int_equal(machine.pinned, -1);
	assert_int_equal(machine.policy, SCHED_OTHER);
	cpu_placement_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_quiet, machine_reset),
		cmocka_unit_test_setup(test_one_cpu, machine_reset),
		cmocka_unit_test_setup(test_user, machine_reset),
		cmocka_unit_test_setup(test_spinning_disturbs, machine_reset),
		cmocka_unit_test_setup(test_load_comes, machine_reset),
		cmocka_unit_test_setup(test_off, machine_reset),
	};

	return cmocka_run_group_tests_name("cpu_placement", tests, NULL, NULL);
}
