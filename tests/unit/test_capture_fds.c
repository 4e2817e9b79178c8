/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which descriptors a plan looks at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "capture_world.h"

static void test_fds(void **state)
{
	struct world *w = *state;

	w->c.arg[0] = 0xffffffff00000003;
	w->c.arg[1] = (uint64_t)-100;
	put(w, BASE, 5, 4);
	put(w, BASE + 4, -100, 4);
	put(w, BASE + 8, 0x20007, 4);
	w->c.arg[2] = BASE;
	RUN(w, { CAP_FD, 0, 0, 0, 0, 0 }, { CAP_FD, 0, 1, 0, 0, 0 },
	    { CAP_LOAD, 8, 2, CAP_S32, 0, 0 }, { CAP_FD, 0, 8, 0, 0, 0 },
	    { CAP_FD_AT, 9, 2, CAP_S32, 4, 0 },
	    { CAP_FD_AT, 9, 2, CAP_U16, 8, 0 });
	assert_int_equal(w->c.nfds, 5);
	assert_int_equal(w->c.fd[0], 3);
	assert_int_equal(w->c.fd[1], -100);
	assert_int_equal(w->c.fd[2], 5);
	assert_int_equal(w->c.fd[3], -100);
	assert_int_equal(w->c.fd[4], 7);
	assert_int_equal(w->c.run.v[9], 0);
}

/* Where each bit of a set is found. */
static void test_fd_set(void **state)
{
	static const int32_t all[] = { 0, 3, 63, 64, 127, 130 };
	struct world *w = *state;

	put(w, BASE, 1 | 1 << 3 | 1ull << 63, 8);
	put(w, BASE + 8, 1 | 1ull << 63, 8);
	put(w, BASE + 16, 1 << 2 | 1 << 5, 8);
	w->c.arg[0] = BASE;
	w->c.arg[1] = 133 | 1ull << 40;
	RUN(w, { CAP_FDS, 0, 0, 1 | CAP_W32, 0, 100 });
	assert_int_equal(w->c.nfds, 6);
	assert_memory_equal(w->c.fd, all, sizeof(all));
	/* No more than that, and the next set is looked at from its start. */
	RUN(w, { CAP_FDS, 0, 0, 1 | CAP_W32, 0, 2 },
	    { CAP_FDS, 0, 0, 1 | CAP_W32, 0, 1 });
	assert_int_equal(w->c.nfds, 3);
	assert_int_equal(w->c.fd[1], 3);
	assert_int_equal(w->c.fd[2], 0);
	w->c.arg[1] = 0;
	RUN(w, { CAP_FDS, 0, 0, 1, 0, 100 }, { CAP_FDS, 0, 2, 1, 0, 100 });
	assert_int_equal(w->c.nfds, 0);
}

/* Half a word before a page that is missing; sets that are not there. */
static void test_fd_set_edge(void **state)
{
	struct world *w = *state;

	put(w, BASE + 2 * PAGE - 4, 1 << 7, 4);
	w->c.arg[0] = BASE + 2 * PAGE - 4;
	w->c.arg[1] = 32;
	w->c.arg[2] = BASE + 2 * PAGE;
	w->c.arg[3] = UINT64_MAX;
	RUN(w, { CAP_FDS, 0, 0, 1, 0, 100 }, { CAP_FDS, 0, 2, 1, 0, 100 });
	assert_int_equal(w->c.nfds, 1);
	assert_int_equal(w->c.fd[0], 7);
	/* Any number of bits ends with what can be read. */
	RUN(w, { CAP_FDS, 0, 0, 3, 0, 100 },
	    { CAP_ADD, 8, 8, CAP_CONST, 1, 0 });
	assert_int_equal(w->c.nfds, 1);
	assert_int_equal(w->c.run.v[8], 1);
}

/* With -y only, and -P: what descriptors are. */
static void test_fd_plans(void **state)
{
	const struct abi_capture *c = capture_of("read");
	struct cap_step step[CAP_STEPS_MAX];
	struct options o;
	char *path = "/x";

	(void)state;
	options_usual(&o);
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 0);
	o.decode_fds = FDS_PATH;
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 1);
	assert_int_equal(step[0].op, CAP_FD);
	assert_int_equal(step[0].a, 0);
	assert_int_equal(step[0].dst, 0);
	o.decode_fds = FDS_ALL;
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 1);
	assert_int_equal(step[0].dst, 1);
	o.decode_fds = FDS_NUMBER;
	o.trace_paths = &path;
	o.ntrace_paths = 1;
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 1);
	options_drop(&o);
}

static unsigned fds_of(const char *name, bool at_exit, enum cap_op op)
{
	const struct abi_capture *c = capture_of(name);
	struct cap_step step[CAP_STEPS_MAX];
	struct options o;
	unsigned n;

	options_usual(&o);
	o.decode_fds = FDS_PATH;
	n = capture_plan(at_exit ? c->exit[ABI_X86_64] :
			 c->enter[ABI_X86_64], &o, step);
	options_drop(&o);
	return count_ops(step, n, op);
}

static void test_fds_in_phases(void **state)
{
	(void)state;
	assert_int_equal(fds_of("dup2", false, CAP_FD), 2);
	assert_int_equal(fds_of("dup2", true, CAP_FD), 1);
	assert_int_equal(fds_of("openat", false, CAP_FD), 1);
	assert_int_equal(fds_of("openat", true, CAP_FD), 1);
	assert_int_equal(fds_of("pipe2", false, CAP_FD), 0);
	assert_int_equal(fds_of("pipe2", true, CAP_FD_AT), 1);
	assert_int_equal(fds_of("pipe2", true, CAP_EACH), 1);
	assert_int_equal(fds_of("poll", false, CAP_FD_AT), 1);
	assert_int_equal(fds_of("select", false, CAP_FDS), 3);
	assert_int_equal(fds_of("select", true, CAP_FDS), 3);
	assert_int_equal(fds_of("close", true, CAP_FD), 0);
	assert_int_equal(fds_of("connect", false, CAP_FD), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_fds), WORLD(test_fd_set), WORLD(test_fd_set_edge),
		cmocka_unit_test(test_fd_plans),
		cmocka_unit_test(test_fds_in_phases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
