/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * busy THREADS: until standard input ends every thread writes to a pipe, reads
 * it back, sleeps a little, and checks that nothing it asked for went wrong or
 * was interrupted.  Exits with 0 when nothing did.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static volatile bool done;

static void fail(const char *what, long n)
{
	fprintf(stderr, "busy: %s %ld errno %d\n", what, n, errno);
	exit(1);
}

static void *run(void *arg)
{
	int fds[2];

	if (pipe(fds))
		fail("pipe", 0);
	for (uint64_t i = 0; !done; i++) {
		struct timespec ts = {0, 200000};
		uint64_t back = 0;
		ssize_t n = write(fds[1], &i, sizeof(i));

		if (n != (ssize_t)sizeof(i))
			fail("write", n);
		n = read(fds[0], &back, sizeof(back));
		if (n != (ssize_t)sizeof(back) || back != i)
			fail("read", n);
		if (i % 16 == 0 && nanosleep(&ts, NULL))
			fail("nanosleep", 0);
	}
	return arg;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 4;
	ssize_t left;
	pthread_t t[64];
	char c;

	for (int i = 0; i < n; i++)
		pthread_create(&t[i], NULL, run, NULL);
	printf("ready\n");
	fflush(stdout);
	left = read(STDIN_FILENO, &c, sizeof(c));
	if (left)
		fail("main read", left);
	done = true;
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	return 0;
}
