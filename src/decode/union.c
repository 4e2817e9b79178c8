/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unions chosen by a tag. */
#include "decode.h"
#include "visit.h"

static uint32_t union_case(struct dec *d, const struct abi_union *u,
			   uint64_t tag, uint64_t n)
{
	struct dec_cases found = dec_cases(d, u->order, tag);

	for (uint32_t i = 0; i < found.n; i++) {
		const struct abi_case *c = &abi_cases[found.v[i]];

		if (abi_nums[c->val[0]].v[d->abi] != tag)
			continue;
		if (n < c->min)
			break;
		dec_visit(VISIT_CASE, c - abi_cases);
		return c->ref;
	}
	return u->def;
}

static void union_rest(struct dec *d, uint32_t type, struct dec_loc *loc,
		       size_t tag_size)
{
	const struct abi_type *t = &abi_types[type];
	struct dec_loc at = *loc;

	d->in->rest = loc->avail - tag_size;
	if (t->kind == T_STRUCT) {
		dec_members(d, &abi_structs[t->ref], loc);
		return;
	}
	at.addr += tag_size;
	at.data += tag_size;
	at.avail -= tag_size;
	dec_value(d, type, &at);
}

/* Behind a pointer, where no count is given, there is what the case has. */
static uint64_t union_behind(struct dec *d, const struct abi_union *u,
			     uint64_t addr)
{
	const struct abi_struct *tag = &abi_structs[u->tag];
	uint8_t bytes[DEC_STRUCT_MAX];
	size_t tag_size = tag->size[d->abi];
	const struct abi_type *t;
	uint64_t num, n;

	if (!dec_read(d, addr, bytes, tag_size))
		return tag_size;
	num = dec_number(d, bytes, abi_places[tag->places[d->abi]].store);
	t = &abi_types[union_case(d, u, num, UINT64_MAX)];
	n = t->kind == T_STRUCT ? abi_structs[t->ref].size[d->abi] :
	    tag_size + dec_body_size(d, t);
	return n < sizeof(bytes) ? n : sizeof(bytes);
}

void dec_union(struct dec *d, const struct abi_type *t, struct dec_loc *loc)
{
	const struct abi_union *u = &abi_unions[t->ref];
	const struct abi_struct *tag = &abi_structs[u->tag];
	size_t tag_size = tag->size[d->abi];
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_loc all = *loc;
	struct dec_frame frame;
	bool cut, behind = !loc->data && !t->count, away;
	uint64_t n = dec_count(d, t, loc->data ? loc->avail : tag_size, &cut);
	uint64_t num;

	if (behind)
		n = union_behind(d, u, loc->addr);
	if (n > sizeof(bytes))
		n = sizeof(bytes);
	if (loc->data && n > loc->avail)
		n = loc->avail;
	/* Of a case that is not there the address is shown. */
	away = behind && n > tag_size && !dec_read(d, loc->addr, bytes, n);
	if (away)
		n = tag_size;
	if (n < tag_size || (!loc->data && !dec_read(d, loc->addr, bytes, n))) {
		emit_addr(&d->em, loc->addr);
		return;
	}
	all.data = loc->data ? loc->data : bytes;
	all.avail = n;
	num = dec_number(d, all.data, abi_places[tag->places[d->abi]].store);
	emit_open(&d->em, EMIT_STRUCT);
	all.old = NULL;
	dec_members(d, tag, &all);
	dec_go_in(d, &frame);
	frame.cut = cut;
	if (away)
		emit_addr(&d->em, loc->addr + tag_size);
	else if (n > tag_size && u->def)
		union_rest(d, union_case(d, u, num, n), &all, tag_size);
	dec_go_out(d);
	emit_close(&d->em, EMIT_STRUCT);
}
