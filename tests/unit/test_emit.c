/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The emitter's checks, what sink_fill() puts in the gaps, and the tee.
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

#include "emit.h"

/* A sink that writes down what it was told. */
struct notes {
	struct sink sink;
	struct sink_ops ops;
	struct buf text;
	int result;
	bool *closed;
};

static struct notes *notes_of(struct sink *s)
{
	return (struct notes *)s;
}

static void note_name(struct sink *s, const char *name)
{
	buf_fmt(&notes_of(s)->text, "name %s;", name);
}

static void note_value(struct sink *s, const struct value *v)
{
	buf_fmt(&notes_of(s)->text, "value %d %llu %zu;", (int)v->kind,
		(unsigned long long)v->num, v->len);
}

static void note_open(struct sink *s, unsigned scope)
{
	buf_fmt(&notes_of(s)->text, "open %u;", scope);
}

static void note_close(struct sink *s, unsigned scope)
{
	buf_fmt(&notes_of(s)->text, "close %u;", scope);
}

static void note_special(struct sink *s, enum sink_special what,
			 uint64_t addr, const char *text, size_t len)
{
	buf_fmt(&notes_of(s)->text, "special %d %llu %.*s;", (int)what,
		(unsigned long long)addr, (int)len, text ? text : "");
}

static void note_event(struct sink *s, const struct event *ev)
{
	buf_fmt(&notes_of(s)->text, "event %d;", (int)ev->kind);
}

static int note_end(struct sink *s)
{
	struct notes *n = notes_of(s);
	int rc = n->result;

	*n->closed = true;
	buf_free(&n->text);
	free(n);
	return rc;
}

static struct notes *notes_new(bool *closed)
{
	static const struct sink_ops ops = {
		.name = note_name, .value = note_value, .open = note_open,
		.close = note_close, .special = note_special,
		.event = note_event, .close_sink = note_end,
	};
	struct notes *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	sink_fill(&n->ops, &ops);
	n->sink.ops = &n->ops;
	n->sink.wants_values = true;
	n->closed = closed;
	*closed = false;
	return n;
}

static void expect_notes(struct notes *n, const char *text)
{
	assert_string_equal(buf_cstr(&n->text), text);
	buf_reset(&n->text);
}

static void test_order(void **state)
{
	bool closed;
	struct notes *n = notes_new(&closed);
	struct emit e = { .sink = &n->sink };

	(void)state;
	emit_name(&e, "a");
	emit_open(&e, EMIT_STRUCT);
	emit_num(&e, VAL_HEX, 7);
	emit_str(&e, "xy", 2, 0);
	emit_comment(&e, "%d vars", 3);
	emit_unreadable_from(&e, 16);
	emit_close(&e, EMIT_STRUCT);
	emit_elided(&e);
	emit_unknown(&e);
	expect_notes(n, "name a;open 0;value 2 7 0;value 18 0 2;"
		     "special 3 0 3 vars;special 1 16 ;close 0;"
		     "special 0 0 ;special 2 0 ;");
	assert_int_equal(e.depth, 0);
	n->sink.ops->close_sink(&n->sink);
	assert_true(closed);
}

/* The text of the notes takes as much room as a line would. */
static size_t note_used(struct sink *s)
{
	return notes_of(s)->text.len;
}

/* Each scope that has more to tell gets one "..." for it, and is closed. */
static void test_limit(void **state)
{
	bool closed;
	struct notes *n = notes_new(&closed);
	struct emit e = { .sink = &n->sink, .limit = 20 };

	(void)state;
	n->ops.used = note_used;
	emit_start(&e, false);
	emit_name(&e, "a");
	emit_open(&e, EMIT_ARRAY);
	emit_num(&e, VAL_DEC, 1);
	assert_false(emit_full(&e));
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
	expect_notes(n, "name a;open 1;value 0 1 0;special 0 0 ;close 1;"
		     "name b;special 0 0 ;");
	assert_int_equal(e.depth, 0);
	/* The line goes on, and what follows the result has a scope. */
	buf_str(&n->text, "one that is long enough;");
	emit_start(&e, true);
	emit_num(&e, VAL_DEC, 5);
	emit_start(&e, false);
	emit_open(&e, EMIT_AUX);
	emit_num(&e, VAL_DEC, 6);
	emit_close(&e, EMIT_AUX);
	expect_notes(n, "one that is long enough;open 5;special 0 0 ;close 5;");
	n->sink.ops->close_sink(&n->sink);
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

static void test_wrong_nesting(void **state)
{
	bool closed;
	struct notes *n = notes_new(&closed);
	struct emit e = { .sink = &n->sink };

	(void)state;
	expect_abort(nest_wrong, &e);
	expect_abort(close_too_often, &e);
	expect_abort(nest_too_deep, &e);
	n->sink.ops->close_sink(&n->sink);
}

static void test_fill(void **state)
{
	bool closed;
	struct notes *n = notes_new(&closed);
	const struct sink_ops *ops = &n->ops;
	struct call c = {0};
	struct event ev = { .kind = EV_EXITED };

	(void)state;
	ops->call_begin(&n->sink, &ev, &c);
	ops->call_pause(&n->sink, &c);
	ops->call_resume(&n->sink, &ev, &c);
	ops->call_result(&n->sink, &ev, &c);
	ops->call_end(&n->sink, &ev, &c);
	ops->call_drop(&n->sink, &c);
	ops->call_abort(&n->sink, &c);
	ops->dump(&n->sink, &c, "", 0, 0);
	ops->dump_title(&n->sink, &c, "");
	ops->signal_begin(&n->sink, &ev);
	ops->signal_end(&n->sink, &ev);
	assert_int_equal(ops->flush(&n->sink), 0);
	expect_notes(n, "");
	ops->event(&n->sink, &ev);
	expect_notes(n, "event 6;");
	ops->close_sink(&n->sink);
}

static void test_tee(void **state)
{
	bool closed[2];
	struct notes *a = notes_new(&closed[0]);
	struct notes *b = notes_new(&closed[1]);
	struct event ev = { .kind = EV_LOST };
	struct sink *tee;
	struct emit e;

	(void)state;
	b->sink.wants_values = false;
	b->result = -1;
	tee = tee_open(&a->sink, &b->sink);
	assert_true(tee->wants_values);
	e = (struct emit){ .sink = tee };
	emit_name(&e, "x");
	emit_num(&e, VAL_DEC, 1);
	tee->ops->event(tee, &ev);
	expect_notes(a, "name x;value 0 1 0;event 10;");
	expect_notes(b, "event 10;");
	assert_int_equal(tee->ops->flush(tee), 0);
	assert_int_equal(tee->ops->close_sink(tee), -1);
	assert_true(closed[0] && closed[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_wrong_nesting),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_tee),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
