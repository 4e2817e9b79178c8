/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "capture_world.h"

/* How many bytes are known at addr, and that they are right. */
static size_t known(struct world *w, uint64_t addr)
{
	static uint8_t got[CAP_DATA_MAX + CAP_PIECE_MAX];
	size_t n = mem_read(&w->c.blocks.mem, addr, got, sizeof(got));

	if (n)
		assert_memory_equal(got, &w->fake.bytes[addr - BASE], n);
	return n;
}

static void test_bytes(void **state)
{
	struct world *w = *state;

	w->c.arg[0] = BASE + 10;
	w->c.arg[1] = 7 | 1ull << 40;
	RUN(w, { CAP_BYTES, 0, 0, 1, 3, 100 });
	assert_int_equal(known(w, BASE + 10), 100);
	RUN(w, { CAP_BYTES, 0, 0, 1 | CAP_W32, 3, 100 });
	assert_int_equal(known(w, BASE + 10), 21);
	RUN(w, { CAP_BYTES, 0, 0, CAP_CONST, 5, 5 });
	assert_int_equal(known(w, BASE + 10), 5);
	/* A negative count is a large one, and doesn't wrap around. */
	RUN(w, { CAP_BYTES, 0, 0, CAP_RET, 16, 48 });
	assert_int_equal(known(w, BASE + 10), 48);
	RUN(w, { CAP_BYTES, 0, 2, CAP_CONST, 5, 5 });
	assert_int_equal(w->c.run.used, 0);
}

static void test_pages(void **state)
{
	struct world *w = *state;

	w->c.arg[0] = BASE + PAGE - 3;
	w->c.arg[1] = BASE + 3 * PAGE - 5;
	RUN(w, { CAP_BYTES, 0, 0, CAP_CONST, 2 * PAGE, 2 * PAGE },
	    { CAP_BYTES, 0, 1, CAP_CONST, 100, 100 });
	assert_int_equal(known(w, BASE + PAGE - 3), PAGE + 3);
	assert_int_equal(known(w, BASE + 3 * PAGE - 5), 0);
	assert_int_equal(w->c.run.faults, 2);
	assert_int_equal(w->c.run.cut, 0);
}

static void test_strings(void **state)
{
	struct world *w = *state;

	put(w, BASE + 20, 0, 1);
	w->c.arg[0] = BASE;
	w->c.arg[1] = BASE + 30;
	w->c.arg[2] = BASE + 2 * PAGE - 4;
	RUN(w, { CAP_STR, 0, 0, 0, 0, 100 }, { CAP_STR, 0, 1, 0, 0, 12 },
	    { CAP_STR, 0, 2, 0, 0, 12 }, { CAP_STR, 0, 3, 0, 0, 12 });
	assert_int_equal(known(w, BASE), 21);
	/* The NUL of one that was cut is not its own. */
	assert_int_equal(known(w, BASE + 30), 11);
	assert_int_equal(known(w, BASE + 2 * PAGE - 4), 0);
	assert_int_equal(w->c.run.faults, 1);
	RUN(w, { CAP_STR, 0, 0, 0, 0, CAP_STR_MAX + 1 });
	assert_int_equal(w->c.run.used, 0);
}

static void test_words(void **state)
{
	struct world *w = *state;

	put(w, BASE + 16, 0, 8);
	put(w, BASE + 3 * PAGE, 0, 4);
	w->c.arg[0] = BASE;
	w->c.arg[1] = BASE + 2 * PAGE - 8;
	w->c.arg[2] = BASE + 100;
	RUN(w, { CAP_WORDS, 0, 0, 0, 8, 100 }, { CAP_WORDS, 0, 1, 0, 4, 9 },
	    { CAP_WORDS, 0, 2, 0, 8, 3 }, { CAP_WORDS, 0, 3, 0, 8, 3 });
	assert_int_equal(known(w, BASE), 24);
	assert_int_equal(known(w, BASE + 2 * PAGE - 8), 8);
	assert_int_equal(w->c.run.faults, 1);
	assert_int_equal(known(w, BASE + 100), 24);
}

static void test_values(void **state)
{
	struct world *w = *state;
	uint64_t *v = w->c.run.v;

	put(w, BASE, 0x8182838485868788, 8);
	w->c.arg[0] = BASE;
	w->c.sp = 100;
	RUN(w, { CAP_LOAD, 8, 0, CAP_U8, 1, 0 },
	    { CAP_LOAD, 9, 0, CAP_U16, 0, 0 },
	    { CAP_LOAD, 10, 0, CAP_BE16, 0, 0 },
	    { CAP_LOAD, 11, 0, CAP_U32, 4, 0 },
	    { CAP_LOAD, 12, 0, CAP_S32, 4, 0 },
	    { CAP_LOAD, 13, 0, CAP_U64, 0, 0 },
	    { CAP_LOAD, 0, 1, CAP_U64, 0, 0 },
	    { CAP_ADD, 14, 11, 9 | CAP_W32, 0, 0 },
	    { CAP_ADD, 15, CAP_SP, CAP_CONST, 1, 1 });
	assert_int_equal(v[8], 0x87);
	assert_int_equal(v[9], 0x8788);
	assert_int_equal(v[10], 0x8887);
	assert_int_equal(v[11], 0x81828384);
	assert_true(v[12] == 0xffffffff81828384);
	assert_true(v[13] == 0x8182838485868788);
	assert_int_equal(v[0], 0);
	assert_int_equal(v[14], 0x81828384 + 0x8788);
	assert_int_equal(v[15], 0x10001 + 100);
	assert_true(v[CAP_RET] == (uint64_t)-2);
}

static void test_calculations(void **state)
{
	struct world *w = *state;
	uint64_t *v = w->c.run.v;

	w->c.arg[0] = 100;
	w->c.arg[1] = 7;
	w->c.arg[2] = 0;
	RUN(w, { CAP_SUB, 8, 0, 1, 0, 0 }, { CAP_MUL, 9, 0, 1, 0, 0 },
	    { CAP_DIV, 10, 0, 1, 0, 0 }, { CAP_DIV, 11, 0, 2, 0, 0 },
	    { CAP_AND, 12, 0, CAP_CONST, 0x60, 0 },
	    { CAP_SHR, 13, 0, CAP_CONST, 2, 0 },
	    { CAP_MIN, 14, 0, 1, 0, 0 }, { CAP_MIN, 15, 2, 1, 0, 0 });
	assert_int_equal(v[8], 93);
	assert_int_equal(v[9], 700);
	assert_int_equal(v[10], 14);
	assert_int_equal(v[11], 0);
	assert_int_equal(v[12], 0x60);
	assert_int_equal(v[13], 25);
	assert_int_equal(v[14], 7);
	assert_int_equal(v[15], 0);
}

static void test_conditions(void **state)
{
	struct world *w = *state;
	uint64_t *v = w->c.run.v;

	w->c.arg[0] = 0x20000;
	RUN(w, { CAP_UNLESS, 1, 0, 0, 0, 2 },
	    { CAP_ADD, 8, 8, CAP_CONST, 1, 0 },
	    { CAP_UNLESS, 1, 0, 0, 0xffff, 0xfffd },
	    { CAP_ADD, 9, 9, CAP_CONST, 1, 0 },
	    { CAP_UNLESS_ZERO, 1, 0, 0, 0, 2 },
	    { CAP_ADD, 10, 10, CAP_CONST, 1, 0 },
	    { CAP_UNLESS_ZERO, 1, 0, 0, 1, 0 },
	    { CAP_ADD, 11, 11, CAP_CONST, 1, 0 },
	    { CAP_IF_FULL, 1, 0, 0, 0, 0 },
	    { CAP_ADD, 12, 12, CAP_CONST, 1, 0 },
	    { CAP_IF_DUMP, 1, 0, 0, 0, 0 },
	    { CAP_ADD, 13, 13, CAP_CONST, 1, 0 },
	    { CAP_ADD, 14, 14, CAP_CONST, 1, 0 });
	assert_int_equal(v[8], 1);
	assert_int_equal(v[9], 0);
	assert_int_equal(v[10], 0);
	assert_int_equal(v[11], 1);
	assert_int_equal(v[12], 0);
	assert_int_equal(v[13], 0);
	assert_int_equal(v[14], 1);
}

/* Three vectors of pointers, the second one empty. */
static void test_loops(void **state)
{
	static const struct cap_step steps[] = {
		{ CAP_EACH, 8, 0, 1, 16, 10 },
		{ CAP_LOAD, 9, 8, CAP_U64, 0, 0 },
		{ CAP_LOAD, 10, 8, CAP_U64, 8, 0 },
		{ CAP_EACH, 11, 9, 10, 8, 10 },
		{ CAP_LOAD, 12, 11, CAP_U64, 0, 0 },
		{ CAP_BYTES, 0, 12, CAP_CONST, 4, 4 },
		{ CAP_NEXT, 0, 0, 0, 0, 0 },
		{ CAP_NEXT, 0, 0, 0, 0, 0 },
		{ CAP_ADD, 13, 13, CAP_CONST, 1, 0 },
	};
	struct world *w = *state;

	for (unsigned i = 0; i < 3; i++) {
		put(w, BASE + i * 16, i == 1 ? 0 : BASE + 100 + i * 50, 8);
		put(w, BASE + i * 16 + 8, i, 8);
	}
	put(w, BASE + 16 + 8, 0, 8);
	put(w, BASE + 8, 1, 8);
	put(w, BASE + 100, BASE + 1000, 8);
	put(w, BASE + 200, BASE + 2000, 8);
	put(w, BASE + 208, BASE + 3000, 8);
	w->c.arg[0] = BASE;
	w->c.arg[1] = 3;
	run(w, steps, sizeof(steps) / sizeof(steps[0]));
	assert_int_equal(known(w, BASE + 1000), 4);
	assert_int_equal(known(w, BASE + 2000), 4);
	assert_int_equal(known(w, BASE + 3000), 4);
	assert_int_equal(w->c.run.used, 3 * (sizeof(struct cap_block) + 8));
	assert_int_equal(w->c.run.v[13], 1);
	assert_int_equal(w->c.run.depth, 0);
}

/* Pairs up to one that can't be read, and no more than were asked for. */
static void test_vec(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++) {
		put(w, BASE + 2 * PAGE - 64 + i * 16, BASE + i * 100, 8);
		put(w, BASE + 2 * PAGE - 64 + i * 16 + 8, 3 + i, 8);
		put(w, BASE + 1000 + i * 8, BASE + 2000 + i * 100, 4);
		put(w, BASE + 1000 + i * 8 + 4, i == 1 ? 0 : 90 + i, 4);
	}
	w->c.arg[0] = BASE + 2 * PAGE - 64;
	w->c.arg[1] = UINT64_MAX;
	w->c.arg[2] = BASE + 1000;
	w->c.arg[3] = 3 | 1ull << 40;
	RUN(w, { CAP_VEC, 8, 0, 1, 5, 100 },
	    { CAP_VEC, 4, 2, 3 | CAP_W32, 80, 100 },
	    { CAP_VEC, 8, 0, 1, 50, 1 }, { CAP_VEC, 8, 4, 1, 50, 9 },
	    { CAP_ADD, 13, 13, CAP_CONST, 1, 0 });
	assert_int_equal(known(w, BASE), 3);
	assert_int_equal(known(w, BASE + 100), 4);
	assert_int_equal(known(w, BASE + 200), 5);
	assert_int_equal(known(w, BASE + 300), 5);
	assert_int_equal(known(w, BASE + 2000), 80);
	assert_int_equal(known(w, BASE + 2100), 0);
	assert_int_equal(known(w, BASE + 2200), 80);
	assert_int_equal(known(w, BASE + 2300), 0);
	assert_int_equal(w->c.run.faults, 0);
	assert_int_equal(w->c.run.v[13], 1);
}

static void test_while(void **state)
{
	struct world *w = *state;

	put(w, BASE, BASE + 500, 8);
	put(w, BASE + 8, BASE + 600, 8);
	put(w, BASE + 16, 0, 8);
	put(w, BASE + 24, BASE + 700, 8);
	w->c.arg[0] = BASE;
	RUN(w, { CAP_EACH, 8, 0, 0, 8, 100 },
	    { CAP_LOAD, 9, 8, CAP_U64, 0, 0 },
	    { CAP_WHILE, 0, 9, 0, 0, 0 },
	    { CAP_BYTES, 0, 9, CAP_CONST, 4, 4 },
	    { CAP_NEXT, 0, 0, 0, 0, 0 },
	    { CAP_ADD, 13, 13, CAP_CONST, 1, 0 });
	assert_int_equal(known(w, BASE + 500), 4);
	assert_int_equal(known(w, BASE + 600), 4);
	assert_int_equal(known(w, BASE + 700), 0);
	assert_int_equal(w->c.run.v[13], 1);
}

/* No input makes a run longer, or a record larger, than it may be. */
static void test_budget(void **state)
{
	struct world *w = *state;

	w->c.arg[0] = BASE;
	w->c.arg[1] = UINT64_MAX;
	RUN(w, { CAP_EACH, 8, 0, 1, 0, UINT16_MAX },
	    { CAP_BYTES, 0, 8, CAP_CONST, 2 * PAGE, 2 * PAGE },
	    { CAP_STR, 0, 8, 0, 0, CAP_STR_MAX },
	    { CAP_WORDS, 0, 8, 0, 8, UINT16_MAX },
	    { CAP_VEC, 8, 0, 1, UINT16_MAX, UINT16_MAX },
	    { CAP_NEXT, 0, 0, 0, 0, 0 });
	assert_true(w->c.run.cut > 0);
	assert_true(w->c.run.used >= CAP_DATA_MAX);
	assert_true(w->c.run.used < CAP_DATA_MAX + CAP_PIECE_MAX + 32);
	assert_int_equal(known(w, BASE), 2 * PAGE);
	RUN(w, { CAP_EACH, 8, 0, 1, 0, UINT16_MAX },
	    { CAP_EACH, 9, 0, 1, 0, UINT16_MAX },
	    { CAP_NEXT, 0, 0, 0, 0, 0 }, { CAP_NEXT, 0, 0, 0, 0, 0 });
	assert_int_equal(w->c.run.used, 0);
}

/* Steps that no plan has: they may do anything but harm. */
static void test_nonsense(void **state)
{
	struct world *w = *state;
	uint32_t seed = 1;

	for (unsigned i = 0; i < 20000; i++) {
		struct cap_step step[CAP_STEPS_MAX];
		uint8_t *p = (uint8_t *)step;

		for (size_t k = 0; k < sizeof(step); k++) {
			seed = seed * 1103515245 + 12345;
			p[k] = seed >> 16;
		}
		for (size_t k = 0; k < CAP_STEPS_MAX; k++)
			step[k].op %= CAP_OP_COUNT;
		for (unsigned k = 0; k < 6; k++)
			w->c.arg[k] = BASE + (seed >> k) % (PAGES * PAGE);
		captured_steps(&w->c, step, 5);
	}
}

/* ---- plans of the tables ---- */

static void test_full(void **state)
{
	const struct abi_capture *c = capture_of("execve");
	struct cap_step step[CAP_STEPS_MAX];
	struct options o;
	unsigned n;

	(void)state;
	options_usual(&o);
	n = capture_plan(c->enter[ABI_X86_64], &o, step);
	assert_int_equal(count_ops(step, n, CAP_WORDS), 2);
	assert_int_equal(count_ops(step, n, CAP_EACH), 1);
	assert_int_equal(step[0].op, CAP_STR);
	assert_int_equal(step[0].y, 4097);
	callset_clear(&o.abbrev);
	n = capture_plan(c->enter[ABI_X86_64], &o, step);
	assert_int_equal(count_ops(step, n, CAP_EACH), 2);
	options_drop(&o);
}

static void test_dump(void **state)
{
	const struct abi_capture *c = capture_of("write");
	struct cap_step step[CAP_STEPS_MAX];
	struct options o;

	(void)state;
	options_usual(&o);
	assert_int_equal(capture_plan(c->enter[ABI_X86_64], &o, step), 1);
	assert_int_equal(step[0].y, 33);
	assert_int_equal(capture_plan(c->exit[ABI_X86_64], &o, step), 0);
	assert_int_equal(step[0].op, CAP_END);
	numset_add(&o.read_fds, 3);
	assert_int_equal(capture_plan(c->exit[ABI_X86_64], &o, step), 1);
	assert_int_equal(step[0].y, CAP_PIECE_MAX);
	/* What went in is data, whether the call took it or not. */
	assert_int_equal(c->failed[ABI_X86_64], c->exit[ABI_X86_64]);
	options_drop(&o);
}

static void check_step(const struct cap_step *s, bool limited)
{
	assert_int_not_equal(s->op, CAP_END);
	assert_true(s->op < CAP_OP_COUNT);
	assert_true(s->op < CAP_IF_FULL || s->op > CAP_IF_FDS);
	assert_true(s->a < CAP_VALUES);
	if (limited)
		assert_int_not_equal(s->y, 0);
	if (s->op == CAP_BYTES)
		assert_true(s->x && s->y <= CAP_PIECE_MAX);
	if (s->op == CAP_STR)
		assert_true(s->y <= CAP_STR_MAX);
	if (s->op == CAP_VEC)
		assert_true(s->x && s->x <= CAP_PIECE_MAX &&
			    (s->dst == 4 || s->dst == 8));
	if (s->op == CAP_EACH)
		assert_true(s->dst >= CAP_FREE && s->dst < CAP_VALUES);
}

static void check_plan(uint32_t plan, const struct options *o)
{
	struct cap_step step[CAP_STEPS_MAX];
	unsigned n = capture_plan(plan, o, step), depth = 0;

	for (unsigned i = 0; i < n; i++) {
		enum cap_op op = step[i].op;

		check_step(&step[i], op == CAP_BYTES || op == CAP_STR ||
			   op == CAP_WORDS || op == CAP_VEC ||
			   op == CAP_EACH || op == CAP_FDS ||
			   op == CAP_CMSGS);
		assert_true(o->decode_fds != FDS_NUMBER ||
			    op < CAP_FD || op > CAP_FDS);
		if (op == CAP_UNLESS || op == CAP_UNLESS_ZERO)
			assert_true(i + step[i].dst < n);
		depth += op == CAP_EACH;
		assert_true(depth <= CAP_DEPTH_MAX);
		/* A loop around nothing would use up all rounds. */
		if (op == CAP_NEXT) {
			assert_true(depth > 0 && step[i - 1].op != CAP_EACH);
			depth--;
		}
	}
	assert_int_equal(depth, 0);
	for (unsigned i = n; i < CAP_STEPS_MAX; i++)
		assert_int_equal(step[i].op, CAP_END);
}

static void test_all_plans(void **state)
{
	struct options o;

	(void)state;
	assert_true(abi_nplans > 100);
	for (unsigned i = 0; i < 16; i++) {
		options_usual(&o);
		o.decode_fds = i & 8 ? FDS_ALL : FDS_NUMBER;
		if (i & 1)
			callset_clear(&o.abbrev);
		if (i & 2)
			numset_add(&o.read_fds, 3);
		if (i & 4)
			o.max_string = 1 << 20;
		for (uint32_t plan = 0; plan < abi_nplans; plan++)
			check_plan(plan, &o);
		options_drop(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(test_bytes), WORLD(test_pages), WORLD(test_strings),
		WORLD(test_words), WORLD(test_values),
		WORLD(test_calculations), WORLD(test_conditions),
		WORLD(test_loops), WORLD(test_vec),
		WORLD(test_while), WORLD(test_budget),
		WORLD(test_nonsense), cmocka_unit_test(test_full),
		cmocka_unit_test(test_dump), cmocka_unit_test(test_all_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
