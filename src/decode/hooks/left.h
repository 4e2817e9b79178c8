/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * left: the time that a waiting call left, for the hooks of several calls.
 */
#ifndef STRACE_LEFT_H
#define STRACE_LEFT_H

#include <stdbool.h>
#include <stdint.h>

struct dec;

/*
 * Emit "left {tv_sec=.., tv_nsec=..}" into an open EMIT_AUX; false if addr is
 * NULL or can't be read.  Both numbers together have size bytes.
 */
bool left_emit(struct dec *d, uint64_t addr, unsigned size, bool nano);

#endif
