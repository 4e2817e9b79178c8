/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abigen.h"

static size_t names_hash(const char *s)
{
	size_t h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h;
}

struct name *names_find(struct names *t, const char *text)
{
	if (!t->cap)
		return NULL;
	for (size_t i = names_hash(text);; i++) {
		struct name *n = &t->slots[i & (t->cap - 1)];

		if (!n->text)
			return NULL;
		if (!strcmp(n->text, text))
			return n;
	}
}

static struct name *names_slot(struct names *t, const char *text)
{
	size_t i = names_hash(text);

	while (t->slots[i & (t->cap - 1)].text)
		i++;
	return &t->slots[i & (t->cap - 1)];
}

static void names_grow(struct names *t)
{
	struct names old = *t;

	t->cap = old.cap ? old.cap * 2 : 1024;
	t->slots = mem_new(t->cap * sizeof(*t->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].text)
			*names_slot(t, old.slots[i].text) = old.slots[i];
}

struct name *names_add(struct names *t, char *text, enum name_kind kind,
		       void *ptr)
{
	struct name *n;

	if ((t->n + 1) * 2 > t->cap)
		names_grow(t);
	n = names_slot(t, text);
	n->text = text;
	n->kind = kind;
	n->ptr = ptr;
	t->n++;
	return n;
}
