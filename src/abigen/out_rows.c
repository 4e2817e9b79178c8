/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of calls: one of each ABI, by number. */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

static void own_calls(struct abigen *g, FILE *f, unsigned abi)
{
	static const char *const names[OWN_CALL_COUNT] = {
		[OWN_EXECVE] = "execve", [OWN_CLONE] = "clone",
		[OWN_CLONE3] = "clone3", [OWN_PRCTL] = "prctl",
		[OWN_RESTART] = "restart_syscall", [OWN_SECCOMP] = "seccomp",
	};

	for (unsigned c = 0; c < OWN_CALL_COUNT; c++) {
		uint32_t nr = UINT32_MAX;

		for (size_t i = 0; i < g->rows[abi].n; i++)
			if (!strcmp(g->rows[abi].v[i].name, names[c]))
				nr = g->rows[abi].v[i].nr;
		fprintf(f, "%s%uu", c ? ", " : "", nr);
	}
}

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
	for (unsigned i = 0; i < ABI_COUNT; i++) {
		fprintf(f, "\t{ rows_%u, sizeof(rows_%u) / "
			"sizeof(rows_%u[0]), { ", i, i, i);
		own_calls(g, f, i);
		fputs(" } },\n", f);
	}
	fputs("};\n\n", f);
}
