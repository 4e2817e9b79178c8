/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands between values: separators, names, brackets, comments.  A
 * separator is written only when the next value comes, so that a line which is
 * cut by another task never ends with one.
 *
 * A line has a bound.  When it is reached, each list that has more to show gets
 * one "..." for the rest of it, and is closed.
 */
#include <string.h>

#include "text.h"
#include "value.h"

static void add_separator(struct text *t, const struct text_list *l)
{
	switch (l->scope) {
	case TEXT_SIGNAL:
	case EMIT_SET:
	case EMIT_SET_BUT:
		buf_ch(t->b, ' ');
		break;
	case EMIT_OR:
		buf_ch(t->b, '|');
		break;
	case EMIT_CHANGE:
		buf_str(t->b, " => ");
		break;
	case EMIT_UPDATE:
		break;
	default:
		buf_str(t->b, ", ");
		break;
	}
}

/* Between a number and what it means. */
static void named_separate(struct text *t, struct text_list *l)
{
	if (l->first)
		return;
	l->number_end = t->b->len;
	if (t->xlat == XLAT_ABBREV)
		t->b->len = l->start;
	else if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " /* ");
}

/* -X raw: just the number. */
static void named_end(struct text *t, const struct text_list *l)
{
	if (t->xlat == XLAT_RAW)
		t->b->len = l->number_end;
	else if (t->xlat == XLAT_VERBOSE)
		buf_str(t->b, " */");
}

static void item_separate(struct text *t, struct text_list *l)
{
	if (l->scope == EMIT_NAMED)
		named_separate(t, l);
	else if (!l->first || l->scope == TEXT_SIGNAL)
		add_separator(t, l);
	l->first = false;
}

static void item_label(struct text *t, const struct text_list *l,
		       const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (!n)
		return;
	switch (l->scope) {
	case EMIT_STRUCT:
		buf_add(t->b, name, n);
		if (name[n - 1] != '=')
			buf_ch(t->b, '=');
		break;
	case EMIT_TABLE:
		buf_ch(t->b, '[');
		buf_add(t->b, name, n);
		buf_str(t->b, "]=");
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
		else if (t->o->show_names && l->scope == TEXT_ARGS)
			buf_fmt(t->b, "%s=", name);
		break;
	}
}

/* Everything that stands before a value. */
static void item_begin(struct text *t, struct text_list *l, const char *name)
{
	if (!l->begun) {
		item_separate(t, l);
		item_label(t, l, name);
	}
	l->begun = false;
}

/* A string took more than the room there is: less of it, then. */
static void show_shorter(struct text *t, const struct value *v, size_t start,
			 size_t room)
{
	struct value part = *v;

	while (part.len && t->b->len - start > room) {
		value_shorten(&part, room, t->b->len - start);
		t->b->len = start;
		text_show(t, &part);
	}
}

/* A string is cut where the line would exceed its bound. */
static void show_within(struct text *t, const struct value *v)
{
	size_t limit = t->o->line_limit, used = text_used(t);
	size_t start = t->b->len;

	text_show(t, v);
	if (v->kind == VAL_STR && limit && text_used(t) > limit)
		show_shorter(t, v, start, limit > used ? limit - used : 0);
}

static void show_value(struct text *t, struct text_list *l,
		       const struct node *n)
{
	const struct value *v = &n->value;

	if (v->kind == VAL_INET6 && n->name && *n->name && !l->begun &&
	    l->scope == EMIT_STRUCT && text_inet6_names_itself(t, v)) {
		item_separate(t, l);
		text_show_inet6_named(t, v, n->name);
		return;
	}
	item_begin(t, l, n->name);
	show_within(t, v);
}

static const struct {
	const char *open, *close;
} brackets[EMIT_SCOPE_COUNT] = {
	[EMIT_STRUCT] = { "{", "}" },
	[EMIT_ARRAY] = { "[", "]" },
	[EMIT_SET] = { "[", "]" },
	[EMIT_SET_BUT] = { "~[", "]" },
	[EMIT_CHANGE] = { "[", "]" },
	[EMIT_UPDATE] = { " => ", "" },
	[EMIT_CALL] = { "(", ")" },
	[EMIT_AUX] = { " (", ")" },
	[EMIT_AUX_MEANING] = { " (", ")" },
	[EMIT_OR] = { "", "" },
	[EMIT_NAMED] = { "", "" },
	[EMIT_TABLE] = { "[", "]" },
	[EMIT_LIST] = { "[", "]" },
	[EMIT_ATTRS] = { "[", "]" },
	[EMIT_ATTR] = { "[", "]" },
};

static void show_scope(struct text *t, struct text_list *l,
		       const struct node *n)
{
	enum emit_scope scope = n->scope;
	bool alone = n->first && !n->first->next;
	/* In a struct the name stands before it: a=28 => 16. */
	bool bare = (scope == EMIT_CHANGE && l->scope == EMIT_STRUCT) ||
		    (emit_is_list(scope) && alone);
	struct text_list in = { .scope = n->scope, .first = true };

	if (scope == EMIT_AUX_MEANING && t->xlat == XLAT_RAW)
		return;
	if (scope != EMIT_UPDATE && !emit_is_aux(scope))
		item_begin(t, l, n->name);
	if (scope == EMIT_CALL && n->function)
		buf_str(t->b, n->function);
	in.start = t->b->len;
	if (!bare)
		buf_str(t->b, brackets[scope].open);
	text_items(t, &in, n->first, NULL);
	if (scope == EMIT_NAMED)
		named_end(t, &in);
	if (!bare)
		buf_str(t->b, brackets[scope].close);
}

static void comment_before(struct text *t, struct text_list *l,
			   const struct node *n)
{
	item_begin(t, l, n->name);
	buf_str(t->b, "/* ");
	buf_plain(t->b, n->text, n->len);
	buf_str(t->b, " */ ");
	l->begun = true;
}

static void show_remark(struct text *t, struct text_list *l,
			const struct node *n)
{
	switch (n->kind) {
	case NODE_COMMENT_BEFORE:
		comment_before(t, l, n);
		break;
	case NODE_MEANING:
		if (t->xlat == XLAT_RAW)
			break;
		/* fall through */
	case NODE_COMMENT:
		text_comment(t->b, n->text, n->len);
		break;
	case NODE_SECONTEXT:
		buf_str(t->b, " [");
		buf_plain(t->b, n->text, n->len);
		buf_ch(t->b, ']');
		break;
	}
}

static void show_item(struct text *t, struct text_list *l,
		      const struct node *n)
{
	switch (n->kind) {
	case NODE_VALUE:
		show_value(t, l, n);
		break;
	case NODE_SCOPE:
		show_scope(t, l, n);
		break;
	case NODE_ELIDED:
		item_begin(t, l, n->name);
		buf_str(t->b, "...");
		break;
	case NODE_UNREADABLE:
		item_begin(t, l, n->name);
		buf_str(t->b, "... /* ");
		buf_hex(t->b, n->addr);
		buf_str(t->b, " */");
		break;
	default:
		item_begin(t, l, n->name);
		buf_str(t->b, "???");
		break;
	}
}

/* The scope after a result is shown even in a line that is full. */
static bool has_room(struct text *t, const struct node *n)
{
	size_t limit = t->o->line_limit;

	if (n->kind == NODE_SCOPE && emit_is_aux(n->scope))
		return true;
	t->full = t->full || (limit && text_used(t) >= limit);
	return !t->full;
}

void text_items(struct text *t, struct text_list *l, const struct node *n,
		const struct node *end)
{
	for (; n && n != end; n = n->next) {
		if (node_is_remark(n->kind)) {
			if (!l->cut)
				show_remark(t, l, n);
		} else if (has_room(t, n)) {
			show_item(t, l, n);
		} else if (!l->cut) {
			item_begin(t, l, n->name);
			buf_str(t->b, "...");
			l->cut = true;
		}
	}
}
