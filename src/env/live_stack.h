/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_stack: walks the stack of a stopped task.
 *
 *	live_stack.c		the walk's frames as text; pages of frames
 *	live_stack_maps.c	what is mapped at an address, asked in each walk
 *	captured_maps.c		the same as it was told, of tasks that go on
 *	live_stack_space.c	what is known of address spaces, and kept
 *	live_stack_names.c	the names of addresses, which are a part of that
 *	live_stack_dw.c		the walk, with libdw
 *	live_stack_elf.c	which ELF files libdw may read, and how
 *	live_stack_image.c	those that are in memory only
 *	live_stack_symbols.c	the symbols of a file in order, for libdw
 *	live_stack_unwind.c	the walk, with libunwind
 *	live_stack_none.c	no stacks, without both
 *
 * What takes time is to read files and to find names in them, so that is kept
 * from walk to walk, in a *space*: the files that code was found in, where they
 * are mapped, what a library made of them, and the names of addresses.  No
 * event tells what a process maps and unmaps (filters hide those calls, and
 * tasks that nobody traces share its memory), so nothing is believed: a walk
 * asks the kernel for each mapping that it meets, once, and a space may be used
 * as long as it agrees with all of them.  If it does not, the walk begins again
 * with another space, which may be a new one.  Thus threads share a space, a
 * process and its child do until they differ, and neither exec nor a number
 * that is used again needs to be noticed.
 *
 * A space holds its files open.  While it does, no other file can get the same
 * device and inode, so these two say which file a mapping is of; the time of
 * its last change says whether its contents are still those.  One that can't
 * be opened has to keep its name as well.
 *
 * Files are the tracee's own, chosen by it.  What is read of them is bounded,
 * by pread(), since a file may be cut while it is mapped.
 */
#ifndef STRACE_ENV_STACK_H
#define STRACE_ENV_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "buf.h"

#define STACK_NAME_MAX 1024	/* bytes of a symbol, of a source file */

/* ---- live_stack_maps.c: what is mapped ---- */

struct stack_captured;
struct stack_fact;

/* A mapping that code may be found in: of a file, or executable. */
struct stack_map {
	uint64_t start, end, offset, inode;
	unsigned major, minor;
	size_t name, name_len;	/* in the text; the file may be gone */
	bool met;		/* by this walk */
	struct stack_fact *fact; /* of the walk's space, once it agreed */
};

/* Those that this walk has met, or all of them; in order. */
struct stack_maps {
	pid_t tid;
	int fd;			/* /proc/TID/maps */
	bool whole;		/* the kernel does not tell of one address */
	bool told;		/* all are known: nobody is asked */
	int64_t past;		/* when that was, by the wall clock; 0: now */
	struct stack_map *map;
	size_t count, cap;
	struct buf text;	/* their names */
	struct buf raw;		/* the file, if it had to be read */
};

/*
 * Begins a walk; false if the task's mappings can't be had.  If told is not
 * NULL, these are all it had.
 */
bool stack_maps_begin(struct stack_maps *m, pid_t tid,
		      const struct stack_maps *told);
/* All that the process has; false if it has none, or is gone. */
bool stack_maps_read(struct stack_maps *m, pid_t pid);
/* Another mapping takes the place of what was there. */
void stack_maps_put(struct stack_maps *m, const struct stack_map *new,
		    const char *name);
void stack_maps_copy(struct stack_maps *m, const struct stack_maps *from);
/* NULL: no code can be there.  Valid until the next one is looked for. */
struct stack_map *stack_maps_find(struct stack_maps *m, uint64_t addr);
void stack_maps_end(struct stack_maps *m);
void stack_maps_free(struct stack_maps *m);

/* ---- live_stack_names.c ---- */

struct stack_name {
	uint64_t pc;
	char *text;		/* SYMBOL NUL OFFSET NUL FILE NUL LINE NUL */
	size_t symbol_len, len;	/* that of the first two, of all of it */
};

/* An address has one place in it, where the last one stays. */
struct stack_names {
	struct stack_name *name;
	size_t size;		/* a power of two */
};

void stack_names_init(struct stack_names *n, size_t size);
/* NULL: not kept. */
const struct stack_name *stack_names_get(const struct stack_names *n,
					 uint64_t pc);
const struct stack_name *stack_names_put(struct stack_names *n,
					 const struct stack_name *new);
void stack_names_free(struct stack_names *n);

/* ---- live_stack_space.c: what is kept ---- */

#define STACK_FACTS 128
#define STACK_FILES 64

struct stack_file {
	uint64_t inode;
	unsigned major, minor;
	int fd;			/* -1: it can't be opened, or must not be */
	bool forbidden;		/* to be read, even where it is mapped */
	uint64_t name;		/* its hash, if it is not open */
	off_t size;		/* when it was opened, as is the next */
	struct timespec changed;
};

/* What is mapped somewhere. */
struct stack_fact {
	uint64_t start, end, offset;
	struct stack_file *file; /* NULL: memory without a file */
	bool vdso;
	void *module;		/* the backend's, or NULL */
};

struct stack_space {
	pid_t tid;		/* who used it last */
	uint64_t used;		/* when; 0: never */
	uint64_t walk;		/* the last one that tried it */
	struct stack_fact fact[STACK_FACTS];
	struct stack_file file[STACK_FILES];
	size_t facts, files;
	struct stack_names names;
	void *known;		/* the backend's, or NULL */
};

/* ---- live_stack.c: the walk ---- */

struct stack_backend;

struct stack_walk {
	pid_t tid;
	/* NULL: the task is stopped, so its registers and memory are there. */
	const struct stack_captured *captured;
	bool source;		/* files and lines are wanted too */
	unsigned limit;		/* of frames */
	struct stack_backend *backend;
	struct stack_maps *maps;
	struct stack_space *space;
	bool fresh;		/* nothing was known to the space before */
	bool disagreed;		/* the space is not that of this task */
	bool missed;		/* memory that was not captured is needed */
	struct buf *out;
	unsigned count;
};

struct stack_found {
	const char *symbol;	/* or NULL */
	uint64_t offset;
	const char *file;	/* or NULL */
	int line;
};

/*
 * The backend is going to unwind a frame there: what is mapped there becomes
 * known to it, if that is new.
 */
void stack_frame_meet(struct stack_walk *w, uint64_t pc);
/*
 * The backend reports the next frame: pc is within the instruction that calls,
 * or where the task stopped.  False if the walk is over.
 */
bool stack_frame_add(struct stack_walk *w, uint64_t pc, void *frame);

/* What the walk's space knows of a mapping; NULL: nothing can be known. */
struct stack_fact *stack_space_fact(struct stack_walk *w,
				    struct stack_map *map);
/* Does nothing that the walk has met speak against this space? */
bool stack_space_agrees(const struct stack_space *s,
			const struct stack_maps *m);
void stack_space_forget(struct stack_space *s);

/* ---- the library's part ---- */

/* NULL after it reported that the library can't be had. */
struct stack_backend *stack_backend_new(void);
void stack_backend_free(struct stack_backend *b);
void stack_backend_walk(struct stack_walk *w);
/* A fact is new to the space; false if it can't be with what is known there. */
bool stack_backend_map(struct stack_walk *w, struct stack_fact *fact);
/* The name of an address; frame is what stack_frame_add() was given. */
void stack_backend_find(struct stack_walk *w, const struct stack_fact *fact,
			uint64_t pc, void *frame, struct stack_found *found);
void stack_backend_forget(struct stack_space *s);

/* demangle.c: the name as in the source, NUL-terminated and cut to size; false
 * if it is not a mangled one. */
bool stack_demangle(const char *name, char *to, size_t size);

#endif
