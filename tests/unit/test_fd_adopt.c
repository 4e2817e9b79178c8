/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose descriptors may be kept of those that already run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files_world.h"

#define SECOND 1000000000ll
#define STACK 65536

static int waits(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return 0;
}

static pid_t child_new(int flags)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid = clone(waits, stack + STACK, flags | SIGCHLD, NULL);

	assert_true(pid > 0);
	return pid;
}

static void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void attach(struct world *w, pid_t pid)
{
	TELL(w, .kind = EV_ATTACH, .tid = pid, .pid = pid);
	w->now_ns += 2 * SECOND;
	TELL(w, .kind = EV_IDLE);
}

static bool kernel_compares(void)
{
	return syscall(SYS_kcmp, getpid(), getpid(), 2 /* files */, 0, 0) == 0;
}

static void test_adopted(void **state)
{
	struct world *w = *state;
	pid_t pid = child_new(0);
	bool kept_now;

	TELL(w, .kind = EV_ATTACH, .tid = pid, .pid = pid);
	assert_true(asks(w, pid, 0));
	assert_true(asks(w, pid, 0));
	attach(w, pid);
	asks(w, pid, 900);
	kept_now = !asks(w, pid, 900);
	/* and what it has open was read */
	if (kernel_compares())
		assert_false(asks(w, pid, 0));
	child_end(pid);
	assert_int_equal(kept_now, kernel_compares());
}

static void test_not_adopted_in_a_call(void **state)
{
	struct world *w = *state;
	pid_t pid = child_new(0);

	attach(w, pid);
	TELL(w, .kind = EV_ENTER, .tid = pid, .pid = pid, .nr = SYS_close);
	assert_true(asks(w, pid, 900));
	assert_int_equal(w->behind->asked, 1);
	TELL(w, .kind = EV_EXIT, .tid = pid, .pid = pid);
	asks(w, pid, 900);
	assert_int_equal(asks(w, pid, 900), !kernel_compares());
	child_end(pid);
}

/* It can't make a process that shares, and ends if asked to. */
static bool is_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

/* Somebody who is not traced has the same descriptors. */
static void test_not_adopted_sharing(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (is_valgrind())
		skip();
	pid = child_new(CLONE_FILES);
	attach(w, pid);
	asks(w, pid, 900);
	assert_true(asks(w, pid, 900));
	child_end(pid);
}

static void test_not_adopted_with_a_ring(void **state)
{
	struct world *w = *state;
	pid_t pid = child_new(0);

	w->behind->form = "anon_inode:[io_uring]";
	attach(w, pid);
	asks(w, pid, 900);
	assert_true(asks(w, pid, 900));
	child_end(pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_adopted),
		TEST(test_not_adopted_in_a_call),
		TEST(test_not_adopted_sharing),
		TEST(test_not_adopted_with_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
