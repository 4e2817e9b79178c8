/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The forms of output, and all sinks of a trace at once.  A new form is a line
 * in this table and a file that defines its open function.
 */
#include "sink.h"

#include <string.h>

#include "diag.h"
#include "output.h"

struct form {
	const char *name;
	struct sink *(*open)(const struct options *o, struct output *out);
	unsigned needs;
};

static const struct form forms[] = {
	{ "text", text_open, NEED_VALUES | NEED_STACK },
	{ "json", json_open, NEED_VALUES | NEED_STACK | NEED_COMM },
	{ "summary", summary_open, 0 },
};

const char *sink_form(size_t i)
{
	return i < sizeof(forms) / sizeof(*forms) ? forms[i].name : NULL;
}

bool sinks_add(struct sinks *s, const char *form, const struct options *o,
	       struct output *out)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (strcmp(forms[i].name, form))
			continue;
		BUG_ON(s->n == SINKS_MAX);
		s->out[s->n] = out;
		s->sink[s->n++] = forms[i].open(o, out);
		s->needs |= forms[i].needs;
		return true;
	}
	return false;
}

#define EACH(op, ...) \
	do { \
		for (size_t i = 0; i < s->n; i++) \
			if (s->sink[i]->ops->op) \
				s->sink[i]->ops->op(s->sink[i], __VA_ARGS__); \
	} while (0)

void sinks_call(const struct sinks *s, const struct event *ev,
		const struct call *c, enum call_part part)
{
	EACH(call, ev, c, part);
}

void sinks_signal(const struct sinks *s, const struct event *ev,
		  const struct node *info, const struct call_stack *stack)
{
	EACH(signal, ev, info, stack);
}

void sinks_event(const struct sinks *s, const struct event *ev)
{
	EACH(event, ev);
}

void sinks_counts(const struct sinks *s, const struct call *c,
		  const struct call_counts *n)
{
	EACH(counts, c, n);
}

bool sinks_write(const struct sinks *s, bool all)
{
	bool waits = false;

	for (size_t i = 0; i < s->n; i++) {
		if (!output_pending(s->out[i]))
			continue;
		if (all || output_is_immediate(s->out[i]))
			output_flush(s->out[i]);
		else
			waits = true;
	}
	return waits;
}

int sinks_close(struct sinks *s)
{
	int rc = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->sink[i]->ops->close(s->sink[i]))
			rc = -1;
	s->n = 0;
	return rc;
}
