/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * set: sets of small numbers, and of system calls per ABI.
 *
 * A struct numset holds numbers below a bound, or their complement when
 * inverted is set (so "every signal but these" needs no bound).  A struct
 * callset holds one numset per ABI, indexed by system call number.
 */
#ifndef STRACE_SET_H
#define STRACE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct numset {
	uint64_t *bits;
	size_t words;
	bool inverted;
};

void numset_add(struct numset *s, unsigned n);	/* inverted or not: n is in */
void numset_remove(struct numset *s, unsigned n);
void numset_clear(struct numset *s);	/* empty and not inverted; frees */
bool numset_is_all(const struct numset *s);
bool numset_is_empty(const struct numset *s);

#define NUMSET_WORD 64		/* bits of one of a set's words */

static inline bool numset_bit(const struct numset *s, uint64_t n)
{
	uint64_t word = n / NUMSET_WORD;

	return word < s->words && (s->bits[word] >> n % NUMSET_WORD & 1);
}

static inline bool numset_has(const struct numset *s, uint64_t n)
{
	return numset_bit(s, n) != s->inverted;
}

/*
 * Some calls are many in one (socketcall, ipc).  Those that they make are in
 * sub, by the id of calls_sub(); the number of such a call stands for what is
 * none of them.  callset_may_have() says if it can be any one in the set.
 */
struct callset {
	struct numset abi[ABI_COUNT];
	struct numset sub;
	struct numset partly[ABI_COUNT]; /* some calls they make are in sub */
	bool uring;	/* operations of io_urings, as if they were calls */
};

static inline bool callset_has(const struct callset *s, unsigned abi,
			       uint64_t nr)
{
	return numset_has(&s->abi[abi], nr);
}

static inline bool callset_may_have(const struct callset *s, unsigned abi,
				    uint64_t nr)
{
	return callset_has(s, abi, nr) || numset_has(&s->partly[abi], nr);
}

void callset_set_all(struct callset *s);	/* every call of every ABI */
void callset_clear(struct callset *s);
/* Is a call in the set only for some of what it can make? */
bool callset_is_partly(const struct callset *s);
bool callset_is_all(const struct callset *s);

#endif
