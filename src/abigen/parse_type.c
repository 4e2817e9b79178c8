/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abigen.h"

static struct ast_targs *parse_targs(struct parser *p)
{
	struct ast_targs *args = mem_new(sizeof(*args));

	parse_expect(p, "(");
	while (!parse_is(p, ")")) {
		struct ast_expr *e;

		if (p->tok.kind == TOK_NAME &&
		    !strcmp(parse_peek(p)->text, "(") && !parse_is(p, "old") &&
		    !parse_is(p, "min") && !parse_is(p, "max") &&
		    !parse_is(p, "genl") && !parse_is(p, "kind")) {
			e = mem_new(sizeof(*e));
			e->pos = p->tok.pos;
			e->type = parse_type(p);
		} else {
			e = parse_expr(p);
		}
		*vec_new(&args->e) = e;
		if (!parse_accept(p, ","))
			break;
	}
	parse_expect(p, ")");
	return args;
}

void parse_keys(struct parser *p, struct ast_cases *to)
{
	parse_expect(p, "(");
	do {
		*vec_new(&to->keys) = parse_expr(p);
	} while (parse_accept(p, ","));
	parse_expect(p, ")");
}

/* Values before a ':' or '(': names or numbers, nkeys for each. */
void parse_case_keys(struct parser *p, struct ast_case *c, size_t nkeys)
{
	c->pos = p->tok.pos;
	if (parse_accept(p, "default")) {
		c->is_default = true;
		return;
	}
	while (p->tok.kind == TOK_NAME || p->tok.kind == TOK_NUM ||
	       p->tok.kind == TOK_STR || parse_is(p, "-")) {
		struct ast_expr *e = mem_new(sizeof(*e));
		bool neg = parse_accept(p, "-");

		e->pos = p->tok.pos;
		e->op = p->tok.kind == TOK_NAME ? EX_END : EX_NUM;
		e->name = p->tok.text;
		e->num = neg ? -p->tok.num : p->tok.num;
		if (p->tok.kind == TOK_STR)
			e->num = abi_text_key(e->name, strlen(e->name));
		*vec_new(&c->keys) = e;
		parse_next(p);
		if (parse_accept(p, ","))
			parse_skip_newlines(p);
		if (parse_is(p, "as") || parse_is(p, "on") ||
		    parse_is(p, "for"))
			break;
	}
	if (!c->keys.n)
		parse_fail(p, "expected a name or 'default', not '%s'",
			   p->tok.text);
	if (c->keys.n % nkeys)
		parse_fail(p, "each case needs %zu values", nkeys);
}

/* One case of a switch or of attributes: its keys and what they choose. */
void parse_case(struct parser *p, struct ast_case *c, size_t nkeys)
{
	parse_case_keys(p, c, nkeys);
	parse_expect(p, ":");
	if (parse_accept(p, "min")) {
		c->min = p->tok.num;
		parse_next(p);
	}
	c->type = parse_type(p);
	while (parse_type_mod(p, c->type))
		;
}

void parse_switch(struct parser *p, struct ast_cases *to)
{
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		if (parse_accept(p, "include"))
			*vec_new(&to->includes) =
				parse_name(p, "the name of cases");
		else
			parse_case(p, vec_new(&to->c),
				   to->keys.n ? to->keys.n : 1);
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
}

static void type_dir(struct parser *p, struct ast_type *t)
{
	static const char *const words[] = { "in", "out", "inout" };

	for (unsigned i = 0; i < 3; i++)
		if (parse_accept(p, words[i])) {
			t->dir = DIR_IN + i;
			return;
		}
	t->dir_inherit = parse_accept(p, "dir");
}

/* :u16, how a number lies in memory; :3, in how many bits; or both. */
static void type_stored(struct parser *p, struct ast_type *t)
{
	if (!parse_accept(p, ":"))
		return;
	if (p->tok.kind == TOK_NAME) {
		t->store = parse_name(p, "a stored type such as u16");
		if (!parse_accept(p, ":"))
			return;
	}
	if (p->tok.kind != TOK_NUM || !p->tok.num || p->tok.num > 64)
		parse_fail(p, "expected a number of bits, not '%s'",
			   p->tok.text);
	t->bits = p->tok.num;
	parse_next(p);
}

static void type_base(struct parser *p, struct ast_type *t)
{
	bool is_enum = parse_is(p, "enum"), is_flags = parse_is(p, "flags");

	if (is_enum || is_flags) {
		parse_next(p);
		t->base = is_enum ? "enum" : "flags";
		t->is_flags = is_flags;
	}
	if (parse_accept(p, "by")) {
		t->base = "by";
		t->cases = mem_new(sizeof(*t->cases));
		parse_keys(p, t->cases);
		parse_switch(p, t->cases);
	} else if (is_enum || is_flags) {
		t->symset = parse_name(p, "the name of a set");
	} else if (parse_is(p, "{")) {
		t->base = "{";
		t->fields = mem_new(sizeof(*t->fields));
		parse_fields_block(p, t->fields);
	} else if (parse_accept(p, "each")) {
		t->base = "each";
		t->each = parse_type(p);
	} else {
		t->base = parse_name(p, "a type");
		if (parse_is(p, "("))
			t->args = parse_targs(p);
	}
	type_stored(p, t);
	if (parse_accept(p, "[")) {
		t->has_count = true;
		if (!parse_is(p, "]"))
			t->count = parse_expr(p);
		parse_expect(p, "]");
	}
	if (!t->store && !t->bits)
		type_stored(p, t);
}

/* "u64 sig": a number and then how to show it. */
static void type_shown(struct parser *p, struct ast_type *t)
{
	const struct kind *base = kind_find(t->base);

	if (!base || base->store == SC_NONE || t->has_count)
		return;
	if (parse_is(p, "enum") || parse_is(p, "flags")) {
		t->shown_type = parse_type(p);
	} else if (p->tok.kind == TOK_NAME && kind_find(p->tok.text) &&
		   strcmp(p->tok.text, "hex") && strcmp(p->tok.text, "oct") &&
		   strcmp(p->tok.text, "dec") && strcmp(p->tok.text, "udec")) {
		t->shown = p->tok.text;
		parse_next(p);
	}
}

struct ast_type *parse_type(struct parser *p)
{
	struct ast_type *t = mem_new(sizeof(*t));

	t->pos = p->tok.pos;
	type_dir(p, t);
	type_base(p, t);
	type_shown(p, t);
	return t;
}

uint64_t parse_number(struct parser *p, const char *what)
{
	uint64_t n = p->tok.num;

	if (p->tok.kind != TOK_NUM)
		parse_fail(p, "expected %s, not '%s'", what, p->tok.text);
	parse_next(p);
	return n;
}

char *parse_string(struct parser *p)
{
	char *s = p->tok.text;

	if (p->tok.kind != TOK_STR)
		parse_fail(p, "expected a \"string\", not '%s'", p->tok.text);
	parse_next(p);
	return s;
}

static struct ast_expr *parse_condition(struct parser *p)
{
	struct ast_expr *e;

	parse_expect(p, "(");
	e = parse_expr(p);
	parse_expect(p, ")");
	return e;
}

static bool field_flag(struct parser *p, struct ast_field *f)
{
	static const struct { const char *word; unsigned flag; } words[] = {
		{ "full", FF_FULL }, { "hidden", FF_HIDDEN },
		{ "else", FF_ELSE }, { "change", FF_CHANGE },
		{ "nz", FF_NONZERO }, { "terse", FF_TERSE },
		{ "named", FF_NAMED }, { "bare", FF_BARE },
		{ "flat", FF_FLAT }, { "given", FF_OUT },
		{ "becomes", FF_BECOMES }, { "then", FF_THEN },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (parse_accept(p, words[i].word)) {
			f->flags |= words[i].flag;
			return true;
		}
	return false;
}

/* "sized by MEMBER" or "sized e" */
static void parse_sized(struct parser *p, struct ast_type *t)
{
	if (parse_accept(p, "by"))
		t->sized_by = parse_name(p, "a member");
	else
		t->sized = parse_expr(p);
}

bool parse_type_mod(struct parser *p, struct ast_type *t)
{
	static const char *const bases[] = { "hex", "oct", "dec", "udec",
					     "hexstr", "perm" };

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (parse_is(p, bases[i])) {
			t->base_mod = p->tok.text;
			parse_next(p);
			return true;
		}
	if (parse_accept(p, "sized"))
		parse_sized(p, t);
	else if (parse_accept(p, "min"))
		t->min = parse_number(p, "a number");
	else if (parse_accept(p, "brief"))
		t->brief = parse_string(p);
	else if (parse_accept(p, "as"))
		t->as = parse_string(p);
	else if (parse_accept(p, "total"))
		t->limit = parse_expr(p);
	else if (parse_accept(p, "max"))
		t->max = parse_expr(p);
	else if (parse_accept(p, "cut"))
		t->cut = parse_expr(p);
	else if (parse_accept(p, "pages"))
		t->pages = true;
	else if (parse_accept(p, "own"))
		t->own = true;
	else if (parse_accept(p, "known"))
		t->known = true;
	else if (parse_accept(p, "filled"))
		t->filled = true;
	else if (parse_accept(p, "wide"))
		t->wide = true;
	else if (parse_accept(p, "unsought"))
		t->unsought = true;
	else if (parse_accept(p, "ended"))
		t->ended = true;
	else if (parse_accept(p, "verbose"))
		t->verbose = true;
	else
		return false;
	return true;
}

static bool field_mod(struct parser *p, struct ast_field *f)
{
	if (field_flag(p, f) || parse_type_mod(p, f->type))
		return true;
	if (parse_accept(p, "if")) {
		f->cond = parse_condition(p);
	} else if (parse_accept(p, "when")) {
		f->when = parse_condition(p);
	} else if (parse_accept(p, "note")) {
		f->note = parse_type(p);
	} else if (parse_accept(p, "reg")) {
		f->has_reg = true;
		f->reg = parse_number(p, "a number");
	} else {
		return false;
	}
	return true;
}

void parse_field_type(struct parser *p, struct ast_field *f)
{
	f->type = parse_type(p);
	while (field_mod(p, f))
		;
}

void parse_field(struct parser *p, struct ast_field *f)
{
	f->pos = p->tok.pos;
	if (!parse_is(p, "by") || strcmp(parse_peek(p)->text, "("))
		f->name = parse_path(p, "a field");
	parse_field_type(p, f);
}

void parse_fields_block(struct parser *p, struct ast_fields *to)
{
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		parse_field(p, vec_new(&to->f));
		parse_item_end(p, "a field");
	}
	parse_expect(p, "}");
}

void parse_args(struct parser *p, struct ast_fields *to)
{
	parse_expect(p, "(");
	while (!parse_is(p, ")")) {
		parse_field(p, vec_new(&to->f));
		if (!parse_accept(p, ",") && !parse_is(p, ")"))
			parse_fail(p, "unknown word '%s' after an argument",
				   p->tok.text);
	}
	parse_expect(p, ")");
}

struct ast_ret *parse_ret(struct parser *p)
{
	struct ast_ret *r = mem_new(sizeof(*r));

	if (!parse_accept(p, "->"))
		return r;
	if (!parse_is(p, "aux"))
		r->kind = parse_name(p, "a kind of result");
	if (parse_accept(p, "aux")) {
		r->aux = parse_type(p);
		while (parse_type_mod(p, r->aux))
			;
		if (p->tok.kind == TOK_STR)
			r->aux_label = parse_string(p);
		if (parse_accept(p, "if"))
			r->aux_cond = parse_condition(p);
	}
	return r;
}
