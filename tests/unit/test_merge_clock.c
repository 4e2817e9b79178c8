/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merge/clock.h"
#include "merge/head.h"

#define AT(h, m, s) ((((h) * 60ll + (m)) * 60 + (s)) * NSEC_PER_SEC)

static void test_midnight(void **state)
{
	struct clock c = { 0, AT(22, 0, 0) };

	(void)state;
	assert_int_equal(clock_go(&c, AT(23, 59, 59)), AT(23, 59, 59));
	assert_int_equal(clock_go(&c, AT(0, 0, 1)), AT(24, 0, 1));
	assert_int_equal(clock_go(&c, AT(23, 0, 0)), AT(47, 0, 0));
	assert_int_equal(clock_go(&c, AT(20, 0, 0)), AT(68, 0, 0));
	assert_int_equal(clock_go(&c, AT(0, 0, 0)), AT(72, 0, 0));
}

/* A clock that is set back does not make a day. */
static void test_set_back(void **state)
{
	struct clock c = { 0, AT(2, 59, 59) };

	(void)state;
	assert_int_equal(clock_go(&c, AT(2, 0, 0)), AT(2, 0, 0));
	assert_int_equal(clock_go(&c, AT(1, 59, 59)), AT(1, 59, 59));
	c = (struct clock){ 0, AT(23, 59, 59) };
	assert_int_equal(clock_go(&c, AT(0, 0, 0)), AT(24, 0, 0));
	assert_int_equal(clock_go(&c, AT(23, 59, 58)), AT(23, 59, 58));
	assert_int_equal(clock_go(&c, AT(0, 0, 1)), AT(24, 0, 1));
	/* A day at rest is one, too. */
	assert_int_equal(clock_go(&c, AT(13, 0, 0)), AT(37, 0, 0));
}

static int64_t days_of(struct clock_span *s, size_t n)
{
	int64_t days[16] = { 0 }, all = 0;

	for (size_t i = 0; i < n; i++)
		s[i].rank = i;
	clock_order(s, n);
	for (size_t i = 0; i < n; i++)
		days[s[i].rank] = s[i].day;
	for (size_t i = 0; i < n; i++)
		all = all * 10 + days[i];
	return all;
}

#define days(...) days_of((struct clock_span[]){ __VA_ARGS__ }, \
	sizeof((struct clock_span[]){ __VA_ARGS__ }) / \
	sizeof(struct clock_span))
#define FROM_TO(h1, m1, h2, m2) { .first = AT(h1, m1, 0), \
	.last = AT(h2, m2, 0) }

static void test_first_days(void **state)
{
	(void)state;
	assert_int_equal(days(FROM_TO(10, 0, 11, 0)), 0);
	assert_int_equal(days(FROM_TO(10, 0, 11, 0), FROM_TO(9, 0, 12, 0)), 0);
	/* The parent ends before midnight, and its child begins after it. */
	assert_int_equal(days(FROM_TO(0, 1, 1, 0), FROM_TO(23, 0, 23, 59)),
			 10);
	assert_int_equal(days(FROM_TO(23, 0, 0, 30), FROM_TO(0, 10, 0, 20),
			      FROM_TO(23, 50, 0, 1), FROM_TO(0, 20, 2, 0)),
			 101);
	/* Nearly a day, which begins in the morning. */
	assert_int_equal(days(FROM_TO(10, 0, 7, 0), FROM_TO(23, 0, 23, 30),
			      FROM_TO(1, 0, 2, 0)), 1);
	assert_int_equal(days(FROM_TO(8, 0, 20, 0), FROM_TO(22, 0, 22, 10)),
			 0);
	/* There is no gap at all. */
	assert_int_equal(days(FROM_TO(6, 0, 18, 0), FROM_TO(18, 0, 6, 0)), 0);
	/* Summer time ends in it. */
	assert_int_equal(days(FROM_TO(2, 50, 2, 10), FROM_TO(2, 55, 3, 30)),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_set_back),
		cmocka_unit_test(test_first_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
