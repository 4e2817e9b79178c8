/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream WORD on KIND [in|out] TYPE: what a descriptor's data is. */
#include <string.h>

#include "abigen.h"

void parse_stream(struct parser *p)
{
	struct ast_stream s = { .pos = p->tok.pos };

	s.word = parse_name(p, "the word of -e decode=");
	parse_expect(p, "on");
	s.kind = parse_name(p, "a kind of descriptor");
	s.in = parse_accept(p, "in");
	s.out = !s.in && parse_accept(p, "out");
	if (!s.in && !s.out)
		s.in = s.out = true;
	s.type = parse_type(p);
	*vec_new(&p->g->streams) = s;
}

static void stream_add(struct abigen *g, const struct ast_stream *s,
		       bool received, uint32_t type)
{
	uint32_t kind = fd_kind_find(g, s->pos, s->kind);

	for (size_t i = 0; i < g->t.streams.n; i++)
		if (g->t.streams.v[i].kind == kind &&
		    g->t.streams.v[i].received == received)
			abi_error(g, s->pos, "'%s' has a stream in this "
				  "direction", s->kind);
	*vec_new(&g->t.streams) = (struct abi_stream){
		.word = text_index(g, s->word), .kind = kind,
		.received = received, .type = type };
}

void compile_streams(struct abigen *g)
{
	/* All of it lies in data that was read before. */
	struct scope in = { .dir = DIR_IN };

	for (size_t i = 0; i < g->streams.n; i++) {
		struct ast_stream *s = &g->streams.v[i];
		uint32_t type = compile_type(g, &in, s->type);

		if (s->in)
			stream_add(g, s, false, type);
		if (s->out)
			stream_add(g, s, true, type);
	}
}
