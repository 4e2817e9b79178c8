/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen --described: what there is to show, for scripts/check/coverage.
 *
 *	KIND INDEX FILE:LINE:COLUMN TEXT
 *
 * KIND and INDEX are what dec_visit() gets.  One thing of a description may
 * stand in the tables more than once, for each direction of a pointer, for
 * each use, for each value of a case: those lines have the same place.  What
 * no ABI of these tables has is left out.
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

static void dump_thing(const char *kind, size_t index, struct pos pos,
		       const char *text)
{
	const char *file = strrchr(pos.file->path, '/');

	printf("%s %zu %s:%u:%u %s", kind, index,
	       file ? file + 1 : pos.file->path, pos.line, pos.col, text);
}

static void dump_number(struct abigen *g, uint32_t num)
{
	for (size_t i = 0; i < g->allconsts.n; i++)
		if (g->allconsts.v[i]->index == num) {
			printf(" %s", g->allconsts.v[i]->name);
			return;
		}
	printf(" %llu", (unsigned long long)g->t.nums.v[num].v[0]);
}

static void dump_cases(struct abigen *g, uint32_t first, uint32_t n,
		       bool two, const char *text)
{
	for (uint32_t i = first; i < first + n; i++) {
		const struct abi_case *c = &g->t.cases.v[i];

		if (!g->t.nums.v[c->val[0]].present)
			continue;
		dump_thing("case", i, g->case_pos.v[i], text);
		dump_number(g, c->val[0]);
		if (two)
			dump_number(g, c->val[1]);
		putchar('\n');
	}
}

static void dump_sig(struct abigen *g, uint32_t sig, const char *text)
{
	if (!sig)
		return;
	dump_thing("sig", sig, g->sig_pos.v[sig], text);
	putchar('\n');
}

static void dump_call(struct abigen *g, const struct ast_call *c)
{
	const struct abi_call *call = &g->t.calls.v[c->index];
	const char *name = c->names.v[0];

	if (!call->multiplex)
		dump_sig(g, call->sig, name);
	dump_cases(g, call->cases, call->ncases, call->key[1] != 0, name);
}

static void dump_named(struct abigen *g)
{
	for (size_t i = 0; i < g->hooks.n; i++) {
		dump_thing("hook", i + 1, g->hooks.v[i]->pos,
			   g->hooks.v[i]->name);
		putchar('\n');
	}
	for (size_t i = 1; i < g->t.structs.n; i++) {
		const char *name = g->t.text.v + g->t.structs.v[i].name;
		struct name *n = names_find(&g->types, name);

		if (*name && n && n->kind == NAME_STRUCT) {
			dump_thing("struct", i,
				   ((struct ast_struct *)n->ptr)->pos, name);
			putchar('\n');
		}
	}
	for (size_t i = 1; i < g->t.records.n; i++) {
		const char *name = g->t.text.v + g->t.records.v[i].name;
		struct name *n = names_find(&g->types, name);

		dump_thing("records", i, ((struct ast_records *)n->ptr)->pos,
			   name);
		putchar('\n');
	}
}

static void dump_streams(struct abigen *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->streams.n; i++) {
		const struct ast_stream *s = &g->streams.v[i];

		for (int out = !s->in; out <= s->out; out++, n++) {
			dump_thing("stream", n, s->pos, s->kind);
			puts(out ? " out" : " in");
		}
	}
}

void dump_described(struct abigen *g)
{
	for (size_t i = 0; i < g->calls.n; i++)
		if (g->calls.v[i]->used || g->calls.v[i]->is_event)
			dump_call(g, g->calls.v[i]);
	for (size_t i = 1; i < g->t.unions.n; i++)
		dump_cases(g, g->t.unions.v[i].cases, g->t.unions.v[i].ncases,
			   false, g->t.text.v + g->t.unions.v[i].name);
	for (size_t i = 1; i < g->t.switches.n; i++)
		dump_cases(g, g->t.switches.v[i].cases,
			   g->t.switches.v[i].ncases,
			   g->t.switches.v[i].key[1] != 0, "by");
	for (size_t i = 1; i < g->t.attrs.n; i++)
		dump_cases(g, g->t.attrs.v[i].cases, g->t.attrs.v[i].ncases,
			   false, g->t.text.v + g->t.attrs.v[i].name);
	dump_named(g);
	dump_streams(g);
}
