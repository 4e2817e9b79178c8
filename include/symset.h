/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * symset: names for numbers, from the generated tables.
 *
 * An enum gives at most one name for a value; a flag set splits a value into
 * names and a rest.  Sinks ask here; decoders hand on the set and the number.
 */
#ifndef STRACE_SYMSET_H
#define STRACE_SYMSET_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

struct symset;	/* a generated, const table; see abi_table.h */

/* The set that descriptions call so, or NULL. */
const struct symset *symset_find(const char *name);

/* The name of v, or NULL. */
const char *symset_name(const struct symset *s, unsigned abi, uint64_t v);

/* "SEEK_???", or NULL if the set has no such text. */
const char *symset_unknown(const struct symset *s);

/*
 * Walk a flag value: call emit(arg, name, v, part) for each part in print order
 * and return the bits that no name covers.  A shifted field is to be shown as
 * v<<name.  A zero value may have a name of its own.
 */
enum symset_part {
	SYMSET_FLAG,
	SYMSET_PICK,
	SYMSET_SHIFT,
	SYMSET_SHIFT_HEX,
};

typedef void symset_emit(void *arg, const char *name, uint64_t v,
			 enum symset_part part);
uint64_t symset_split(const struct symset *s, unsigned abi, uint64_t v,
		      symset_emit *emit, void *arg);
/* Are fields that are picked or shifted numbers of their own? */
bool symset_is_apart(const struct symset *s);
/* How far the first shifted field is. */
unsigned symset_shift(const struct symset *s);
/* The remark on the bits that are left, or NULL. */
const char *symset_rest(const struct symset *s, uint64_t v, uint64_t left);

/* Names that are not in descriptions, but that everybody needs. */
const char *errno_name(int err);	/* "ENOENT", ERESTART* too; or NULL */
const char *errno_text(int err);	/* "No such file or directory" */
/* Not an error of the call: the kernel restarts it, in one way or another. */
static inline bool errno_is_restart(int err)
{
	return (err >= 512 && err <= 514) || err == 516;
}

const char *signal_name(int sig);	/* "SIGINT", or NULL */
/* SIGINT, SIGRTMIN, SIGRT_3, or a number; without prefix INT ... */
static inline void signal_put(struct buf *b, int sig, bool prefix)
{
	const char *name = sig < 32 ? signal_name(sig) : NULL;

	if (name) {
		buf_str(b, prefix ? name : name + 3);
	} else if (sig == 32) {
		buf_str(b, prefix ? "SIGRTMIN" : "RTMIN");
	} else if (sig > 32 && sig <= 64) {
		buf_str(b, prefix ? "SIGRT_" : "RT_");
		buf_dec(b, sig - 32);
	} else {
		buf_dec(b, sig);
	}
}

#endif
