/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of calls: -e trace= and its like. */
#include "options_fakes.h"

/* Names of the fake calls of an ABI in the set, joined by blanks. */
static const char *traced(const struct options *o, unsigned abi,
			  char out[256])
{
	out[0] = '\0';
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		if (!calls_name(abi, nr) || !callset_has(&o->trace, abi, nr))
			continue;
		strcat(out, out[0] ? " " : "");
		strcat(out, calls_name(abi, nr));
	}
	return out;
}

static const struct {
	const char *line;
	unsigned abi;
	const char *names;
} set_cases[] = {
	{ "-e open,close ls", ABI_X86_64, "open close" },
	{ "-e trace=open,read -e trace=close ls", ABI_X86_64,
	  "close" },
	{ "-e t=!%file,%desc ls", ABI_X86_64, "getpid" },
	{ "-e !%desc ls", ABI_X86_64, "stat getpid execve" },
	{ "-e !!read ls", ABI_X86_64, "read" },
	{ "-e trace=?nosuch,read ls", ABI_X86_64, "read" },
	{ "-e ?nosuch ls", ABI_X86_64, "" },
	{ "-e ?%nosuch,?/nosuch,??read ls", ABI_X86_64, "read" },
	{ "-e trace=3 ls", ABI_X86_64, "close" },
	{ "-e trace=3 ls", ABI_I386, "read" },
	{ "-e trace=3@64 ls", ABI_I386, "" },
	{ "-e trace=read@32 ls", ABI_X86_64, "" },
	{ "-e trace=read@32 ls", ABI_I386, "read" },
	{ "-e trace=execve@x32 ls", ABI_X32, "execve" },
	{ "-e trace=waitpid ls", ABI_X86_64, "" },
	{ "-e trace=waitpid ls", ABI_I386, "waitpid" },
	{ "-e trace=/^rea ls", ABI_X86_64, "read" },
	{ "-e trace=/rea|clo ls", ABI_X86_64, "read close pread64" },
	{ "-e trace=/rea@64 ls", ABI_I386, "" },
	{ "-e %net ls", ABI_X86_64, "socket" },
	{ "-e network ls", ABI_X86_64, "socket" },
	{ "-e %memory ls", ABI_X86_64, "" },
	{ "-e trace=%%stat ls", ABI_X86_64, "stat fstat" },
	{ "-e trace=%stat ls", ABI_X86_64, "stat" },
	{ "-e trace=stat ls", ABI_X86_64, "stat" },
	{ "-e trace=none ls", ABI_X86_64, "" },
	{ "-e trace=!all ls", ABI_X86_64, "" },
	{ "-e trace=none,read ls", ABI_X86_64, "read" },
	{ "--trace=,read, ls", ABI_X86_64, "read" },
	{ "-e trace=all@32 ls", ABI_X86_64, "" },
};

static void calls_that_are_many(void **state)
{
	static const struct {
		const char *line;
		bool socket, recv, itself, looked_at;
	} cases[] = {
		{ "ls", true, true, true, true },
		{ "-e trace=recv ls", false, true, false, true },
		{ "-e trace=socket ls", true, false, false, true },
		{ "-e trace=socketcall ls", false, false, true, true },
		{ "-e trace=!recv ls", true, false, true, true },
		{ "-e trace=!recv,socketcall ls", true, false, false, true },
		{ "-e trace=/^rec ls", false, true, false, true },
		{ "-e trace=%network ls", true, true, false, true },
		{ "-e trace=read ls", false, false, false, false },
		{ "-e trace=read,all@32 ls", true, true, true, true },
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&o, &l, cases[i].line);
		assert_int_equal(numset_has(&o.trace.sub, 5), cases[i].socket);
		assert_int_equal(numset_has(&o.trace.sub, 6), cases[i].recv);
		assert_int_equal(callset_has(&o.trace, ABI_I386,
					     FAKE_SOCKETCALL),
				 cases[i].itself);
		assert_int_equal(callset_may_have(&o.trace, ABI_I386,
						  FAKE_SOCKETCALL),
				 cases[i].looked_at);
		options_free(&o);
	}
}

/* Nobody can ask for a number without a name: it is always in. */
static void nameless_calls(void **state)
{
	static const char *const lines[] = {
		"-e trace=none ls", "-e trace=!all ls", "-e trace=read ls",
		"-e trace=!read ls", "-e trace=all@32 ls",
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		parse(&o, &l, lines[i]);
		assert_true(o.has_trace_filter);
		for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
			size_t n = calls_count(abi);

			assert_true(callset_has(&o.trace, abi, n));
			assert_true(callset_has(&o.trace, abi, n + 4711));
		}
		options_free(&o);
	}
	parse(&o, &l, "-e abbrev=none ls");
	assert_false(callset_has(&o.abbrev, 0, calls_count(0)));
	options_free(&o);
}

static void call_sets(void **state)
{
	char out[256];
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(set_cases) / sizeof(*set_cases); i++) {
		parse(&o, &l, set_cases[i].line);
		assert_string_equal(traced(&o, set_cases[i].abi, out),
				    set_cases[i].names);
		assert_true(o.has_trace_filter);
		assert_int_equal(o.seccomp_bpf, SECCOMP_AUTO);
		options_free(&o);
	}
}

static void sets_that_are_all(void **state)
{
	static const char *const lines[] = {
		"-e trace=all ls", "-e trace=!none ls", "-e trace=read,all ls",
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		parse(&o, &l, lines[i]);
		assert_true(callset_is_all(&o.trace));
		assert_false(o.has_trace_filter);
		options_free(&o);
	}
}

static void other_call_sets(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	parse(&o, &l, "-v -e abbrev=read -e raw=!read -e verbose=none ls");
	assert_true(callset_has(&o.abbrev, 0, 0));
	assert_false(callset_has(&o.abbrev, 0, 1));
	assert_false(callset_has(&o.raw, 0, 0));
	assert_true(callset_has(&o.raw, 0, 1));
	assert_false(callset_has(&o.verbose, 0, 0));
	assert_false(o.has_trace_filter);
	options_free(&o);
}

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
		cmocka_unit_test(calls_that_are_many),
		cmocka_unit_test(nameless_calls),
		cmocka_unit_test(call_sets),
		cmocka_unit_test(sets_that_are_all),
		cmocka_unit_test(other_call_sets),
		cmocka_unit_test(sets_with_urings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
