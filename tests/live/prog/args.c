/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints what it was started with: its arguments, V of the environment, uid. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *v = getenv("V");
	sigset_t mask;
	int ignored = 0;
	int blocked = 0;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int s = 1; s < 32; s++) {
		struct sigaction sa;

		sigaction(s, NULL, &sa);
		ignored += sa.sa_handler == SIG_IGN;
		blocked += sigismember(&mask, s);
	}
	printf("%s %d V=%s uid=%d ignored=%d blocked=%d\n", argv[0], argc,
	       v ? v : "-", (int)getuid(), ignored, blocked);
	return 0;
}
