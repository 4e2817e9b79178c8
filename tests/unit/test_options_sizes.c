/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options that take a number of bytes: 65536, 64K, 1M, 1G. */
#include "options_fakes.h"

static void buffer_sizes(void **state)
{
	static const struct {
		const char *line;
		size_t size;
	} cases[] = {
		{ "--backend=bpf --buffer=65536 ls", 1 << 16 },
		{ "--backend=bpf --buffer=64K ls", 1 << 16 },
		{ "--backend=bpf --buffer=65K ls", 1 << 17 },
		{ "--backend=auto --buffer=1M ls", 1 << 20 },
		{ "--backend=auto --buffer=3M ls", 1 << 22 },
		{ "--buffer=1073741823 --all", 1 << 30 },
		{ "--buffer=1024M --all", 1 << 30 },
		{ "--buffer=1G --all", 1 << 30 },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.buffer_size, cases[i].size);
		assert_string_equal(seen.warning, "");
		options_free(&o);
	}
}

/* No string is longer than the line that it stands in. */
static void line_limits(void **state)
{
	static const struct {
		const char *line;
		size_t limit, string;
	} cases[] = {
		{ "ls", 4 << 20, 32 },
		{ "-s 99999999 ls", 4 << 20, 4 << 20 },
		{ "--line-limit=1K ls", 1 << 10, 32 },
		{ "--line-limit=1K -s 2000 ls", 1 << 10, 1 << 10 },
		{ "-s 99999999 --line-limit=1G ls", 1 << 30, 99999999 },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.line_limit, cases[i].limit);
		assert_int_equal(o.max_string, cases[i].string);
		options_free(&o);
	}
}

static void frame_limits(void **state)
{
	static const struct {
		const char *line;
		unsigned frames;
	} cases[] = {
		{ "-k ls", 256 },
		{ "-k --stack-trace-frame-limit=1 ls", 1 },
		{ "--stack-trace-frame-limit=65536 --stack-trace ls", 65536 },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.stack_frames, cases[i].frames);
		assert_string_equal(seen.warning, "");
		options_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_sizes),
		cmocka_unit_test(line_limits),
		cmocka_unit_test(frame_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
