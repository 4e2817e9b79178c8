/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * uring_args: the arguments of io_uring's tracepoints, which changed from
 * kernel to kernel.  The tracepoint's type in the kernel's BTF says which form
 * it is.  In the types below only two things count: how many parameters there
 * are, and which of them are pointers to structures or to anything.
 */
#ifndef STRACE_BPF_URING_ARGS_H
#define STRACE_BPF_URING_ARGS_H

typedef void (*btf_trace_io_uring_submit_sqe___5_11)(void *, void *, uint8_t,
						     uint64_t, bool, bool);
typedef void (*btf_trace_io_uring_submit_sqe___5_15)(void *, void *, void *,
						     uint64_t, uint8_t,
						     uint32_t, bool, bool);
typedef void (*btf_trace_io_uring_submit_sqe___6_0)(void *, struct io_kiocb *,
						    bool);
/* The second parameter really points to another structure; any will do. */
typedef void (*btf_trace_io_uring_req_failed___5_18)(void *, struct io_kiocb *,
						     void *, void *, int);
typedef void (*btf_trace_io_uring_req_failed___6_0)(void *, struct io_kiocb *,
						    struct io_kiocb *, int);
typedef void (*btf_trace_io_uring_complete___5_11)(void *, void *, uint64_t,
						   long);
typedef void (*btf_trace_io_uring_complete___5_12)(void *, void *, uint64_t,
						   int, uint32_t);
typedef void (*btf_trace_io_uring_complete___5_17)(void *, void *, void *,
						   uint64_t, int, uint32_t);
typedef void (*btf_trace_io_uring_complete___5_19)(void *, void *, void *,
						   uint64_t, int, uint32_t,
						   uint64_t, uint64_t);
typedef void (*btf_trace_io_uring_complete___6_13)(void *,
						   struct io_ring_ctx *,
						   void *,
						   struct io_uring_cqe *);

#define FORM_IS(form) bpf_core_type_exists(btf_trace_io_uring_##form)

struct io_kiocb___5_11 {
	uint64_t user_data;
} CORE;

/* One load of one argument, which the compiler can't merge with another one. */
#define ARG(arg, i)							\
	({								\
		uint64_t v_;						\
		__asm__ volatile("%0 = *(u64 *)(%1 + %2)"		\
				 : "=r"(v_) : "r"(arg), "i"((i) * 8));	\
		v_;							\
	})

struct uring_op {
	struct io_ring_ctx *ctx;
	uint64_t user_data;
	uint32_t opcode;
};

static __always_inline uint64_t req_user_data(struct io_kiocb *req)
{
	struct io_kiocb___5_11 *old = (void *)req;

	if (bpf_core_field_exists(req->cqe))
		return BPF_CORE_READ(req, cqe.user_data);
	return BPF_CORE_READ(old, user_data);
}

static __always_inline void op_read(struct uring_op *op, uint64_t at)
{
	struct io_kiocb *req = (void *)at;

	op->ctx = BPF_CORE_READ(req, ctx);
	op->opcode = BPF_CORE_READ(req, opcode);
	op->user_data = req_user_data(req);
}

/* False if the tracepoint has no form that we know. */
static __always_inline bool submit_read(const uint64_t *arg,
					struct uring_op *op)
{
	if (FORM_IS(submit_sqe___5_11)) {
		op->ctx = (void *)ARG(arg, 0);
		op->opcode = ARG(arg, 1);
		op->user_data = ARG(arg, 2);
		return true;
	}
	if (FORM_IS(submit_sqe___5_15)) {
		op_read(op, ARG(arg, 1));
		return true;
	}
	if (!FORM_IS(submit_sqe___6_0))
		return false;
	op_read(op, ARG(arg, 0));
	return true;
}

/* False if the form does not say which ring it was, as in 5.17. */
static __always_inline bool refused_read(const uint64_t *arg,
					 struct uring_op *op)
{
	if (FORM_IS(req_failed___5_18)) {
		op_read(op, ARG(arg, 2));
		return true;
	}
	if (!FORM_IS(req_failed___6_0))
		return false;
	op_read(op, ARG(arg, 1));
	return true;
}

static __always_inline bool complete_read(const uint64_t *arg,
					  struct io_kiocb **req,
					  struct io_uring_cqe *cqe)
{
	if (FORM_IS(complete___5_11) || FORM_IS(complete___5_12)) {
		cqe->user_data = ARG(arg, 1);
		cqe->res = ARG(arg, 2);
		if (FORM_IS(complete___5_12))
			cqe->flags = ARG(arg, 3);
		return true;
	}
	*req = (void *)ARG(arg, 1);
	if (FORM_IS(complete___6_13))
		return !bpf_probe_read_kernel(cqe, sizeof(*cqe),
					      (void *)ARG(arg, 2));
	if (!FORM_IS(complete___5_17) && !FORM_IS(complete___5_19))
		return false;
	cqe->user_data = ARG(arg, 2);
	cqe->res = ARG(arg, 3);
	cqe->flags = ARG(arg, 4);
	return true;
}

#endif
