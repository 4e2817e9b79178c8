/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ask: how a question about a call changes the walk, inside the decoder.
 */
#ifndef STRACE_DECODE_ASK_H
#define STRACE_DECODE_ASK_H

#include "decode.h"

/*
 * A value while something is asked, whose number, if it is one, has been read.
 * False: it is walked as ever, and what is in it answers.
 */
bool dec_answer(struct dec *d, const struct abi_type *t, struct dec_loc *loc);
/* All arguments, whatever options say of what is shown of them. */
void dec_ask_args(struct dec *d);

#endif
