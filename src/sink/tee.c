/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tee: hands everything to two sinks, each of which answers for itself.
 */
#include <stdlib.h>

#include "diag.h"
#include "sink.h"

struct tee {
	struct sink sink;
	struct sink *to[2];
};

#define BOTH(op, ...) \
	do { \
		struct tee *t = (struct tee *)s; \
		t->to[0]->ops->op(t->to[0], __VA_ARGS__); \
		t->to[1]->ops->op(t->to[1], __VA_ARGS__); \
	} while (0)

/* The parts of a value go only where values are wanted. */
#define WANTED(op, ...) \
	do { \
		struct tee *t = (struct tee *)s; \
		for (int i = 0; i < 2; i++) \
			if (t->to[i]->wants_values) \
				t->to[i]->ops->op(t->to[i], __VA_ARGS__); \
	} while (0)

static void tee_call_begin(struct sink *s, const struct event *ev,
			   const struct call *c)
{
	BOTH(call_begin, ev, c);
}

static void tee_call_pause(struct sink *s, const struct call *c)
{
	BOTH(call_pause, c);
}

static void tee_call_resume(struct sink *s, const struct event *ev,
			    const struct call *c)
{
	BOTH(call_resume, ev, c);
}

static void tee_call_result(struct sink *s, const struct event *ev,
			    const struct call *c)
{
	BOTH(call_result, ev, c);
}

static void tee_call_end(struct sink *s, const struct event *ev,
			 const struct call *c)
{
	BOTH(call_end, ev, c);
}

static void tee_call_drop(struct sink *s, const struct call *c)
{
	BOTH(call_drop, c);
}

static void tee_call_abort(struct sink *s, const struct call *c)
{
	BOTH(call_abort, c);
}

static void tee_name(struct sink *s, const char *name)
{
	WANTED(name, name);
}

static void tee_value(struct sink *s, const struct value *v)
{
	WANTED(value, v);
}

static void tee_open_scope(struct sink *s, unsigned scope)
{
	WANTED(open, scope);
}

static void tee_close_scope(struct sink *s, unsigned scope)
{
	WANTED(close, scope);
}

static void tee_special(struct sink *s, enum sink_special what, uint64_t addr,
			const char *text, size_t len)
{
	WANTED(special, what, addr, text, len);
}

static size_t tee_used(struct sink *s)
{
	struct tee *t = (struct tee *)s;
	size_t a = t->to[0]->ops->used(t->to[0]);
	size_t b = t->to[1]->ops->used(t->to[1]);

	return a > b ? a : b;
}

static void tee_dump(struct sink *s, const struct call *c, const void *data,
		     size_t len, size_t all)
{
	BOTH(dump, c, data, len, all);
}

static void tee_dump_title(struct sink *s, const struct call *c,
			   const char *title)
{
	BOTH(dump_title, c, title);
}

static void tee_stack(struct sink *s, const struct call *c,
		      const char *frames, size_t len)
{
	BOTH(stack, c, frames, len);
}

static void tee_signal_begin(struct sink *s, const struct event *ev)
{
	BOTH(signal_begin, ev);
}

static void tee_signal_end(struct sink *s, const struct event *ev)
{
	BOTH(signal_end, ev);
}

static void tee_uring_begin(struct sink *s, const struct event *ev,
			    const struct call *c)
{
	BOTH(uring_begin, ev, c);
}

static void tee_uring_end(struct sink *s, const struct event *ev,
			  const struct call *c)
{
	BOTH(uring_end, ev, c);
}

static void tee_event(struct sink *s, const struct event *ev)
{
	BOTH(event, ev);
}

static void tee_counts(struct sink *s, const struct call *c,
		       const struct call_counts *n)
{
	BOTH(counts, c, n);
}

static int tee_flush(struct sink *s)
{
	struct tee *t = (struct tee *)s;
	int a = t->to[0]->ops->flush(t->to[0]);
	int b = t->to[1]->ops->flush(t->to[1]);

	return a || b ? -1 : 0;
}

static int tee_close(struct sink *s)
{
	struct tee *t = (struct tee *)s;
	int a = t->to[0]->ops->close_sink(t->to[0]);
	int b = t->to[1]->ops->close_sink(t->to[1]);

	free(t);
	return a || b ? -1 : 0;
}

static const struct sink_ops tee_ops = {
	.call_begin = tee_call_begin,
	.call_pause = tee_call_pause,
	.call_resume = tee_call_resume,
	.call_result = tee_call_result,
	.call_end = tee_call_end,
	.call_drop = tee_call_drop,
	.call_abort = tee_call_abort,
	.name = tee_name,
	.value = tee_value,
	.open = tee_open_scope,
	.close = tee_close_scope,
	.special = tee_special,
	.used = tee_used,
	.dump = tee_dump,
	.dump_title = tee_dump_title,
	.stack = tee_stack,
	.signal_begin = tee_signal_begin,
	.signal_end = tee_signal_end,
	.uring_begin = tee_uring_begin,
	.uring_end = tee_uring_end,
	.event = tee_event,
	.counts = tee_counts,
	.flush = tee_flush,
	.close_sink = tee_close,
};

struct sink *tee_open(struct sink *a, struct sink *b)
{
	struct tee *t = calloc(1, sizeof(*t));

	if (!t)
		diag_die("Out of memory");
	t->sink.ops = &tee_ops;
	t->sink.wants_values = a->wants_values || b->wants_values;
	t->sink.on_terminal = a->on_terminal || b->on_terminal;
	t->to[0] = a;
	t->to[1] = b;
	return &t->sink;
}
