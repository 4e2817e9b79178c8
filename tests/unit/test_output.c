/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "options.h"
#include "output.h"

struct place {
	char dir[64];
	char file[80];
	char messages[80];	/* what went to standard error */
	int saved;
};

static void place_init(struct place *p)
{
	int fd;

	strcpy(p->dir, "/tmp/strace-test-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->file, sizeof(p->file), "%s/out", p->dir);
	snprintf(p->messages, sizeof(p->messages), "%s/err", p->dir);
	p->saved = dup(STDERR_FILENO);
	fd = open(p->messages, O_WRONLY | O_CREAT | O_APPEND, 0600);
	assert_true(fd >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void expect_file(const char *path, const char *text)
{
	char got[512];
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, got, sizeof(got) - 1);
	assert_true(n >= 0);
	got[n] = '\0';
	close(fd);
	assert_string_equal(got, text);
}

static void place_end(struct place *p, const char *messages)
{
	dup2(p->saved, STDERR_FILENO);
	close(p->saved);
	expect_file(p->messages, messages);
	unlink(p->messages);
	unlink(p->file);
	assert_int_equal(rmdir(p->dir), 0);
}

static void put(struct output *out, pid_t tid, const char *text)
{
	buf_str(&output_stream(out, tid)->buf, text);
}

static void test_file(void **state)
{
	struct options o = { .status = STATUS_ALL };
	struct output *out;
	struct place p;

	(void)state;
	place_init(&p);
	out = output_open(&o, p.file);
	assert_non_null(out);
	assert_false(output_is_terminal(out));
	assert_false(output_is_immediate(out));
	assert_false(output_pending(out));
	assert_true(fcntl(output_stream(out, 1)->fd, F_GETFD) & FD_CLOEXEC);
	put(out, 1, "one\n");
	put(out, 2, "two\n");
	assert_true(output_pending(out));
	expect_file(p.file, "");
	assert_int_equal(output_flush(out), 0);
	expect_file(p.file, "one\ntwo\n");
	put(out, 1, "three\n");
	assert_int_equal(output_close(out), 0);
	expect_file(p.file, "one\ntwo\nthree\n");
	o.append = true;
	out = output_open(&o, p.file);
	put(out, 1, "four\n");
	assert_int_equal(output_close(out), 0);
	expect_file(p.file, "one\ntwo\nthree\nfour\n");
	o.append = false;
	assert_int_equal(output_close(output_open(&o, p.file)), 0);
	expect_file(p.file, "");
	place_end(&p, "");
}

static void test_no_file(void **state)
{
	struct options o = { 0 };
	struct place p;

	(void)state;
	place_init(&p);
	assert_null(output_open(&o, "/nonexistent/x\33"));
	close(open(p.file, O_CREAT, 0600));
	place_end(&p, "strace: Can't open '/nonexistent/x\\033' for writing: "
		  "No such file or directory\n");
}

static void test_full(void **state)
{
	struct options o = { 0 };
	struct output *out;
	struct place p;

	(void)state;
	place_init(&p);
	out = output_open(&o, "/dev/full");
	put(out, 1, "one\n");
	assert_false(output_failed(out));
	assert_int_equal(output_flush(out), -1);
	assert_true(output_failed(out));
	put(out, 1, "two\n");
	assert_int_equal(output_flush(out), -1);
	assert_false(output_pending(out));
	assert_int_equal(output_close(out), -1);
	place_end(&p, "strace: Can't write to '/dev/full': No space left on "
		  "device; the rest of the trace is lost\n");
}

static void test_stderr(void **state)
{
	struct options o = { 0 };
	struct output *out;
	struct place p;

	(void)state;
	place_init(&p);
	out = output_open(&o, NULL);
	assert_true(output_is_immediate(out));
	assert_true(output_stream(out, 1)->fd > STDERR_FILENO);
	put(out, 1, "trace\n");
	assert_int_equal(output_close(out), 0);
	place_end(&p, "trace\n");
}

static void test_command(void **state)
{
	struct options o = { 0 };
	struct output *out;
	struct buf command = {0};
	struct place p;

	(void)state;
	place_init(&p);
	for (int i = 0; i < 2; i++) {
		buf_reset(&command);
		buf_fmt(&command, "%csleep 0.1; tr a-z A-Z >'%s'",
			i ? '!' : '|', p.file);
		out = output_open(&o, buf_cstr(&command));
		assert_non_null(out);
		put(out, 1, "hello\n");
		/* Its end is waited for. */
		assert_int_equal(output_close(out), 0);
		expect_file(p.file, "HELLO\n");
	}
	buf_free(&command);
	place_end(&p, "");
}

static void test_command_ends_early(void **state)
{
	struct options o = { 0 };
	struct output *out;
	struct place p;
	char *big = malloc(1 << 20);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', 1 << 20);
	signal(SIGPIPE, SIG_IGN);
	place_init(&p);
	out = output_open(&o, "|exec true");
	buf_add(&output_stream(out, 1)->buf, big, 1 << 20);
	assert_int_equal(output_flush(out), -1);
	assert_int_equal(output_close(out), -1);
	free(big);
	close(open(p.file, O_CREAT, 0600));
	place_end(&p, "strace: The output command ended early; the rest of "
		  "the trace is lost\n");
}

/* More than a pipe holds, to a reader that is slow, through O_NONBLOCK. */
static void test_slow_reader(void **state)
{
	struct options o = { 0 };
	struct output *out;
	struct buf command = {0};
	struct place p;
	size_t n = 300000;

	(void)state;
	place_init(&p);
	buf_fmt(&command, "|sleep 0.1; wc -c | tr -d ' ' >'%s'", p.file);
	out = output_open(&o, buf_cstr(&command));
	fcntl(output_stream(out, 1)->fd, F_SETFL, O_NONBLOCK);
	while (n--)
		put(out, 1, "x");
	assert_int_equal(output_flush(out), 0);
	assert_int_equal(output_close(out), 0);
	expect_file(p.file, "300000\n");
	buf_free(&command);
	place_end(&p, "");
}

static void test_separate(void **state)
{
	struct options o = { .output_separately = true };
	struct output *out;
	struct place p;
	char one[100], two[100];
	int fd;

	(void)state;
	place_init(&p);
	snprintf(one, sizeof(one), "%s.1", p.file);
	snprintf(two, sizeof(two), "%s.22", p.file);
	/* of another trace */
	fd = open(two, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "z", 1), 1);
	close(fd);
	out = output_open(&o, p.file);
	put(out, 1, "a\n");
	put(out, 22, "b\n");
	assert_true(output_pending(out));
	output_task_gone(out, 22);
	output_task_gone(out, 22);
	expect_file(two, "b\n");
	expect_file(one, "");
	assert_int_equal(output_flush(out), 0);
	expect_file(one, "a\n");
	put(out, 1, "c\n");
	put(out, 22, "late\n");
	assert_int_equal(output_close(out), 0);
	expect_file(one, "a\nc\n");
	expect_file(two, "b\nlate\n");
	unlink(one);
	unlink(two);
	close(open(p.file, O_CREAT, 0600));
	place_end(&p, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_stderr),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_command_ends_early),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_separate),
	};

	program_invocation_name = (char *)"strace";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
