/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a descriptor was found to be holds until a call may change that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <signal.h>

#include "files_world.h"
#include "mem_blocks.h"
#include "options.h"

/* The task is in an exec and comes out of it; it knows what fd is. */
static void begin(struct world *w, int tid, int fd)
{
	ENTER(w, tid, execve, 0);
	EXEC(w, tid);
	EXIT(w, tid, 0);
	assert_true(asks(w, tid, fd));
	assert_false(asks(w, tid, fd));
}

static void test_kept_from_exec_on(void **state)
{
	struct world *w = *state;

	ENTER(w, A, execve, 0);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	EXIT_ERROR(w, A);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	begin(w, A, 3);
	assert_true(asks(w, A, 4));
	assert_false(asks(w, A, 3));
	begin(w, A, 3);
	assert_true(asks(w, A, 4));
}

static void test_the_answer(void **state)
{
	struct world *w = *state;
	char text[100];

	begin(w, A, 3);
	assert_int_equal(env_get(w->e, ENV_FD_PATH, A, 3, text, 100), 8);
	assert_memory_equal(text, "pipe:[1]", 8);
	assert_int_equal(env_get(w->e, ENV_FD_PATH, A, 3, text, 4), 4);
	/* what had no room is not kept for the whole */
	assert_int_equal(env_get(w->e, ENV_FD_PATH, A, 4, text, 4), 4);
	assert_true(asks(w, A, 4));
	/* another question, another answer */
	assert_true(asks_what(w, ENV_FD_DETAIL, A, 3));
	assert_false(asks_what(w, ENV_FD_DETAIL, A, 3));
	assert_true(asks_what(w, ENV_FD_POS, A, 3));
	assert_true(asks_what(w, ENV_FD_POS, A, 3));
}

static void kept(struct world *w, enum env_what what, const char *form,
		 bool expected)
{
	int fd = 10 + w->behind->asked;

	w->behind->form = form;
	assert_true(asks_what(w, what, A, fd));
	assert_int_equal(asks_what(w, what, A, fd), !expected);
}

static void test_what_stays(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	kept(w, ENV_FD_PATH, "socket:[%d]", true);
	kept(w, ENV_FD_PATH, "anon_inode:[eventfd%d]", true);
	kept(w, ENV_FD_PATH, "/tmp/%d", false);
	kept(w, ENV_FD_PATH, "/memfd:%d|D", false);
	kept(w, ENV_FD_DETAIL, "pipe:[%d]", true);
	kept(w, ENV_FD_DETAIL, "/dev/null|-<char 1:%d>", false);
	kept(w, ENV_FD_DETAIL, "socket:[%d]", false);
	kept(w, ENV_FD_DETAIL, "|-pid:%d", false);
	kept(w, ENV_FD_DETAIL, "|-TCP:[1.1.1.1:1->1.1.1.1:%d]", true);
	kept(w, ENV_FD_DETAIL, "|-TCPv6:[[::1]:1->[::1]:%d]", true);
	kept(w, ENV_FD_DETAIL, "|-TCP:[1.1.1.1:%d]", false);
	kept(w, ENV_FD_DETAIL, "|-UDP:[1.1.1.1:1->1.1.1.1:%d]", false);
	kept(w, ENV_FD_DETAIL, "|-UNIX-STREAM:[1->%d]", false);
	kept(w, ENV_FD_NETLINK, "%04d", true);
}

static void test_close(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	assert_true(asks(w, A, 4));
	ENTER(w, A, close, 3);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	EXIT(w, A, 0);
	assert_true(asks(w, A, 3));
	assert_false(asks(w, A, 3));
	assert_false(asks(w, A, 4));
}

static void test_exits_are_needed(void **state)
{
	struct event ev = {.kind = EV_ENTER, .tid = A, .nr = SYS_close};

	(void)state;
	assert_true(env_files_needs_exit(&ev));
	ev.nr = SYS_read;
	assert_false(env_files_needs_exit(&ev));
	ev.nr = SYS_close;
	ev.kind = EV_EXIT;
	assert_false(env_files_needs_exit(&ev));
}

static void test_dup_replaces(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	assert_true(asks(w, A, 4));
	ENTER(w, A, dup2, 3, 4);
	EXIT(w, A, 4);
	assert_false(asks(w, A, 3));
	assert_true(asks(w, A, 4));
	ENTER(w, A, dup3, 4, 3);
	EXIT(w, A, 3);
	assert_true(asks(w, A, 3));
	assert_false(asks(w, A, 4));
}

static void test_close_range(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	assert_true(asks(w, A, 4));
	ENTER(w, A, close_range, 4, 4);
	EXIT(w, A, 0);
	assert_false(asks(w, A, 3));
	assert_true(asks(w, A, 4));
	ENTER(w, A, close_range, 3, ~0u);
	EXIT(w, A, 0);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 4));
}

/* A thread of A. */
static void thread_begins(struct world *w)
{
	ENTER(w, A, clone, CLONE_VM | CLONE_FILES | CLONE_THREAD);
	FORK(w, A, B);
	EXIT(w, A, B);
	TELL(w, .kind = EV_ATTACH, .tid = B);
}

static void test_threads_share(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	thread_begins(w);
	assert_false(asks(w, B, 3));
	ENTER(w, B, close, 3);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 4));
	assert_true(asks(w, A, 4));
	/* killed in it */
	TELL(w, .kind = EV_KILLED, .tid = B, .sig = SIGKILL);
	assert_true(asks(w, A, 4));
	assert_false(asks(w, A, 4));
}

static void test_thread_by_clone3(void **state)
{
	struct world *w = *state;
	uint64_t flags = CLONE_FILES | CLONE_THREAD;
	struct mem_blocks m = {0};

	begin(w, A, 3);
	mem_blocks_init(&m);
	mem_blocks_add(&m, 0x1000, &flags, sizeof(flags), sizeof(flags));
	TELL(w, .kind = EV_ENTER, .tid = A, .nr = SYS_clone3, .arg = {0x1000},
	     .mem = &m.mem);
	FORK(w, A, B);
	EXIT(w, A, B);
	assert_false(asks(w, B, 3));
	ENTER(w, A, close, 3);
	EXIT(w, A, 0);
	assert_true(asks(w, B, 3));
	/* what it asked for can't be seen: who knows what it shares */
	ENTER(w, A, clone3, 0x9000);
	FORK(w, A, B + 1);
	EXIT(w, A, B + 1);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	assert_true(asks(w, B + 1, 3));
	assert_true(asks(w, B + 1, 3));
	mem_blocks_free(&m);
}

static void test_untraced_thread(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	ENTER(w, A, clone, CLONE_VM | CLONE_FILES | CLONE_THREAD);
	EXIT_ERROR(w, A);
	assert_false(asks(w, A, 3));
	ENTER(w, A, clone, CLONE_VM | CLONE_FILES | CLONE_THREAD);
	EXIT(w, A, B);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	begin(w, A, 3);
}

static void test_children(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	ENTER(w, A, vfork, 0);
	FORK(w, A, B);
	assert_false(asks(w, B, 3));
	ENTER(w, B, close, 3);
	EXIT(w, B, 0);
	assert_true(asks(w, B, 3));
	assert_false(asks(w, A, 3));
	ENTER(w, A, clone, SIGCHLD);
	FORK(w, A, B);
	EXIT(w, A, B);
	ENTER(w, A, close, 3);
	EXIT(w, A, 0);
	assert_false(asks(w, B, 3));
	assert_true(asks(w, A, 3));
}

/* What many children of one that has a lot would cost. */
static void test_bounds(void **state)
{
	struct world *w = *state;

	begin(w, A, 0);
	for (int fd = 1; fd < 64; fd++)
		assert_true(asks(w, A, fd));
	ENTER(w, A, fork, 0);
	FORK(w, A, B);
	EXIT(w, A, B);
	assert_false(asks(w, B, 5));
	assert_true(asks(w, A, 64));
	ENTER(w, A, fork, 0);
	FORK(w, A, B + 1);
	EXIT(w, A, B + 1);
	assert_true(asks(w, B + 1, 5));
	for (int fd = 65; fd < 5000; fd++)
		asks(w, A, fd);
	assert_false(asks(w, A, 4095));
	assert_true(asks(w, A, 4096));
	assert_true(asks(w, A, 4096));
}

/* Another thread may have changed the parent's since. */
static void test_child_of_a_thread(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	thread_begins(w);
	ENTER(w, A, fork, 0);
	FORK(w, A, B + 1);
	assert_true(asks(w, B + 1, 3));
	assert_false(asks(w, B + 1, 3));
}

static void test_fork_unseen(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	FORK(w, A, B);
	assert_true(asks(w, B, 3));
	assert_true(asks(w, B, 3));
	assert_true(asks(w, A, 3));
}

static void test_unshare(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	thread_begins(w);
	ENTER(w, B, unshare, CLONE_FS);
	EXIT(w, B, 0);
	ENTER(w, A, close, 3);
	EXIT(w, A, 0);
	assert_true(asks(w, B, 3));
	ENTER(w, B, unshare, CLONE_FILES);
	EXIT(w, B, 0);
	assert_true(asks(w, B, 3));
	ENTER(w, A, close, 3);
	EXIT(w, A, 0);
	assert_false(asks(w, B, 3));
	thread_begins(w);
	ENTER(w, B, close_range, 90, 99, 2 /* unshare */);
	EXIT(w, B, 0);
	assert_true(asks(w, B, 3));
	ENTER(w, B, close, 3);
	assert_true(asks(w, A, 3));
	assert_false(asks(w, A, 3));
}

static void test_exec_by_a_thread(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	thread_begins(w);
	ENTER(w, B, execve, 0);
	TELL(w, .kind = EV_EXEC, .tid = A, .other_tid = B);
	EXIT(w, A, 0);
	assert_true(asks(w, A, 3));
	assert_false(asks(w, A, 3));
	/* nobody has the tid that it had, until another task gets it */
	assert_true(asks(w, B, 3));
	assert_true(asks(w, B, 3));
	ENTER(w, A, fork, 0);
	FORK(w, A, B);
	assert_false(asks(w, B, 3));
	assert_true(asks(w, B, 4));
	assert_false(asks(w, B, 4));
}

static void test_what_ends_it(void **state)
{
	struct world *w = *state;

	begin(w, A, 3);
	ENTER(w, A, io_uring_setup, 8);
	EXIT(w, A, 4);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	begin(w, A, 3);
	thread_begins(w);
	TELL(w, .kind = EV_DETACH, .tid = B);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
	begin(w, A, 3);
	TELL(w, .kind = EV_LOST, .count = 1);
	assert_true(asks(w, A, 3));
	assert_true(asks(w, A, 3));
}

static void test_told(void **state)
{
	struct world *w = *state;
	struct env_query q = {ENV_FD_PATH, A, 7};

	env_files_captured(w->e, &q, "/early", 6);
	begin(w, A, 3);
	assert_true(asks(w, A, 7));
	env_files_captured(w->e, &q, "/tmp/x", 6);
	assert_false(asks(w, A, 7));
	env_files_captured(w->e, &q, NULL, -1);
	assert_true(asks(w, A, 7));
}

/* ---- options ---- */

static void test_serves(void **state)
{
	struct options o = {.decode_fds = FDS_PATH, .status = STATUS_ALL};

	(void)state;
	callset_set_all(&o.trace);
	assert_true(env_files_serves(&o, SEES_ALL));
	assert_true(env_files_serves(&o, SEES_TRACED));
	assert_false(env_files_serves(&o, SEES_SOME));
	assert_int_equal(ebpf_sees(&o), SEES_TRACED);
	o.slower_ns = 1;
	assert_int_equal(ebpf_sees(&o), SEES_SOME);
	o.slower_ns = 0;
	o.has_trace_fds = true;
	assert_int_equal(ebpf_sees(&o), SEES_SOME);
	o.has_trace_fds = false;
	o.decode_fds = FDS_NUMBER;
	assert_false(env_files_serves(&o, SEES_ALL));
	o.decode_fds = FDS_ALL;
	callset_clear(&o.trace);
	numset_add(&o.trace.abi[ABI_X86_64], SYS_write);
	assert_true(env_files_serves(&o, SEES_ALL));
	assert_false(env_files_serves(&o, SEES_TRACED));
	callset_clear(&o.trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kept_from_exec_on),
		TEST(test_the_answer),
		TEST(test_what_stays),
		TEST(test_close),
		TEST(test_exits_are_needed),
		TEST(test_dup_replaces),
		TEST(test_close_range),
		TEST(test_threads_share),
		TEST(test_thread_by_clone3),
		TEST(test_untraced_thread),
		TEST(test_children),
		TEST(test_bounds),
		TEST(test_child_of_a_thread),
		TEST(test_fork_unseen),
		TEST(test_unshare),
		TEST(test_exec_by_a_thread),
		TEST(test_what_ends_it),
		TEST(test_told),
		TEST(test_serves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
