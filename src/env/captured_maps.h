/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * captured_maps: the code that processes mapped, as it was told.
 *
 * Of a process that runs another program by now, or is gone, nobody can be
 * asked what was where.  So its mappings are kept, from its exec on or from
 * when it is traced, and its children begin with the same.  A process that maps
 * more than is sensible has none here: it is asked.
 */
#ifndef STRACE_ENV_CAPTURED_MAPS_H
#define STRACE_ENV_CAPTURED_MAPS_H

#include "hash.h"
#include "live_stack.h"

struct captured_maps {
	struct hash of;		/* struct stack_maps by pid */
};

/* NULL: they are not known. */
const struct stack_maps *captured_maps_get(const struct captured_maps *c,
					   pid_t pid);
void captured_maps_begin(struct captured_maps *c, pid_t pid);
void captured_maps_read(struct captured_maps *c, pid_t pid);
void captured_maps_put(struct captured_maps *c, pid_t pid,
		       const struct stack_map *map, const char *name);
void captured_maps_fork(struct captured_maps *c, pid_t pid, pid_t child);
void captured_maps_forget(struct captured_maps *c, pid_t pid);
void captured_maps_free(struct captured_maps *c);	/* all of them */

#endif
