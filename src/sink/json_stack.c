/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks of calls and signals: "stack":[{"object":"/bin/true", ...}, ...]
 */
#include <string.h>

#include "json.h"
#include "stack.h"

static void add_text(struct buf *b, const char *key, const char *text)
{
	buf_str(b, key);
	json_bytes(b, text, strlen(text));
}

static void add_frame(struct buf *b, const struct stack_frame *f)
{
	if (f->pointers) {
		buf_str(b, "{\"frame_pointers\":true}");
		return;
	}
	if (f->more) {
		buf_str(b, f->missed ? "{\"truncated\":true,"
				       "\"captured\":false}" :
				       "{\"truncated\":true}");
		return;
	}
	buf_str(b, "{\"addr\":");
	json_uint(b, f->addr);
	if (*f->object)
		add_text(b, ",\"object\":", f->object);
	if (*f->symbol) {
		add_text(b, ",\"symbol\":", f->symbol);
		buf_str(b, ",\"offset\":");
		json_uint(b, f->offset);
	}
	if (*f->file) {
		add_text(b, ",\"file\":", f->file);
		buf_str(b, ",\"line\":");
		json_uint(b, f->line);
	}
	buf_ch(b, '}');
}

void json_stack(struct buf *b, const struct call_stack *stack)
{
	const char *p = stack->frames;
	struct stack_frame f;
	bool first = true;

	if (!stack->len)
		return;
	buf_str(b, ",\"stack\":[");
	while (stack_next(&p, stack->frames + stack->len, &f)) {
		if (!first)
			buf_ch(b, ',');
		first = false;
		add_frame(b, &f);
	}
	buf_ch(b, ']');
}
