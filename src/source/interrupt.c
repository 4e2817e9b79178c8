/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signals that ask us to end (-I).
 *
 * The handler only notes the signal, so decoding is never disturbed by one and
 * nothing need be blocked.  A signal that comes just before a blocking wait
 * would be noticed too late: so the handler also starts a timer, whose ticks
 * interrupt that wait a moment later.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

#include "interrupt.h"
#include "options.h"

#define TICK_US 20000

enum interruptible {
	INT_DEFAULT,
	INT_ANYWHERE,
	INT_WAITING,
	INT_NEVER,
	INT_NEVER_TSTP,
};

#define SIGNAL 0xff
#define AGAIN 0x100		/* and it was not the first */
#define COUNT_ONE 0x1000	/* above that is how many came in all */
#define COUNT_MAX (COUNT_ONE * 100)

/* The signal that was noted, or 0, and the rest. */
static volatile sig_atomic_t interrupted;

static const struct itimerval tick_off;
static const struct itimerval tick_on = {
	.it_interval = {0, TICK_US},
	.it_value = {0, TICK_US},
};

static void signal_noted(int sig)
{
	int came = interrupted & ~(SIGNAL | AGAIN);

	if (came < COUNT_MAX)
		came += COUNT_ONE;
	interrupted = came | sig | (interrupted & SIGNAL ? AGAIN : 0);
	setitimer(ITIMER_REAL, &tick_on, NULL);
}

static void alarm_noted(int sig)
{
	(void)sig;		/* its only use is to end a blocking wait */
}

static int interruptible_choose(const struct options *o)
{
	if (o->interruptible != INT_DEFAULT)
		return o->interruptible;
	if (o->daemonize)
		return INT_NEVER_TSTP;
	return o->output && o->command && !o->npids ? INT_NEVER : INT_WAITING;
}

static const int fatal[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};

/*
 * What was ignored when we began stays so, as nohup means it.  But shells have
 * their background jobs ignore what the keyboard sends, which says nothing of
 * one sent to us alone.
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
	int how = interruptible_choose(o);
	struct sigaction sa = {.sa_handler = signal_noted};
	struct sigaction old;

	sigemptyset(&sa.sa_mask);
	if (how >= INT_NEVER)
		sa.sa_handler = SIG_IGN;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		if (!stays_ignored(fatal[i]))
			sigaction(fatal[i], &sa, NULL);
	if (how >= INT_NEVER_TSTP)
		sigaction(SIGTSTP, &sa, NULL);
	signal(SIGXFSZ, SIG_IGN);	/* write() says it, too */
	sigaction(SIGALRM, NULL, &old);
	if (old.sa_handler == SIG_DFL) {
		sa.sa_handler = alarm_noted;
		sigaction(SIGALRM, &sa, NULL);
	}
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
	setitimer(ITIMER_REAL, ticking ? &tick_on : &tick_off, NULL);
}
