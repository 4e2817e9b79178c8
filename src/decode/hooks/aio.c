/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of aio.abi: the control blocks of io_submit and io_cancel; and of
 * uring.abi. */
#include "calls.h"
#include "hook.h"
#include "options.h"

#define IOV_SHOWN_MAX 1024	/* UIO_MAXIOV: the kernel takes no more */

enum { OP_PREAD, OP_PWRITE, OP_FSYNC, OP_FDSYNC, OP_NONE, OP_POLL, OP_NOOP,
       OP_PREADV, OP_PWRITEV };
enum { FLAG_RESFD = 1 };

struct iocb {			/* the same in every ABI */
	uint64_t data;
	uint32_t key, rw_flags;	/* the other way round if big-endian */
	uint16_t op;
	int16_t reqprio;
	int32_t fildes;
	uint64_t buf, nbytes;
	int64_t offset;
	uint64_t reserved;
	uint32_t flags;
	int32_t resfd;
};

static bool block_read(struct dec *d, uint64_t addr, struct iocb *cb)
{
	uint32_t key;

	if (!dec_numbers(d, addr, cb, sizeof(*cb), "84422488884"))
		return false;
	if (abi_infos[d->abi].big_endian) {
		key = cb->rw_flags;
		cb->rw_flags = cb->key;
		cb->key = key;
	}
	return true;
}

static void vector_emit(struct dec *d, const struct iocb *cb)
{
	unsigned word = abi_word_size(d->abi);
	uint64_t most = d->abbrev ? d->o->max_string : IOV_SHOWN_MAX;

	if (cb->nbytes > IOV_SHOWN_MAX) {
		emit_addr(&d->em, cb->buf);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < cb->nbytes; i++) {
		uint64_t at = cb->buf + i * word * 2, base, len;

		if (i == most) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_word(d, at, &base) || !dec_word(d, at + word, &len)) {
			dec_unread_from(d, at);
			break;
		}
		emit_open(&d->em, EMIT_STRUCT);
		dec_name(d, "iov_base");
		if (cb->op == OP_PWRITEV)
			dec_bytes(d, base, len, 0);
		else
			emit_addr(&d->em, base);
		hook_field(d, "iov_len", VAL_UDEC, len, 8);
		emit_close(&d->em, EMIT_STRUCT);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

static void buffer_emit(struct dec *d, const struct iocb *cb)
{
	bool vec = cb->op == OP_PREADV ||
		   cb->op == OP_PWRITEV;

	dec_name(d, "aio_buf");
	if (vec)
		vector_emit(d, cb);
	else if (cb->op == OP_PWRITE)
		dec_bytes(d, cb->buf, cb->nbytes, 0);
	else
		emit_addr(&d->em, cb->buf);
	if (!vec)
		hook_field(d, "aio_nbytes", VAL_UDEC, cb->nbytes, 8);
	hook_field(d, "aio_offset", VAL_DEC, cb->offset, 8);
}

static void flags_emit(struct dec *d, const char *name, const char *set,
		       uint32_t v)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){
		.kind = VAL_FLAGS, .num = v, .width = 4, .set = dec_set(set),
		.abi = d->abi });
}

/* The fields that every block has. */
static void common_emit(struct dec *d, const struct iocb *cb)
{
	hook_field(d, "aio_data", VAL_HEX, cb->data, 8);
	if (cb->key)
		hook_field(d, "aio_key", VAL_UDEC, cb->key, 4);
	if (cb->rw_flags)
		flags_emit(d, "aio_rw_flags", "rwf_flags", cb->rw_flags);
	hook_sym(d, "aio_lio_opcode", "iocb_cmds", cb->op);
	if (cb->reqprio)
		hook_field(d, "aio_reqprio", VAL_DEC, cb->reqprio, 2);
	dec_name(d, "aio_fildes");
	dec_fd(d, VAL_FD, cb->fildes);
}

static void block_emit(struct dec *d, const struct iocb *cb)
{
	unsigned op = cb->op;

	if (op > OP_PWRITEV || op == OP_NONE)
		return;
	if (op == OP_POLL)
		flags_emit(d, "aio_buf", "poll_events", cb->buf);
	else if (op != OP_FSYNC && op != OP_FDSYNC &&
		 op != OP_NOOP)
		buffer_emit(d, cb);
	if (!cb->flags)
		return;
	flags_emit(d, "aio_flags", "iocb_flags", cb->flags);
	if (cb->flags & FLAG_RESFD) {
		dec_name(d, "aio_resfd");
		dec_fd(d, VAL_FD, cb->resfd);
	}
}

/* arg[0]: whether to show only what tells blocks apart */
void hook_iocb(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct iocb cb;

	if (!block_read(d, self, &cb)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	common_emit(d, &cb);
	if (!arg[0])
		block_emit(d, &cb);
	emit_close(&d->em, EMIT_STRUCT);
}

void hook_iocb_ptrs(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const uint64_t whole = 0;
	unsigned word = abi_word_size(d->abi);
	uint64_t most = d->abbrev ? d->o->max_string : IOV_SHOWN_MAX;
	struct dec_frame frame;
	uint64_t addr;

	if ((int64_t)arg[0] < 0 ||
	    ((int64_t)arg[0] > 0 && !dec_word(d, self, &addr))) {
		emit_addr(&d->em, self);
		return;
	}
	dec_go_in(d, &frame);
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++) {
		if (i == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_word(d, self + i * word, &addr)) {
			dec_unread_from(d, self + i * word);
			break;
		}
		hook_iocb(d, addr, &whole);
		if (dec_ends_here(d))
			break;
	}
	emit_close(&d->em, EMIT_ARRAY);
	dec_go_out(d);
}

void hook_uring_goes_on(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	(void)arg;
	emit_elided(&d->em);
}
