/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of a plan: values, regions, and what need not be done twice. */
#include <string.h>

#include "plan.h"

struct plan_mark plan_mark(const struct plan *p)
{
	return (struct plan_mark){ .n = p->n, .next = p->next,
				   .exhausted = p->exhausted };
}

static bool step_is_calc(const struct cap_step *s)
{
	return s->op >= CAP_ADD;
}

static bool step_has_count(const struct cap_step *s)
{
	return (step_is_calc(s) || s->op == CAP_BYTES || s->op == CAP_VEC ||
		s->op == CAP_FDS || s->op == CAP_CMSGS ||
		s->op == CAP_EACH) &&
	       !(s->b & CAP_CONST);
}

static bool step_sets(const struct cap_step *s)
{
	return step_is_calc(s) || s->op == CAP_LOAD;
}

static bool step_uses(const struct cap_step *s, uint8_t from)
{
	return s->a >= from || (step_sets(s) && s->dst >= from) ||
	       (step_has_count(s) && (s->b & CAP_VALUE) >= from);
}

/* Does the step hold for a number of those after it, or leave them out? */
static bool step_skips(const struct cap_step *s)
{
	return s->op >= CAP_UNLESS && s->op <= CAP_IF_FDS;
}

/* Which steps a loop may repeat, or another step leave out? */
static void plan_regions(const struct plan *p, bool inside[])
{
	unsigned loops = 0, until = 0;

	for (unsigned i = 0; i < p->n; i++) {
		const struct cap_step *s = &p->step[i];

		inside[i] = loops || i < until;
		loops += s->op == CAP_EACH;
		loops -= s->op == CAP_NEXT;
		if (step_skips(s) && i + 1 + s->dst > until)
			until = i + 1 + s->dst;
	}
}

/* Is it, before it becomes another one for sure? */
static bool value_is_read(const struct plan *p, const bool inside[],
			  unsigned from, uint8_t v)
{
	for (unsigned i = from; i < p->n; i++) {
		const struct cap_step *s = &p->step[i];

		if (s->op == CAP_NEXT ||
		    (s->op >= CAP_IF_FULL && s->op <= CAP_IF_FDS))
			continue;
		if (s->a == v ||
		    (step_has_count(s) && (s->b & CAP_VALUE) == v))
			return true;
		if (!inside[i] && step_sets(s) && s->dst == v)
			return false;
	}
	return false;
}

/* In regions the distances would be wrong: what is outside is enough. */
void plan_prune(struct plan *p)
{
	bool inside[PLAN_ROOM];

	for (unsigned end = p->n; end-- > 0;) {
		const struct cap_step *s = &p->step[end];

		plan_regions(p, inside);
		if (inside[end] || !step_sets(s) ||
		    value_is_read(p, inside, end + 1, s->dst))
			continue;
		memmove(&p->step[end], &p->step[end + 1],
			(p->n - end - 1) * sizeof(*s));
		p->n--;
	}
}

void plan_release(struct plan *p, struct plan_mark m)
{
	p->next = m.next;
	for (unsigned i = 0; i < p->n; i++)
		if (step_uses(&p->step[i], m.next))
			p->live[i] = false;
}

void plan_undo(struct plan *p, struct plan_mark m)
{
	p->n = m.n;
	p->next = m.next;
}

void plan_again(struct plan *p, struct plan_mark m)
{
	plan_undo(p, m);
	p->exhausted = m.exhausted;
}

static void plan_add(struct plan *p, struct cap_step s)
{
	if (p->n == PLAN_ROOM) {
		abi_error(p->g, p->pos, "plan over budget: more than %d steps",
			  PLAN_ROOM);
		return;
	}
	p->step[p->n] = s;
	p->live[p->n++] = true;
}

/* A step that did the same, whichever value it set. */
static struct cap_step *plan_find(struct plan *p, const struct cap_step *s)
{
	for (unsigned i = 0; i < p->n; i++) {
		struct cap_step *t = &p->step[i];

		if (p->live[i] && t->op == s->op && t->a == s->a &&
		    t->b == s->b && t->x == s->x && t->y == s->y &&
		    (step_sets(s) || t->dst == s->dst))
			return t;
	}
	return NULL;
}

void plan_plain(struct plan *p, struct cap_step s)
{
	if (!plan_find(p, &s))
		plan_add(p, s);
}

int plan_value_new(struct plan *p)
{
	if (p->next < CAP_VALUES)
		return p->next++;
	p->exhausted = true;
	return -1;
}

static int plan_set(struct plan *p, struct cap_step s)
{
	struct cap_step *same = plan_find(p, &s);
	int v;

	if (same)
		return same->dst;
	v = plan_value_new(p);
	if (v < 0)
		return v;
	s.dst = v;
	plan_add(p, s);
	return v;
}

/* The left operand of a calculation is taken whole. */
static int value_whole(struct plan *p, struct plan_num n)
{
	if (!n.low)
		return n.v;
	return plan_set(p, (struct cap_step){
		.op = CAP_AND, .a = n.v, .b = CAP_CONST, .x = 0xffff,
		.y = 0xffff });
}

int plan_calc(struct plan *p, enum cap_op op, struct plan_num a,
	      struct plan_num b)
{
	struct cap_step s = { .op = op };
	int v = value_whole(p, a);

	if (v < 0)
		return v;
	s.a = v;
	if (b.kind == NUM_CONST) {
		s.b = CAP_CONST;
		s.x = b.c;
		s.y = b.c >> 16;
	} else {
		s.b = b.v | (b.low ? CAP_W32 : 0);
	}
	return plan_set(p, s);
}

int plan_load(struct plan *p, uint8_t at, uint32_t off, unsigned width)
{
	if (off > UINT16_MAX)
		return -1;
	return plan_set(p, (struct cap_step){ .op = CAP_LOAD, .a = at,
					      .b = width, .x = off });
}

int plan_address(struct plan *p, uint8_t v, uint32_t off)
{
	if (!off)
		return v;
	return plan_calc(p, CAP_ADD, plan_value(v), plan_const(off));
}

/* ---- regions ---- */

struct plan_mark plan_open(struct plan *p, struct cap_step s)
{
	struct plan_mark m = plan_mark(p);

	if (s.op == CAP_EACH)
		p->loops++;
	plan_add(p, s);
	return m;
}

/* Nothing after it can know whether the steps in it were done. */
static void region_end(struct plan *p, struct plan_mark m)
{
	for (unsigned i = m.n; i < p->n; i++)
		p->live[i] = false;
	plan_release(p, m);
}

bool plan_close(struct plan *p, struct plan_mark m)
{
	unsigned inside = p->n - m.n - 1;
	bool loop;

	/* It was not even begun: see plan_add(). */
	if (m.n == PLAN_ROOM)
		return true;
	loop = p->step[m.n].op == CAP_EACH;
	if (loop)
		p->loops--;
	if (!inside) {
		plan_undo(p, m);
		return false;
	}
	if (loop)
		plan_add(p, (struct cap_step){ .op = CAP_NEXT });
	else
		p->step[m.n].dst = inside;
	region_end(p, m);
	return true;
}

void plan_wrap(struct plan *p, struct plan_mark m, struct cap_step s)
{
	unsigned inside = p->n - m.n;

	s.dst = inside;
	plan_add(p, s);
	if (p->n == m.n + inside)	/* there was no room */
		return;
	memmove(&p->step[m.n + 1], &p->step[m.n], inside * sizeof(s));
	p->step[m.n] = s;
	region_end(p, m);
}

/* ---- blocks ---- */

/* The address that value v was counted from, by a constant. */
static uint8_t value_origin(const struct plan *p, uint8_t v)
{
	for (unsigned i = p->n; i-- > 0 && v >= CAP_FREE;)
		if (step_sets(&p->step[i]) && p->step[i].dst == v) {
			if (p->step[i].op != CAP_ADD ||
			    p->step[i].b != CAP_CONST)
				break;
			v = p->step[i].a;
		}
	return v;
}

/*
 * A plan that serves all cases of a command has no room for what each wants of
 * the same argument: if there is a block that is as long as the caller says,
 * that one is taken whole.
 */
static bool plan_has_whole(struct plan *p, uint8_t a)
{
	uint8_t from = p->all_cases ? value_origin(p, a) : CAP_FREE;

	for (unsigned i = 0; i < p->n && from < CAP_FREE; i++) {
		struct cap_step *t = &p->step[i];

		if (!p->live[i] || t->op != CAP_BYTES || t->a != from ||
		    t->x != 1 || t->b & CAP_CONST)
			continue;
		t->b &= ~CAP_SHOWN;
		t->y = CAP_PIECE_MAX;
		return true;
	}
	return false;
}

/* Of blocks of a fixed size at one address the largest is enough. */
void plan_bytes_const(struct plan *p, uint8_t a, uint64_t n)
{
	struct cap_step s = { .op = CAP_BYTES, .a = a, .b = CAP_CONST };

	if (!n || plan_has_whole(p, a))
		return;
	s.x = n < CAP_PIECE_MAX ? n : CAP_PIECE_MAX;
	s.y = s.x;
	for (unsigned i = 0; i < p->n; i++) {
		struct cap_step *t = &p->step[i];

		if (!p->live[i] || t->op != CAP_BYTES || t->a != a ||
		    t->b != CAP_CONST)
			continue;
		if (t->x < s.x) {
			t->x = s.x;
			t->y = s.y;
		}
		return;
	}
	plan_add(p, s);
}

void plan_bytes(struct plan *p, uint8_t a, struct plan_num n,
		struct cap_step limits)
{
	struct cap_step s = limits;

	if (n.kind == NUM_CONST) {
		uint64_t all = n.c < CAP_PIECE_MAX ? n.c * s.x : CAP_PIECE_MAX;

		plan_bytes_const(p, a, s.y && s.y < all ? s.y : all);
		return;
	}
	if (plan_has_whole(p, a))
		return;
	s.op = CAP_BYTES;
	s.a = a;
	/* An address is more than any limit: so many that the limit counts. */
	s.b |= n.kind == NUM_UNKNOWN ? a : n.v | (n.low ? CAP_W32 : 0);
	plan_plain(p, s);
}
