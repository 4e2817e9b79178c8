/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory of a tracee, with a process_vm_readv() of our own: four pages, of
 * which the third can't be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "mem.h"

#define PAGE 4096u
#define PAGES 4
#define HOLE 2			/* the unreadable one */
#define BASE UINT64_C(0x40000000)
#define END (BASE + PAGES * PAGE)

/* The kernel's side.  What it was asked for is counted. */
static unsigned char space[PAGES * PAGE];
static unsigned calls;
static size_t copied;

static bool readable(uint64_t addr)
{
	return addr >= BASE && addr < END && (addr - BASE) / PAGE != HOLE;
}

ssize_t process_vm_readv(pid_t pid, const struct iovec *local,
			 unsigned long nlocal, const struct iovec *remote,
			 unsigned long nremote, unsigned long flags)
{
	char *to = local->iov_base;
	size_t got = 0;

	(void)pid;
	(void)flags;
	assert_int_equal(nlocal, 1);
	calls++;
	for (unsigned long i = 0; i < nremote; i++) {
		uint64_t addr = (uintptr_t)remote[i].iov_base;
		size_t len = remote[i].iov_len;

		/* all of a piece or nothing, so it must not cross pages */
		assert_true(len && (addr & (PAGE - 1)) + len <= PAGE);
		if (!readable(addr))
			break;
		assert_true(got + len <= local->iov_len);
		memcpy(to + got, space + (addr - BASE), len);
		got += len;
	}
	copied += got;
	if (got)
		return (ssize_t)got;
	errno = EFAULT;
	return -1;
}

static int setup(void **state)
{
	for (size_t i = 0; i < sizeof(space); i++)
		space[i] = (unsigned char)(i * 7 + i / 251);
	*state = mem_live_new();
	mem_live_set(*state, 1);
	calls = 0;
	copied = 0;
	return 0;
}

static int teardown(void **state)
{
	mem_live_free(*state);
	return 0;
}

static size_t expected(uint64_t addr, size_t len)
{
	size_t n = 0;

	while (n < len && readable(addr + n))
		n++;
	return n;
}

static void assert_right(struct mem *m, uint64_t addr, size_t len)
{
	static unsigned char got[PAGES * PAGE];
	size_t n = mem_read(m, addr, got, len);

	assert_int_equal(n, expected(addr, len));
	assert_memory_equal(got, space + (addr - BASE), n);
}

/* A struct and what stands beside it cost one call. */
static void test_near_is_one_call(void **state)
{
	struct mem *m = *state;

	assert_right(m, BASE + 1000, 144);
	assert_right(m, BASE + 1000 + 144, 40);
	assert_right(m, BASE + 1008, 8);
	assert_int_equal(calls, 1);
	/* no whole page is copied for that */
	assert_true(copied <= 1024);
	mem_live_set(m, 1);	/* another stop: memory may be another */
	assert_right(m, BASE + 1000, 8);
	assert_int_equal(calls, 2);
}

static void test_struct_is_one_call_wherever_it_lies(void **state)
{
	struct mem *m = *state;

	for (unsigned at = 0; at + 144 <= PAGE; at += 8) {
		mem_live_set(m, 1);
		calls = 0;
		assert_right(m, BASE + at, 144);
		assert_int_equal(calls, 1);
	}
}

static void test_borders(void **state)
{
	struct mem *m = *state;
	uint64_t hole = BASE + HOLE * PAGE;

	assert_right(m, hole - 4, 8);		/* into the hole */
	assert_right(m, hole, 8);		/* in it */
	assert_right(m, hole + PAGE - 1, 2);	/* begins in it */
	assert_right(m, BASE + PAGE - 3, 6);	/* from page to page */
	assert_right(m, BASE + 5, 2 * PAGE);	/* much, up to the hole */
	assert_right(m, END - 1, 100);
	assert_int_equal(mem_read(m, UINT64_MAX - 3, space, 100), 0);
	assert_int_equal(mem_read(m, 0, space, 1), 0);
}

/* Unreadable memory is not asked for again. */
static void test_hole_is_remembered(void **state)
{
	struct mem *m = *state;
	uint64_t hole = BASE + HOLE * PAGE;

	assert_right(m, hole + 16, 8);
	assert_right(m, hole + 24, 8);
	assert_int_equal(calls, 1);
}

static void test_random(void **state)
{
	struct mem *m = *state;

	srand(1);
	for (int i = 0; i < 20000; i++) {
		size_t at = (size_t)rand() % sizeof(space);
		size_t len = 1 + (size_t)rand() % (i % 8 ? 300 : 6000);

		if (len > sizeof(space) - at)
			len = sizeof(space) - at;
		if (i % 50 == 0)
			mem_live_set(m, 1);
		assert_right(m, BASE + at, len);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_near_is_one_call),
		T(test_struct_is_one_call_wherever_it_lies),
		T(test_borders),
		T(test_hole_is_remembered),
		T(test_random),
	};
#undef T

	return cmocka_run_group_tests_name("mem_live", tests, NULL, NULL);
}
