/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abigen.h"

static struct ast_expr *expr_new(struct parser *p, enum abi_op op)
{
	struct ast_expr *e = mem_new(sizeof(*e));

	e->pos = p->tok.pos;
	e->op = op;
	return e;
}

/* Is that the name of a function?  The operation it is, or EX_END. */
static enum abi_op function_op(struct parser *p)
{
	static const struct { const char *text; enum abi_op op; } known[] = {
		{ "old", EX_OLD }, { "min", EX_MIN }, { "max", EX_MAX },
		{ "genl", EX_GENL }, { "kind", EX_KIND },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (parse_is(p, known[i].text) &&
		    !strcmp(parse_peek(p)->text, "("))
			return known[i].op;
	return EX_END;
}

/* old(x), kind(fd), min(a, b), max(a, b), genl(a) */
static struct ast_expr *expr_function(struct parser *p, enum abi_op op)
{
	struct ast_expr *e = expr_new(p, op);

	parse_next(p);
	parse_expect(p, "(");
	if (e->op == EX_OLD) {
		e->name = parse_name(p, "a name");
	} else if (e->op == EX_GENL || e->op == EX_KIND) {
		e->l = parse_expr(p);
	} else {
		e->l = parse_expr(p);
		parse_expect(p, ",");
		e->r = parse_expr(p);
	}
	parse_expect(p, ")");
	return e;
}

static struct ast_expr *expr_primary(struct parser *p)
{
	static const struct { const char *text; enum abi_op op; } prefix[] = {
		{ "!", EX_NOT }, { "~", EX_INV }, { "-", EX_NEG },
	};
	struct ast_expr *e;

	for (size_t i = 0; i < 3; i++) {
		if (!parse_is(p, prefix[i].text))
			continue;
		e = expr_new(p, prefix[i].op);
		parse_next(p);
		e->l = expr_primary(p);
		return e;
	}
	if (parse_accept(p, "(")) {
		e = parse_expr(p);
		parse_expect(p, ")");
		return e;
	}
	e = expr_new(p, EX_END);
	if (p->tok.kind == TOK_NUM) {
		e->op = EX_NUM;
		e->num = p->tok.num;
	} else if (p->tok.kind == TOK_NAME) {
		if (function_op(p) != EX_END)
			return expr_function(p, function_op(p));
		e->name = p->tok.text;
	} else {
		parse_fail(p, "expected an expression, not '%s'", p->tok.text);
	}
	parse_next(p);
	return e;
}

struct level {
	const char *text;
	enum abi_op op;
	int rank;
};

static const struct level levels[] = {
	{ "*", EX_MUL, 9 }, { "/", EX_DIV, 9 }, { "+", EX_ADD, 8 },
	{ "-", EX_SUB, 8 }, { "<<", EX_SHL, 7 }, { ">>", EX_SHR, 7 },
	{ "<", EX_LT, 6 }, { "<=", EX_LE, 6 }, { ">", EX_GT, 6 },
	{ ">=", EX_GE, 6 }, { "==", EX_EQ, 5 }, { "!=", EX_NE, 5 },
	{ "&", EX_AND, 4 }, { "^", EX_XOR, 3 }, { "|", EX_OR, 2 },
	{ "&&", EX_LAND, 1 }, { "||", EX_LOR, 0 },
};

static struct ast_expr *expr_join(struct pos pos, enum abi_op op,
				  struct ast_expr *l, struct ast_expr *r)
{
	struct ast_expr *e = mem_new(sizeof(*e));

	e->pos = pos;
	e->op = op;
	e->l = l;
	e->r = r;
	return e;
}

/* "x in A, B": x == A || x == B */
static struct ast_expr *expr_in(struct parser *p, struct ast_expr *x)
{
	struct ast_expr *all = NULL;
	struct pos pos = p->tok.pos;

	do {
		parse_next(p);
		x = expr_join(pos, EX_EQ, x, expr_primary(p));
		all = all ? expr_join(pos, EX_LOR, all, x) : x;
		x = x->l;
	} while (parse_is(p, ","));
	return all;
}

static struct ast_expr *expr_rank(struct parser *p, int rank)
{
	struct ast_expr *l = expr_primary(p);

	for (;;) {
		const struct level *lv = NULL;
		struct pos pos = p->tok.pos;

		for (size_t i = 0; i < sizeof(levels) / sizeof(*lv); i++)
			if (p->tok.kind == TOK_PUNCT &&
			    parse_is(p, levels[i].text) &&
			    levels[i].rank >= rank)
				lv = &levels[i];
		if (!lv)
			break;
		parse_next(p);
		l = expr_join(pos, lv->op, l, expr_rank(p, lv->rank + 1));
	}
	/* "x & m in A, B" asks for the masked value. */
	if (rank <= 2 && p->tok.kind == TOK_NAME && parse_is(p, "in"))
		l = expr_in(p, l);
	return l;
}

struct ast_expr *parse_expr(struct parser *p)
{
	return expr_rank(p, 0);
}
