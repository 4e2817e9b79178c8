/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What decoding a value reads: the walk of src/decode over the same tables,
 * with steps of a plan where the decoder reads memory.
 *
 * A value in data lies in memory that is captured as a whole; of it only what
 * it points to is wanted.
 */
#include <string.h>

#include "decode.h"
#include "plan.h"

#define FIXED_MAX 1024
#define STR_SHORT 66
#define OWN_SIZE 4	/* of the member that says how much there is */

/* A value in memory that nothing around has captured. */
static struct plan_at behind(uint8_t v)
{
	return (struct plan_at){ .v = v };
}

/* The number at a place, as a value; -1 if there is none left. */
static int at_number(struct plan *p, struct plan_at at)
{
	unsigned width = plan_width(at.store);

	if (at.is_num)
		return at.v;
	return width == PLAN_NO_WIDTH ? -1 : plan_load(p, at.v, at.off, width);
}

void capture_bytes(struct plan *p, struct plan_at at, struct plan_num n,
		   struct cap_step limits)
{
	int v = plan_address(p, at.v, at.off);

	if (v >= 0)
		plan_bytes(p, v, n, limits);
}

static void bytes_const(struct plan *p, struct plan_at at, uint64_t n)
{
	capture_bytes(p, at, plan_const(n), (struct cap_step){ .x = 1 });
}

/* ---- one of several types ---- */

/* What is to be done with each of them. */
struct each_type {
	void (*fn)(struct plan *p, const struct each_type *e, uint32_t type);
	const struct abi_type *pointer;	/* that points to it */
	const struct abi_field *field;	/* of that type */
	struct plan_at at;
};

static bool steps_loop(const struct plan *p, unsigned from)
{
	for (unsigned i = from; i < p->n; i++)
		if (p->step[i].op == CAP_EACH || p->step[i].op == CAP_VEC)
			return true;
	return false;
}

/* The step that leaves a case out unless it is this one. */
static bool case_condition(struct plan *p, uint32_t key,
			   const struct abi_case *c, struct cap_step *s)
{
	uint64_t val = p->g->t.nums.v[c->val[0]].v[p->abi];
	struct plan_num n = plan_eval(p, key);
	int v = -1;

	if (n.kind == NUM_VALUE && n.exact && val <= UINT32_MAX)
		v = plan_calc(p, CAP_SUB, n, plan_const(val));
	*s = (struct cap_step){ .op = CAP_UNLESS_ZERO, .a = v, .x = 0xffff,
				.y = 0xffff };
	return v >= 0;
}

/* Where it isn't known which case holds all do; a loop is worth a look. */
static void case_capture(struct plan *p, uint32_t key,
			 const struct abi_case *c, const struct each_type *e)
{
	struct plan_mark before = plan_mark(p), m;
	struct cap_step s;

	e->fn(p, e, c->ref);
	if (!steps_loop(p, before.n))
		return;
	plan_again(p, before);
	if (!case_condition(p, key, c, &s)) {
		plan_again(p, before);
		e->fn(p, e, c->ref);
		return;
	}
	plan_release(p, before);
	m = plan_open(p, s);
	e->fn(p, e, c->ref);
	plan_close(p, m);
}

static void capture_switch(struct plan *p, const struct abi_type *t,
			   const struct each_type *e)
{
	const struct abi_switch *w = &p->g->t.switches.v[t->ref];

	plan_reads(p, w->key[0]);
	plan_reads(p, w->key[1]);
	for (uint32_t i = 0; i < w->ncases; i++)
		case_capture(p, w->key[0], &p->g->t.cases.v[w->cases + i], e);
	if (w->def)
		e->fn(p, e, w->def);
}

/* ---- strings ---- */

/* One more is looked at, and the step counts the NUL. */
static struct cap_step str_limited(struct plan *p, const struct abi_type *t,
				   struct cap_step s)
{
	s = plan_limited(p, t, s);
	if (s.y)
		s.y = s.y < CAP_STR_MAX - 2 ? s.y + 2 : CAP_STR_MAX;
	return s;
}

static void capture_str(struct plan *p, const struct abi_type *t,
			struct plan_at at)
{
	struct cap_step s = { .op = CAP_STR };
	int v;

	if (t->dir == DIR_OUT && p->phase != PLAN_EXIT)
		return;
	v = at_number(p, at);
	if (v < 0)
		return;
	s.a = v;
	if (t->flags & (TF_PATH | TF_WHOLE))
		s.y = DEC_PATH_MAX + 1;
	else
		s = str_limited(p, t, s);
	/* A short one is taken whole: a page may end before its NUL. */
	if (s.y && s.y <= STR_SHORT)
		plan_bytes_const(p, v, s.y - 1);
	else
		plan_plain(p, s);
}

static void capture_each_str(struct plan *p, uint8_t v, unsigned word)
{
	struct plan_mark before = plan_mark(p), m;
	int elem = plan_value_new(p), ptr;

	if (elem < 0)
		return;
	/* There is no count; an address is more than any limit. */
	m = plan_open(p, (struct cap_step){ .op = CAP_EACH, .dst = elem,
					    .a = v, .b = v, .x = word });
	ptr = plan_load(p, elem, 0, word == 8 ? CAP_U64 : CAP_U32);
	if (ptr >= 0) {
		plan_plain(p, (struct cap_step){ .op = CAP_WHILE, .a = ptr });
		plan_plain(p, (struct cap_step){ .op = CAP_STR, .a = ptr });
	}
	plan_close(p, m);
	plan_release(p, before);
}

static void capture_strv(struct plan *p, const struct abi_type *t,
			 struct plan_at at)
{
	unsigned word = abi_word_size(p->abi);
	bool brief = t->flags & TF_BRIEF;
	int v = at_number(p, at);
	struct plan_mark m = { 0 };

	if (v < 0)
		return;
	plan_plain(p, (struct cap_step){
		.op = CAP_WORDS, .a = v, .x = word,
		.y = brief ? CAP_WORDS_MAX : 0 });
	if (brief)
		m = plan_open(p, (struct cap_step){ .op = CAP_IF_FULL });
	capture_each_str(p, v, word);
	if (brief)
		plan_close(p, m);
}

/* ---- what a pointer points to ---- */

static void behind_struct(struct plan *p, const struct abi_type *t,
			  const struct abi_type *e, uint8_t v)
{
	struct plan_num size = p->size;
	unsigned all = p->g->t.structs.v[e->ref].size[p->abi];

	if (all > DEC_STRUCT_MAX)
		all = DEC_STRUCT_MAX;
	p->size = plan_eval(p, t->flags & TF_BY ? 0 : t->sized);
	/* What its size was may be gone: as much as is there. */
	if (t->flags & TF_BY)
		plan_bytes_const(p, v, all);
	else if (t->sized)
		plan_bytes(p, v, p->size, plan_limited(p, t, (struct cap_step){
			.x = 1, .y = all + DEC_STRUCT_MAX }));
	/* One that is sized and has no least size may be said to be empty. */
	if (t->flags & TF_OWN)
		plan_bytes_const(p, v, OWN_SIZE);
	if (!t->sized || !t->min)
		plan_bytes_const(p, v, all);
	capture_flat(p, t->elem, behind(v));
	p->size = size;
}

static void behind_type(struct plan *p, const struct each_type *to,
			uint32_t elem)
{
	const struct abi_type *e = type_at(p, elem);
	struct plan_at at = behind(to->at.v);

	if (e->kind == T_SWITCH) {
		capture_switch(p, e, to);
	} else if (e->kind == T_STRUCT) {
		struct abi_type as = *to->pointer;

		as.elem = elem;
		behind_struct(p, &as, e, at.v);
	} else if (e->kind <= T_PTR) {
		at.store = e->store[p->abi];
		plan_bytes_const(p, at.v, store_size(at.store));
		capture_type(p, elem, at);
	} else {
		capture_type(p, elem, at);
	}
}

static void capture_pointer(struct plan *p, const struct abi_type *t,
			    struct plan_at at)
{
	const struct abi_type *e = type_at(p, t->elem);
	bool brief = t->flags & TF_BRIEF && e->kind != T_RECORDS;
	bool forced = p->forced;
	struct plan_mark m = { 0 };
	int v;

	if (t->dir == DIR_OUT && (p->phase == PLAN_ENTER ||
				  (p->phase == PLAN_FAILED && !p->forced)))
		return;
	if (!(t->flags & TF_BY))
		plan_reads(p, t->sized);
	v = at_number(p, at);
	if (v < 0)
		return;
	if (brief)
		m = plan_open(p, (struct cap_step){ .op = CAP_IF_FULL });
	/* What is behind it answers for itself. */
	p->forced = false;
	behind_type(p, &(struct each_type){ .fn = behind_type, .pointer = t,
					    .at = behind(v) }, t->elem);
	p->forced = forced;
	if (brief)
		plan_close(p, m);
}

/* ---- values in place ---- */

/* All that a netlink socket carries, and of others what is shown. */
static void capture_sockbuf(struct plan *p, const struct abi_type *t,
			    struct plan_at at)
{
	struct cap_step all = { .x = 1, .y = CAP_PIECE_MAX };
	struct plan_num n = plan_eval(p, t->count);
	struct plan_mark m;

	capture_bytes(p, at, n, p->whole ? all :
		      plan_limited(p, t, (struct cap_step){ .x = 1 }));
	if (p->in_sockbufs || !sockbuf_open(p, t - p->g->t.types.v, &m))
		return;
	capture_bytes(p, at, n, all);
	plan_close(p, m);
}

static void capture_chars(struct plan *p, const struct abi_type *t,
			  struct plan_at at)
{
	int v;

	plan_reads(p, t->count);
	if (at.in_data)
		return;
	if (t->kind == T_SOCKBUF) {
		capture_sockbuf(p, t, at);
		return;
	}
	if (t->kind != T_CHARS) {
		capture_bytes(p, at, plan_eval(p, t->count),
			 plan_limited(p, t, (struct cap_step){ .x = 1 }));
		return;
	}
	v = plan_address(p, at.v, at.off);
	if (v >= 0)
		plan_plain(p, (struct cap_step){
			.op = CAP_STR, .a = v,
			.y = t->flags & TF_PATH ? DEC_PATH_MAX + 1 : 0 });
}

/* Bytes that a value in place has: its count, or what its kind needs. */
static void capture_fixed(struct plan *p, const struct abi_type *t,
			  struct plan_at at)
{
	static const uint8_t fixed[T_KIND_COUNT] = {
		[T_INET4] = 4, [T_INET6] = 16, [T_HTONS] = 2, [T_HTONL] = 4,
		[T_UUID] = 16,
	};

	plan_reads(p, t->count);
	if (at.in_data)
		return;
	if (t->count)
		capture_bytes(p, at, plan_eval(p, t->count),
			 plan_limited(p, t, (struct cap_step){
				 .x = 1, .y = FIXED_MAX }));
	else if (t->store[p->abi])
		bytes_const(p, at, store_size(t->store[p->abi]));
	else
		bytes_const(p, at, fixed[t->kind] ? fixed[t->kind] :
			       t->min);
}

/* ---- structs ---- */

static bool is_flexible(const struct abi_type *t)
{
	return t->kind == T_ARRAY || t->kind == T_BYTES ||
	       t->kind == T_CHARS || t->kind == T_RECORDS ||
	       t->kind == T_UNION || t->kind == T_HWADDR;
}

/* A member of each type it may have; what a struct ends with goes on. */
static void capture_member(struct plan *p, const struct each_type *e,
			   uint32_t type)
{
	const struct abi_type *t = type_at(p, type);
	struct plan_at at = e->at;

	if (t->kind == T_SWITCH) {
		capture_switch(p, t, e);
		return;
	}
	at.in_data = at.left || !is_flexible(t);
	if (t->kind == T_STRUCT && e->field->flags & FF_FLAT)
		capture_flat(p, type, at);
	else
		capture_type(p, type, at);
}

static void capture_field(struct plan *p, const struct abi_field *f,
			  struct plan_at at)
{
	struct plan_mark full = { 0 };

	if (f->flags & FF_FULL)
		full = plan_open(p, (struct cap_step){ .op = CAP_IF_FULL });
	capture_member(p, &(struct each_type){ .fn = capture_member,
					       .field = f, .at = at },
		       f->type);
	if (f->note)
		capture_type(p, f->note, at);
	if (f->flags & FF_FULL)
		plan_close(p, full);
}

static void capture_cond(struct plan *p, const struct abi_field *f,
			 struct plan_at at, void (*inside)(struct plan *p,
			 const struct abi_field *f, struct plan_at at))
{
	struct plan_mark m = { 0 };
	struct cap_step s;
	bool simple;

	plan_reads(p, f->cond);
	if (!plan_may(p, f->cond))
		return;
	plan_reads(p, f->when);
	if (!plan_may(p, f->when))
		return;
	simple = plan_condition(p, f->cond, &s) ||
		 plan_condition(p, f->when, &s);
	if (simple)
		m = plan_open(p, s);
	inside(p, f, at);
	if (simple)
		plan_close(p, m);
}

void capture_if(struct plan *p, const struct abi_field *f, struct plan_at at)
{
	bool forced = p->forced;

	p->forced = f->when != 0;
	capture_cond(p, f, at, capture_field);
	p->forced = forced;
}

static void member_capture(struct plan *p, const struct abi_field *f,
			   const struct abi_place *place, struct plan_at at)
{
	unsigned size = p->g->t.structs.v[p->scope->st].size[p->abi];

	at.off += place->off;
	if (at.left != UINT32_MAX)
		at.left = size > place->off ? size - place->off : 0;
	at.store = place->store;
	at.is_num = false;
	at.in_data = false;
	capture_cond(p, f, at, capture_field);
}

/* What its members point to.  One serves the next, as arguments do. */
void capture_flat(struct plan *p, uint32_t type, struct plan_at at)
{
	const struct abi_struct *st =
		&p->g->t.structs.v[type_at(p, type)->ref];
	struct plan_scope s = { .up = p->scope, .v = at.v, .off = at.off,
				.st = type_at(p, type)->ref };
	struct plan_mark first = plan_mark(p);

	p->scope = &s;
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_field *f = &p->g->t.fields.v[st->first + i];
		const struct abi_place *place =
			&p->g->t.places.v[st->places[p->abi] + i];
		struct plan_mark m = plan_mark(p);

		if (f->flags & FF_HIDDEN || !place->present)
			continue;
		member_capture(p, f, place, at);
		if (!p->exhausted || m.next == first.next)
			continue;
		plan_again(p, m);
		plan_release(p, first);
		member_capture(p, f, place, at);
	}
	plan_release(p, first);
	p->scope = s.up;
}

/* ---- unions, records ---- */

/* Bytes of the largest case. */
static unsigned union_size(struct plan *p, const struct abi_union *u,
			   unsigned most)
{
	for (uint32_t i = 0; i <= u->ncases; i++) {
		uint32_t type = i < u->ncases ?
			p->g->t.cases.v[u->cases + i].ref : u->def;
		unsigned n = type ? type_size(p->g, type, p->abi) : 0;

		most = n > most ? n : most;
	}
	return most < DEC_STRUCT_MAX ? most : DEC_STRUCT_MAX;
}

static void capture_union(struct plan *p, const struct abi_type *t,
			  struct plan_at at)
{
	const struct abi_union *u = &p->g->t.unions.v[t->ref];
	unsigned tag = p->g->t.structs.v[u->tag].size[p->abi];
	bool no_fds = p->no_fds;

	plan_reads(p, t->count);
	if (!at.in_data && t->count)
		capture_bytes(p, at, plan_eval(p, t->count),
			 plan_limited(p, t, (struct cap_step){
				 .x = 1, .y = DEC_STRUCT_MAX }));
	else if (!at.in_data)
		bytes_const(p, at, union_size(p, u, tag));
	/* Whichever case it is, its bytes are among those; what may go on
	 * behind a case is not, where no count was given. */
	at.left = at.in_data || t->count ? UINT32_MAX : 0;
	at.in_data = true;
	p->no_fds = true;
	for (uint32_t i = 0; i <= u->ncases; i++) {
		uint32_t type = i < u->ncases ?
			p->g->t.cases.v[u->cases + i].ref : u->def;
		struct plan_at in = at;

		if (!type)
			continue;
		if (type_at(p, type)->kind != T_STRUCT)
			in.off += tag;
		capture_type(p, type, in);
	}
	p->no_fds = no_fds;
}

static bool type_points(struct plan *p, uint32_t type, unsigned depth)
{
	const struct abi_type *t = type_at(p, type);
	const struct abi_struct *st = &p->g->t.structs.v[t->ref];
	const struct abi_switch *w = &p->g->t.switches.v[t->ref];

	if (t->kind >= T_STR && t->kind <= T_PTR)
		return true;
	if (t->kind == T_ARRAY)
		return type_points(p, t->elem, depth);
	if (depth > 8)
		return false;
	for (uint32_t i = 0; t->kind == T_STRUCT && i < st->nfields; i++)
		if (type_points(p, p->g->t.fields.v[st->first + i].type,
				depth + 1))
			return true;
	for (uint32_t i = 0; t->kind == T_SWITCH && i < w->ncases; i++)
		if (type_points(p, p->g->t.cases.v[w->cases + i].ref,
				depth + 1))
			return true;
	return false;
}

/* Records lie where their lengths say: a plan finds only descriptors there. */
static void capture_records(struct plan *p, const struct abi_type *t,
			    struct plan_at at)
{
	const struct abi_records *r = &p->g->t.records.v[t->ref];
	struct plan_num n;

	plan_reads(p, t->count);
	if (type_points(p, r->body, 0))
		abi_error(p->g, p->pos, "a pointer inside records");
	n = plan_eval(p, t->count);
	if (!at.in_data)
		capture_bytes(p, at, n, plan_limited(p, t, (struct cap_step){
			.x = 1, .y = CAP_PIECE_MAX }));
	capture_records_fds(p, r, at, n);
}

/* ---- all kinds ---- */

static void capture_in_place(struct plan *p, uint32_t type, struct plan_at at)
{
	const struct abi_type *t = type_at(p, type);

	switch (t->kind) {
	case T_ARRAY:
		capture_array(p, t, at);
		break;
	case T_BYTES:
	case T_CHARS:
	case T_SOCKBUF:
		capture_chars(p, t, at);
		break;
	case T_STRUCT:
		if (!at.in_data)
			bytes_const(p, at,
				    p->g->t.structs.v[t->ref].size[p->abi]);
		capture_flat(p, type, at);
		break;
	case T_UNION:
		capture_union(p, t, at);
		break;
	case T_RECORDS:
		capture_records(p, t, at);
		break;
	default:
		capture_fixed(p, t, at);
	}
}

static void capture_one(struct plan *p, const struct each_type *e,
			uint32_t type)
{
	capture_type(p, type, e->at);
}

void capture_type(struct plan *p, uint32_t type, struct plan_at at)
{
	const struct abi_type *t = type_at(p, type);

	if (t->kind == T_SWITCH)
		capture_switch(p, t, &(struct each_type){ .fn = capture_one,
							  .at = at });
	else if (t->kind == T_HOOK)
		capture_hook(p, t, at);
	else if (t->kind == T_STR)
		capture_str(p, t, at);
	else if (t->kind == T_STRV)
		capture_strv(p, t, at);
	else if (t->kind == T_PTR)
		capture_pointer(p, t, at);
	else if (kind_is_fd(t->kind))
		capture_fd(p, at);
	else if (t->kind > T_PTR && !at.is_num)
		capture_in_place(p, type, at);
}
