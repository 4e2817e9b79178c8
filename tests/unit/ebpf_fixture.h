/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf_fixture: an eBPF source with no kernel, fed with made-up records.
 * Tests get it from setup(); push() is what the kernel programs would do, and
 * next() what the source's loop would.
 */
#ifndef STRACE_TESTS_EBPF_FIXTURE_H
#define STRACE_TESTS_EBPF_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "env.h"
#include "env_captured.h"
#include "source/ebpf/ebpf.h"

#define LATER INT64_MAX

struct fixture {
	struct ebpf_source s;
	char room[4096];	/* a ring of records, one after another */
	size_t used;
	unsigned long written[RING_COUNT];
};

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->s.env = env_captured_new(NULL, NULL);
	f->s.live = mem_live_new();
	mem_blocks_init(&f->s.blocks);
	ebpf_read_setup(&f->s);
	f->s.order.horizon = LATER;
	for (unsigned i = 0; i < RING_COUNT; i++) {
		f->s.ring[i].size = 2 * sizeof(f->room);
		f->s.ring[i].producer = &f->written[i];
	}
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	order_free(&f->s.order);
	hash_free(&f->s.urings);
	uring_ops_free(&f->s.uring_ops);
	etasks_free(&f->s);
	mem_blocks_free(&f->s.blocks);
	mem_live_free(f->s.live);
	env_close(f->s.env);
	free(f);
	return 0;
}

static inline void push(struct fixture *f, const void *record, uint32_t size)
{
	struct ring_record rec = {
		.data = f->room + f->used, .size = size, .pos = f->used,
	};

	assert_true(f->used + size <= sizeof(f->room));
	memcpy(f->room + f->used, record, size);
	f->used += (size + 7) & ~7u;
	f->written[0] = f->s.ring[0].at = f->used;
	order_push(&f->s.order, &rec);
}

static inline struct wire head(enum wire_kind kind, uint64_t time, int tid,
			       int pid)
{
	return (struct wire){ .kind = kind, .mono_ns = time, .tid = tid,
			      .pid = pid };
}

/* The next event, as the source's loop would find it; false: none. */
static inline bool next(struct fixture *f, struct event *ev)
{
	struct ebpf_source *s = &f->s;

	for (;;) {
		if (ready_pop(s, ev))
			return true;
		if (!s->has_item && !order_pop(&s->order, &s->item))
			return false;
		s->has_item = true;
		if (item_serve(s, ev))
			return true;
	}
}

static inline void expect(struct fixture *f, enum event_kind kind, int tid)
{
	struct event ev;

	assert_true(next(f, &ev));
	assert_int_equal(ev.kind, kind);
	assert_int_equal(ev.tid, tid);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
