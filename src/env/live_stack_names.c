/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "live_stack.h"
#include "xalloc.h"

void stack_names_init(struct stack_names *n, size_t size)
{
	n->name = xalloc_new(size, sizeof(*n->name));
	n->size = size;
}

static struct stack_name *names_place(const struct stack_names *n, uint64_t pc)
{
	return &n->name[pc * 0x9e3779b97f4a7c15u >> 32 & (n->size - 1)];
}

const struct stack_name *stack_names_get(const struct stack_names *n,
					 uint64_t pc)
{
	const struct stack_name *k = names_place(n, pc);

	return k->text && k->pc == pc ? k : NULL;
}

const struct stack_name *stack_names_put(struct stack_names *n,
					 const struct stack_name *new)
{
	struct stack_name *k = names_place(n, new->pc);
	char *text = xalloc_resize(k->text, new->len, 1);

	memcpy(text, new->text, new->len);
	*k = *new;
	k->text = text;
	return k;
}

void stack_names_free(struct stack_names *n)
{
	for (size_t i = 0; i < n->size; i++)
		free(n->name[i].text);
	free(n->name);
	n->name = NULL;
	n->size = 0;
}
