/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Netlink: attributes that hold attributes, and what knows of parameters at
 * run time.
 *
 * A struct with parameters is made anew for each use.  Lists may contain
 * themselves, so their parameters are values that lie in slots, evaluated
 * where the list is used; what attributes remember lies after them.
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

/* ---- from words ---- */

void parse_slots(struct parser *p, struct ast_slots *to)
{
	if (!parse_accept(p, "("))
		return;
	do {
		*vec_new(&to->v) = parse_name(p, "a parameter");
	} while (parse_accept(p, ","));
	parse_expect(p, ")");
}

void parse_attr(struct parser *p, struct ast_case *c)
{
	parse_case(p, c, 1);
	if (parse_accept(p, "remember"))
		c->remember = parse_name(p, "a name");
}

void parse_attrs(struct parser *p)
{
	struct ast_attrs *a = mem_new(sizeof(*a));

	a->pos = p->tok.pos;
	a->name = parse_name(p, "the name of the attributes");
	parse_slots(p, &a->params);
	a->set = parse_name(p, "the set of their names");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		parse_attr(p, vec_new(&a->cases.c));
		parse_item_end(p, "an attribute");
	}
	parse_expect(p, "}");
	parse_declare(p, name_of(a->name, NAME_ATTRS, a), a->pos);
	*vec_new(&p->g->attrs) = a;
}

/* ---- names of types ---- */

static struct ast_symset *set_find(struct abigen *g, struct pos pos,
				   const char *name)
{
	struct name *n = names_find(&g->symsets, name);
	struct ast_symset *s = n ? n->ptr : NULL;

	if (!s || s->is_flags)
		abi_error(g, pos, "'%s' is no enum of types", name);
	return s && !s->is_flags ? s : NULL;
}

/* The same names after those of the set nla_flags. */
static uint32_t flagged_set(struct abigen *g, struct pos pos,
			    const struct ast_symset *types)
{
	struct ast_symset *s = mem_new(sizeof(*s));
	struct ast_pick *k = vec_new(&s->picks);
	struct name *n = names_find(&g->symsets, "nla_flags");
	struct ast_symset *flags = n ? n->ptr : NULL;

	s->pos = k->pos = pos;
	s->is_flags = true;
	s->store = "u16";
	s->name = mem_new(strlen(types ? types->name : "") + 16);
	sprintf(s->name, "%s nested", types ? types->name : "");
	if (names_find(&g->symsets, s->name))
		return compile_symset(g, pos, s->name);
	for (size_t i = 0; flags && i < flags->syms.n; i++)
		*vec_new(&s->syms) = flags->syms.v[i];
	k->before = s->syms.n;
	k->mask = 0x3fff;
	k->has_mask = true;
	for (size_t i = 0; types && i < types->syms.n; i++)
		*vec_new(&k->syms) = types->syms.v[i];
	k->unknown = types ? types->unknown : NULL;
	names_add(&g->symsets, s->name, NAME_SYMSET, s);
	*vec_new(&g->sets) = s;
	return compile_symset(g, pos, s->name);
}

/* ---- to the tables ---- */

void slots_check(struct abigen *g, struct pos pos,
		 const struct ast_slots *slots)
{
	if (slots->v.n > ABI_SLOTS_MAX)
		abi_error(g, pos, "at most %d parameters and names that are "
			  "remembered", ABI_SLOTS_MAX);
	for (size_t i = 0; i < slots->v.n; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(slots->v.v[i], slots->v.v[j]))
				abi_error(g, pos, "there are two '%s'",
					  slots->v.v[i]);
}

/* The slot of that name, which gets the next one if it has none. */
static uint32_t slot_of(struct ast_slots *slots, char *name, size_t nparams)
{
	for (size_t i = nparams; i < slots->v.n; i++)
		if (!strcmp(slots->v.v[i], name))
			return i;
	*vec_new(&slots->v) = name;
	return slots->v.n - 1;
}

/* Names that have a case join the set of all. */
static void attr_names(struct abigen *g, const struct ast_case *c,
		       struct ast_symset *set)
{
	for (size_t i = 0; i < c->keys.n; i++)
		if (c->keys.v[i]->op == EX_END)
			set_join(g, set, &(struct ast_sym){
				.pos = c->keys.v[i]->pos,
				.name = c->keys.v[i]->name });
}

/* The last case would never be chosen. */
static void attr_check(struct abigen *g, const struct abi_case *made,
		       size_t n, const struct ast_expr *key)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (made[i].val[0] == made[n - 1].val[0]) {
			abi_error(g, key->pos, "there is a case for '%s'",
				  key->op == EX_END ? key->name : "it");
			return;
		}
}

static void attr_cases(struct abigen *g, struct ast_attrs *a, struct scope *s,
		       struct ast_slots *slots, struct abi_attrs *out)
{
	VEC(struct abi_case) made = { 0 };
	VEC(struct pos) at = { 0 };

	for (size_t i = 0; i < a->cases.c.n; i++) {
		struct ast_case *c = &a->cases.c.v[i];
		uint32_t type = compile_type(g, s, c->type);

		if (c->is_default)
			out->def = type;
		for (size_t j = 0; j < c->keys.n; j++) {
			struct abi_case *k = vec_new(&made);

			k->val[0] = num_index(g, c->keys.v[j]);
			attr_check(g, made.v, made.n, c->keys.v[j]);
			k->ref = type;
			k->min = c->min;
			if (c->remember)
				k->keep = slot_of(slots, c->remember,
						  a->params.v.n) + 1;
			out->keeps |= !!k->keep;
			*vec_new(&at) = c->pos;
		}
	}
	out->ncases = made.n;
	out->cases = cases_add(g, made.v, at.v, made.n);
	cases_order(g, out->cases, out->ncases, out->order);
}

/* bytes[rest] hexstr: what an attribute is that nobody described. */
static uint32_t type_unknown(struct abigen *g, struct scope *s, struct pos pos)
{
	struct ast_type t = { .pos = pos, .base = "hexstr",
			      .has_count = true };

	return compile_type(g, s, &t);
}

uint32_t compile_attrs(struct abigen *g, struct ast_attrs *a)
{
	if (a->index)
		return a->index;
	vec_new(&g->t.attrs);
	a->index = g->t.attrs.n - 1;
	*vec_new(&g->attrs_todo) = a;
	return a->index;
}

/* Nothing in them depends on whether they are sent or received. */
static void attrs_fill(struct abigen *g, struct ast_attrs *a)
{
	struct ast_slots slots = { 0 };
	struct scope s = { .dir = DIR_IN };
	struct abi_attrs out = { .name = text_index(g, a->name) };
	struct ast_symset *set = set_find(g, a->pos, a->set);

	for (size_t i = 0; set && i < a->cases.c.n; i++)
		attr_names(g, &a->cases.c.v[i], set);
	for (size_t i = 0; i < a->params.v.n; i++)
		*vec_new(&slots.v) = a->params.v.v[i];
	for (size_t i = 0; i < a->cases.c.n; i++)
		if (a->cases.c.v[i].remember)
			slot_of(&slots, a->cases.c.v[i].remember,
				a->params.v.n);
	slots_check(g, a->pos, &slots);
	s.slots = slots.v.v;
	s.nslots = slots.v.n;
	attr_cases(g, a, &s, &slots, &out);
	if (set) {
		out.set = compile_symset(g, a->pos, a->set);
		out.flagged = flagged_set(g, a->pos, set);
	}
	if (!out.def)
		out.def = type_unknown(g, &s, a->pos);
	g->t.attrs.v[a->index] = out;
}

void attrs_finish(struct abigen *g)
{
	for (size_t i = 0; i < g->attrs_todo.n; i++)
		attrs_fill(g, g->attrs_todo.v[i]);
}

uint32_t compile_each(struct abigen *g, struct scope *up, struct ast_type *t)
{
	struct abi_attrs out = { 0 };

	out.def = compile_type(g, up, t->each);
	out.flagged = flagged_set(g, t->pos, NULL);
	*vec_new(&g->t.attrs) = out;
	return g->t.attrs.n - 1;
}

/* netlink_messages(protocol, received): what a netlink socket carries. */
uint32_t netlink_messages(struct abigen *g, struct scope *s)
{
	struct name *n = names_find(&g->types, "netlink_messages");
	struct abi_type t;
	uint32_t slot[2];

	if (!n || n->kind != NAME_RECORDS)
		return 0;
	memset(&t, 0, sizeof(t));
	t.kind = T_RECORDS;
	t.ref = compile_records(g, s, n->ptr);
	/* The decoder puts these two into the first slots. */
	slot[0] = expr_slot(g, 0);
	slot[1] = expr_slot(g, 1);
	t.nargs = 2;
	t.args = g->t.args.n;
	*vec_new(&g->t.args) = slot[0];
	*vec_new(&g->t.args) = slot[1];
	return type_add(g, &t);
}
