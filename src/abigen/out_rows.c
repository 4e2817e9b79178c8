/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of calls: one of each ABI, by number. */
#include <stdio.h>

#include "abigen.h"

static void rows_of(struct abigen *g, FILE *f, unsigned abi)
{
	fprintf(f, "static const struct abi_row rows_%u[] = {\n", abi);
	for (size_t i = 0; i < g->rows[abi].n; i++) {
		struct row *r = &g->rows[abi].v[i];

		fprintf(f, "\t[%u] = { %u, %u },\n",
			r->nr - abi_infos[abi].nr_first,
			text_index(g, r->name), r->call ? r->call->index : 0);
	}
	if (!g->rows[abi].n)
		fputs("\t{ 0, 0 },\n", f);
	fputs("};\n\n", f);
}

void out_rows(struct abigen *g, FILE *f)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		rows_of(g, f, i);
	fputs("const struct abi_rows abi_rows[ABI_COUNT] = {\n", f);
	for (unsigned i = 0; i < ABI_COUNT; i++)
		fprintf(f, "\t{ rows_%u, sizeof(rows_%u) / "
			"sizeof(rows_%u[0]) },\n", i, i, i);
	fputs("};\n\n", f);
}
