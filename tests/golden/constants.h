/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * constants: numbers by their names, as the tables of descriptions know them.
 *
 * A name is looked for in every enum and set of flags, and among signals.  One
 * that has more than one value there has to be given as a number.
 */
#ifndef TEST_CONSTANTS_H
#define TEST_CONSTANTS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "abi_table.h"
#include "symset.h"

enum constant { CONSTANT_UNKNOWN, CONSTANT_FOUND, CONSTANT_SEVERAL };

struct wanted {
	const char *name;
	size_t len;
	unsigned abi;
	uint64_t value;
	enum constant found;
};

static void constant_is(struct wanted *w, uint64_t v)
{
	if (w->found != CONSTANT_UNKNOWN && w->value != v)
		w->found = CONSTANT_SEVERAL;
	else if (w->found == CONSTANT_UNKNOWN)
		w->found = CONSTANT_FOUND;
	w->value = v;
}

static bool constant_named(const struct wanted *w, const char *name)
{
	return !strncmp(name, w->name, w->len) && !name[w->len];
}

static void constant_among(struct wanted *w, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		const struct abi_sym *s = &abi_syms[i];

		if (s->abis & 1u << w->abi &&
		    constant_named(w, abi_text + s->name))
			constant_is(w, s->value);
	}
}

static enum constant constant_find(unsigned abi, const char *name, size_t len,
				   uint64_t *value)
{
	struct wanted w = { .name = name, .len = len, .abi = abi };

	if (constant_named(&w, "NULL"))
		constant_is(&w, 0);
	if (constant_named(&w, "AT_FDCWD"))
		constant_is(&w, (uint64_t)-100);
	for (int sig = 1; sig < 32; sig++)
		if (constant_named(&w, signal_name(sig)))
			constant_is(&w, sig);
	for (uint32_t i = 0; i < abi_nsets; i++) {
		const struct symset *s = &abi_symsets[abi_set_order[i]];

		constant_among(&w, s->first, s->count);
		for (uint32_t p = 0; p < s->npicks; p++)
			constant_among(&w, abi_picks[s->picks + p].first,
				       abi_picks[s->picks + p].count);
	}
	*value = w.value;
	return w.found;
}

#endif
