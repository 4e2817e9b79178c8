/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes calls and says what they gave, for a tracer that changes them.
 *
 *	injected ROUNDS [threads | forks | waits]
 *
 * Each of the calls below is made ROUNDS times, and then a line "NAME ROUND
 * RESULT ERRNO ARGUMENTS" is written for each; the last word says whether the
 * registers of its arguments are as they were.  With threads or forks others
 * do the same at the same time, and each writes what it has at once.  "waits"
 * waits for the end of its input first.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS_MAX 64
#define OTHERS 3

static const struct {
	const char *name;
	long nr, arg[3];
} calls[] = {
#define CALL(name, ...) { #name, SYS_##name, { __VA_ARGS__ } }
	CALL(getpid), CALL(getppid), CALL(gettid), CALL(getuid),
	CALL(sched_yield), CALL(sync), CALL(umask, 022), CALL(getsid),
	CALL(getpgid), CALL(close, -1), CALL(dup, -1), CALL(fsync, -1),
	CALL(lseek, -1), CALL(ftruncate, -1), CALL(fchdir, -1),
	CALL(read, -1), CALL(write, -1), CALL(pread64, -1), CALL(fstat, -1),
	CALL(ioctl, -1), CALL(fcntl, -1), CALL(flock, -1),
	CALL(getdents64, -1), CALL(openat, -1), CALL(unlinkat, -1),
	CALL(mkdirat, -1), CALL(readlinkat, -1), CALL(faccessat, -1),
	CALL(munmap, 1), CALL(mprotect, 1), CALL(madvise, 1), CALL(mlock, 0),
	CALL(kill, 0, 0), CALL(tgkill, -1, -1), CALL(setpriority, -1),
	CALL(prctl, -1), CALL(capget), CALL(getcwd), CALL(uname),
	CALL(sysinfo), CALL(times), CALL(getrandom, 0, 0), CALL(epoll_ctl, -1),
	CALL(inotify_add_watch, -1), CALL(eventfd2, 0, -1),
	CALL(timerfd_create, -1), CALL(setsid, 0), CALL(pipe2, 0, -1),
#undef CALL
};

#define NCALLS (sizeof(calls) / sizeof(*calls))

struct result {
	long ret;
	int err;
	int whole;
};

struct run {
	unsigned rounds;
	struct result result[NCALLS][ROUNDS_MAX];
};

static unsigned rounds;

/* Nothing but the call itself, so that its registers can be looked at. */
static struct result call_make(long nr, const long arg[3])
{
	struct result r = { .whole = 1 };
	long ret = nr, a = arg[0], b = arg[1], c = arg[2];

#ifdef __x86_64__
	__asm__ volatile("syscall" : "+a"(ret), "+D"(a), "+S"(b), "+d"(c) :
			 : "rcx", "r11", "memory");
#elif defined(__i386__)
	__asm__ volatile("xchg %1, %%ebx; int $0x80; xchg %1, %%ebx"
			 : "+a"(ret), "+S"(a), "+c"(b), "+d"(c) : : "memory");
#else
	ret = syscall(nr, a, b, c);
	if (ret < 0)
		ret = -errno;
#endif
	r.whole = a == arg[0] && b == arg[1] && c == arg[2];
	r.ret = ret;
	if (ret < 0 && ret >= -4095) {
		r.ret = -1;
		r.err = (int)-ret;
	}
	return r;
}

/* writev and nothing else writes, once all has been done. */
static void run_tell(const struct run *run)
{
	size_t size = NCALLS * run->rounds * 80, len = 0;
	char *text = malloc(size);
	struct iovec iov;

	for (size_t i = 0; i < NCALLS; i++)
		for (unsigned k = 0; k < run->rounds; k++) {
			const struct result *r = &run->result[i][k];

			len += (size_t)snprintf(text + len, size - len,
						"%s %u %ld %d %s\n",
						calls[i].name, k, r->ret,
						r->err, r->whole ? "whole" :
						"changed");
		}
	iov.iov_base = text;
	iov.iov_len = len;
	while (iov.iov_len) {
		ssize_t n = writev(1, &iov, 1);

		if (n <= 0)
			_exit(3);
		iov.iov_base = (char *)iov.iov_base + n;
		iov.iov_len -= (size_t)n;
	}
	free(text);
}

static void *run_all(void *unused)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct run *run = calloc(1, sizeof(*run));

	run->rounds = rounds;
	for (unsigned k = 0; k < rounds; k++)
		for (size_t i = 0; i < NCALLS; i++)
			run->result[i][k] = call_make(calls[i].nr,
						      calls[i].arg);
	pthread_mutex_lock(&lock);
	run_tell(run);
	pthread_mutex_unlock(&lock);
	free(run);
	return unused;
}

static void in_threads(void)
{
	pthread_t other[OTHERS];

	for (int i = 0; i < OTHERS; i++)
		pthread_create(&other[i], NULL, run_all, NULL);
	run_all(NULL);
	for (int i = 0; i < OTHERS; i++)
		pthread_join(other[i], NULL);
}

static void in_children(void)
{
	for (int i = 0; i < OTHERS; i++) {
		if (fork())
			continue;
		run_all(NULL);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	run_all(NULL);
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";
	struct iovec iov = { &(char){ 0 }, 1 };
	void *volatile first = malloc(1); /* the first one makes calls */

	free(first);
	rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
	if (rounds > ROUNDS_MAX)
		return 2;
	if (!strcmp(how, "waits"))
		while (readv(0, &iov, 1) > 0)
			;
	if (!strcmp(how, "threads"))
		in_threads();
	else if (!strcmp(how, "forks"))
		in_children();
	else
		run_all(NULL);
	return 0;
}
