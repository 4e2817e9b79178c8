/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory that comes with a call's records.
 *
 * A page that was not in memory when a call began could not be copied.  When
 * the call is over, the kernel has used the page, and the record of the call's
 * end brings it.  So an entry that lacks pages waits a little for that record.
 * If the call goes on, its arguments are still in the task's memory and are
 * read there.  Memory that was read after the call is never shown as an
 * argument, unless it can't have changed (constant.c).
 */
#include <string.h>

#include "abi_table.h"
#include "calls.h"
#include "effect.h"
#include "ebpf.h"
#include "env_captured.h"
#include "file_id.h"
#include "stack_piece.h"

#define EXEC_PAGE 4096		/* bytes of an execve's strings */
#define EXEC_WORDS 1024		/* arguments, variables */
#define CONSTANTS_MAX 4		/* for one call: each reads a file of /proc */
#define LIVE_MAX 4096		/* bytes read at once from a task that waits */

/* The leader is asked first, because a thread may be gone already. */
pid_t memory_reader(struct ebpf_source *s, const struct event *ev)
{
	struct ebpf_task *leader = etask_get(s, ev->pid);
	struct ebpf_task *t = etask_get(s, ev->tid);

	if (t && t->elsewhere)
		return 0;
	return leader && !leader->ended ? ev->pid : ev->tid;
}

enum blocks_taken {
	TAKE_ALL,	/* every block, as far as it was read */
	TAKE_WHOLE,	/* only blocks that were read whole */
	TAKE_LATE,	/* every block, completed if it can't have changed */
};

/* A string that was not read at all may have any length. */
static size_t block_wants(const struct cap_block *k)
{
	return (k->len == 1 && !k->got) || k->len > LIVE_MAX ? LIVE_MAX :
	       k->len;
}

static void block_add(struct ebpf_source *s, const struct event *ev,
		      const struct cap_block *k, const char *bytes, int which)
{
	bool string = k->len == 1 && !k->got;
	size_t want = block_wants(k), got = 0;
	char now[LIVE_MAX];

	if (which == TAKE_WHOLE && k->got < k->len)
		return;
	if (which == TAKE_LATE && k->got < k->len &&
	    s->constants++ < CONSTANTS_MAX)
		got = constant_read(s, ev, k->addr, now, want);
	if (got > k->got)
		mem_blocks_add(&s->blocks, k->addr, now, got,
			       string ? got : want);
	else
		mem_blocks_add(&s->blocks, k->addr, bytes, k->got, k->len);
}

/* Blocks hold memory, or say what descriptors are. */
static void blocks_add(struct ebpf_source *s, const struct event *ev,
		       const void *blocks, size_t size,
		       enum blocks_taken which)
{
	const char *p = blocks;
	struct cap_block k;

	while (size >= sizeof(k)) {
		size_t n;

		memcpy(&k, p, sizeof(k));
		p += sizeof(k);
		size -= sizeof(k);
		if (k.got > k.len || k.got > size)
			return;
		if (k.got && (k.addr & ~(uint64_t)UINT32_MAX) == FILE_MARK)
			env_captured_file(s->env, ev->tid, (int32_t)k.addr, p,
					  k.got);
		else if (k.addr == STACK_MARK)
			env_captured_stack(s->env, ev, p, k.got);
		else if (k.addr == VDSO_MARK)
			env_captured_vdso(s->env, p, k.got);
		else if ((k.addr & ~(uint64_t)UINT32_MAX) == NETLINK_MARK)
			env_captured_netlink(s->env, ev->tid,
					     (int32_t)k.addr, p, k.got);
		else
			block_add(s, ev, &k, p, which);
		n = ((size_t)k.got + 7) & ~(size_t)7;
		if (n > size)
			n = size;
		p += n;
		size -= n;
	}
}

static void words_add(struct mem_blocks *b, const struct event *ev,
		      uint64_t at, const uint64_t *words, size_t n)
{
	unsigned size = abi_word_size(ev->abi);

	for (size_t i = 0; at && i < n; i++)
		mem_blocks_add(b, at + i * size, &words[i], size, size);
}

/* Rebuild the arguments of an execve from what the new program got. */
static void blocks_add_exec(struct ebpf_source *s, const struct event *ev,
			    const struct wire_exec *x)
{
	const char *path = (const char *)(x + 1), *args = path + EXEC_PAGE;
	const struct abi_effect *exec = effect_find(ev->abi, ev->nr,
						    EFFECT_EXECS);
	unsigned first = exec ? exec->reg : 0;
	uint64_t words[EXEC_WORDS + 1] = { 0 };
	uint32_t n = 0, len = x->arg_len;

	if (!exec || x->path_len > EXEC_PAGE || len > EXEC_PAGE)
		return;
	mem_blocks_add(&s->blocks, ev->arg[first], path, x->path_len,
		       x->path_len);
	mem_blocks_add(&s->blocks, x->arg_start, args, len, len);
	for (uint32_t at = 0; at < len && n < EXEC_WORDS &&
	     n < (uint32_t)x->argc; n++) {
		words[n] = x->arg_start + at;
		at += strnlen(args + at, len - at) + 1;
	}
	words_add(&s->blocks, ev, ev->arg[first + 1], words, n + 1);
	for (n = 0; n < EXEC_WORDS && n < (uint32_t)x->envc; n++)
		words[n] = 1;
	words[n] = 0;
	words_add(&s->blocks, ev, ev->arg[first + 2], words, n + 1);
}

/* False if no record says yet that the call is over. */
static bool blocks_add_late(struct ebpf_source *s, const struct event *ev)
{
	const struct order_item *it = order_end_of(&s->order, ev->tid,
						   s->item.time, 0);
	const struct wire *w = it ? it->rec.data : NULL;
	const struct wire_exit *x = (const void *)w;
	size_t size = it ? it->rec.size : 0;

	if (!w)
		return false;
	if (w->kind == WIRE_EXIT && size >= sizeof(*x) &&
	    x->late <= size - sizeof(*x))
		blocks_add(s, ev, x + 1, x->late, TAKE_LATE);
	else if (w->kind == WIRE_EXEC &&
		 size >= sizeof(struct wire_exec) + 2 * EXEC_PAGE)
		blocks_add_exec(s, ev, (const void *)w);
	return true;
}

/* Does the ring have room for the records that come while this one waits? */
static bool has_room(const struct ebpf_source *s, const struct ring_record *rec)
{
	const struct ring *r = &s->ring[rec->ring];

	return r->at - rec->pos <= r->size / 2;
}

/*
 * Should the next record wait a little?  If it is an entry that lacks pages,
 * the record that completes it may not be read yet, or come in a moment.
 */
bool item_must_wait(const struct ebpf_source *s)
{
	const struct order *q = &s->order;
	const struct order_item *it;
	const struct wire *w;

	if (!order_count(q) || s->detached)
		return false;
	it = &q->item[q->head];
	w = it->rec.data;
	return w->kind == WIRE_ENTER && w->flags & WIRE_FAULTS &&
	       q->horizon - it->time < HOLD_NS &&
	       order_count(q) < s->bounds.ahead && has_room(s, &it->rec) &&
	       !order_end_of(q, w->tid, it->time, 1);
}

void memory_add(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size)
{
	blocks_add(s, ev, blocks, size, TAKE_ALL);
}

void memory_set(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size)
{
	mem_blocks_reset(&s->blocks);
	memory_add(s, ev, blocks, size);
	s->live_tid = 0;
	ev->mem = &s->mem;
}

void memory_live(struct ebpf_source *s, const struct event *ev)
{
	s->live_tid = memory_reader(s, ev);
	if (s->live_tid)
		mem_live_set(s->live, s->live_tid);
}

/* Read what a block lacks from a task that is still in the call. */
static void block_read(struct ebpf_source *s, const struct cap_block *k)
{
	bool string = k->len == 1 && !k->got;
	size_t want = block_wants(k), got;
	char bytes[LIVE_MAX];

	got = mem_read(s->live, k->addr, bytes, want);
	mem_blocks_add(&s->blocks, k->addr, bytes, got, string && got ? got :
		       want);
}

static void blocks_read(struct ebpf_source *s, const void *blocks, size_t size)
{
	const char *p = blocks;
	struct cap_block k;

	while (size >= sizeof(k)) {
		size_t n;

		memcpy(&k, p, sizeof(k));
		n = sizeof(k) + (((size_t)k.got + 7) & ~(size_t)7);
		if (k.got < k.len)
			block_read(s, &k);
		if (n > size)
			n = size;
		p += n;
		size -= n;
	}
}

/* Blocks that were read whole are taken, the others from the call's end. */
static bool whole_and_late(struct ebpf_source *s, const struct event *ev,
			   const void *blocks, size_t size)
{
	mem_blocks_reset(&s->blocks);
	blocks_add(s, ev, blocks, size, TAKE_WHOLE);
	return blocks_add_late(s, ev);
}

void memory_enter(struct ebpf_source *s, struct event *ev,
		  const struct wire_enter *e, size_t size)
{
	const void *blocks = e + 1;

	size -= sizeof(*e);
	s->constants = 0;
	memory_set(s, ev, blocks, size);
	if (!(e->w.flags & WIRE_FAULTS) ||
	    whole_and_late(s, ev, blocks, size) || !memory_reader(s, ev))
		return;
	mem_live_set(s->live, memory_reader(s, ev));
	blocks_read(s, blocks, size);
	/* The call may have ended meanwhile; if so, its end can be read now. */
	if (!ebpf_read_up(s) ||
	    order_end_of(&s->order, ev->tid, s->item.time, 0))
		whole_and_late(s, ev, blocks, size);
}
