/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What memory of a call is kept from entry to exit. */
#include "abigen.h"

/* Of an array as many elements are kept as have room in that: 32 messages. */
#define SAVED_ARRAY_MAX 2048

static unsigned save_size(struct abigen *g, uint32_t type, unsigned abi)
{
	struct abi_type *t = &g->t.types.v[type];
	struct abi_type *e = &g->t.types.v[t->elem];
	unsigned size;

	if (t->kind != T_PTR)
		return 0;
	/* Whether there is anything at all. */
	if (e->kind == T_HOOK)
		return 1;
	if (e->kind != T_ARRAY)
		return type_size(g, t->elem, abi);
	size = type_size(g, e->elem, abi);
	return size ? SAVED_ARRAY_MAX / size * size : 0;
}

/* Arguments that go in, stand after one that comes out, and are small. */
static uint32_t sig_saves_in(struct abigen *g, struct abi_sig *sig)
{
	uint32_t mask = 0;

	for (unsigned i = sig->split + 1; i < sig->nargs; i++) {
		uint32_t type = g->t.fields.v[sig->first + i].type;
		struct abi_type *t = &g->t.types.v[type];

		if (t->kind == T_PTR && t->dir == DIR_IN && !t->sized &&
		    g->t.types.v[t->elem].kind == T_STRUCT &&
		    save_size(g, type, 0) <= 64)
			mask |= 1u << i;
	}
	return mask;
}

/* What the next argument tells the end of, and what may be left out. */
static uint32_t sig_saves_before(struct abigen *g, struct abi_sig *sig)
{
	const struct abi_field *f = &g->t.fields.v[sig->first];
	uint32_t mask = 0;

	for (unsigned i = 0; i + 1 < sig->nargs; i++)
		if (f[i + 1].flags & FF_BECOMES)
			mask |= 1u << i;
	return mask;
}

static void save_add(struct abigen *g, struct abi_sig *sig,
		     struct abi_save *s, unsigned *off)
{
	unsigned most = 0;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		most = s->len[abi] > most ? s->len[abi] : most;
	s->off = *off;
	*vec_new(&g->t.saves) = *s;
	*off += (most + 7) / 8 * 8;
	sig->nsaves++;
}

/* What is behind a pointer that was "change": all cases have room. */
static unsigned behind_size(struct abigen *g, uint32_t type, unsigned abi)
{
	const struct abi_type *t = &g->t.types.v[type];
	const struct abi_switch *w = &g->t.switches.v[t->ref];
	unsigned most = 0, n;

	if (t->kind == T_HOOK)
		return g->hooks.v[t->ref - 1]->keeps;
	if (t->kind != T_SWITCH)
		return type_size(g, type, abi);
	for (uint32_t i = 0; i < w->ncases; i++) {
		n = behind_size(g, g->t.cases.v[w->cases + i].ref, abi);
		most = n > most ? n : most;
	}
	return most;
}

/* A pointer that is "change", in the struct or in one that is part of it. */
static bool find_behind(struct abigen *g, uint32_t ref, struct abi_save *s)
{
	const struct abi_struct *st = &g->t.structs.v[ref];
	struct abi_save in;

	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_field *f = &g->t.fields.v[st->first + i];
		const struct abi_type *t = &g->t.types.v[f->type];
		bool here = t->kind == T_PTR && f->flags & FF_CHANGE;

		in = *s;
		for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
			in.at[abi] += g->t.places.v[st->places[abi] + i].off;
			if (here)
				in.len[abi] = behind_size(g, t->elem, abi);
		}
		in.behind = here;
		if (here || (t->kind == T_STRUCT &&
			     find_behind(g, t->ref, &in))) {
			*s = in;
			return true;
		}
	}
	return false;
}

/* Of such a struct only what is "given" is shown again: nothing is compared. */
static bool is_too_large(struct abigen *g, uint32_t type)
{
	const struct abi_type *t = &g->t.types.v[type];
	const struct abi_type *e = &g->t.types.v[t->elem];

	return t->kind == T_PTR && e->kind == T_STRUCT &&
	       !g->t.structs.v[e->ref].has_change &&
	       save_size(g, type, 0) > SAVED_ARRAY_MAX;
}

void sig_saves(struct abigen *g, struct abi_sig *sig, uint32_t mask,
	       struct pos pos)
{
	unsigned off = 0, behind = 0;

	mask |= sig_saves_in(g, sig) | sig_saves_before(g, sig);
	sig->saves = g->t.saves.n;
	for (unsigned i = 0; i < sig->nargs; i++) {
		uint32_t type = g->t.fields.v[sig->first + i].type;
		struct abi_type *t = &g->t.types.v[type];
		struct abi_save s = { .arg = i };

		if (!(mask & 1u << i) &&
		    (t->dir != DIR_INOUT || is_too_large(g, type)))
			continue;
		for (unsigned abi = 0; abi < ABI_COUNT; abi++)
			s.len[abi] = save_size(g, type, abi);
		save_add(g, sig, &s, &off);
		if (t->kind != T_PTR ||
		    g->t.types.v[t->elem].kind != T_STRUCT ||
		    !find_behind(g, g->t.types.v[t->elem].ref, &s))
			continue;
		save_add(g, sig, &s, &off);
		if (behind++)
			abi_error(g, pos, "more than one 'change' behind "
				  "pointers in structs");
	}
	if (off > ABI_SAVED_MAX)
		abi_error(g, pos, "%u bytes to keep from entry to exit, "
			  "at most %u", off, ABI_SAVED_MAX);
}
