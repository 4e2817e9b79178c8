/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process that goes on without its first thread.  Once standard input is at
 * its end, the second thread does as it is told:
 *
 *   exec      it becomes a program that asks for its parent and exits with 3,
 *             when the first sleeps
 *   end-exec  the same, when the first has ended
 *   end       it exits with 0, when the first has ended with 9
 *   end-dies  it is killed then
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool leader_is(char state)
{
	char path[64], text[256] = "", *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)getpid());
	f = fopen(path, "r");
	if (f && fgets(text, sizeof(text), f) == NULL)
		*text = 0;
	if (f)
		fclose(f);
	end = strrchr(text, ')');
	return end && end[2] == state;
}

static void *second(void *arg)
{
	char **argv = arg;
	char *again[] = {argv[0], "again", NULL};
	char c;

	while (read(0, &c, 1) > 0)
		;
	while (!leader_is(strncmp(argv[1], "end", 3) ? 'S' : 'Z'))
		usleep(1000);
	if (strstr(argv[1], "exec"))
		execv(argv[0], again);
	if (strstr(argv[1], "dies"))
		kill(getpid(), SIGTERM);
	exit(0);
}

int main(int argc, char **argv)
{
	pthread_t t;

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "again")) {
		getppid();
		return 3;
	}
	pthread_create(&t, NULL, second, argv);
	if (!strncmp(argv[1], "end", 3))
		syscall(SYS_exit, 9);
	for (;;)
		pause();
}
