/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sockopt LEVEL NAME TYPE: what setsockopt and getsockopt take and give.
 *
 * Each becomes a case of those two commands, whose arguments are optval and
 * optlen.  How long the value is follows from its type, and what is shown of
 * another length from a rule:
 *
 *	set	the value if it is long enough, otherwise its address
 *	get	the same for structs; of a number that was cut the bytes
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

/* ---- from words ---- */

static void parse_name_list(struct parser *p, struct ast_names *to)
{
	do {
		*vec_new(&to->v) = (struct ast_sym){
			.pos = p->tok.pos, .name = p->tok.text };
		parse_name(p, "a constant");
	} while (parse_accept(p, ","));
}

static bool parse_sockopt_word(struct parser *p, struct ast_sockopt *o)
{
	if (parse_accept(p, "exact"))
		o->exact = true;
	else if (parse_accept(p, "part"))
		o->part = true;
	else if (parse_accept(p, "whole"))
		o->whole = true;
	else if (parse_accept(p, "grows"))
		o->grows = parse_number(p, "how many bytes all have");
	else if (parse_accept(p, "otherwise"))
		o->otherwise = parse_name(p, "'bytes' or 'hexstr'");
	else
		return parse_type_mod(p, o->type);
	return true;
}

void parse_sockopt(struct parser *p)
{
	struct ast_sockopt *o = vec_new(&p->g->sockopts);

	o->pos = p->tok.pos;
	o->set = o->get = true;
	if (parse_accept(p, "set"))
		o->get = false;
	else if (parse_accept(p, "get"))
		o->set = false;
	parse_name_list(p, &o->levels);
	parse_name_list(p, &o->names);
	o->type = parse_type(p);
	if (o->type->dir)
		abi_error(p->g, o->type->pos, "the direction follows from "
			  "the call");
	while (parse_sockopt_word(p, o))
		;
}

/* ---- trees that say what a rule says ---- */

struct rule {
	struct abigen *g;
	struct ast_sockopt *o;
	bool get;
	char *size;		/* the constant for the value's size */
	bool is_struct;
	bool in_bytes;		/* what is counted are bytes */
};

static struct ast_expr *expr_of(const struct rule *r, enum abi_op op,
				struct ast_expr *a, struct ast_expr *b)
{
	struct ast_expr *e = mem_new(sizeof(*e));

	e->pos = r->o->pos;
	e->op = op;
	e->l = a;
	e->r = b;
	return e;
}

static struct ast_expr *expr_name(const struct rule *r, char *name)
{
	struct ast_expr *e = expr_of(r, EX_END, NULL, NULL);

	e->name = name;
	return e;
}

static struct ast_expr *expr_num(const struct rule *r, uint64_t v)
{
	struct ast_expr *e = expr_of(r, EX_NUM, NULL, NULL);

	e->num = v;
	return e;
}

/* optlen >= size */
static struct ast_expr *is_long_enough(const struct rule *r)
{
	return expr_of(r, r->o->exact ? EX_EQ : EX_GE,
		       expr_name(r, "optlen"), r->o->grows ?
		       expr_num(r, r->o->grows) : expr_name(r, r->size));
}

static struct ast_type *type_of(const struct rule *r, char *base)
{
	struct ast_type *t = mem_new(sizeof(*t));

	t->pos = r->o->pos;
	t->base = base;
	return t;
}

static enum abi_dir direction(const struct rule *r)
{
	return r->get ? DIR_OUT : DIR_IN;
}

/* The value itself. */
static struct ast_type *type_value(const struct rule *r)
{
	struct ast_type *t = mem_new(sizeof(*t));

	*t = *r->o->type;
	t->dir = direction(r);
	return t;
}

/* bytes[optlen], hexstr[optlen] */
static struct ast_type *type_bytes(const struct rule *r, char *base)
{
	struct ast_type *t = type_of(r, base);

	t->dir = direction(r);
	t->has_count = true;
	t->count = expr_name(r, "optlen");
	t->verbose = true;
	return t;
}

static void case_add(struct ast_cases *to, struct ast_expr *key,
		     struct ast_type *type)
{
	struct ast_case *c = vec_new(&to->c);

	c->pos = type->pos;
	c->type = type;
	c->is_default = !key;
	if (key)
		*vec_new(&c->keys) = key;
}

/* by (key) { want : the value; 0 : addr; default : bytes[optlen] } */
static struct ast_type *type_or_bytes(const struct rule *r,
				      struct ast_expr *key,
				      struct ast_expr *want, char *bytes)
{
	struct ast_type *t = type_of(r, "by");

	t->cases = mem_new(sizeof(*t->cases));
	*vec_new(&t->cases->keys) = key;
	case_add(t->cases, want, type_value(r));
	if (r->get)
		case_add(t->cases, expr_num(r, 0), type_of(r, "addr"));
	case_add(t->cases, NULL, type_bytes(r, bytes));
	return t;
}

/* So many as the length says. */
static struct ast_type *type_counted(const struct rule *r)
{
	struct ast_type *t = type_value(r);

	t->count = expr_name(r, "optlen");
	if (!strcmp(t->base, "bytes") || !strcmp(t->base, "hexstr"))
		t->verbose = true;
	else if (!r->in_bytes)
		t->count = expr_of(r, EX_DIV, t->count,
				   expr_name(r, r->size));
	return t;
}

/* What the kernel gives may be cut; then the bytes there are shown. */
static struct ast_type *type_given(const struct rule *r)
{
	struct ast_expr *len = expr_name(r, "optlen");
	struct ast_expr *size = expr_name(r, r->size);

	if (!r->o->exact)
		len = expr_of(r, EX_MIN, len, expr_name(r, r->size));
	return type_or_bytes(r, len, size, r->o->otherwise ? r->o->otherwise :
			     "hexstr");
}

/* A struct of which there is as much as the length says. */
static struct ast_type *type_sized(const struct rule *r, uint64_t min)
{
	struct ast_type *t = type_value(r);

	t->sized = expr_name(r, "optlen");
	t->min = min;
	return t;
}

static struct ast_expr *when_there(const struct rule *r)
{
	struct ast_expr *enough = is_long_enough(r);

	return r->get ? expr_of(r, EX_LAND, expr_name(r, "ok"), enough) :
			enough;
}

/*
 * The cases of a value whose length or whose beginning tells what it is; one
 * that is "addr" stays one.
 */
static struct ast_type *type_cases(const struct rule *r,
				   const struct ast_type *from)
{
	struct ast_type *t = mem_new(sizeof(*t));

	*t = *from;
	if (strcmp(t->base, "by")) {
		if (strcmp(t->base, "addr"))
			t->dir = direction(r);
		return t;
	}
	t->cases = mem_new(sizeof(*t->cases));
	t->cases->keys = from->cases->keys;
	for (size_t i = 0; i < from->cases->c.n; i++) {
		struct ast_case *c = vec_new(&t->cases->c);

		*c = from->cases->c.v[i];
		c->type = type_cases(r, c->type);
	}
	return t;
}

static void value_field(const struct rule *r, struct ast_field *f)
{
	f->pos = r->o->pos;
	f->name = "optval";
	if (r->o->type->has_count && !r->o->type->count) {
		f->type = type_counted(r);
	} else if (!strcmp(r->o->type->base, "by")) {
		f->type = type_cases(r, r->o->type);
	} else if (r->get && r->o->part) {
		f->type = type_sized(r, 4);
	} else if (r->o->grows) {
		f->type = type_sized(r, r->o->grows);
		f->when = when_there(r);
	} else if (r->get && !r->o->whole &&
		   (!r->is_struct || r->o->otherwise)) {
		f->type = type_given(r);
	} else if (r->o->otherwise) {
		f->type = type_or_bytes(r, is_long_enough(r), expr_num(r, 1),
					r->o->otherwise);
	} else {
		f->type = type_value(r);
		f->when = when_there(r);
	}
}

static void length_field(const struct rule *r, struct ast_field *f)
{
	f->pos = r->o->pos;
	f->name = "optlen";
	f->type = type_of(r, "int");
	f->type->dir = r->get ? DIR_INOUT : DIR_NONE;
}

static void command_add(const struct rule *r, struct ast_call *command)
{
	struct ast_case *c = vec_new(&command->cases.c);
	const struct ast_sockopt *o = r->o;

	c->pos = o->pos;
	for (size_t i = 0; i < o->levels.v.n; i++)
		for (size_t j = 0; j < o->names.v.n; j++) {
			*vec_new(&c->keys) =
				expr_name(r, o->levels.v.v[i].name);
			*vec_new(&c->keys) =
				expr_name(r, o->names.v.v[j].name);
		}
	c->fields = mem_new(sizeof(*c->fields));
	value_field(r, vec_new(&c->fields->f));
	length_field(r, vec_new(&c->fields->f));
	c->ret = mem_new(sizeof(*c->ret));
}

/* ---- sizes ---- */

/* A constant for how long the value, or one element of it, is. */
static char *size_const(struct abigen *g, uint32_t type)
{
	struct constant *c = mem_new(sizeof(*c));

	c->name = mem_new(32);
	sprintf(c->name, "sizeof(%u)", type);
	if (const_find(g, c->name))
		return c->name;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		c->v[abi] = type_size(g, type, abi);
	c->present = (1u << ABI_COUNT) - 1;
	names_add(&g->consts, c->name, NAME_CONST, c);
	return c->name;
}

static void rule_size(struct rule *r)
{
	/* Parameters of the type may name the length. */
	struct ast_type number = { .base = "int" };
	struct ast_field length = { .name = "optlen", .type = &number };
	struct ast_field *fields[] = { &length };
	struct scope s = { .dir = DIR_IN, .fields = fields, .nfields = 1 };
	struct ast_type plain = *r->o->type;
	struct abi_type *t;
	uint32_t type;

	plain.has_count = plain.has_count && plain.count;
	plain.max = plain.cut = NULL;
	type = compile_type(r->g, &s, &plain);
	t = &r->g->t.types.v[type];
	r->is_struct = t->kind == T_STRUCT;
	r->in_bytes = t->kind == T_BYTES || t->kind == T_STR ||
		      t->kind == T_UNION || t->kind == T_RECORDS ||
		      t->kind == T_HOOK;
	r->size = size_const(r->g, type);
	if (!r->o->type->has_count && !type_size(r->g, type, 0))
		abi_error(r->g, r->o->type->pos, "how long '%s' is nobody "
			  "knows", r->o->type->base);
}

/* ---- names ---- */

/* The set of the names that setsockopt has for that level, or NULL. */
static struct ast_symset *level_set(struct abigen *g,
				    const struct ast_call *command,
				    const char *level)
{
	const struct ast_cases *by = NULL;

	for (size_t i = 0; i < command->args.f.n; i++)
		if (!strcmp(command->args.f.v[i].name, "optname"))
			by = command->args.f.v[i].type->cases;
	for (size_t i = 0; by && i < by->c.n; i++) {
		const struct ast_case *c = &by->c.v[i];
		struct name *n = c->type ? names_find(&g->symsets,
						      c->type->base) : NULL;

		for (size_t k = 0; n && k < c->keys.n; k++)
			if (!strcmp(c->keys.v[k]->name, level))
				return n->ptr;
	}
	return NULL;
}

/* Does a set that one of these cases may lead to have the name? */
static bool cases_know(struct abigen *g, const struct ast_cases *by,
		       const char *name)
{
	for (size_t i = 0; by && i < by->c.n; i++) {
		const struct ast_type *t = by->c.v[i].type;
		struct name *n = names_find(&g->symsets, t->base);
		const struct ast_symset *s = n ? n->ptr : NULL;

		for (size_t k = 0; s && k < s->syms.n; k++)
			if (!strcmp(s->syms.v[k].name, name))
				return true;
		if (cases_know(g, t->cases, name))
			return true;
	}
	return false;
}

/*
 * What only getsockopt knows may have a set of its own there, for setsockopt
 * has another name for that number.
 */
static bool is_named(struct abigen *g, const struct ast_sockopt *o,
		     const struct ast_call *get, const char *name)
{
	for (size_t i = 0; !o->set && i < get->args.f.n; i++)
		if (!strcmp(get->args.f.v[i].name, "optname"))
			return cases_know(g, get->args.f.v[i].type->cases,
					  name);
	return false;
}

/* The cases that its optname includes from elsewhere get into their place. */
static void names_included(struct abigen *g, struct ast_call *command)
{
	for (size_t i = 0; i < command->args.f.n; i++)
		if (command->args.f.v[i].type->cases)
			refine_cases(g, command->pos,
				     command->args.f.v[i].type->cases);
}

static void names_join(struct abigen *g, const struct ast_sockopt *o,
		       const struct ast_call *set, const struct ast_call *get)
{
	for (size_t i = 0; i < o->levels.v.n; i++) {
		const struct ast_sym *level = &o->levels.v.v[i];
		struct ast_symset *s = level_set(g, set, level->name);

		for (size_t j = 0; s && j < o->names.v.n; j++)
			if (!is_named(g, o, get, o->names.v.v[j].name))
				set_join(g, s, &o->names.v.v[j]);
		if (!s)
			abi_error(g, level->pos, "'%s' has no names of "
				  "options", level->name);
	}
}

void compile_sockopts(struct abigen *g, struct ast_call *set,
		      struct ast_call *get)
{
	if (g->sockopts.n && (!set || !get)) {
		abi_error(g, g->sockopts.v[0].pos, "there is no command "
			  "'setsockopt' or 'getsockopt'");
		return;
	}
	if (g->sockopts.n) {
		names_included(g, set);
		names_included(g, get);
	}
	/* A value may be made of control messages, which have such names. */
	for (size_t i = 0; i < g->sockopts.n; i++)
		names_join(g, &g->sockopts.v[i], set, get);
	for (size_t i = 0; i < g->sockopts.n; i++) {
		struct ast_sockopt *o = &g->sockopts.v[i];
		struct rule r = { .g = g, .o = o };

		/* There was a mistake before its end. */
		if (!o->type)
			continue;
		rule_size(&r);
		if (o->set)
			command_add(&r, set);
		r.get = true;
		if (o->get)
			command_add(&r, get);
	}
}
