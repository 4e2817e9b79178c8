/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tree that emit_*() build: its order, its bounds, and the checks; and the
 * sinks of a trace, which all get the same.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "emit.h"
#include "options.h"
#include "output.h"
#include "sink.h"

static void list_write(struct buf *b, const struct node *n);

/* A node as text: what it is, its name, what it has. */
static void node_write(struct buf *b, const struct node *n)
{
	static const char *const kinds[] = {
		[NODE_VALUE] = "value", [NODE_SCOPE] = "scope",
		[NODE_ELIDED] = "elided", [NODE_UNREADABLE] = "unreadable",
		[NODE_UNKNOWN] = "unknown", [NODE_COMMENT] = "comment",
		[NODE_COMMENT_BEFORE] = "before", [NODE_MEANING] = "meaning",
		[NODE_SECONTEXT] = "context",
	};

	if (n->name)
		buf_fmt(b, "%s=", n->name);
	buf_str(b, kinds[n->kind]);
	switch (n->kind) {
	case NODE_VALUE:
		buf_fmt(b, ":%llu", (unsigned long long)n->value.num);
		if (n->value.text)
			buf_fmt(b, ":%.*s", (int)n->value.len,
				(const char *)n->value.text);
		break;
	case NODE_SCOPE:
		buf_fmt(b, "%u", n->scope);
		if (n->function)
			buf_fmt(b, ":%s", n->function);
		buf_ch(b, '(');
		list_write(b, n->first);
		buf_ch(b, ')');
		break;
	case NODE_UNREADABLE:
		buf_fmt(b, ":%llu", (unsigned long long)n->addr);
		break;
	case NODE_ELIDED:
	case NODE_UNKNOWN:
		break;
	default:
		buf_fmt(b, ":%.*s", (int)n->len, n->text);
		break;
	}
}

static void list_write(struct buf *b, const struct node *n)
{
	for (; n; n = n->next) {
		node_write(b, n);
		if (n->next)
			buf_ch(b, ' ');
	}
}

static void expect_list(const struct node *n, const char *text)
{
	struct buf b = { 0 };

	list_write(&b, n);
	assert_string_equal(buf_cstr(&b), text);
	buf_free(&b);
}

static void test_order(void **state)
{
	struct arena a = { 0 };
	struct emit e = { .limit = 0 };
	struct node *list;
	char bytes[] = "xy";

	(void)state;
	emit_start(&e, &a, &list);
	assert_null(list);
	emit_name(&e, "a");
	emit_open(&e, EMIT_STRUCT);
	emit_num(&e, VAL_HEX, 7);
	emit_str(&e, bytes, 2, 0);
	bytes[0] = '!';		/* the tree has its own */
	emit_comment(&e, "%d vars", 3);
	emit_unreadable_from(&e, 16);
	emit_close(&e, EMIT_STRUCT);
	emit_name(&e, "port");
	emit_name(&e, "htons");
	emit_open(&e, EMIT_CALL);
	emit_num(&e, VAL_DEC, 80);
	emit_meaning(&e, "http");
	emit_close(&e, EMIT_CALL);
	emit_name(&e, "");
	emit_comment(&e, "rest");
	emit_elided(&e);
	emit_name(&e, "field");
	emit_name(&e, "function");
	emit_unknown(&e);
	emit_secontext(&e, "tmp_t", 5);
	expect_list(list, "a=scope0(value:7 value:0:xy comment:3 vars "
		    "unreadable:16) port=scope4:htons(value:80 meaning:http) "
		    "=before:rest =elided field=unknown context:tmp_t");
	arena_free(&a);
}

/* Each scope that has more to tell gets one "..." for it, and is closed. */
static void test_limit(void **state)
{
	struct arena a = { 0 };
	struct emit e = { .limit = 4 };
	struct node *list;

	(void)state;
	emit_start(&e, &a, &list);
	emit_name(&e, "a");
	emit_open(&e, EMIT_ARRAY);
	emit_str(&e, "abc", 3, 0);
	assert_false(emit_full(&e));
	emit_comment(&e, "stays with its value");
	emit_num(&e, VAL_DEC, 2);
	assert_true(emit_full(&e));
	emit_comment(&e, "lost");
	emit_open(&e, EMIT_STRUCT);
	emit_name(&e, "lost");
	emit_num(&e, VAL_DEC, 3);
	emit_elided(&e);
	emit_close(&e, EMIT_STRUCT);
	emit_close(&e, EMIT_ARRAY);
	emit_name(&e, "b");
	emit_open(&e, EMIT_STRUCT);
	emit_close(&e, EMIT_STRUCT);
	emit_name(&e, "c");
	emit_num(&e, VAL_DEC, 4);
	expect_list(list, "a=scope1(value:0:abc comment:stays with its value "
		    "elided) b=elided");
	arena_free(&a);
}

/* The exit's list goes on where the entry's stopped, with what is left. */
static void test_two_ends(void **state)
{
	struct arena a = { 0 };
	struct emit e = { .limit = 3 };
	struct node *list, *aux;
	struct emit_mark m;

	(void)state;
	emit_start(&e, &a, &list);
	emit_num(&e, VAL_DEC, 1);
	m = emit_pause(&e);
	assert_null(*m.tail);
	emit_start(&e, &a, &aux);	/* another task's call in between */
	emit_num(&e, VAL_DEC, 7);
	emit_resume(&e, &a, &m);
	emit_num(&e, VAL_DEC, 2);
	assert_int_equal((*m.tail)->value.num, 2);
	emit_num(&e, VAL_DEC, 3);
	emit_num(&e, VAL_DEC, 4);
	expect_list(list, "value:1 value:2 value:3 elided");
	/* The same word is not said twice. */
	m = emit_pause(&e);
	emit_resume(&e, &a, &m);
	emit_num(&e, VAL_DEC, 5);
	expect_list(list, "value:1 value:2 value:3 elided");
	/* What follows the result has a scope of its own. */
	emit_start(&e, &a, &aux);
	e.limit = 1;
	emit_num(&e, VAL_DEC, 5);
	emit_open(&e, EMIT_AUX);
	emit_num(&e, VAL_DEC, 6);
	emit_close(&e, EMIT_AUX);
	expect_list(aux, "value:5 scope5(elided)");
	arena_free(&a);
}

/* Whatever a tracee makes us emit, the nodes stay within their bound. */
static void test_node_bytes(void **state)
{
	struct arena a = { 0 };
	struct emit e = { .limit = 1 << 20 };
	struct node *list;
	size_t n = 0;

	(void)state;
	emit_start(&e, &a, &list);
	srand(1);
	for (int i = 0; i < 300000; i++) {
		if (rand() % 3)
			emit_num(&e, VAL_DEC, 0);
		else if (e.depth + e.hidden < EMIT_DEPTH_MAX / 2)
			emit_open(&e, EMIT_ARRAY);
		else
			emit_comment(&e, "%d", i);
	}
	while (e.depth + e.hidden)
		emit_close(&e, EMIT_ARRAY);
	assert_true(emit_full(&e));
	assert_true(a.used < emit_node_bytes(e.limit) + 4096);
	for (const struct node *p = list; p; p = p->next)
		n++;
	assert_true(n > 0);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	arena_free(&a);
}

/* What is run in a child must end with SIGABRT. */
static void expect_abort(void (*fn)(struct emit *e), struct emit *e)
{
	struct rlimit none = { 0, 0 };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		fn(e);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void nest_wrong(struct emit *e)
{
	emit_open(e, EMIT_STRUCT);
	emit_close(e, EMIT_ARRAY);
}

static void close_too_often(struct emit *e)
{
	emit_close(e, EMIT_ARRAY);
}

static void nest_too_deep(struct emit *e)
{
	for (int i = 0; i <= EMIT_DEPTH_MAX; i++)
		emit_open(e, EMIT_ARRAY);
}

static void stop_inside(struct emit *e)
{
	emit_open(e, EMIT_ARRAY);
	emit_pause(e);
}

static void test_wrong_nesting(void **state)
{
	struct arena a = { 0 };
	struct emit e = { .limit = 0 };
	struct node *list;

	(void)state;
	emit_start(&e, &a, &list);
	expect_abort(nest_wrong, &e);
	expect_abort(close_too_often, &e);
	expect_abort(nest_too_deep, &e);
	expect_abort(stop_inside, &e);
	/* What has no room is checked as well. */
	e.full = true;
	expect_abort(nest_wrong, &e);
	arena_free(&a);
}

/* ---- all sinks of a trace ---- */

struct counter {
	struct sink sink;
	int events, result;
	bool closed;
};

static void count_event(struct sink *s, const struct event *ev)
{
	(void)ev;
	((struct counter *)s)->events++;
}

static int count_close(struct sink *s)
{
	struct counter *c = (struct counter *)s;

	c->closed = true;
	return c->result;
}

static void test_sinks(void **state)
{
	static const struct sink_ops all = {
		.event = count_event, .close = count_close,
	};
	static const struct sink_ops few = { .close = count_close };
	struct counter a = { .sink.ops = &all };
	struct counter b = { .sink.ops = &few, .result = -1 };
	struct sinks s = { .sink = { &a.sink, &b.sink }, .n = 2 };
	struct event ev = { .kind = EV_LOST };
	struct call c = { .name = "f" };

	(void)state;
	sinks_call(&s, &ev, &c, CALL_ENTRY);
	sinks_event(&s, &ev);
	assert_int_equal(a.events, 1);
	assert_int_equal(b.events, 0);
	assert_int_equal(sinks_close(&s), -1);
	assert_true(a.closed && b.closed);
	assert_false(sinks_add(&s, "no such form", NULL, NULL));
	assert_string_equal(sink_form(0), "text");
	assert_null(sink_form(SINKS_MAX));
}

/* What is immediate is written at once; what is not waits, or goes with all. */
static void test_write(void **state)
{
	struct options o = { .append = false };
	struct sinks s = { .n = 2 };
	char path[] = "/tmp/strace-test-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	s.out[0] = output_open(&o, path);
	s.out[1] = output_open(&o, path);
	assert_false(sinks_write(&s, false));
	buf_str(&output_stream(s.out[1], 0)->buf, "x");
	assert_true(sinks_write(&s, false));
	assert_true(output_pending(s.out[1]));
	assert_false(sinks_write(&s, true));
	assert_false(output_pending(s.out[1]));
	assert_int_equal(output_close(s.out[0]), 0);
	assert_int_equal(output_close(s.out[1]), 0);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_two_ends),
		cmocka_unit_test(test_node_bytes),
		cmocka_unit_test(test_wrong_nesting),
		cmocka_unit_test(test_sinks),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
