/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * captured: what of a call's memory the kernel programs would have captured.
 *
 * The same interpreter runs the same plans; only the kernel's two ways to read
 * user memory are stood in for.
 */
#ifndef TESTS_GOLDEN_CAPTURED_H
#define TESTS_GOLDEN_CAPTURED_H

#include <stddef.h>
#include <string.h>

#include "abi_table.h"
#include "calls.h"
#include "event.h"
#include "mem_blocks.h"

struct cap_run;
static inline int captured_read(struct cap_run *r, void *to, uint32_t len,
				uint64_t addr);
static inline long captured_read_str(struct cap_run *r, char *to,
				     uint32_t size, uint64_t addr);

#define cap_read_user(to, len, addr) captured_read(r, to, len, addr)
#define cap_read_user_str(to, size, addr) \
	captured_read_str(r, (char *)(to), size, addr)
static inline int captured_file(struct cap_run *r, int32_t fd,
				uint32_t details);
#define cap_file(r, fd, details) captured_file(r, fd, details)
static inline bool captured_whole(struct cap_run *r, int32_t fd,
				  uint32_t what);
#define cap_whole(r, fd, what) captured_whole(r, fd, what)
#include "source/ebpf/kernel/capture_run.h"

#define CAPTURED_FDS 64

struct captured {
	struct cap_run run;
	struct mem *from;
	enum cap_kind (*kind)(const void *of, int32_t fd); /* or NULL */
	const void *of;
	struct mem_blocks blocks;
	const struct abi_capture *which;
	uint64_t arg[6], sp;
	unsigned abi;
	uint32_t room;		/* bytes that a record has for blocks; 0: all */
	int32_t fd[CAPTURED_FDS];	/* that were to be looked at */
	unsigned nfds;
};

/* What they are, an env knows here.  Every other one takes two rounds. */
static inline int captured_file(struct cap_run *r, int32_t fd,
				uint32_t details)
{
	struct captured *c = (struct captured *)r;

	(void)details;
	if (r->file_left)
		return 1;
	if (fd != -1 && c->nfds < CAPTURED_FDS)
		c->fd[c->nfds++] = fd;
	return c->nfds % 2;
}

static inline bool captured_whole(struct cap_run *r, int32_t fd,
				  uint32_t what)
{
	struct captured *c = (struct captured *)r;

	return c->kind && c->kind(c->of, fd) & what;
}

/* All of it or nothing, as the kernel does. */
static inline int captured_read(struct cap_run *r, void *to, uint32_t len,
				uint64_t addr)
{
	struct captured *c = (struct captured *)r;

	if (mem_read(c->from, addr, to, len) == len)
		return 0;
	memset(to, 0, len);
	return -1;
}

/* Kernels before 6.2 say 0 for an empty string, and not 1. */
static inline long captured_read_str(struct cap_run *r, char *to,
				     uint32_t size, uint64_t addr)
{
	struct captured *c = (struct captured *)r;

	for (uint32_t i = 0; i < size; i++) {
		if (i == size - 1)
			to[i] = 0;
		else if (!mem_read(c->from, addr + i, to + i, 1))
			return -1;
		if (!to[i])
			return i ? i + 1 : 0;
	}
	return 0;
}

static inline bool captured_key(const struct abi_key *k, const uint64_t *arg,
				uint64_t val)
{
	return k->arg == 0xff ||
	       (uint32_t)(arg[k->arg] >> k->shift & k->mask) == (uint32_t)val;
}

/* As the kernel finds it: by what is in registers. */
static inline const struct abi_capture *
captured_find(const struct abi_call *call, unsigned abi,
	      const uint64_t *arg)
{
	const struct abi_key *key;

	if (!call)
		return NULL;
	key = abi_keys[call - abi_calls];
	for (uint32_t i = 0; i < call->ncases; i++) {
		const struct abi_case *k = &abi_cases[call->cases + i];
		const struct abi_num *v0 = &abi_nums[k->val[0]];
		const struct abi_num *v1 = &abi_nums[k->val[1]];

		if (v0->present & 1u << abi &&
		    captured_key(&key[0], arg, v0->v[abi]) &&
		    captured_key(&key[1], arg, v1->v[abi]))
			return &abi_captures[call->multiplex ? k->min :
					     k->ref];
	}
	return &abi_captures[call->sig];
}

static inline void captured_blocks(struct captured *c)
{
	mem_blocks_reset(&c->blocks);
	for (uint32_t at = 0; at < c->run.used && (!c->room || at < c->room);) {
		struct cap_block *b = (struct cap_block *)&c->run.data[at];

		mem_blocks_add(&c->blocks, b->addr, b + 1, b->got, b->len);
		at += sizeof(*b) + ((b->got + 7) & ~7u);
	}
}

/* What the kernel's loop does with a plan. */
static inline void captured_steps(struct captured *c,
				  const struct cap_step *step, int64_t ret)
{
	memset(&c->run, 0, offsetof(struct cap_run, data));
	memcpy(c->run.v, c->arg, sizeof(c->arg));
	c->run.v[CAP_RET] = ret;
	c->run.v[CAP_SP] = c->sp;
	c->nfds = 0;
	mem_blocks_init(&c->blocks);
	for (int i = 0; i < CAP_RUN_MAX && c->run.pc < CAP_STEPS_MAX; i++)
		if (!cap_step_run(&c->run, &step[c->run.pc]))
			break;
	captured_blocks(c);
}

/* From here on the event's memory is what was captured of it. */
static inline void captured_event(struct captured *c, struct event *ev,
				  const struct options *o)
{
	struct cap_step step[CAP_STEPS_MAX];
	bool submits = ev->kind == EV_URING_SUBMIT;
	unsigned plan = 0;

	c->from = ev->mem;
	if (ev->kind == EV_ENTER || submits) {
		memcpy(c->arg, ev->arg, sizeof(c->arg));
		c->sp = ev->sp;
		c->abi = ev->abi;
		c->which = captured_find(submits ? calls_desc_event(ev->kind) :
					 calls_desc(ev->abi, ev->nr), ev->abi,
					 ev->arg);
	}
	if (c->which && (ev->kind == EV_ENTER || submits))
		plan = c->which->enter[c->abi];
	else if (c->which && ev->kind == EV_EXIT)
		plan = ev->err ? c->which->failed[c->abi] :
		       c->which->exit[c->abi];
	capture_plan(plan, o, step);
	captured_steps(c, step, ev->err ? -ev->err : ev->ret);
	ev->mem = &c->blocks.mem;
}

#endif
