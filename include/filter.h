/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter: the decisions about a call that need its arguments or its outcome.
 *
 * Which calls are wanted at all is a question to options.trace; these come
 * after it.  filter_args() looks at paths and descriptors among the arguments
 * of d->task (-P, -e fd=); filter_status() at how the call ended (-z, status).
 */
#ifndef STRACE_FILTER_H
#define STRACE_FILTER_H

#include <stdbool.h>

struct call;
struct dec;
struct options;

bool filter_wants_args(const struct options *o);
bool filter_args(struct dec *d);
bool filter_status(const struct options *o, const struct call *c);

#endif
