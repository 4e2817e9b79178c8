/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

#include "ticker.h"

/* Each has one writer, or one at a time: no bits of a common number. */
static volatile sig_atomic_t wanted[TICKER_REASONS];

static void tick(int sig)
{
	(void)sig;		/* its only use is to end a blocking wait */
}

void ticker_take(void)
{
	struct sigaction sa = {.sa_handler = tick};

	sigemptyset(&sa.sa_mask);
	sigaction(SIGALRM, &sa, NULL);
}

void ticker_open(void)
{
	struct sigaction old;

	sigaction(SIGALRM, NULL, &old);
	if (old.sa_handler == SIG_DFL)
		ticker_take();
}

static long period_us(void)
{
	return wanted[TICKER_INTERRUPT] ? 20000 :
	       wanted[TICKER_WRITE] ? 50000 : 0;
}

/* A handler that comes in between may have set another period. */
void ticker_want(enum ticker_reason why, bool on)
{
	long us;

	if (wanted[why] == on)
		return;
	wanted[why] = on;
	do {
		struct timeval t;
		struct itimerval timer;

		us = period_us();
		t = (struct timeval){.tv_usec = us};
		timer = (struct itimerval){t, t};
		setitimer(ITIMER_REAL, &timer, NULL);
	} while (us != period_us());
}
