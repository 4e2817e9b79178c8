/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sink_values.h"

static const char *style_text(const struct fake_value *f, enum xlat_style x)
{
	if (x == XLAT_RAW && f->raw)
		return f->raw;
	if (x == XLAT_VERBOSE && f->verbose)
		return f->verbose;
	return f->abbrev;
}

/* Each value in a call of its own: a mistake shows which one it was. */
static void values_in_style(enum xlat_style x)
{
	struct buf want = {0};
	struct stage g;

	stage_init(&g);
	g.o.xlat = x;
	g.o.align = 0;
	stage_open(&g, "text");
	for (size_t i = 0; i < COUNT(fake_values); i++) {
		stage_enter(&g, "f");
		emit_name(&g.e, "arg");
		emit_value(&g.e, &fake_values[i].v);
		stage_return(&g, 0, 0);
		buf_fmt(&want, "f(%s) = 0\n",
			style_text(&fake_values[i], x));
	}
	stage_end(&g, buf_cstr(&want));
	buf_free(&want);
}

static void test_values(void **state)
{
	bool seen[VAL_KIND_COUNT] = { false };

	(void)state;
	values_in_style(XLAT_ABBREV);
	values_in_style(XLAT_RAW);
	values_in_style(XLAT_VERBOSE);
	for (size_t i = 0; i < COUNT(fake_values); i++)
		seen[fake_values[i].v.kind] = true;
	for (int k = 0; k < VAL_KIND_COUNT; k++)
		assert_true(seen[k]);
}

static void put_num(struct stage *g, const char *name, uint64_t n)
{
	emit_name(&g->e, name);
	emit_num(&g->e, VAL_UDEC, n);
}

static void test_strings(void **state)
{
	static const struct {
		enum hex_style hex;
		const char *want;
	} cases[] = {
		{ HEX_NONE, "f(\"a\\1\", \"b\\n\")" },
		{ HEX_NONASCII, "f(\"\\x61\\x01\", \"b\\n\")" },
		{ HEX_ALL, "f(\"\\x61\\x01\", \"\\x62\\x0a\")" },
		{ HEX_NONASCII_CHARS, "f(\"a\\x01\", \"b\\n\")" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf want = {0};
		struct stage g;

		stage_init(&g);
		g.o.hex = cases[i].hex;
		stage_open(&g, "text");
		stage_enter(&g, "f");
		emit_name(&g.e, "a");
		emit_str(&g.e, "a\1", 2, 0);
		emit_name(&g.e, "b");
		emit_str(&g.e, "b\n", 2, VF_PATH);
		stage_return(&g, 0, 0);
		buf_str(&want, cases[i].want);
		buf_pad(&want, 0, 39);
		buf_str(&want, " = 0\n");
		stage_end(&g, buf_cstr(&want));
		buf_free(&want);
	}
}

static void put_structs(struct stage *g)
{
	struct emit *e = &g->e;
	struct value ip6 = { .kind = VAL_INET6, .len = 16, .text =
			     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" };

	emit_name(e, "s");
	emit_open(e, EMIT_STRUCT);
	put_num(g, "a", 1);
	emit_name(e, "in6");
	emit_value(e, &ip6);
	emit_name(e, "list");
	emit_open(e, EMIT_ARRAY);
	emit_num(e, VAL_UDEC, 2);
	emit_num(e, VAL_UDEC, 3);
	emit_elided(e);
	emit_close(e, EMIT_ARRAY);
	emit_name(e, "none");
	emit_open(e, EMIT_ARRAY);
	emit_close(e, EMIT_ARRAY);
	emit_name(e, "");
	emit_comment(e, "bytes %d..%d", 8, 9);
	emit_str(e, "z", 1, VF_HEX);
	emit_unknown(e);
	emit_close(e, EMIT_STRUCT);
}

static void test_scopes(void **state)
{
	struct stage g;
	struct emit *e = &g.e;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "f");
	put_structs(&g);
	emit_name(e, "len");
	emit_open(e, EMIT_CHANGE);
	emit_num(e, VAL_UDEC, 28);
	emit_num(e, VAL_UDEC, 16);
	emit_close(e, EMIT_CHANGE);
	emit_name(e, "envp");
	emit_addr(e, 0x10);
	emit_comment(e, "%d vars\n", 52);
	stage_return(&g, 0, 0);
	stage_enter(&g, "g");
	put_num(&g, "size", 168);
	emit_open(e, EMIT_UPDATE);
	emit_num(e, VAL_UDEC, 104);
	emit_close(e, EMIT_UPDATE);
	emit_name(e, "v");
	emit_open(e, EMIT_ARRAY);
	emit_num(e, VAL_UDEC, 1);
	emit_unreadable_from(e, 0x30);
	emit_close(e, EMIT_ARRAY);
	put_num(&g, "flags=", 5);
	stage_return(&g, 0, 0);
	stage_end(&g,
		  "f({a=1, inet_pton(AF_INET6, \"::1\", &in6), list=[2, 3, "
		  "...], none=[], /* bytes 8..9 */ \"\\x7a\", ???}, "
		  "[28 => 16], 0x10 /* 52 vars\\n */) = 0\n"
		  "g(168 => 104, [1, ... /* 0x30 */], flags=5) = 0\n");
}

static void test_calls_and_parts(void **state)
{
	struct stage g;
	struct emit *e = &g.e;

	(void)state;
	stage_init(&g);
	g.o.align = 0;
	stage_open(&g, "text");
	stage_enter(&g, "f");
	emit_name(e, "prio");
	emit_name(e, "PRIO_VALUE");
	emit_open(e, EMIT_CALL);
	put_num(&g, "class", 1);
	emit_num(e, VAL_UDEC, 4);
	emit_close(e, EMIT_CALL);
	emit_name(e, "s");
	emit_open(e, EMIT_STRUCT);
	emit_name(e, "version");
	emit_name(e, "KERNEL_VERSION");
	emit_open(e, EMIT_CALL);
	emit_num(e, VAL_UDEC, 5);
	emit_close(e, EMIT_CALL);
	emit_close(e, EMIT_STRUCT);
	emit_name(e, "flags");
	emit_open(e, EMIT_OR);
	emit_value(e, &(struct value){ .kind = VAL_FLAGS, .num = 0100,
				       .set = &fake_open });
	emit_num(e, VAL_PERM, 0600);
	emit_close(e, EMIT_OR);
	stage_pause(&g);
	stage_resume(&g);
	stage_result(&g, 1, 0);
	emit_open(e, EMIT_AUX);
	emit_name(e, "flags");
	emit_value(e, &(struct value){ .kind = VAL_FLAGS, .num = 1,
				       .set = &fake_prot });
	put_num(&g, "left", 3);
	put_num(&g, "entry=", 4);
	emit_close(e, EMIT_AUX);
	g.call->ret_comment = "INJECTED";
	stage_leave(&g);
	stage_end(&g, "f(PRIO_VALUE(1, 4), {version=KERNEL_VERSION(5)}, "
		  "O_CREAT|0600) = 1 (flags PROT_READ, left 3, entry=4) "
		  "(INJECTED)\n");
}

struct return_case {
	enum ret_kind kind;
	int64_t ret;
	int err;
	const char *text;
};

static void test_returns(void **state)
{
	static const struct return_case cases[] = {
		{ RET_DEC, -5, 0, "-5" },
		{ RET_UDEC, -1, 0, "18446744073709551615" },
		{ RET_HEX, 0, 0, "0" },
		{ RET_HEX, 0x7f00, 0, "0x7f00" },
		{ RET_ADDR, 0, 0, "NULL" },
		{ RET_OCT, 022, 0, "022" },
		{ RET_FD, 3, 0, "3</x>" },
		{ RET_PID, 3, 0, "3</x> /* 77 in strace's PID NS */" },
		{ RET_NONE, 0, 0, "?" },
		{ RET_DEC, -1, 2, "-1 ENOENT (No such file or directory)" },
		{ RET_DEC, -1, 600, "-1 (errno 600)" },
		{ RET_DEC, -1, 512, "? ERESTARTSYS (To be restarted if "
		  "SA_RESTART is set)" },
		{ RET_DEC, -1, 513, "? ERESTARTNOINTR (To be restarted)" },
		{ RET_DEC, -1, 514, "? ERESTARTNOHAND (To be restarted if no "
		  "handler)" },
		{ RET_DEC, -1, 516, "? ERESTART_RESTARTBLOCK (Interrupted by "
		  "signal)" },
	};
	struct buf want = {0};
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	for (size_t i = 0; i < COUNT(cases); i++) {
		stage_enter(&g, "f");
		g.call->ret_kind = cases[i].kind;
		g.call->ret_text = "/x";
		g.call->ret_text_len = 2;
		g.call->ret_num2 = 77;
		stage_return(&g, cases[i].ret, cases[i].err);
		buf_fmt(&want, "%-39s = %s\n", "f()", cases[i].text);
	}
	stage_end(&g, buf_cstr(&want));
	buf_free(&want);
}

static void test_narrow_return(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "text");
	stage_enter(&g, "mmap");
	g.call->abi = ABI_I386;
	g.call->ret_kind = RET_HEX;
	stage_return(&g, (int32_t)0xf7d00000, 0);
	stage_end(&g, "mmap()                                  = "
		  "0xf7d00000\n");
}

/* -e read=, -e write= */
static void test_dump(void **state)
{
	static const uint8_t data[] = "\200\201abcdefghijklmnopq";
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.align = 0;
	stage_open(&g, "text");
	stage_enter(&g, "write");
	stage_dump(&g, (struct call_dump){
		.title = "* 19 bytes in buffer 0" });
	stage_dump(&g, (struct call_dump){ .data = data, .len = 19,
					   .all = 19 });
	stage_return(&g, 19, 0);
	stage_end(&g,
		  "write() = 19\n * 19 bytes in buffer 0\n"
		  " | 00000  80 81 61 62 63 64 65 66  67 68 69 6a 6b 6c 6d 6e"
		  "  ..abcdefghijklmn |\n"
		  " | 00010  6f 70 71                                        "
		  "  opq              |\n");
}

/* --line-limit: a long string, then what has no room beside it. */
static void test_limit(void **state)
{
	char bytes[1000];
	struct stage g;

	(void)state;
	memset(bytes, 1, sizeof(bytes));
	stage_init(&g);
	g.o.align = 0;
	g.o.line_limit = 50;
	stage_open(&g, "text");
	stage_enter(&g, "write");
	emit_name(&g.e, "a");
	emit_open(&g.e, EMIT_ARRAY);
	emit_str(&g.e, bytes, sizeof(bytes), 0);
	emit_str(&g.e, bytes, sizeof(bytes), 0);
	emit_close(&g.e, EMIT_ARRAY);
	emit_name(&g.e, "b");
	emit_num(&g.e, VAL_DEC, 7);
	stage_dump(&g, (struct call_dump){ .data = (const uint8_t *)"ab",
					   .len = 2, .all = 3 });
	stage_return(&g, 19, 0);
	stage_end(&g, "write([\"\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1"
		  "\\1\\1\\1\\1\\1\\1\\1\"..., ...], ...) = 19\n"
		  " | 00000  61 62                                           "
		  "  ab               |\n"
		  " | ...\n");
}

/* Where a function has no room its field is named. */
static void test_limit_function(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.align = 0;
	g.o.line_limit = 9;
	stage_open(&g, "text");
	stage_enter(&g, "bind");
	emit_open(&g.e, EMIT_STRUCT);
	emit_name(&g.e, "a");
	emit_num(&g.e, VAL_DEC, 1);
	emit_name(&g.e, "port");
	emit_name(&g.e, "htons");
	emit_open(&g.e, EMIT_CALL);
	emit_num(&g.e, VAL_DEC, 80);
	emit_close(&g.e, EMIT_CALL);
	emit_close(&g.e, EMIT_STRUCT);
	stage_return(&g, 0, 0);
	stage_end(&g, "bind({a=1, port=...}) = 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_calls_and_parts),
		cmocka_unit_test(test_returns),
		cmocka_unit_test(test_narrow_return),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
