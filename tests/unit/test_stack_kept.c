/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stack traces keep between walks: names of addresses, symbols of a file,
 * and spaces, with a library that knows of one place where nothing can be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "env/live_stack.h"
#include "env/live_stack_symbols.h"

/* ---- names ---- */

static void name_put(struct stack_names *n, uint64_t pc, const char *text)
{
	struct stack_name new = {
		.pc = pc, .text = (char *)text, .len = strlen(text) + 1,
	};

	assert_string_equal(stack_names_put(n, &new)->text, text);
}

/* A place is taken by who comes last; what is found is never another's. */
static void test_names(void **state)
{
	struct stack_names n;
	unsigned kept = 0;

	(void)state;
	stack_names_init(&n, 2);
	assert_null(stack_names_get(&n, 0));
	for (uint64_t pc = 0; pc < 8; pc++) {
		char text[] = { (char)('a' + pc), '\0' };

		name_put(&n, pc, text);
		assert_string_equal(stack_names_get(&n, pc)->text, text);
	}
	for (uint64_t pc = 0; pc < 8; pc++) {
		const struct stack_name *k = stack_names_get(&n, pc);

		kept += !!k;
		if (k)
			assert_int_equal(*k->text, 'a' + pc);
	}
	assert_in_range(kept, 1, 2);
	name_put(&n, 7, "longer than before");
	name_put(&n, 7, "");
	stack_names_free(&n);
}

/* ---- symbols ---- */

#define SIZED(i, from, to, bind) \
	{ .start = from, .end = to, .index = i, .binding = bind, .sized = true }
#define LABEL(i, from, to, bind) \
	{ .start = from, .end = to, .index = i, .binding = bind }

static void symbols_expect(const struct stack_symbols *s, uint64_t addr,
			   int index)
{
	const struct stack_symbol *k = stack_symbols_find(s, addr);

	assert_int_equal(k ? (int)k->index : -1, index);
}

static void test_symbols(void **state)
{
	static const struct stack_symbol all[] = {
		SIZED(1, 100, 200, 0), SIZED(2, 120, 140, 0),
		SIZED(3, 300, 400, 1), SIZED(4, 300, 400, 3),
		SIZED(5, 310, 320, 0), SIZED(6, 500, 600, 3),
		SIZED(7, 500, 550, 3), LABEL(8, 150, 1000, 3),
		LABEL(9, 600, 700, 0), LABEL(10, 600, 700, 3),
		LABEL(11, 600, 700, 3),
		SIZED(12, UINT64_MAX - 1, UINT64_MAX, 3),
	};
	struct stack_symbols s = { .sized = NULL };

	(void)state;
	stack_symbols_sort(&s);
	symbols_expect(&s, 100, -1);
	for (size_t i = sizeof(all) / sizeof(*all); i-- > 0;)
		stack_symbols_add(&s, &all[i]);
	stack_symbols_sort(&s);
	symbols_expect(&s, 0, -1);
	symbols_expect(&s, 99, -1);
	symbols_expect(&s, 100, 1);
	symbols_expect(&s, 139, 2);	/* the inner one */
	symbols_expect(&s, 140, 1);
	symbols_expect(&s, 199, 1);
	symbols_expect(&s, 200, -1);	/* the label began within another */
	symbols_expect(&s, 315, 4);	/* the global one */
	symbols_expect(&s, 549, 7);	/* the shorter one */
	symbols_expect(&s, 550, 6);
	symbols_expect(&s, 600, 10);	/* the first of the strongest */
	symbols_expect(&s, 699, 10);
	symbols_expect(&s, 700, -1);
	symbols_expect(&s, UINT64_MAX - 1, 12);
	symbols_expect(&s, UINT64_MAX, -1);
	stack_symbols_free(&s);
}

/* A file may have its symbols all lie over each other: no search takes long. */
static void test_symbols_piled(void **state)
{
	struct stack_symbols s = { .sized = NULL };

	(void)state;
	for (unsigned i = 0; i < 1 << 16; i++) {
		struct stack_symbol k = SIZED(i, i, 1 << 20, 0);

		stack_symbols_add(&s, &k);
	}
	stack_symbols_sort(&s);
	for (unsigned i = 0; i < 1 << 16; i++)
		symbols_expect(&s, (1 << 16) + i, (1 << 16) - 1);
	stack_symbols_free(&s);
}

/* ---- spaces ---- */

#define NOWHERE 0x666000

bool stack_backend_map(struct stack_walk *w, struct stack_fact *fact)
{
	(void)w;
	return fact->start != NOWHERE;
}

void stack_backend_forget(struct stack_space *s)
{
	s->known = NULL;
}

struct world {
	char path[32];
	struct stack_maps maps;
	struct stack_map map[2];
	struct stack_space space;
	struct stack_walk walk;
};

static int world_begin(void **state)
{
	struct world *g = calloc(1, sizeof(*g));
	int fd;

	strcpy(g->path, "/tmp/test_stack_kept.XXXXXX");
	fd = mkstemp(g->path);
	assert_int_equal(write(fd, "abc", 3), 3);
	close(fd);
	g->maps.tid = getpid();
	g->maps.map = g->map;
	buf_str(&g->maps.text, g->path);
	buf_str(&g->maps.text, "[vdso]");
	g->walk = (struct stack_walk){ .maps = &g->maps, .space = &g->space };
	*state = g;
	return 0;
}

static int world_end(void **state)
{
	struct world *g = *state;

	stack_space_forget(&g->space);
	unlink(g->path);
	buf_free(&g->maps.text);
	free(g);
	return 0;
}

/* A walk meets a mapping of file number inode, or of the vdso for 0. */
static struct stack_fact *meet(struct world *g, uint64_t inode, uint64_t start,
			       uint64_t end)
{
	size_t n = strlen(g->path);

	g->walk.disagreed = false;
	g->map[0] = (struct stack_map){
		.start = start, .end = end, .inode = inode, .met = true,
		.offset = inode ? start & 0xffff : 0,
		.name = inode ? 0 : n, .name_len = inode ? n : 6,
	};
	g->maps.count = 1;
	return stack_space_fact(&g->walk, g->map);
}

static void test_space(void **state)
{
	struct world *g = *state;
	struct stack_fact *f = meet(g, 1, 0x10000, 0x20000);

	assert_non_null(f);
	assert_true(f->file->fd >= 0);
	assert_ptr_equal(meet(g, 1, 0x10000, 0x20000), f);
	/* A part of it; and a whole of which it is a part. */
	assert_ptr_equal(meet(g, 1, 0x14000, 0x18000), f);
	assert_true(stack_space_agrees(&g->space, &g->maps));
	assert_ptr_equal(meet(g, 1, 0x1f000, 0x20000), f);
	/* Another file there; another place of the file. */
	assert_null(meet(g, 2, 0x1f000, 0x21000));
	assert_true(g->walk.disagreed);
	assert_false(stack_space_agrees(&g->space, &g->maps));
	assert_ptr_equal(meet(g, 1, 0x18000, 0x19000), f);
	g->map[0].fact = NULL;
	g->map[0].offset += 0x1000;
	assert_null(stack_space_fact(&g->walk, g->map));
	assert_true(g->walk.disagreed);
	/* Of what was not met it is not known whether it is still so. */
	g->map[0].met = false;
	assert_true(stack_space_agrees(&g->space, &g->maps));
}

static void test_space_vdso(void **state)
{
	struct world *g = *state;

	assert_true(meet(g, 0, 0x30000, 0x32000)->vdso);
	assert_non_null(meet(g, 0, 0x30000, 0x32000));
	assert_null(meet(g, 0, 0x30000, 0x31000));
	assert_true(g->walk.disagreed);
	/* Code without a file is not kept, but may be where something was. */
	meet(g, 1, 0x70000, 0x71000);
	g->map[0] = (struct stack_map){ .start = 0x70000, .end = 0x72000 };
	assert_null(stack_space_fact(&g->walk, g->map));
	assert_true(g->walk.disagreed);
	g->walk.disagreed = false;
	g->map[0] = (struct stack_map){ .start = 0x80000, .end = 0x82000 };
	assert_null(stack_space_fact(&g->walk, g->map));
	assert_false(g->walk.disagreed);
}

static void test_space_file_changed(void **state)
{
	struct world *g = *state;

	assert_non_null(meet(g, 1, 0x10000, 0x20000));
	assert_int_equal(truncate(g->path, 2), 0);
	assert_null(meet(g, 1, 0x10000, 0x20000));
	assert_true(g->walk.disagreed);
}

/* What is full is left for a new one, and a new one takes what it can. */
static void test_space_full(void **state)
{
	struct world *g = *state;

	for (uint64_t i = 1; i <= STACK_FILES; i++)
		assert_non_null(meet(g, i, i << 20, (i << 20) + 4096));
	assert_null(meet(g, STACK_FILES + 1, 16, 32));
	assert_true(g->walk.disagreed);
	g->walk.fresh = true;
	assert_null(meet(g, STACK_FILES + 1, 16, 32));
	assert_false(g->walk.disagreed);
}

static void test_space_nowhere(void **state)
{
	struct world *g = *state;

	assert_null(meet(g, 1, NOWHERE, NOWHERE + 4096));
	assert_true(g->walk.disagreed);
	g->walk.fresh = true;
	assert_non_null(meet(g, 1, NOWHERE, NOWHERE + 4096));
	assert_false(g->walk.disagreed);
}

#define SPACE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_symbols_piled),
		SPACE_TEST(test_space),
		SPACE_TEST(test_space_vdso),
		SPACE_TEST(test_space_file_changed),
		SPACE_TEST(test_space_full),
		SPACE_TEST(test_space_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
