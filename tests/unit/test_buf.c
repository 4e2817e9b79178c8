/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

static void expect(struct buf *b, const char *text)
{
	assert_string_equal(buf_cstr(b), text);
	assert_int_equal(b->len, strlen(text));
	buf_reset(b);
}

static void test_numbers(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_udec(&b, 0);
	expect(&b, "0");
	buf_udec(&b, 9);
	expect(&b, "9");
	buf_udec(&b, 10);
	expect(&b, "10");
	buf_udec(&b, 12345);
	expect(&b, "12345");
	buf_udec(&b, UINT64_MAX);
	expect(&b, "18446744073709551615");
	buf_dec(&b, INT64_MIN);
	expect(&b, "-9223372036854775808");
	buf_dec(&b, -7);
	expect(&b, "-7");
	buf_hex(&b, 0);
	expect(&b, "0");
	buf_hex(&b, UINT64_MAX);
	expect(&b, "0xffffffffffffffff");
	buf_hex(&b, 0x10);
	expect(&b, "0x10");
	buf_hex_byte(&b, 0);
	buf_hex_byte(&b, 0xf2);
	expect(&b, "00f2");
	buf_oct(&b, 0);
	expect(&b, "0");
	buf_oct(&b, 0644);
	expect(&b, "0644");
	buf_oct(&b, UINT64_MAX);
	expect(&b, "01777777777777777777777");
	buf_free(&b);
}

static void expect_digits(struct buf *b, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	buf_udec(b, v);
	expect(b, text);
}

/* The length is reckoned from the bits, so it may go wrong at these. */
static void test_digits(void **state)
{
	struct buf b = {0};

	(void)state;
	for (uint64_t v = 1;; v *= 10) {
		expect_digits(&b, v - 1);
		expect_digits(&b, v);
		expect_digits(&b, v + 1);
		if (v > UINT64_MAX / 10)
			break;
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		expect_digits(&b, (1ull << bit) - 1);
		expect_digits(&b, 1ull << bit);
	}
	buf_free(&b);
}

static void test_growth(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_ch(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.cap, 0);
	buf_add(&b, NULL, 0);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void test_format(void **state)
{
	struct buf b = {0};
	char *big = malloc(5001);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', 5000);
	big[5000] = '\0';
	buf_fmt(&b, "%d-%s", 5, "a");
	expect(&b, "5-a");
	buf_str(&b, "<");
	buf_fmt(&b, "%s>", big);
	assert_int_equal(b.len, 5002);
	assert_int_equal(b.data[5001], '>');
	buf_free(&b);
	free(big);
}

static void test_pad(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_str(&b, "ab");
	buf_pad(&b, 0, 5);
	expect(&b, "ab   ");
	buf_str(&b, "abcdef");
	buf_pad(&b, 0, 5);
	expect(&b, "abcdef");
	buf_str(&b, "__ab");
	buf_pad(&b, 2, 3);
	expect(&b, "__ab ");
	buf_free(&b);
}

struct escape_case {
	const char *in;
	size_t len;
	enum quote_style style;
	const char *out;
};

static void test_escape(void **state)
{
	static const char bytes[] = "ab\1\1" "2\1" "8\177\377\n\t\"\\e";
	static const struct escape_case cases[] = {
		{ "plain", 5, QUOTE_OCTAL, "plain" },
		{ "\n\t\v\f\r", 5, QUOTE_OCTAL, "\\n\\t\\v\\f\\r" },
		{ "\0\0", 2, QUOTE_OCTAL, "\\0\\0" },
		{ "\0" "8", 2, QUOTE_OCTAL, "\\08" },
		{ "\0" "7", 2, QUOTE_OCTAL, "\\0007" },
		{ "\33[m", 3, QUOTE_OCTAL, "\\33[m" },
		{ "\33" "1", 2, QUOTE_OCTAL, "\\0331" },
		{ bytes, sizeof(bytes) - 1, QUOTE_OCTAL,
		  "ab\\1\\0012\\18\\177\\377\\n\\t\\\"\\\\e" },
		{ bytes, sizeof(bytes) - 1, QUOTE_HEX_NONASCII,
		  "ab\\x01\\x012\\x018\\x7f\\xff\\n\\t\\\"\\\\e" },
		{ "a\n\"", 3, QUOTE_HEX_ODD, "a\\n\\\"" },
		{ "a\1", 2, QUOTE_HEX_ODD, "\\x61\\x01" },
		{ "ab", 2, QUOTE_HEX_ALL, "\\x61\\x62" },
		{ "", 0, QUOTE_HEX_ALL, "" },
	};
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_escape(&b, cases[i].in, cases[i].len, cases[i].style);
		expect(&b, cases[i].out);
	}
	buf_escape_also(&b, "a<b>0'", 6, QUOTE_OCTAL, "<>");
	expect(&b, "a\\74b\\0760'");
	buf_escape_also(&b, "a<", 2, QUOTE_HEX_NONASCII, "<>");
	expect(&b, "a\\x3c");
	buf_plain(&b, "a\"\\\33<\n", 6);
	expect(&b, "a\"\\\\33<\\n");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_pad),
		cmocka_unit_test(test_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
