/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sink_values.h"
#include "sink/json.h"

#define START "{\"type\":\"start\",\"schema\":2}\n"
#define WHEN "\"time\":\"1795234331474768123\"," \
	"\"iso\":\"2026-11-21T04:12:11.474768123Z\""
#define HEAD(type, tid) \
	"{\"type\":\"" type "\",\"tid\":" tid ",\"pid\":" tid "," WHEN
#define CALL(tid, name) \
	HEAD("call", tid) ",\"abi\":\"x86_64\",\"nr\":7,\"name\":\"" name \
	"\",\"args\":"
#define DONE(ret) ",\"duration\":0,\"ret\":" ret

static void put_num(struct stage *g, const char *name, uint64_t n)
{
	emit_name(&g->e, name);
	emit_num(&g->e, VAL_UDEC, n);
}

static void test_values(void **state)
{
	struct buf want = {0};
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	buf_str(&want, START);
	for (size_t i = 0; i < COUNT(fake_values); i++) {
		if (!fake_values[i].json)
			continue;
		stage_enter(&g, "f");
		emit_name(&g.e, "x");
		emit_value(&g.e, &fake_values[i].v);
		stage_return(&g, 0, 0);
		buf_fmt(&want, CALL("100", "f") "{\"x\":%s}" DONE("0") "}\n",
			fake_values[i].json);
	}
	stage_end(&g, buf_cstr(&want));
	buf_free(&want);
}

struct utf8_case {
	const char *bytes;
	const char *json;
};

static void test_utf8(void **state)
{
	static const struct utf8_case cases[] = {
		{ "\177\t\1", "\"\\u007f\\t\\u0001\"" },
		{ "\302\200\302\237\302\240",
		  "\"\\u0080\\u009f\302\240\"" },
		{ "\342\202\254\360\237\230\200",
		  "\"\342\202\254\360\237\230\200\"" },
		{ "\300\200", "{\"bytes\":\"c080\"}" },
		{ "\340\200\200", "{\"bytes\":\"e08080\"}" },
		{ "\355\240\200", "{\"bytes\":\"eda080\"}" },
		{ "\364\220\200\200", "{\"bytes\":\"f4908080\"}" },
		{ "\360\237\230", "{\"bytes\":\"f09f98\"}" },
		{ "a\302", "{\"bytes\":\"61c2\"}" },
		{ "\302" "a", "{\"bytes\":\"c261\"}" },
		{ "\200", "{\"bytes\":\"80\"}" },
	};
	struct buf want = {0};
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	buf_str(&want, START);
	for (size_t i = 0; i < COUNT(cases); i++) {
		stage_enter(&g, "f");
		emit_name(&g.e, "x");
		emit_str(&g.e, cases[i].bytes, strlen(cases[i].bytes), 0);
		stage_return(&g, 0, 0);
		buf_fmt(&want, CALL("100", "f") "{\"x\":%s}" DONE("0") "}\n",
			cases[i].json);
	}
	stage_end(&g, buf_cstr(&want));
	buf_free(&want);
}

/* Every ASCII character, in the short form where JSON has one. */
static void test_escapes(void **state)
{
	static const char with_short[] = "\"\"\\\\\nn\tt\rr";
	struct buf b = {0};

	(void)state;
	for (unsigned c = 0; c < 0x80; c++) {
		char in = (char)c, want[16];
		const char *at = c ? strchr(with_short, (int)c) : NULL;

		if (at && (at - with_short) % 2 == 0)
			snprintf(want, sizeof(want), "\"\\%c\"", at[1]);
		else if (c < 0x20 || c == 0x7f)
			snprintf(want, sizeof(want), "\"\\u%04x\"", c);
		else
			snprintf(want, sizeof(want), "\"%c\"", c);
		assert_true(json_quote(&b, &in, 1));
		assert_string_equal(buf_cstr(&b), want);
		buf_reset(&b);
	}
	buf_free(&b);
}

/* A character of two bytes at each place of a long string. */
static void test_parts(void **state)
{
	struct buf in = {0}, out = {0}, want = {0};

	(void)state;
	for (size_t at = 0; at < 200; at++) {
		buf_reset(&in);
		buf_reset(&out);
		buf_reset(&want);
		for (size_t i = 0; i < at; i++)
			buf_ch(&in, 'x');
		buf_fmt(&want, "\"%s\\u0085\\u0001\302\251%s\"", buf_cstr(&in),
			buf_cstr(&in));
		buf_str(&in, "\302\205\1\302\251");
		for (size_t i = 0; i < at; i++)
			buf_ch(&in, 'x');
		json_bytes(&out, in.data, in.len);
		assert_string_equal(buf_cstr(&out), buf_cstr(&want));
	}
	buf_free(&in);
	buf_free(&out);
	buf_free(&want);
}

static void test_scopes(void **state)
{
	struct stage g;
	struct emit *e = &g.e;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	emit_name(e, "s");
	emit_open(e, EMIT_STRUCT);
	put_num(&g, "a", 1);
	put_num(&g, "a", 2);
	put_num(&g, "a", 3);
	emit_name(e, "list");
	emit_open(e, EMIT_ARRAY);
	emit_open(e, EMIT_STRUCT);
	put_num(&g, "a", 1);
	emit_elided(e);
	emit_close(e, EMIT_STRUCT);
	emit_open(e, EMIT_ARRAY);
	emit_close(e, EMIT_ARRAY);
	emit_unreadable_from(e, 48);
	emit_elided(e);
	emit_unknown(e);
	emit_close(e, EMIT_ARRAY);
	emit_name(e, "");
	emit_comment(e, "bytes 8..9");
	emit_str(e, "z", 1, VF_HEX);
	emit_unknown(e);
	emit_close(e, EMIT_STRUCT);
	emit_name(e, "envp");
	emit_addr(e, 16);
	emit_comment(e, "52 vars");
	emit_name(e, "out");
	emit_unknown(e);
	stage_return(&g, 0, 0);
	stage_end(&g, START CALL("100", "f")
		  "{\"s\":{\"a\":1,\"a_2\":2,\"a_3\":3,\"list\":[{\"a\":1,"
		  "\"elided\":true},[],{\"unreadable\":48},{\"elided\":true},"
		  "{\"unknown\":true}],\"bytes 8..9\":\"z\",\"unknown\":true},"
		  "\"envp\":{\"addr\":16},\"envp_note\":\"52 vars\","
		  "\"out\":{\"unknown\":true}}" DONE("0") "}\n");
}

static void test_changes(void **state)
{
	struct stage g;
	struct emit *e = &g.e;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	put_num(&g, "n", 0);
	emit_name(e, "len");
	emit_open(e, EMIT_CHANGE);
	emit_num(e, VAL_UDEC, 28);
	emit_num(e, VAL_UDEC, 16);
	emit_close(e, EMIT_CHANGE);
	emit_name(e, "args");
	emit_open(e, EMIT_STRUCT);
	put_num(&g, "flags", 1);
	emit_close(e, EMIT_STRUCT);
	stage_pause(&g);
	/* another task in between */
	stage_select(&g, 101);
	stage_enter(&g, "g");
	put_num(&g, "n", 5);
	stage_return(&g, 0, 0);
	stage_select(&g, 100);
	stage_resume(&g);
	emit_open(e, EMIT_UPDATE);
	emit_open(e, EMIT_STRUCT);
	put_num(&g, "pid", 2);
	emit_close(e, EMIT_STRUCT);
	emit_close(e, EMIT_UPDATE);
	put_num(&g, "n", 88);
	stage_result(&g, 0, 0);
	stage_leave(&g);
	stage_end(&g, START CALL("101", "g") "{\"n\":5}" DONE("0") "}\n"
		  CALL("100", "f") "{\"n\":0,\"len\":{\"old\":28,\"new\":16},"
		  "\"args\":{\"in\":{\"flags\":1},\"out\":{\"pid\":2}},"
		  "\"n_2\":88}" DONE("0") "}\n");
}

static void test_calls_and_parts(void **state)
{
	struct stage g;
	struct emit *e = &g.e;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	emit_name(e, "prio");
	emit_name(e, "PRIO_VALUE");
	emit_open(e, EMIT_CALL);
	put_num(&g, "class", 1);
	emit_num(e, VAL_UDEC, 4);
	emit_close(e, EMIT_CALL);
	emit_name(e, "flags=");
	emit_open(e, EMIT_OR);
	emit_num(e, VAL_HEX, 1);
	emit_num(e, VAL_PERM, 8);
	emit_close(e, EMIT_OR);
	stage_pause(&g);
	stage_resume(&g);
	g.call->ret_kind = RET_FD;
	g.call->ret_text = "/x";
	g.call->ret_text_len = 2;
	stage_result(&g, 3, 0);
	emit_open(e, EMIT_AUX);
	emit_num(e, VAL_DEC, 1);
	put_num(&g, "left", 3);
	emit_close(e, EMIT_AUX);
	g.call->ret_comment = "INJECTED";
	g.call->duration_ns = 1234;
	stage_leave(&g);
	stage_end(&g, START CALL("100", "f")
		  "{\"prio\":{\"call\":\"PRIO_VALUE\",\"args\":[1,4]},"
		  "\"flags\":{\"parts\":[1,8]}},\"duration\":1234,\"ret\":3,"
		  "\"ret_value\":{\"fd\":3,\"path\":\"/x\"},"
		  "\"ret_note\":\"INJECTED\",\"aux\":{\"value\":1,"
		  "\"left\":3}}\n");
}

static void test_returns(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	stage_return(&g, -1, 2);
	stage_enter(&g, "f");
	stage_return(&g, -1, 512);
	stage_enter(&g, "f");
	g.call->ret_kind = RET_HEX;
	stage_return(&g, -4096, 0);
	stage_enter(&g, "f");
	g.call->ret_kind = RET_NONE;
	stage_return(&g, 0, 0);
	stage_end(&g, START
		  CALL("100", "f") "{}" DONE("-1") ",\"errno\":{\"value\":2,"
		  "\"name\":\"ENOENT\",\"text\":\"No such file or directory\"}"
		  "}\n"
		  CALL("100", "f") "{}" DONE("-1") ",\"errno\":{\"value\":512,"
		  "\"name\":\"ERESTARTSYS\"}}\n"
		  CALL("100", "f") "{}" DONE("\"18446744073709547520\"") "}\n"
		  CALL("100", "f") "{},\"duration\":0}\n");
}

static void test_aborts(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	put_num(&g, "x", 1);
	stage_pause(&g);
	stage_abort(&g, CALL_UNFINISHED);
	stage_enter(&g, "g");
	stage_pause(&g);
	stage_abort(&g, CALL_DETACHED);
	stage_enter(&g, "dropped");
	stage_pause(&g);
	stage_enter(&g, "h");
	stage_pause(&g);
	stage_abort(&g, CALL_RUNNING);
	stage_end(&g, START
		  CALL("100", "f") "{\"x\":1},\"state\":\"unfinished\"}\n"
		  CALL("100", "g") "{},\"state\":\"detached\"}\n"
		  CALL("100", "h") "{},\"state\":\"running\"}\n");
}

static void test_events(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	g.ev.child = 101;
	stage_event(&g, EV_FORK);
	g.ev.sig = 19;
	stage_event(&g, EV_GROUP_STOP);
	stage_signal(&g, 17, 1);
	stage_signal(&g, 9, 0);
	g.ev.count = UINT64_MAX;
	stage_event(&g, EV_LOST);
	stage_event(&g, EV_IDLE);
	stage_event(&g, EV_KILLED);
	g.ev.status = 3;
	g.comm = "x\"y";
	stage_enter(&g, "f");
	stage_return(&g, 0, 0);
	stage_event(&g, EV_EXITED);
	stage_end(&g, START
		  HEAD("fork", "100") ",\"child\":101}\n"
		  HEAD("stop", "100") ",\"signal\":{\"value\":19,"
		  "\"name\":\"SIGSTOP\"}}\n"
		  HEAD("signal", "100") ",\"signal\":{\"value\":17,"
		  "\"name\":\"SIGCHLD\"},\"info\":{\"n\":1}}\n"
		  HEAD("signal", "100") ",\"signal\":{\"value\":9,"
		  "\"name\":\"SIGKILL\"}}\n"
		  HEAD("lost", "100") ",\"count\":\"18446744073709551615\","
		  "\"cause\":\"ring buffer full\"}\n"
		  HEAD("killed", "100") ",\"signal\":{\"value\":9,"
		  "\"name\":\"SIGKILL\"},\"core\":false}\n"
		  "{\"type\":\"call\",\"tid\":100,\"pid\":100,"
		  "\"comm\":\"x\\\"y\"," WHEN ",\"abi\":\"x86_64\","
		  "\"nr\":7,\"name\":\"f\",\"args\":{}" DONE("0") "}\n"
		  "{\"type\":\"exit\",\"tid\":100,\"pid\":100,"
		  "\"comm\":\"x\\\"y\"," WHEN ",\"status\":3}\n");
}

static void test_exec_by_thread(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "pause");
	stage_pause(&g);
	stage_select(&g, 101);
	stage_enter(&g, "execve");
	put_num(&g, "x", 1);
	stage_pause(&g);
	stage_select(&g, 100);
	stage_abort(&g, CALL_UNFINISHED);
	g.ev.other_tid = 101;
	stage_event(&g, EV_EXEC);
	stage_select(&g, 101);
	g.call->tid = 100;
	g.call->pid = 100;
	stage_resume(&g);
	put_num(&g, "y", 2);
	stage_result(&g, 0, 0);
	stage_leave(&g);
	stage_end(&g, START
		  CALL("100", "pause") "{},\"state\":\"unfinished\"}\n"
		  HEAD("exec", "100") ",\"old_tid\":101}\n"
		  CALL("100", "execve") "{\"x\":1,\"y\":2}" DONE("0") "}\n");
}

static void test_dump(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "write");
	stage_dump(&g, (struct call_dump){ .title = "* not shown" });
	stage_dump(&g, (struct call_dump){ .data = (const uint8_t *)"\377a",
					   .len = 2, .all = 2 });
	stage_return(&g, 2, 0);
	stage_end(&g, START CALL("100", "write") "{}" DONE("2") "}\n"
		  HEAD("dump", "100") ",\"name\":\"write\",\"length\":2,"
		  "\"bytes\":\"ff61\"}\n");
}

/* --line-limit: what is cut is an object all the same. */
/* An attribute of that type; what it holds comes until it is closed. */
static void attr_open(struct emit *e, const char *name, uint64_t type)
{
	emit_name(e, name);
	emit_open(e, EMIT_ATTR);
	emit_open(e, EMIT_STRUCT);
	emit_name(e, "nla_len");
	emit_num(e, VAL_UDEC, 8);
	emit_name(e, "nla_type");
	emit_num(e, VAL_HEX, type);
	emit_close(e, EMIT_STRUCT);
}

static void attr_num(struct emit *e, const char *name, uint64_t type,
		     uint64_t n)
{
	attr_open(e, name, type);
	emit_num(e, VAL_UDEC, n);
	emit_close(e, EMIT_ATTR);
}

static void attrs_make(struct emit *e)
{
	emit_open(e, EMIT_ATTRS);
	attr_num(e, "ONE", 1, 10);
	attr_num(e, "TWO", 2, 20);
	attr_num(e, "ONE", 0x8001, 11);
	attr_open(e, NULL, 0x3fff);
	emit_close(e, EMIT_ATTR);
	attr_open(e, "MANY", 3);
	emit_num(e, VAL_UDEC, 30);
	emit_open(e, EMIT_ATTRS);
	attr_num(e, NULL, 7, 70);
	attr_num(e, NULL, 7, 71);
	emit_close(e, EMIT_ATTRS);
	emit_close(e, EMIT_ATTR);
	attr_num(e, "ONE", 1, 12);
	emit_str(e, "zz", 2, VF_HEX);
	emit_elided(e);
	emit_close(e, EMIT_ATTRS);
}

static void test_attrs(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	stage_open(&g, "json");
	stage_enter(&g, "f");
	emit_name(&g.e, "x");
	attrs_make(&g.e);
	emit_name(&g.e, "y");
	emit_open(&g.e, EMIT_ATTRS);
	emit_close(&g.e, EMIT_ATTRS);
	stage_return(&g, 0, 0);
	stage_end(&g, START CALL("100", "f")
		  "{\"x\":{\"ONE\":[10,11,12],\"TWO\":20,\"16383\":true,"
		  "\"MANY\":[30,{\"7\":[70,71]}],\"rest\":\"zz\","
		  "\"elided\":true},\"y\":{}}" DONE("0") "}\n");
}

/* Where the line is full, what is missing of an object is told in it. */
static void test_attrs_limit(void **state)
{
	struct stage g;

	(void)state;
	stage_init(&g);
	g.o.line_limit = 20;
	stage_open(&g, "json");
	stage_enter(&g, "f");
	emit_name(&g.e, "x");
	emit_open(&g.e, EMIT_ATTRS);
	attr_num(&g.e, "ONE", 1, 123456789);
	attr_num(&g.e, "TWO", 2, 20);
	emit_close(&g.e, EMIT_ATTRS);
	stage_return(&g, 0, 0);
	stage_end(&g, START CALL("100", "f")
		  "{\"x\":{\"ONE\":123456789,\"elided\":true}}"
		  DONE("0") "}\n");
}

static void test_limit(void **state)
{
	char bytes[1000];
	struct stage g;

	(void)state;
	memset(bytes, '"', sizeof(bytes));
	stage_init(&g);
	g.o.line_limit = 60;
	stage_open(&g, "json");
	stage_enter(&g, "write");
	emit_name(&g.e, "a");
	emit_open(&g.e, EMIT_ARRAY);
	emit_str(&g.e, bytes, sizeof(bytes), 0);
	emit_num(&g.e, VAL_DEC, 6);
	emit_close(&g.e, EMIT_ARRAY);
	emit_name(&g.e, "b");
	emit_open(&g.e, EMIT_STRUCT);
	emit_name(&g.e, "c");
	emit_num(&g.e, VAL_DEC, 7);
	emit_close(&g.e, EMIT_STRUCT);
	emit_name(&g.e, "d");
	emit_num(&g.e, VAL_DEC, 8);
	stage_dump(&g, (struct call_dump){ .data = (const uint8_t *)"\377a",
					   .len = 2, .all = 3 });
	stage_return(&g, 2, 0);
	stage_end(&g, START CALL("100", "write") "{\"a\":[{\"text\":\""
		  "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
		  "\\\"\\\"\\\"\\\"\",\"cut\":true},{\"elided\":true}],"
		  "\"b\":{\"elided\":true}}" DONE("2") "}\n"
		  HEAD("dump", "100") ",\"name\":\"write\",\"length\":3,"
		  "\"bytes\":\"ff61\",\"cut\":true}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_calls_and_parts),
		cmocka_unit_test(test_returns),
		cmocka_unit_test(test_aborts),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_exec_by_thread),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_attrs),
		cmocka_unit_test(test_attrs_limit),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
