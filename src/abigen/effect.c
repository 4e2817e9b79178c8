/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a call means to whoever follows tasks: "closes fd", "forks". */
#include <string.h>

#include "abigen.h"
#include "effect.h"

enum takes { NOTHING, ONE_ARGUMENT, ARGUMENTS };

static const struct {
	const char *word;
	enum effect_kind kind;
	enum takes takes;
} words[] = {
	{ "execs", EFFECT_EXECS, ONE_ARGUMENT },
	{ "forks", EFFECT_FORKS, NOTHING },
	{ "shares", EFFECT_SHARES, NOTHING },
	{ "closes", EFFECT_CLOSES, ARGUMENTS },
	{ "replaces", EFFECT_REPLACES, ONE_ARGUMENT },
	{ "unshares", EFFECT_UNSHARES, NOTHING },
	{ "queues", EFFECT_QUEUES, NOTHING },
	{ "restarts", EFFECT_RESTARTS, NOTHING },
	{ "renames", EFFECT_RENAMES, NOTHING },
	{ "filters", EFFECT_FILTERS, NOTHING },
	{ "spreads", EFFECT_SPREADS, NOTHING },
	{ "transfers", EFFECT_TRANSFERS, ONE_ARGUMENT },
	{ "submits", EFFECT_SUBMITS, ONE_ARGUMENT },
};

/* ---- from words ---- */

/* (flags & NAME), (op == NAME), (args.flags & NAME) */
static void parse_test(struct parser *p, struct ast_effect *e)
{
	parse_expect(p, "(");
	e->of = parse_name(p, "an argument");
	if (parse_accept(p, "."))
		e->member = parse_name(p, "a member");
	e->test = parse_is(p, "&") ? EX_AND : EX_EQ;
	if (!parse_accept(p, "&"))
		parse_expect(p, "==");
	e->with = mem_new(sizeof(*e->with));
	e->with->pos = p->tok.pos;
	e->with->op = p->tok.kind == TOK_NUM ? EX_NUM : EX_END;
	e->with->num = p->tok.num;
	e->with->name = p->tok.text;
	parse_next(p);
	parse_expect(p, ")");
}

static void parse_effect(struct parser *p, struct ast_effect *e)
{
	size_t i = 0, n = sizeof(words) / sizeof(words[0]);

	e->pos = p->tok.pos;
	while (i < n && !parse_is(p, words[i].word))
		i++;
	if (i == n)
		parse_fail(p, "unknown effect '%s'", p->tok.text);
	parse_next(p);
	e->kind = words[i].kind;
	if (words[i].takes != NOTHING)
		e->first = e->last = parse_name(p, "an argument");
	if (words[i].takes == ARGUMENTS && parse_accept(p, "to"))
		e->last = parse_name(p, "an argument");
	if (parse_accept(p, "if"))
		parse_test(p, e);
}

void parse_effects(struct parser *p, struct ast_call *c)
{
	if (p->tok.kind != TOK_NAME || parse_is(p, "by"))
		return;
	do {
		parse_effect(p, vec_new(&c->effects));
	} while (parse_accept(p, ","));
}

/* ---- to the tables ---- */

/* The argument of that name; one that shows it has a "=" after it. */
static bool arg_find(struct abigen *g, uint32_t sig,
		     const struct ast_effect *e, const char *name, size_t *i)
{
	const struct abi_sig *s = &g->t.sigs.v[sig];
	size_t n = strlen(name);

	for (*i = 0; *i < s->nargs; ++*i) {
		uint32_t at = g->t.fields.v[s->first + *i].name;
		const char *is = &g->t.text.v[at];

		if (!strncmp(is, name, n) && (!is[n] || is[n] == '='))
			return true;
	}
	abi_error(g, e->pos, "no argument '%s'", name);
	return false;
}

/* The register of argument i of sig, the same for every ABI. */
static uint8_t arg_register(struct abigen *g, uint32_t sig,
			    const struct ast_effect *e, size_t i)
{
	const struct abi_sig *s = &g->t.sigs.v[sig];
	unsigned reg = g->t.places.v[s->places[0] + i].off;

	for (unsigned abi = 1; abi < ABI_COUNT; abi++)
		if (g->t.places.v[s->places[abi] + i].off != reg)
			abi_error(g, e->pos, "the argument is in another "
				  "register for some ABIs");
	return reg;
}

/* Where the member lies in the struct that argument i points to. */
static bool member_find(struct abigen *g, uint32_t sig,
			const struct ast_effect *e, size_t i,
			struct abi_effect *out)
{
	const struct abi_sig *s = &g->t.sigs.v[sig];
	const struct abi_type *t =
		&g->t.types.v[g->t.fields.v[s->first + i].type];
	const struct abi_type *to = &g->t.types.v[t->elem];
	const struct abi_struct *st = &g->t.structs.v[to->ref];

	for (uint32_t k = 0; t->kind == T_PTR && to->kind == T_STRUCT &&
	     k < st->nfields; k++) {
		uint32_t name = g->t.fields.v[st->first + k].name;

		if (strcmp(&g->t.text.v[name], e->member))
			continue;
		out->behind = 1;
		for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
			const struct abi_place *p =
				&g->t.places.v[st->places[abi] + k];

			out->off[abi] = p->off;
			out->bytes[abi] = p->store ? store_size(p->store) : 0;
		}
		return out->bytes[0];
	}
	return false;
}

static void test_compile(struct abigen *g, uint32_t sig,
			 const struct ast_effect *e, struct abi_effect *out)
{
	const struct abi_sig *s = &g->t.sigs.v[sig];
	size_t i;

	if (!e->test || !arg_find(g, sig, e, e->of, &i))
		return;
	out->test = e->test;
	out->of = arg_register(g, sig, e, i);
	out->num = num_index(g, e->with);
	if (e->member) {
		if (!member_find(g, sig, e, i, out))
			abi_error(g, e->pos, "'%s' points to no struct with a "
				  "number '%s'", e->of, e->member);
		return;
	}
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		out->bytes[abi] = store_size(
			g->t.places.v[s->places[abi] + i].store);
}

uint32_t compile_effects(struct abigen *g, const struct ast_call *c,
			 uint32_t sig)
{
	uint32_t first = g->t.effects.n;

	if (!c->effects.n)
		return 0;
	for (size_t k = 0; k < c->effects.n; k++) {
		const struct ast_effect *e = &c->effects.v[k];
		struct abi_effect out = { .kind = e->kind };
		size_t i;

		if (e->first && arg_find(g, sig, e, e->first, &i))
			out.reg = arg_register(g, sig, e, i);
		if (e->last && arg_find(g, sig, e, e->last, &i))
			out.last = arg_register(g, sig, e, i);
		test_compile(g, sig, e, &out);
		*vec_new(&g->t.effects) = out;
	}
	vec_new(&g->t.effects);
	return first;
}
