/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "merge/head.h"

struct sample {
	const char *line;
	enum time_form form;
	int64_t ns;
};

static void expect_each(const struct sample *s, size_t n, bool with_pid)
{
	for (size_t i = 0; i < n; i++, s++) {
		struct line_time t = text_head(s->line, strlen(s->line),
					       with_pid);

		if (t.form != s->form || (s->ns && t.ns != s->ns))
			fail_msg("\"%s\": form %d, %lld ns", s->line, t.form,
				 (long long)t.ns);
	}
}

#define HOUR (3600 * NSEC_PER_SEC)
#define UNIX(sec) ((sec) * NSEC_PER_SEC)

static void test_times(void **state)
{
	static const struct sample samples[] = {
		{ "00:00:01 brk(0)", TIMES_CLOCK, NSEC_PER_SEC },
		{ "01:00:00.5 x", TIMES_CLOCK, HOUR + 500000000 },
		{ "01:00:00.123 x", TIMES_CLOCK, HOUR + 123000000 },
		{ "01:00:00.123456 x", TIMES_CLOCK, HOUR + 123456000 },
		{ "01:00:00.123456789 x", TIMES_CLOCK, HOUR + 123456789 },
		{ "23:59:60 leap", TIMES_CLOCK, NSEC_PER_DAY },
		{ "1690000000 brk(0)", TIMES_UNIX, UNIX(1690000000) },
		{ "1690000000.000000001 x", TIMES_UNIX, UNIX(1690000000) + 1 },
		{ "12.250 x", TIMES_UNIX, UNIX(12) + 250000000 },
		{ "     0.000123 x", TIMES_RELATIVE, 0 },
		{ "     0 x", TIMES_RELATIVE, 0 },
		{ "10:00:00 (+     0.000100) x", TIMES_CLOCK, 10 * HOUR },
	};

	(void)state;
	expect_each(samples, sizeof(samples) / sizeof(*samples), false);
	expect_each(samples, sizeof(samples) / sizeof(*samples), true);
}

static void test_no_times(void **state)
{
	static const struct sample samples[] = {
		{ "", TIMES_NONE, 0 },
		{ "brk(NULL) = 0", TIMES_NONE, 0 },
		{ " > /usr/bin/sh(main+0x1) [0x2]", TIMES_NONE, 0 },
		{ " | 00000  68 69 0a", TIMES_NONE, 0 },
		{ "24:00:00 x", TIMES_NONE, 0 },
		{ "10:60:00 x", TIMES_NONE, 0 },
		{ "10:00:61 x", TIMES_NONE, 0 },
		{ "1:00:00 x", TIMES_NONE, 0 },
		{ "10:00:00", TIMES_NONE, 0 },
		{ "10:00:00.x", TIMES_NONE, 0 },
		{ "10:00:00. x", TIMES_NONE, 0 },
		{ "10:00:00.1234567890 x", TIMES_NONE, 0 },
		{ "??:??:?? x", TIMES_NONE, 0 },
		{ "1690000000", TIMES_NONE, 0 },
		{ "9999999999 x", TIMES_NONE, 0 },
		{ "12345678901 x", TIMES_NONE, 0 },
		{ "-1.000 x", TIMES_NONE, 0 },
	};

	(void)state;
	expect_each(samples, sizeof(samples) / sizeof(*samples), false);
	expect_each(samples, sizeof(samples) / sizeof(*samples), true);
}

static void test_pids(void **state)
{
	static const struct sample samples[] = {
		{ "12345 10:00:00 x", TIMES_CLOCK, 10 * HOUR },
		{ "7     10:00:00 x", TIMES_CLOCK, 10 * HOUR },
		{ "7     1690000000.5 x", TIMES_UNIX,
		  UNIX(1690000000) + 500000000 },
		{ "1234567 1690000000 x", TIMES_UNIX, UNIX(1690000000) },
		{ "7<sh> 1690000000 x", TIMES_UNIX, UNIX(1690000000) },
		{ "7<a b\\76c> 10:00:00 x", TIMES_CLOCK, 10 * HOUR },
		{ "[pid     7] 10:00:00 x", TIMES_CLOCK, 10 * HOUR },
		{ "[pid 12345<sh>] 10:00:00 x", TIMES_CLOCK, 10 * HOUR },
		{ "7          0.000123 x", TIMES_RELATIVE, 0 },
		{ "12345 brk(0) = 0", TIMES_UNIX, UNIX(12345) },
		{ "7     brk(0) = 0", TIMES_UNIX, UNIX(7) },
		{ "[pid 12345", TIMES_NONE, 0 },
		{ "[pid 12345<sh", TIMES_NONE, 0 },
		{ "12345<sh", TIMES_NONE, 0 },
	};

	(void)state;
	expect_each(samples, sizeof(samples) / sizeof(*samples), true);
}

/* No byte beyond the end is looked at: valgrind and asan would tell. */
static void test_cut(void **state)
{
	static const char line[] = "[pid 12345<sh>] 10:00:00.123456789 x";

	(void)state;
	for (size_t n = 0; n < sizeof(line); n++) {
		char *copy = test_malloc(n + 1);

		memcpy(copy, line, n);
		text_head(copy, n, true);
		text_head(copy + n / 2, n - n / 2, true);
		test_free(copy);
	}
}

/* ---- JSON ---- */

static struct json_head json_of(const char *line, size_t step)
{
	struct json_head h = { .depth = 0 };
	size_t len = strlen(line);

	for (size_t at = 0; at < len; at += step)
		if (json_head_read(&h, line + at,
				   at + step < len ? step : len - at))
			break;
	return h;
}

static void test_json(void **state)
{
	static const struct {
		const char *line;
		bool has_time;
		int64_t ns;
		enum json_type type;
	} samples[] = {
		{ "{\"type\":\"start\",\"schema\":2}", false, 0, JSON_START },
		{ "{\"type\":\"call\",\"tid\":1,"
		  "\"time\":\"1790000000123456789\",\"args\":"
		  "{\"time\":\"5\"}}", true, 1790000000123456789, JSON_OTHER },
		{ "{\"time\":17, \"type\": \"dump\"}", true, 17, JSON_DUMP },
		{ "{ \"args\" : {\"time\":3, \"a\":[{\"type\":\"dump\"}]} ,"
		  " \"time\" : 9 }", true, 9, JSON_OTHER },
		{ "{\"a\":\"\\\"time\\\":\\\\\",\"b\":\"{[,:\","
		  "\"time\":\"4\"}", true, 4, JSON_OTHER },
		{ "{\"a\":[[{}],[\"]\"]],\"time\":\"4\"}", true, 4,
		  JSON_OTHER },
		{ "{\"time\":{\"time\":\"4\"}}", false, 0, JSON_OTHER },
		{ "{\"time\":-4}", false, 0, JSON_OTHER },
		{ "{\"time\":1.5}", false, 0, JSON_OTHER },
		{ "{\"time\":\"\"}", false, 0, JSON_OTHER },
		{ "{\"time\":9223372036854775807}", true, INT64_MAX,
		  JSON_OTHER },
		{ "{\"time\":9223372036854775808}", false, 0, JSON_OTHER },
		{ "{\"time\":99999999999999999999}", false, 0, JSON_OTHER },
		{ "{\"times\":\"4\"}", false, 0, JSON_OTHER },
		{ "{\"time", false, 0, JSON_OTHER },
		{ "\"time\":\"4\"", false, 0, JSON_OTHER },
		{ "}}}", false, 0, JSON_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		for (size_t step = 1; step < 99; step += 7) {
			struct json_head h = json_of(samples[i].line, step);

			if (h.has_time != samples[i].has_time ||
			    (h.has_time && h.ns != samples[i].ns) ||
			    h.type != samples[i].type)
				fail_msg("%s", samples[i].line);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_no_times),
		cmocka_unit_test(test_pids),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
