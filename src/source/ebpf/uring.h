/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf_uring: which operations of io_urings are in flight.
 *
 * A completion need not say what completed: of a request that completes more
 * than once, or where the ring of completions is full, the kernel tells only
 * the number that the program gave it (user_data).  The submission had both.
 *
 * Programs may give one number to several operations, and may submit without
 * end what never completes.  What is in doubt is not known (but nobody tells of
 * what was in flight before the trace began); the room is fixed, and who was
 * not heard of for longest is forgotten first.  Zero-initialise; room is taken
 * with the first submission, and uring_ops_free() gives it back.
 */
#ifndef STRACE_SOURCE_EBPF_URING_H
#define STRACE_SOURCE_EBPF_URING_H

#include <stdbool.h>
#include <stdint.h>

#define URING_OPS_WAYS 8	/* that one operation may be in */
#define URING_OPS_MAX (2048 * URING_OPS_WAYS)

struct uring_op;

/* An operation: its ring, as wire_uring.born has it, and its number there. */
struct uring_key {
	uint64_t born, user_data;
};

struct uring_ops {
	struct uring_op *op;	/* NULL, or URING_OPS_MAX */
	uint64_t clock;		/* counts what was heard */
};

void uring_ops_submit(struct uring_ops *o, struct uring_key key,
		      uint32_t opcode);
/* Its opcode, or WIRE_OPCODE_UNKNOWN; more: it is in flight still. */
uint32_t uring_ops_complete(struct uring_ops *o, struct uring_key key,
			    bool more);
/* Submissions were lost: any of those in flight may be in doubt. */
void uring_ops_forget(struct uring_ops *o);
void uring_ops_free(struct uring_ops *o);

#endif
