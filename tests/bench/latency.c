/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * latency COMMAND...: how long it takes until the command, or what it starts,
 * runs latency itself.  That one, without arguments, prints the nanoseconds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BEGAN "LATENCY_BEGAN"

static int64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	int64_t now = clock_ns();
	const char *began = getenv(BEGAN);
	char text[32];

	if (argc < 2) {
		if (!began)
			return 2;
		printf("%lld\n", (long long)now - atoll(began));
		return 0;
	}
	snprintf(text, sizeof(text), "%lld", (long long)now);
	setenv(BEGAN, text, 1);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
