/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <stdlib.h>

#include "xalloc.h"

bool task_call_in(const struct task *t, const struct callset *s)
{
	return t->sub ? numset_has(&s->sub, t->sub) :
	       callset_has(s, t->call.abi, t->call.nr);
}

struct task *tasks_get(struct tasks *t, pid_t tid)
{
	return hash_get(&t->by_tid, tid);
}

struct task *tasks_add(struct tasks *t, pid_t tid, pid_t pid)
{
	struct task *task = xalloc_new(1, sizeof(*task));

	task->tid = tid;
	task->pid = pid;
	task->last_abi = -1;
	tasks_remove(t, tid);
	hash_put(&t->by_tid, tid, task);
	return task;
}

void tasks_remove(struct tasks *t, pid_t tid)
{
	free(hash_del(&t->by_tid, tid));
}

void tasks_free(struct tasks *t)
{
	hash_each(&t->by_tid, slot)
		free(slot->value);
	hash_free(&t->by_tid);
}
