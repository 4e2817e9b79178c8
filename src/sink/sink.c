/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sink.h"

#include "diag.h"

static void none_call_ev(struct sink *s, const struct event *ev,
			 const struct call *c)
{
	(void)s;
	(void)ev;
	(void)c;
}

static void none_call(struct sink *s, const struct call *c)
{
	(void)s;
	(void)c;
}

static void none_name(struct sink *s, const char *name)
{
	(void)s;
	(void)name;
}

static void none_value(struct sink *s, const struct value *v)
{
	(void)s;
	(void)v;
}

static void none_scope(struct sink *s, unsigned scope)
{
	(void)s;
	(void)scope;
}

static void none_special(struct sink *s, enum sink_special what,
			 uint64_t addr, const char *text, size_t len)
{
	(void)s;
	(void)what;
	(void)addr;
	(void)text;
	(void)len;
}

static size_t none_used(struct sink *s)
{
	(void)s;
	return 0;
}

static void none_dump(struct sink *s, const struct call *c, const void *data,
		      size_t len, size_t all)
{
	(void)s;
	(void)c;
	(void)data;
	(void)len;
	(void)all;
}

static void none_title(struct sink *s, const struct call *c,
		       const char *title)
{
	(void)s;
	(void)c;
	(void)title;
}

static void none_stack(struct sink *s, const struct call *c,
		       const char *frames, size_t len)
{
	(void)s;
	(void)c;
	(void)frames;
	(void)len;
}

static void none_event(struct sink *s, const struct event *ev)
{
	(void)s;
	(void)ev;
}

static void none_counts(struct sink *s, const struct call *c,
			const struct call_counts *n)
{
	(void)s;
	(void)c;
	(void)n;
}

static int none_int(struct sink *s)
{
	(void)s;
	return 0;
}

#define FILL(op, none) (to->op = from->op ? from->op : (none))

void sink_fill(struct sink_ops *to, const struct sink_ops *from)
{
	BUG_ON(!from->close_sink);	/* who else would free it? */
	FILL(call_begin, none_call_ev);
	FILL(call_pause, none_call);
	FILL(call_resume, none_call_ev);
	FILL(call_result, none_call_ev);
	FILL(call_end, none_call_ev);
	FILL(call_drop, none_call);
	FILL(call_abort, none_call);
	FILL(name, none_name);
	FILL(value, none_value);
	FILL(open, none_scope);
	FILL(close, none_scope);
	FILL(special, none_special);
	FILL(used, none_used);
	FILL(dump, none_dump);
	FILL(dump_title, none_title);
	FILL(stack, none_stack);
	FILL(signal_begin, none_event);
	FILL(signal_end, none_event);
	FILL(uring_begin, none_call_ev);
	FILL(uring_end, none_call_ev);
	FILL(event, none_event);
	FILL(counts, none_counts);
	FILL(flush, none_int);
	to->close_sink = from->close_sink;
}
