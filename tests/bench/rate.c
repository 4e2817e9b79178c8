/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rate THREADS RATE SECONDS: threads that call getppid, read and write, RATE
 * calls a second in all; 0: as many as they can.  SECONDS 0: until killed.
 * Prints how many calls a second there were.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 256, CALLS = 3 };

struct thread {
	pthread_t id;
	int zero, null;		/* where to read and to write */
	double step;		/* seconds between two rounds of calls */
	double end;
	uint64_t made;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void sleep_until(double when)
{
	time_t whole = (time_t)when;
	struct timespec ts = {whole, (long)((when - (double)whole) * 1e9)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void calls_make(struct thread *t)
{
	char byte = 0;

	syscall(SYS_getppid);
	if (read(t->zero, &byte, 1) != 1 || write(t->null, &byte, 1) != 1)
		exit(1);
	t->made += CALLS;
}

/* Several rounds after each sleep: sleeping is a call as well. */
static void *thread_run(void *arg)
{
	enum { BURST = 64 };
	struct thread *t = arg;
	double next = now();

	while (t->end == 0 || next < t->end) {
		for (int i = 0; i < BURST; i++)
			calls_make(t);
		next += BURST * t->step;
		if (t->step == 0)
			next = now();
		else if (next > now())
			sleep_until(next);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct thread thread[MAX_THREADS];
	int n = argc > 1 ? atoi(argv[1]) : 8;
	double rate = argc > 2 ? atof(argv[2]) : 0;
	double seconds = argc > 3 ? atof(argv[3]) : 1;
	double start = now();
	uint64_t made = 0;

	if (n < 1 || n > MAX_THREADS)
		return 2;
	for (int i = 0; i < n; i++) {
		thread[i].zero = open("/dev/zero", O_RDONLY);
		thread[i].null = open("/dev/null", O_WRONLY);
		thread[i].step = rate > 0 ? CALLS * n / rate : 0;
		thread[i].end = seconds > 0 ? start + seconds : 0;
		if (pthread_create(&thread[i].id, NULL, thread_run, &thread[i]))
			return 1;
	}
	for (int i = 0; i < n; i++) {
		pthread_join(thread[i].id, NULL);
		made += thread[i].made;
	}
	printf("%.0f\n", (double)made / (now() - start));
	return 0;
}
