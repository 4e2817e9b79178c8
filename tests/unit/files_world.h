/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * files_world: an env_files whose questions go to one that counts them.
 *
 * Each answer of the one behind has its number in it: an old one was kept.
 * Included behind cmocka.h.
 */
#ifndef STRACE_TESTS_FILES_WORLD_H
#define STRACE_TESTS_FILES_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "env.h"
#include "env_files.h"
#include "event.h"
#include "task_numbers.h"

#define A 100			/* tasks */
#define B 101

struct counter {
	struct env env;
	int asked;
	const char *form;	/* of the answers */
};

struct world {
	struct counter *behind;
	struct env *e;
	struct task_numbers numbers;
	int64_t now_ns;
};

static ssize_t counter_get(struct env *e, const struct env_query *q, void *buf,
			   size_t size)
{
	struct counter *c = (struct counter *)e;
	const char *nul = strchr(c->form, '|');
	char text[100];
	size_t n;

	(void)q;
	n = (size_t)snprintf(text, sizeof(text), c->form, ++c->asked);
	if (nul)	/* stands for a NUL */
		text[nul - c->form] = '\0';
	if (n > size)
		n = size;
	memcpy(buf, text, n);
	return (ssize_t)n;
}

static void counter_close(struct env *e)
{
	free(e);
}

static int setup(void **state)
{
	static const struct env_ops ops = {counter_get, counter_close};
	struct world *w = calloc(1, sizeof(*w));

	w->behind = calloc(1, sizeof(*w->behind));
	w->behind->env.ops = &ops;
	w->behind->form = "pipe:[%d]";
	w->e = env_files_new(&w->behind->env);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	env_close(w->e);
	task_numbers_free(&w->numbers);
	free(w);
	return 0;
}

static void tell(struct world *w, struct event ev)
{
	ev.pid = ev.pid ? ev.pid : A;
	ev.mono_ns = ++w->now_ns;
	task_numbers_give(&w->numbers, &ev);
	env_files_event(w->e, &ev);
}

#define TELL(w, ...) tell(w, (struct event){__VA_ARGS__})
#define ENTER(w, task, call, ...) \
	TELL(w, .kind = EV_ENTER, .tid = task, .nr = SYS_##call, \
	     .arg = {__VA_ARGS__})
#define EXIT(w, task, result) \
	TELL(w, .kind = EV_EXIT, .tid = task, .ret = result)
#define EXIT_ERROR(w, task) \
	TELL(w, .kind = EV_EXIT, .tid = task, .ret = -1, .err = 1)
#define FORK(w, task, born) \
	TELL(w, .kind = EV_FORK, .tid = task, .child = born)
#define EXEC(w, task) \
	TELL(w, .kind = EV_EXEC, .tid = task, .other_tid = task)

static bool asks_what(struct world *w, enum env_what what, int tid, int fd)
{
	int before = w->behind->asked;
	char text[100];

	assert_true(env_get(w->e, what, tid, fd, text, sizeof(text)) > 0);
	return w->behind->asked != before;
}

static bool asks(struct world *w, int tid, int fd)
{
	return asks_what(w, ENV_FD_PATH, tid, fd);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
