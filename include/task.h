/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task: what the pipeline knows of one traced thread, between its events.
 *
 * It is made with the first event of its number (task_numbers.h), freed with
 * the last, and found by that number in struct tasks.  It keeps what the entry
 * leaves for the exit: the arguments, the signature that was chosen, and copies
 * of memory that in/out arguments need.
 */
#ifndef STRACE_TASK_H
#define STRACE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "abi_table.h"
#include "emit.h"
#include "event.h"
#include "hash.h"
#include "set.h"
#include "sink.h"

/* More than these are not open at a time; who opens them sees to it. */
#define TASK_CALLS_MAX 128

/* A call that a task is in. */
struct open_call {
	struct open_call *outer; /* the one that it was made in, or NULL */
	bool shown;		/* it passes the filters */
	bool entry_decoded;	/* call.args is there */
	bool stack_early;	/* -k: so is call.stack, read at entry */
	uint64_t fired;		/* bits: rules of options.injects */
	char unknown[32];	/* the name of a number without one */
	struct call call;
	struct arena arena;	/* for all that call points to */
	struct node *args, *aux; /* the lists that call shows to readers */
	struct emit_mark args_end; /* where the exit's arguments go */
	uint64_t arg[6];	/* as at entry (a multiplexer's: unpacked) */
	const struct abi_sig *sig;
	const struct abi_call *desc;
	const struct abi_effect *effects; /* of the call's number */
	uint32_t sub;		/* calls_sub.id of the call it makes, or 0 */
	uint16_t saved_len[16];	/* by argument: bytes of it that were read */
	uint16_t behind_len;	/* the same of what is behind a pointer in it */
	uint8_t saved[ABI_SAVED_MAX];	/* memory at entry, for old(x) */
};

struct task {
	uint64_t number;
	pid_t tid, pid;		/* the present ones: an exec changes tid */
	struct open_call *open;	/* the innermost one; NULL: it is in no call */
	struct open_call *spare; /* for the next call: no malloc a call */
	unsigned depth;		/* how many are open */
	const char *interrupted; /* the call that restart_syscall continues */
	char comm[COMM_TEXT_MAX]; /* raw bytes; comm_len 0: still to be asked */
	size_t comm_len;
	int last_abi;		/* of its last call, shown or not; -1: none */
	uint64_t last_nr;
	struct hash injected;	/* what its rules have counted (inject.c) */
};

struct tasks {
	struct hash by_number;
};

/* Is the call in the set?  By its own name, if it is one of many in one. */
static inline bool open_call_in(const struct open_call *c,
				const struct callset *s)
{
	return c->sub ? numset_has(&s->sub, c->sub) :
	       callset_has(s, c->call.abi, c->call.nr);
}

/* A task enters a call, inside of the one that it may be in already. */
struct open_call *task_open(struct task *t);
/* It leaves the innermost one, which gives its memory back. */
void task_close(struct task *t);
/* For a task that is in no table: give back all that it has. */
void task_end(struct task *t);

struct task *tasks_get(struct tasks *t, uint64_t number); /* NULL: unknown */
struct task *tasks_add(struct tasks *t, uint64_t number, pid_t tid, pid_t pid);
void tasks_remove(struct tasks *t, uint64_t number);
void tasks_free(struct tasks *t);

#endif
