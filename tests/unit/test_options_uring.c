/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -e trace= and what goes through io_urings. */
#include "options_fakes.h"

/* What goes through io_urings is as a call that has no name. */
static void sets_with_urings(void **state)
{
	static const struct {
		const char *line;
		bool uring;
	} cases[] = {
		{ "ls", true },
		{ "-e trace=all ls", true },
		{ "-e trace=!read ls", true },
		{ "-e trace=%io_uring ls", true },
		{ "-e trace=read,%io_uring ls", true },
		{ "-e trace=!%io_uring ls", false },
		{ "-e trace=read ls", false },
		{ "-e trace=%desc ls", false },
		{ "-e trace=none ls", false },
		{ "-e trace=all@32 ls", false },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(o.trace.uring, cases[i].uring);
		options_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_with_urings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
