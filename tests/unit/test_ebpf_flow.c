/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is written to small rings comes out whole, once and in order, and never
 * waits for ever: order, rings and look-ahead with tiny bounds, under writers
 * that are delayed, interleaved by chance.  Each seed is one run, always the
 * same.
 */
#include "ebpf_fixture.h"

#define SEEDS 400
#define STEPS 3000
#define RECORDS_MAX 40000
#define RING_SIZE 2048		/* of both together */
#define BUSY_MAX 4		/* records being written at the same time */
#define BUSY (1u << 31)
#define DISCARD (1u << 30)
#define FIRST_TID 1000000000	/* nobody has it */
#define TASKS 5
#define US 1000

struct sim_ring {
	char data[2 * RING_SIZE];
	unsigned long consumer, producer, size;
	struct busy {
		unsigned long pos;
		uint32_t head;
		int64_t since;
	} busy[BUSY_MAX];
	unsigned nbusy;
};

struct made {
	int64_t time;
	bool there;		/* it found room */
	bool served;
};

struct world {
	struct ebpf_source s;
	struct sim_ring ring[RING_COUNT];
	struct made made[RECORDS_MAX];
	unsigned nmade, nthere, nserved;
	int64_t last;		/* time of what was served last */
	unsigned waits;		/* since anything was served */
	bool slow;		/* what is begun stays so */
	uint64_t random;
};

static int64_t now;

static int64_t clock_now(clockid_t id)
{
	(void)id;
	return now;
}

static unsigned chance(struct world *w, unsigned n)
{
	w->random = w->random * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(w->random >> 33) % n;
}

/* ---- who writes ---- */

/* The ring lies twice in a row. */
static void ring_put(struct sim_ring *r, unsigned long pos, const void *bytes,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = (pos + i) & (r->size - 1);

		r->data[at] = ((const char *)bytes)[i];
		r->data[at + r->size] = r->data[at];
	}
}

static void ring_commit(struct world *w, struct sim_ring *r)
{
	unsigned i = chance(w, r->nbusy);
	struct busy b = r->busy[i];

	r->busy[i] = r->busy[--r->nbusy];
	ring_put(r, b.pos, &b.head, sizeof(b.head));
}

/* As the kernel does it; false: there is no room. */
static bool ring_write(struct world *w, struct sim_ring *r, const void *record,
		       uint32_t size)
{
	unsigned long pos = r->producer, total = 8 + ((size + 7) & ~7ul);
	uint32_t head = size | BUSY;

	if (pos + total - r->consumer > r->size || r->nbusy == BUSY_MAX)
		return false;
	ring_put(r, pos, &head, sizeof(head));
	ring_put(r, pos + 8, record, size);
	r->producer = pos + total;
	r->busy[r->nbusy++] = (struct busy){pos, size, now};
	if (w->slow)
		return true;
	if (!chance(w, 50)) {
		/* given up: it is nobody's */
		r->busy[r->nbusy - 1].head |= DISCARD;
		w->made[w->nmade].there = false;
		w->nthere--;
	}
	if (chance(w, 4))
		ring_commit(w, r);
	return true;
}

static void record_make(struct world *w, unsigned ring)
{
	static const enum wire_kind calls[] = { WIRE_ENTER, WIRE_EXIT };
	char room[sizeof(struct wire_enter) + 256] = "";
	struct wire *x = (struct wire *)room;
	size_t size = sizeof(struct wire_enter) + chance(w, 200);
	struct made *m = &w->made[w->nmade];
	enum wire_kind kind;
	int tid;

	if (w->nmade == RECORDS_MAX)
		return;
	m->time = now - chance(w, ORDER_WINDOW_NS * 9 / 10);
	/* In the same order with every compiler. */
	kind = ring ? WIRE_SIGNAL : calls[chance(w, 2)];
	tid = FIRST_TID + (int)chance(w, TASKS);
	*x = head(kind, (uint64_t)m->time, tid, FIRST_TID);
	if (x->kind == WIRE_ENTER && chance(w, 2))
		x->flags = WIRE_FAULTS;
	x->cpu_ns = w->nmade;
	m->there = true;
	w->nthere++;
	if (!ring_write(w, &w->ring[ring], room, (uint32_t)size)) {
		m->there = false;
		w->nthere--;
	}
	w->nmade++;
}

/* Time goes on; who writes is never delayed for very long. */
static void time_pass(struct world *w, int64_t ns)
{
	now += ns;
	for (unsigned i = 0; i < RING_COUNT; i++) {
		struct sim_ring *r = &w->ring[i];

		for (unsigned b = 0; b < r->nbusy; b++)
			if (now - r->busy[b].since > HOLD_NS / 2) {
				ring_commit(w, r);
				b = UINT32_MAX;
			}
	}
}

static void nap(struct ebpf_source *s, long ns)
{
	time_pass((struct world *)s, ns);
}

/* ---- who reads ---- */

static void served_check(struct world *w)
{
	const struct wire *x = w->s.item.rec.data;
	struct made *m = &w->made[x->cpu_ns];

	assert_true(x->cpu_ns < w->nmade);
	assert_true(m->there);
	assert_false(m->served);
	assert_int_equal(m->time, x->mono_ns);
	assert_true(m->time >= w->last);
	w->last = m->time;
	m->served = true;
	w->nserved++;
	w->waits = 0;
}

/* What the source's loop does; false: it would sleep a moment. */
static bool step(struct world *w)
{
	struct ebpf_source *s = &w->s;
	struct event ev;

	if (!item_take(s)) {
		w->waits += !ebpf_is_drained(s);
		/* 100 times half a millisecond is more than anything takes */
		assert_true(w->waits < 100);
		time_pass(w, 500 * US);
		return false;
	}
	served_check(w);
	item_serve(s, &ev);
	while (ready_pop(s, &ev))
		;
	return true;
}

static void world_open(struct world *w, uint64_t seed)
{
	static const unsigned sizes[] = { 512, 1024, 2048 };
	struct ebpf_source *s = &w->s;

	memset(w, 0, sizeof(*w));
	w->random = seed;
	chance(w, 2);
	ebpf_read_setup(s);
	s->clock = clock_now;
	s->nap = nap;
	s->bounds = (struct ebpf_bounds){
		.fill = 1 + chance(w, 8), .ahead = 1 + chance(w, 16),
		.release = 1 + chance(w, 8),
	};
	s->env = env_captured_new(NULL, NULL);
	s->live = mem_live_new();
	mem_blocks_init(&s->blocks);
	for (unsigned i = 0; i < RING_COUNT; i++) {
		struct sim_ring *r = &w->ring[i];

		r->size = sizes[chance(w, 3)];
		s->ring[i] = (struct ring){ .size = r->size, .data = r->data,
					    .consumer = &r->consumer,
					    .producer = &r->producer };
	}
	now = 1000000000;
}

static void world_close(struct world *w)
{
	struct ebpf_source *s = &w->s;

	order_free(&s->order);
	etasks_free(s);
	mem_blocks_free(&s->blocks);
	mem_live_free(s->live);
	env_close(s->env);
}

/* All that found room is served, soon after the last was written. */
static void world_drain(struct world *w)
{
	int64_t end = now + 3 * HOLD_NS;

	for (unsigned i = 0; i < RING_COUNT; i++)
		while (w->ring[i].nbusy)
			ring_commit(w, &w->ring[i]);
	while (step(w) || !ebpf_is_drained(&w->s))
		assert_true(now < end);
	assert_int_equal(w->nserved, w->nthere);
}

static void test_flow(void **state)
{
	struct world *w = malloc(sizeof(*w));
	unsigned served = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		unsigned calls = 1, tasks = 1;

		world_open(w, seed);
		for (unsigned i = 0; i < STEPS; i++) {
			if (!chance(w, 100)) {
				calls = chance(w, 6);
				tasks = chance(w, 6);
			}
			for (unsigned n = chance(w, calls + 1); n; n--)
				record_make(w, RING_CALLS);
			for (unsigned n = chance(w, tasks + 1); n; n--)
				record_make(w, RING_TASKS);
			time_pass(w, chance(w, 20 * US));
			if (!chance(w, 300))
				time_pass(w, HOLD_NS);
			if (chance(w, 3))
				step(w);
		}
		world_drain(w);
		served += w->nserved;
		world_close(w);
	}
	assert_true(served > SEEDS * STEPS / 20);
	free(w);
}

/* One that never ends to be written is waited for, but not for ever. */
static void test_stuck_writer(void **state)
{
	struct world *w = malloc(sizeof(*w));
	int64_t begun;

	(void)state;
	world_open(w, 1);
	w->slow = true;
	record_make(w, RING_CALLS);
	assert_int_equal(w->ring[RING_CALLS].nbusy, 1);
	w->slow = false;
	w->nthere--;
	w->ring[RING_CALLS].busy[0].since = LATER;
	begun = now;
	while (!w->nserved) {
		record_make(w, RING_TASKS);
		while (w->ring[RING_TASKS].nbusy)
			ring_commit(w, &w->ring[RING_TASKS]);
		step(w);
		assert_true(now - begun < 2 * HOLD_NS);
	}
	world_close(w);
	free(w);
}

/* A record with these bytes of memory, or NULL: they could not be read. */
static void blocks_write(struct world *w, struct wire *head, size_t size,
			 const char *bytes)
{
	char room[sizeof(struct wire_enter) + sizeof(struct cap_block) + 8];
	struct cap_block b = { .addr = 0x1000, .len = 4,
			       .got = bytes ? 4 : 0 };

	memcpy(room, head, size);
	memcpy(room + size, &b, sizeof(b));
	size += sizeof(b);
	memcpy(room + size, bytes ? bytes : "", bytes ? 4 : 0);
	size += bytes ? 8 : 0;
	assert_true(ring_write(w, &w->ring[RING_CALLS], room, (uint32_t)size));
	while (w->ring[RING_CALLS].nbusy)
		ring_commit(w, &w->ring[RING_CALLS]);
}

/* However much lies between a call and its end, and however long it took. */
static void test_late_memory(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct wire_enter e = { .w = head(WIRE_ENTER, 0, FIRST_TID,
					  FIRST_TID) };
	struct wire_exit x = { .w = head(WIRE_EXIT, 0, FIRST_TID, FIRST_TID),
			       .late = sizeof(struct cap_block) + 8 };
	struct event ev;
	char got[4];

	(void)state;
	world_open(w, 1);
	w->ring[RING_CALLS].size = w->s.ring[RING_CALLS].size = RING_SIZE;
	w->s.bounds = (struct ebpf_bounds){ .fill = 2, .ahead = 3,
					    .release = 1 };
	e.w.mono_ns = (uint64_t)now;
	e.w.flags = WIRE_FAULTS;
	blocks_write(w, &e.w, sizeof(e), NULL);
	now += 3 * HOLD_NS;
	for (int i = 0; i < 4; i++) {
		struct wire_exit other = { .w = head(WIRE_EXIT, (uint64_t)now,
						     FIRST_TID + 1, 1) };

		blocks_write(w, &other.w, sizeof(other), NULL);
	}
	x.w.mono_ns = (uint64_t)now;
	blocks_write(w, &x.w, sizeof(x), "text");
	now += HOLD_NS;
	assert_true(item_take(&w->s));
	assert_true(item_serve(&w->s, &ev));
	assert_int_equal(ev.kind, EV_ENTER);
	assert_int_equal(mem_read(&w->s.blocks.mem, 0x1000, got, 4), 4);
	assert_memory_equal(got, "text", 4);
	world_close(w);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_stuck_writer),
		cmocka_unit_test(test_late_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
