/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that is killed while its main thread is inside a call. */
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static void *killer(void *arg)
{
	struct timespec ts = {0, 50000000};

	nanosleep(&ts, NULL);
	kill(getpid(), SIGKILL);
	return arg;
}

int main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, killer, NULL);
	for (;;)
		pause();
}
