/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "parts.h"
#include "xalloc.h"

struct open_call *task_open(struct task *t)
{
	struct open_call *c = t->spare;

	BUG_ON(t->depth == TASK_CALLS_MAX);
	t->spare = NULL;
	if (!c)
		c = xalloc_new(1, sizeof(*c));
	memset(&c->call, 0, sizeof(c->call));
	memset(c->saved_len, 0, sizeof(c->saved_len));
	c->behind_len = 0;
	c->shown = c->entry_decoded = c->stack_early = false;
	c->fired = 0;
	c->outer = t->open;
	t->open = c;
	t->depth++;
	return c;
}

static void open_call_free(struct open_call *c)
{
	if (c)
		arena_free(&c->arena);
	free(c);
}

void task_close(struct task *t)
{
	struct open_call *c = t->open;

	BUG_ON(!c);
	t->open = c->outer;
	t->depth--;
	arena_reset(&c->arena);
	if (t->spare)
		open_call_free(c);
	else
		t->spare = c;
}

void task_end(struct task *t)
{
	while (t->open)
		task_close(t);
	open_call_free(t->spare);
	t->spare = NULL;
	inject_forget(&t->injected);
}

struct task *tasks_get(struct tasks *t, uint64_t number)
{
	return hash_get(&t->by_number, number);
}

struct task *tasks_add(struct tasks *t, uint64_t number, pid_t tid, pid_t pid)
{
	struct task *task = xalloc_new(1, sizeof(*task));

	task->number = number;
	task->tid = tid;
	task->pid = pid;
	task->last_abi = -1;
	hash_put(&t->by_number, number, task);
	return task;
}

static void task_free(struct task *task)
{
	if (task)
		task_end(task);
	free(task);
}

void tasks_remove(struct tasks *t, uint64_t number)
{
	task_free(hash_del(&t->by_number, number));
}

void tasks_free(struct tasks *t)
{
	hash_each(&t->by_number, slot)
		task_free(slot->value);
	hash_free(&t->by_number);
}
