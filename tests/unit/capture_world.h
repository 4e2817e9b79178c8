/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture_world: what tests of capture plans share: user memory of four pages,
 * runs over it, and the plans of calls.  Include cmocka.h first.
 */
#ifndef TESTS_UNIT_CAPTURE_WORLD_H
#define TESTS_UNIT_CAPTURE_WORLD_H

#include <stdlib.h>
#include <string.h>

#include "../golden/captured.h"
#include "options.h"

#define BASE 0x10000		/* two pages, one that is missing, one more */
#define PAGE 4096
#define PAGES 4
#define MISSING 2

struct fake {			/* user memory */
	struct mem mem;
	uint8_t bytes[PAGES * PAGE];
};

struct world {
	struct fake fake;
	struct captured c;
};

static inline size_t fake_read(struct mem *m, uint64_t addr, void *buf,
			       size_t len)
{
	struct fake *f = (struct fake *)m;
	size_t got = 0;

	for (; got < len; got++, addr++) {
		uint64_t off = addr - BASE;

		if (off >= sizeof(f->bytes) || off / PAGE == MISSING)
			break;
		((uint8_t *)buf)[got] = f->bytes[off];
	}
	return got;
}

static const struct mem_ops fake_ops = { .read = fake_read };

static inline int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->fake.mem.ops = &fake_ops;
	for (size_t i = 0; i < sizeof(w->fake.bytes); i++)
		w->fake.bytes[i] = 'a' + i % 26;
	w->c.from = &w->fake.mem;
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;

	mem_blocks_free(&w->c.blocks);
	free(w);
	return 0;
}

static inline void put(struct world *w, uint64_t addr, uint64_t v,
		       unsigned size)
{
	memcpy(&w->fake.bytes[addr - BASE], &v, size);
}

static inline void run(struct world *w, const struct cap_step *steps,
		       size_t n)
{
	struct cap_step all[CAP_STEPS_MAX] = { { 0 } };

	memcpy(all, steps, n * sizeof(*steps));
	captured_steps(&w->c, all, -2);
}

#define RUN(w, ...) \
	run(w, (const struct cap_step[]){ __VA_ARGS__ }, \
	    sizeof((const struct cap_step[]){ __VA_ARGS__ }) / \
	    sizeof(struct cap_step))

#define WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* ---- plans of the tables ---- */

static inline void options_usual(struct options *o)
{
	memset(o, 0, sizeof(*o));
	o->max_string = 32;
	callset_set_all(&o->abbrev);
}

static inline void options_drop(struct options *o)
{
	callset_clear(&o->abbrev);
	numset_clear(&o->read_fds);
}

static inline const struct abi_capture *capture_of(const char *name)
{
	static const uint64_t arg[6];

	for (uint64_t nr = 0; nr < calls_count(ABI_X86_64); nr++) {
		const char *s = calls_name(ABI_X86_64, nr);

		if (s && !strcmp(s, name))
			return captured_find(calls_desc(ABI_X86_64, nr),
					     ABI_X86_64, arg);
	}
	fail_msg("no call %s", name);
	return NULL;
}

static inline unsigned count_ops(const struct cap_step *step, unsigned n,
			  enum cap_op op)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++)
		found += step[i].op == op;
	return found;
}

#endif
