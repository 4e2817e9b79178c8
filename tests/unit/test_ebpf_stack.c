/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks and mappings on their way through the eBPF source: whose stack is
 * whose, and records of perf that are cut.
 */
#include "ebpf_fixture.h"

#include <linux/perf_event.h>
#include <signal.h>
#include <unistd.h>

#include "stack_piece.h"

struct stack_record {
	struct wire w;
	struct cap_block block;
	struct stack_piece piece;
};

static void push_stack(struct fixture *f, uint64_t time, int tid)
{
	struct stack_record x = {
		.w = head(WIRE_STACK, time, tid, tid),
		.block = { .addr = STACK_MARK, .len = sizeof(x.piece),
			   .got = sizeof(x.piece) },
	};

	push(f, &x, sizeof(x));
}

static void push_signal(struct fixture *f, uint64_t time, int tid)
{
	struct wire_signal x = { .w = head(WIRE_SIGNAL, time, tid, tid),
				 .s = { .sig = SIGUSR1 } };

	push(f, &x, sizeof(x));
}

static void push_exit(struct fixture *f, uint64_t time, int tid)
{
	struct wire_exit x = { .w = head(WIRE_EXIT, time, tid, tid) };

	push(f, &x, sizeof(x));
}

/* A stack makes no event, and belongs to the signal of the next moment. */
static void test_signal(void **state)
{
	struct fixture *f = *state;
	struct event ev;

	push_stack(f, 10, 1);
	push_signal(f, 11, 1);
	expect(f, EV_SIGNAL, 1);
	assert_int_equal(env_captured_stack_of(f->s.env), 1);
	/* this one's was lost */
	push_signal(f, 20, 1);
	expect(f, EV_SIGNAL, 1);
	assert_int_equal(env_captured_stack_of(f->s.env), 0);
	push_stack(f, 30, 1);
	push_signal(f, 31, 2);
	expect(f, EV_SIGNAL, 2);
	assert_int_equal(env_captured_stack_of(f->s.env), 0);
	push_stack(f, 40, 1);
	push_exit(f, 41, 1);
	expect(f, EV_EXIT, 1);
	assert_int_equal(env_captured_stack_of(f->s.env), 0);
	assert_false(next(f, &ev));
}

/* Records of perf: of whatever size, of processes that nobody traces. */
static void test_records(void **state)
{
	struct fixture *f = *state;
	struct {
		struct perf_event_header h;
		uint32_t pid, tid;
		uint64_t rest[16];
	} r = { .pid = 1, .tid = 1 };
	static const uint32_t types[] = {
		PERF_RECORD_COMM, PERF_RECORD_MMAP2, PERF_RECORD_LOST,
	};

	etask_add(&f->s, 1, 1);
	memset(r.rest, 'x', sizeof(r.rest));
	r.h.misc = PERF_RECORD_MISC_COMM_EXEC;
	for (size_t i = 0; i < 3; i++) {
		r.h.type = types[i];
		for (size_t size = sizeof(r.h); size <= sizeof(r); size++) {
			void *copy = malloc(size);

			memcpy(copy, &r, size);
			maps_record_serve(&f->s, copy, size);
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_signal),
					    TEST(test_records) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
