/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects and arrays of the JSON sink, and the keys in them.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "json.h"
#include "value.h"

static struct json_scope *scope_top(struct json *j)
{
	return &j->scopes[j->depth];
}

static bool scope_has_keys(const struct json_scope *s)
{
	return s->kind != EMIT_ARRAY && s->kind != EMIT_SET &&
	       s->kind != EMIT_CALL && s->kind != EMIT_OR;
}

static void scope_push(struct json *j, unsigned kind)
{
	struct json_scope *s = scope_top(j);

	*s = (struct json_scope){
		.kind = (uint8_t)kind, .first = true, .keys_from = j->nkeys,
	};
}

void json_scope_start(struct json *j, unsigned kind)
{
	j->depth = 0;
	j->nkeys = 0;
	j->name = NULL;
	j->outer = NULL;
	buf_reset(&j->label);
	scope_push(j, kind);
}

static void keys_reserve(struct json *j, size_t n)
{
	size_t cap = j->capkeys ? j->capkeys : 32;

	if (n <= j->capkeys)
		return;
	while (cap < n)
		cap *= 2;
	j->keys = realloc(j->keys, cap * sizeof(*j->keys));
	if (!j->keys)
		diag_die("Out of memory");
	j->capkeys = cap;
}

void json_scope_save(struct json *j, struct json_task *k)
{
	k->root = j->scopes[0];
	k->keys = realloc(k->keys, (j->nkeys + 1) * sizeof(*k->keys));
	if (!k->keys)
		diag_die("Out of memory");
	if (j->nkeys)
		memcpy(k->keys, j->keys, j->nkeys * sizeof(*k->keys));
	k->nkeys = j->nkeys;
}

void json_scope_restore(struct json *j, struct json_task *k)
{
	json_scope_start(j, k->root.kind);
	j->scopes[0] = k->root;
	keys_reserve(j, k->nkeys);
	if (k->nkeys)
		memcpy(j->keys, k->keys, k->nkeys * sizeof(*k->keys));
	j->nkeys = k->nkeys;
}

static bool key_taken(const struct json *j, const struct json_scope *s,
		      size_t at, size_t len)
{
	for (size_t i = s->keys_from; i < j->nkeys; i++) {
		const struct json_key *k = &j->keys[i];

		if (k->len == len &&
		    !memcmp(j->b->data + k->at, j->b->data + at, len))
			return true;
	}
	return false;
}

/* Append "name": with a number behind the name if it has been used. */
static void key_add(struct json *j, const char *name, size_t n)
{
	struct json_scope *s = scope_top(j);
	size_t start = j->b->len;
	size_t plain;

	if (json_is_utf8(name, n))
		json_quote(j->b, name, n);
	else
		json_hex(j->b, name, n);
	j->b->len--;			/* the closing quote */
	plain = j->b->len;
	for (unsigned i = 2; key_taken(j, s, start, j->b->len - start); i++) {
		j->b->len = plain;
		buf_fmt(j->b, "_%u", i);
	}
	keys_reserve(j, j->nkeys + 1);
	j->keys[j->nkeys].at = start;
	j->keys[j->nkeys++].len = j->b->len - start;
	buf_str(j->b, "\":");
}

/* The key of the next value when the decoder gave none, or must not. */
static const char *scope_key(const struct json_scope *s, const char *name)
{
	switch (s->kind) {
	case EMIT_CHANGE:
		return s->first ? "old" : "new";
	case EMIT_UPDATE:
		return "out";
	case EMIT_NAMED:
		return s->first ? "value" : "as";
	case JSON_AUX:
		return "aux";
	}
	if (name && *name && strcmp(name, "="))
		return name;
	return s->kind == JSON_ARGS ? "arg" :
	       s->kind == JSON_SIGNAL ? "info" : "value";
}

static void item_begin(struct json *j, const char *name)
{
	struct json_scope *s = scope_top(j);
	const char *key = scope_key(s, name);
	size_t n = strlen(key);

	if (!s->first)
		buf_ch(j->b, ',');
	if (n > 1 && key[n - 1] == '=')
		n--;
	if (scope_has_keys(s) && j->label.len)
		key_add(j, j->label.data, j->label.len);
	else if (scope_has_keys(s))
		key_add(j, key, n);
	s->first = false;
	s->has_last = true;
	s->last = j->b->len;
	j->name = NULL;
	j->outer = NULL;
	buf_reset(&j->label);
}

void json_name(struct sink *s, const char *name)
{
	struct json *j = (struct json *)s;

	j->outer = j->name;
	j->name = name;
	buf_reset(&j->label);
}

size_t json_used(struct sink *s)
{
	return ((struct json *)s)->b->len;
}

/* Of a string so much that the line keeps to its bound. */
static void show_within(struct json *j, const struct value *v)
{
	size_t limit = j->o->line_limit, start = j->b->len;
	size_t room = limit > start ? limit - start : 0;
	struct value part = *v;

	json_show(j->b, v);
	if (v->kind != VAL_STR || !limit)
		return;
	while (part.len && j->b->len - start > room) {
		value_shorten(&part, room, j->b->len - start);
		j->b->len = start;
		json_show(j->b, &part);
	}
}

void json_value(struct sink *s, const struct value *v)
{
	struct json *j = (struct json *)s;

	item_begin(j, j->name);
	show_within(j, v);
}

/* {"in":OLD,"out":NEW}: what is there becomes "in". */
static void update_open(struct json *j)
{
	static const char in[] = "{\"in\":";
	struct json_scope *s = scope_top(j);
	size_t n = sizeof(in) - 1;
	char *at;

	if (!s->has_last) {
		item_begin(j, j->name);
		buf_ch(j->b, '{');
		return;
	}
	buf_grow(j->b, n);
	at = j->b->data + s->last;
	memmove(at + n, at, j->b->len - s->last);
	memcpy(at, in, n);
	j->b->len += n;
	buf_ch(j->b, ',');
	s->has_last = false;
}

static void call_open(struct json *j)
{
	const char *function = j->name ? j->name : "";

	item_begin(j, j->outer ? j->outer : function);
	buf_str(j->b, "{\"call\":");
	json_quote_str(j->b, function);
	buf_str(j->b, ",\"args\":[");
}

void json_open_scope(struct sink *s, unsigned scope)
{
	struct json *j = (struct json *)s;

	BUG_ON(scope >= EMIT_SCOPE_COUNT);
	BUG_ON(j->depth > EMIT_DEPTH_MAX);
	switch (scope) {
	case EMIT_UPDATE:
		update_open(j);
		break;
	case EMIT_CALL:
		call_open(j);
		break;
	case EMIT_ARRAY:
	case EMIT_SET:
		item_begin(j, j->name);
		buf_ch(j->b, '[');
		break;
	case EMIT_OR:
		item_begin(j, j->name);
		buf_str(j->b, "{\"parts\":[");
		break;
	default:
		item_begin(j, j->name);
		buf_ch(j->b, '{');
		break;
	}
	j->depth++;
	j->name = NULL;
	j->outer = NULL;
	scope_push(j, scope);
}

void json_close_scope(struct sink *s, unsigned scope)
{
	struct json *j = (struct json *)s;

	BUG_ON(!j->depth);
	BUG_ON(scope_top(j)->kind != scope);
	switch (scope) {
	case EMIT_ARRAY:
	case EMIT_SET:
		buf_ch(j->b, ']');
		break;
	case EMIT_CALL:
	case EMIT_OR:
		buf_str(j->b, "]}");
		break;
	case EMIT_UPDATE:
		if (scope_top(j)->first)
			buf_str(j->b, "\"out\":null");
		buf_ch(j->b, '}');
		break;
	default:
		buf_ch(j->b, '}');
		break;
	}
	j->nkeys = scope_top(j)->keys_from;
	j->depth--;
	j->name = NULL;
	j->outer = NULL;
}

/* What is behind a value gets a member of its own: "envp_note":"52 vars". */
static void note_add(struct json *j, const char *suffix, const char *text,
		     size_t len)
{
	struct json_scope *s = scope_top(j);
	struct buf key = {0};
	const struct json_key *k;

	if (!scope_has_keys(s) || j->nkeys == s->keys_from ||
	    s->kind == EMIT_CHANGE || s->kind == EMIT_UPDATE)
		return;
	k = &j->keys[j->nkeys - 1];
	buf_add(&key, j->b->data + k->at + 1, k->len - 1);
	buf_str(&key, suffix);
	buf_ch(j->b, ',');
	key_add(j, key.data, key.len);
	json_bytes(j->b, text, len);
	s->has_last = false;
	buf_free(&key);
}

static void special_add(struct json *j, const char *what, uint64_t addr)
{
	bool bare;

	/* It stands for a function as well: the field's name counts. */
	if (j->outer)
		j->name = j->outer;
	bare = scope_has_keys(scope_top(j)) && !j->name;
	item_begin(j, bare ? what : j->name);
	if (!bare) {
		buf_str(j->b, "{\"");
		buf_str(j->b, what);
		buf_str(j->b, "\":");
	}
	if (addr)
		buf_udec(j->b, addr);
	else
		buf_str(j->b, "true");
	if (!bare)
		buf_ch(j->b, '}');
}

static void ret_secontext_add(struct json *j, const char *text, size_t len)
{
	struct json_scope *s = scope_top(j);

	buf_str(j->b, s->first ? "\"ret_secontext\":" :
		",\"ret_secontext\":");
	json_bytes(j->b, text, len);
	s->first = false;
}

void json_special(struct sink *s, enum sink_special what, uint64_t addr,
		  const char *text, size_t len)
{
	struct json *j = (struct json *)s;

	switch (what) {
	case SPECIAL_COMMENT:
	case SPECIAL_MEANING:
		if (!j->name) {
			note_add(j, "_note", text, len);
		} else if (!*j->name && len) {
			buf_reset(&j->label);
			buf_add(&j->label, text, len);
		}
		break;
	case SPECIAL_SECONTEXT:
		if (scope_top(j)->kind == JSON_AUX)
			ret_secontext_add(j, text, len);
		else
			note_add(j, "_secontext", text, len);
		break;
	case SPECIAL_ELIDED:
		special_add(j, "elided", 0);
		break;
	case SPECIAL_UNREADABLE_FROM:
		special_add(j, "unreadable", addr);
		break;
	case SPECIAL_UNKNOWN:
		special_add(j, "unknown", 0);
		break;
	}
}
