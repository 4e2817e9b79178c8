/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What follows the line of a call: what a virtual CPU's pages said before and
 * after, its data in hex, then a line for each frame of its stack.
 */
#include <string.h>

#include "stack.h"
#include "text.h"

#define DUMP_WIDTH 16

static void dump_line(struct buf *b, const uint8_t *p, size_t at, size_t n)
{
	size_t start;

	buf_fmt(b, " | %05zx ", at);
	start = b->len;
	for (size_t i = 0; i < n; i++) {
		buf_str(b, i == 8 ? "  " : " ");
		buf_hex_byte(b, p[at + i]);
	}
	buf_pad(b, start, 3 * DUMP_WIDTH + 3);
	start = b->len;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = p[at + i];

		buf_ch(b, c >= 0x20 && c < 0x7f ? (char)c : '.');
	}
	buf_pad(b, start, DUMP_WIDTH + 1);
	buf_str(b, "|\n");
}

static void dump_data(struct buf *b, const struct call_dump *d)
{
	for (size_t at = 0; at < d->len; at += DUMP_WIDTH) {
		size_t n = d->len - at < DUMP_WIDTH ? d->len - at : DUMP_WIDTH;

		dump_line(b, d->data, at, n);
	}
	if (d->len < d->all)
		buf_str(b, " | ...\n");
}

void text_dumps(struct text *t, const struct call_dump *d)
{
	for (; d; d = d->next) {
		if (!d->title) {
			dump_data(t->b, d);
			continue;
		}
		buf_ch(t->b, ' ');
		buf_plain(t->b, d->title, strlen(d->title));
		buf_ch(t->b, '\n');
	}
}

static void vcpu_line(struct text *t, uint32_t number, char when,
		      const struct node *run)
{
	struct text_list l = { .scope = EMIT_ARRAY, .first = true };

	if (!run)
		return;
	text_line_more(t);
	buf_fmt(t->b, " VCPU:%u%c ", number, when);
	text_items(t, &l, run, NULL);
	buf_ch(t->b, '\n');
}

/* Only if the call succeeded: else the pages are as they were. */
void text_vcpu(struct text *t, const struct call_vcpu *vcpu)
{
	if (!vcpu->after)
		return;
	vcpu_line(t, vcpu->number, '<', vcpu->before);
	vcpu_line(t, vcpu->number, '>', vcpu->after);
}

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
	if (f->pointers) {
		buf_str(b, "more, by frame pointers:\n");
		return;
	}
	if (f->more) {
		buf_str(b, f->missed ? "more, not captured\n" :
				       "too many stack frames\n");
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

void text_stack(struct text *t, const struct call_stack *stack)
{
	const char *p = stack->frames;
	struct stack_frame f;

	while (p && stack_next(&p, stack->frames + stack->len, &f))
		add_frame(t->b, &f);
}
