/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracees that stay stopped for a while go on in time, and in order. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "now.h"
#include "source/ptrace/debug.h"
#include "source/ptrace/ptrace.h"

#define TRACEES 40
#define ROUNDS 50

static struct {
	struct tracee tracee[TRACEES];
	bool stopped[TRACEES];
	unsigned left;
	int64_t last;		/* when the last one was to go on */
} seen;

/* ---- fakes */

void tracee_resume(struct ptrace_source *s, struct tracee *t)
{
	size_t i = (size_t)(t - seen.tracee);

	(void)s;
	assert_true(i < TRACEES);
	assert_true(seen.stopped[i]);
	assert_true(t->until_ns >= seen.last);
	seen.last = t->until_ns;
	seen.stopped[i] = false;
	seen.left--;
}

void stop_take(struct ptrace_source *s, pid_t tid)
{
	(void)s;
	(void)tid;
}

void debug_delay(struct ptrace_source *s, const struct tracee *t, int64_t ns)
{
	(void)s;
	(void)t;
	(void)ns;
}

/* ---- helpers */

static void wait_a_tick(void)
{
	struct timespec ts = { .tv_nsec = NSEC_PER_MS };

	nanosleep(&ts, NULL);	/* the timer may end it early */
}

static void ticked(int sig)
{
	(void)sig;
}

static void begin(struct ptrace_source *s, size_t i, int64_t ns)
{
	seen.stopped[i] = true;
	seen.left++;
	delay_begin(s, &seen.tracee[i], ns);
}

/* ---- tests */

static void in_order(void **state)
{
	struct ptrace_source s = { .no_info = false };

	(void)state;
	srand(1);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned n = (unsigned)rand() % TRACEES + 1;

		seen.last = 0;
		for (size_t i = 0; i < n; i++)
			begin(&s, i, rand() % (2 * NSEC_PER_MS));
		/* some end meanwhile */
		for (size_t i = 0; i < n; i++) {
			if (rand() % 4)
				continue;
			delay_drop(&s, &seen.tracee[i]);
			seen.stopped[i] = false;
			seen.left--;
		}
		assert_int_equal(s.delays.n, seen.left);
		while (s.delays.n) {
			delays_serve(&s);
			wait_a_tick();
		}
		assert_int_equal(seen.left, 0);
	}
	delays_free(&s.delays);
}

static void in_time(void **state)
{
	struct ptrace_source s = { .no_info = false };
	int64_t start = now_ns(CLOCK_MONOTONIC);

	(void)state;
	seen.last = 0;
	begin(&s, 0, 20 * NSEC_PER_MS);
	delays_serve(&s);
	assert_true(seen.stopped[0]);
	while (s.delays.n) {
		wait_a_tick();
		delays_serve(&s);
	}
	assert_true(now_ns(CLOCK_MONOTONIC) - start >= 20 * NSEC_PER_MS);
	delays_free(&s.delays);
}

static void all_at_the_end(void **state)
{
	struct ptrace_source s = { .no_info = false };

	(void)state;
	seen.last = 0;
	for (size_t i = 0; i < TRACEES; i++)
		begin(&s, i, INT64_C(1000000000000) * (int64_t)(TRACEES - i));
	delays_end(&s);
	assert_int_equal(seen.left, 0);
	delays_end(&s);
	delay_drop(&s, &seen.tracee[0]);
	delays_free(&s.delays);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(in_time),
		cmocka_unit_test(all_at_the_end),
	};
	struct sigaction sa = { .sa_handler = ticked };

	sigaction(SIGALRM, &sa, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
