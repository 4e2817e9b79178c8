/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which places of a trace are the same, whatever differs from run to run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "soak/soak.h"

static void take(struct soak_places *p, const char *const *line)
{
	for (; *line; line++)
		soak_places_take(p, *line, strlen(*line));
	soak_places_end(p);
}

static void calls(void **state)
{
	static const char *const trace[] = {
		"open(\"a\") = 3", "123  open(\"b\") = -1 EIO (Input...)",
		"+++ exited with 0 +++", "close(3) = 0", NULL,
	};
	struct soak_places p = { .stacks = false };

	(void)state;
	take(&p, trace);
	assert_int_equal(p.calls, 3);
	assert_int_equal(p.n, 3);
	assert_int_equal(p.at[2], 3);
	soak_places_free(&p);
}

static void stacks(void **state)
{
	static const char *const trace[] = {
		"open(\"a\") = 3", " > /lib/c.so(open+0x1) [0x10]",
		" > /bin/x(f+0x2) [0x20]", " > [0x7f0001]",
		"open(\"b\") = 4", " > /lib/c.so(open+0x1) [0x10]",
		" > /bin/x(f+0x2) [0x20]", " > [0x7f9999]",
		/* from elsewhere */
		"open(\"a\") = 5", " > /lib/c.so(open+0x1) [0x10]",
		" > /bin/x(f+0x9) [0x27]",
		/* another call from there, and one without a stack */
		"77 read(5, \"(\", 3) = 1", " > /lib/c.so(open+0x1) [0x10]",
		" > /bin/x(f+0x9) [0x27]",
		"close(5) = 0", "close(6) = 0", NULL,
	};
	static const uint64_t want[] = { 1, 3, 4, 5 };
	struct soak_places p = { .stacks = true };

	(void)state;
	take(&p, trace);
	assert_int_equal(p.calls, 6);
	assert_int_equal(p.n, sizeof(want) / sizeof(*want));
	assert_memory_equal(p.at, want, sizeof(want));
	soak_places_free(&p);
}

/* A trace is what a tracee made of it: no line is too odd or too long. */
static void odd(void **state)
{
	static char longest[200000];
	static const char *const trace[] = {
		"", "(", " (", " > ", " > [", "x(", " > [0x1]", longest, NULL,
	};
	struct soak_places p = { .stacks = true };

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, " > ", 3);
	take(&p, trace);
	assert_int_equal(p.n, 1);
	assert_true(p.place.cap < sizeof(longest));
	soak_places_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls),
		cmocka_unit_test(stacks),
		cmocka_unit_test(odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
