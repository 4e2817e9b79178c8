/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abi_table.h"
#include "decode.h"
#include "symset.h"

const struct symset *symset_find(const char *name)
{
	uint32_t lo = 0, hi = abi_nsets;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct symset *s = &abi_symsets[abi_set_order[mid]];
		int order = strcmp(abi_str(s->name), name);

		if (!order)
			return s;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static const struct abi_sym *sym_search(const struct symset *s, uint64_t v)
{
	uint32_t lo = 0, hi = s->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (abi_syms[s->first + mid].value < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &abi_syms[s->first + lo];
}

static const char *sym_sorted(const struct symset *s, unsigned abi,
			      uint64_t v)
{
	const struct abi_sym *y = sym_search(s, v);
	const struct abi_sym *end = &abi_syms[s->first + s->count];

	for (; y < end && y->value == v; y++)
		if (y->abis & 1u << abi)
			return abi_str(y->name);
	return NULL;
}

static const char *sym_linear(uint32_t first, uint32_t count, unsigned abi,
			      uint64_t v)
{
	for (uint32_t i = first; i < first + count; i++)
		if (abi_syms[i].value == v && abi_syms[i].abis & 1u << abi)
			return abi_str(abi_syms[i].name);
	return NULL;
}

const char *symset_name(const struct symset *s, unsigned abi, uint64_t v)
{
	const char *name;

	if (!s->sorted)
		return sym_linear(s->first, s->count, abi, v);
	name = sym_sorted(s, abi, v);
	/* -1 in 32 bits and -1 in 64 bits have the same name. */
	if (!name && v == (uint32_t)v && v >> 31)
		name = sym_sorted(s, abi, (int64_t)(int32_t)v);
	if (!name && v >> 31 == 0x1ffffffff)
		name = sym_sorted(s, abi, (uint32_t)v);
	return name;
}

const char *symset_unknown(const struct symset *s)
{
	return s->unknown ? abi_str(s->unknown) : NULL;
}

struct split {			/* what symset_split() is given */
	const struct symset *set;
	unsigned abi;
	symset_emit *emit;
	void *arg;
};

/* Give the name of a field under a mask; returns the bits that it covers. */
static uint64_t split_pick(const struct split *sp, const struct abi_pick *p,
			   uint64_t v)
{
	uint64_t part = v & p->mask;
	const char *name;

	if (p->shift_name) {
		if (part)
			sp->emit(sp->arg, abi_str(p->shift_name),
				 part >> p->shift,
				 p->hex ? SYMSET_SHIFT_HEX : SYMSET_SHIFT);
		return part;
	}
	name = sym_linear(p->first, p->count, sp->abi, part);
	if (!name && part && p->unknown)
		name = abi_str(p->unknown);
	if (!name)
		return 0;
	sp->emit(sp->arg, name, part, SYMSET_PICK);
	return part;
}

/* Give the picks that stand before flag n, from *i on; returns their bits. */
static uint64_t split_picks(const struct split *sp, uint64_t v, uint32_t *i,
			    uint32_t n)
{
	uint64_t done = 0;

	for (; *i < sp->set->npicks; (*i)++) {
		const struct abi_pick *p = &abi_picks[sp->set->picks + *i];

		if (p->before > n)
			break;
		done |= split_pick(sp, p, v);
	}
	return done;
}

static uint64_t picks_mask(const struct symset *s)
{
	uint64_t mask = 0;

	for (uint32_t i = 0; i < s->npicks; i++)
		mask |= abi_picks[s->picks + i].mask;
	return mask;
}

uint64_t symset_split(const struct symset *s, unsigned abi, uint64_t v,
		      symset_emit *emit, void *arg)
{
	struct split sp = { .set = s, .abi = abi, .emit = emit, .arg = arg };
	uint64_t left = v;
	uint32_t pick = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct abi_sym *y = &abi_syms[s->first + i];

		left &= ~split_picks(&sp, left, &pick, i);
		if (!y->value || (left & y->value) != y->value ||
		    !(y->abis & 1u << abi))
			continue;
		emit(arg, abi_str(y->name), y->value, SYMSET_FLAG);
		left &= ~y->value;
	}
	left &= ~split_picks(&sp, left, &pick, UINT32_MAX);
	if (!v && !s->npicks) {
		const char *name = sym_linear(s->first, s->count, abi, 0);

		if (name)
			emit(arg, name, 0, SYMSET_FLAG);
	}
	return left;
}

bool symset_is_apart(const struct symset *s)
{
	return s->apart;
}

unsigned symset_shift(const struct symset *s)
{
	for (uint32_t i = 0; i < s->npicks; i++)
		if (abi_picks[s->picks + i].shift_name)
			return abi_picks[s->picks + i].shift;
	return 0;
}

const char *symset_rest(const struct symset *s, uint64_t v, uint64_t left)
{
	return s->rest && left && !(v & ~left & ~picks_mask(s)) ?
	       abi_str(s->rest) : NULL;
}

const char *errno_name(int err)
{
	const struct symset *s = dec_set("errnos");

	return s->count ? symset_name(s, 0, err) : NULL;
}

const char *errno_text(int err)
{
	static const struct { int err; const char *text; } restarts[] = {
		{ 512, "To be restarted if SA_RESTART is set" },
		{ 513, "To be restarted" },
		{ 514, "To be restarted if no handler" },
		{ 516, "Interrupted by signal" },
	};

	for (size_t i = 0; i < sizeof(restarts) / sizeof(restarts[0]); i++)
		if (restarts[i].err == err)
			return restarts[i].text;
	return strerror(err);
}

const char *signal_name(int sig)
{
	return sig > 0 ? symset_name(dec_set("signals"), 0, sig) :
	       NULL;
}

const struct symset *dec_set(const char *name)
{
	const struct symset *s = symset_find(name);

	return s ? s : &abi_symsets[0];
}
