/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists of netlink: messages, and attributes that hold attributes.
 *
 *	[{nlmsg_len=.., ..}, {family header}, [{nla_len=.., ..}, value]]
 *
 * An element has a head and a payload.  Text leaves out the brackets around a
 * single thing (EMIT_LIST), and JSON makes objects of attributes (EMIT_ATTRS).
 * The kernel ignores bytes at the end that are too few for a head; here they
 * are shown.
 *
 * All of it is one buffer, however it is nested: an element has no more bytes
 * than the one around it, and DEC_ATTRS_DEPTH bounds how deep that goes.
 */
#include <linux/netlink.h>
#include <string.h>

#include "decode.h"
#include "options.h"
#include "symset.h"
#include "task.h"
#include "visit.h"

#define DEC_ATTRS_DEPTH 10
#define SLOTS_MAX ABI_SLOTS_MAX

/* Bytes in memory: size of them are said to be there, got could be read. */
struct dec_span {
	uint64_t addr, size;
	const uint8_t *data;
	size_t got;
	uint64_t used;		/* by a message in it, and what is before */
};

static struct dec_span span_part(const struct dec_span *s, uint64_t off,
				 uint64_t size)
{
	uint64_t left = off < s->size ? s->size - off : 0;
	size_t got = off < s->got ? s->got - off : 0;
	struct dec_span part = { .addr = s->addr + off,
			     .size = size < left ? size : left,
			     .data = s->data + (got ? off : 0), .got = got };

	if (part.got > part.size)
		part.got = part.size;
	return part;
}

static void span_bytes(struct dec *d, const struct dec_span *s)
{
	size_t most = d->o->max_string;

	if (s->got < s->size && s->got <= most)
		emit_addr(&d->em, s->addr);
	else
		emit_str(&d->em, s->data, s->size < most ? s->size : most,
			 VF_HEX | (s->size > most ? VF_CUT : 0));
}

/* ---- any list ---- */

struct list {
	const struct abi_attrs *attrs;		/* these, or ... */
	const struct abi_records *messages;	/* ... these */
	size_t head;		/* bytes that each begins with */
	void (*show)(struct dec *d, const struct list *l, struct dec_span *one);
	bool single;		/* the first is all of it */
};

/* The length that the element at the beginning of s gives itself. */
static uint64_t list_length(struct dec *d, const struct list *l,
			    const struct dec_span *s)
{
	if (l->attrs)
		return dec_number(d, s->data, STORE_U16);
	return dec_record_length(d, l->messages, s->data, l->head);
}

/* Where the element that follows one of that length begins. */
static uint64_t list_step(struct dec *d, const struct list *l, uint64_t len)
{
	uint64_t align = l->attrs ? NLA_ALIGNTO : l->messages->align[d->abi];

	return (len + align - 1) / align * align;
}

/* Show the element at off; returns how far the next one is, 0 if none. */
static uint64_t list_one(struct dec *d, const struct list *l,
			 const struct dec_span *all, uint64_t off)
{
	struct dec_span one = span_part(all, off, UINT64_MAX);
	struct dec_frame frame;
	uint64_t len;

	if (one.size < l->head) {
		span_bytes(d, &one);
		return 0;
	}
	if (one.got < l->head) {
		dec_unread_from(d, one.addr);
		return 0;
	}
	len = list_length(d, l, &one);
	one = span_part(all, off, len < l->head ? l->head : len);
	dec_go_in(d, &frame);
	l->show(d, l, &one);
	dec_go_out(d);
	/* An element shorter than its head ends the list. */
	return len < l->head ? 0 : list_step(d, l, len);
}

static void list_show(struct dec *d, const struct list *l,
		      const struct dec_span *all)
{
	uint64_t most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	uint64_t off = 0, step;
	enum emit_scope scope = l->attrs ? EMIT_ATTRS : EMIT_LIST;

	if (all->size < l->head || all->got < l->head) {
		span_bytes(d, all);
		return;
	}
	emit_open(&d->em, scope);
	for (uint64_t n = 0; off < all->size; n++, off += step) {
		if (n >= most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		step = list_one(d, l, all, off);
		if (!step || l->single)
			break;
	}
	emit_close(&d->em, scope);
}

/* The parameters of a list, evaluated where it is used. */
static void slots_fill(struct dec *d, const struct abi_type *t, uint64_t *slot)
{
	memset(slot, 0, SLOTS_MAX * sizeof(*slot));
	for (unsigned i = 0; i < t->nargs && i < SLOTS_MAX; i++)
		slot[i] = dec_eval(d, abi_args[t->args + i]);
}

/* Are size bytes enough for a value of that type, and no part of one? */
static bool value_has_room(struct dec *d, const struct abi_type *t,
			   uint64_t min, uint64_t size)
{
	uint64_t need = min ? min : dec_body_size(d, t);
	size_t each = t->kind == T_ARRAY ?
		      dec_elem_size(d, &abi_types[t->elem]) : 0;

	if (!need && each && size % each)
		return false;
	return size >= (need ? need : t->min);
}

static void payload_show(struct dec *d, uint32_t type, uint64_t min,
			 const struct dec_span *s);
static void messages_show(struct dec *d, const struct abi_type *t,
			  const struct dec_span *all, bool single);

/* Show a struct, such as a family's header, and then what follows it. */
static void struct_then_show(struct dec *d, const struct abi_struct *st,
			     const struct dec_span *s)
{
	struct dec_loc loc = { .addr = s->addr, .data = s->data,
			       .avail = s->got };
	struct dec_scope in = { .up = d->scope, .st = st, .data = s->data,
				.len = s->got };
	struct dec_span all = *s;
	struct dec_frame frame;

	all.used = 0;
	dec_go_in(d, &frame);
	frame.around = &all;
	dec_struct(d, st, &loc);
	dec_go_out(d);
	d->scope = &in;
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_field *f = &abi_fields[st->first + i];
		uint64_t off = abi_places[st->places[d->abi] + i].off;
		uint64_t from = off > all.used ? (off + 3) / 4 * 4 : all.used;
		struct dec_span part = span_part(s, from, UINT64_MAX);

		if (f->flags & FF_THEN && part.size && dec_test(d, f->cond))
			payload_show(d, dec_resolve(d, f->type), 0, &part);
	}
	d->scope = in.up;
}

/*
 * Show what an element holds.  A list, or a text that is not shown to its end
 * anyway, is shown even if only a part of it was read.
 */
static void payload_show(struct dec *d, uint32_t type, uint64_t min,
			 const struct dec_span *s)
{
	const struct abi_type *t = &abi_types[type];
	struct dec_loc loc = { .addr = s->addr, .data = s->data,
			       .avail = s->got };
	bool partly = t->kind == T_ATTRS || t->kind == T_RECORDS ||
		      (t->kind == T_BYTES && s->got > d->o->max_string) ||
		      (t->kind == T_STRUCT &&
		       s->got >= abi_structs[t->ref].size[d->abi]);

	d->in->rest = s->size;
	if (t->kind == T_NONE || !value_has_room(d, t, min, s->size))
		span_bytes(d, s);
	else if (s->got < s->size && !partly)
		emit_addr(&d->em, s->addr);
	else if (t->kind == T_STRUCT)
		struct_then_show(d, &abi_structs[t->ref], s);
	else if (t->kind == T_RECORDS)
		messages_show(d, t, s, false);
	else
		dec_value(d, type, &loc);
}

/*
 * A message that is too short for its struct, or was not read so far, is shown
 * by its first byte, which most often is the family that it is about.
 */
static bool body_begins(struct dec *d, const struct abi_type *t,
			const struct dec_span *s)
{
	const struct abi_struct *st = &abi_structs[t->ref];
	struct dec_loc loc = { .addr = s->addr, .data = s->data, .avail = 1 };

	if (t->kind != T_STRUCT || !s->got || s->got >= st->size[d->abi] ||
	    abi_places[st->places[d->abi]].store != STORE_U8)
		return false;
	emit_open(&d->em, EMIT_STRUCT);
	dec_members(d, st, &loc);
	if (s->got < s->size)
		emit_addr(&d->em, s->addr + 1);
	else
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_STRUCT);
	return true;
}

/* ---- attributes ---- */

static void attr_head(struct dec *d, const struct abi_attrs *a, uint64_t len,
		      uint16_t type)
{
	bool plain = !(type & ~NLA_TYPE_MASK);

	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "nla_len");
	emit_num(&d->em, VAL_UDEC, len);
	dec_name(d, "nla_type");
	if (plain && !a->set)
		emit_num(&d->em, VAL_HEX, type);
	else
		dec_sym(d, plain ? VAL_SYM : VAL_FLAGS,
			&abi_symsets[plain ? a->set : a->flagged], type);
	emit_close(&d->em, EMIT_STRUCT);
}

static const struct abi_case *attr_case(struct dec *d,
					const struct abi_attrs *a,
					uint16_t type)
{
	struct dec_cases found = { 0 };

	if (a->ncases)
		found = dec_cases(d, a->order, type & NLA_TYPE_MASK);
	if (!found.n)
		return NULL;
	dec_visit(VISIT_CASE, found.v[0]);
	return &abi_cases[found.v[0]];
}

/* The value that later attributes may ask for: a number, or a text's key. */
static uint64_t attr_value(struct dec *d, const struct abi_type *t,
			   const struct dec_span *s)
{
	unsigned store = t->store[d->abi];

	if (!store)
		return abi_text_key((const char *)s->data,
				    strnlen((const char *)s->data, s->got));
	return s->got >= dec_store_size(store) ? dec_number(d, s->data, store) :
	       0;
}

static void attr_show(struct dec *d, const struct list *l, struct dec_span *one)
{
	const struct abi_attrs *a = l->attrs;
	uint64_t len = dec_number(d, one->data, STORE_U16);
	uint16_t type = dec_number(d, one->data + 2, STORE_U16);
	const struct abi_case *c = attr_case(d, a, type);
	struct dec_span s = span_part(one, l->head, UINT64_MAX);
	uint32_t to = c ? c->ref : a->def;

	emit_name(&d->em, a->set ? symset_name(&abi_symsets[a->set], d->abi,
					       type & NLA_TYPE_MASK) : NULL);
	emit_open(&d->em, EMIT_ATTR);
	attr_head(d, a, len, type);
	d->in->rest = s.size;
	if (s.size) {
		to = dec_resolve(d, to);
		if (c && c->keep)
			d->in->slot[c->keep - 1] =
				attr_value(d, &abi_types[to], &s);
		payload_show(d, to, c ? c->min : 0, &s);
	}
	emit_close(&d->em, EMIT_ATTR);
}

/*
 * What is remembered counts for attributes before it, too: of two that depend
 * on one another the kernel puts either first.
 */
static void attrs_remember(struct dec *d, const struct abi_attrs *a,
			   const struct dec_span *all)
{
	struct list l = { .attrs = a };
	uint64_t off = 0, len, seen = 0;

	for (; off + NLA_HDRLEN <= all->got; off += list_step(d, &l, len)) {
		struct dec_span one = span_part(all, off, UINT64_MAX);
		uint16_t type = dec_number(d, one.data + 2, STORE_U16);
		const struct abi_case *c;

		len = list_length(d, &l, &one);
		if (len < NLA_HDRLEN || len > one.got)
			return;
		one = span_part(&one, NLA_HDRLEN, len - NLA_HDRLEN);
		c = attr_case(d, a, type);
		if (!c || !c->keep || !one.size || seen >> c->keep & 1)
			continue;
		d->in->rest = one.size;
		d->in->slot[c->keep - 1] =
			attr_value(d, &abi_types[dec_resolve(d, c->ref)], &one);
		seen |= 1 << c->keep;
	}
}

void dec_attrs(struct dec *d, const struct abi_type *t, struct dec_loc *loc)
{
	struct list l = { .attrs = &abi_attrs[t->ref], .head = NLA_HDRLEN,
			  .show = attr_show };
	struct dec_span all = { .addr = loc->addr,
				.size = dec_eval(d, t->count),
				.data = loc->data, .got = loc->avail };
	uint64_t slot[SLOTS_MAX];
	struct dec_frame frame;

	/* A list of attributes lies in a message, which must have been read. */
	if (!loc->data || d->in->attrs_depth == DEC_ATTRS_DEPTH) {
		span_bytes(d, &all);
		return;
	}
	slots_fill(d, t, slot);
	dec_go_in(d, &frame);
	frame.slot = slot;
	frame.attrs_depth++;
	if (l.attrs->keeps)
		attrs_remember(d, l.attrs, &all);
	list_show(d, &l, &all);
	dec_go_out(d);
}

static const struct abi_attrs *attrs_find(const char *name)
{
	for (uint32_t i = 1; i < abi_nattrs; i++)
		if (!strcmp(abi_str(abi_attrs[i].name), name))
			return &abi_attrs[i];
	return NULL;
}

bool dec_attr_value(struct dec *d, const struct dec_attr_of *of,
		    const struct dec_loc *loc)
{
	const struct abi_attrs *a = attrs_find(of->set);
	struct dec_span s = { .addr = loc->addr, .data = loc->data,
			      .size = loc->avail, .got = loc->avail };
	uint64_t slot[SLOTS_MAX] = { of->remembered[0], of->remembered[1] };
	const struct abi_case *c = NULL;
	struct dec_frame frame;
	uint32_t type = 0;

	if (!a)
		return false;
	dec_go_in(d, &frame);
	frame.slot = slot;
	d->in->rest = s.size;
	c = attr_case(d, a, of->type);
	if (c)
		type = dec_resolve(d, c->ref);
	if (abi_types[type].kind == T_STRUCT) {
		dec_name(d, of->member);
		payload_show(d, type, 0, &s);
	}
	dec_go_out(d);
	return abi_types[type].kind == T_STRUCT;
}

/* ---- messages ---- */

static void message_show(struct dec *d, const struct list *l,
			 struct dec_span *one)
{
	const struct abi_struct *st = &abi_structs[l->messages->head];
	struct dec_loc head = { .addr = one->addr, .data = one->data,
				.avail = l->head };
	struct dec_scope in = { .up = d->scope, .st = st, .data = one->data,
				.len = l->head };
	struct dec_span body = span_part(one, l->head, UINT64_MAX);
	uint32_t type;

	emit_open(&d->em, EMIT_LIST);
	dec_struct(d, st, &head);
	d->scope = &in;
	d->in->rest = body.size;
	d->in->leading = body.got ? *body.data : 0;
	type = body.size ? dec_resolve(d, l->messages->body) : 0;
	if (body.size && !body_begins(d, &abi_types[type], &body))
		payload_show(d, type, 0, &body);
	d->scope = in.up;
	emit_close(&d->em, EMIT_LIST);
}

static void messages_show(struct dec *d, const struct abi_type *t,
			  const struct dec_span *all, bool single)
{
	struct list l = { .messages = &abi_records[t->ref],
			  .show = message_show, .single = single };
	uint64_t slot[SLOTS_MAX];
	struct dec_frame frame;

	if (d->in->attrs_depth == DEC_ATTRS_DEPTH) {
		span_bytes(d, all);
		return;
	}
	dec_visit(VISIT_RECORDS, t->ref);
	l.head = abi_structs[l.messages->head].size[d->abi];
	slots_fill(d, t, slot);
	dec_go_in(d, &frame);
	frame.slot = slot;
	frame.attrs_depth++;
	list_show(d, &l, all);
	dec_go_out(d);
}

/*
 * Show the message in a message: as long as it says it is, or as the
 * description says it can be, and no longer than the one around it.
 */
void dec_messages(struct dec *d, const struct abi_type *t, uint64_t addr)
{
	struct list l = { .messages = &abi_records[t->ref] };
	struct dec_span *around = d->in->around;
	struct dec_span all;
	uint64_t most;

	if (!around || addr < around->addr) {
		emit_addr(&d->em, addr);
		return;
	}
	most = t->count ? (uint64_t)dec_eval(d, t->count) : UINT64_MAX;
	all = span_part(around, addr - around->addr, most);
	l.head = abi_structs[l.messages->head].size[d->abi];
	if (all.got >= l.head)
		all = span_part(&all, 0, list_length(d, &l, &all));
	around->used = addr - around->addr + (all.size + 3) / 4 * 4;
	messages_show(d, t, &all, true);
}

/*
 * Data can be netlink's messages only if it begins like one.  This is looked at
 * first, because most sockets are of another kind, and finding out which costs.
 */
static bool begins_like_message(struct dec *d, uint64_t addr, uint64_t n)
{
	uint8_t len[4];

	return n >= NLMSG_HDRLEN && dec_read(d, addr, len, sizeof(len)) &&
	       dec_number(d, len, STORE_U32) - 1 < DEC_MESSAGES_MAX;
}

/* add@/devices/..., or what udev tells its clients. */
static bool begins_like_uevent(struct dec *d, uint64_t addr, uint64_t n)
{
	char text[8];
	size_t i = 0;

	if (n < sizeof(text) || !dec_read(d, addr, text, sizeof(text)))
		return false;
	while (i < sizeof(text) && text[i] >= 'a' && text[i] <= 'z')
		i++;
	return !memcmp(text, "libudev", 8) ||
	       (i && i < sizeof(text) && text[i] == '@');
}

static bool is_netlink(struct dec *d, const struct abi_type *t, uint64_t addr,
		       uint64_t n, int *protocol)
{
	return t->elem && d->follow &&
	       (begins_like_message(d, addr, n) ||
		begins_like_uevent(d, addr, n)) &&
	       env_get(d->env, ENV_FD_NETLINK, d->ev->tid,
		       dec_eval(d, abi_args[t->args]), protocol,
		       sizeof(*protocol)) == sizeof(*protocol);
}

/* What is no message: the description says what sockets carry that. */
static bool instead_shown(struct dec *d, const struct abi_type *records,
			  const struct dec_span *all)
{
	uint32_t type;

	d->in->rest = all->size;
	d->in->leading = all->got ? *all->data : 0;
	type = dec_resolve(d, abi_records[records->ref].instead);
	if (abi_types[type].kind == T_NONE)
		return false;
	emit_open(&d->em, EMIT_LIST);
	payload_show(d, type, 0, all);
	emit_close(&d->em, EMIT_LIST);
	return true;
}

static struct dec_span data_read(struct dec *d, uint64_t addr, uint64_t n)
{
	size_t most = n < DEC_MESSAGES_MAX ? n : DEC_MESSAGES_MAX;
	struct dec_span all = { .addr = addr, .size = n };

	buf_reset(&d->records);
	buf_grow(&d->records, most + 1);
	all.got = mem_read(d->ev->mem, addr, d->records.data, most);
	all.data = (const uint8_t *)d->records.data;
	return all;
}

bool dec_data(struct dec *d, uint32_t type, uint64_t addr, uint64_t n)
{
	const struct abi_type *t;
	struct dec_frame frame;
	struct dec_span all;
	bool fits;

	dec_go_in(d, &frame);
	frame.rest = n;
	type = dec_resolve(d, type);
	t = &abi_types[type];
	fits = t->kind != T_NONE && value_has_room(d, t, 0, n) &&
	       (t->kind != T_RECORDS ||
		n >= abi_structs[abi_records[t->ref].head].size[d->abi]);
	if (fits) {
		all = data_read(d, addr, n);
		payload_show(d, type, 0, &all);
	}
	dec_go_out(d);
	return fits;
}

/* A message may lie in several buffers of a vector. */
static void parts_add(struct dec *d, struct dec_gathered *parts,
		      struct dec_span *all)
{
	d->records.len = all->got;
	if (all->got == all->size)
		dec_gather(d, parts, all->addr);
	if (d->records.len > all->got)
		all->size = all->got = d->records.len;
	all->data = (const uint8_t *)d->records.data;
}

bool dec_netlink(struct dec *d, const struct abi_type *t, uint64_t addr,
		 uint64_t n)
{
	uint64_t slot[SLOTS_MAX] = { 0 };
	struct dec_gathered parts = { .d = NULL };
	struct dec_span all;
	struct dec_frame frame;
	bool shown;
	int protocol;

	if (!is_netlink(d, t, addr, n, &protocol))
		return false;
	all = data_read(d, addr, n);
	parts_add(d, &parts, &all);
	slot[0] = protocol;
	slot[1] = !!(t->flags & TF_RECEIVED);
	dec_go_in(d, &frame);
	frame.slot = slot;
	shown = instead_shown(d, &abi_types[t->elem], &all);
	if (!shown && begins_like_message(d, addr, n)) {
		messages_show(d, &abi_types[t->elem], &all, false);
		shown = true;
	}
	dec_go_out(d);
	dec_gather_end(&parts);
	return shown;
}
