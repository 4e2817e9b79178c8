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

static enum cap_kind kind_of_three(const void *of, int32_t fd)
{
	(void)of;
	return fd == 3 ? CAP_NETLINK : 0;
}

/* A plan goes on with what it leaves out for other descriptors. */
static void test_netlink(void **state)
{
	struct world *w = *state;

	w->c.kind = kind_of_three;
	w->c.arg[0] = 0xffffffff00000003;
	w->c.arg[1] = 4;
	RUN(w, { CAP_IF_WHOLE, 2, 0, 0, CAP_NETLINK, 0 },
	    { CAP_ADD, 8, 8, CAP_CONST, 1, 0 },
	    { CAP_ADD, 8, 8, CAP_CONST, 2, 0 },
	    { CAP_IF_WHOLE, 1, 1, 0, CAP_NETLINK, 0 },
	    { CAP_ADD, 8, 8, CAP_CONST, 4, 0 },
	    { CAP_ADD, 8, 8, CAP_CONST, 8, 0 });
	assert_int_equal(w->c.run.v[8], 11);
}

/* All that goes to a netlink socket, and of others what is shown. */
static void test_netlink_plan(void **state)
{
	const struct abi_capture *c = capture_of("sendto");
	struct cap_step step[CAP_STEPS_MAX];
	struct options o;

	(void)state;
	options_usual(&o);
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 4);
	assert_int_equal(step[0].op, CAP_BYTES);
	assert_int_equal(step[0].y, 33);
	assert_int_equal(step[1].op, CAP_IF_WHOLE);
	assert_int_equal(step[1].dst, 1);
	assert_int_equal(step[2].op, CAP_BYTES);
	assert_int_equal(step[1].x, CAP_NETLINK);
	assert_int_equal(step[2].y, CAP_PIECE_MAX);
	/* What is not decoded isn't looked at, either. */
	assert_int_equal(capture_plan(capture_of("write")->enter[ABI_X86_64],
				      &o, step), 1);
	o.decode = DECODE_EVENTFD;
	capture_plan(c->enter[ABI_X86_64], &o, step);
	assert_int_equal(step[0].op, CAP_FD);
	assert_int_equal(step[2].op, CAP_IF_WHOLE);
	assert_int_equal(step[2].x, CAP_NETLINK | CAP_STREAM);
	options_drop(&o);
}

/* A control message of len bytes with descriptors, at addr. */
static void put_cmsg(struct world *w, uint64_t addr, unsigned word,
		     uint64_t len, uint64_t kind)
{
	put(w, addr, len, word);
	put(w, addr + word, kind & 0xffff, 4);
	put(w, addr + word + 4, kind >> 16, 4);
}

static void put_fds(struct world *w, uint64_t addr, int first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put(w, addr + i * 4, first + i, 4);
}

#define KIND(level, type) ((level) | (uint64_t)(type) << 16)
#define CMSGS(word) \
	{ CAP_CMSGS, 0, 0, 1 | CAP_W32, 1 << 8 | (word), 1 << 1 | 1 << 4 }

static void test_cmsgs(void **state)
{
	static const int32_t all[] = { 5, 6, 7, 9, 5 };
	struct world *w = *state;

	put_cmsg(w, BASE, 8, 16 + 12, KIND(1, 1));
	put_fds(w, BASE + 16, 5, 3);
	put_cmsg(w, BASE + 32, 8, 16 + 4, KIND(1, 2));
	put_fds(w, BASE + 48, 8, 1);
	put_cmsg(w, BASE + 56, 8, 16 + 7, KIND(1, 4));
	put_fds(w, BASE + 72, 9, 2);
	put_cmsg(w, BASE + 80, 8, 16 + 4, KIND(2, 1));
	put_fds(w, BASE + 96, 8, 1);
	w->c.arg[0] = BASE;
	w->c.arg[1] = 104 | 1ull << 32;
	/* the second one begins at the first message again */
	RUN(w, CMSGS(8), { CAP_FD_AT, 0, 0, CAP_S32, 16, 0 });
	assert_int_equal(w->c.nfds, 5);
	assert_memory_equal(w->c.fd, all, sizeof(all));
	/* one that is longer than what is there ends it */
	w->c.arg[1] = 16 + 11;
	RUN(w, CMSGS(8));
	assert_int_equal(w->c.nfds, 0);
	w->c.arg[1] = 79;
	RUN(w, CMSGS(8), CMSGS(8));
	assert_int_equal(w->c.nfds, 8);
}

static void test_cmsgs_32(void **state)
{
	static const int32_t all[] = { 5, 9, 10 };
	struct world *w = *state;

	put_cmsg(w, BASE, 4, 12 + 4, KIND(1, 1));
	put_fds(w, BASE + 12, 5, 1);
	put_cmsg(w, BASE + 16, 4, 12 + 1, KIND(0, 1));
	put_cmsg(w, BASE + 32, 4, 12 + 8, KIND(1, 1));
	put_fds(w, BASE + 44, 9, 2);
	w->c.arg[0] = BASE;
	w->c.arg[1] = 52;
	RUN(w, CMSGS(4));
	assert_int_equal(w->c.nfds, 3);
	assert_memory_equal(w->c.fd, all, sizeof(all));
}

/* Whatever stands there: no loop, no descriptor from nowhere. */
static void test_cmsgs_broken(void **state)
{
	static const uint64_t lens[] = { 0, 1, 15, 0xffffffffffffffff,
					 0x8000000000000000, 1ull << 32 };
	struct world *w = *state;

	w->c.arg[0] = BASE;
	w->c.arg[1] = 100;
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		put_cmsg(w, BASE, 8, lens[i], KIND(1, 1));
		RUN(w, CMSGS(8), { CAP_ADD, 8, 8, CAP_CONST, 1, 0 });
		assert_int_equal(w->c.nfds, 0);
		assert_int_equal(w->c.run.v[8], 1);
	}
	/* types beyond what the mask can say */
	put_cmsg(w, BASE, 8, 20, KIND(1, 17));
	RUN(w, CMSGS(8));
	assert_int_equal(w->c.nfds, 0);
	/* it ends in a page that is missing */
	put_cmsg(w, BASE + 2 * PAGE - 24, 8, 16 + 16, KIND(1, 1));
	put_fds(w, BASE + 2 * PAGE - 8, 3, 2);
	w->c.arg[0] = BASE + 2 * PAGE - 24;
	RUN(w, CMSGS(8));
	assert_int_equal(w->c.fd[0], 3);
	assert_int_equal(w->c.fd[1], 4);
	for (unsigned i = 2; i < w->c.nfds; i++)
		assert_int_equal(w->c.fd[i], -1);
	/* nothing is there at all */
	w->c.arg[0] = 0;
	RUN(w, CMSGS(8));
	assert_int_equal(w->c.nfds, 0);
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
	assert_int_equal(fds_of("select", true, CAP_FDS), 0);
	assert_int_equal(fds_of("sendmsg", false, CAP_CMSGS), 1);
	assert_int_equal(fds_of("recvmsg", false, CAP_CMSGS), 0);
	assert_int_equal(fds_of("recvmsg", true, CAP_CMSGS), 1);
	assert_int_equal(fds_of("recvmmsg", true, CAP_CMSGS), 1);
	assert_int_equal(fds_of("getdents64", true, CAP_CMSGS), 0);
	assert_int_equal(fds_of("close", true, CAP_FD), 0);
	assert_int_equal(fds_of("connect", false, CAP_FD), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_netlink),
		cmocka_unit_test(test_netlink_plan),
		WORLD(test_fds), WORLD(test_fd_set), WORLD(test_fd_set_edge),
		WORLD(test_cmsgs), WORLD(test_cmsgs_32),
		WORLD(test_cmsgs_broken),
		cmocka_unit_test(test_fd_plans),
		cmocka_unit_test(test_fds_in_phases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
