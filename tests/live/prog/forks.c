/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* forks N: that many short processes, ten at a time; each exits with 7. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 10;
	int bad = 0;

	for (int i = 0; i < n; i++) {
		int status;

		if (fork() == 0)
			_exit(7);
		if (i % 10 != 9)
			continue;
		while (wait(&status) > 0)
			bad += !WIFEXITED(status) || WEXITSTATUS(status) != 7;
	}
	return bad != 0;
}
