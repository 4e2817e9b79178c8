/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations of io_urings, whose completions may not say what completed. */
#include "ebpf_fixture.h"

#define UNKNOWN WIRE_OPCODE_UNKNOWN
#define MORE 2u			/* IORING_CQE_F_MORE */
#define RING 1000		/* when it was made */
#define POLL 6
#define READ 22

static struct uring_key key(uint64_t user_data)
{
	return (struct uring_key){ RING, user_data };
}

/* ---- the table ---- */

static void test_goes_on(void **state)
{
	struct uring_ops o = { 0 };

	(void)state;
	assert_int_equal(uring_ops_complete(&o, key(7), false), UNKNOWN);
	uring_ops_submit(&o, key(7), POLL);
	assert_int_equal(uring_ops_complete(&o, key(7), true), POLL);
	assert_int_equal(uring_ops_complete(&o, key(7), true), POLL);
	assert_int_equal(uring_ops_complete(&o, key(8), false), UNKNOWN);
	assert_int_equal(uring_ops_complete(&o, key(7), false), POLL);
	assert_int_equal(uring_ops_complete(&o, key(7), false), UNKNOWN);
	uring_ops_free(&o);
}

static void test_other_ring(void **state)
{
	struct uring_ops o = { 0 };
	struct uring_key other = { RING + 1, 7 };

	(void)state;
	uring_ops_submit(&o, key(7), POLL);
	assert_int_equal(uring_ops_complete(&o, other, false), UNKNOWN);
	uring_ops_submit(&o, other, READ);
	assert_int_equal(uring_ops_complete(&o, key(7), false), POLL);
	assert_int_equal(uring_ops_complete(&o, other, false), READ);
	uring_ops_free(&o);
}

/* One number for all: known as long as all are the same. */
static void test_same_number(void **state)
{
	struct uring_ops o = { 0 };

	(void)state;
	uring_ops_submit(&o, key(0), READ);
	uring_ops_submit(&o, key(0), READ);
	assert_int_equal(uring_ops_complete(&o, key(0), false), READ);
	uring_ops_submit(&o, key(0), POLL);
	assert_int_equal(uring_ops_complete(&o, key(0), false), UNKNOWN);
	/* whichever is left */
	assert_int_equal(uring_ops_complete(&o, key(0), false), UNKNOWN);
	uring_ops_submit(&o, key(0), POLL);
	assert_int_equal(uring_ops_complete(&o, key(0), false), POLL);
	uring_ops_free(&o);
}

static void test_forgotten(void **state)
{
	struct uring_ops o = { 0 };

	(void)state;
	uring_ops_forget(&o);
	uring_ops_submit(&o, key(7), POLL);
	uring_ops_forget(&o);
	assert_int_equal(uring_ops_complete(&o, key(7), false), UNKNOWN);
	uring_ops_free(&o);
}

/* Who submits for ever has what is heard of remembered, and the newest. */
static void test_for_ever(void **state)
{
	const unsigned n = 10 * URING_OPS_MAX;
	struct uring_ops o = { 0 };
	unsigned known = 0;

	(void)state;
	uring_ops_submit(&o, key(0), POLL);
	for (unsigned i = 1; i <= n; i++) {
		uring_ops_submit(&o, key(i), READ);
		if (uring_ops_complete(&o, key(0), true) != POLL)
			fail_msg("forgotten after %u", i);
	}
	assert_int_equal(uring_ops_complete(&o, key(n), false), READ);
	for (unsigned i = 1; i < n; i++)
		known += uring_ops_complete(&o, key(i), true) == READ;
	assert_in_range(known, URING_OPS_MAX / 2, URING_OPS_MAX);
	uring_ops_free(&o);
}

/* ---- events ---- */

static void push_submit(struct fixture *f, uint64_t time, uint64_t user_data,
			uint32_t opcode, uint32_t lost)
{
	struct wire_sqe x = {
		.u = { .w = head(WIRE_URING_SUBMIT, time, 10, 10),
		       .born = RING, .fd = 3, .opcode = opcode,
		       .user_data = user_data },
	};

	x.u.w.lost = lost;
	push(f, &x, sizeof(x));
}

static void push_complete(struct fixture *f, uint64_t time, int tid,
			  uint32_t flags)
{
	struct wire_uring x = {
		.w = head(WIRE_URING_COMPLETE, time, tid, tid), .born = RING,
		.fd = 3, .opcode = UNKNOWN, .user_data = 7, .flags = flags,
	};

	push(f, &x, sizeof(x));
}

static void expect_completed(struct fixture *f, uint64_t opcode)
{
	struct event ev;

	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_URING_COMPLETE);
	assert_int_equal(ev.arg[1], opcode);
}

static void test_events(void **state)
{
	struct fixture *f = *state;

	etask_add(&f->s, 10, 10);
	/* as they come, not as they were */
	push_complete(f, 30, 10, MORE);
	push_submit(f, 20, 7, POLL, 0);
	push_complete(f, 10, 10, 0);
	push_complete(f, 50, 10, 0);
	push_complete(f, 40, 10, 0);
	expect_completed(f, UNKNOWN);
	expect(f, EV_URING_SUBMIT, 10);
	expect_completed(f, POLL);
	expect_completed(f, POLL);
	expect_completed(f, UNKNOWN);
}

/* It is no event if its task is gone, but it is over. */
static void test_task_is_gone(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	etask_add(&f->s, 10, 10);
	push_submit(f, 10, 7, POLL, 0);
	push_complete(f, 20, 11, 0);
	push_complete(f, 30, 10, 0);
	expect(f, EV_URING_SUBMIT, 10);
	expect_completed(f, UNKNOWN);
	assert_false(next(f, &ev));
}

static void test_submissions_lost(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	etask_add(&f->s, 10, 10);
	push_submit(f, 10, 7, POLL, 0);
	push_submit(f, 20, 8, READ, 5);
	push_complete(f, 30, 10, 0);
	expect(f, EV_URING_SUBMIT, 10);
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_LOST);
	expect(f, EV_URING_SUBMIT, 10);
	expect_completed(f, UNKNOWN);
}

/* What was refused completes as a no-op; a no-op with its number is one. */
static void test_refused(void **state)
{
	struct fixture *f = *state;
	struct wire_sqe bad = {
		.u = { .w = head(WIRE_URING_SUBMIT, 10, 10, 10),
		       .born = RING, .opcode = 200, .user_data = 7 },
	};
	struct wire_uring done = {
		.w = head(WIRE_URING_COMPLETE, 20, 10, 10), .born = RING,
		.user_data = 7,
	};

	etask_add(&f->s, 10, 10);
	bad.u.w.flags = WIRE_REFUSED;
	push(f, &bad, sizeof(bad));
	push(f, &done, sizeof(done));
	push_submit(f, 30, 7, 0, 0);
	done.w.mono_ns = 40;
	push(f, &done, sizeof(done));
	expect(f, EV_URING_SUBMIT, 10);
	expect_completed(f, 200);
	expect(f, EV_URING_SUBMIT, 10);
	expect_completed(f, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_other_ring),
		cmocka_unit_test(test_same_number),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_for_ever),
		TEST(test_events), TEST(test_task_is_gone),
		TEST(test_submissions_lost), TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
