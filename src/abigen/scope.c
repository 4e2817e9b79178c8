/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abigen.h"

struct scope *scope_call(struct scope *s)
{
	while (s && !s->call_args)
		s = s->up;
	return s;
}

/* A scope for things written in up but used inside s. */
static struct scope scope_inside(const struct scope *s, const struct scope *up)
{
	struct scope in = *up;

	in.extra = s->extra + s->depth - up->depth;
	return in;
}

struct ast_expr *scope_param(struct scope *s, const char *name,
			     struct scope *where)
{
	for (struct scope *c = s; c; c = c->up)
		for (size_t i = 0; i < c->nparams; i++)
			if (!strcmp(c->params[i], name) && c->args &&
			    i < c->args->e.n && c->args_scope) {
				*where = scope_inside(s, c->args_scope);
				return c->args->e.v[i];
			}
	return NULL;
}

static void code_add(struct abigen *g, enum abi_op op, uint32_t operand)
{
	*vec_new(&g->t.code) = op | operand << 8;
}

uint32_t num_index(struct abigen *g, const struct ast_expr *e)
{
	struct constant *c = e->op == EX_END ? const_find(g, e->name) : NULL;
	struct abi_num *n;

	if (c && c->index)
		return c->index;
	if (!c && e->op != EX_NUM) {
		abi_error(g, e->pos, "unknown name '%s'",
			  e->name ? e->name : "?");
		return 0;
	}
	n = vec_new(&g->t.nums);
	for (unsigned i = 0; i < ABI_COUNT; i++)
		n->v[i] = c ? c->v[i] : e->num;
	n->present = c ? c->present : (1u << ABI_COUNT) - 1;
	if (c)
		c->index = g->t.nums.n - 1;
	return g->t.nums.n - 1;
}

static bool code_builtin(struct abigen *g, const char *name)
{
	static const struct { const char *name; enum abi_op op; } words[] = {
		{ "ret", EX_RET }, { "err", EX_ERR }, { "ok", EX_OK },
		{ "interrupted", EX_INTERRUPTED }, { "rest", EX_REST },
		{ "size", EX_SIZE }, { "leading", EX_LEADING },
	};

	if (!strcmp(name, "all")) {
		struct ast_expr e = { .op = EX_NUM, .num = INT64_MAX };

		code_add(g, EX_NUM, num_index(g, &e));
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(name, words[i].name)) {
			code_add(g, words[i].op, 0);
			return true;
		}
	return false;
}

/* Does an argument's or a member's name stand for the number it points to? */
static bool name_is_behind(const struct ast_field *f)
{
	const struct kind *k = kind_find(f->type->base);

	return f->type->dir && !f->type->has_count &&
	       (k ? k->store != SC_NONE && k->kind != T_STR &&
		    k->kind != T_STRV :
		!strcmp(f->type->base, "enum") ||
		!strcmp(f->type->base, "flags"));
}

static bool code_arg(struct abigen *g, struct scope *c, const char *name,
		     bool old)
{
	for (size_t i = 0; i < c->call_args->f.n; i++) {
		struct ast_field *f = &c->call_args->f.v[i];

		if (!f->name || strcmp(f->name, name))
			continue;
		if (old)
			*c->saves |= 1u << i;
		code_add(g, old ? EX_OLD :
			 name_is_behind(f) ? EX_BEHIND : EX_ARG, i);
		return true;
	}
	return false;
}

static bool code_field(struct abigen *g, struct scope *c, const char *name,
		       uint32_t op_depth)
{
	for (size_t i = 0; i < c->nfields; i++)
		if (c->fields[i]->name && !strcmp(c->fields[i]->name, name)) {
			bool behind = (op_depth & 0xff) == EX_FIELD &&
				      name_is_behind(c->fields[i]);

			code_add(g, behind ? EX_BEHINDFIELD : op_depth & 0xff,
				 (op_depth >> 8) << 12 | i);
			return true;
		}
	return false;
}

static bool code_slot(struct abigen *g, struct scope *c, const char *name)
{
	for (size_t i = 0; i < c->nslots; i++)
		if (!strcmp(c->slots[i], name)) {
			code_add(g, EX_SLOT, i);
			return true;
		}
	return false;
}

static void code_expr(struct abigen *g, struct scope *s, struct ast_expr *e);

static void code_name(struct abigen *g, struct scope *s, struct ast_expr *e)
{
	bool old = e->op == EX_OLD;
	struct scope where;

	for (struct scope *c = s; c; c = c->up) {
		struct ast_expr *p;
		uint32_t depth = s->extra + s->depth - c->depth;

		if (c->fields &&
		    code_field(g, c, e->name,
			       (old ? EX_OLDFIELD : EX_FIELD) | depth << 8)) {
			if (old && scope_call(s))
				*scope_call(s)->saves |=
					1u << scope_call(s)->arg;
			return;
		}
		p = c->nparams ? scope_param(s, e->name, &where) : NULL;
		if (p && !p->type) {
			code_expr(g, &where, p);
			return;
		}
		/* In a struct that is the struct's own. */
		if (c->call_args && !(s->fields && !strcmp(e->name, "size")) &&
		    code_arg(g, c, e->name, old))
			return;
		if (code_slot(g, c, e->name))
			return;
	}
	if (!code_builtin(g, e->name))
		code_add(g, EX_NUM, num_index(g, &(struct ast_expr){
			.pos = e->pos, .name = e->name }));
}

static void code_expr(struct abigen *g, struct scope *s, struct ast_expr *e)
{
	if (e->type) {
		abi_error(g, e->pos, "a type where a value is needed");
		return;
	}
	if (e->op == EX_END || e->op == EX_OLD) {
		code_name(g, s, e);
		return;
	}
	if (e->op == EX_NUM) {
		code_add(g, EX_NUM, num_index(g, e));
		return;
	}
	code_expr(g, s, e->l);
	if (e->r)
		code_expr(g, s, e->r);
	code_add(g, e->op, 0);
}

uint32_t expr_compile(struct abigen *g, struct scope *s, struct ast_expr *e)
{
	uint32_t start = g->t.code.n;

	if (!e)
		return 0;
	code_expr(g, s, e);
	code_add(g, EX_END, 0);
	*vec_new(&g->t.exprs) = start;
	return g->t.exprs.n - 1;
}

uint32_t expr_slot(struct abigen *g, unsigned slot)
{
	*vec_new(&g->t.exprs) = g->t.code.n;
	code_add(g, EX_SLOT, slot);
	code_add(g, EX_END, 0);
	return g->t.exprs.n - 1;
}

uint32_t expr_field(struct abigen *g, unsigned field)
{
	*vec_new(&g->t.exprs) = g->t.code.n;
	code_add(g, EX_FIELD, field);
	code_add(g, EX_END, 0);
	return g->t.exprs.n - 1;
}

bool expr_uses(struct abigen *g, uint32_t expr, enum abi_op op)
{
	if (!expr)
		return false;
	for (uint32_t i = g->t.exprs.v[expr];
	     (g->t.code.v[i] & 0xff) != EX_END; i++)
		if ((g->t.code.v[i] & 0xff) == op)
			return true;
	return false;
}
