/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task: what the pipeline knows of one traced thread, between its events.
 *
 * Born with the first event of its number (task_numbers.h), gone with its
 * last; found by that in struct tasks.  It keeps what entry leaves behind for
 * exit: the arguments, the signature chosen, and copies of memory that in/out
 * arguments need.
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

struct task {
	uint64_t number;
	pid_t tid, pid;		/* as of now: an exec changes tid */
	bool in_call;		/* between enter and exit */
	bool shown;		/* that call passes the filters */
	bool entry_decoded;	/* call.args is there */
	bool stack_early;	/* -k: call.stack as well, since its entry */
	const char *interrupted; /* the call restart_syscall goes on with */
	char comm[64];		/* raw bytes; comm_len 0: to be asked */
	size_t comm_len;
	char unknown[32];	/* the name of a number without one */
	struct call call;
	struct arena arena;	/* of all that call points to */
	struct node *args, *aux; /* the lists that call shows to readers */
	struct emit_mark args_end; /* where the exit's arguments go */
	uint64_t arg[6];	/* as at entry (a multiplexer's: unpacked) */
	const struct abi_sig *sig;
	const struct abi_call *desc;
	const struct abi_effect *effects; /* of the number that it called */
	uint32_t sub;		/* calls_sub.id of what it makes, 0: itself */
	uint16_t saved_len[16];	/* by argument: bytes of it that were read */
	uint8_t saved[ABI_SAVED_MAX];	/* memory at entry, for old(x) */
	int last_abi;		/* to tell of a change; -1 at first */
};

struct tasks {
	struct hash by_number;
};

/* Is its call in the set?  By its own name, if it is one of many in one. */
bool task_call_in(const struct task *t, const struct callset *s);

struct task *tasks_get(struct tasks *t, uint64_t number); /* NULL: unknown */
struct task *tasks_add(struct tasks *t, uint64_t number, pid_t tid, pid_t pid);
void tasks_remove(struct tasks *t, uint64_t number);
void tasks_free(struct tasks *t);

#endif
