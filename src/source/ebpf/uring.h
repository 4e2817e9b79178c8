/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf_uring: which operations of io_urings are in flight.
 *
 * A completion need not say which operation completed.  If a request completes
 * more than once, or if the ring of completions is full, the kernel gives only
 * the number that the program chose (user_data).  The submission had both.
 *
 * A program may give one number to several operations.  If these are not all
 * the same, what completes is in doubt, and then it is "not known" rather than
 * a guess.  (Operations that were in flight before the trace began can't be
 * taken into account.)  A program may also submit for ever what never
 * completes, so the room is fixed, and the operation that was not heard of for
 * longest is forgotten first.  Zero-initialise; room is taken with the first
 * submission, and uring_ops_free() gives it back.
 */
#ifndef STRACE_SOURCE_EBPF_URING_H
#define STRACE_SOURCE_EBPF_URING_H

#include <stdbool.h>
#include <stdint.h>

#define URING_OPS_WAYS 8	/* places that one operation may be in */
#define URING_OPS_MAX (2048 * URING_OPS_WAYS)

struct uring_op;

/* An operation: its ring, by wire_uring.born, and its number there. */
struct uring_key {
	uint64_t born, user_data;
};

struct uring_ops {
	struct uring_op *op;	/* NULL, or URING_OPS_MAX */
	uint64_t clock;		/* counts submissions and completions */
};

void uring_ops_submit(struct uring_ops *o, struct uring_key key,
		      uint32_t opcode);
/* Its opcode, or WIRE_OPCODE_UNKNOWN.  With `more`, it stays in flight. */
uint32_t uring_ops_complete(struct uring_ops *o, struct uring_key key,
			    bool more);
/* Submissions were lost, so any operation in flight may be in doubt. */
void uring_ops_forget(struct uring_ops *o);
void uring_ops_free(struct uring_ops *o);

#endif
