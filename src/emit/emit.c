/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emit.h"

#include <stdarg.h>

#include "buf.h"
#include "diag.h"

static void list_begin(struct emit *e, struct arena *a, struct node **tail,
		       size_t used)
{
	BUG_ON(e->depth || e->hidden);
	e->arena = a;
	e->used = used;
	e->full = false;
	e->level[0].tail = tail;
	e->level[0].elided = false;
	e->name = NULL;
	e->outer = NULL;
}

void emit_start(struct emit *e, struct arena *a, struct node **first)
{
	*first = NULL;
	list_begin(e, a, first, 0);
}

struct emit_mark emit_pause(const struct emit *e)
{
	BUG_ON(e->depth || e->hidden);
	return (struct emit_mark){ .tail = e->level[0].tail,
				   .used = e->used,
				   .elided = e->level[0].elided };
}

void emit_resume(struct emit *e, struct arena *a, const struct emit_mark *m)
{
	list_begin(e, a, m->tail, m->used);
	e->level[0].elided = m->elided;
}

static struct emit_level *top(struct emit *e)
{
	return &e->level[e->depth];
}

/* A node at the end of the open scope; the caller fills it. */
static struct node *node_add(struct emit *e, enum node_kind kind,
			     const char *name)
{
	struct node *n = arena_alloc(e->arena, sizeof(*n));

	n->next = NULL;
	n->name = name;
	n->kind = (uint8_t)kind;
	n->scope = 0;
	*top(e)->tail = n;
	top(e)->tail = &n->next;
	e->name = NULL;
	e->outer = NULL;
	return n;
}

/* It stands for a function as well: the field's name counts. */
static struct node *place_add(struct emit *e, enum node_kind kind)
{
	e->used++;
	return node_add(e, kind, e->outer ? e->outer : e->name);
}

/* Nothing more is added to this scope. */
static bool is_over(struct emit *e)
{
	return e->hidden || top(e)->elided;
}

static bool is_at_limit(const struct emit *e)
{
	return e->limit && (e->used >= e->limit ||
			    e->arena->used >= emit_node_bytes(e->limit));
}

/* Without room for the next value "..." stands for it and what follows. */
static bool has_no_room(struct emit *e)
{
	e->full = e->full || is_at_limit(e);
	if (!e->full)
		return false;
	if (!is_over(e)) {
		top(e)->elided = true;
		place_add(e, NODE_ELIDED);
	}
	e->name = NULL;
	e->outer = NULL;
	return true;
}

struct value *emit_slot(struct emit *e, enum value_kind kind)
{
	struct value *v = &e->nowhere;

	if (!has_no_room(e)) {
		v = &node_add(e, NODE_VALUE, e->name)->value;
		e->used++;
	}
	*v = (struct value){ .kind = kind };
	return v;
}

void emit_text(struct emit *e, struct value *v, const void *p, size_t n)
{
	if (v == &e->nowhere)
		return;
	v->text = arena_copy(e->arena, p, n);
	v->len = n;
	if (v->kind == VAL_STR)
		e->used += n;
}

void emit_value(struct emit *e, const struct value *v)
{
	struct value *slot = emit_slot(e, v->kind);

	*slot = *v;
	emit_text(e, slot, v->text, v->len);
}

void emit_elided(struct emit *e)
{
	if (!has_no_room(e))
		place_add(e, NODE_ELIDED);
}

void emit_unreadable_from(struct emit *e, uint64_t addr)
{
	if (!has_no_room(e))
		place_add(e, NODE_UNREADABLE)->addr = addr;
}

void emit_unknown(struct emit *e)
{
	if (!has_no_room(e))
		place_add(e, NODE_UNKNOWN);
}

static void scope_add(struct emit *e, enum emit_scope scope)
{
	bool own = scope == EMIT_CALL || scope == EMIT_ATTR;
	const char *name = own ? e->outer : e->name;
	const char *function = own ? e->name : NULL;
	struct node *n = node_add(e, NODE_SCOPE, name);

	n->scope = (uint8_t)scope;
	n->first = NULL;
	n->function = function;
	e->depth++;
	*top(e) = (struct emit_level){ .tail = &n->first,
				       .scope = (uint8_t)scope };
}

void emit_open(struct emit *e, enum emit_scope scope)
{
	BUG_ON(e->depth + e->hidden >= EMIT_DEPTH_MAX);
	/* The scope after a result is there even if arguments fill the line. */
	if (!e->hidden && (emit_is_aux(scope) || !has_no_room(e))) {
		scope_add(e, scope);
		return;
	}
	e->hidden++;
	e->level[e->depth + e->hidden].scope = (uint8_t)scope;
}

void emit_close(struct emit *e, enum emit_scope scope)
{
	unsigned open = e->depth + e->hidden;

	BUG_ON(!open);
	BUG_ON(e->level[open].scope != scope);
	e->name = NULL;
	e->outer = NULL;
	if (e->hidden)
		e->hidden--;
	else
		e->depth--;
}

/* A remark belongs to the value before it, and goes where that goes. */
static void remark_add(struct emit *e, enum node_kind kind, const char *text,
		       size_t len)
{
	const char *name = e->name, *outer = e->outer;
	struct node *n;

	if (e->full && is_over(e))
		return;
	n = node_add(e, kind, name);
	n->text = arena_copy(e->arena, text, len);
	n->len = len;
	if (kind != NODE_COMMENT_BEFORE)
		return;
	e->name = name;
	e->outer = outer;
}

static void remark_format(struct emit *e, enum node_kind kind,
			  const char *fmt, va_list ap)
{
	struct buf text = {0};

	buf_vfmt(&text, fmt, ap);
	remark_add(e, e->name ? NODE_COMMENT_BEFORE : kind, text.data,
		   text.len);
	buf_free(&text);
}

void emit_comment(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark_format(e, NODE_COMMENT, fmt, ap);
	va_end(ap);
}

void emit_meaning(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark_format(e, NODE_MEANING, fmt, ap);
	va_end(ap);
}

void emit_secontext(struct emit *e, const char *text, size_t len)
{
	remark_add(e, NODE_SECONTEXT, text, len);
}
