/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * effect: what a call does to tasks and descriptors, beside what is shown.
 *
 * Descriptions give it after a call (doc/LANGUAGE.md, "Effects"): that it runs
 * another program, makes a child, closes a descriptor.  So no other place has
 * to know a call by its name or number.  A call has a list of effects that ends
 * with one of kind EFFECT_NONE; it may have the same effect twice, under
 * different conditions.
 *
 * A condition is about the call's arguments, as they are at its entry.  If it
 * is about memory that can't be read, it is unknown whether it holds.
 */
#ifndef STRACE_EFFECT_H
#define STRACE_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

enum effect_kind {
	EFFECT_NONE,
	EFFECT_EXECS,		/* path in reg, then argv, then envp */
	EFFECT_FORKS,		/* two tasks return from it */
	EFFECT_SHARES,		/* ... which share their descriptors */
	EFFECT_CLOSES,		/* the descriptors from reg's to last's */
	EFFECT_REPLACES,	/* the descriptor in reg */
	EFFECT_UNSHARES,	/* its descriptors become its own */
	EFFECT_QUEUES,		/* descriptors may change later, unseen */
	EFFECT_RESTARTS,	/* continues a call that was interrupted */
	EFFECT_RENAMES,		/* the task gets another name */
	EFFECT_FILTERS,		/* installs a filter of calls */
	EFFECT_SPREADS,		/* ... in all threads */
	EFFECT_TRANSFERS,	/* at most as many bytes as reg says */
	EFFECT_SUBMITS,		/* so many operations to the ring in arg[0] */
	EFFECT_KINDS
};

enum effect_answer { EFFECT_HOLDS_NOT, EFFECT_HOLDS, EFFECT_UNKNOWN };

struct abi_effect;
struct event;
struct mem;

/* The effects of a call; never NULL. */
const struct abi_effect *effects_of(unsigned abi, uint64_t nr);
/* The first one of that kind, whether it holds or not; NULL if none. */
const struct abi_effect *effect_find(unsigned abi, uint64_t nr,
				     enum effect_kind kind);

/* The arguments of a call; mem may be NULL. */
struct effect_args {
	unsigned abi;
	const uint64_t *arg;
	struct mem *mem;
};

enum effect_answer effect_holds(const struct abi_effect *e,
				const struct effect_args *a);
/* Whether any one of that kind holds for the call that enters. */
enum effect_answer effect_at_entry(const struct event *ev,
				   enum effect_kind kind);
/* The number that the condition is about; false if it can't be read. */
bool effect_number(const struct abi_effect *e, const struct effect_args *a,
		   uint64_t *v);
/* The number that the condition compares it with. */
uint64_t effect_operand(const struct abi_effect *e, unsigned abi);

#endif
