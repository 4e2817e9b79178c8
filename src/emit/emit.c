/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emit.h"

#include <stdarg.h>

#include "diag.h"

void emit_open(struct emit *e, enum emit_scope scope)
{
	BUG_ON(e->depth >= EMIT_DEPTH_MAX);
	e->stack[e->depth++] = (uint8_t)scope;
	e->sink->ops->open(e->sink, scope);
}

void emit_close(struct emit *e, enum emit_scope scope)
{
	BUG_ON(!e->depth);
	BUG_ON(e->stack[e->depth - 1] != scope);
	e->depth--;
	e->sink->ops->close(e->sink, scope);
}

void emit_comment(struct emit *e, const char *fmt, ...)
{
	struct buf text = {0};
	va_list ap;

	if (!e->sink->wants_values)
		return;
	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	e->sink->ops->special(e->sink, SPECIAL_COMMENT, 0, text.data,
			      text.len);
	buf_free(&text);
}
