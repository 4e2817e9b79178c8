/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands between values: separators, names, brackets, comments.  A
 * separator is written only when the next value comes, so that a line which is
 * cut by another task never ends with one.
 */
#include <string.h>

#include "diag.h"
#include "text.h"
#include "value.h"

static struct text_scope *scope_top(struct text *t)
{
	return &t->scopes[t->depth];
}

void text_scope_start(struct text *t, unsigned kind, bool first)
{
	t->depth = 0;
	t->scopes[0].kind = (uint8_t)kind;
	t->scopes[0].first = first;
	t->name = NULL;
	t->outer = NULL;
	t->begun = false;
}

static const char *scope_separator(const struct text_scope *s)
{
	switch (s->kind) {
	case TEXT_SIGNAL:
	case EMIT_SET:
		return " ";
	case EMIT_OR:
		return "|";
	case EMIT_CHANGE:
		return " => ";
	case EMIT_UPDATE:
		return "";
	}
	return ", ";
}

/* Between a number and what it means. */
static void named_separate(struct text *t, struct text_scope *s)
{
	if (s->first)
		return;
	s->number_end = t->b->len;
	if (t->xlat == XLAT_ABBREV)
		t->b->len = s->start;
	else if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " /* ");
}

/* -X raw: just the number. */
static void named_end(struct text *t, const struct text_scope *s)
{
	if (t->xlat == XLAT_RAW)
		t->b->len = s->number_end;
	else if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " */");
}

static void item_separate(struct text *t)
{
	struct text_scope *s = scope_top(t);

	if (s->kind == EMIT_NAMED)
		named_separate(t, s);
	else if (!s->first || s->kind == TEXT_SIGNAL)
		buf_str(t->b, scope_separator(s));
	s->first = false;
}

static void item_label(struct text *t, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (!n)
		return;
	switch (scope_top(t)->kind) {
	case EMIT_STRUCT:
		buf_add(t->b, name, n);
		if (name[n - 1] != '=')
			buf_ch(t->b, '=');
		break;
	case EMIT_AUX:
	case EMIT_AUX_MEANING:
		buf_add(t->b, name, n);
		if (name[n - 1] != '=')
			buf_ch(t->b, ' ');
		break;
	case TEXT_ARGS:
	case EMIT_CALL:
		if (name[n - 1] == '=')
			buf_add(t->b, name, n);
		break;
	}
}

/* Everything that stands before a value. */
static void item_begin(struct text *t)
{
	if (!t->begun) {
		item_separate(t);
		item_label(t, t->name);
	}
	t->begun = false;
	t->name = NULL;
	t->outer = NULL;
}

void text_name(struct sink *s, const char *name)
{
	struct text *t = (struct text *)s;

	t->outer = t->name;
	t->name = name;
	t->begun = false;
}

size_t text_used(struct sink *s)
{
	const struct text *t = (struct text *)s;

	return t->column + t->b->len - t->mark;
}

/* Of a string so much that the line keeps to its bound. */
static void show_within(struct text *t, const struct value *v)
{
	size_t limit = t->o->line_limit, used = text_used(&t->sink);
	size_t room = limit > used ? limit - used : 0;
	size_t start = t->b->len, invisible = t->invisible;
	struct value part = *v;

	text_show(t, v);
	if (v->kind != VAL_STR || !limit)
		return;
	while (part.len && t->b->len - start > room) {
		value_shorten(&part, room, t->b->len - start);
		t->b->len = start;
		t->invisible = invisible;
		text_show(t, &part);
	}
}

void text_value(struct sink *s, const struct value *v)
{
	struct text *t = (struct text *)s;
	const char *name = t->name;

	if (v->kind == VAL_INET6 && name && *name && !t->begun &&
	    scope_top(t)->kind == EMIT_STRUCT &&
	    text_inet6_names_itself(t, v)) {
		item_separate(t);
		t->name = NULL;
		t->outer = NULL;
		text_show_inet6_named(t, v, name);
		return;
	}
	item_begin(t);
	show_within(t, v);
}

static const char *const scope_opens[] = {
	[EMIT_STRUCT] = "{",
	[EMIT_ARRAY] = "[",
	[EMIT_SET] = "[",
	[EMIT_CHANGE] = "[",
	[EMIT_UPDATE] = " => ",
	[EMIT_CALL] = "(",
	[EMIT_AUX] = " (",
	[EMIT_AUX_MEANING] = " (",
	[EMIT_OR] = "",
	[EMIT_NAMED] = "",
};

static const char *const scope_closes[] = {
	[EMIT_STRUCT] = "}",
	[EMIT_ARRAY] = "]",
	[EMIT_SET] = "]",
	[EMIT_CHANGE] = "]",
	[EMIT_UPDATE] = "",
	[EMIT_CALL] = ")",
	[EMIT_AUX] = ")",
	[EMIT_AUX_MEANING] = ")",
	[EMIT_OR] = "",
	[EMIT_NAMED] = "",
};

static void call_open(struct text *t)
{
	const char *function = t->name;

	/* One name alone is the function's. */
	t->name = t->outer;
	item_begin(t);
	if (function)
		buf_str(t->b, function);
}

/* In a struct the name stands before it: a=28 => 16. */
static bool scope_is_bare(const struct text *t, unsigned scope)
{
	return scope == EMIT_CHANGE && t->scopes[t->depth].kind == EMIT_STRUCT;
}

void text_open_scope(struct sink *s, unsigned scope)
{
	struct text *t = (struct text *)s;
	struct text_scope *top;
	size_t start;

	BUG_ON(scope >= EMIT_SCOPE_COUNT);
	BUG_ON(t->depth > EMIT_DEPTH_MAX);
	if (scope == EMIT_CALL) {
		call_open(t);
	} else if (scope != EMIT_UPDATE && !emit_is_aux(scope)) {
		item_begin(t);
	} else {
		t->name = NULL;
		t->outer = NULL;
		t->begun = false;
	}
	start = t->b->len;
	if (!scope_is_bare(t, scope))
		buf_str(t->b, scope_opens[scope]);
	top = &t->scopes[++t->depth];
	top->kind = (uint8_t)scope;
	top->first = true;
	top->start = start;
}

void text_close_scope(struct sink *s, unsigned scope)
{
	struct text *t = (struct text *)s;

	BUG_ON(!t->depth);
	BUG_ON(scope_top(t)->kind != scope);
	if (scope == EMIT_NAMED)
		named_end(t, scope_top(t));
	t->depth--;
	if (scope == EMIT_AUX_MEANING && t->xlat == XLAT_RAW)
		t->b->len = t->scopes[t->depth + 1].start;
	else if (!scope_is_bare(t, scope))
		buf_str(t->b, scope_closes[scope]);
	t->name = NULL;
	t->outer = NULL;
	t->begun = false;
}

static void comment_before(struct text *t, const char *text, size_t len)
{
	if (!t->begun) {
		item_separate(t);
		item_label(t, t->name);
	}
	buf_str(t->b, "/* ");
	buf_plain(t->b, text, len);
	buf_str(t->b, " */ ");
	t->begun = true;
}

void text_special(struct sink *s, enum sink_special what, uint64_t addr,
		  const char *text, size_t len)
{
	struct text *t = (struct text *)s;

	if (what == SPECIAL_MEANING && t->xlat == XLAT_RAW)
		return;
	if (what == SPECIAL_COMMENT || what == SPECIAL_MEANING) {
		if (t->name)
			comment_before(t, text, len);
		else
			text_comment(t->b, text, len);
		return;
	}
	if (what == SPECIAL_SECONTEXT) {
		buf_str(t->b, " [");
		buf_plain(t->b, text, len);
		buf_ch(t->b, ']');
		return;
	}
	/* It stands for a function as well: the field's name counts. */
	if (t->outer)
		t->name = t->outer;
	item_begin(t);
	switch (what) {
	case SPECIAL_ELIDED:
		buf_str(t->b, "...");
		break;
	case SPECIAL_UNREADABLE_FROM:
		buf_str(t->b, "... /* ");
		buf_hex(t->b, addr);
		buf_str(t->b, " */");
		break;
	default:
		buf_str(t->b, "???");
		break;
	}
}
