/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks and SELinux contexts: the forms they travel in, and how sinks show
 * them.
 */
#include "sink_fakes.h"

#include "secontext.h"
#include "stack.h"

static const char frames[] =
	"/lib/libc.so.6\0write\0" "10\0f8350\0\0\0"
	"/bin/a\0f(int)\0" "1c\0" "11fe\0a.c\0" "7\0"
	"/bin/a\0\0" "0\0" "1091\0\0\0"
	"\0\0\0" "7fff\0\0\0"
	"\0\0\0\0\0";

/* The stack goes on, but that part of it was not captured. */
static const char missed[] = "/bin/a\0f\0" "1\0" "2\0\0\0" STACK_POINTERS "\0"
	"/bin/b\0\0" "0\0" "3\0\0\0" STACK_MISSED;

static void test_next(void **state)
{
	const char *p = frames, *end = frames + sizeof(frames);
	struct stack_frame f = { 0 };

	(void)state;
	assert_true(stack_next(&p, end, &f));
	assert_string_equal(f.symbol, "write");
	assert_int_equal(f.offset, 0x10);
	assert_int_equal(f.addr, 0xf8350);
	assert_true(stack_next(&p, end, &f));
	assert_string_equal(f.file, "a.c");
	assert_int_equal(f.line, 7);
	assert_true(stack_next(&p, end, &f));
	assert_true(stack_next(&p, end, &f));
	assert_string_equal(f.object, "");
	assert_false(f.more);
	assert_true(stack_next(&p, end, &f));
	assert_true(f.more);
	assert_ptr_equal(p, end);
	assert_false(stack_next(&p, end, &f));
}

static void test_missed(void **state)
{
	const char *p = missed, *end = missed + sizeof(missed);
	struct stack_frame f = { 0 };
	struct stage g;
	char *text;

	(void)state;
	assert_true(stack_next(&p, end, &f));
	assert_false(f.more);
	assert_false(f.missed);
	assert_true(stack_next(&p, end, &f));
	assert_true(f.pointers);
	assert_false(f.more);
	assert_true(stack_next(&p, end, &f));
	assert_false(f.pointers);
	assert_true(stack_next(&p, end, &f));
	assert_true(f.more);
	assert_true(f.missed);
	for (int json = 0; json < 2; json++) {
		stage_init(&g);
		stage_open(&g, json ? "json" : "text");
		stage_enter(&g, "write");
		stage_pause(&g);
		stage_resume(&g);
		stage_result(&g, 2, 0);
		g.call->stack = (struct call_stack){ missed, sizeof(missed) };
		stage_leave(&g);
		text = stage_text(&g);
		assert_non_null(strstr(text, json ?
			",{\"frame_pointers\":true},"
			"{\"addr\":3,\"object\":\"/bin/b\"},"
			"{\"truncated\":true,\"captured\":false}]}\n" :
			" > /bin/a(f+0x1) [0x2]\n"
			" > more, by frame pointers:\n"
			" > /bin/b() [0x3]\n > more, not captured\n"));
		free(text);
	}
}

/* A forged answer may end anywhere. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(frames); n++) {
		char *copy = malloc(n + 1);
		const char *p = copy;
		struct stack_frame f;
		unsigned count = 0;

		memcpy(copy, frames, n);
		while (stack_next(&p, copy + n, &f))
			count++;
		assert_true(count < 5);
		free(copy);
	}
}

static void put_stack(struct stage *g)
{
	g->call->stack = (struct call_stack){ frames, sizeof(frames) };
}

static void test_text(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "write");
	stage_pause(&g);
	stage_resume(&g);
	stage_result(&g, 2, 0);
	put_stack(&g);
	stage_dump(&g, (struct call_dump){ .title = "* a dump" });
	stage_leave(&g);
	stage_end(&g, "write()                                 = 2\n"
		  " * a dump\n"
		  " > /lib/libc.so.6(write+0x10) [0xf8350]\n"
		  " > /bin/a(f(int)+0x1c) [0x11fe] at a.c:7\n"
		  " > /bin/a() [0x1091]\n"
		  " > unexpected_backtracing_error [0x7fff]\n"
		  " > too many stack frames\n");
}

/* Names out of a file are not ours: no control byte gets through. */
static void test_text_hostile(void **state)
{
	static const char bad[] = "/a\33[2J\n\0s\n\0" "1\0" "2\0\0\0";
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "exit");
	stage_pause(&g);
	g.call->stack = (struct call_stack){ bad, sizeof(bad) - 1 };
	stage_resume(&g);
	stage_result(&g, 0, 0);
	stage_leave(&g);
	stage_end(&g, "exit()                                  = 0\n"
		  " > /a\\33[2J\\n(s\\n+0x1) [0x2]\n");
}

static void test_json(void **state)
{
	struct stage g;
	char *text;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "write");
	stage_pause(&g);
	stage_resume(&g);
	stage_result(&g, 2, 0);
	put_stack(&g);
	stage_leave(&g);
	text = stage_text(&g);
	assert_non_null(strstr(text, ",\"stack\":["
		"{\"addr\":1016656,\"object\":\"/lib/libc.so.6\","
		"\"symbol\":\"write\",\"offset\":16},"
		"{\"addr\":4606,\"object\":\"/bin/a\",\"symbol\":\"f(int)\","
		"\"offset\":28,\"file\":\"a.c\",\"line\":7},"
		"{\"addr\":4241,\"object\":\"/bin/a\"},"
		"{\"addr\":32767},{\"truncated\":true}]}\n"));
	free(text);
}

static void put_context(struct stage *g)
{
	emit_secontext(&g->e, "tmp_t", 5);
}

static void call_with_contexts(struct stage *g)
{
	stage_enter(g, "open");
	emit_name(&g->e, "pathname");
	emit_str(&g->e, "f", 1, VF_PATH);
	put_context(g);
	emit_name(&g->e, "flags");
	emit_num(&g->e, VAL_UDEC, 0);
	stage_pause(g);
	stage_resume(g);
	stage_result(g, 3, 0);
	put_context(g);
	stage_leave(g);
}

static void test_contexts(void **state)
{
	struct stage g;
	char *text;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	call_with_contexts(&g);
	stage_end(&g, "open(\"f\" [tmp_t], 0)                    = 3 "
		  "[tmp_t]\n");
	stage_init(&g);
	stage_open(&g, "json");
	call_with_contexts(&g);
	text = stage_text(&g);
	assert_non_null(strstr(text, "{\"pathname\":\"f\","
			       "\"pathname_secontext\":\"tmp_t\","
			       "\"flags\":0}"));
	assert_non_null(strstr(text, ",\"ret_secontext\":\"tmp_t\"}\n"));
	free(text);
}

static void check_key(int dirfd, uint64_t addr)
{
	uint64_t key = 0;

	assert_true(secontext_path_key(dirfd, addr, &key));
	key |= SECONTEXT_KEY_MISMATCH;
	assert_int_equal(secontext_key_dirfd(key), dirfd);
	assert_int_equal(secontext_key_addr(key), addr);
}

static void test_keys(void **state)
{
	uint64_t key;

	(void)state;
	check_key(SECONTEXT_CWD, 0x7fffffffe000);
	check_key(0, 1);
	check_key(SECONTEXT_DIRFD_MAX, 0xffffffff);
	assert_false(secontext_path_key(SECONTEXT_DIRFD_MAX + 1, 1, &key));
	assert_false(secontext_path_key(-1, 1, &key));
	assert_false(secontext_path_key(3, UINT64_C(1) << 47, &key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_hostile),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_contexts),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
