/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ticker: the timer that ends a wait (SIGALRM, setitimer).
 *
 * There is one such timer in a process, and there are two reasons to be woken:
 * a signal that asks us to end may have come just before a blocking wait, and
 * text may have to be written soon.  The timer ticks while a reason is wanted.
 * A tick is lost if we do not wait when it comes, so a reason is wanted until
 * it has been served.  A tick does nothing but end a wait with EINTR.
 */
#ifndef STRACE_TICKER_H
#define STRACE_TICKER_H

#include <stdbool.h>

enum ticker_reason {
	TICKER_INTERRUPT,	/* every 20 ms */
	TICKER_WRITE,		/* every 50 ms, the first one after as long */
	TICKER_REASONS,
};

/* An ignored SIGALRM stays so: the command may be meant to inherit that. */
void ticker_open(void);
/* Called once the command was started: SIGALRM is ours, ignored or not. */
void ticker_take(void);
/* A signal handler may call this, for a reason that only it sets. */
void ticker_want(enum ticker_reason why, bool on);

#endif
