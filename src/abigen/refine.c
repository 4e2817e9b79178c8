/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is made by a program gives way to what people write: whole declarations
 * of the same name (declare() in parse.c), commands, and with "refine" single
 * members of structs.
 */
#include <string.h>

#include "abigen.h"

void parse_refine(struct parser *p)
{
	struct ast_refine r = { .pos = p->tok.pos };

	r.name = parse_name(p, "the name of a struct or of attributes");
	parse_slots(p, &r.params);
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		const char *next = parse_peek(p)->text;

		if (!strcmp(next, ":") || !strcmp(next, ","))
			parse_attr(p, vec_new(&r.cases.c));
		else
			parse_field(p, vec_new(&r.fields.f));
		parse_item_end(p, "a member");
	}
	parse_expect(p, "}");
	*vec_new(&p->g->refines) = r;
}

/* The members that a path names: it may go into structs that have no name. */
static struct ast_field *member_at(struct ast_fields *fs, const char *path)
{
	size_t n = strcspn(path, ".");

	for (size_t i = 0; i < fs->f.n; i++) {
		struct ast_field *f = &fs->f.v[i];

		if (!f->name || strlen(f->name) != n ||
		    strncmp(f->name, path, n))
			continue;
		if (!path[n])
			return f;
		return f->type->fields ?
			member_at(f->type->fields, path + n + 1) : NULL;
	}
	return NULL;
}

/* A member keeps its name and its place. */
static void refine_member(struct abigen *g, struct ast_struct *st,
			  const struct ast_field *with)
{
	struct ast_field *f = member_at(&st->fields, with->name);
	char *name;

	if (!f) {
		abi_error(g, with->pos, "'%s' has no member '%s'%s", st->name,
			  with->name, st->layouts.n && !st->has_show ?
			  ": it has layouts and no 'show'" : "");
		return;
	}
	name = f->name;
	*f = *with;
	f->name = name;
}

/* Does one of the keys have that name? */
static bool case_has(const struct ast_case *c, const char *key)
{
	for (size_t i = 0; i < c->keys.n; i++)
		if (c->keys.v[i]->name && key &&
		    !strcmp(c->keys.v[i]->name, key))
			return true;
	return false;
}

/* What an attribute is now told to hold, it holds; others stay. */
static void refine_attrs(struct ast_attrs *a, const struct ast_refine *r)
{
	size_t left = 0;

	if (r->params.v.n)
		a->params = r->params;
	for (size_t i = 0; i < a->cases.c.n; i++) {
		struct ast_case *old = &a->cases.c.v[i];
		size_t n = 0;

		for (size_t k = 0; k < old->keys.n; k++) {
			struct ast_expr *key = old->keys.v[k];
			bool other = false;

			for (size_t j = 0; j < r->cases.c.n; j++)
				other |= case_has(&r->cases.c.v[j], key->name);
			if (!other)
				old->keys.v[n++] = key;
		}
		old->keys.n = n;
		if (n)
			a->cases.c.v[left++] = *old;
	}
	a->cases.c.n = left;
	for (size_t j = 0; j < r->cases.c.n; j++)
		*vec_new(&a->cases.c) = r->cases.c.v[j];
}

static void refine_struct(struct abigen *g, struct ast_struct *st,
			  const struct ast_refine *r)
{
	for (size_t i = 0; i < r->fields.f.n; i++)
		refine_member(g, st, &r->fields.f.v[i]);
}

void refine_all(struct abigen *g)
{
	for (size_t i = 0; i < g->refines.n; i++) {
		struct ast_refine *r = &g->refines.v[i];
		struct name *n = names_find(&g->types, r->name);

		if (n && n->made && n->kind == NAME_STRUCT && !r->cases.c.n)
			refine_struct(g, n->ptr, r);
		else if (n && n->made && n->kind == NAME_ATTRS &&
			 !r->fields.f.n)
			refine_attrs(n->ptr, r);
		else
			abi_error(g, r->pos, "'%s' is no %s that %s made",
				  r->name, r->cases.c.n ? "attributes" :
				  "struct", r->cases.c.n ? "are" : "is");
	}
}

/* ---- cases that stand elsewhere ---- */

/* cases NAME(2) { KEY KEY : type ... } */
void parse_more(struct parser *p)
{
	struct ast_more m = { .pos = p->tok.pos, .nkeys = 1 };

	m.name = parse_name(p, "the name of the cases");
	if (parse_accept(p, "(")) {
		m.nkeys = parse_number(p, "how many values each has");
		parse_expect(p, ")");
	}
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		struct ast_case *c = vec_new(&m.cases.c);

		parse_case(p, c, m.nkeys);
		c->made = p->made;
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
	*vec_new(&p->g->more) = m;
}

static bool keys_equal(struct ast_expr **a, struct ast_expr **b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!a[i]->name || !b[i]->name ||
		    strcmp(a[i]->name, b[i]->name))
			return false;
	return true;
}

/* Has one that is not made these keys? */
static bool written_elsewhere(const struct ast_cases *c, struct ast_expr **keys,
			      size_t nkeys)
{
	for (size_t i = 0; i < c->c.n; i++)
		for (size_t k = 0; k < c->c.v[i].keys.n; k += nkeys)
			if (!c->c.v[i].made &&
			    keys_equal(&c->c.v[i].keys.v[k], keys, nkeys))
				return true;
	return false;
}

static void cases_join(struct ast_cases *to, const struct ast_more *m,
		       bool made)
{
	for (size_t i = 0; i < m->cases.c.n; i++) {
		struct ast_case c = m->cases.c.v[i];
		struct ast_case *one;

		if (c.made != made)
			continue;
		one = vec_new(&to->c);
		*one = c;
		memset(&one->keys, 0, sizeof(one->keys));
		for (size_t k = 0; k < c.keys.n; k += m->nkeys) {
			if (made && written_elsewhere(to, &c.keys.v[k],
						      m->nkeys))
				continue;
			for (size_t j = 0; j < m->nkeys; j++)
				*vec_new(&one->keys) = c.keys.v[k + j];
		}
	}
}

void refine_cases(struct abigen *g, struct pos pos, struct ast_cases *c)
{
	size_t known = 0;

	for (size_t i = 0; i < c->includes.n; i++)
		for (size_t j = 0; j < 2 * g->more.n; j++) {
			struct ast_more *m = &g->more.v[j % g->more.n];

			if (strcmp(m->name, c->includes.v[i]))
				continue;
			known++;
			if (m->nkeys != c->keys.n)
				abi_error(g, m->pos, "each of these cases "
					  "needs %zu values", c->keys.n);
			else
				cases_join(c, m, j >= g->more.n);
		}
	if (known < c->includes.n)
		abi_error(g, pos, "there are no such cases to include");
	c->includes.n = 0;
}

/* ---- commands ---- */

static void commands_written(struct abigen *g, struct names *written)
{
	for (size_t i = 0; i < g->ioctls.c.n; i++) {
		struct ast_case *c = &g->ioctls.c.v[i];

		for (size_t j = 0; !c->made && j < c->keys.n; j++)
			if (c->keys.v[j]->name &&
			    !names_find(written, c->keys.v[j]->name))
				names_add(written, c->keys.v[j]->name,
					  NAME_CONST, c);
	}
}

void refine_ioctls(struct abigen *g)
{
	struct names written = { 0 };
	size_t kept = 0;

	commands_written(g, &written);
	for (size_t i = 0; i < g->ioctls.c.n; i++) {
		struct ast_case c = g->ioctls.c.v[i];
		size_t n = 0;

		for (size_t j = 0; j < c.keys.n; j++)
			if (!c.made || !c.keys.v[j]->name ||
			    !names_find(&written, c.keys.v[j]->name))
				c.keys.v[n++] = c.keys.v[j];
		c.keys.n = n;
		if (n)
			g->ioctls.c.v[kept++] = c;
	}
	g->ioctls.c.n = kept;
}
