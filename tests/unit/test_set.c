/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "set.h"

static void empty_has_nothing(void **state)
{
	struct numset s = { .bits = NULL };

	(void)state;
	assert_true(numset_is_empty(&s));
	assert_false(numset_is_all(&s));
	assert_false(numset_has(&s, 0));
	assert_false(numset_has(&s, UINT64_MAX));
}

static void what_was_added_is_there(void **state)
{
	static const unsigned in[] = { 0, 63, 64, 65, 1000 };
	static const unsigned out[] = { 1, 62, 66, 127, 999, 1001, 70000 };
	struct numset s = { .bits = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		numset_add(&s, in[i]);
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		assert_true(numset_has(&s, in[i]));
	for (size_t i = 0; i < sizeof(out) / sizeof(*out); i++)
		assert_false(numset_has(&s, out[i]));
	assert_false(numset_is_empty(&s));
	numset_clear(&s);
	assert_true(numset_is_empty(&s));
}

static void inverted_is_the_rest(void **state)
{
	struct numset s = { .bits = NULL };

	(void)state;
	numset_add(&s, 7);
	s.inverted = true;
	assert_false(numset_has(&s, 7));
	assert_true(numset_has(&s, 8));
	assert_true(numset_has(&s, UINT64_MAX));
	assert_false(numset_is_all(&s));
	assert_false(numset_is_empty(&s));
	numset_clear(&s);
	assert_false(s.inverted);
}

static void adding_to_inverted_adds(void **state)
{
	struct numset s = { .bits = NULL };

	(void)state;
	numset_add(&s, 7);
	s.inverted = true;
	numset_add(&s, 7);
	numset_add(&s, 5000);
	assert_true(numset_has(&s, 7));
	assert_true(numset_has(&s, 5000));
	assert_true(numset_is_all(&s));
	numset_clear(&s);
}

static void all_calls_of_every_abi(void **state)
{
	struct callset s = { .abi = { { .bits = NULL } } };

	(void)state;
	assert_false(callset_is_all(&s));
	callset_set_all(&s);
	assert_true(callset_is_all(&s));
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		assert_true(callset_has(&s, abi, 1u << 30));
	numset_clear(&s.abi[ABI_I386]);
	assert_false(callset_is_all(&s));
	assert_false(callset_has(&s, ABI_I386, 3));
	assert_true(callset_has(&s, ABI_X86_64, 3));
	callset_set_all(&s);
	callset_clear(&s);
	assert_false(callset_has(&s, ABI_X86_64, 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_has_nothing),
		cmocka_unit_test(what_was_added_is_there),
		cmocka_unit_test(inverted_is_the_rest),
		cmocka_unit_test(adding_to_inverted_adds),
		cmocka_unit_test(all_calls_of_every_abi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
