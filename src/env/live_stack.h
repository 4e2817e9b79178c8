/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_stack: walks the stack of a stopped task.
 *
 *	live_stack.c		mappings; frames as text; pages of frames
 *	live_stack_dw.c		the walk, with libdw
 *	live_stack_unwind.c	the walk, with libunwind
 *	live_stack_none.c	no stacks, without both
 */
#ifndef STRACE_ENV_STACK_H
#define STRACE_ENV_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"

#define STACK_NAME_MAX 1024	/* bytes of a symbol, of a source file */

/* A line of /proc/TID/maps that code may be found in. */
struct stack_map {
	uint64_t start, end, offset;
	size_t name;		/* in the text */
	size_t name_len;
	unsigned major, minor;
};

struct stack_maps {
	struct buf text;	/* the lines of mappings that may hold code */
	struct stack_map *map;
	size_t count, cap;
};

/* One walk. */
struct stack_walk {
	pid_t tid;
	bool source;		/* files and lines are wanted too */
	const struct stack_maps *maps;
	struct buf *out;
	unsigned count;
};

struct stack_found {
	uint64_t pc;		/* within the call instruction, or where it
				 * stopped */
	const char *symbol;	/* or NULL */
	uint64_t offset;
	const char *file;	/* or NULL */
	int line;
};

const struct stack_map *stack_maps_find(const struct stack_maps *m,
					uint64_t addr);
/* False if these are frames enough. */
bool stack_frame_add(struct stack_walk *w, const struct stack_found *f);

/* The library's part. */
struct stack_backend;
/* NULL after it reported that the library can't be had. */
struct stack_backend *stack_backend_new(void);
void stack_backend_free(struct stack_backend *b);
void stack_backend_walk(struct stack_backend *b, struct stack_walk *w);

/* demangle.c: the name as in the source, to be freed; NULL if not mangled. */
char *stack_demangle(const char *name);

#endif
