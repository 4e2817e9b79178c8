/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* descriptor NAME { "path" }, and ioctl NAME on KIND: whose command it is. */
#include <string.h>

#include "abigen.h"

void parse_fd_kind(struct parser *p)
{
	struct ast_fd_kind k = { .pos = p->tok.pos };

	k.name = parse_name(p, "the name of a kind of descriptor");
	if (parse_accept(p, "driver"))
		k.by = FD_BY_DRIVER;
	else if (parse_accept(p, "socket"))
		k.by = FD_BY_PROTOCOL;
	else if (parse_accept(p, "interface"))
		k.by = FD_BY_INTERFACE;
	if (k.by == FD_BY_PROTOCOL && parse_accept(p, "port"))
		k.port = parse_number(p, "the number of a port");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		*vec_new(&k.paths) = parse_string(p);
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
	*vec_new(&p->g->fd_kinds) = k;
}

/* Expressions know a kind by its name, as kind(fd) gives it. */
static void fd_kind_const(struct abigen *g, struct ast_fd_kind *k, uint64_t n)
{
	struct constant *c = mem_new(sizeof(*c));

	if (const_find(g, k->name)) {
		abi_error(g, k->pos, "'%s' is a constant", k->name);
		return;
	}
	c->name = k->name;
	c->present = (1u << ABI_COUNT) - 1;
	for (unsigned i = 0; i < ABI_COUNT; i++)
		c->v[i] = n;
	names_add(&g->consts, c->name, NAME_CONST, c);
}

void compile_fd_kinds(struct abigen *g)
{
	for (size_t i = 0; i < g->fd_kinds.n; i++) {
		struct ast_fd_kind *k = &g->fd_kinds.v[i];
		struct abi_fd_kind out = { .name = text_index(g, k->name),
					   .first = g->t.fd_paths.n,
					   .count = k->paths.n,
					   .by = k->by,
					   .port = k->port };

		for (size_t j = 0; j < k->paths.n; j++)
			*vec_new(&g->t.fd_paths) =
				text_index(g, k->paths.v[j]);
		*vec_new(&g->t.fd_kinds) = out;
		fd_kind_const(g, k, i + 1);
	}
}

uint32_t fd_kind_find(struct abigen *g, struct pos pos, const char *name)
{
	for (size_t i = 0; name && i < g->fd_kinds.n; i++)
		if (!strcmp(g->fd_kinds.v[i].name, name))
			return i + 1;
	if (name)
		abi_error(g, pos, "unknown kind of descriptor '%s'", name);
	return 0;
}

/* Nobody guesses a socket's protocol, or whose interface a command is about. */
bool fd_kind_is_exact(struct abigen *g, uint32_t kind)
{
	return g->fd_kinds.v[kind - 1].by >= FD_BY_PROTOCOL;
}

/* Two with one number and other arguments are for different kinds. */
void fd_kinds_check(struct abigen *g, const struct abi_case *c, uint32_t n,
		    struct pos pos)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct abi_num *mine = &g->t.nums.v[c[n].val[0]];
		const struct abi_num *its = &g->t.nums.v[c[i].val[0]];
		uint32_t both = mine->present & its->present;

		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			if (both & 1u << abi && c[i].on == c[n].on &&
			    c[i].ref != c[n].ref &&
			    (uint32_t)mine->v[abi] == (uint32_t)its->v[abi]) {
				abi_error(g, pos, "'%s' and '%s' have one "
					  "number: say 'on' which descriptors",
					  &g->t.text.v[c[n].sym],
					  &g->t.text.v[c[i].sym]);
				return;
			}
	}
}
