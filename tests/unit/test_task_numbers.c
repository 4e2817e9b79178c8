/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of tasks: through forks, execs of threads, and tids used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "event.h"
#include "task_numbers.h"

static struct event give(struct task_numbers *n, struct event ev)
{
	task_numbers_give(n, &ev);
	return ev;
}

#define GIVE(...) give(&n, (struct event){ __VA_ARGS__ })

static void test_a_tid_is_used_again(void **state)
{
	struct task_numbers n = { .last = 0 };
	static const enum event_kind ends[] = {
		EV_EXITED, EV_KILLED, EV_DETACH,
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(GIVE(.kind = EV_ENTER, .tid = 7).task, i + 1);
		assert_int_equal(GIVE(.kind = EV_EXIT, .tid = 7).task, i + 1);
		assert_int_equal(GIVE(.kind = ends[i], .tid = 7).task, i + 1);
	}
	assert_int_equal(GIVE(.kind = EV_ATTACH, .tid = 7).task, 4);
	task_numbers_free(&n);
}

static void test_a_child_is_another(void **state)
{
	struct task_numbers n = { .last = 0 };
	struct event fork;

	(void)state;
	fork = GIVE(.kind = EV_FORK, .tid = 1, .child = 2);
	assert_int_equal(fork.task, 1);
	assert_int_equal(fork.child_task, 2);
	assert_int_equal(GIVE(.kind = EV_ENTER, .tid = 2).task, 2);
	/* Its first event may come before that of its birth. */
	assert_int_equal(GIVE(.kind = EV_ENTER, .tid = 3).task, 3);
	fork = GIVE(.kind = EV_FORK, .tid = 1, .child = 3);
	assert_int_equal(fork.child_task, 3);
	task_numbers_free(&n);
}

static void test_a_thread_calls_exec(void **state)
{
	struct task_numbers n = { .last = 0 };
	struct event exec;

	(void)state;
	GIVE(.kind = EV_ENTER, .tid = 1);
	GIVE(.kind = EV_ENTER, .tid = 2);
	exec = GIVE(.kind = EV_EXEC, .tid = 1, .other_tid = 2);
	assert_int_equal(exec.task, 2);
	assert_int_equal(exec.gone_task, 1);
	assert_int_equal(GIVE(.kind = EV_EXIT, .tid = 1).task, 2);
	assert_int_equal(GIVE(.kind = EV_ENTER, .tid = 2).task, 3);
	exec = GIVE(.kind = EV_EXEC, .tid = 1, .other_tid = 1);
	assert_int_equal(exec.task, 2);
	assert_int_equal(exec.gone_task, 0);
	exec = GIVE(.kind = EV_EXEC, .tid = 1);
	assert_int_equal(exec.task, 2);
	task_numbers_free(&n);
}

static void test_no_task(void **state)
{
	struct task_numbers n = { .last = 0 };

	(void)state;
	assert_int_equal(GIVE(.kind = EV_IDLE).task, 0);
	assert_int_equal(n.last, 0);
	task_numbers_free(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tid_is_used_again),
		cmocka_unit_test(test_a_child_is_another),
		cmocka_unit_test(test_a_thread_calls_exec),
		cmocka_unit_test(test_no_task),
	};

	return cmocka_run_group_tests_name("task_numbers", tests, NULL, NULL);
}
