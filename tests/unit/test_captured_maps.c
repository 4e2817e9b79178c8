/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What processes map, as it is told: later mappings, children, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "env/captured_maps.h"

static void put(struct captured_maps *c, pid_t pid, uint64_t start,
		uint64_t end, const char *name)
{
	struct stack_map m = {
		.start = start, .end = end, .offset = start * 2, .inode = 1,
		.name_len = strlen(name),
	};

	captured_maps_put(c, pid, &m, name);
}

/* "START-END+OFFSETname" of each. */
static void expect(const struct captured_maps *c, pid_t pid, const char *want)
{
	const struct stack_maps *m = captured_maps_get(c, pid);
	char text[256] = "";
	size_t n = 0;

	assert_non_null(m);
	for (size_t i = 0; i < m->count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "%llu-%llu+%llu%.*s ",
				      (unsigned long long)m->map[i].start,
				      (unsigned long long)m->map[i].end,
				      (unsigned long long)m->map[i].offset,
				      (int)m->map[i].name_len,
				      m->text.data + m->map[i].name);
	assert_string_equal(text, want);
}

/* What is mapped takes the place of what was there, or of a part. */
static void test_over(void **state)
{
	struct captured_maps c = { .of = { 0 } };

	(void)state;
	put(&c, 1, 10, 20, "nobody asked");
	assert_null(captured_maps_get(&c, 1));
	captured_maps_begin(&c, 1);
	put(&c, 1, 30, 40, "b");
	put(&c, 1, 10, 20, "a");
	expect(&c, 1, "10-20+20a 30-40+60b ");
	put(&c, 1, 13, 15, "c");
	expect(&c, 1, "10-13+20a 13-15+26c 15-20+25a 30-40+60b ");
	put(&c, 1, 14, 35, "d");
	expect(&c, 1, "10-13+20a 13-14+26c 14-35+28d 35-40+65b ");
	put(&c, 1, 14, 35, "e");
	put(&c, 1, 36, 36, "empty");
	put(&c, 1, 37, 36, "turned");
	expect(&c, 1, "10-13+20a 13-14+26c 14-35+28e 35-40+65b ");
	put(&c, 1, 0, UINT64_MAX, "f");
	expect(&c, 1, "0-18446744073709551615+0f ");
	put(&c, 1, 7, 8, "g");
	expect(&c, 1, "0-7+0f 7-8+14g 8-18446744073709551615+8f ");
	captured_maps_free(&c);
}

static void test_tasks(void **state)
{
	struct captured_maps c = { .of = { 0 } };

	(void)state;
	captured_maps_begin(&c, 1);
	put(&c, 1, 1, 2, "a");
	captured_maps_fork(&c, 1, 2);
	put(&c, 1, 3, 4, "b");
	put(&c, 2, 5, 6, "c");
	expect(&c, 1, "1-2+2a 3-4+6b ");
	expect(&c, 2, "1-2+2a 5-6+10c ");
	/* a thread has no others */
	captured_maps_fork(&c, 1, 1);
	expect(&c, 1, "1-2+2a 3-4+6b ");
	captured_maps_begin(&c, 1);
	expect(&c, 1, "");
	/* the parent's are not known, so what its tid's last owner had is not
	 * the child's */
	captured_maps_fork(&c, 7, 2);
	assert_null(captured_maps_get(&c, 2));
	captured_maps_forget(&c, 1);
	assert_null(captured_maps_get(&c, 1));
	captured_maps_forget(&c, 1);
	captured_maps_free(&c);
}

/* Who maps and maps is asked instead. */
static void test_bounds(void **state)
{
	struct captured_maps c = { .of = { 0 } };

	(void)state;
	captured_maps_begin(&c, 1);
	for (uint64_t i = 0; i < 5000; i++)
		put(&c, 1, i * 2, i * 2 + 1, "many");
	assert_null(captured_maps_get(&c, 1));
	captured_maps_begin(&c, 1);
	for (uint64_t i = 0; i < 1 << 20; i++)
		put(&c, 1, 1, 2, "again");
	assert_null(captured_maps_get(&c, 1));
	captured_maps_free(&c);
}

static void test_read(void **state)
{
	struct captured_maps c = { .of = { 0 } };
	const struct stack_maps *m;
	uint64_t here = (uintptr_t)test_read;
	bool found = false;

	(void)state;
	captured_maps_read(&c, getpid());
	m = captured_maps_get(&c, getpid());
	assert_non_null(m);
	for (size_t i = 0; i < m->count; i++)
		found |= m->map[i].start <= here && here < m->map[i].end;
	assert_true(found);
	captured_maps_read(&c, -1);
	assert_null(captured_maps_get(&c, -1));
	captured_maps_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
