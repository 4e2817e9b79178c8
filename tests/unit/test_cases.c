/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The real tables: every case is found by its key, in the written order; the
 * words of streams are those of the options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "abi_table.h"
#include "decode.h"
#include "options.h"

static uint64_t key_of(unsigned abi, uint32_t c)
{
	return abi_nums[abi_cases[c].val[0]].v[abi];
}

static bool case_is_there(unsigned abi, uint32_t c)
{
	return abi_nums[abi_cases[c].val[0]].present & 1u << abi;
}

/* Those with the same low 32 bits, from the first to the last, and no more. */
static void check_case(struct dec *d, const uint32_t *order, uint32_t first,
		       uint32_t n, uint32_t c)
{
	uint32_t key = key_of(d->abi, c), at = 0;
	struct dec_cases found = dec_cases(d, order, key | 7ull << 40);

	for (uint32_t i = first; i < first + n; i++) {
		if (!case_is_there(d->abi, i) ||
		    (uint32_t)key_of(d->abi, i) != key)
			continue;
		assert_true(at < found.n);
		assert_int_equal(found.v[at++], i);
	}
	assert_int_equal(at, found.n);
}

static unsigned check_set(struct dec *d, const uint32_t *order, uint32_t first,
			  uint32_t n)
{
	unsigned there = 0;

	for (uint32_t i = first; i < first + n; i++)
		if (case_is_there(d->abi, i)) {
			check_case(d, order, first, n, i);
			there++;
		}
	if (n)
		assert_int_equal(dec_cases(d, order, 0xfedcba98).n, 0);
	return there;
}

static void test_calls(void **state)
{
	struct dec d = { .abi = 0 };
	unsigned n = 0;

	(void)state;
	for (d.abi = 0; d.abi < ABI_COUNT; d.abi++)
		for (uint32_t i = 1; i < abi_ncalls; i++)
			n += check_set(&d, abi_calls[i].order,
				       abi_calls[i].cases,
				       abi_calls[i].ncases);
	assert_true(n > 500);
}

static void test_streams(void **state)
{
	struct options all = { .decode = DECODE_ALL };
	unsigned used = 0;

	(void)state;
	assert_in_range(abi_nstreams, 1, 64);
	for (uint32_t i = 0; i < abi_nstreams; i++)
		assert_true(options_decode(&all, abi_str(abi_streams[i].word)));
	assert_int_equal(dec_streams(&all), UINT64_MAX >> (64 - abi_nstreams));
	/* And each word has its streams. */
	for (unsigned bit = 1; bit < DECODE_ALL; bit <<= 1, used++) {
		all.decode = bit;
		assert_int_not_equal(dec_streams(&all), 0);
	}
	assert_int_equal(used, 11);
	all.decode = DECODE_ALL;
	assert_false(options_decode(&all, "nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
