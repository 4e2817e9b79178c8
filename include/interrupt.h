/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interrupt: signals that ask us to end (-I), for all that waits.
 */
#ifndef STRACE_INTERRUPT_H
#define STRACE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct options;

/* Set once the command was forked: it must not inherit what is ignored. */
void interrupt_setup(const struct options *o);
/* Which of them stay ignored, since they were when we began. */
void interrupt_ignored(sigset_t *set);
/* The command is gone whose trace was not to be cut short: from now on they end
 * it, but those in that set, unless -I says when. */
void interrupt_allow(const struct options *o, const sigset_t *but);
/* The signal that asks us to end, or 0. */
int interrupt_pending(void);
/* Did another one come before that was cleared? */
bool interrupt_again(void);
/* How many came so far, whatever was cleared since. */
unsigned interrupt_count(void);
/* Cleared, the clock that ends blocking waits may go on ticking. */
void interrupt_clear(bool ticking);

#endif
