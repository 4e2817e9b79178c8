/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ticker: the timer that ends a wait (SIGALRM, setitimer).
 *
 * There is one such timer in a process, and more than one reason to be woken:
 * a signal that asks us to end and may have come just before a blocking wait,
 * and text that is to be written soon.  Each reason is wanted or not, and the
 * timer ticks while one is: a tick that comes when we do not wait ends nothing
 * and is lost, so whoever wants one goes on wanting until it has been served.
 * Nothing is done at a tick but that a wait ends with EINTR.
 */
#ifndef STRACE_TICKER_H
#define STRACE_TICKER_H

#include <stdbool.h>

enum ticker_reason {
	TICKER_INTERRUPT,	/* every 20 ms */
	TICKER_WRITE,		/* every 50 ms, the first one after as long */
	TICKER_REASONS,
};

/* An alarm that is ignored stays so: a command may be meant to inherit that. */
void ticker_open(void);
/* Once the command was started: it is ours whatever it was. */
void ticker_take(void);
/* A signal handler may call this for a reason that nobody else sets. */
void ticker_want(enum ticker_reason why, bool on);

#endif
