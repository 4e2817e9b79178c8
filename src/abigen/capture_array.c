/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What decoding arrays reads: their bytes, and what their elements point to. */
#include "decode.h"
#include "plan.h"

static unsigned elem_size(struct plan *p, const struct abi_type *e)
{
	if (e->store[p->abi])
		return store_size(e->store[p->abi]);
	if (e->kind == T_STRUCT)
		return p->g->t.structs.v[e->ref].size[p->abi];
	return e->min;
}

/* A loop over pairs of a pointer and a length: one step does the same. */
static bool loop_is_vec(const struct plan *p, unsigned loop,
			struct cap_step *s)
{
	const struct cap_step *each = &p->step[loop], *at = each + 1;
	const struct cap_step *len = each + 2, *data = each + 3;
	unsigned word = each->x / 2;

	if (p->n != loop + 5 || (word != 4 && word != 8) ||
	    at->op != CAP_LOAD || at->a != each->dst || at->x ||
	    at->b != (word == 8 ? CAP_U64 : CAP_U32) ||
	    len->op != CAP_LOAD || len->a != each->dst || len->x != word ||
	    len->b != at->b || data->op != CAP_BYTES ||
	    data->a != at->dst || data->b != len->dst || data->x != 1)
		return false;
	*s = (struct cap_step){ .op = CAP_VEC, .dst = word, .a = each->a,
				.b = each->b, .x = data->y, .y = each->y };
	return true;
}

/* For each element, whose address is to be the value s->dst. */
static void loop_capture(struct plan *p, const struct abi_type *t,
			 struct cap_step s, struct plan_num n)
{
	struct plan_mark m;

	if (n.kind == NUM_CONST) {
		s.b = s.a;
		s.y = n.c < UINT16_MAX ? n.c : 0;
	} else {
		s.b = n.kind == NUM_UNKNOWN ? s.a :
		      n.v | (n.low ? CAP_W32 : 0);
		s = plan_limited(p, t, s);
	}
	m = plan_open(p, s);
	capture_type(p, t->elem, (struct plan_at){
		.in_data = true, .v = s.dst, .left = s.x,
		.store = type_at(p, t->elem)->store[p->abi] });
	plan_close(p, m);
}

static void capture_elements(struct plan *p, const struct abi_type *t,
			     struct plan_at at, struct plan_num n)
{
	const struct abi_type *e = type_at(p, t->elem);
	struct plan_mark before = plan_mark(p), m;
	struct cap_step s = { .op = CAP_EACH, .x = elem_size(p, e) };
	int v, elem;

	if ((e->kind < T_STR && !kind_is_fd(e->kind)) ||
	    (n.kind == NUM_CONST && !n.c))
		return;
	v = plan_address(p, at.v, at.off);
	m = plan_mark(p);
	elem = plan_value_new(p);
	if (v < 0 || elem < 0)
		return;
	s.dst = elem;
	s.a = v;
	loop_capture(p, t, s, n);
	if (p->n == m.n) {
		plan_undo(p, before);
	} else if (loop_is_vec(p, m.n, &s)) {
		plan_undo(p, m);
		plan_plain(p, s);
	} else {
		if (p->loops >= CAP_DEPTH_MAX)
			abi_error(p->g, p->pos, "more than %d loops inside "
				  "one another", CAP_DEPTH_MAX);
		plan_release(p, m);
		if (fds_alone(p, m.n))
			plan_wrap(p, before, (struct cap_step){
				.op = CAP_IF_FDS });
	}
}

/* Once more as a whole, if it is data that is decoded. */
static void elements_capture(struct plan *p, const struct abi_type *t,
			     struct plan_at at, struct plan_num n)
{
	bool inside = p->in_sockbufs;
	struct plan_mark m;

	p->in_sockbufs = true;
	capture_elements(p, t, at, n);
	p->in_sockbufs = inside;
	if (inside || !sockbuf_open(p, t->elem, &m))
		return;
	p->whole = true;
	capture_elements(p, t, at, n);
	p->whole = false;
	plan_close(p, m);
}

void capture_array(struct plan *p, const struct abi_type *t,
		   struct plan_at at)
{
	unsigned size = elem_size(p, type_at(p, t->elem));
	struct plan_mark before, taken = { 0 };
	struct plan_num n;
	unsigned made;
	bool asked;

	plan_reads(p, t->count);
	plan_reads(p, t->limit);
	if (!size || size > DEC_STRUCT_MAX)
		return;
	before = plan_mark(p);
	n = plan_eval(p, t->count);
	made = p->n;
	asked = plan_open_taken(p, t, n, &taken);
	/* Pieces of one byte are shown as the bytes of a string are. */
	if (!at.in_data)
		capture_bytes(p, at, n, plan_limited(p, t, (struct cap_step){
			.x = size, .y = size == 1 ? CAP_PIECE_MAX : 0 }));
	elements_capture(p, t, at, n);
	if (asked)
		plan_close(p, taken);
	if (p->n == made)
		plan_undo(p, before);
}
