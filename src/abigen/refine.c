/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is made by a program gives way to what people write: whole declarations
 * of the same name (declare() in parse.c), commands, and with "refine" single
 * members of structs.
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

/* a.b.c, and then a member's type and words */
static void parse_path(struct parser *p, struct ast_field *f)
{
	f->pos = p->tok.pos;
	f->name = parse_name(p, "a member");
	while (parse_accept(p, ".")) {
		char *more = parse_name(p, "a member");
		char *both = mem_new(strlen(f->name) + strlen(more) + 2);

		sprintf(both, "%s.%s", f->name, more);
		f->name = both;
	}
	parse_field_type(p, f);
}

void parse_refine(struct parser *p)
{
	struct ast_refine r = { .pos = p->tok.pos };

	r.name = parse_name(p, "the name of a struct");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		parse_path(p, vec_new(&r.fields.f));
		if (!parse_is(p, "}") && !parse_is(p, ";") &&
		    p->tok.kind != TOK_NL)
			parse_fail(p, "unknown word '%s' after a member",
				   p->tok.text);
		parse_skip_newlines(p);
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
	struct ast_field was;

	if (!f) {
		abi_error(g, with->pos, "'%s' has no member '%s'%s", st->name,
			  with->name, st->layouts.n && !st->has_show ?
			  ": it has layouts and no 'show'" : "");
		return;
	}
	was = *f;
	*f = *with;
	f->name = was.name;
}

void refine_all(struct abigen *g)
{
	for (size_t i = 0; i < g->refines.n; i++) {
		struct ast_refine *r = &g->refines.v[i];
		struct name *n = names_find(&g->types, r->name);

		if (!n || n->kind != NAME_STRUCT || !n->made)
			abi_error(g, r->pos, "'%s' is no struct that is made",
				  r->name);
		for (size_t j = 0; n && n->kind == NAME_STRUCT && n->made &&
		     j < r->fields.f.n; j++)
			refine_member(g, n->ptr, &r->fields.f.v[j]);
	}
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
