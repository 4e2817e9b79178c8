/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tables of traced tasks, and of how many each process has.
 */
#include <stdlib.h>

#include "ebpf.h"
#include "xalloc.h"

static void group_join(struct ebpf_source *s, pid_t pid)
{
	struct ebpf_group *g = hash_get(&s->groups, (uint64_t)pid);

	if (!g) {
		g = xalloc_new(1, sizeof(*g));
		g->pid = pid;
		hash_put(&s->groups, (uint64_t)pid, g);
	}
	g->count++;
}

static void group_leave(struct ebpf_source *s, pid_t pid)
{
	struct ebpf_group *g = hash_get(&s->groups, (uint64_t)pid);

	if (g && --g->count == 0)
		free(hash_del(&s->groups, (uint64_t)pid));
}

unsigned etask_group_count(struct ebpf_source *s, pid_t pid)
{
	struct ebpf_group *g = hash_get(&s->groups, (uint64_t)pid);

	return g ? g->count : 0;
}

struct ebpf_task *etask_get(struct ebpf_source *s, pid_t tid)
{
	return hash_get(&s->tasks, (uint64_t)tid);
}

struct ebpf_task *etask_add(struct ebpf_source *s, pid_t tid, pid_t pid)
{
	struct ebpf_task *t = etask_get(s, tid);

	if (t)
		etask_remove(s, t);
	t = xalloc_new(1, sizeof(*t));
	t->tid = tid;
	t->pid = pid;
	hash_put(&s->tasks, (uint64_t)tid, t);
	group_join(s, pid);
	return t;
}

void etask_remove(struct ebpf_source *s, struct ebpf_task *t)
{
	hash_del(&s->tasks, (uint64_t)t->tid);
	group_leave(s, t->pid);
	free(t);
}

/* A thread that called exec gets its leader's tid, and the leader is gone. */
void etask_rename(struct ebpf_source *s, struct ebpf_task *t, pid_t tid)
{
	struct ebpf_task *leader = etask_get(s, tid);

	if (leader)
		etask_remove(s, leader);
	hash_del(&s->tasks, (uint64_t)t->tid);
	t->tid = tid;
	hash_put(&s->tasks, (uint64_t)tid, t);
}

void etasks_free(struct ebpf_source *s)
{
	hash_each(&s->tasks, slot)
		free(slot->value);
	hash_free(&s->tasks);
	hash_each(&s->groups, slot)
		free(slot->value);
	hash_free(&s->groups);
}
