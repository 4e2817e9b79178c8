/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live_stack_symbols.h"

#include <stdlib.h>

#include "xalloc.h"

#define TRIES 64	/* symbols that are looked at for one address */

void stack_symbols_add(struct stack_symbols *s, const struct stack_symbol *new)
{
	if (new->sized) {
		if (s->sizeds == s->sized_cap)
			s->sized = xalloc_grow(s->sized, &s->sized_cap,
					       sizeof(*s->sized));
		s->sized[s->sizeds++] = *new;
	} else {
		if (s->labels == s->label_cap)
			s->label = xalloc_grow(s->label, &s->label_cap,
					       sizeof(*s->label));
		s->label[s->labels++] = *new;
	}
}

static int symbol_compare(const void *x, const void *y)
{
	const struct stack_symbol *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void stack_symbols_sort(struct stack_symbols *s)
{
	uint64_t reach = 0;

	if (s->sizeds)
		qsort(s->sized, s->sizeds, sizeof(*s->sized), symbol_compare);
	if (s->labels)
		qsort(s->label, s->labels, sizeof(*s->label), symbol_compare);
	for (size_t i = 0; i < s->sizeds; i++) {
		if (s->sized[i].end > reach)
			reach = s->sized[i].end;
		s->sized[i].reach = reach;
	}
}

/* How many begin at or before the address. */
static size_t symbols_upto(const struct stack_symbol *k, size_t n,
			   uint64_t addr)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k[mid].start <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Of several that hold the address. */
static bool symbol_is_better(const struct stack_symbol *a,
			     const struct stack_symbol *b)
{
	if (!a->binding != !b->binding)
		return a->binding;
	if (a->start != b->start)
		return a->start > b->start;
	if (a->binding != b->binding)
		return a->binding > b->binding;
	if (a->end != b->end)
		return a->end < b->end;
	return a->index < b->index;
}

const struct stack_symbol *stack_symbols_find(const struct stack_symbols *s,
					      uint64_t addr)
{
	size_t n = symbols_upto(s->sized, s->sizeds, addr);
	const struct stack_symbol *best = NULL, *k;
	uint64_t reach = n ? s->sized[n - 1].reach : 0;

	for (unsigned i = 0; i < TRIES && n; i++) {
		k = &s->sized[--n];
		if (k->reach <= addr)
			break;
		if (addr < k->end && (!best || symbol_is_better(k, best)))
			best = k;
	}
	if (best)
		return best;
	n = symbols_upto(s->label, s->labels, addr);
	k = n ? &s->label[n - 1] : NULL;
	while (k && n > 1 && s->label[n - 2].start == k->start &&
	       s->label[n - 2].binding >= k->binding)
		k = &s->label[--n - 1];
	return k && addr < k->end && reach <= k->start ? k : NULL;
}

void stack_symbols_free(struct stack_symbols *s)
{
	free(s->sized);
	free(s->label);
	*s = (struct stack_symbols){ .sized = NULL };
}
