/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * getppids PROCESSES THREADS CALLS: each of the threads makes that many calls
 * of getppid, and nobody else any.  Exits with 9.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *run(void *calls)
{
	for (int i = 0; i < *(int *)calls; i++)
		syscall(SYS_getppid);
	return NULL;
}

static void process_run(int threads, int calls)
{
	pthread_t *t = calloc((size_t)threads, sizeof(*t));

	for (int i = 0; i < threads; i++)
		if (pthread_create(&t[i], NULL, run, &calls))
			_exit(1);
	for (int i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	int status, bad = 0;

	if (argc < 4)
		return 2;
	for (int i = 0; i < atoi(argv[1]); i++)
		if (fork() == 0)
			process_run(atoi(argv[2]), atoi(argv[3]));
	while (wait(&status) > 0)
		bad += status != 0;
	return bad ? 1 : 9;
}
