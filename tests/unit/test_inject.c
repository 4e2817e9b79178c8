/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules that change calls: when they fire, and what they want together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "mem.h"
#include "options.h"
#include "pipeline.h"
#include "sink.h"
#include "task_numbers.h"

#define BASE 0x1000
#define RULES 4

struct fixture {
	struct options o;
	struct inject_rule rule[RULES];
	struct sinks sinks;
	struct pipeline *p;
	struct task_numbers numbers;
	struct mem mem;
	unsigned char bytes[64];	/* from BASE on */
	struct injection want;		/* of the last event */
	bool fired;
	struct event ev;
};

static size_t fake_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct fixture *f = (struct fixture *)((char *)m -
					       offsetof(struct fixture, mem));

	if (addr < BASE || addr - BASE + len > sizeof(f->bytes))
		return 0;
	memcpy(buf, f->bytes + (addr - BASE), len);
	return len;
}

static bool fake_write(struct mem *m, uint64_t addr, const void *p, size_t len)
{
	struct fixture *f = (struct fixture *)((char *)m -
					       offsetof(struct fixture, mem));

	if (addr < BASE || addr - BASE + len > sizeof(f->bytes))
		return false;
	memcpy(f->bytes + (addr - BASE), p, len);
	return true;
}

static const struct mem_ops fake_ops = {
	.read = fake_read, .write = fake_write,
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->o.status = STATUS_ALL;
	f->o.max_string = 32;
	callset_set_all(&f->o.trace);
	callset_set_all(&f->o.abbrev);
	callset_set_all(&f->o.verbose);
	f->o.injects = f->rule;
	f->sinks.needs = NEED_VALUES;
	f->mem.ops = &fake_ops;
	f->p = pipeline_new(&f->o, NULL, &f->sinks);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	pipeline_free(f->p);
	task_numbers_free(&f->numbers);
	for (size_t i = 0; i < f->o.ninjects; i++)
		callset_clear(&f->rule[i].calls);
	free(f);
	return 0;
}

/* One more rule for a call, always firing, that does nothing yet. */
static struct inject_rule *add(struct fixture *f, uint64_t nr)
{
	struct inject_rule *r = &f->rule[f->o.ninjects++];

	r->first = 1;
	r->last = UINT32_MAX;
	r->step = 1;
	r->chance = INJECT_ALWAYS;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		r->instead[abi] = NR_NO_CALL;
	numset_add(&r->calls.abi[ABI_X86_64], (unsigned)nr);
	return r;
}

static void give(struct fixture *f, struct event ev)
{
	ev.mem = &f->mem;
	task_numbers_give(&f->numbers, &ev);
	pipeline_event(f->p, &ev);
	f->fired = ev.verdict.injection;
	if (f->fired)
		f->want = *ev.verdict.injection;
	f->ev = ev;
}

static void enter(struct fixture *f, pid_t tid, uint64_t nr)
{
	give(f, (struct event){ .kind = EV_ENTER, .tid = tid, .pid = tid,
				.nr = nr });
}

static void enter_write(struct fixture *f, uint64_t addr, uint64_t len)
{
	give(f, (struct event){ .kind = EV_ENTER, .tid = 1, .pid = 1,
				.nr = SYS_write, .arg = { 3, addr, len } });
}

static void leave(struct fixture *f, pid_t tid, uint8_t tampered)
{
	give(f, (struct event){ .kind = EV_EXIT, .tid = tid, .pid = tid,
				.tampered = tampered });
}

/* "-1-1" for calls of which every other one was changed. */
static void fires(struct fixture *f, unsigned calls, const char *want)
{
	char have[32] = "";

	for (unsigned i = 0; i < calls; i++) {
		enter(f, 1, SYS_getpid);
		strcat(have, f->fired ? "1" : "-");
		leave(f, 1, 0);
	}
	assert_string_equal(have, want);
}

static void test_when(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_getpid);

	r->nerrors = 1;
	r->errors[0] = 5;
	fires(f, 3, "111");
	r->first = 5;
	r->last = 9;
	r->step = 2;
	fires(f, 8, "-1-1-1--");
}

static void test_errors_in_turn(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_getpid);

	r->nerrors = 2;
	r->errors[0] = 5;
	r->errors[1] = 7;
	r->step = 2;
	fires(f, 2, "1-");
	assert_true(f->want.result == (uint64_t)-5);
	assert_true(f->want.has_result && f->want.renumber);
	assert_true(f->want.nr == NR_NO_CALL);
	fires(f, 2, "1-");
	assert_true(f->want.result == (uint64_t)-7);
	fires(f, 1, "1");
	assert_true(f->want.result == (uint64_t)-5);
	enter(f, 1, SYS_getpid);
	assert_false(f->fired);
}

/* Each task for itself, each call by its name; or all together. */
static void test_who_counts(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_getpid);

	numset_add(&r->calls.abi[ABI_X86_64], SYS_getuid);
	r->has_retval = true;
	r->first = r->last = 2;
	enter(f, 1, SYS_getpid);
	leave(f, 1, 0);
	enter(f, 1, SYS_getuid);
	assert_false(f->fired);
	leave(f, 1, 0);
	enter(f, 2, SYS_getpid);
	assert_false(f->fired);
	leave(f, 2, 0);
	enter(f, 1, SYS_getuid);
	assert_true(f->fired);
	leave(f, 1, 0);
	enter(f, 2, SYS_getpid);
	assert_true(f->fired);
	leave(f, 2, 0);
	r->everywhere = true;
	enter(f, 2, SYS_getpid);
	assert_false(f->fired);
	leave(f, 2, 0);
	enter(f, 3, SYS_getuid);
	assert_true(f->fired);
}

static void test_together(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_write);

	r->nerrors = 1;
	r->errors[0] = 5;
	r->enter_ns = 10;
	r->exit_ns = 3;
	r->sig = 2;
	r = add(f, SYS_write);
	r->has_retval = true;
	r->retval = 42;
	r->enter_ns = 7;
	r->exit_ns = INT64_MAX;
	r->shortens = true;
	r->shorten = 4;
	r = add(f, SYS_write);
	r->first = r->last = 2;
	r->sig = 9;
	r->args = 1;
	r->arg[0] = 8;
	enter_write(f, BASE, 10);
	assert_true(f->want.result == 42);
	assert_int_equal(f->want.sig, 2);
	assert_int_equal(f->want.delay_ns, 17);
	assert_int_equal(f->want.args, 1 << 2);
	assert_int_equal(f->want.before[2], 10);
	assert_int_equal(f->ev.arg[2], 4);
	assert_int_equal(f->ev.tampered, TAMPERED_ALL);
	leave(f, 1, TAMPERED_ALL);
	assert_true(f->want.delay_ns > INT64_MAX / 10);
	assert_false(f->want.has_result);
	enter_write(f, BASE, 4);
	assert_int_equal(f->want.sig, 9);
	assert_int_equal(f->want.args, 1);
	assert_int_equal(f->want.before[0], 3);
	assert_int_equal(f->ev.arg[0], 8);
}

static void test_pokes(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_write);
	uint8_t in[] = "AB", out[] = "C";

	r->npokes = 2;
	r->poke[0] = (struct inject_poke){ .arg = 1, .data = in, .len = 2 };
	r->poke[1] = (struct inject_poke){ .at_exit = true, .arg = 1,
					   .data = out, .len = 1 };
	memcpy(f->bytes, "hello", 5);
	enter_write(f, BASE, 5);
	assert_memory_equal(f->bytes, "ABllo", 5);
	assert_int_equal(f->ev.tampered, TAMPERED_ARGS);
	leave(f, 1, TAMPERED_ARGS);
	assert_memory_equal(f->bytes, "CBllo", 5);
	/* Where nothing can be written, nothing was changed. */
	enter_write(f, BASE + 63, 5);
	assert_int_equal(f->ev.tampered, 0);
}

static void test_chance(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_getpid);
	unsigned n = 0;

	r->sig = 2;
	r->chance = INJECT_ALWAYS / 10;
	f->o.seed = 1;
	for (unsigned i = 0; i < 10000; i++) {
		enter(f, 1, SYS_getpid);
		n += f->fired;
		leave(f, 1, 0);
	}
	assert_in_range(n, 850, 1150);
}

/* Not the exec of the command, and no call that began before. */
static void test_not(void **state)
{
	struct fixture *f = *state;
	struct inject_rule *r = add(f, SYS_execve);
	char *command[] = { (char *)"ls", NULL };

	r->sig = 2;
	f->o.command = command;
	enter(f, 1, SYS_execve);
	assert_false(f->fired);
	give(f, (struct event){ .kind = EV_EXEC, .tid = 1, .pid = 1 });
	assert_false(f->ev.verdict.detach);
	leave(f, 1, 0);
	give(f, (struct event){ .kind = EV_ENTER, .tid = 1, .pid = 1,
				.nr = SYS_execve, .attach_entry = true });
	assert_false(f->fired);
	leave(f, 1, 0);
	enter(f, 1, SYS_execve);
	assert_true(f->fired);
	f->o.detach_on_exec = true;
	give(f, (struct event){ .kind = EV_EXEC, .tid = 1, .pid = 1 });
	assert_true(f->ev.verdict.detach);
}

static void test_limit(void **state)
{
	struct fixture *f = *state;

	f->o.call_limit = 2;
	enter(f, 1, SYS_getpid);
	enter(f, 2, SYS_getpid);
	leave(f, 1, 0);
	assert_false(pipeline_is_over(f->p));
	enter(f, 1, SYS_exit_group);
	assert_true(pipeline_is_over(f->p));
	enter(f, 3, SYS_getpid);
	assert_true(f->ev.verdict.unshown);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_when), TEST(test_errors_in_turn),
		TEST(test_who_counts), TEST(test_together), TEST(test_pokes),
		TEST(test_chance), TEST(test_not), TEST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
