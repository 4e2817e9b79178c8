/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structs of which the caller says how long they are. */
#include <string.h>

#include "decode.h"
#include "options.h"
#include "sized.h"

/* If the caller's struct is newer than ours: is the rest more than zeros? */
bool sized_tail_find(struct dec *d, const struct dec_loc *loc, uint64_t from,
		     struct sized_tail *t)
{
	if (loc->size <= from)
		return false;
	t->from = from;
	t->n = loc->size - from;
	if (t->n > sizeof(t->bytes))
		t->n = sizeof(t->bytes);
	t->readable = dec_read(d, loc->addr + from, t->bytes, t->n);
	for (size_t i = 0; t->readable && i < t->n; i++)
		if (t->bytes[i])
			return true;
	return !t->readable;
}

void sized_tail_show(struct dec *d, const struct sized_tail *t)
{
	uint64_t n = t->n, from = t->from;

	if (!t->readable) {
		emit_unknown(&d->em);
		return;
	}
	dec_name(d, "");
	emit_comment(&d->em, "bytes %llu..%llu", (unsigned long long)from,
		     (unsigned long long)(from + n - 1));
	emit_str(&d->em, t->bytes, n < d->o->max_string ? n : d->o->max_string,
		 VF_HEX | (n > d->o->max_string ? VF_CUT : 0));
}

uint64_t sized_eval(struct dec *d, const struct abi_type *t, uint64_t addr,
		    const uint8_t *was)
{
	const struct abi_struct *st = &abi_structs[abi_types[t->elem].ref];
	const struct abi_place *p;
	uint8_t bytes[8];
	uint64_t n;

	if (!(t->flags & TF_BY))
		return t->sized ? (uint64_t)dec_eval(d, t->sized) : 0;
	p = &abi_places[st->places[d->abi] +
			(abi_code[abi_exprs[t->sized]] >> 8)];
	if (was)
		n = dec_number(d, was + p->off, p->store);
	else if (dec_read(d, addr + p->off, bytes, dec_store_size(p->store)))
		n = dec_number(d, bytes, p->store);
	else
		n = 0;
	return n ? n : t->min;
}

bool dec_struct_own(struct dec *d, const struct abi_struct *st,
		    const struct dec_loc *loc, uint64_t min)
{
	const struct abi_place *first = &abi_places[st->places[d->abi]];
	size_t all = st->size[d->abi];
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_scope s = { .up = d->scope, .st = st, .data = bytes,
			       .len = dec_store_size(first->store),
			       .size = loc->size };
	bool there = loc->size >= min;

	if (loc->updating || !dec_read(d, loc->addr, bytes, s.len) ||
	    (there && dec_read(d, loc->addr, bytes,
			       loc->size < all ? loc->size : all)))
		return false;
	d->scope = &s;
	emit_open(&d->em, EMIT_STRUCT);
	dec_members_walk(d, st, loc->addr, false);
	if (there)
		emit_unknown(&d->em);
	emit_close(&d->em, EMIT_STRUCT);
	d->scope = s.up;
	return true;
}

void sized_head(struct dec *d, const struct abi_struct *st,
		struct dec_loc *loc)
{
	const struct abi_place *first = &abi_places[st->places[d->abi]];
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_scope s = { .up = d->scope, .st = st, .data = bytes,
			       .len = dec_store_size(first->store) };

	if (loc->updating || !dec_read(d, loc->addr, bytes, s.len) ||
	    dec_read(d, loc->addr, bytes, st->size[d->abi])) {
		dec_struct(d, st, loc);
		return;
	}
	d->scope = &s;
	emit_open(&d->em, EMIT_STRUCT);
	dec_members_walk(d, st, loc->addr, false);
	emit_addr(&d->em, loc->addr + s.len);
	emit_close(&d->em, EMIT_STRUCT);
	d->scope = s.up;
}

/* How far members are shown: those at the end may be for -v only. */
static size_t known_size(struct dec *d, const struct abi_struct *st)
{
	size_t n = st->size[d->abi];
	uint32_t i = d->abbrev ? st->nfields : 0;

	while (i && abi_fields[st->first + --i].flags & (FF_FULL | FF_HIDDEN))
		n = abi_places[st->places[d->abi] + i].off;
	return n;
}

/* All that the caller gives is read: the kernel reads it, too. */
static bool filled_read(struct dec *d, const struct dec_loc *loc,
			const struct abi_struct *st, struct sized_tail *t)
{
	size_t got, most = loc->known_only ? known_size(d, st) :
			   sizeof(t->bytes);

	t->from = 0;
	t->n = loc->size < most ? loc->size : most;
	got = mem_read(d->ev->mem, loc->addr, t->bytes, t->n);
	memset(t->bytes + got, 0, sizeof(t->bytes) - got);
	t->readable = got == t->n;
	if (t->readable)
		return true;
	d->in->missed |= mem_unknown(d->ev->mem, loc->addr);
	return mem_unknown(d->ev->mem, loc->addr + got) &&
	       got >= st->size[d->abi];
}

/* What is there after the last member that was shown. */
static void filled_tail(struct dec *d, struct sized_tail *t, uint64_t end)
{
	uint64_t n = end;

	while (n < t->n && !t->bytes[n])
		n++;
	if (!t->readable || (n < t->n && d->abbrev)) {
		emit_elided(&d->em);
	} else if (n < t->n) {
		dec_name(d, "extra_data");
		emit_str(&d->em, t->bytes + end, t->n - end, VF_HEX);
		emit_comment(&d->em, "bytes %llu..%llu",
			     (unsigned long long)end,
			     (unsigned long long)t->n - 1);
	}
}

static void filled_show(struct dec *d, const struct abi_struct *st,
			const struct dec_loc *loc, struct sized_tail *t)
{
	bool elided;

	emit_open(&d->em, EMIT_STRUCT);
	elided = dec_members_walk(d, st, loc->addr, loc->updating);
	if (loc->known_only && loc->size > st->size[d->abi] && !elided)
		emit_elided(&d->em);
	else if (!loc->known_only && !loc->updating)
		filled_tail(d, t, d->scope->filled->end);
	emit_close(&d->em, EMIT_STRUCT);
}

void sized_filled(struct dec *d, const struct abi_struct *st,
		  const struct dec_loc *loc)
{
	size_t size = st->size[d->abi];
	uint8_t old[DEC_STRUCT_MAX];
	struct sized_tail t;
	struct dec_filled f = { .addr = loc->addr, .len = size };
	struct dec_scope s = { .up = d->scope, .st = st, .data = t.bytes,
			       .len = size, .size = loc->size, .filled = &f };

	if (size > sizeof(old) || !filled_read(d, loc, st, &t)) {
		if (!loc->updating)
			emit_addr(&d->em, loc->addr);
		return;
	}
	if (loc->old) {
		memset(old, 0, size);
		memcpy(old, loc->old, loc->size < size ? loc->size : size);
		s.old = old;
	}
	d->scope = &s;
	if (!loc->updating) {
		filled_show(d, st, loc, &t);
	} else if (dec_members_new(d, st)) {
		emit_open(&d->em, EMIT_UPDATE);
		filled_show(d, st, loc, &t);
		emit_close(&d->em, EMIT_UPDATE);
	}
	d->scope = s.up;
}

size_t dec_body_size(struct dec *d, const struct abi_type *t)
{
	size_t size = dec_store_size(t->store[d->abi]);

	if (t->kind == T_STRUCT)
		size = abi_structs[t->ref].size[d->abi];
	if (t->kind != T_ARRAY ||
	    (abi_code[abi_exprs[t->count]] & 0xff) != EX_NUM)
		return size;
	return (uint64_t)dec_eval(d, t->count) *
	       dec_body_size(d, &abi_types[t->elem]);
}
