/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables as C source. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

static void out_text(struct abigen *g, FILE *f)
{
	fputs("const char abi_text[] =\n\t\"", f);
	for (size_t i = 0; i + 1 < g->t.text.n; i++) {
		unsigned char c = g->t.text.v[i];

		if (!c)
			fputs("\\0\"\n\t\"", f);
		else if (c == '"' || c == '\\' || c == '?')
			fprintf(f, "\\%c", c);
		else
			fputc(c, f);
	}
	fputs("\";\n\n", f);
}

static void out_u32s(FILE *f, const char *name, const uint32_t *v, size_t n)
{
	fprintf(f, "const uint32_t %s[] = {", name);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s%u,", i % 10 ? " " : "\n\t", v[i]);
	fputs(n ? "\n};\n\n" : "0 };\n\n", f);
}

#define COLUMNS_MAX (ABI_COUNT * 22 + 5)

/* What differs between ABIs: "{ 8, 4, 8 }", of numbers of so many bytes. */
static const char *columns(char *to, const void *v, unsigned bytes)
{
	char *p = to + sprintf(to, "{ ");

	for (unsigned i = 0; i < ABI_COUNT; i++) {
		const char *from = (const char *)v + (size_t)i * bytes;
		uint64_t n = bytes == 8 ? *(const uint64_t *)from :
			     bytes == 4 ? *(const uint32_t *)from :
			     bytes == 2 ? *(const uint16_t *)from :
			     *(const uint8_t *)from;

		p += sprintf(p, "%s0x%" PRIx64, i ? ", " : "", n);
	}
	strcpy(p, " }");
	return to;
}

#define COLUMNS(v) columns((char[COLUMNS_MAX]){ 0 }, v, sizeof((v)[0]))

static void out_types(struct abigen *g, FILE *f)
{
	fputs("const struct abi_type abi_types[] = {\n", f);
	for (size_t i = 0; i < g->t.types.n; i++) {
		struct abi_type *t = &g->t.types.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %s, { 0 }, %u, %u, %u, "
			"%u, %u, %u, %u, %u, %u, %u },\n", t->kind, t->fmt,
			t->dir, t->nargs, t->flags, COLUMNS(t->store), t->ref,
			t->elem, t->count, t->args, t->sized, t->min,
			t->limit, t->max, t->cut, t->text);
	}
	fputs("};\n\nconst struct abi_field abi_fields[] = {\n", f);
	for (size_t i = 0; i < g->t.fields.n; i++) {
		struct abi_field *t = &g->t.fields.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u },\n", t->name,
			t->type, t->cond, t->when, t->note, t->flags);
	}
	fputs("};\n\nconst struct abi_place abi_places[] = {\n", f);
	for (size_t i = 0; i < g->t.places.n; i++) {
		struct abi_place *p = &g->t.places.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u },\n", p->off, p->store,
			p->present, p->shift, p->bits);
	}
	fputs("};\n\n", f);
}

/* The last member of a row: a number for each ABI. */
static void out_order(FILE *f, const uint32_t *v)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		fprintf(f, "%s%u", i ? ", " : "{ ", v[i]);
	fputs(" } },\n", f);
}

static void out_structs(struct abigen *g, FILE *f)
{
	fputs("const struct abi_struct abi_structs[] = {\n", f);
	for (size_t i = 0; i < g->t.structs.n; i++) {
		struct abi_struct *s = &g->t.structs.v[i];

		fprintf(f, "\t{ %u, %u, %u, %s, %s, %u },\n", s->name,
			s->first, s->nfields, COLUMNS(s->places),
			COLUMNS(s->size), s->has_change);
	}
	fputs("};\n\nconst struct abi_union abi_unions[] = {\n", f);
	for (size_t i = 0; i < g->t.unions.n; i++) {
		struct abi_union *u = &g->t.unions.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, ", u->name, u->tag,
			u->cases, u->ncases, u->def);
		out_order(f, u->order);
	}
	fputs("};\n\nconst struct abi_switch abi_switches[] = {\n", f);
	for (size_t i = 0; i < g->t.switches.n; i++) {
		struct abi_switch *w = &g->t.switches.v[i];

		fprintf(f, "\t{ { %u, %u }, %u, %u, %u, ", w->key[0],
			w->key[1], w->cases, w->ncases, w->def);
		out_order(f, w->order);
	}
	fputs("};\n\nconst struct abi_records abi_records[] = {\n", f);
	for (size_t i = 0; i < g->t.records.n; i++) {
		struct abi_records *r = &g->t.records.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u, %s, %u, %u },\n",
			r->name, r->head, r->length, r->body_name, r->body,
			r->instead, COLUMNS(r->align), r->apart, r->after_head);
	}
	fputs("};\n\nconst struct abi_attrs abi_attrs[] = {\n", f);
	for (size_t i = 0; i < g->t.attrs.n; i++) {
		struct abi_attrs *a = &g->t.attrs.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u, %u, ", a->name,
			a->set, a->flagged, a->cases, a->ncases, a->def,
			a->keeps);
		out_order(f, a->order);
	}
	fprintf(f, "};\n\nconst uint32_t abi_nattrs = %zu;\n", g->t.attrs.n);
	fputs("\nconst struct abi_case abi_cases[] = {\n", f);
	for (size_t i = 0; i < g->t.cases.n; i++) {
		struct abi_case *c = &g->t.cases.v[i];

		fprintf(f, "\t{ { %u, %u }, %u, %u, %u, %u, %u, %u, %u },\n",
			c->val[0], c->val[1], c->min, c->ref, c->name,
			c->sym, c->on, c->strict, c->keep);
	}
	fputs("};\n\n", f);
}

static void out_descriptors(struct abigen *g, FILE *f)
{
	fputs("const struct abi_fd_kind abi_fd_kinds[] = {\n", f);
	for (size_t i = 0; i < g->t.fd_kinds.n; i++) {
		struct abi_fd_kind *k = &g->t.fd_kinds.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u },\n", k->name, k->first,
			k->count, k->by, k->port);
	}
	fprintf(f, "};\n\nconst uint32_t abi_nfd_kinds = %zu;\n\n",
		g->t.fd_kinds.n);
	fputs("const struct abi_stream abi_streams[] = {\n", f);
	for (size_t i = 0; i < g->t.streams.n; i++) {
		struct abi_stream *s = &g->t.streams.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u },\n", s->word, s->kind,
			s->received, s->type);
	}
	fprintf(f, "\t{ 0, 0, 0, 0 }\n};\n\nconst uint32_t abi_nstreams = %zu;"
		"\n\n", g->t.streams.n);
}

static void out_syms(struct abigen *g, FILE *f)
{
	fputs("const struct abi_num abi_nums[] = {\n", f);
	for (size_t i = 0; i < g->t.nums.n; i++) {
		struct abi_num *n = &g->t.nums.v[i];

		fprintf(f, "\t{ %s, %u },\n", COLUMNS(n->v), n->present);
	}
	fputs("};\n\nconst struct abi_sym abi_syms[] = {\n", f);
	for (size_t i = 0; i < g->t.syms.n; i++) {
		struct abi_sym *s = &g->t.syms.v[i];

		fprintf(f, "\t{ 0x%" PRIx64 ", %u, %u },\n", s->value,
			s->name, s->abis);
	}
	fputs("};\n\nconst struct abi_pick abi_picks[] = {\n", f);
	for (size_t i = 0; i < g->t.picks.n; i++) {
		struct abi_pick *p = &g->t.picks.v[i];

		fprintf(f, "\t{ 0x%" PRIx64 ", %u, %u, %u, %u, %u, %u, %u },\n",
			p->mask, p->first, p->count, p->unknown,
			p->shift_name, p->shift, p->before, p->hex);
	}
	fputs("};\n\nconst struct symset abi_symsets[] = {\n", f);
	for (size_t i = 0; i < g->t.symsets.n; i++) {
		struct symset *s = &g->t.symsets.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u, %u, %u, %u },\n",
			s->first, s->count, s->picks, s->npicks, s->unknown,
			s->rest, s->name, s->sorted, s->apart);
	}
	fputs("};\n\n", f);
}

static void out_sigs(struct abigen *g, FILE *f)
{
	fputs("const struct abi_save abi_saves[] = {\n", f);
	for (size_t i = 0; i < g->t.saves.n; i++) {
		struct abi_save *s = &g->t.saves.v[i];

		fprintf(f, "\t{ %u, %u, %u, %s, %s },\n", s->arg, s->behind,
			s->off, COLUMNS(s->len), COLUMNS(s->at));
	}
	fputs("};\n\nconst struct abi_sig abi_sigs[] = {\n", f);
	for (size_t i = 0; i < g->t.sigs.n; i++) {
		struct abi_sig *s = &g->t.sigs.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %s, %u, %u, %u, %u },\n",
			s->first, s->nargs, s->split, s->ret, s->nsaves,
			COLUMNS(s->places), s->saves, s->aux, s->aux_cond,
			s->aux_label);
	}
	fputs("};\n\nconst struct abi_call abi_calls[] = {\n", f);
	for (size_t i = 0; i < g->t.calls.n; i++) {
		struct abi_call *c = &g->t.calls.v[i];

		fprintf(f, "\t{ %u, %u, { %u, %u }, %u, %u, 0x%x, %u, %u, ",
			c->name, c->sig, c->key[0], c->key[1], c->cases,
			c->ncases, c->classes, c->multiplex, c->effects);
		out_order(f, c->order);
	}
	fputs("};\n\n", f);
}

static void out_u16s(FILE *f, const uint16_t *v)
{
	fputs("{ ", f);
	for (unsigned i = 0; i < ABI_COUNT; i++)
		fprintf(f, "%s%u", i ? ", " : "", v[i]);
	fputs(" }", f);
}

static void out_effects(struct abigen *g, FILE *f)
{
	fputs("const struct abi_effect abi_effects[] = {\n", f);
	for (size_t i = 0; i < g->t.effects.n; i++) {
		struct abi_effect *e = &g->t.effects.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u, { ", e->kind, e->reg,
			e->last, e->test, e->of, e->behind);
		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			fprintf(f, "%s%u", abi ? ", " : "", e->bytes[abi]);
		fputs(" }, ", f);
		out_u16s(f, e->off);
		fprintf(f, ", %u },\n", e->num);
	}
	fputs("};\n\n", f);
}

static void out_plans(struct abigen *g, FILE *f)
{
	fputs("const struct cap_step abi_steps[] = {\n", f);
	for (size_t i = 0; i < g->t.steps.n; i++) {
		struct cap_step *s = &g->t.steps.v[i];

		fprintf(f, "\t{ %u, %u, %u, %u, %u, %u },\n", s->op, s->dst,
			s->a, s->b, s->x, s->y);
	}
	fputs("\t{ 0, 0, 0, 0, 0, 0 },\n};\n\n"
	      "const struct abi_plan abi_plans[] = {\n", f);
	for (size_t i = 0; i < g->t.plans.n; i++)
		fprintf(f, "\t{ %u, %u },\n", g->t.plans.v[i].first,
			g->t.plans.v[i].n);
	fprintf(f, "};\n\nconst uint32_t abi_nplans = %zu;\n\n"
		"const struct abi_capture abi_captures[] = {\n",
		g->t.plans.n);
	for (size_t i = 0; i < g->t.captures.n; i++) {
		struct abi_capture *c = &g->t.captures.v[i];

		fprintf(f, "\t{ %s, %s, %s },\n", COLUMNS(c->enter),
			COLUMNS(c->exit), COLUMNS(c->failed));
	}
	fputs("};\n\nconst struct abi_key abi_keys[][2] = {\n", f);
	for (size_t i = 0; i < g->t.keys.n; i += 2) {
		struct abi_key *k = &g->t.keys.v[i];

		fprintf(f, "\t{ { %u, %u, 0, 0x%x }, { %u, %u, 0, 0x%x } },\n",
			k[0].arg, k[0].shift, k[0].mask, k[1].arg,
			k[1].shift, k[1].mask);
	}
	fputs("};\n\n", f);
}

static int set_by_name(const void *a, const void *b)
{
	const struct ast_symset *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void out_set_order(struct abigen *g, FILE *f)
{
	qsort(g->sets.v, g->sets.n, sizeof(*g->sets.v), set_by_name);
	fputs("\nconst uint32_t abi_set_order[] = {", f);
	for (size_t i = 0; i < g->sets.n; i++)
		fprintf(f, "%s%u,", i % 10 ? " " : "\n\t",
			g->sets.v[i]->index);
	fprintf(f, "\n};\n\nconst uint32_t abi_nsets = %zu;\n"
		"const uint32_t abi_ncalls = %zu;\n", g->sets.n,
		g->t.calls.n);
}

static void out_tail(struct abigen *g, FILE *f)
{
	for (size_t i = 0; i < g->hooks.n; i++)
		fprintf(f, "abi_hook hook_%s;\n", g->hooks.v[i]->name);
	fputs("\nconst struct abi_hook_entry abi_hooks[] = {\n"
	      "\t{ 0, 0, 0 },\n", f);
	for (size_t i = 0; i < g->hooks.n; i++)
		fprintf(f, "\t{ \"%s\", hook_%s, %u },\n",
			g->hooks.v[i]->name, g->hooks.v[i]->name,
			g->hooks.v[i]->made);
	fputs("};\n", f);
	out_set_order(g, f);
}

int out_c(struct abigen *g, const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f) {
		fprintf(stderr, "abigen: %s: %s\n", path, strerror(errno));
		return 1;
	}
	fputs("/* Made by abigen: do not edit. */\n"
	      "#include \"abi_table.h\"\n\n", f);
	out_rows(g, f);
	out_text(g, f);
	out_u32s(f, "abi_args", g->t.args.v, g->t.args.n);
	out_u32s(f, "abi_code", g->t.code.v, g->t.code.n);
	out_u32s(f, "abi_exprs", g->t.exprs.v, g->t.exprs.n);
	out_u32s(f, "abi_orders", g->t.orders.v, g->t.orders.n);
	out_u32s(f, "abi_fd_paths", g->t.fd_paths.v, g->t.fd_paths.n);
	out_types(g, f);
	out_structs(g, f);
	out_descriptors(g, f);
	out_syms(g, f);
	out_sigs(g, f);
	out_effects(g, f);
	out_plans(g, f);
	out_tail(g, f);
	if (fclose(f)) {
		fprintf(stderr, "abigen: %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}
