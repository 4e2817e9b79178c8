/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An exec by a thread that is not the leader, while others run. */
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *execer(void *arg)
{
	struct timespec ts = {0, 20000000};
	char **argv = arg;
	char *again[] = {argv[0], "again", NULL};

	nanosleep(&ts, NULL);
	execv("/proc/self/exe", again);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t;

	if (argc > 1 && !strcmp(argv[1], "again"))
		return 5;
	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, idle, NULL);
	pthread_create(&t, NULL, execer, argv);
	for (;;)
		pause();
}
