/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects and arrays of the JSON sink, and the keys in them.
 */
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "value.h"
#include "xalloc.h"

static bool has_keys(const struct json_list *l)
{
	return l->scope != EMIT_ARRAY && l->scope != EMIT_SET &&
	       l->scope != EMIT_SET_BUT &&
	       l->scope != EMIT_CALL && l->scope != EMIT_OR &&
	       l->scope != EMIT_LIST;
}

/* ---- keys ---- */

static bool key_is_taken(const struct json *j, const struct json_list *l,
			 const struct json_key *key)
{
	for (size_t i = l->keys_from; i < j->nkeys; i++) {
		const struct json_key *k = &j->keys[i];

		if (k->len == key->len &&
		    !memcmp(j->b->data + k->at, j->b->data + key->at, k->len))
			return true;
	}
	return false;
}

/* The object has this key already: it gets a number after its name. */
static void key_number(struct json *j, const struct json_list *l,
		       struct json_key *key)
{
	size_t plain = key->at + key->len;

	for (unsigned i = 2; key_is_taken(j, l, key); i++) {
		j->b->len = plain;
		buf_fmt(j->b, "_%u", i);
		key->len = j->b->len - key->at;
	}
	buf_ch(j->b, '"');
}

/* Append "name": with another name if the object has that already. */
static void key_add(struct json *j, struct json_list *l, const char *name,
		    size_t n)
{
	struct json_key key = { .at = j->b->len };

	if (!json_quote(j->b, name, n))
		json_hex(j->b, name, n);
	key.len = j->b->len - key.at - 1;	/* without the last quote */
	if (key_is_taken(j, l, &key))
		key_number(j, l, &key);
	if (j->nkeys == j->capkeys)
		j->keys = xalloc_grow(j->keys, &j->capkeys, sizeof(*j->keys));
	j->keys[j->nkeys++] = key;
	buf_ch(j->b, ':');
}

/* The key of the next value when the decoder gave none, or must not. */
static const char *key_of(const struct json_list *l, const char *name)
{
	switch (l->scope) {
	case EMIT_CHANGE:
		return l->first ? "old" : "new";
	case JSON_INOUT:
		return l->first ? "in" : "out";
	case EMIT_UPDATE:
		return "out";
	case EMIT_NAMED:
		return l->first ? "value" : "as";
	case JSON_AUX:
		return "aux";
	}
	if (name && *name && strcmp(name, "="))
		return name;
	return l->scope == JSON_ARGS ? "arg" :
	       l->scope == JSON_SIGNAL ? "info" :
	       l->scope == EMIT_ATTRS ? "rest" : "value";
}

static void key_named(struct json *j, struct json_list *l, const char *key)
{
	size_t n = strlen(key);

	if (n > 1 && key[n - 1] == '=')
		n--;
	key_add(j, l, key, n);
}

/* Everything that stands before a value. */
static void item_begin(struct json *j, struct json_list *l, const char *name)
{
	if (!l->first)
		buf_ch(j->b, ',');
	if (has_keys(l) && l->label)
		key_add(j, l, l->label->text, l->label->len);
	else if (has_keys(l))
		key_named(j, l, key_of(l, name));
	l->first = false;
	l->label = NULL;
}

/* ---- values and remarks ---- */

/* A string took more than the room there is: less of it, then. */
static void show_shorter(struct json *j, const struct value *v, size_t start,
			 size_t room)
{
	struct value part = *v;

	while (part.len && j->b->len - start > room) {
		value_shorten(&part, room, j->b->len - start);
		j->b->len = start;
		json_show(j->b, &part);
	}
}

/* A string is cut where the line would exceed its bound. */
static void show_within(struct json *j, const struct value *v)
{
	size_t limit = j->o->line_limit, start = j->b->len;
	size_t used = start - j->start;

	json_show(j->b, v);
	if (v->kind == VAL_STR && limit && j->b->len - j->start > limit)
		show_shorter(j, v, start, limit > used ? limit - used : 0);
}

/* A remark on a value is a member of its own: "envp_note":"52 vars". */
static void note_add(struct json *j, struct json_list *l, const char *suffix,
		     const struct node *n)
{
	const struct json_key *k;
	struct buf key = {0};

	if (!has_keys(l) || j->nkeys == l->keys_from ||
	    l->scope == EMIT_CHANGE)
		return;
	k = &j->keys[j->nkeys - 1];
	buf_add(&key, j->b->data + k->at + 1, k->len - 1);
	buf_str(&key, suffix);
	buf_ch(j->b, ',');
	key_add(j, l, key.data, key.len);
	json_bytes(j->b, n->text, n->len);
	buf_free(&key);
}

/* The context of the result is a member of the line, as the result is. */
static void ret_secontext_add(struct json *j, struct json_list *l,
			      const struct node *n)
{
	buf_str(j->b, l->first ? "\"ret_secontext\":" : ",\"ret_secontext\":");
	json_bytes(j->b, n->text, n->len);
	l->first = false;
}

static void remark_add(struct json *j, struct json_list *l,
		       const struct node *n)
{
	switch (n->kind) {
	case NODE_COMMENT_BEFORE:
		if (n->name && !*n->name && n->len)
			l->label = n;
		break;
	case NODE_SECONTEXT:
		if (l->scope == JSON_AUX)
			ret_secontext_add(j, l, n);
		else
			note_add(j, l, "_secontext", n);
		break;
	default:
		note_add(j, l, "_note", n);
		break;
	}
}

/* An object stands in the place of a value: {"elided":true}. */
static void special_add(struct json *j, struct json_list *l,
			const struct node *n, const char *what)
{
	bool bare = has_keys(l) && !n->name;

	item_begin(j, l, bare ? what : n->name);
	if (!bare) {
		buf_str(j->b, "{\"");
		buf_str(j->b, what);
		buf_str(j->b, "\":");
	}
	if (n->kind == NODE_UNREADABLE && n->addr)
		json_uint(j->b, n->addr);
	else
		buf_str(j->b, "true");
	if (!bare)
		buf_ch(j->b, '}');
}

/* ---- objects and arrays ---- */

static bool has_room(struct json *j)
{
	size_t limit = j->o->line_limit;

	j->full = j->full || (limit && j->b->len - j->start >= limit);
	return !j->full;
}

static void list_add(struct json *j, struct json_list *l,
		     const struct node *n);
static void item_add(struct json *j, struct json_list *l,
		     const struct node *n);

static struct json_list list_open(const struct json *j, unsigned scope)
{
	return (struct json_list){ .scope = (uint8_t)scope, .first = true,
				   .keys_from = j->nkeys };
}

static void scope_open(struct json *j, struct json_list *l,
		       const struct node *n)
{
	const char *name = n->name;

	if (n->scope == EMIT_CALL && !name)
		name = n->function ? n->function : "";
	item_begin(j, l, name);
	switch (n->scope) {
	case EMIT_CALL:
		buf_str(j->b, "{\"call\":");
		json_quote_str(j->b, n->function ? n->function : "");
		buf_str(j->b, ",\"args\":[");
		break;
	case EMIT_ARRAY:
	case EMIT_SET:
	case EMIT_LIST:
		buf_ch(j->b, '[');
		break;
	case EMIT_SET_BUT:
		buf_str(j->b, "{\"all_but\":[");
		break;
	case EMIT_OR:
		buf_str(j->b, "{\"parts\":[");
		break;
	default:
		buf_ch(j->b, '{');
		break;
	}
}

static const char *scope_end(unsigned scope)
{
	switch (scope) {
	case EMIT_ARRAY:
	case EMIT_SET:
	case EMIT_LIST:
		return "]";
	case EMIT_CALL:
	case EMIT_OR:
	case EMIT_SET_BUT:
		return "]}";
	}
	return "}";
}

/* ---- attributes of netlink ---- */

/* One of them: of those with the same type the first one's place counts. */
struct attr {
	uint64_t type;
	size_t seq, first;
	const struct node *n;
};

static int by_type(const void *a, const void *b)
{
	const struct attr *x = a, *y = b;

	return x->type != y->type ? (x->type < y->type ? -1 : 1) :
	       (x->seq > y->seq) - (x->seq < y->seq);
}

static int by_place(const void *a, const void *b)
{
	const struct attr *x = a, *y = b;

	return x->first != y->first ? (x->first < y->first ? -1 : 1) :
	       (x->seq > y->seq) - (x->seq < y->seq);
}

static bool is_attr(const struct node *n)
{
	return n->kind == NODE_SCOPE && n->scope == EMIT_ATTR && n->first &&
	       n->first->kind == NODE_SCOPE && n->first->first &&
	       n->first->first->next;
}

/* The attributes among the nodes from n on, those of one type together. */
static size_t attrs_sort(const struct node *n, struct attr **out)
{
	size_t count = 0, room = 0;
	struct attr *a = NULL;

	for (; n; n = n->next) {
		if (!is_attr(n))
			continue;
		if (count == room)
			a = xalloc_grow(a, &room, sizeof(*a));
		a[count] = (struct attr){
			.n = n, .seq = count,
			.type = n->first->first->next->value.num &
				NLA_TYPE_MASK };
		count++;
	}
	*out = a;
	if (!a)
		return 0;
	qsort(a, count, sizeof(*a), by_type);
	for (size_t i = 0; i < count; i++)
		a[i].first = i && a[i].type == a[i - 1].type ? a[i - 1].first :
			     a[i].seq;
	qsort(a, count, sizeof(*a), by_place);
	return count;
}

/* What it holds: nothing is true, several things are an array. */
static void attr_value(struct json *j, const struct node *n)
{
	const struct node *held = n->first->next;
	struct json_list in = list_open(j, EMIT_ARRAY);

	if (!held) {
		buf_str(j->b, "true");
		return;
	}
	if (held->next)
		buf_ch(j->b, '[');
	list_add(j, &in, held);
	if (held->next)
		buf_ch(j->b, ']');
	j->nkeys = in.keys_from;
}

/* Types differ, so their names do, and need not be compared. */
static void attr_key(struct json *j, struct json_list *l, const struct attr *a)
{
	if (!l->first)
		buf_ch(j->b, ',');
	l->first = false;
	if (a->n->function)
		json_quote_str(j->b, a->n->function);
	else
		buf_fmt(j->b, "\"%u\"", (unsigned)a->type);
	buf_ch(j->b, ':');
}

/* {"IFLA_MTU":1500,"IFLA_VF_INFO":[..,..]}; then what is no attribute. */
static void attrs_add(struct json *j, struct json_list *l,
		      const struct node *n)
{
	size_t count, same;
	struct attr *a;

	count = attrs_sort(n, &a);
	for (size_t i = 0; i < count && has_room(j); i += same) {
		for (same = 1; i + same < count; same++)
			if (a[i + same].first != a[i].first)
				break;
		attr_key(j, l, &a[i]);
		if (same > 1)
			buf_ch(j->b, '[');
		for (size_t k = 0; k < same; k++) {
			if (k)
				buf_ch(j->b, ',');
			attr_value(j, a[i + k].n);
		}
		if (same > 1)
			buf_ch(j->b, ']');
	}
	free(a);
	for (; n && !l->cut; n = n->next)
		if (!is_attr(n))
			item_add(j, l, n);
	if (j->full && !l->cut)
		special_add(j, l, &(struct node){ .kind = NODE_ELIDED },
			    "elided");
}

static void scope_add(struct json *j, struct json_list *l,
		      const struct node *n)
{
	struct json_list in;

	scope_open(j, l, n);
	in = list_open(j, n->scope);
	if (n->scope == EMIT_ATTRS)
		attrs_add(j, &in, n->first);
	else
		list_add(j, &in, n->first);
	buf_str(j->b, scope_end(n->scope));
	j->nkeys = in.keys_from;
}

static void item_add(struct json *j, struct json_list *l,
		     const struct node *n)
{
	switch (n->kind) {
	case NODE_VALUE:
		item_begin(j, l, n->name);
		show_within(j, &n->value);
		break;
	case NODE_SCOPE:
		scope_add(j, l, n);
		break;
	case NODE_ELIDED:
		special_add(j, l, n, "elided");
		break;
	case NODE_UNREADABLE:
		special_add(j, l, n, "unreadable");
		break;
	default:
		special_add(j, l, n, "unknown");
		break;
	}
}

static bool is_update(const struct node *n)
{
	return n->kind == NODE_SCOPE && n->scope == EMIT_UPDATE;
}

/* The update that follows n, or NULL; remarks on n may stand between. */
static const struct node *update_of(const struct node *n)
{
	const struct node *u = n->next;

	while (u && node_is_remark(u->kind))
		u = u->next;
	return u && is_update(u) ? u : NULL;
}

/* {"in":OLD,"out":NEW}; old is NULL where only what came out is known. */
static void update_add(struct json *j, struct json_list *l,
		       const struct node *old, const struct node *update)
{
	struct json_list in;

	item_begin(j, l, old ? old->name : update->name);
	buf_ch(j->b, '{');
	in = list_open(j, old ? JSON_INOUT : EMIT_UPDATE);
	if (old)
		item_add(j, &in, old);
	for (; old && old->next != update; old = old->next)
		remark_add(j, &in, old->next);
	if (update->first) {
		list_add(j, &in, update->first);
	} else {
		item_begin(j, &in, NULL);
		buf_str(j->b, "null");
	}
	buf_ch(j->b, '}');
	j->nkeys = in.keys_from;
}

static void list_add(struct json *j, struct json_list *l,
		     const struct node *n)
{
	const struct node *update;

	for (; n; n = n->next) {
		if (node_is_remark(n->kind)) {
			if (!l->cut)
				remark_add(j, l, n);
		} else if (!has_room(j) && !(n->kind == NODE_SCOPE &&
					     emit_is_aux(n->scope))) {
			if (!l->cut)
				special_add(j, l, n, "elided");
			l->cut = true;
		} else if (is_update(n)) {
			update_add(j, l, NULL, n);
		} else if ((update = update_of(n))) {
			update_add(j, l, n, update);
			n = update;
		} else {
			item_add(j, l, n);
		}
	}
}

bool json_items(struct json *j, unsigned scope, const struct node *n)
{
	struct json_list top;

	j->nkeys = 0;
	j->start = j->b->len;
	j->full = false;
	top = list_open(j, scope);
	list_add(j, &top, n);
	return !top.first;
}
