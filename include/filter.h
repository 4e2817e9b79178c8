/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter: the decisions about a call that need its arguments or its outcome.
 *
 * options.trace says which calls are wanted at all; these decisions come after
 * that.  filter_args() looks at paths and descriptors among the arguments of
 * d->task (-P, -e fd=); filter_outcome() at how the call ended and how long it
 * took (-z, status, --slower-than).
 */
#ifndef STRACE_FILTER_H
#define STRACE_FILTER_H

#include <stdbool.h>

#include "options.h"

struct call;
struct dec;

bool filter_wants_args(const struct options *o);
/* Are some calls left out because of how they end? */
static inline bool filter_wants_outcome(const struct options *o)
{
	return o->status != STATUS_ALL || o->slower_ns || o->whole_calls;
}

/* Are operations of io_urings wanted?  Only if no call is left out. */
bool filter_uring(const struct options *o);
bool filter_args(struct dec *d);
bool filter_outcome(const struct options *o, const struct call *c);

#endif
