/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * So many processes, one after another, whose four threads end all at about
 * the same time, the first of them by itself (its stack stays for the others).
 * With "exec" the others race to become a program that exits with 7.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void spin(intptr_t rounds)
{
	for (volatile intptr_t i = 0; i < rounds; i++)
		;
}

struct other {
	char **argv;
	intptr_t rounds;
};

static void *other_run(void *arg)
{
	struct other *o = arg;
	char *again[] = {o->argv[0], "again", NULL};

	spin(o->rounds);
	if (o->argv[2])
		execv(again[0], again);
	syscall(SYS_exit, 4);
	return NULL;
}

static void process_run(char **argv, int i)
{
	struct other other[3];
	pthread_t t;

	for (int k = 0; k < 3; k++) {
		other[k] = (struct other){argv, 300 * (k + 1) * (i % 7)};
		pthread_create(&t, NULL, other_run, &other[k]);
	}
	spin(200 * (i % 11));
	syscall(SYS_exit, 5);
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 2 || !strcmp(argv[1], "again"))
		return 7;
	for (int i = 0; i < atoi(argv[1]); i++) {
		if (fork() == 0)
			process_run(argv, i);
		wait(&status);
	}
	return 0;
}
