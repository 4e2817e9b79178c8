/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Enums and flag sets: names become numbers, order becomes meaning. */
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

uint32_t text_index(struct abigen *g, const char *s)
{
	struct name *n;
	uint32_t at;

	if (!s)
		return 0;
	n = names_find(&g->t.strings, s);
	if (n)
		return (uintptr_t)n->ptr;
	at = g->t.text.n;
	for (const char *p = s;; p++) {
		*vec_new(&g->t.text) = *p;
		if (!*p)
			break;
	}
	names_add(&g->t.strings, mem_dup(s, strlen(s)), NAME_NONE,
		  (void *)(uintptr_t)at);
	return at;
}

/* A constant like that one under another name; its values are yet to come. */
static struct constant *const_like(struct abigen *g, const struct constant *of,
				   const char *name)
{
	struct constant *c = memcpy(mem_new(sizeof(*c)), of, sizeof(*c));

	c->name = mem_dup(name, strlen(name));
	c->index = 0;
	names_add(&g->consts, c->name, NAME_CONST, c);
	return c;
}

/* 1<<NAME: the bit that has this number. */
static struct constant *bit_const(struct abigen *g, const char *name)
{
	struct constant *c = const_find(g, name + strlen("1<<"));

	if (!c)
		return NULL;
	c = const_like(g, c, name);
	for (unsigned i = 0; i < ABI_COUNT; i++)
		c->v[i] = c->v[i] < 64 ? 1ull << c->v[i] : 0;
	return c;
}

/* The constant of a set's word; of A|B the union, made when first seen. */
static struct constant *sym_const(struct abigen *g, const char *name)
{
	struct constant *c = const_find(g, name), *part;
	const char *bar = strchr(name, '|');

	if (!c && !strncmp(name, "1<<", 3))
		return bit_const(g, name);
	if (c || !bar)
		return c;
	part = sym_const(g, bar + 1);
	c = const_find(g, mem_dup(name, bar - name));
	if (!c || !part)
		return NULL;
	c = const_like(g, c, name);
	c->present &= part->present;
	for (unsigned i = 0; i < ABI_COUNT; i++)
		c->v[i] |= part->v[i];
	return c;
}

/* A negative number in a set of 32 bits is compared as 32 bits. */
static uint64_t narrow(uint64_t v, uint64_t mask)
{
	return (int64_t)v < 0 && (int64_t)v >= INT32_MIN ? v & mask : v;
}

static uint64_t set_mask(const struct ast_symset *s)
{
	const struct kind *k = s->store ? kind_find(s->store) : NULL;
	unsigned size = k ? store_size(store_of(k->store, 0, false)) :
			4;

	return size >= 8 ? UINT64_MAX : UINT32_MAX;
}

/* One entry, or one for each different value that ABIs give the name. */
static void sym_add(struct abigen *g, const struct ast_sym *y,
		    uint64_t mask)
{
	struct constant *c = sym_const(g, y->name);
	uint32_t done = 0;

	if (!c) {
		abi_error(g, y->pos, "unknown constant '%s'", y->name);
		return;
	}
	for (unsigned i = 0; i < ABI_COUNT; i++) {
		struct abi_sym *s;

		if (!(c->present & 1u << i) || done & 1u << i)
			continue;
		s = vec_new(&g->t.syms);
		s->value = narrow(c->v[i], mask);
		s->name = text_index(g, y->name);
		for (unsigned j = i; j < ABI_COUNT; j++)
			if (c->present & 1u << j && c->v[j] == c->v[i])
				s->abis |= 1u << j;
		done |= s->abis;
	}
}

static int sym_order(const void *a, const void *b)
{
	const struct abi_sym *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	/* Of several names the first written is the one that shows. */
	return x->name < y->name ? -1 : x->name > y->name;
}

/* The first written of several names for a value must stay the first. */
static void syms_sort(struct abi_sym *v, size_t n)
{
	struct abi_sym *copy = mem_new(n * sizeof(*v));

	memcpy(copy, v, n * sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i].name = i;
	qsort(v, n, sizeof(*v), sym_order);
	for (size_t i = 0; i < n; i++)
		v[i].name = copy[v[i].name].name;
}

static void pick_add(struct abigen *g, struct ast_pick *k, uint64_t mask)
{
	struct constant *c = NULL, *shift = NULL;
	uint32_t first = g->t.syms.n;
	struct abi_pick *p;

	if (k->mask_name) {
		c = const_find(g, k->mask_name);
		if (!c)
			abi_error(g, k->pos, "unknown constant '%s'",
				  k->mask_name);
	}
	if (k->is_shift) {
		shift = const_find(g, k->shift_name);
		if (!shift)
			abi_error(g, k->pos, "unknown constant '%s'",
				  k->shift_name);
	}
	for (size_t i = 0; i < k->syms.n; i++)
		sym_add(g, &k->syms.v[i], mask);
	p = vec_new(&g->t.picks);
	p->first = first;
	p->count = g->t.syms.n - first;
	p->mask = k->has_mask ? k->mask : c ? c->v[0] : 0;
	if (!k->has_mask && !k->mask_name)
		for (uint32_t i = first; i < g->t.syms.n; i++)
			p->mask |= g->t.syms.v[i].value;
	p->unknown = text_index(g, k->unknown);
	p->before = k->before;
	p->hex = k->hex;
	if (shift) {
		p->shift = shift->v[0];
		p->shift_name = text_index(g, k->shift_name);
		p->mask <<= p->shift;
	}
}

/* A flag whose bits an earlier, wider flag takes away would never print. */
static void flags_check(struct abigen *g, struct ast_symset *s)
{
	for (size_t i = 0; i < s->syms.n; i++) {
		struct constant *b = const_find(g, s->syms.v[i].name);

		for (size_t j = 0; b && b->v[0] && j < i; j++) {
			struct constant *a = const_find(g,
							s->syms.v[j].name);

			if (a && a->present & b->present & 1 &&
			    (a->v[0] & b->v[0]) && a->v[0] != b->v[0] &&
			    (a->v[0] & b->v[0]) == a->v[0])
				abi_error(g, s->syms.v[i].pos, "flag '%s' "
					  "comes after '%s', a part of it, "
					  "and would never show",
					  b->name, a->name);
		}
	}
}

static bool set_expand(struct abigen *g, struct ast_symset *s);

/* What is included becomes a part, its picks with the names before them. */
static void set_include(struct abigen *g, struct ast_symset *to,
			const struct ast_sym *what)
{
	struct name *n = names_find(&g->symsets, what->name);
	struct ast_symset *s = n ? n->ptr : NULL;
	size_t before = to->syms.n;

	if (!s)
		abi_error(g, what->pos, "unknown enum or flags '%s'",
			  what->name);
	else if (s->is_flags != to->is_flags || s->is_bits != to->is_bits)
		abi_error(g, what->pos, "'%s' is another kind of set",
			  what->name);
	else if (!set_expand(g, s))
		abi_error(g, what->pos, "'%s' includes itself", what->name);
	else {
		for (size_t i = 0; i < s->picks.n; i++) {
			struct ast_pick *k = vec_new(&to->picks);

			*k = s->picks.v[i];
			k->before += before;
		}
		for (size_t i = 0; i < s->syms.n; i++)
			*vec_new(&to->syms) = s->syms.v[i];
	}
}

/* "include NAME" becomes the names of that set; false: it includes itself. */
static bool set_expand(struct abigen *g, struct ast_symset *s)
{
	struct ast_symset made = *s;
	size_t k = 0;

	if (s->expanding)
		return false;
	if (s->expanded)
		return true;
	s->expanding = true;
	memset(&made.syms, 0, sizeof(made.syms));
	memset(&made.picks, 0, sizeof(made.picks));
	for (size_t i = 0; i <= s->syms.n; i++) {
		for (; k < s->picks.n && s->picks.v[k].before == i; k++) {
			struct ast_pick *to = vec_new(&made.picks);

			*to = s->picks.v[k];
			to->before = made.syms.n;
		}
		if (i == s->syms.n)
			break;
		if (s->syms.v[i].is_set)
			set_include(g, &made, &s->syms.v[i]);
		else
			*vec_new(&made.syms) = s->syms.v[i];
	}
	made.expanded = true;
	*s = made;
	return true;
}

uint32_t compile_symset(struct abigen *g, struct pos pos, const char *name)
{
	struct name *n = names_find(&g->symsets, name);
	struct ast_symset *s = n ? n->ptr : NULL;
	uint32_t first, picks;
	struct symset *y;

	if (!s) {
		abi_error(g, pos, "unknown enum or flags '%s'", name);
		return 0;
	}
	if (s->index)
		return s->index;
	set_expand(g, s);
	picks = g->t.picks.n;
	for (size_t i = 0; i < s->picks.n; i++)
		pick_add(g, &s->picks.v[i], set_mask(s));
	first = g->t.syms.n;
	for (size_t i = 0; i < s->syms.n; i++)
		sym_add(g, &s->syms.v[i], set_mask(s));
	if (s->is_flags)
		flags_check(g, s);
	else
		syms_sort(g->t.syms.v + first, g->t.syms.n - first);
	y = vec_new(&g->t.symsets);
	y->first = first;
	y->count = g->t.syms.n - first;
	y->picks = picks;
	y->npicks = s->picks.n;
	y->unknown = text_index(g, s->unknown);
	y->rest = text_index(g, s->rest);
	y->name = text_index(g, s->name);
	y->sorted = !s->is_flags;
	y->apart = s->apart;
	s->index = g->t.symsets.n - 1;
	return s->index;
}

static int sym_by_name(const void *a, const void *b)
{
	const struct ast_sym *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void symset_add_ioctls(struct abigen *g)
{
	struct name *n = names_find(&g->symsets, "ioctl_names");
	struct ast_symset *s = n ? n->ptr : NULL;
	struct names known = { 0 };

	if (!s)
		return;
	for (size_t i = 0; i < s->syms.n; i++)
		names_add(&known, s->syms.v[i].name, NAME_CONST, s);
	for (size_t i = 0; i < g->ioctls.c.n; i++) {
		struct ast_case *c = &g->ioctls.c.v[i];

		for (size_t j = 0; j < c->keys.n; j++) {
			struct ast_expr *e = c->keys.v[j];
			bool new = e->op == EX_END && const_find(g, e->name) &&
				   !names_find(&known, e->name);

			if (!new)
				continue;
			names_add(&known, e->name, NAME_CONST, s);
			*vec_new(&s->syms) = (struct ast_sym){
				.pos = e->pos, .name = e->name };
		}
	}
	/* Of several names of a number the first of the alphabet is first. */
	qsort(s->syms.v, s->syms.n, sizeof(*s->syms.v), sym_by_name);
}

void set_join(struct abigen *g, struct ast_symset *s, const struct ast_sym *y)
{
	for (size_t i = 0; i < s->syms.n; i++)
		if (!strcmp(s->syms.v[i].name, y->name))
			return;
	if (const_find(g, y->name))
		*vec_new(&s->syms) = *y;
}
