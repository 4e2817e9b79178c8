/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* threads N: that many at once, each makes ten calls; then N more, in turn. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *run(void *barrier)
{
	if (barrier)
		pthread_barrier_wait(barrier);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getuid);
	return NULL;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 10;
	pthread_t *t = calloc((size_t)n, sizeof(*t));
	pthread_barrier_t barrier;

	pthread_barrier_init(&barrier, NULL, (unsigned)n);
	for (int i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, run, &barrier))
			return 1;
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&t[i], NULL, run, NULL))
			return 1;
		pthread_join(t[i], NULL);
	}
	free(t);
	return 0;
}
