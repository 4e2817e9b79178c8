/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "effect.h"

#include <string.h>

#include "abi_table.h"
#include "calls.h"
#include "mem.h"

const struct abi_effect *effects_of(unsigned abi, uint64_t nr)
{
	const struct abi_call *call = calls_desc(abi, nr);

	return &abi_effects[call ? call->effects : 0];
}

const struct abi_effect *effect_find(unsigned abi, uint64_t nr,
				     enum effect_kind kind)
{
	const struct abi_effect *e = effects_of(abi, nr);

	while (e->kind != EFFECT_NONE && e->kind != kind)
		e++;
	return e->kind == kind ? e : NULL;
}

/* As wide as it is to the kernel. */
static uint64_t narrow(uint64_t v, unsigned bytes)
{
	return bytes < 8 ? v & ((1ull << bytes * 8) - 1) : v;
}

bool effect_number(const struct abi_effect *e, const struct effect_args *a,
		   uint64_t *v)
{
	unsigned bytes = e->bytes[a->abi];
	uint64_t at = a->arg[e->of] + e->off[a->abi];
	uint8_t there[8];

	*v = a->arg[e->of];
	if (e->behind) {
		*v = 0;
		if (!a->mem || mem_read(a->mem, at, there, bytes) != bytes)
			return false;
		*v = abi_number(a->abi, there, bytes);
	}
	*v = narrow(*v, bytes);
	return true;
}

uint64_t effect_operand(const struct abi_effect *e, unsigned abi)
{
	return narrow(abi_nums[e->num].v[abi], e->bytes[abi]);
}

enum effect_answer effect_holds(const struct abi_effect *e,
				const struct effect_args *a)
{
	uint64_t v, with = effect_operand(e, a->abi);

	if (!e->test)
		return EFFECT_HOLDS;
	if (!effect_number(e, a, &v))
		return EFFECT_UNKNOWN;
	return e->test == EX_AND ? (v & with) != 0 : v == with;
}

enum effect_answer effect_at_entry(const struct event *ev,
				   enum effect_kind kind)
{
	const struct effect_args a = { ev->abi, ev->arg, ev->mem };
	enum effect_answer all = EFFECT_HOLDS_NOT;

	for (const struct abi_effect *e = effects_of(ev->abi, ev->nr);
	     e->kind != EFFECT_NONE; e++) {
		enum effect_answer one = e->kind == kind ?
			effect_holds(e, &a) : EFFECT_HOLDS_NOT;

		if (one == EFFECT_HOLDS)
			return one;
		if (one == EFFECT_UNKNOWN)
			all = one;
	}
	return all;
}
