/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen --arguments: how wide arguments are, for scripts/check/arguments.
 *
 *	ENTRY NUMBER NAME BYTES
 *
 * for each argument of a call of the first ABI that is a number in one
 * register; of a command's cases those that are not fixed follow in the same
 * form.  One that is a pointer is left out.
 */
#include <stdio.h>

#include "abigen.h"

static void dump_sig(struct abigen *g, const char *entry, uint32_t index)
{
	const struct abi_sig *sig = &g->t.sigs.v[index];

	for (unsigned i = 0; i < sig->nargs; i++) {
		const struct abi_field *f = &g->t.fields.v[sig->first + i];
		const struct abi_place *p =
			&g->t.places.v[sig->places[0] + i];
		const struct abi_type *t = &g->t.types.v[f->type];

		if (p->off > 5 || t->kind == T_ADDR ||
		    (t->kind >= T_STR && t->kind <= T_PTR))
			continue;
		printf("%s %u %s %u\n", entry, p->off,
		       g->t.text.v + f->name, store_size(p->store));
	}
}

void dump_arguments(struct abigen *g)
{
	for (size_t i = 0; i < g->rows[0].n; i++) {
		const struct row *r = &g->rows[0].v[i];
		const struct abi_call *c;

		if (!r->call)
			continue;
		c = &g->t.calls.v[r->call->index];
		if (c->sig)
			dump_sig(g, r->entry, c->sig);
		for (uint32_t k = 0; k < c->ncases && !c->multiplex; k++)
			dump_sig(g, r->entry, g->t.cases.v[c->cases + k].ref);
	}
}
