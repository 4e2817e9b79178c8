/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interrupt: signals that ask us to end (-I), for all code that waits.
 */
#ifndef STRACE_INTERRUPT_H
#define STRACE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct options;

/* Called after the command's fork: it must not inherit ignored signals. */
void interrupt_setup(const struct options *o);
/* The signals that stay ignored, because they were when we began. */
void interrupt_ignored(sigset_t *set);
/* The command whose trace was not to be cut short is gone: from now on signals
 * end the trace, except those in `but`.  Nothing changes if -I was given. */
void interrupt_allow(const struct options *o, const sigset_t *but);
/* The signal that asks us to end, or 0. */
int interrupt_pending(void);
/* Did another one come before that was cleared? */
bool interrupt_again(void);
/* How many came so far, including those that were cleared. */
unsigned interrupt_count(void);
/* Forget the signal; ticking says whether blocking waits are to end still. */
void interrupt_clear(bool ticking);

#endif
