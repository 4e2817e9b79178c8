/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "set.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

static void bit_set(struct numset *s, unsigned n)
{
	size_t word = n / NUMSET_WORD;

	if (word >= s->words) {
		s->bits = xalloc_resize(s->bits, word + 1, sizeof(*s->bits));
		memset(s->bits + s->words, 0,
		       (word + 1 - s->words) * sizeof(*s->bits));
		s->words = word + 1;
	}
	s->bits[word] |= UINT64_C(1) << n % NUMSET_WORD;
}

static bool no_bits(const struct numset *s)
{
	for (size_t i = 0; i < s->words; i++) {
		if (s->bits[i])
			return false;
	}
	return true;
}

/* The bits of an inverted set are what it lacks. */
void numset_add(struct numset *s, unsigned n)
{
	if (!s->inverted)
		bit_set(s, n);
	else if (numset_bit(s, n))
		s->bits[n / NUMSET_WORD] &= ~(UINT64_C(1) << n % NUMSET_WORD);
}

void numset_remove(struct numset *s, unsigned n)
{
	s->inverted = !s->inverted;
	numset_add(s, n);
	s->inverted = !s->inverted;
}

void numset_clear(struct numset *s)
{
	free(s->bits);
	*s = (struct numset){ .bits = NULL };
}

bool numset_is_all(const struct numset *s)
{
	return s->inverted && no_bits(s);
}

bool numset_is_empty(const struct numset *s)
{
	return !s->inverted && no_bits(s);
}

void callset_set_all(struct callset *s)
{
	callset_clear(s);
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		s->abi[abi].inverted = true;
	s->sub.inverted = true;
	s->uring = true;
}

void callset_clear(struct callset *s)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		numset_clear(&s->abi[abi]);
		numset_clear(&s->partly[abi]);
	}
	numset_clear(&s->sub);
	s->uring = false;
}

bool callset_is_all(const struct callset *s)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!numset_is_all(&s->abi[abi]))
			return false;
	}
	return numset_is_all(&s->sub);
}

bool callset_is_partly(const struct callset *s)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		if (!numset_is_empty(&s->partly[abi]))
			return true;
	}
	return false;
}
