/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hash.h"

static void test_empty(void **state)
{
	struct hash h = {0};

	(void)state;
	assert_null(hash_get(&h, 5));
	assert_null(hash_del(&h, 5));
	hash_each(&h, slot)
		fail();
	hash_free(&h);
}

static void test_put_get(void **state)
{
	struct hash h = {0};
	int a, b;

	(void)state;
	hash_put(&h, 0, &a);
	hash_put(&h, UINT64_MAX, &b);
	assert_ptr_equal(hash_get(&h, 0), &a);
	assert_ptr_equal(hash_get(&h, UINT64_MAX), &b);
	assert_null(hash_get(&h, 1));
	hash_put(&h, 0, &b);
	assert_ptr_equal(hash_get(&h, 0), &b);
	assert_int_equal(h.count, 2);
	assert_ptr_equal(hash_del(&h, 0), &b);
	assert_null(hash_get(&h, 0));
	assert_ptr_equal(hash_get(&h, UINT64_MAX), &b);
	hash_free(&h);
	assert_null(h.slots);
}

/* Compare with a plain array through many random steps. */
static void test_random(void **state)
{
	enum { KEYS = 512, STEPS = 100000 };
	static char values[KEYS];
	bool there[KEYS] = { false };
	struct hash h = {0};
	size_t count = 0;
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < STEPS; i++) {
		unsigned k;

		seed = seed * 1103515245 + 12345;
		k = seed >> 8 & (KEYS - 1);
		if (seed >> 30 & 1) {
			count += !there[k];
			there[k] = true;
			hash_put(&h, k * 4096ull, &values[k]);
		} else {
			void *v = hash_del(&h, k * 4096ull);

			assert_ptr_equal(v, there[k] ? &values[k] : NULL);
			count -= there[k];
			there[k] = false;
		}
		assert_int_equal(h.count, count);
	}
	for (unsigned k = 0; k < KEYS; k++)
		assert_ptr_equal(hash_get(&h, k * 4096ull),
				 there[k] ? &values[k] : NULL);
	hash_each(&h, slot)
		count--;
	assert_int_equal(count, 0);
	hash_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_put_get),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
