/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emit.h"

#include <stdarg.h>

#include "diag.h"

/* Nothing more is told in this scope. */
static bool is_over(const struct emit *e)
{
	return e->hidden || e->elided >> e->depth & 1;
}

/* What comes now has no room: "..." stands for it and for what follows. */
static bool has_no_room(struct emit *e)
{
	if (!e->full) {
		if (!e->limit || e->sink->ops->used(e->sink) < e->limit)
			return false;
		e->full = true;
	}
	if (!is_over(e)) {
		e->elided |= 1ull << e->depth;
		e->sink->ops->special(e->sink, SPECIAL_ELIDED, 0, NULL, 0);
	}
	return true;
}

void emit_name(struct emit *e, const char *name)
{
	if (!e->full || !is_over(e))
		e->sink->ops->name(e->sink, name);
}

void emit_value(struct emit *e, const struct value *v)
{
	if (!has_no_room(e))
		e->sink->ops->value(e->sink, v);
}

/* A remark belongs to the value before it. */
void emit_special(struct emit *e, enum sink_special what, uint64_t addr,
		  const char *text, size_t len)
{
	bool remark = what == SPECIAL_COMMENT || what == SPECIAL_MEANING ||
		      what == SPECIAL_SECONTEXT;

	if (remark ? !e->full || !is_over(e) : !has_no_room(e))
		e->sink->ops->special(e->sink, what, addr, text, len);
}

void emit_open(struct emit *e, enum emit_scope scope)
{
	/* What follows a result has a place of its own. */
	bool hide = e->hidden || (!emit_is_aux(scope) && has_no_room(e));

	BUG_ON(e->depth >= EMIT_DEPTH_MAX);
	e->stack[e->depth++] = (uint8_t)scope;
	if (hide) {
		e->hidden++;
		return;
	}
	e->elided &= ~(1ull << e->depth);
	e->sink->ops->open(e->sink, scope);
}

void emit_close(struct emit *e, enum emit_scope scope)
{
	BUG_ON(!e->depth);
	BUG_ON(e->stack[e->depth - 1] != scope);
	e->depth--;
	if (e->hidden)
		e->hidden--;
	else
		e->sink->ops->close(e->sink, scope);
}

static void remark_emit(struct emit *e, enum sink_special what,
			const char *fmt, va_list ap)
{
	struct buf text = {0};

	if (!e->sink->wants_values)
		return;
	buf_vfmt(&text, fmt, ap);
	emit_special(e, what, 0, text.data, text.len);
	buf_free(&text);
}

void emit_comment(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark_emit(e, SPECIAL_COMMENT, fmt, ap);
	va_end(ap);
}

void emit_meaning(struct emit *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark_emit(e, SPECIAL_MEANING, fmt, ap);
	va_end(ap);
}
