/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * uring.c makes events of the records about io_urings.
 */
#include "uring.h"

#include <stdlib.h>
#include <string.h>

#include "ebpf.h"
#include "xalloc.h"

#define ERRNO_MAX 4095
#define CQE_F_MORE (1u << 1)	/* IORING_CQE_F_MORE */

/* ---- operations in flight ---- */

struct uring_op {
	struct uring_key key;
	uint64_t heard;		/* uring_ops.clock when it was last heard of */
	uint32_t count;		/* in flight with this number; 0: free place */
	uint16_t opcode;	/* WIRE_OPCODE_UNKNOWN if they differ */
};

/* The places where an operation may be. */
static struct uring_op *ways_of(const struct uring_ops *o, struct uring_key key)
{
	uint64_t h = key.born * 0x9e3779b97f4a7c15ull ^ key.user_data;

	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15ull;
	return o->op + (h >> 32) % (URING_OPS_MAX / URING_OPS_WAYS) *
	       URING_OPS_WAYS;
}

static struct uring_op *op_find(const struct uring_ops *o, struct uring_key key)
{
	struct uring_op *op = ways_of(o, key);

	for (unsigned i = 0; i < URING_OPS_WAYS; i++)
		if (op[i].count && op[i].key.born == key.born &&
		    op[i].key.user_data == key.user_data)
			return &op[i];
	return NULL;
}

/* A free place, else that of the operation not heard of for longest. */
static struct uring_op *op_place(const struct uring_ops *o,
				 struct uring_key key)
{
	struct uring_op *op = ways_of(o, key), *oldest = op;

	for (unsigned i = 0; i < URING_OPS_WAYS; i++) {
		if (!op[i].count)
			return &op[i];
		if (op[i].heard < oldest->heard)
			oldest = &op[i];
	}
	return oldest;
}

void uring_ops_submit(struct uring_ops *o, struct uring_key key,
		      uint32_t opcode)
{
	struct uring_op *op;

	if (!o->op)
		o->op = xalloc_new(URING_OPS_MAX, sizeof(*o->op));
	if (opcode > UINT8_MAX)
		opcode = WIRE_OPCODE_UNKNOWN;
	op = op_find(o, key);
	if (!op) {
		op = op_place(o, key);
		*op = (struct uring_op){.key = key,
					.opcode = (uint16_t)opcode};
	} else if (op->opcode != opcode) {
		op->opcode = WIRE_OPCODE_UNKNOWN;
	}
	if (op->count < UINT32_MAX)
		op->count++;
	op->heard = ++o->clock;
}

uint32_t uring_ops_complete(struct uring_ops *o, struct uring_key key,
			    bool more)
{
	struct uring_op *op = o->op ? op_find(o, key) : NULL;

	if (!op)
		return WIRE_OPCODE_UNKNOWN;
	op->heard = ++o->clock;
	if (!more)
		op->count--;
	return op->opcode;
}

void uring_ops_forget(struct uring_ops *o)
{
	if (o->op)
		memset(o->op, 0, URING_OPS_MAX * sizeof(*o->op));
}

void uring_ops_free(struct uring_ops *o)
{
	free(o->op);
	memset(o, 0, sizeof(*o));
}

/* ---- events ---- */

static uint64_t uring_number(struct ebpf_source *s, uint64_t born)
{
	void *n = hash_get(&s->urings, born);

	if (!n) {
		n = (void *)++s->nurings;
		hash_put(&s->urings, born, n);
	}
	return (uintptr_t)n;
}

static void uring_submit(struct ebpf_source *s, const struct wire_uring *x,
			 struct event *ev)
{
	const struct wire_sqe *e = (const void *)x;

	ev->kind = EV_URING_SUBMIT;
	ev->arg[3] = URING_SQE_AT;
	if (abi_word_size(ev->abi) == 4)
		ev->arg[3] = (uint32_t)URING_SQE_AT;
	if (x->w.flags & WIRE_NO_SQE)
		ev->arg[3] = 0;
	if (x->w.flags & WIRE_REFUSED)
		s->refused = *x;
	memory_set(s, ev, NULL, 0);
	if (ev->arg[3])
		mem_blocks_add(&s->blocks, ev->arg[3], e->sqe, SQE_SIZE,
			       SQE_SIZE);
	memory_add(s, ev, e + 1, s->item.rec.size - sizeof(*e));
	if (x->w.flags & WIRE_FAULTS)
		memory_live(s, ev);
}

static void uring_complete(struct ebpf_source *s, const struct wire_uring *x,
			   struct event *ev)
{
	ev->kind = EV_URING_COMPLETE;
	ev->arg[3] = x->flags;
	ev->ret = x->res;
	if (x->res < 0 && x->res >= -ERRNO_MAX) {
		ev->err = -x->res;
		ev->ret = -1;
	}
	memory_set(s, ev, NULL, 0);
}

/* The operation's opcode, also for completions that do not say it. */
static uint32_t opcode_of(struct ebpf_source *s, const struct wire_uring *x)
{
	struct uring_key key = {x->born, x->user_data};
	struct wire_uring *r = &s->refused;
	uint32_t known;

	if (x->w.kind == WIRE_URING_SUBMIT) {
		uring_ops_submit(&s->uring_ops, key, x->opcode);
		return x->opcode;
	}
	known = uring_ops_complete(&s->uring_ops, key, x->flags & CQE_F_MORE);
	if (x->opcode == WIRE_OPCODE_UNKNOWN)
		return known;
	/* The kernel completes an opcode that it does not know as a no-op. */
	if (x->opcode == 0 && r->born && r->born == x->born &&
	    r->user_data == x->user_data) {
		r->born = 0;	/* a later, real no-op may have its number */
		return r->opcode;
	}
	return x->opcode;
}

bool uring_serve(struct ebpf_source *s, const struct ebpf_task *t,
		 const struct wire_uring *x, struct event *ev)
{
	uint32_t opcode = opcode_of(s, x);

	/* A ring may outlive the tasks that used it. */
	if (!t)
		return false;
	ev->nr = WIRE_URING_ENTER_NR;
	ev->arg[0] = (uint64_t)x->fd;
	ev->arg[1] = opcode;
	ev->arg[2] = x->user_data;
	ev->arg[4] = uring_number(s, x->born);
	if (x->w.kind == WIRE_URING_SUBMIT)
		uring_submit(s, x, ev);
	else
		uring_complete(s, x, ev);
	return true;
}
