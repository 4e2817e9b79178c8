/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remaps SECONDS: threads make calls with pointers into memory that another
 * thread takes away and puts back all the time.  Whatever is there is 'A', but
 * for the last byte of each page, which is NUL: a page comes into its place as
 * a whole.  Prints how many calls of each kind were made.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	PAGES = 8,
	WINDOW = 0x10000000,
	WINDOWS_APART = 0x100000,
};

struct caller {
	const char *name;
	long (*call)(const struct caller *c, char *p);
	unsigned align;		/* of p */
	int fd;
	unsigned seed;
	unsigned made;
	char *window;		/* its own: some calls write there */
	pthread_t thread;
};

static atomic_bool done;

/* ---- the calls ---- */

static long call_write(const struct caller *c, char *p)
{
	return syscall(SYS_write, c->fd, p, 3L * PAGE / 2);
}

static long call_openat(const struct caller *c, char *p)
{
	(void)c;
	return syscall(SYS_openat, AT_FDCWD, p, O_RDONLY);
}

static bool is_odd(const char *p)
{
	return ((uintptr_t)p & 16) != 0;
}

/* What it reads is 'A' as well. */
static long call_readv(const struct caller *c, char *p)
{
	struct iovec v[2] = {{p, 8}, {p + PAGE, 8}};

	lseek(c->fd, 0, SEEK_SET);
	return syscall(SYS_readv, c->fd, is_odd(p) ? (void *)p : v, 2);
}

static long call_sendmsg(const struct caller *c, char *p)
{
	struct iovec v = {p, 24};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};

	return syscall(SYS_sendmsg, c->fd, is_odd(p) ? (void *)p : &m,
		       MSG_DONTWAIT);
}

static long call_execve(const struct caller *c, char *p)
{
	char *args[] = {p, p + 1, NULL};

	(void)c;
	return syscall(SYS_execve, p, is_odd(p) ? (void *)p : args, args);
}

/* The kernel writes into the two bytes at the end of each, and there only. */
static long call_poll(const struct caller *c, char *p)
{
	(void)c;
	return syscall(SYS_poll, p, 3, 0);
}

static void *caller_run(void *arg)
{
	struct caller *c = arg;

	while (!done) {
		unsigned page = (unsigned)rand_r(&c->seed) % (PAGES - 2) + 1;
		unsigned back = (unsigned)rand_r(&c->seed) % 64 + 1;

		back = (back + c->align - 1) / c->align * c->align;
		c->call(c, c->window + page * PAGE - back);
		/* No faster than can be shown: then each call must be. */
		if (++c->made % 16 == 0)
			usleep(200);
	}
	return NULL;
}

/* ---- the memory ---- */

static void page_put(char *at)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		_exit(3);
	memset(page, 'A', PAGE - 1);
	if (mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
		_exit(3);
}

static void remap(struct caller *c, unsigned n, unsigned *seed)
{
	unsigned r = (unsigned)rand_r(seed);
	char *page = c[r % n].window + r / n % PAGES * PAGE;

	switch (r / n / PAGES % 4) {
	case 0:
		munmap(page, PAGE);
		break;
	case 1:
		mprotect(page, PAGE, PROT_NONE);
		break;
	default:
		page_put(page);
		break;
	}
}

static int memory_file(void)
{
	char text[256];
	int fd = memfd_create("remaps", 0);

	memset(text, 'A', sizeof(text));
	if (write(fd, text, sizeof(text)) != sizeof(text))
		_exit(3);
	return fd;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int pair[2];
	struct caller c[] = {
		{.name = "write", .call = call_write, .align = 1},
		{.name = "openat", .call = call_openat, .align = 1},
		{.name = "readv", .call = call_readv, .align = 16},
		{.name = "sendmsg", .call = call_sendmsg, .align = 16},
		{.name = "execve", .call = call_execve, .align = 1},
		{.name = "poll", .call = call_poll, .align = 8},
	};
	unsigned n = sizeof(c) / sizeof(*c), seed = 1;
	double end = now() + (argc > 1 ? atoi(argv[1]) : 1);

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return 3;
	c[0].fd = open("/dev/null", O_WRONLY);
	c[2].fd = memory_file();
	c[3].fd = pair[0];
	for (unsigned i = 0; i < n; i++) {
		c[i].window = (char *)WINDOW + i * WINDOWS_APART;
		c[i].seed = i;
		for (unsigned page = 0; page < PAGES; page++)
			page_put(c[i].window + page * PAGE);
		if (pthread_create(&c[i].thread, NULL, caller_run, &c[i]))
			return 3;
	}
	while (now() < end)
		remap(c, n, &seed);
	done = true;
	for (unsigned i = 0; i < n; i++) {
		pthread_join(c[i].thread, NULL);
		fprintf(stderr, "%s %u\n", c[i].name, c[i].made);
	}
	return 0;
}
