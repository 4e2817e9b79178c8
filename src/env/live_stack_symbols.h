/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_stack_symbols: the symbols of one file, in order of their addresses.
 *
 * A symbol with a size holds the addresses within it.  One without is a label:
 * it holds what follows, up to the end of its section, but for what begins
 * before another symbol ends.  Of several, a global symbol is better than a
 * local one, then one that begins later, then one that binds more strongly,
 * then a shorter one: so it is with the library's own search, which is not used
 * because it goes through all of them.
 */
#ifndef STRACE_ENV_STACK_SYMBOLS_H
#define STRACE_ENV_STACK_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stack_symbol {
	uint64_t start, end;
	uint64_t reach;		/* the last end of those up to this one */
	unsigned index;		/* in the library's table */
	unsigned char binding;	/* more is stronger; 0 is local */
	bool sized;
};

struct stack_symbols {
	struct stack_symbol *sized, *label;
	size_t sizeds, labels, sized_cap, label_cap;
};

void stack_symbols_add(struct stack_symbols *s,
		       const struct stack_symbol *new);
/* After the last one, and before the first is looked for. */
void stack_symbols_sort(struct stack_symbols *s);
/* NULL: none holds this address. */
const struct stack_symbol *stack_symbols_find(const struct stack_symbols *s,
					      uint64_t addr);
void stack_symbols_free(struct stack_symbols *s);

#endif
