/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks: a line for each frame, after all else that belongs to the call.
 */
#include <string.h>

#include "stack.h"
#include "text.h"

static void add_place(struct buf *b, const struct stack_frame *f)
{
	buf_plain(b, f->object, strlen(f->object));
	buf_ch(b, '(');
	if (*f->symbol) {
		buf_plain(b, f->symbol, strlen(f->symbol));
		buf_fmt(b, "+0x%llx", (unsigned long long)f->offset);
	}
	buf_str(b, ") ");
}

static void add_frame(struct buf *b, const struct stack_frame *f)
{
	buf_str(b, " > ");
	if (f->too_many) {
		buf_str(b, "too many stack frames\n");
		return;
	}
	if (*f->object)
		add_place(b, f);
	else
		buf_str(b, "unexpected_backtracing_error ");
	buf_fmt(b, "[0x%llx]", (unsigned long long)f->addr);
	if (*f->file) {
		buf_str(b, " at ");
		buf_plain(b, f->file, strlen(f->file));
		buf_fmt(b, ":%u", f->line);
	}
	buf_ch(b, '\n');
}

void text_stack_show(struct buf *b, struct buf *stack)
{
	if (!stack->len)
		return;
	buf_add(b, stack->data, stack->len);
	buf_reset(stack);
}

void text_stack(struct sink *s, const struct call *c, const char *frames,
		size_t len)
{
	struct text *t = (struct text *)s;
	struct buf *to = &t->signal_stack;
	const char *end = frames + len;
	struct text_task *k = NULL;
	struct stack_frame f;

	if (c) {
		k = text_task_get(t, c->tid, c->pid);
		to = &k->stack;
	}
	if (!len) {
		if (k && !k->in_call && k->stack.len)
			text_stack_show(text_dump_target(t, k), to);
		return;
	}
	buf_reset(to);
	while (stack_next(&frames, end, &f))
		add_frame(to, &f);
	/* The line of a call that does not return is over already. */
	if (k && !k->in_call)
		text_stack_show(text_dump_target(t, k), to);
}
