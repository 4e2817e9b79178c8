/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * uring: operations that go through io_urings.
 *
 * An operation belongs to the task that submitted it, whoever carries it out.
 * The kernel's own threads in a process (workers, and with IORING_SETUP_SQPOLL
 * a poller) make no calls and are not tasks here, so operations that the poller
 * submits belong to the task that made the ring.  The loader leaves out the
 * programs whose tracepoints the kernel does not have.
 */
#ifndef STRACE_BPF_URING_H
#define STRACE_BPF_URING_H

#include "uring_args.h"

#define PF_IO_WORKER 0x10
#define IORING_SETUP_SQE128 (1u << 10)
#define IORING_SETUP_REGISTERED_FD_ONLY (1u << 15)
#define IORING_SETUP_NO_SQARRAY (1u << 16)
#define IORING_SETUP_SQE_MIXED (1u << 19)
#define IORING_ENTER_REGISTERED_RING (1u << 4)
#define IORING_OP_NOP128 63	/* opcodes from here on take two places */
#define SQE_USER_DATA 32	/* the offset of user_data in an sqe */

struct uring {
	uint64_t born;		/* when it was made, which no two share */
	int32_t tid, pid;	/* of the task that it belongs to */
	int32_t fd;		/* -1: not known */
	uint8_t abi;
	uint8_t pad[3];
};

/* The rings that traced tasks use, by their address in the kernel. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, uint64_t);
	__type(value, struct uring);
} urings SEC(".maps");

static __always_inline struct uring *uring_new(uint64_t ctx, int32_t fd,
					       const struct task_state *st)
{
	struct uring u = {
		.born = bpf_ktime_get_ns(), .tid = st->tid, .pid = st->pid,
		.fd = fd, .abi = st->abi,
	};

	bpf_map_update_elem(&urings, &ctx, &u, BPF_ANY);
	return bpf_map_lookup_elem(&urings, &ctx);
}

static __always_inline struct task_state *uring_state(struct task_struct *t)
{
	struct task_state *st = state_of(t);

	return st && !(st->flags & TASK_WAIT_EXEC) ? st : 0;
}

/* What is known of a ring that the current task uses, if that is traced. */
static __always_inline struct uring *uring_of(struct task_struct *t,
					      struct task_state **user,
					      uint64_t ctx)
{
	struct uring *u = bpf_map_lookup_elem(&urings, &ctx);
	struct task_state *st;

	*user = 0;
	if (t->flags & PF_IO_WORKER) {
		st = u ? 0 : uring_state(t->group_leader);
		return u ? u : st ? uring_new(ctx, -1, st) : 0;
	}
	st = uring_state(t);
	if (!st)
		return 0;
	*user = st;
	if (!u)
		u = uring_new(ctx, -1, st);
	if (u && (st->flags & (TASK_IN_CALL | TASK_SKIP)) == TASK_IN_CALL &&
	    st->nr == WIRE_URING_ENTER_NR &&
	    !(st->arg[3] & IORING_ENTER_REGISTERED_RING))
		u->fd = st->arg[0];
	return u;
}

static __always_inline void uring_fill(struct wire_uring *x, uint8_t kind,
				       const struct uring *u,
				       const struct task_state *st)
{
	x->w.kind = kind;
	x->w.abi = st ? st->abi : u->abi;
	x->w.flags = 0;
	x->w.lost = 0;
	x->w.tid = st ? st->tid : u->tid;
	x->w.pid = st ? st->pid : u->pid;
	x->w.mono_ns = bpf_ktime_get_ns();
	x->w.cpu_ns = 0;
	x->born = u->born;
	x->fd = u->fd;
}

/* ---- submitted ---- */

/* The place that the kernel took the last operation from. */
static __always_inline const void *sqe_find(struct io_ring_ctx *ctx,
					    uint32_t opcode)
{
	uint32_t at = BPF_CORE_READ(ctx, cached_sq_head) - 1;
	uint32_t n = BPF_CORE_READ(ctx, sq_entries);
	uint32_t flags = BPF_CORE_READ(ctx, flags);

	if (flags & IORING_SETUP_SQE_MIXED && opcode >= IORING_OP_NOP128)
		at--;
	at &= n - 1;
	if (!(flags & IORING_SETUP_NO_SQARRAY))
		bpf_probe_read_kernel(&at, sizeof(at),
				      BPF_CORE_READ(ctx, sq_array) + at);
	if (at >= n)
		return 0;
	if (flags & IORING_SETUP_SQE128)
		at <<= 1;
	return (const char *)BPF_CORE_READ(ctx, sq_sqes) +
	       (uint64_t)at * SQE_SIZE;
}

/*
 * The program may write to an operation after it has submitted it.  If this is
 * not what the kernel took any more, the record says only what that was.
 */
static __always_inline void sqe_read(struct wire_sqe *x, const void *sqe,
				     const struct uring_op *op, bool refused)
{
	uint64_t *user_data = (uint64_t *)&x->sqe[SQE_USER_DATA];

	x->u.w.flags = refused ? WIRE_REFUSED : 0;
	x->u.opcode = op->opcode;
	x->u.user_data = op->user_data;
	if (!sqe || bpf_probe_read_kernel(x->sqe, SQE_SIZE, sqe) ||
	    *user_data != x->u.user_data ||
	    (!refused && x->sqe[0] != x->u.opcode)) {
		x->u.w.flags |= WIRE_NO_SQE;
		__builtin_memset(x->sqe, 0, SQE_SIZE);
		return;
	}
	x->u.opcode = x->sqe[0];
}

static __always_inline void sqe_capture(struct scratch *s, uint32_t slot,
					const struct wire_sqe *x)
{
	uint32_t abi = x->u.w.abi;
	struct wire_case key = { .key = { x->u.opcode } };
	struct wire_plans *p;
	uint32_t plan;

	if (x->u.w.flags & WIRE_NO_SQE)
		return;
	CAP_OPAQUE(abi);
	abi &= ABI_ROUND - 1;
	s->run.own = arch_has_short_words(abi) ? (uint32_t)-4096 : -4096ull;
	s->run.v[3] = s->run.own;
	key.id = settings.uring[abi].id;
	plan = settings.uring[abi].plans.enter;
	p = bpf_map_lookup_elem(&cases, &key);
	if (p)
		plan = p->enter;
	if (!plan)
		return;
	cap_run_begin(&s->run);
	capture_steps(slot, plan);
	/* The sqe counts as a fault of its own, but the record has it. */
	if (s->run.faults)
		s->run.faults--;
}

static __always_inline void uring_submitted(const struct uring_op *op)
{
	struct task_struct *t = bpf_get_current_task_btf();
	uint32_t slot = SLOT_URING, used;
	struct task_state *st;
	struct uring *u = uring_of(t, &st, (uint64_t)op->ctx);
	struct scratch *s;
	struct wire_sqe *x;

	if (!u)
		return;
	s = scratch_of(&slot);
	if (!s)
		return;
	x = (void *)s->run.head;
	uring_fill(&x->u, WIRE_URING_SUBMIT, u, st);
	sqe_read(x, sqe_find(op->ctx, op->opcode), op, false);
	capture_reset(&s->run);
	sqe_capture(s, slot, x);
	call_flags(s, &x->u.w);
	used = s->run.used;
	x->u.w.lost = s->lost;
	CAP_OPAQUE(used);
	used &= 2 * CAP_DATA_MAX - 1;
	if (bpf_ringbuf_output(&ring, x, sizeof(*x) + used, ring_flags())) {
		s->lost++;
		__sync_fetch_and_add(&shared.lost, 1);
	} else {
		s->lost = 0;
	}
}

SEC("tp_btf/io_uring_submit_req")
int on_uring_submit_req(uint64_t *arg)
{
	struct uring_op op = {};

	op_read(&op, ARG(arg, 0));
	uring_submitted(&op);
	return 0;
}

/* Before 6.4, the tracepoint had this name. */
SEC("tp_btf/io_uring_submit_sqe")
int on_uring_submit_sqe(uint64_t *arg)
{
	struct uring_op op = {};

	if (submit_read(arg, &op))
		uring_submitted(&op);
	return 0;
}

/*
 * The kernel refuses an operation, which completes at once.  It does not read
 * its memory, so that is not captured here either, and the tracer reads it.
 */
SEC("tp_btf/io_uring_req_failed")
int on_uring_refused(uint64_t *arg)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *st;
	struct wire_sqe x = {};
	struct uring_op op = {};
	struct uring *u;

	if (!refused_read(arg, &op))
		return 0;
	u = uring_of(t, &st, (uint64_t)op.ctx);
	if (!u)
		return 0;
	uring_fill(&x.u, WIRE_URING_SUBMIT, u, st);
	sqe_read(&x, (void *)ARG(arg, 0), &op, true);
	x.u.w.flags |= WIRE_FAULTS;
	if (bpf_ringbuf_output(&ring, &x, sizeof(x), ring_flags()))
		__sync_fetch_and_add(&shared.lost, 1);
	return 0;
}

/* ---- completed ---- */

static __always_inline struct task_struct *req_task(struct io_kiocb *req)
{
	if (bpf_core_field_exists(req->tctx))
		return BPF_CORE_READ(req, tctx, task);
	return BPF_CORE_READ(req, task);
}

/* As in ids_set(), for a task that the verifier has no type of. */
static __always_inline int32_t pid_read(struct task_struct *t)
{
	uint32_t level = shared.self_level;
	struct pid *pid;
	int32_t nr = 0;

	if (!level)
		return BPF_CORE_READ(t, pid);
	pid = BPF_CORE_READ(t, thread_pid);
	if (BPF_CORE_READ(pid, level) < level)
		return BPF_CORE_READ(t, pid);
	bpf_probe_read_kernel(&nr, sizeof(nr), (void *)pid +
		bpf_core_field_offset(struct pid, numbers) +
		level * bpf_core_type_size(struct upid) +
		bpf_core_field_offset(struct upid, nr));
	return nr;
}

static __always_inline void uring_completed(uint64_t ctx, struct io_kiocb *req,
					    const struct io_uring_cqe *cqe)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct uring *u = bpf_map_lookup_elem(&urings, &ctx);
	struct wire_uring x = {};
	struct task_state *st;

	if (!u)
		u = uring_of(t, &st, ctx);
	if (!u)
		return;
	st = req || t->flags & PF_IO_WORKER ? 0 : uring_state(t);
	uring_fill(&x, WIRE_URING_COMPLETE, u, st);
	x.opcode = WIRE_OPCODE_UNKNOWN;
	if (req) {
		struct task_struct *by = req_task(req);

		x.opcode = BPF_CORE_READ(req, opcode);
		if (!(BPF_CORE_READ(by, flags) & PF_IO_WORKER)) {
			x.w.tid = pid_read(by);
			x.w.pid = pid_read(BPF_CORE_READ(by, group_leader));
		}
	}
	x.user_data = cqe->user_data;
	x.res = cqe->res;
	x.flags = cqe->flags;
	if (bpf_ringbuf_output(&ring, &x, sizeof(x), ring_flags()))
		__sync_fetch_and_add(&shared.lost, 1);
}

SEC("tp_btf/io_uring_complete")
int on_uring_complete(uint64_t *arg)
{
	struct io_uring_cqe cqe = {};
	struct io_kiocb *req = 0;

	if (complete_read(arg, &req, &cqe))
		uring_completed(ARG(arg, 0), req, &cqe);
	return 0;
}

/* The ring of completions is full, so this one waits elsewhere. */
SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(on_uring_overflow, void *where, uint64_t user_data, int32_t res,
	     uint32_t flags)
{
	struct io_uring_cqe cqe = {
		.user_data = user_data, .res = res, .flags = flags,
	};

	/* With tracepoints as old as that, its record was written before. */
	if (!FORM_IS(submit_sqe___5_15))
		uring_completed((uint64_t)where, 0, &cqe);
	return 0;
}

/* ---- made ---- */

SEC("tp_btf/io_uring_create")
int BPF_PROG(on_uring_create, int fd, void *where, uint32_t sq, uint32_t cq,
	     uint32_t flags)
{
	struct task_state *st = uring_state(bpf_get_current_task_btf());
	uint64_t key = (uint64_t)where;

	bpf_map_delete_elem(&urings, &key);
	if (st)
		uring_new(key, flags & IORING_SETUP_REGISTERED_FD_ONLY ? -1 :
			  fd, st);
	return 0;
}

#endif
