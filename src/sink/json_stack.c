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
	if (f->too_many) {
		buf_str(b, "{\"truncated\":true}");
		return;
	}
	buf_str(b, "{\"addr\":");
	buf_udec(b, f->addr);
	if (*f->object)
		add_text(b, ",\"object\":", f->object);
	if (*f->symbol) {
		add_text(b, ",\"symbol\":", f->symbol);
		buf_str(b, ",\"offset\":");
		buf_udec(b, f->offset);
	}
	if (*f->file) {
		add_text(b, ",\"file\":", f->file);
		buf_str(b, ",\"line\":");
		buf_udec(b, f->line);
	}
	buf_ch(b, '}');
}

void json_stack_show(struct buf *b, struct buf *stack)
{
	if (!stack->len)
		return;
	buf_str(b, ",\"stack\":[");
	buf_add(b, stack->data, stack->len);
	buf_ch(b, ']');
	buf_reset(stack);
}

void json_stack(struct sink *s, const struct call *c, const char *frames,
		size_t len)
{
	struct json *j = (struct json *)s;
	struct buf *to = &j->signal_stack;
	const char *end = frames + len;
	struct stack_frame f;

	if (c) {
		struct json_task *k = hash_get(&j->tasks, (uint64_t)c->tid);

		if (!k)
			return;
		to = &k->stack;
	}
	if (!len)
		return;
	buf_reset(to);
	while (stack_next(&frames, end, &f)) {
		if (to->len)
			buf_ch(to, ',');
		add_frame(to, &f);
	}
}
