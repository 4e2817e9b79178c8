/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task_numbers.h"

#include "event.h"

/* The table's pointers are the numbers themselves. */
static uint64_t number_of(const struct task_numbers *n, pid_t tid)
{
	return (uintptr_t)hash_get(&n->by_tid, (uint64_t)tid);
}

static uint64_t number_know(struct task_numbers *n, pid_t tid)
{
	if (n->tid == tid)
		return n->number;
	n->tid = tid;
	n->number = number_of(n, tid);
	if (!n->number) {
		n->number = ++n->last;
		hash_put(&n->by_tid, (uint64_t)tid,
			 (void *)(uintptr_t)n->number);
	}
	return n->number;
}

static void number_forget(struct task_numbers *n, pid_t tid)
{
	hash_del(&n->by_tid, (uint64_t)tid);
	n->tid = 0;
}

/*
 * The thread that called exec goes on under the tid of its leader, which is
 * gone.  If nobody saw who called (other_tid is 0), there is no number to keep,
 * and the leader's stays.
 */
static void exec_take(struct task_numbers *n, struct event *ev)
{
	if (!ev->other_tid || ev->other_tid == ev->tid)
		return;
	ev->gone_task = number_of(n, ev->tid);
	ev->task = number_know(n, ev->other_tid);
	number_forget(n, ev->other_tid);
	hash_put(&n->by_tid, (uint64_t)ev->tid, (void *)(uintptr_t)ev->task);
}

void task_numbers_give(struct task_numbers *n, struct event *ev)
{
	ev->child_task = ev->gone_task = 0;
	ev->task = ev->tid > 0 ? number_know(n, ev->tid) : 0;
	switch (ev->kind) {
	case EV_FORK:
		if (ev->child > 0)
			ev->child_task = number_know(n, ev->child);
		break;
	case EV_EXEC:
		exec_take(n, ev);
		break;
	case EV_EXITED:
	case EV_KILLED:
	case EV_DETACH:
		number_forget(n, ev->tid);
		break;
	default:
		break;
	}
}

void task_numbers_free(struct task_numbers *n)
{
	hash_free(&n->by_tid);
}
