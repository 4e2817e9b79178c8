/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fakes: sends itself signals whose codes are those of stops for a tracer.
 * Exits with 0 when every one of them arrived, once.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS 500

static volatile sig_atomic_t arrived;

static void count(int sig)
{
	(void)sig;
	arrived++;
}

int main(void)
{
	/* as at entries and exits of calls, and as a filter makes them */
	static const int codes[] = {SIGTRAP | 0x80, SIGTRAP | 7 << 8};
	struct sigaction sa = {.sa_handler = count};
	int sent = 0;

	sigaction(SIGUSR1, &sa, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		siginfo_t info = {.si_signo = SIGUSR1, .si_code = codes[i & 1]};

		if (syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info))
			return 2;
		sent++;
		getppid();
	}
	printf("sent %d arrived %d\n", sent, (int)arrived);
	return arrived != sent;
}
