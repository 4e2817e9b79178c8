/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interrupt: signals that ask us to end (-I), for sources that wait.
 */
#ifndef STRACE_SOURCE_INTERRUPT_H
#define STRACE_SOURCE_INTERRUPT_H

#include <stdbool.h>

struct options;

/* Set once the command was forked: it must not inherit what is ignored. */
void interrupt_setup(const struct options *o);
/* The signal that asks us to end, or 0. */
int interrupt_pending(void);
/* Did another one come before that was cleared? */
bool interrupt_again(void);
/* Cleared, the clock that ends blocking waits may go on ticking. */
void interrupt_clear(bool ticking);

#endif
