/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump: the data of -e read= and -e write=, shown after the line of its call.
 *
 * Which buffers a call has follows from its description: data of a descriptor,
 * vectors of such, messages with a vector, several messages.  A buffer that the
 * call filled counts as read.  A buffer that it was given counts as written,
 * even if the call failed or took less.
 */
#ifndef STRACE_DUMP_H
#define STRACE_DUMP_H

struct call_dump;
struct dec;

/* The data of d's open call, in its arena; NULL if none is wanted. */
const struct call_dump *dump_data(struct dec *d);

#endif
