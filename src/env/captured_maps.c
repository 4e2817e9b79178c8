/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "captured_maps.h"

#include <stdlib.h>

#include "xalloc.h"

#define MAPS_MAX 4096		/* of one process */
#define TEXT_MAX (1u << 20)	/* bytes of their names */

static struct stack_maps *maps_of(const struct captured_maps *c, pid_t pid)
{
	return hash_get(&c->of, (uint64_t)pid);
}

const struct stack_maps *captured_maps_get(const struct captured_maps *c,
					   pid_t pid)
{
	return maps_of(c, pid);
}

void captured_maps_forget(struct captured_maps *c, pid_t pid)
{
	struct stack_maps *m = hash_del(&c->of, (uint64_t)pid);

	if (!m)
		return;
	stack_maps_free(m);
	free(m);
}

void captured_maps_begin(struct captured_maps *c, pid_t pid)
{
	captured_maps_forget(c, pid);
	hash_put(&c->of, (uint64_t)pid,
		 xalloc_new(1, sizeof(struct stack_maps)));
}

void captured_maps_read(struct captured_maps *c, pid_t pid)
{
	captured_maps_begin(c, pid);
	if (!stack_maps_read(maps_of(c, pid), pid))
		captured_maps_forget(c, pid);
}

void captured_maps_put(struct captured_maps *c, pid_t pid,
		       const struct stack_map *map, const char *name)
{
	struct stack_maps *m = maps_of(c, pid);

	if (!m || map->start >= map->end)
		return;
	if (m->count >= MAPS_MAX || m->text.len >= TEXT_MAX)
		captured_maps_forget(c, pid);
	else
		stack_maps_put(m, map, name);
}

void captured_maps_fork(struct captured_maps *c, pid_t pid, pid_t child)
{
	const struct stack_maps *m = maps_of(c, pid);

	if (pid == child)
		return;
	captured_maps_forget(c, child);
	if (!m)
		return;
	captured_maps_begin(c, child);
	stack_maps_copy(maps_of(c, child), m);
}

void captured_maps_free(struct captured_maps *c)
{
	hash_each(&c->of, slot) {
		stack_maps_free(slot->value);
		free(slot->value);
	}
	hash_free(&c->of);
}
