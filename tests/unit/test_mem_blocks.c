/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "mem_blocks.h"

static void assert_reads(struct mem_blocks *b, uint64_t addr, size_t len,
			 const char *want)
{
	char got[64];
	size_t n = mem_read(&b->mem, addr, got, len);

	assert_int_equal(n, strlen(want));
	assert_memory_equal(got, want, n);
}

static void test_pieces(void **state)
{
	struct mem_blocks b = {.count = 0};

	(void)state;
	mem_blocks_init(&b);
	assert_reads(&b, 100, 5, "");
	mem_blocks_add(&b, 100, "hello", 5, 5);
	assert_reads(&b, 100, 5, "hello");
	assert_reads(&b, 101, 2, "el");
	assert_reads(&b, 104, 9, "o");
	assert_reads(&b, 105, 1, "");
	assert_reads(&b, 99, 3, "");
	/* A neighbour in front, one behind, and one that bridges a hole. */
	mem_blocks_add(&b, 98, "<<", 2, 2);
	mem_blocks_add(&b, 107, ">>", 2, 2);
	assert_reads(&b, 98, 20, "<<hello");
	mem_blocks_add(&b, 103, "LO--!!", 6, 6);
	assert_reads(&b, 98, 20, "<<hello-->>");
	assert_reads(&b, 102, 4, "llo-");
	mem_blocks_reset(&b);
	assert_reads(&b, 100, 5, "");
	mem_blocks_free(&b);
}

static void test_faults(void **state)
{
	struct mem_blocks b = {.count = 0};

	(void)state;
	mem_blocks_init(&b);
	mem_blocks_add(&b, 0x1ffe, "ab", 2, 10);
	assert_reads(&b, 0x1ffe, 10, "ab");
	/* What was unreadable stays so, whoever read it since. */
	mem_blocks_add(&b, 0x1ffe, "abcd", 4, 4);
	assert_reads(&b, 0x1ffe, 10, "ab");
	mem_blocks_add(&b, 0x3000, NULL, 0, 8);
	assert_reads(&b, 0x3000, 8, "");
	mem_blocks_add(&b, 0x2ffc, "wxyz1234", 8, 8);
	assert_reads(&b, 0x2ffc, 8, "wxyz");
	assert_true(mem_blocks_find(&b, 0x3000).fault);
	mem_blocks_free(&b);
}

/* Behind what is known: can't it be read, or did nobody try? */
static void test_unknown(void **state)
{
	struct mem_blocks b = {.count = 0};

	(void)state;
	mem_blocks_init(&b);
	assert_true(mem_unknown(&b.mem, 0x1000));
	mem_blocks_add(&b, 0x1000, "abcd", 4, 4);
	assert_true(mem_unknown(&b.mem, 0x1000));
	mem_blocks_add(&b, 0x1004, "efgh", 4, 9);
	assert_false(mem_unknown(&b.mem, 0x1000));
	assert_false(mem_unknown(&b.mem, 0x1008));
	assert_true(mem_unknown(&b.mem, 0x1009));
	mem_blocks_add(&b, 0x3000, NULL, 0, 8);
	assert_false(mem_unknown(&b.mem, 0x3000));
	assert_true(mem_unknown(&b.mem, 0x2fff));
	assert_false(mem_unknown(NULL, 0x1000));
	mem_blocks_free(&b);
}

static void test_edges_of_space(void **state)
{
	struct mem_blocks b = {.count = 0};

	(void)state;
	mem_blocks_init(&b);
	mem_blocks_add(&b, UINT64_MAX - 1, "abcd", 4, 4);
	assert_reads(&b, UINT64_MAX - 1, 4, "a");
	mem_blocks_add(&b, UINT64_MAX, "x", 1, 1);
	assert_reads(&b, UINT64_MAX, 1, "");
	mem_blocks_add(&b, UINT64_MAX, NULL, 0, 1);
	mem_blocks_add(&b, 0, "zero", 4, 4);
	assert_reads(&b, 0, 4, "zero");
	mem_blocks_free(&b);
}

#define SPACE 256
#define UNKNOWN (-1)

/* Adds a random piece to both; where a byte is known already it stays. */
static void add_random(struct mem_blocks *b, int *model)
{
	int at = rand() % SPACE;
	int len = rand() % (SPACE - at);
	unsigned char data[SPACE];

	for (int i = 0; i < len; i++) {
		data[i] = rand();
		if (model[at + i] == UNKNOWN)
			model[at + i] = data[i];
	}
	mem_blocks_add(b, at, data, len, len);
}

static void compare_from(struct mem_blocks *b, const int *model, int at)
{
	unsigned char got[SPACE];
	size_t n = mem_read(&b->mem, at, got, SPACE - at);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(got[i], model[at + i]);
	if (at + n < SPACE)
		assert_int_equal(model[at + n], UNKNOWN);
}

/* Against a plain array: who knew a byte first is right about it. */
static void test_random(void **state)
{
	struct mem_blocks b = {.count = 0};
	int model[SPACE];

	(void)state;
	srand(1);
	mem_blocks_init(&b);
	for (int round = 0; round < 2000; round++) {
		mem_blocks_reset(&b);
		for (int i = 0; i < SPACE; i++)
			model[i] = UNKNOWN;
		for (int k = 0; k < 12; k++)
			add_random(&b, model);
		for (int at = 0; at < SPACE; at += 7)
			compare_from(&b, model, at);
	}
	mem_blocks_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_edges_of_space),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("mem_blocks", tests, NULL, NULL);
}
