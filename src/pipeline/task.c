/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <stdlib.h>

#include "xalloc.h"

bool task_call_in(const struct task *t, const struct callset *s)
{
	return t->sub ? numset_has(&s->sub, t->sub) :
	       callset_has(s, t->call.abi, t->call.nr);
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
		arena_free(&task->arena);
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
