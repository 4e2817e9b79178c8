/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen --structs: where every field lies, for scripts/check/structs.
 *
 *	struct NAME ABI SIZE
 *		FIELD OFFSET SIZE [hidden]
 *
 * Padding is a field called "_"; of members that share a place each has its
 * line.  A size of 0 depends on the data.  Forms of a union are written as
 * "struct UNION.CASE", heads of records under the name of the records.
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

static void dump_fields(struct abigen *g, uint32_t st, unsigned abi,
			unsigned base);

/* Of a field without a name the members are ours. */
static void dump_inner(struct abigen *g, uint32_t type, unsigned abi,
		       unsigned base)
{
	struct abi_type *t = &g->t.types.v[type];
	struct abi_switch *w = &g->t.switches.v[t->ref];

	if (t->kind == T_STRUCT)
		dump_fields(g, t->ref, abi, base);
	if (t->kind != T_SWITCH)
		return;
	for (uint32_t i = 0; i < w->ncases; i++)
		dump_inner(g, g->t.cases.v[w->cases + i].ref, abi, base);
	dump_inner(g, w->def, abi, base);
}

static void dump_fields(struct abigen *g, uint32_t st, unsigned abi,
			unsigned base)
{
	for (size_t i = 0; i < g->laid.n; i++) {
		struct laid *l = &g->laid.v[i];

		if (l->st != st || l->abi != abi)
			continue;
		if (l->name)
			printf("\t%s %u %u%s\n", l->name, base + l->off,
			       l->size, l->hidden ? " hidden" : "");
		else
			dump_inner(g, l->type, abi, base + l->off);
	}
}

static void dump_struct(struct abigen *g, const char *name, uint32_t st,
			const struct laid *tag)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		printf("struct %s %s %u\n", name, abi_name(abi),
		       g->t.structs.v[st].size[abi]);
		if (tag)
			printf("\t%s %u %u\n", tag->name, tag->off, tag->size);
		dump_fields(g, st, abi, 0);
	}
}

/* The one made first stands for all that differ by direction or parameters. */
static void dump_named(struct abigen *g, struct ast_struct *st)
{
	uint32_t name = text_index(g, st->name);

	for (uint32_t i = 1; i < g->t.structs.n; i++)
		if (g->t.structs.v[i].name == name) {
			dump_struct(g, st->name, i, NULL);
			return;
		}
	fprintf(stderr, "abigen: struct %s is not used\n", st->name);
}

static const struct laid *dump_tag(struct abigen *g, uint32_t st)
{
	for (size_t i = 0; i < g->laid.n; i++)
		if (g->laid.v[i].st == st)
			return &g->laid.v[i];
	return NULL;
}

static void dump_union(struct abigen *g, struct ast_union *u,
		       const struct abi_union *made)
{
	uint32_t at = made->cases;
	char name[200];

	for (size_t i = 0; i < u->cases.c.n; i++) {
		struct ast_case *c = &u->cases.c.v[i];

		for (size_t k = 0; k < c->keys.n; k++, at++) {
			struct abi_type *t;

			t = &g->t.types.v[g->t.cases.v[at].ref];
			if (t->kind != T_STRUCT || !c->keys.v[k]->name)
				continue;
			snprintf(name, sizeof(name), "%s.%s", u->name,
				 c->keys.v[k]->name);
			dump_struct(g, name, t->ref, dump_tag(g, made->tag));
		}
	}
}

void dump_structs(struct abigen *g)
{
	for (size_t i = 0; i < g->structs.n; i++)
		dump_named(g, g->structs.v[i]);
	for (size_t i = 0; i < g->unions.n; i++) {
		uint32_t *at = g->unions.v[i]->index;

		for (unsigned d = 0, done = 0; d < 4 && !done; d++) {
			done = at[d] != 0;
			if (done)
				dump_union(g, g->unions.v[i],
					   &g->t.unions.v[at[d]]);
		}
	}
	for (size_t i = 0; i < g->records.n; i++) {
		uint32_t *at = g->records.v[i]->index;

		for (unsigned d = 0, done = 0; d < 4 && !done; d++) {
			done = at[d] != 0;
			if (done)
				dump_struct(g, g->records.v[i]->name,
					    g->t.records.v[at[d]].head, NULL);
		}
	}
}
