/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pipeline: what a sink is told for a given run of events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "call_counts.h"
#include "calls.h"
#include "emit.h"
#include "mem.h"
#include "options.h"
#include "pipeline.h"
#include "sink.h"
#include "task.h"
#include "task_numbers.h"

struct notes {			/* a sink that writes down what it is given */
	struct sink sink;
	struct buf text;
};

static void note(struct sink *s, const char *what, const struct call *c)
{
	struct notes *n = (struct notes *)s;

	buf_fmt(&n->text, "%s(%s) ", what, c->name);
}

static void note_values(struct sink *s, const struct node *n)
{
	for (; n; n = n->next)
		buf_fmt(&((struct notes *)s)->text, "%lld ",
			(long long)n->value.num);
}

static const char *why_name(enum call_why why)
{
	return why == CALL_DETACHED ? "detached" :
	       why == CALL_RUNNING ? "running" :
	       why == CALL_LOST ? "lost" : "unfinished";
}

static void on_call(struct sink *s, const struct event *ev,
		    const struct call *c, enum call_part part)
{
	switch (part) {
	case CALL_ENTRY:
		note(s, c->held ? "held" : "begin", c);
		note_values(s, c->args);
		break;
	case CALL_EXIT:
		note(s, c->err ? "failed" : "end", c);
		break;
	case CALL_GONE:
		note(s, why_name(c->why), c);
		break;
	case CALL_RENUMBERED:
		note(s, "renumbered", c);
		assert_int_not_equal(ev->tid, c->tid);
		break;
	case CALL_URING:
		note(s, ev->kind == EV_URING_SUBMIT ? "submit" :
		     c->err ? "refused" : "complete", c);
		note_values(s, c->args);
		break;
	}
}

static const char *event_name(enum event_kind kind)
{
	switch (kind) {
	case EV_EXEC: return "exec";
	case EV_EXITED: return "exited";
	case EV_KILLED: return "killed";
	case EV_DETACH: return "left";
	case EV_ATTACH: return "attached";
	case EV_FORK: return "forked";
	case EV_MODE: return "mode";
	default: return "other";
	}
}

static void on_event(struct sink *s, const struct event *ev)
{
	struct notes *n = (struct notes *)s;

	buf_fmt(&n->text, "%s%s ", ev->many ? "many:" : "",
		event_name(ev->kind));
}

static void on_counts(struct sink *s, const struct call *c,
		      const struct call_counts *counts)
{
	note(s, "counts", c);
	assert_int_equal(counts->calls, 3);
}

static int on_close(struct sink *s)
{
	(void)s;
	return 0;
}

struct fixture {
	struct options o;
	struct notes n;
	struct sinks sinks;
	struct pipeline *p;
	struct task_numbers numbers;
};

static const struct sink_ops note_ops = {
	.call = on_call, .event = on_event, .counts = on_counts,
	.close = on_close,
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->o.status = STATUS_ALL;
	f->o.max_string = 32;
	callset_set_all(&f->o.trace);
	callset_set_all(&f->o.abbrev);
	callset_set_all(&f->o.verbose);
	f->o.signals.inverted = true;
	f->n.sink.ops = &note_ops;
	f->sinks.sink[0] = &f->n.sink;
	f->sinks.n = 1;
	f->sinks.needs = NEED_VALUES;
	f->p = pipeline_new(&f->o, NULL, &f->sinks);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	pipeline_free(f->p);
	task_numbers_free(&f->numbers);
	buf_free(&f->n.text);
	free(f);
	return 0;
}

static uint64_t number(const char *name)
{
	for (uint64_t i = 0; i < calls_count(ABI_X86_64); i++) {
		const char *s = calls_name(ABI_X86_64, i);

		if (s && !strcmp(s, name))
			return i;
	}
	fail_msg("no call %s", name);
	return 0;
}

static struct event enter(pid_t tid, const char *name, uint64_t arg)
{
	return (struct event){ .kind = EV_ENTER, .tid = tid, .pid = tid,
			       .nr = number(name), .arg = { arg } };
}

static void give(struct fixture *f, struct event *ev)
{
	task_numbers_give(&f->numbers, ev);
	pipeline_event(f->p, ev);
}

static void feed(struct fixture *f, struct event ev)
{
	give(f, &ev);
}

static void expect(struct fixture *f, const char *text)
{
	assert_string_equal(buf_cstr(&f->n.text), text);
	buf_reset(&f->n.text);
}

static void test_pairs(void **state)
{
	struct fixture *f = *state;

	feed(f, enter(1, "close", 3));
	feed(f, enter(2, "close", 4));
	expect(f, "begin(close) 3 begin(close) 4 ");
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 2, .err = 9,
				.ret = -1 });
	expect(f, "end(close) failed(close) ");
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "");
}

static void test_filter(void **state)
{
	struct fixture *f = *state;
	struct event ev = enter(1, "close", 3);

	callset_clear(&f->o.trace);
	numset_add(&f->o.trace.abi[ABI_X86_64], number("getpid"));
	give(f, &ev);
	assert_true(ev.verdict.skip_exit);
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "");
	ev = enter(1, "getpid", 0);
	give(f, &ev);
	assert_false(ev.verdict.skip_exit);
	expect(f, "begin(getpid) ");
	callset_clear(&f->o.trace);
}

/* With -n signals and ends show the last call, though it was not shown. */
static void test_last_number(void **state)
{
	struct fixture *f = *state;
	struct event ev = { .kind = EV_SIGNAL, .tid = 1, .sig = 17 };

	callset_clear(&f->o.trace);
	numset_add(&f->o.signals, 17);
	give(f, &ev);
	assert_false(ev.last_nr);
	feed(f, enter(1, "close", 3));
	give(f, &ev);
	assert_true(ev.last_nr);
	assert_int_equal(ev.nr, number("close"));
	ev = (struct event){ .kind = EV_EXITED, .tid = 1 };
	give(f, &ev);
	assert_true(ev.last_nr);
	assert_int_equal(ev.nr, number("close"));
	buf_reset(&f->n.text);
}

static void test_status(void **state)
{
	struct fixture *f = *state;

	f->o.status = STATUS_FAILED;
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "held(close) 3 ");
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1, .err = 9 });
	expect(f, "held(close) 3 failed(close) ");
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_KILLED, .tid = 1, .sig = 9 });
	expect(f, "held(close) 3 killed ");
	/* To be begun again is no success either. */
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1, .err = 512 });
	expect(f, "held(close) 3 failed(close) ");
	f->o.status = STATUS_ALL & ~STATUS_UNFINISHED;
	feed(f, enter(1, "exit_group", 3));
	feed(f, (struct event){ .kind = EV_EXITED, .tid = 1 });
	expect(f, "held(exit_group) 3 exited ");
}

static void test_slower(void **state)
{
	struct fixture *f = *state;

	f->o.slower_ns = 100;
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1, .mono_ns = 99 });
	expect(f, "held(close) 3 ");
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1, .mono_ns = 100 });
	expect(f, "held(close) 3 end(close) ");
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_DETACH, .tid = 1, .mono_ns = 99 });
	expect(f, "held(close) 3 left ");
	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_DETACH, .tid = 1, .mono_ns = 101 });
	expect(f, "held(close) 3 detached(close) left ");
}

/* A call whose end was lost is told to be over by the next one. */
static void test_lost_end(void **state)
{
	struct fixture *f = *state;

	feed(f, enter(1, "close", 3));
	feed(f, enter(1, "close", 4));
	expect(f, "begin(close) 3 lost(close) begin(close) 4 ");
}

static void test_ends_inside_call(void **state)
{
	struct fixture *f = *state;

	feed(f, enter(1, "close", 3));
	feed(f, (struct event){ .kind = EV_DETACH, .tid = 1 });
	expect(f, "begin(close) 3 detached(close) left ");
	feed(f, enter(2, "close", 3));
	feed(f, (struct event){ .kind = EV_EXITED, .tid = 2 });
	expect(f, "begin(close) 3 unfinished(close) exited ");
	feed(f, enter(3, "close", 3));
	pipeline_finish(f->p);
	expect(f, "begin(close) 3 running(close) ");
}

static void test_exec_from_thread(void **state)
{
	struct fixture *f = *state;

	feed(f, enter(1, "getpid", 0));
	feed(f, enter(2, "close", 5));
	expect(f, "begin(getpid) begin(close) 5 ");
	feed(f, (struct event){ .kind = EV_EXEC, .tid = 1, .pid = 1,
				.other_tid = 2 });
	expect(f, "unfinished(getpid) renumbered(close) many:exec ");
	/* The thread's call returns under the leader's number. */
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "end(close) ");
}

/* What is held is given when it has a status: to change the number is one. */
static void test_exec_from_thread_held(void **state)
{
	struct fixture *f = *state;
	struct event exec = { .kind = EV_EXEC, .tid = 1, .pid = 1,
			      .other_tid = 2 };

	f->o.status = STATUS_SUCCESSFUL;
	feed(f, enter(2, "close", 5));
	feed(f, exec);
	expect(f, "held(close) 5 exec ");
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "end(close) ");
	f->o.status = STATUS_SUCCESSFUL | STATUS_DETACHED;
	feed(f, enter(2, "close", 6));
	feed(f, exec);
	expect(f, "held(close) 6 renumbered(close) many:exec ");
}

/* Whoever has shown nothing yet counts, and so do those let go one by one. */
static void test_many(void **state)
{
	struct fixture *f = *state;

	f->o.follow = FOLLOW_FORKS;
	feed(f, (struct event){ .kind = EV_ATTACH, .tid = 1, .pid = 1 });
	feed(f, (struct event){ .kind = EV_FORK, .tid = 1, .pid = 1,
				.child = 2 });
	expect(f, "attached many:forked ");
	feed(f, (struct event){ .kind = EV_EXITED, .tid = 2, .pid = 2 });
	feed(f, (struct event){ .kind = EV_EXITED, .tid = 1, .pid = 1 });
	expect(f, "many:exited exited ");
	feed(f, (struct event){ .kind = EV_ATTACH, .tid = 3, .pid = 3 });
	feed(f, (struct event){ .kind = EV_ATTACH, .tid = 4, .pid = 4 });
	feed(f, (struct event){ .kind = EV_DETACH, .tid = 3, .pid = 3 });
	feed(f, (struct event){ .kind = EV_DETACH, .tid = 4, .pid = 4 });
	expect(f, "attached many:attached many:left many:left ");
}

static void test_unknown_number(void **state)
{
	struct fixture *f = *state;
	struct event ev = { .kind = EV_ENTER, .tid = 1, .pid = 1,
			    .nr = 99999, .arg = { 1, 2, 3, 4, 5, 6 } };

	give(f, &ev);
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1, .err = 38 });
	expect(f, "begin(syscall_0x1869f) 1 2 3 4 5 6 "
	       "failed(syscall_0x1869f) ");
}

/* What was counted elsewhere goes to the sink under the call's name. */
static void test_counts(void **state)
{
	struct call_counts counts = { .calls = 3 };
	struct event ev = { .kind = EV_COUNTS, .abi = ABI_I386, .nr = 20,
			    .counts = &counts };
	struct fixture *f = *state;

	give(f, &ev);
	ev.nr = 99999;
	give(f, &ev);
	ev.nr = NR_OTHERS;
	give(f, &ev);
	expect(f, "counts(getpid) counts(syscall_0x1869f) "
	       "counts((other unknown calls)) ");
}

/* Not calls: one that the task is in goes on. */
static void test_uring(void **state)
{
	struct fixture *f = *state;
	struct event submit = {
		.kind = EV_URING_SUBMIT, .tid = 1, .pid = 1,
		.nr = number("io_uring_enter"), .arg = { 3, 0, 7, 0, 1 },
	};
	struct event done = submit;

	done.kind = EV_URING_COMPLETE;
	feed(f, enter(1, "close", 3));
	feed(f, submit);
	feed(f, done);
	done.err = 22;
	done.ret = -1;
	done.arg[0] = UINT64_MAX;
	feed(f, done);
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1 });
	expect(f, "begin(close) 3 submit(io_uring:submit) 3 0 7 0 "
	       "complete(io_uring:complete) 3 0 7 "
	       "refused(io_uring:complete) 1 0 7 end(close) ");
	f->o.trace.uring = false;
	feed(f, submit);
	f->o.trace.uring = true;
	f->o.slower_ns = 1;
	feed(f, submit);
	expect(f, "");
}

static void test_mode(void **state)
{
	struct fixture *f = *state;
	struct event ev = { .kind = EV_ENTER, .tid = 1, .pid = 1,
			    .abi = ABI_I386, .nr = 20 };

	give(f, &ev);
	feed(f, (struct event){ .kind = EV_EXIT, .tid = 1,
				.abi = ABI_I386 });
	expect(f, "mode begin(getpid) end(getpid) ");
	give(f, &ev);
	expect(f, "begin(getpid) ");
}

/* Calls nest; whatever the order, each gives back what it had. */
static void test_open_calls(void **state)
{
	struct task t = { .last_abi = -1 };
	unsigned depth = 0;

	(void)state;
	srand(7);
	for (int i = 0; i < 5000; i++) {
		if (depth < TASK_CALLS_MAX && (!depth || rand() % 5 < 3)) {
			struct open_call *outer = t.open;
			struct open_call *c = task_open(&t);

			assert_ptr_equal(c->outer, outer);
			assert_false(c->shown || c->entry_decoded);
			assert_null(c->call.args);
			assert_int_equal(c->saved_len[0], 0);
			c->shown = true;
			c->saved_len[0] = 4;
			c->call.nr = ++depth;
			c->call.args = arena_alloc(&c->arena, 100);
		} else {
			assert_int_equal(t.open->call.nr, depth);
			task_close(&t);
			depth--;
		}
		assert_int_equal(t.depth, depth);
	}
	task_end(&t);
	assert_null(t.open);
	assert_null(t.spare);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pairs), TEST(test_filter), TEST(test_status),
		TEST(test_last_number),
		TEST(test_slower), TEST(test_lost_end),
		TEST(test_ends_inside_call), TEST(test_exec_from_thread),
		TEST(test_unknown_number), TEST(test_uring), TEST(test_mode),
		TEST(test_counts), TEST(test_exec_from_thread_held),
		TEST(test_many), cmocka_unit_test(test_open_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
