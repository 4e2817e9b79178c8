/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signals that ask us to end (-I).
 *
 * The handler only notes the signal, so it never disturbs decoding and nothing
 * need be blocked.  A signal that comes just before a blocking wait would be
 * noticed too late, so the handler also starts the ticker, which ends that wait
 * a moment later.
 */
#include <signal.h>
#include <stddef.h>

#include "interrupt.h"
#include "options.h"
#include "ticker.h"

#define SIGNAL 0xff
#define AGAIN 0x100		/* another one came before it was cleared */
#define COUNT_ONE 0x1000	/* the bits from here up count all that came */
#define COUNT_MAX (COUNT_ONE * 100)

/* The signal that was noted, or 0, with AGAIN and the count. */
static volatile sig_atomic_t interrupted;

static void signal_noted(int sig)
{
	int came = interrupted & ~(SIGNAL | AGAIN);

	if (came < COUNT_MAX)
		came += COUNT_ONE;
	interrupted = came | sig | (interrupted & SIGNAL ? AGAIN : 0);
	ticker_want(TICKER_INTERRUPT, true);
}

static const int fatal[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};

/*
 * A signal that was ignored when we began stays ignored, as nohup means it.
 * SIGINT and SIGQUIT do not: shells have all background jobs ignore them,
 * because the keyboard sends them, and one sent to us alone should work.
 */
static bool stays_ignored(int sig)
{
	struct sigaction old;

	if (sig == SIGINT || sig == SIGQUIT)
		return false;
	sigaction(sig, NULL, &old);
	return old.sa_handler == SIG_IGN;
}

void interrupt_setup(const struct options *o)
{
	enum interruptible how = o->interruptible;
	struct sigaction sa = {.sa_handler = signal_noted};

	sigemptyset(&sa.sa_mask);
	if (how >= INT_NEVER)
		sa.sa_handler = SIG_IGN;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		if (!stays_ignored(fatal[i]))
			sigaction(fatal[i], &sa, NULL);
	if (how >= INT_NEVER_TSTP)
		sigaction(SIGTSTP, &sa, NULL);
	signal(SIGXFSZ, SIG_IGN);	/* write() fails instead, with EFBIG */
	ticker_open();
}

void interrupt_ignored(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		if (stays_ignored(fatal[i]))
			sigaddset(set, fatal[i]);
}

void interrupt_allow(const struct options *o, const sigset_t *but)
{
	struct sigaction sa = {.sa_handler = signal_noted};

	if (o->interruptible_said)
		return;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		if (!sigismember(but, fatal[i]))
			sigaction(fatal[i], &sa, NULL);
}

int interrupt_pending(void)
{
	return interrupted & SIGNAL;
}

bool interrupt_again(void)
{
	return interrupted & AGAIN;
}

unsigned interrupt_count(void)
{
	return (unsigned)interrupted / COUNT_ONE;
}

void interrupt_clear(bool ticking)
{
	interrupted &= ~(SIGNAL | AGAIN);
	ticker_want(TICKER_INTERRUPT, ticking);
}
