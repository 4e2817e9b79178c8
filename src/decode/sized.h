/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sized: structs of which the caller says how long they are, and what is there
 * beyond the members that we know.
 */
#ifndef STRACE_DECODE_SIZED_H
#define STRACE_DECODE_SIZED_H

#include "decode.h"

struct sized_tail {		/* bytes beyond the struct we know */
	uint8_t bytes[DEC_STRUCT_MAX];
	uint64_t from, n;
	bool readable;
};

/* How long the struct at addr is said to be; was: its bytes, if kept. */
uint64_t sized_eval(struct dec *d, const struct abi_type *t, uint64_t addr,
		    const uint8_t *was);

/* If the caller's struct is newer than ours: is the rest more than zeros? */
bool sized_tail_find(struct dec *d, const struct dec_loc *loc, uint64_t from,
		     struct sized_tail *t);
void sized_tail_show(struct dec *d, const struct sized_tail *t);

/* A struct; if there is no more than its first member, then that. */
void sized_head(struct dec *d, const struct abi_struct *st,
		struct dec_loc *loc);

/*
 * A struct whose missing bytes count as zeros (TF_FILLED).  What is beyond the
 * last member that is shown is "...", or in full bytes.
 */
void sized_filled(struct dec *d, const struct abi_struct *st,
		  const struct dec_loc *loc);

#endif
