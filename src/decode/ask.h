/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ask: how a question about a call changes the walk, inside the decoder.
 */
#ifndef STRACE_DECODE_ASK_H
#define STRACE_DECODE_ASK_H

#include "decode.h"

/*
 * Answers the question with a value; if the value is a number, that has been
 * read.  False if the value is to be walked as usual, since parts of it answer.
 */
bool dec_answer(struct dec *d, const struct abi_type *t, struct dec_loc *loc);
/* Asks all arguments, however little of them the options want shown. */
void dec_ask_args(struct dec *d);

#endif
