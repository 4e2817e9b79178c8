/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* -P: what its names stand for, in a directory with links. */
#include "options_fakes.h"

#include <limits.h>
#include <sys/stat.h>

static char top[PATH_MAX];	/* where the test runs */

/* resolved: what comes beside the name itself, in top if it is relative. */
static void expect(const char *line, const char *given, const char *resolved)
{
	char whole[PATH_MAX + 64], note[2 * PATH_MAX + 64];
	struct options o;
	struct line l;

	*seen.note = '\0';
	parse(&o, &l, line);
	assert_string_equal(o.trace_paths[0], given);
	if (!resolved) {
		assert_int_equal(o.ntrace_paths, 1);
		assert_string_equal(seen.note, "");
		options_free(&o);
		return;
	}
	snprintf(whole, sizeof(whole), "%s%s%s",
		 *resolved == '/' ? "" : top, *resolved == '/' ? "" : "/",
		 resolved);
	snprintf(note, sizeof(note),
		 "Requested path \"%s\" resolved into \"%s\"", given, whole);
	assert_int_equal(o.ntrace_paths, 2);
	assert_string_equal(o.trace_paths[1], whole);
	assert_string_equal(seen.note, note);
	options_free(&o);
}

static void names_resolve(void **state)
{
	(void)state;
	expect("-P file ls", "file", "file");
	expect("-P ./file ls", "./file", "file");
	expect("-P dir/../file ls", "dir/../file", "file");
	expect("-P link ls", "link", "file");
	expect("-P dir/back ls", "dir/back", "file");
	expect("-P dir/ ls", "dir/", "dir");
}

static void absolute_names(void **state)
{
	(void)state;
	expect("-P / ls", "/", NULL);
	expect("-P /./ ls", "/./", "/");
	expect("-P /no-such-name ls", "/no-such-name", NULL);
	expect("-P //no-such-name ls", "//no-such-name", "/no-such-name");
}

/* What a call may make yet. */
static void names_to_be(void **state)
{
	(void)state;
	expect("-P new ls", "new", "new");
	expect("-P dir/../new ls", "dir/../new", "new");
	expect("-P no/dir/new ls", "no/dir/new", "no/dir/new");
	expect("-P dangling ls", "dangling", "dir/made");
	expect("-P round ls", "round", NULL);
	expect("-P no/.. ls", "no/..", NULL);
	expect("-P no/ ls", "no/", NULL);
	expect("-P file/under ls", "file/under", NULL);
}

/* Whatever comes last on the line. */
static void told_unless_quiet(void **state)
{
	static const char *const lines[] = {
		"-P link -e quiet=path-resolution ls",
		"-qqq -P link ls", "--quiet=path-resolution -P link ls",
	};
	struct options o;
	struct line l;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		*seen.note = '\0';
		parse(&o, &l, lines[i]);
		assert_int_equal(o.ntrace_paths, 2);
		assert_string_equal(seen.note, "");
		options_free(&o);
	}
	parse(&o, &l, "-P qu\"o\\te ls");
	assert_non_null(strstr(seen.note, "path \"qu\\\"o\\\\te\" res"));
	options_free(&o);
}

static int world(void **state)
{
	(void)state;
	strcpy(top, "/tmp/test_paths.XXXXXX");
	return !mkdtemp(top) || chdir(top) || mkdir("dir", 0700) ||
	       !realpath(".", top) || fclose(fopen("file", "w")) ||
	       symlink("file", "link") || symlink("../file", "dir/back") ||
	       symlink("dir/made", "dangling") || symlink("round", "round");
}

static int world_gone(void **state)
{
	(void)state;
	return unlink("round") || unlink("dangling") || unlink("dir/back") ||
	       unlink("link") || unlink("file") || rmdir("dir") || rmdir(top);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_resolve),
		cmocka_unit_test(absolute_names),
		cmocka_unit_test(names_to_be),
		cmocka_unit_test(told_unless_quiet),
	};

	return cmocka_run_group_tests(tests, world, world_gone);
}
