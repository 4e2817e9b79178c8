/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structs, and records that carry their length. */
#include <string.h>

#include "decode.h"
#include "options.h"
#include "sized.h"
#include "task.h"
#include "visit.h"

#define RECORDS_MAX (1 << 20)	/* bytes of a chain of records */

static size_t field_size(struct dec *d, const struct abi_type *t,
			 const struct abi_place *p)
{
	if (p->store)
		return dec_store_size(p->store);
	if (t->kind == T_STRUCT)
		return abi_structs[t->ref].size[d->abi];
	return 1;
}

struct member {			/* one field on its way out */
	const struct abi_field *f;
	const struct abi_place *p;
	uint32_t type;
	struct dec_loc loc;
};

/* [old => new], or with "given" old => new */
static void member_change(struct dec *d, struct member *m)
{
	struct dec_loc old = { .is_num = true, .addr = 1,
			       .num = dec_member(d, d->scope->old, m->p) };
	bool same = old.num == m->loc.num || !d->exiting;
	bool given = m->f->flags & FF_OUT;

	if (!same && !given)
		emit_open(&d->em, EMIT_CHANGE);
	if (!same)
		dec_value(d, m->type, &old);
	if (!same && given)
		emit_open(&d->em, EMIT_UPDATE);
	dec_value(d, m->type, &m->loc);
	if (!same)
		emit_close(&d->em, given ? EMIT_UPDATE : EMIT_CHANGE);
}

/* How much of a TF_FILLED struct is known: up to here. */
static void member_is_known(struct dec *d, const struct member *m, size_t n)
{
	struct dec_filled *f = d->scope->filled;
	uint64_t off = f ? m->loc.addr - f->addr : 0;

	if (f && off < f->len && off + n > f->end)
		f->end = off + n;
}

/* A struct within one of which is shown what is new. */
static void member_update(struct dec *d, struct member *m)
{
	const struct abi_struct *st = &abi_structs[abi_types[m->type].ref];
	struct dec_scope s = *d->scope;

	s.up = d->scope;
	s.st = st;
	s.data = m->loc.data;
	s.old = m->loc.old;
	s.len = m->loc.avail < st->size[d->abi] ? m->loc.avail :
		st->size[d->abi];
	d->scope = &s;
	dec_name(d, abi_str(m->f->name));
	emit_open(&d->em, EMIT_STRUCT);
	dec_members_walk(d, st, m->loc.addr, true);
	emit_close(&d->em, EMIT_STRUCT);
	d->scope = s.up;
}

static void member_value(struct dec *d, struct member *m)
{
	const struct abi_type *t = &abi_types[m->type];

	if (t->kind == T_STRUCT && (m->f->flags & FF_FLAT)) {
		dec_members(d, &abi_structs[t->ref], &m->loc);
		return;
	}
	if (t->kind != T_HOOK || m->f->name)
		dec_name(d, m->f->flags & FF_BARE ? "" : abi_str(m->f->name));
	if (!dec_test(d, m->f->when))
		emit_addr(&d->em, m->loc.num);
	else if (m->f->flags & FF_CHANGE && m->loc.old)
		member_change(d, m);
	else
		dec_value(d, m->type, &m->loc);
	if (m->f->note)
		dec_value(d, m->f->note, &m->loc);
}

static bool is_flexible(const struct abi_type *t)
{
	return t->kind == T_ARRAY || t->kind == T_BYTES ||
	       t->kind == T_CHARS || t->kind == T_RECORDS ||
	       ((t->kind == T_HOOK || t->kind == T_UNION) && t->count);
}

/* Fill m for field i; false if that is not to be shown now. */
static bool member_find(struct dec *d, const struct abi_struct *st,
			uint32_t i, struct member *m)
{
	struct dec_scope *s = d->scope;

	m->f = &abi_fields[st->first + i];
	m->p = &abi_places[st->places[d->abi] + i];
	if (m->f->flags & (FF_HIDDEN | FF_THEN) || !m->p->present)
		return false;
	m->type = dec_resolve(d, m->f->type);
	/* The last member may begin where the struct ends. */
	if (is_flexible(&abi_types[m->type]) &&
	    m->p->off == st->size[d->abi] && s->len == m->p->off) {
		if (s->all > m->p->off) {
			m->loc.data = s->data + m->p->off;
			m->loc.avail = s->all - m->p->off;
		}
		return true;
	}
	if (abi_types[m->type].kind == T_NONE ||
	    m->p->off + field_size(d, &abi_types[m->type], m->p) > s->len)
		return false;
	m->loc.data = s->data + m->p->off;
	m->loc.avail = (m->f->flags & FF_FLAT && s->all > s->len ? s->all :
			s->len) - m->p->off;
	m->loc.old = s->old ? s->old + m->p->off : NULL;
	if (m->p->store && abi_types[m->type].kind <= T_PTR) {
		m->loc.is_num = true;
		m->loc.num = dec_member(d, s->data, m->p);
	}
	return true;
}

/* In "{...} => {...}" only members that the kernel changed or set are shown. */
static size_t counted_size(struct dec *d, const struct abi_type *t)
{
	uint64_t n = t->count ? (uint64_t)dec_eval(d, t->count) : 0;

	return n * (t->kind == T_ARRAY ?
		    dec_body_size(d, &abi_types[t->elem]) : 1);
}

/* What lies there; if a count says how long it is, all of that. */
static size_t member_size(struct dec *d, const struct member *m)
{
	const struct abi_type *t = &abi_types[m->type];
	size_t n = t->count && !m->p->store ? counted_size(d, t) :
		   field_size(d, t, m->p);

	return n < m->loc.avail ? n : m->loc.avail;
}

/* Of what lies behind the struct nobody knows what it was. */
static bool member_is_new(struct dec *d, struct member *m)
{
	size_t n = member_size(d, m);
	size_t room = d->scope->st->size[d->abi] - m->p->off;

	if (m->f->flags & FF_OUT || !m->loc.old)
		return m->f->flags & FF_OUT;
	if (m->p->bits)
		return m->loc.num != dec_member(d, d->scope->old, m->p);
	return memcmp(m->loc.old, m->loc.data, n < room ? n : room);
}

static bool member_is_zero(struct dec *d, struct member *m)
{
	size_t n = member_size(d, m);

	if (m->loc.is_num)
		return !m->loc.num;
	for (size_t i = 0; m->loc.data && i < n; i++)
		if (m->loc.data[i])
			return false;
	return true;
}

/* What follows the struct's first bytes is the rest of its record. */
static void rest_after(struct dec *d, uint64_t off)
{
	d->in->rest -= d->in->rest < off ? d->in->rest : off;
}

static void member_shown(struct dec *d, struct member *m, bool only_new)
{
	const struct abi_type *t = &abi_types[m->type];
	unsigned store = m->p->store ? m->p->store : t->store[d->abi];

	if (d->scope->filled && t->kind != T_STRUCT)
		member_is_known(d, m, store ? dec_store_size(store) :
				counted_size(d, t));
	if (!only_new)
		member_value(d, m);
	else if (!member_is_new(d, m))
		return;
	else if (d->scope->filled && t->kind == T_STRUCT && m->f->name)
		member_update(d, m);
	else
		member_value(d, m);
}

bool dec_members_walk(struct dec *d, const struct abi_struct *st,
		      uint64_t addr, bool only_new)
{
	bool elided = false, last_hidden = false;

	dec_visit(VISIT_STRUCT, st - abi_structs);
	for (uint32_t i = 0; i < st->nfields; i++) {
		struct member m = { 0 };

		if (!member_find(d, st, i, &m))
			continue;
		m.loc.addr = addr + m.p->off;
		if (m.f->flags & FF_ELSE && !last_hidden)
			continue;
		last_hidden = !dec_test(d, m.f->cond);
		if (last_hidden ||
		    (m.f->flags & (FF_NONZERO | (d->abbrev ? FF_TERSE : 0)) &&
		     member_is_zero(d, &m)))
			continue;
		if (m.f->flags & FF_FULL && d->abbrev) {
			elided = true;
			continue;
		}
		if (abi_types[m.type].kind == T_UNION && !m.loc.data)
			rest_after(d, m.p->off);
		member_shown(d, &m, only_new);
	}
	if (elided)
		emit_elided(&d->em);
	return elided;
}

void dec_members(struct dec *d, const struct abi_struct *st,
		 struct dec_loc *loc)
{
	struct dec_scope s = { .up = d->scope, .st = st, .data = loc->data,
			       .old = loc->old, .len = loc->avail };

	if (d->scope) {
		s.size = d->scope->size;
		s.filled = d->scope->filled;
	}
	d->scope = &s;
	dec_members_walk(d, st, loc->addr, false);
	d->scope = s.up;
}

bool dec_members_new(struct dec *d, const struct abi_struct *st)
{
	for (uint32_t i = 0; i < st->nfields; i++) {
		struct member m = { 0 };

		if (member_find(d, st, i, &m) && member_is_new(d, &m) &&
		    !(m.f->flags & FF_NONZERO && member_is_zero(d, &m)) &&
		    dec_test(d, m.f->cond))
			return true;
	}
	return false;
}

static void struct_update(struct dec *d, const struct abi_struct *st,
			  const struct dec_loc *loc)
{
	struct sized_tail tail;
	bool more = sized_tail_find(d, loc, st->size[d->abi], &tail);

	if (!more && !dec_members_new(d, st))
		return;
	emit_open(&d->em, EMIT_UPDATE);
	emit_open(&d->em, EMIT_STRUCT);
	dec_members_walk(d, st, loc->addr, true);
	if (more)
		sized_tail_show(d, &tail);
	emit_close(&d->em, EMIT_STRUCT);
	emit_close(&d->em, EMIT_UPDATE);
}

bool dec_is_huge(const struct dec *d)
{
	return d->scope && d->scope->len == DEC_STRUCT_MAX &&
	       d->scope->st->size[d->abi] > DEC_STRUCT_MAX;
}

/* Has it members that are too far in to be looked at? */
static bool members_beyond(struct dec *d, const struct abi_struct *st)
{
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_place *p =
			&abi_places[st->places[d->abi] + i];

		if (p->present && p->off >= DEC_STRUCT_MAX)
			return true;
	}
	return false;
}

void dec_struct(struct dec *d, const struct abi_struct *st,
		struct dec_loc *loc)
{
	size_t size = st->size[d->abi];
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_scope s = { .up = d->scope, .st = st, .old = loc->old,
			       .size = loc->size };
	struct sized_tail tail;

	if (loc->data && d->scope) {	/* part of another struct */
		s.size = loc->size ? loc->size : d->scope->size;
		s.filled = d->scope->filled;
	}
	if (loc->size && loc->size < size)
		size = loc->size;
	if (size > sizeof(bytes))
		size = sizeof(bytes);
	s.data = loc->data;
	s.len = loc->avail < size ? loc->avail : size;
	s.all = loc->data ? loc->avail : 0;
	if (!loc->data) {
		if (!dec_read(d, loc->addr, bytes, size)) {
			if (!loc->updating)
				emit_addr(&d->em, loc->addr);
			return;
		}
		s.data = bytes;
		s.len = size;
	}
	d->scope = &s;
	if (loc->updating) {
		struct_update(d, st, loc);
	} else {
		emit_open(&d->em, EMIT_STRUCT);
		dec_members_walk(d, st, loc->addr, false);
		if (members_beyond(d, st))
			emit_elided(&d->em);
		if (loc->known_only && loc->size > st->size[d->abi])
			emit_elided(&d->em);
		else if (!loc->known_only &&
			 sized_tail_find(d, loc, st->size[d->abi], &tail))
			sized_tail_show(d, &tail);
		emit_close(&d->em, EMIT_STRUCT);
	}
	d->scope = s.up;
}

/* ---- records ---- */

static void record_body(struct dec *d, const struct abi_records *r,
			struct dec_loc *loc)
{
	const struct abi_type *t;
	uint32_t type;

	d->in->rest = loc->avail;
	type = dec_resolve(d, r->body);
	t = &abi_types[type];
	if (!loc->avail || t->kind == T_NONE)
		return;
	if (r->body_name) {
		dec_name(d, abi_str(r->body_name));
		/* The kernel cuts a body for which there is no room. */
		if (loc->avail < dec_body_size(d, t))
			emit_str(&d->em, loc->data, loc->avail, VF_HEX);
		else
			dec_value(d, type, loc);
	} else if (t->kind == T_STRUCT) {
		dec_members(d, &abi_structs[t->ref], loc);
		if (loc->avail < abi_structs[t->ref].size[d->abi])
			emit_elided(&d->em);
	}
}

uint64_t dec_record_length(struct dec *d, const struct abi_records *r,
			   const uint8_t *p, size_t head)
{
	struct dec_scope s = { .up = d->scope, .st = &abi_structs[r->head],
			       .data = p, .len = head };
	uint64_t len;

	d->scope = &s;
	len = (uint64_t)dec_eval(d, r->length);
	d->scope = s.up;
	return r->after_head ? len + head : len;
}

static size_t record_head_size(struct dec *d, const struct abi_records *r)
{
	const struct abi_struct *st = &abi_structs[r->head];
	size_t n = 0;

	if (r->body_name)
		return st->size[d->abi];
	/* A body that continues the head's fields has no gap before it. */
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_place *p =
			&abi_places[st->places[d->abi] + i];

		n = p->off + dec_store_size(p->store);
	}
	return n;
}

static void record_show(struct dec *d, const struct abi_records *r,
			struct dec_loc *loc)
{
	const struct abi_struct *st = &abi_structs[r->head];
	size_t head = record_head_size(d, r);
	struct dec_scope s = { .up = d->scope, .st = st, .data = loc->data,
			       .len = loc->avail };
	struct dec_loc body = *loc;
	struct dec_frame frame;

	d->scope = &s;
	emit_open(&d->em, EMIT_STRUCT);
	dec_members_walk(d, st, loc->addr, false);
	if (loc->avail > head) {
		body.addr += head;
		body.data += head;
		body.avail -= head;
		dec_go_in(d, &frame);
		record_body(d, r, &body);
		dec_go_out(d);
	}
	emit_close(&d->em, EMIT_STRUCT);
	d->scope = s.up;
}

static uint64_t records_read(struct dec *d, struct dec_loc *loc,
			     uint64_t want)
{
	if (loc->data)
		return want < loc->avail ? want : loc->avail;
	buf_reset(&d->records);
	buf_grow(&d->records, want + 1);
	loc->data = (const uint8_t *)d->records.data;
	return mem_read(d->ev->mem, loc->addr, d->records.data, want);
}

/* How many bytes of the chain are looked at. */
static uint64_t records_count(struct dec *d, const struct abi_type *t,
			      uint64_t none, bool *cut)
{
	uint64_t n = dec_count(d, t, none, cut);

	if (n <= RECORDS_MAX)
		return n;
	*cut = true;
	return RECORDS_MAX;
}

void dec_records(struct dec *d, const struct abi_type *t, struct dec_loc *loc)
{
	const struct abi_records *r = &abi_records[t->ref];
	size_t head = record_head_size(d, r), align = r->align[d->abi];
	bool cut;
	uint64_t want = records_count(d, t, loc->avail, &cut);
	uint64_t most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	struct dec_loc all = *loc;
	uint64_t got = records_read(d, &all, want), off = 0;

	if (want && got < head) {
		emit_addr(&d->em, loc->addr);
		return;
	}
	dec_visit(VISIT_RECORDS, t->ref);
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t n = 0; off < want; n++) {
		struct dec_loc at = { .addr = all.addr + off,
				      .data = all.data + (off < got ? off :
							  got),
				      .avail = off < got ? got - off : 0 };
		uint64_t len;

		if (off > got || got - off < head) {
			if (cut && got == want)
				emit_elided(&d->em);
			else
				dec_unread_from(d, at.addr);
			break;
		}
		if (n >= most) {
			emit_elided(&d->em);
			break;
		}
		len = dec_record_length(d, r, at.data, head);
		if (len < at.avail)
			at.avail = len < head ? head : len;
		record_show(d, r, &at);
		if (len < head)
			len = head;
		len = (len + align - 1) / align * align;
		if (!len || len > want - off || emit_full(&d->em))
			break;
		off += len;
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void dec_records_brief(struct dec *d, const struct abi_type *t, uint64_t addr,
		       const char *noun)
{
	const struct abi_records *r = &abi_records[t->ref];
	size_t head = record_head_size(d, r);
	bool cut;
	uint64_t want = records_count(d, t, 0, &cut);
	struct dec_loc loc = { .addr = addr };
	uint64_t got = records_read(d, &loc, want), off = 0, n = 0, len;

	emit_addr(&d->em, addr);
	while (off < got && got - off >= head) {
		len = dec_record_length(d, r, loc.data + off, head);
		if (len < head || len > got - off)
			break;
		off += len;
		n++;
	}
	if (got == want)
		dec_count_comment(d, n, noun, "");
}
