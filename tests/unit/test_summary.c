/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call_counts.h"
#include "sink_fakes.h"

#define MICRO 1000

static void add_call(struct stage *g, const char *name, uint64_t nr,
		     int64_t us)
{
	*g->call = (struct call){
		.name = name, .known = true, .nr = nr, .tid = 100,
		.cpu_ns = us * MICRO, .duration_ns = 2 * us * MICRO,
	};
	stage_give(g, CALL_EXIT);
}

static void add_error(struct stage *g, const char *name, uint64_t nr,
		      int64_t us)
{
	*g->call = (struct call){
		.name = name, .nr = nr, .tid = 100, .err = 38, .ret = -1,
		.cpu_ns = us * MICRO, .duration_ns = 2 * us * MICRO,
	};
	stage_give(g, CALL_EXIT);
}

static void test_default(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "summary");
	assert_int_equal(g.sinks.needs, 0);
	add_error(&g, "syscall_0x1d8", 472, 40);
	add_error(&g, "syscall_0x1d8", 472, 24);
	add_error(&g, "syscall_0x1d9", 473, 27);
	stage_end(&g,
"% time     seconds  usecs/call     calls    errors syscall\n"
"------ ----------- ----------- --------- --------- ----------------\n"
" 70.33    0.000064          32         2         2 syscall_0x1d8\n"
" 29.67    0.000027          27         1         1 syscall_0x1d9\n"
"------ ----------- ----------- --------- --------- ----------------\n"
"100.00    0.000091          30         3         3 total\n");
}

static void test_nothing(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "summary");
	stage_end(&g, "");
}

static void test_ties_and_zero(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "summary");
	add_call(&g, "mmap", 9, 0);
	add_call(&g, "close", 3, 0);
	add_call(&g, "read", 0, 0);
	stage_end(&g,
"% time     seconds  usecs/call     calls    errors syscall\n"
"------ ----------- ----------- --------- --------- ----------------\n"
"  0.00    0.000000           0         1           read\n"
"  0.00    0.000000           0         1           close\n"
"  0.00    0.000000           0         1           mmap\n"
"------ ----------- ----------- --------- --------- ----------------\n"
"100.00    0.000000           0         3           total\n");
}

/* Columns of wall time stand beside a share of CPU time. */
static void test_wall_columns(void **state)
{
	static const enum summary_column columns[] = {
		COL_TIME_PERCENT, COL_WALL_TOTAL, COL_WALL_MIN, COL_WALL_MAX,
		COL_WALL_AVG, COL_CALLS, COL_ERRORS,
	};
	struct stage g;

	(void)state;
	stage_init(&g);
	memcpy(g.o.columns, columns, sizeof(columns));
	g.o.ncolumns = COUNT(columns);
	stage_open(&g, "summary");
	add_error(&g, "syscall_0x222", 0x222, 10);
	add_error(&g, "syscall_0x222", 0x222, 4);
	add_error(&g, "syscall_0x223", 0x223, 6);
	stage_end(&g,
"% time  wall-total wall-min wall-max    wall-avg     calls    errors "
"syscall\n"
"------ ----------- -------- -------- ----------- --------- --------- "
"----------------\n"
" 70.00    0.000028 0.000008 0.000020          14         2         2 "
"syscall_0x222\n"
" 30.00    0.000012 0.000012 0.000012          12         1         1 "
"syscall_0x223\n"
"------ ----------- -------- -------- ----------- --------- --------- "
"----------------\n"
"100.00    0.000040 0.000008 0.000020          13         3         3 "
"total\n");
}

static void test_names_first(void **state)
{
	static const enum summary_column columns[] = {
		COL_NAME, COL_MIN_TIME, COL_MAX_TIME, COL_ERRORS,
	};
	struct stage g;

	(void)state;
	stage_init(&g);
	memcpy(g.o.columns, columns, sizeof(columns));
	g.o.ncolumns = COUNT(columns);
	g.o.sort = COL_NAME;
	g.o.wall_clock = true;
	g.o.overhead_ns = 1 * MICRO;
	stage_open(&g, "summary");
	add_call(&g, "sched_get_priority_max", 1, 3);
	add_error(&g, "access", 2, 1000000);
	add_call(&g, "access", 2, 0);
	stage_end(&g,
"syscall                 shortest  longest    errors\n"
"----------------------- -------- -------- ---------\n"
"access                  0.000000 1.999999         1\n"
"sched_get_priority_max  0.000005 0.000005          \n"
"----------------------- -------- -------- ---------\n"
"total                   0.000000 1.999999         1\n");
}

struct sort_case {
	enum summary_column by;
	const char *order;	/* first letters of the names */
};

static void test_sorting(void **state)
{
	static const struct sort_case cases[] = {
		{ COL_TOTAL_TIME, "bca" }, { COL_CALLS, "cab" },
		{ COL_ERRORS, "acb" }, { COL_MAX_TIME, "bac" },
		{ COL_MIN_TIME, "bac" }, { COL_AVG_TIME, "bac" },
		{ COL_NAME, "abc" }, { COL_NONE, "cba" },
		{ COL_WALL_TOTAL, "bca" }, { COL_P99, "bac" },
	};
	static const enum summary_column columns[] = { COL_NAME };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf want = {0};
		struct stage g;

		stage_init(&g);
		memcpy(g.o.columns, columns, sizeof(columns));
		g.o.ncolumns = COUNT(columns);
		g.o.sort = cases[i].by;
		stage_open(&g, "summary");
		add_error(&g, "a", 3, 3);
		add_call(&g, "b", 2, 9);
		for (int n = 0; n < 4; n++)
			add_call(&g, "c", 1, 1);
		/* a and b have one call each: the lower number comes first */
		if (cases[i].by == COL_CALLS)
			add_call(&g, "a", 3, 3);
		buf_str(&want, "syscall\n----------------\n");
		buf_fmt(&want, "%c\n%c\n%c\n", cases[i].order[0],
			cases[i].order[1], cases[i].order[2]);
		buf_str(&want, "----------------\ntotal\n");
		stage_end(&g, buf_cstr(&want));
		buf_free(&want);
	}
}

static void test_two_abis(void **state)
{
	static const enum summary_column columns[] = { COL_CALLS };
	struct stage g;

	(void)state;
	stage_init(&g);
	memcpy(g.o.columns, columns, sizeof(columns));
	g.o.ncolumns = COUNT(columns);
	stage_open(&g, "summary");
	add_call(&g, "read", 0, 1);
	g.call->abi = ABI_I386;
	g.call->nr = 3;
	stage_leave(&g);
	stage_leave(&g);
	stage_end(&g,
		  "    calls syscall\n--------- ----------------\n"
		  "        1 read\n--------- ----------------\n"
		  "        1 total\n"
		  "System call usage summary for 32 bit mode:\n"
		  "    calls syscall\n--------- ----------------\n"
		  "        2 read\n--------- ----------------\n"
		  "        2 total\n");
}

/* Percentiles: the end of a bucket, no more than the longest call. */
static void test_percentiles(void **state)
{
	static const enum summary_column columns[] = {
		COL_P50, COL_P90, COL_P99, COL_WALL_MAX, COL_CALLS,
	};
	struct stage g;

	(void)state;
	stage_init(&g);
	memcpy(g.o.columns, columns, sizeof(columns));
	g.o.ncolumns = COUNT(columns);
	g.o.sort = COL_P90;
	stage_open(&g, "summary");
	/* Wall times are twice these: 1 us is 2000 ns, below 2048. */
	for (int i = 0; i < 85; i++)
		add_call(&g, "read", 0, 1);
	for (int i = 0; i < 14; i++)
		add_call(&g, "read", 0, 10);
	add_call(&g, "read", 0, 100);
	add_call(&g, "write", 1, 300000);
	add_call(&g, "close", 3, 0);
	stage_end(&g,
"  p50-usecs   p90-usecs   p99-usecs wall-max     calls syscall\n"
"----------- ----------- ----------- -------- --------- ----------------\n"
" 600000.000  600000.000  600000.000 0.600000         1 write\n"
"      2.047      32.767      32.767 0.000200       100 read\n"
"      0.000       0.000       0.000 0.000000         1 close\n"
"----------- ----------- ----------- -------- --------- ----------------\n"
"      2.047      32.767     262.143 0.600000       102 total\n");
}

static void test_buckets(void **state)
{
	struct call_counts n = {0};

	(void)state;
	assert_int_equal(counts_percentile(&n, 50), 0);
	assert_int_equal(counts_bucket(-1), 0);
	assert_int_equal(counts_bucket(0), 0);
	assert_int_equal(counts_bucket(1), 1);
	for (unsigned i = 1; i < COUNTS_BUCKETS - 1; i++) {
		assert_int_equal(counts_bucket(1ll << (i - 1)), i);
		assert_int_equal(counts_bucket((1ll << i) - 1), i);
	}
	assert_int_equal(counts_bucket(INT64_MAX), COUNTS_BUCKETS - 1);
	counts_add(&n, 0, INT64_MAX, false);
	assert_true(counts_percentile(&n, 99) == INT64_MAX);
}

/* Calls that were counted elsewhere make the same table. */
static void test_counted(void **state)
{
	struct call_counts zero = {0}, first = {0}, more = {0};
	struct call read = { .name = "read" }, write = { .name = "write",
							 .nr = 1 };
	struct trace_cost cost = { .kernel_ns = 250000000,
				   .trace_ns = 2000000000 };
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.overhead_ns = 1 * MICRO;	/* was taken off already */
	stage_open(&g, "summary");
	counts_add(&first, 40 * MICRO, 80 * MICRO, true);
	counts_add(&more, 24 * MICRO, 48 * MICRO, false);
	counts_add(&more, 6 * MICRO, 6 * MICRO, false);
	sinks_counts(&g.sinks, &read, &first);
	sinks_counts(&g.sinks, &write, &first);
	sinks_counts(&g.sinks, &read, &more);
	sinks_counts(&g.sinks, &read, &zero);
	g.ev.cost = &cost;
	stage_event(&g, EV_COST);
	stage_end(&g,
"% time     seconds  usecs/call     calls    errors syscall\n"
"------ ----------- ----------- --------- --------- ----------------\n"
" 63.64    0.000070          23         3         1 read\n"
" 36.36    0.000040          40         1         1 write\n"
"------ ----------- ----------- --------- --------- ----------------\n"
"100.00    0.000110          27         4         2 total\n"
"strace itself: 0.250000 s in the kernel (12.5 % of the 2.000000 s that the "
"trace took), 4 calls counted\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_ties_and_zero),
		cmocka_unit_test(test_wall_columns),
		cmocka_unit_test(test_names_first),
		cmocka_unit_test(test_sorting),
		cmocka_unit_test(test_two_abis),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
