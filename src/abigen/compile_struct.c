/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structs, unions, records and switches: order, layout, cases. */
#include <string.h>

#include "abigen.h"

static unsigned align_up(unsigned n, unsigned a)
{
	return a ? (n + a - 1) / a * a : n;
}

/* A struct being made: its fields in show order, hidden ones last. */
struct making {
	VEC(struct ast_field *) fields;
	VEC(uint32_t) types;
	struct ast_struct *st;		/* NULL: anonymous */
	struct ast_fields *plain;
	unsigned start;
	unsigned abi;			/* whose layout is being made */
};

/* The way through the members of one layout. */
struct laying {
	unsigned abi;
	unsigned at;			/* bits so far */
	unsigned most;			/* alignment */
	unsigned off, size;		/* bytes of the last member */
	unsigned end;			/* where it ends, if more comes then */
	bool packed;
};

static bool is_padding(const struct ast_field *f)
{
	return f->name && !strcmp(f->name, "_");
}

/* "show" may have m.offset and m.fd where the layout has m. */
static bool lies_at(const struct ast_field *shown, const struct ast_field *laid)
{
	size_t n = laid->name ? strlen(laid->name) : 0;

	return n && shown->name && !strncmp(shown->name, laid->name, n) &&
	       (!shown->name[n] || shown->name[n] == '.');
}

static bool making_has(struct making *m, const struct ast_field *laid)
{
	for (size_t i = 0; i < m->fields.n; i++)
		if (lies_at(m->fields.v[i], laid))
			return true;
	return false;
}

static void making_collect(struct making *m)
{
	for (size_t i = 0; i < m->plain->f.n; i++)
		if (!is_padding(&m->plain->f.v[i]))
			*vec_new(&m->fields) = &m->plain->f.v[i];
	for (size_t l = 0; m->st && l < m->st->layouts.n; l++) {
		struct ast_fields *fs = &m->st->layouts.v[l].fields;

		for (size_t i = 0; i < fs->f.n; i++) {
			struct ast_field *f = &fs->f.v[i];
			struct ast_field *copy;

			if (is_padding(f) || making_has(m, f))
				continue;
			copy = mem_new(sizeof(*copy));
			*copy = *f;
			copy->flags |= m->st->has_show ? FF_HIDDEN : 0;
			*vec_new(&m->fields) = copy;
		}
	}
}

/* The layout of one ABI, one that it follows, or the plain list. */
static struct ast_fields *making_layout(struct making *m, unsigned abi)
{
	struct ast_fields *like = NULL;

	for (size_t l = 0; m->st && l < m->st->layouts.n; l++) {
		struct ast_layout *a = &m->st->layouts.v[l];

		if (a->abis & 1u << abi)
			return &a->fields;
		if (a->like & 1u << abi && !like)
			like = &a->fields;
	}
	if (like)
		return like;
	return m->st && m->st->layouts.n ? NULL : m->plain;
}

static void place_field(struct abigen *g, struct making *m,
			struct ast_field *f, struct abi_place place,
			uint32_t first_place)
{
	for (size_t i = 0; i < m->fields.n; i++) {
		struct ast_field *mine = m->fields.v[i];

		if (mine != f && !lies_at(mine, f))
			continue;
		g->t.places.v[first_place + i] = place;
		/* Of what is laid as bytes the type that is shown says it. */
		if (!place.store)
			g->t.places.v[first_place + i].store =
				g->t.types.v[m->types.v[i]].store[m->abi];
		/* "show" may have a name twice, as "x fd if (e); x dec else" */
		if (!m->st || !m->st->has_show)
			return;
	}
}

/* Whether the field of that name is one of those that are not shown. */
static bool making_hides(struct making *m, struct ast_field *f)
{
	for (size_t i = 0; i < m->fields.n; i++)
		if (lies_at(m->fields.v[i], f))
			return m->fields.v[i]->flags & FF_HIDDEN;
	return false;
}

static uint32_t layout_type(struct abigen *g, struct making *m,
			    struct scope *s, struct ast_field *f)
{
	for (size_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i] == f)
			return m->types.v[i];
	return compile_type(g, s, f->type);
}

/* It is shown as the first layout has it, which must not cut it. */
static void layout_check(struct abigen *g, struct making *m,
			 struct ast_field *f, uint32_t type, unsigned abi)
{
	unsigned store = g->t.types.v[type].store[abi];

	for (size_t i = 0; m->st && f->name && i < m->fields.n; i++) {
		struct ast_field *mine = m->fields.v[i];
		unsigned shown = g->t.types.v[m->types.v[i]].store[abi];

		if (mine != f && mine->name && !strcmp(mine->name, f->name) &&
		    !m->st->has_show && shown && store &&
		    store_size(shown) < store_size(store))
			abi_error(g, f->pos, "'%s' is smaller in an "
				  "earlier layout: it needs 'show'", f->name);
	}
}

/* Is a number of that store less than zero in places? */
static bool store_is_signed(unsigned store)
{
	return store == STORE_S8 || store == STORE_S16 ||
	       store == STORE_S32 || store == STORE_S64;
}

/*
 * A bit field lies where the C compiler puts it: next to the one before if it
 * fits into a number of its type.  It is read from the smallest number around.
 */
static struct abi_place place_bits(struct abigen *g, const struct ast_field *f,
				   const struct abi_type *t, unsigned abi,
				   unsigned at)
{
	static const uint8_t stores[][2] = {
		[1] = { STORE_U8, STORE_S8 }, [2] = { STORE_U16, STORE_S16 },
		[4] = { STORE_U32, STORE_S32 }, [8] = { STORE_U64, STORE_S64 },
	};
	unsigned bits = f->type->bits, n = 1, shift;

	while (n < 8 && at % (n * 8) + bits > n * 8)
		n *= 2;
	shift = at % (n * 8);
	if (shift + bits > n * 8 || bits > store_size(t->store[abi]) * 8)
		abi_error(g, f->pos, "'%s' does not fit into its bits",
			  f->name);
	if (abi_infos[abi].big_endian)
		shift = n * 8 - bits - shift;
	return (struct abi_place){
		.off = at / (n * 8) * n, .present = 1, .bits = bits,
		.shift = shift,
		.store = stores[n][store_is_signed(t->store[abi])],
	};
}

/* One member in one layout; at: the bits before it, and with it. */
static struct abi_place place_next(struct abigen *g, const struct ast_field *f,
				   uint32_t type, struct laying *l)
{
	unsigned align = l->packed ? 1 : type_align(g, type, l->abi);
	unsigned size = type_size(g, type, l->abi), unit = align * 8;
	const struct abi_type *t = &g->t.types.v[type];
	struct abi_place place = { .present = 1, .store = t->store[l->abi] };

	if (!size && is_padding(f) && f->type->count &&
	    f->type->count->op != EX_NUM)
		abi_error(g, f->pos, "how long padding is must be known");
	/* What lies after a struct begins at its end and is no part of it. */
	if (f->flags & FF_THEN) {
		l->at = align_up(l->at, l->most * 8);
		l->end = l->end ? l->end : l->at / 8;
	}
	l->most = align > l->most ? align : l->most;
	if (f->type->bits) {
		if (l->at % unit + f->type->bits > size * 8)
			l->at = align_up(l->at, unit);
		place = place_bits(g, f, t, l->abi, l->at);
		l->off = l->at / 8;
		l->size = (l->at % 8 + f->type->bits + 7) / 8;
		l->at += f->type->bits;
		return place;
	}
	l->off = align_up(l->at, unit) / 8;
	place.off = l->off;
	if (place.off != l->off)
		abi_error(g, f->pos, "more than 64 KiB into a struct");
	l->size = size;
	l->at = (l->off + size) * 8;
	return place;
}

static void place_all(struct abigen *g, struct making *m, struct scope *s,
		      uint32_t index, unsigned abi)
{
	struct ast_fields *fs = making_layout(m, abi);
	uint32_t first = g->t.places.n;
	struct laying l = { .abi = abi, .at = m->start * 8, .most = 1,
			    .packed = m->st && m->st->packed };

	m->abi = abi;
	for (size_t i = 0; i < m->fields.n; i++)
		vec_new(&g->t.places);
	g->t.structs.v[index].places[abi] = first;
	for (size_t i = 0; fs && i < fs->f.n; i++) {
		struct ast_field *f = &fs->f.v[i];
		uint32_t type = layout_type(g, m, s, f);

		layout_check(g, m, f, type, abi);
		place_field(g, m, f, place_next(g, f, type, &l), first);
		*vec_new(&g->laid) = (struct laid){
			.st = index, .type = type, .abi = abi, .off = l.off,
			.size = l.size, .name = f->name,
			.hidden = making_hides(m, f),
		};
	}
	g->t.structs.v[index].size[abi] = l.end ? l.end :
		align_up(l.at, l.most * 8) / 8;
}

/* With a layout block, "st_dev dev" in show: the number lies as laid out. */
static uint32_t making_type(struct abigen *g, struct making *m,
			    struct scope *s, struct ast_field *f)
{
	if (m->st && m->st->has_show && !(f->flags & FF_HIDDEN) &&
	    !strcmp(f->type->base, "_"))
		return 0;
	return compile_type(g, s, f->type);
}

static struct abi_field making_field(struct abigen *g, struct making *m,
				     struct scope *s, size_t i)
{
	struct ast_field *f = m->fields.v[i];
	struct abi_type *t = &g->t.types.v[m->types.v[i]];
	struct abi_field out = { .type = m->types.v[i], .flags = f->flags };

	if (f->flags & FF_CHANGE && scope_call(s))
		*scope_call(s)->saves |= 1u << scope_call(s)->arg;
	if (t->dir == DIR_OUT || t->dir == DIR_INOUT)
		out.flags |= FF_OUT;
	if (!f->name)
		out.flags |= FF_FLAT;
	out.name = text_index(g, f->name);
	out.cond = expr_compile(g, s, f->cond);
	out.when = expr_compile(g, s, f->when);
	if (f->note)
		out.note = compile_type(g, s, f->note);
	return out;
}

static bool type_has_change(struct abigen *g, uint32_t type)
{
	const struct abi_type *t = &g->t.types.v[type];

	return t->kind == T_STRUCT && g->t.structs.v[t->ref].has_change;
}

static uint32_t making_done(struct abigen *g, struct making *m,
			    struct scope *up, struct scope *s)
{
	uint32_t index, first;
	VEC(struct abi_field) made = { 0 };

	making_collect(m);
	s->up = up;
	s->fields = m->fields.v;
	s->nfields = m->fields.n;
	s->depth = up ? up->depth + 1 : 1;
	s->extra = 0;
	if (up && up->extra)
		s->depth += up->extra;
	for (size_t i = 0; i < m->fields.n; i++)
		*vec_new(&m->types) = making_type(g, m, s, m->fields.v[i]);
	for (size_t i = 0; i < m->fields.n; i++)
		*vec_new(&made) = making_field(g, m, s, i);
	first = g->t.fields.n;
	for (size_t i = 0; i < m->fields.n; i++)
		*vec_new(&g->t.fields) = made.v[i];
	vec_new(&g->t.structs);
	index = g->t.structs.n - 1;
	g->t.structs.v[index].first = first;
	g->t.structs.v[index].nfields = m->fields.n;
	for (size_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i]->flags & FF_CHANGE ||
		    type_has_change(g, m->types.v[i]))
			g->t.structs.v[index].has_change = 1;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		place_all(g, m, s, index, abi);
	if (m->st && m->st->packed)
		*vec_new(&g->packed) = index;
	return index;
}

uint32_t compile_anon(struct abigen *g, struct scope *up,
		      struct ast_fields *fields, unsigned start)
{
	struct making m = { .plain = fields, .start = start };
	struct scope s = { .dir = up ? up->dir : DIR_IN };

	return making_done(g, &m, up, &s);
}

static uint32_t struct_make(struct abigen *g, struct scope *up,
			    struct ast_struct *st, struct ast_targs *args,
			    unsigned start)
{
	struct making m = { .st = st, .plain = &st->fields, .start = start };
	struct scope s = { .dir = up->dir };
	uint32_t index;

	if (args) {
		s.params = st->params.v;
		s.nparams = st->params.n;
		s.args = args;
		s.args_scope = up;
	}
	index = making_done(g, &m, up, &s);
	g->t.structs.v[index].name = text_index(g, st->name);
	return index;
}

static bool fields_change(const struct ast_fields *fs)
{
	for (size_t i = 0; i < fs->f.n; i++)
		if (fs->f.v[i].flags & FF_CHANGE ||
		    (fs->f.v[i].type->fields &&
		     fields_change(fs->f.v[i].type->fields)))
			return true;
	return false;
}

uint32_t compile_struct(struct abigen *g, struct scope *up,
			struct ast_struct *st, struct ast_targs *args)
{
	struct scope root = { .dir = up->dir };
	size_t nargs = args ? args->e.n : 0;
	uint32_t index;

	if (nargs != st->params.n) {
		abi_error(g, st->pos, "struct '%s' takes %zu parameters",
			  st->name, st->params.n);
		return 0;
	}
	if (!nargs && st->index[up->dir])
		return st->index[up->dir];
	if (st->busy) {
		abi_error(g, st->pos, "struct '%s' contains itself",
			  st->name);
		return 0;
	}
	st->busy = true;
	/* One that uses change must know whose argument it is. */
	if (fields_change(&st->fields))
		nargs = nargs ? nargs : 1;
	index = struct_make(g, nargs ? up : &root, st,
			    st->params.n ? args : NULL, 0);
	st->busy = false;
	if (!nargs)
		st->index[up->dir] = index;
	return index;
}

/* ---- switches ---- */

static void case_values(struct abigen *g, struct ast_case *c, size_t nkeys,
			size_t i, struct abi_case *out)
{
	for (size_t k = 0; k < nkeys && k < 2; k++)
		out->val[k] = num_index(g, c->keys.v[i * nkeys + k]);
}

uint32_t cases_add(struct abigen *g, const struct abi_case *c,
		   const struct pos *at, size_t n)
{
	uint32_t first = g->t.cases.n;

	for (size_t i = 0; i < n; i++) {
		*vec_new(&g->t.cases) = c[i];
		*vec_new(&g->case_pos) = at[i];
	}
	return first;
}

uint32_t compile_switch(struct abigen *g, struct scope *s,
			struct ast_cases *c)
{
	size_t nkeys = c->keys.n;
	VEC(struct abi_case) made = { 0 };
	VEC(struct pos) at = { 0 };
	struct abi_switch w = { 0 };
	bool has_default = false;

	if (c->includes.n)
		refine_cases(g, c->keys.v[0]->pos, c);
	for (size_t k = 0; k < nkeys && k < 2; k++)
		w.key[k] = expr_compile(g, s, c->keys.v[k]);
	for (size_t i = 0; i < c->c.n; i++) {
		struct ast_case *a = &c->c.v[i];
		uint32_t type = compile_type(g, s, a->type);

		if (a->is_default) {
			w.def = type;
			has_default = true;
			continue;
		}
		for (size_t j = 0; j < a->keys.n / nkeys; j++) {
			struct abi_case *out = vec_new(&made);

			case_values(g, a, nkeys, j, out);
			out->ref = type;
			*vec_new(&at) = a->pos;
		}
	}
	if (!has_default && c->c.n)
		abi_error(g, c->c.v[0].pos, "cases without 'default'");
	w.ncases = made.n;
	w.cases = cases_add(g, made.v, at.v, made.n);
	cases_order(g, w.cases, w.ncases, w.order);
	*vec_new(&g->t.switches) = w;
	return g->t.switches.n - 1;
}

/* ---- unions ---- */

/* A case's type begins right after the tag. */
static uint32_t union_case(struct abigen *g, struct scope *s,
			   struct ast_case *c, unsigned start)
{
	struct name *n = names_find(&g->types, c->type->base);
	struct abi_type t;

	memset(&t, 0, sizeof(t));
	t.kind = T_STRUCT;
	if (!strcmp(c->type->base, "{"))
		t.ref = compile_anon(g, s, c->type->fields, start);
	else if (n && n->kind == NAME_STRUCT)
		t.ref = struct_make(g, s, n->ptr, NULL, start);
	else
		return compile_type(g, s, c->type);
	return type_add(g, &t);
}

uint32_t compile_union(struct abigen *g, struct scope *up,
		       struct ast_union *u, struct ast_targs *args)
{
	struct scope s = { .up = up, .dir = up->dir };
	struct ast_fields tag = { { &u->tag, 1, 1 } };
	VEC(struct abi_case) made = { 0 };
	VEC(struct pos) at = { 0 };
	struct abi_union out = { 0 };
	unsigned start;
	bool has_default = false;

	(void)args;
	if (u->index[up->dir])
		return u->index[up->dir];
	out.name = text_index(g, u->name);
	s.up = NULL;
	out.tag = compile_anon(g, &s, &tag, 0);
	start = g->t.structs.v[out.tag].size[0];
	for (size_t i = 0; i < u->cases.c.n; i++) {
		struct ast_case *a = &u->cases.c.v[i];
		uint32_t type = union_case(g, &s, a, start);

		if (a->is_default) {
			out.def = type;
			has_default = true;
		}
		for (size_t j = 0; j < a->keys.n; j++) {
			struct abi_case *c = vec_new(&made);

			case_values(g, a, 1, j, c);
			c->min = a->min;
			c->ref = type;
			*vec_new(&at) = a->pos;
		}
	}
	if (!has_default)
		abi_error(g, u->pos, "union without 'default'");
	out.ncases = made.n;
	out.cases = cases_add(g, made.v, at.v, made.n);
	cases_order(g, out.cases, out.ncases, out.order);
	*vec_new(&g->t.unions) = out;
	u->index[up->dir] = g->t.unions.n - 1;
	return g->t.unions.n - 1;
}

/* ---- records ---- */

uint32_t compile_records(struct abigen *g, struct scope *up,
			 struct ast_records *r)
{
	struct scope s = { .dir = up->dir }, head = { .dir = up->dir };
	struct scope slots = { .dir = up->dir, .slots = r->params.v.v,
			       .nslots = r->params.v.n };
	struct abi_records out = { 0 };
	uint32_t index;
	VEC(struct ast_field *) fields = { 0 };

	if (r->index[up->dir])
		return r->index[up->dir];
	if (!r->length || !r->body) {
		abi_error(g, r->pos, "records need head, length and body");
		return 0;
	}
	slots_check(g, r->pos, &r->params);
	/* Those that are apart may contain themselves. */
	vec_new(&g->t.records);
	index = r->index[up->dir] = g->t.records.n - 1;
	s.slots = slots.slots;
	s.nslots = slots.nslots;
	out.name = text_index(g, r->name);
	out.head = compile_anon(g, &s, &r->head, 0);
	for (size_t i = 0; i < r->head.f.n; i++)
		if (!is_padding(&r->head.f.v[i]))
			*vec_new(&fields) = &r->head.f.v[i];
	head.fields = fields.v;
	head.nfields = fields.n;
	head.depth = 1;
	head.slots = slots.slots;
	head.nslots = slots.nslots;
	out.length = expr_compile(g, &head, r->length);
	out.body_name = text_index(g, r->body_name);
	out.body = compile_type(g, &head, r->body);
	if (r->instead)
		out.instead = compile_type(g, &s, r->instead);
	for (unsigned i = 0; i < ABI_COUNT; i++) {
		const struct kind *k = kind_find(r->align ? r->align :
						 r->apart ? "u32" : "u8");

		out.align[i] = k && k->store ?
			store_size(store_of(k->store, i, false)) : 1;
	}
	out.apart = r->apart;
	out.after_head = r->after_head;
	g->t.records.v[index] = out;
	return index;
}
