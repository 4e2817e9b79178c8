/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure [-n TIMES] COMMAND...: what running a command costs.
 *
 * Prints one line: wall-clock nanoseconds, user and system microseconds, peak
 * memory in KiB, exit status of the last run.  The command's standard output
 * and error go to /dev/null.  It is a small program of its own because a
 * child's peak memory begins with that of the process it was forked from.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct cost {
	int64_t wall_ns;
	int64_t user_us;
	int64_t system_us;
	long peak_kib;
	int status;
};

static int64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static int64_t timeval_us(const struct timeval *tv)
{
	return tv->tv_sec * INT64_C(1000000) + tv->tv_usec;
}

static void child_exec(char **argv)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	if (fd > 2)
		close(fd);
	execvp(argv[0], argv);
	_exit(127);
}

/* Adds what one run costs.  Returns -1 if it could not even be started. */
static int measure_run(struct cost *c, char **argv)
{
	int64_t start = clock_ns();
	struct rusage ru;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid == 0)
		child_exec(argv);
	if (wait4(pid, &c->status, 0, &ru) != pid)
		return -1;
	c->wall_ns += clock_ns() - start;
	c->user_us += timeval_us(&ru.ru_utime);
	c->system_us += timeval_us(&ru.ru_stime);
	if (ru.ru_maxrss > c->peak_kib)
		c->peak_kib = ru.ru_maxrss;
	return 0;
}

int main(int argc, char **argv)
{
	struct cost c = {0};
	int times = 1;

	argv++;
	if (argc > 3 && !strcmp(argv[0], "-n")) {
		times = atoi(argv[1]);
		argv += 2;
	}
	if (!argv[0]) {
		fputs("usage: measure [-n TIMES] COMMAND...\n", stderr);
		return 2;
	}
	for (int i = 0; i < times; i++) {
		if (measure_run(&c, argv) < 0) {
			perror("measure");
			return 1;
		}
	}
	printf("%lld %lld %lld %ld %d\n", (long long)c.wall_ns,
	       (long long)c.user_us, (long long)c.system_us, c.peak_kib,
	       WIFEXITED(c.status) ? WEXITSTATUS(c.status) :
				     128 + WTERMSIG(c.status));
	return 0;
}
