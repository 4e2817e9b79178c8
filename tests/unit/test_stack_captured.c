/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks from a captured piece: what a stopped task's own stack says is said of
 * a copy, too, and nothing that may be wrong with the copy does harm.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "arch.h"
#include "built_with.h"
#include "env.h"
#include "event.h"
#include "stack.h"
#include "stack_piece.h"

#define REGS (21 * 8)		/* bytes that the kernel keeps on x86 */

struct copy {
	struct env *live;
	pid_t child;
	struct stack_piece *piece;
	size_t size;
	char told[STACK_PAGE_MAX];	/* by the stack itself */
	ssize_t told_len;
};

/* The child stops some frames deep. */
static __attribute__((noinline)) int child_stop(int n)
{
	volatile int room[16] = { n };
	int rc = n ? child_stop(n - 1) : raise(SIGSTOP);

	return rc + room[0];
}

static int child_run(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	return child_stop(5);
}

static int copy_make(void **state)
{
	struct copy *c = calloc(1, sizeof(*c));
	struct event ev = { .tid = 0 };
	struct iovec local, remote;
	struct arch_regs r, same;
	ssize_t n;

	*state = c;
	c->child = fork();
	if (!c->child)
		_exit(child_run());
	waitpid(c->child, NULL, 0);
	c->live = env_live_new();
	if (!built_with.stack_captured || !env_live_ready(c->live, 64, false) ||
	    !arch_regs_get(&r, c->child) ||
	    !arch_regs_kernel(&same, r.u.bytes, REGS))
		return 0;
	arch_regs_enter(&r, NULL, &ev);
	c->piece = calloc(1, sizeof(*c->piece) + STACK_PIECE_MAX);
	c->piece->sp = ev.sp;
	c->piece->regs = REGS;
	memcpy(c->piece->reg, r.u.bytes, REGS);
	local = (struct iovec){ c->piece + 1, STACK_PIECE_MAX };
	remote = (struct iovec){ (void *)(uintptr_t)ev.sp, STACK_PIECE_MAX };
	n = process_vm_readv(c->child, &local, 1, &remote, 1, 0);
	if (n <= 1024) {	/* a stack of valgrind */
		free(c->piece);
		c->piece = NULL;
		return 0;
	}
	c->size = sizeof(*c->piece) + (size_t)n;
	c->told_len = env_get(c->live, ENV_STACK, c->child, STACK_KEY(0, 0),
			      c->told, sizeof(c->told));
	return 0;
}

static int copy_free(void **state)
{
	struct copy *c = *state;

	kill(c->child, SIGKILL);
	waitpid(c->child, NULL, 0);
	env_close(c->live);
	free(c->piece);
	free(c);
	return 0;
}

static ssize_t ask(struct copy *c, size_t size, char *to)
{
	struct stack_captured q = {
		.tid = c->child, .wall_ns = INT64_MAX, .piece = c->piece,
		.size = size,
	};

	return env_live_stack(c->live, &q, STACK_KEY(0, 0), to,
			      STACK_PAGE_MAX);
}

/* How many frames were found; *missed: and there are more. */
static unsigned count(const char *page, ssize_t len, bool *missed)
{
	const char *p = page + 1;
	struct stack_frame f;
	unsigned n = 0;

	*missed = false;
	while (len > 0 && stack_next(&p, page + len, &f)) {
		*missed |= f.missed;
		n += !f.more && !f.pointers;
	}
	return n;
}

static void test_same(void **state)
{
	struct copy *c = *state;
	char page[STACK_PAGE_MAX];

	if (!c->piece)
		skip();
	assert_true(c->told_len > 1);
	assert_int_equal(ask(c, c->size, page), c->told_len);
	assert_memory_equal(page, c->told, c->told_len);
}

/* However short it is, what is left says the same as far as it goes. */
static void test_short(void **state)
{
	struct copy *c = *state;
	char page[STACK_PAGE_MAX];
	unsigned all, n, last = 0;
	bool missed;

	if (!c->piece)
		skip();
	all = count(c->told, c->told_len, &missed);
	assert_false(missed);
	assert_true(all > 8);
	for (size_t size = sizeof(*c->piece); size <= c->size; size += 24) {
		ssize_t len = ask(c, size, page);

		n = count(page, len, &missed);
		n = count(page, len, &missed);
		assert_true(n >= last && n <= all);
		assert_int_equal(missed, n < all);
		if (n == all)
			assert_memory_equal(page, c->told, c->told_len);
		last = n;
	}
	assert_int_equal(last, all);
}

static void test_holes(void **state)
{
	struct copy *c = *state;
	char page[STACK_PAGE_MAX];
	bool missed;

	if (!c->piece)
		skip();
	c->piece->holes = 0xffff;
	assert_int_equal(count(page, ask(c, c->size, page), &missed), 1);
	assert_true(missed);
	c->piece->holes = 0x8000;	/* beyond its end */
	assert_int_equal(ask(c, c->size, page), c->told_len);
}

/* Frame pointers may lead on; what is no code's address is none of them. */
static void test_far(void **state)
{
	struct copy *c = *state;
	uint64_t at[] = { (uintptr_t)test_far + 8, (uintptr_t)copy_free + 8, 8,
			  (uintptr_t)copy_make + 8 };
	char page[STACK_PAGE_MAX];
	struct stack_frame f;
	const char *p = page + 1;
	size_t size;
	ssize_t len;
	bool missed;

	if (!c->piece)
		skip();
	memcpy((char *)(c->piece + 1) + 16, at, sizeof(at));
	c->piece->far = 4;
	size = sizeof(*c->piece) + 16 + sizeof(at);
	len = ask(c, size, page);
	assert_int_equal(count(page, len, &missed), 3);
	assert_false(missed);
	assert_true(stack_next(&p, page + len, &f) && !f.pointers);
	assert_true(stack_next(&p, page + len, &f) && f.pointers);
	assert_true(stack_next(&p, page + len, &f));
	assert_int_equal(f.offset, 7);
	assert_true(stack_next(&p, page + len, &f));
	assert_false(stack_next(&p, page + len, &f));
	/* the number is forged: no more than there is */
	c->piece->far = UINT16_MAX;
	count(page, ask(c, size, page), &missed);
	/* none of them leads to code */
	memset((char *)(c->piece + 1) + 16, 0xff, sizeof(at));
	c->piece->far = 4;
	assert_int_equal(count(page, ask(c, size, page), &missed), 1);
	assert_true(missed);
}

/* A stack pointer may be any number, and a record forged. */
static void test_hostile(void **state)
{
	static const uint64_t at[] = {
		0, 1, 4095, -1ull, -8ull, -4096ull, 1ull << 47, 1ull << 63,
	};
	struct copy *c = *state;
	char page[STACK_PAGE_MAX];
	bool missed;

	if (!c->piece)
		skip();
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		c->piece->sp = at[i];
		assert_true(count(page, ask(c, c->size, page), &missed) <= 2);
		memcpy(c->piece->reg + 19 * 8, &at[i], 8);
		count(page, ask(c, c->size, page), &missed);
	}
	for (size_t n = 0; n < sizeof(*c->piece); n++)
		assert_int_equal(count(page, ask(c, n, page), &missed), 0);
	memset(c->piece->reg, 0xff, sizeof(c->piece->reg));
	count(page, ask(c, c->size, page), &missed);
	c->piece->regs = UINT16_MAX;
	assert_int_equal(count(page, ask(c, c->size, page), &missed), 0);
}

/* It is the stack of a task that is gone. */
static void test_gone(void **state)
{
	struct copy *c = *state;
	char page[STACK_PAGE_MAX];
	bool missed;

	if (!c->piece)
		skip();
	kill(c->child, SIGKILL);
	waitpid(c->child, NULL, 0);
	assert_int_equal(count(page, ask(c, c->size, page), &missed), 0);
	c->child = fork();
	if (!c->child)
		pause();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copy_make, copy_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same),
		TEST(test_short),
		TEST(test_holes),
		TEST(test_far),
		TEST(test_hostile),
		TEST(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
