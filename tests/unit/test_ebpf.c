/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The eBPF source between the ring and the events, fed with made-up records. */
#include "ebpf_fixture.h"

#include <signal.h>
#include <unistd.h>

static void push_end(struct fixture *f, uint64_t time, int tid, int code)
{
	struct wire_end x = { .w = head(WIRE_END, time, tid, 10),
			      .code = code };

	push(f, &x, sizeof(x));
}

static void push_exit(struct fixture *f, uint64_t time, int tid, int64_t ret)
{
	struct wire_exit x = { .w = head(WIRE_EXIT, time, tid, 10),
			       .ret = ret };

	push(f, &x, sizeof(x));
}

static void push_enter(struct fixture *f, uint64_t time, int tid)
{
	struct wire_enter x = { .w = head(WIRE_ENTER, time, tid, 10) };

	push(f, &x, sizeof(x));
}

static bool pop_at(struct fixture *f, int64_t horizon, struct order_item *it)
{
	f->s.order.horizon = horizon;
	return order_pop(&f->s.order, it);
}

static void test_order(void **state)
{
	static const uint64_t times[] = { 50, 10, 40, 20, 30, 60, 5 };
	struct fixture *f = *state;
	struct order_item it;
	int64_t last = 0;

	for (size_t i = 0; i < 7; i++)
		push_exit(f, times[i], 1, 0);
	/* nothing is old enough yet to be sure of */
	assert_false(pop_at(f, 60, &it));
	assert_true(pop_at(f, 5 + ORDER_WINDOW_NS, &it));
	assert_int_equal(it.time, 5);
	assert_false(pop_at(f, 9 + ORDER_WINDOW_NS, &it));
	for (int i = 0; i < 6; i++) {
		assert_true(pop_at(f, LATER, &it));
		assert_true(it.time > last);
		last = it.time;
	}
	assert_false(pop_at(f, LATER, &it));
}

static void test_room_given_back(void **state)
{
	struct fixture *f = *state;
	struct order_item it;
	size_t second;

	push_exit(f, 20, 1, 0);
	second = f->used;
	push_exit(f, 10, 1, 0);
	assert_int_equal(order_done(&f->s.order, 0, f->used), 0);
	/* the one with the later place is served first */
	assert_true(order_pop(&f->s.order, &it));
	assert_int_equal(it.rec.pos, second);
	assert_int_equal(order_done(&f->s.order, 0, f->used), 0);
	assert_true(order_pop(&f->s.order, &it));
	assert_int_equal(order_done(&f->s.order, 0, f->used), f->used);
	/* another ring has nothing to do with it */
	push_exit(f, 30, 1, 0);
	assert_int_equal(order_done(&f->s.order, 1, 77), 77);
}

static void test_results(void **state)
{
	struct fixture *f = *state;
	struct wire_exit x = { .w = head(WIRE_EXIT, 3, 1, 1), .ret = -4 };
	struct event ev;

	push_exit(f, 1, 1, -2);
	push_exit(f, 2, 1, -4096);
	x.w.abi = ABI_I386;
	push(f, &x, sizeof(x));
	assert_true(next(f, &ev));
	assert_int_equal(ev.err, 2);
	assert_int_equal(ev.ret, -1);
	assert_true(next(f, &ev));
	assert_int_equal(ev.err, 0);
	assert_int_equal(ev.ret, -4096);
	assert_true(next(f, &ev));
	assert_int_equal(ev.err, 4);
}

/* In a register of 64 bits a number below zero has all of them. */
static void test_numbers(void **state)
{
	struct fixture *f = *state;
	struct wire_enter e = { .w = head(WIRE_ENTER, 1, 1, 1),
				.nr = UINT32_MAX };
	struct event ev;

	push(f, &e, sizeof(e));
	e.w.abi = ABI_I386;
	push(f, &e, sizeof(e));
	assert_true(next(f, &ev));
	assert_true(ev.nr == UINT64_MAX);
	assert_true(next(f, &ev));
	assert_true(ev.nr == UINT32_MAX);
}

/* A process is over when its last thread is. */
static void test_leader_ends_first(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	etask_add(&f->s, 10, 10);
	etask_add(&f->s, 11, 10);
	push_end(f, 1, 10, 3 << 8);
	push_end(f, 2, 11, 0);
	expect(f, EV_EXITED, 11);
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_EXITED);
	assert_int_equal(ev.tid, 10);
	assert_int_equal(ev.status, 3);
	assert_false(next(f, &ev));
	assert_null(etask_get(&f->s, 10));
}

/* A process may have other threads than those that are traced. */
static void test_leader_goes_on(void **state)
{
	struct fixture *f = *state;
	struct wire_end kept = { .w = head(WIRE_END, 1, 10, 10),
				 .code = 9 << 8 };
	struct wire_exec x = { .w = head(WIRE_EXEC, 3, 10, 10) };
	struct event ev;

	kept.w.flags = WIRE_GOES_ON;
	etask_add(&f->s, 10, 10);
	etask_add(&f->s, 11, 10);
	push(f, &kept, sizeof(kept));
	push_end(f, 2, 11, 0);
	expect(f, EV_EXITED, 11);
	assert_false(next(f, &ev));
	/* its memory is not to be had from it, until it is another */
	assert_true(etask_get(&f->s, 10)->ended);
	push(f, &x, sizeof(x));
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_EXEC);
	assert_int_equal(ev.tid, 10);
	assert_int_equal(ev.other_tid, 0);
	assert_false(etask_get(&f->s, 10)->ended);
	push_end(f, 4, 10, 3 << 8);
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_EXITED);
	assert_int_equal(ev.status, 3);
}

static void test_exec_by_thread(void **state)
{
	struct fixture *f = *state;
	struct wire_exec x = { .w = head(WIRE_EXEC, 3, 10, 10), .old_tid = 11,
			       .comm = "new" };
	struct event ev;
	char comm[16];

	etask_add(&f->s, 10, 10);
	etask_add(&f->s, 11, 10);
	push_end(f, 1, 10, SIGKILL);
	push(f, &x, sizeof(x));
	push_end(f, 4, 10, 0);
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_EXEC);
	assert_int_equal(ev.tid, 10);
	assert_int_equal(ev.other_tid, 11);
	assert_int_equal(env_get(f->s.env, ENV_COMM, 10, 0, comm,
				 sizeof(comm)), 3);
	expect(f, EV_EXITED, 10);
	assert_false(next(f, &ev));
}

static void push_ignored(struct fixture *f, uint64_t time)
{
	struct wire_signal x = { .w = head(WIRE_SIGNAL, time, 10, 10),
				 .s.sig = SIGCHLD };

	x.w.flags = WIRE_IGNORED;
	push(f, &x, sizeof(x));
}

/* One that nobody wants is shown behind the call that it met. */
static void test_ignored_signal(void **state)
{
	struct fixture *f = *state;

	push_ignored(f, 1);
	push_enter(f, 2, 10);
	push_ignored(f, 3);
	push_exit(f, 4, 10, 0);
	expect(f, EV_SIGNAL, 10);
	expect(f, EV_ENTER, 10);
	expect(f, EV_EXIT, 10);
	expect(f, EV_SIGNAL, 10);
}

/* However many there are. */
static void test_ignored_signals(void **state)
{
	const unsigned n = 20;
	struct fixture *f = *state;

	push_enter(f, 1, 10);
	for (unsigned i = 0; i < n; i++)
		push_ignored(f, 2 + i);
	push_exit(f, 50, 10, 0);
	expect(f, EV_ENTER, 10);
	expect(f, EV_EXIT, 10);
	for (unsigned i = 0; i < n; i++)
		expect(f, EV_SIGNAL, 10);
}

static void test_ignored_signal_waits_not_for_ever(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	push_enter(f, 2, 10);
	push_ignored(f, 3);
	expect(f, EV_ENTER, 10);
	assert_false(next(f, &ev));
	assert_false(ignored_release(&f->s, 4));
	assert_true(ignored_release(&f->s, 4 + 1000000000));
	expect(f, EV_SIGNAL, 10);
}

/* The end of the call was lost: the signal comes before the next record. */
static void test_ignored_signal_of_a_lost_exit(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	push_enter(f, 1, 10);
	push_ignored(f, 2);
	push_enter(f, 3, 10);
	push_ignored(f, 4);
	push_ignored(f, 5);
	push_end(f, 6, 10, 0);
	expect(f, EV_ENTER, 10);
	expect(f, EV_SIGNAL, 10);
	expect(f, EV_ENTER, 10);
	expect(f, EV_SIGNAL, 10);
	expect(f, EV_SIGNAL, 10);
	expect(f, EV_EXITED, 10);
	assert_false(next(f, &ev));
}

/* The call of a thread that execs ends under the number of its leader. */
static void test_ignored_signal_of_an_exec(void **state)
{
	struct fixture *f = *state;
	struct wire_exec x = { .w = head(WIRE_EXEC, 3, 9, 9), .old_tid = 10 };

	etask_add(&f->s, 9, 9);
	etask_add(&f->s, 10, 9);
	push_enter(f, 1, 10);
	push_ignored(f, 2);
	push(f, &x, sizeof(x));
	push_exit(f, 4, 9, 0);
	expect(f, EV_ENTER, 10);
	expect(f, EV_EXEC, 9);
	expect(f, EV_EXIT, 9);
	expect(f, EV_SIGNAL, 9);
}

static void test_lost(void **state)
{
	struct fixture *f = *state;
	struct wire_enter x = { .w = head(WIRE_ENTER, 1, 10, 10) };
	struct event ev;

	x.w.lost = 7;
	push(f, &x, sizeof(x));
	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, EV_LOST);
	assert_int_equal(ev.count, 7);
	expect(f, EV_ENTER, 10);
}

/* Bytes that could not be read when the call began come with its end. */
static void test_late_memory(void **state)
{
	struct fixture *f = *state;
	struct {
		struct wire_enter e;
		struct cap_block b;
	} in = { .e.w = head(WIRE_ENTER, 1, 10, 10),
		 .b = { .addr = 0x1000, .len = 4, .got = 0 } };
	struct {
		struct wire_exit x;
		struct cap_block b;
		char bytes[8];
	} out = { .x.w = head(WIRE_EXIT, 2, 10, 10),
		  .x.late = sizeof(struct cap_block) + 8,
		  .b = { .addr = 0x1000, .len = 4, .got = 4 },
		  .bytes = "text" };
	char got[4];

	in.e.w.flags = WIRE_FAULTS;
	push(f, &in, sizeof(in));
	f->s.order.horizon = 1 + HOLD_NS;
	assert_false(item_must_wait(&f->s));
	f->s.order.horizon = HOLD_NS;
	assert_true(item_must_wait(&f->s));
	push(f, &out, sizeof(out));
	assert_false(item_must_wait(&f->s));
	f->s.order.horizon = LATER;
	expect(f, EV_ENTER, 10);
	assert_int_equal(mem_read(&f->s.blocks.mem, 0x1000, got, 4), 4);
	assert_memory_equal(got, "text", 4);
}

/* Where the end of a call was lost, that of the next one says nothing of it. */
static void test_late_memory_of_another(void **state)
{
	struct fixture *f = *state;
	struct wire_enter in = { .w = head(WIRE_ENTER, 1, 10, 10) };
	struct {
		struct wire_exit x;
		struct cap_block b;
		char bytes[8];
	} out = { .x.w = head(WIRE_EXIT, 3, 10, 10),
		  .x.late = sizeof(struct cap_block) + 8,
		  .b = { .addr = 0x1000, .len = 4, .got = 4 },
		  .bytes = "text" };

	in.w.flags = WIRE_FAULTS;
	push(f, &in, sizeof(in));
	f->s.order.horizon = 1;
	assert_true(item_must_wait(&f->s));
	push_enter(f, 2, 10);
	push(f, &out, sizeof(out));
	assert_false(item_must_wait(&f->s));
	f->s.order.horizon = LATER;
	expect(f, EV_ENTER, 10);
	assert_int_equal(f->s.blocks.count, 0);
}

/* Bytes of our own memory that were never there for a call. */
static size_t late_bytes(struct fixture *f, const void *at, char got[8])
{
	struct {
		struct wire_enter e;
		struct cap_block b;
	} in = { .e.w = head(WIRE_ENTER, 1, getpid(), getpid()),
		 .b = { .addr = (uintptr_t)at, .len = 1, .got = 0 } };
	struct {
		struct wire_exit x;
		struct cap_block b;
	} out = { .x.w = head(WIRE_EXIT, 2, getpid(), getpid()),
		  .x.late = sizeof(struct cap_block), .b = in.b };

	in.e.w.flags = WIRE_FAULTS;
	push(f, &in, sizeof(in));
	push(f, &out, sizeof(out));
	expect(f, EV_ENTER, getpid());
	return mem_read(&f->s.blocks.mem, (uintptr_t)at, got, 8);
}

/* What nobody can write is what it was; what somebody can may be another. */
static void test_constant_memory(void **state)
{
	static const char constant[] = "constant";
	struct fixture *f = *state;
	char written[] = "written!", got[8];

	assert_int_equal(late_bytes(f, constant, got), 8);
	assert_memory_equal(got, constant, 8);
	assert_int_equal(late_bytes(f, written, got), 0);
}

/* But for another program it is other memory. */
static void test_constant_memory_of_another(void **state)
{
	static const char constant[] = "constant";
	struct fixture *f = *state;
	struct wire_exec x = { .w = head(WIRE_EXEC, 3, getpid(), getpid()),
			       .old_tid = getpid() };
	char got[8];

	push(f, &x, sizeof(x));
	assert_int_equal(late_bytes(f, constant, got), 0);
}

/* Records that lie about their lengths do no harm. */
static void test_broken(void **state)
{
	struct fixture *f = *state;
	struct {
		struct wire_exit x;
		struct cap_block b;
	} bad = { .x.w = head(WIRE_EXIT, 2, 10, 10),
		  .b = { .addr = 1, .len = 100, .got = 100 } };
	struct wire short_one = head(WIRE_ENTER, 1, 10, 10);
	struct event ev;

	push(f, &short_one, sizeof(short_one));
	push(f, &bad, sizeof(bad));
	short_one.kind = 99;
	push(f, &short_one, sizeof(short_one));
	expect(f, EV_EXIT, 10);
	assert_int_equal(f->s.blocks.count, 0);
	assert_false(next(f, &ev));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order), TEST(test_room_given_back),
		TEST(test_results), TEST(test_numbers),
		TEST(test_leader_ends_first), TEST(test_leader_goes_on),
		TEST(test_exec_by_thread),
		TEST(test_ignored_signal), TEST(test_ignored_signals),
		TEST(test_ignored_signal_waits_not_for_ever),
		TEST(test_ignored_signal_of_a_lost_exit),
		TEST(test_ignored_signal_of_an_exec),
		TEST(test_lost), TEST(test_late_memory),
		TEST(test_late_memory_of_another),
		TEST(test_constant_memory),
		TEST(test_constant_memory_of_another), TEST(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
