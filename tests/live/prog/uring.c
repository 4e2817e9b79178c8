/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Gives an io_uring operations and says what the trace has to tell of them, one
 * line each, on standard output.
 *
 *	uring [plain | poller | hidden | hidden-poller] FILE
 *
 * poller: the kernel's thread takes them (IORING_SETUP_SQPOLL).  hidden: the
 * ring is made before "ready" is written, and used once a line was read.  The
 * status is 77 where no ring can be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 8

static struct ring {
	int fd;
	bool polled;
	unsigned filled;	/* not seen by the kernel yet */
	struct io_uring_params p;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
} ring;

static uint64_t serial;

struct cqe {
	uint64_t user_data;
	int32_t res;
	uint32_t flags;
};

static unsigned *sq_word(unsigned off)
{
	return (unsigned *)(ring.sq + off);
}

static unsigned *cq_word(unsigned off)
{
	return (unsigned *)(ring.cq + off);
}

static void *ring_map(size_t size, off_t what)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd,
		       what);

	if (p == MAP_FAILED)
		exit(77);
	return p;
}

static void ring_open(bool polled)
{
	struct io_uring_params *p = &ring.p;

	memset(p, 0, sizeof(*p));
	if (polled) {
		p->flags = IORING_SETUP_SQPOLL;
		p->sq_thread_idle = 100;
	}
	ring.polled = polled;
	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, p);
	if (ring.fd < 0)
		exit(77);
	ring.sq = ring_map(p->sq_off.array + p->sq_entries * 4,
			   IORING_OFF_SQ_RING);
	ring.cq = ring_map(p->cq_off.cqes + p->cq_entries * sizeof(struct cqe),
			   IORING_OFF_CQ_RING);
	ring.sqes = ring_map(p->sq_entries * sizeof(struct io_uring_sqe),
			     IORING_OFF_SQES);
}

/* One more to be submitted.  The array need not be in order. */
static struct io_uring_sqe *sqe_next(int opcode)
{
	unsigned mask = *sq_word(ring.p.sq_off.ring_mask);
	unsigned tail = *sq_word(ring.p.sq_off.tail) + ring.filled;
	unsigned at = (tail * 3 + 1) & mask;
	struct io_uring_sqe *e = &ring.sqes[at];

	memset(e, 0, sizeof(*e));
	e->opcode = opcode;
	e->user_data = ++serial;
	sq_word(ring.p.sq_off.array)[tail & mask] = at;
	ring.filled++;
	return e;
}

static void submit(unsigned n)
{
	unsigned *tail = sq_word(ring.p.sq_off.tail);
	unsigned flags = IORING_ENTER_GETEVENTS;

	__atomic_store_n(tail, *tail + ring.filled, __ATOMIC_RELEASE);
	ring.filled = 0;
	if (ring.polled)
		flags |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(SYS_io_uring_enter, ring.fd, n, 1, flags, NULL, 8) < 0)
		perror("io_uring_enter");
}

static struct cqe cqe_wait(void)
{
	unsigned *head = cq_word(ring.p.cq_off.head);
	unsigned *tail = cq_word(ring.p.cq_off.tail);
	unsigned mask = *cq_word(ring.p.cq_off.ring_mask);
	struct cqe c;

	while (__atomic_load_n(tail, __ATOMIC_ACQUIRE) == *head)
		submit(0);
	c = ((struct cqe *)(ring.cq + ring.p.cq_off.cqes))[*head & mask];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return c;
}

static void say_submit(const char *name, const char *what)
{
	printf("io_uring:submit(%d, %s, user_data=%#llx, {%s})\n", ring.fd,
	       name, (unsigned long long)serial, what);
}

static const char *error_name(int err)
{
	switch (err) {
	case ENOENT:
		return "ENOENT";
	case EBADF:
		return "EBADF";
	case EINVAL:
		return "EINVAL";
	case ETIME:
		return "ETIME";
	}
	return "?";
}

static int say_complete(const char *name)
{
	struct cqe c = cqe_wait();

	printf("io_uring:complete(%d, %s%suser_data=%#llx%s) = ", ring.fd,
	       name, *name ? ", " : "", (unsigned long long)c.user_data,
	       c.flags & IORING_CQE_F_MORE ? ", flags=IORING_CQE_F_MORE" : "");
	if (c.res < 0)
		printf("-1 %s (%s)\n", error_name(-c.res),
		       strerror(-c.res));
	else
		printf("%d\n", c.res);
	return c.res;
}

static void nop(void)
{
	sqe_next(IORING_OP_NOP);
	say_submit("IORING_OP_NOP", "");
	submit(1);
	say_complete("IORING_OP_NOP");
}

static int open_file(const char *path, int flags, const char *shown)
{
	struct io_uring_sqe *e = sqe_next(IORING_OP_OPENAT);
	char what[256];

	e->fd = AT_FDCWD;
	e->addr = (uintptr_t)path;
	e->len = 0600;
	e->open_flags = flags;
	snprintf(what, sizeof(what),
		 "fd=AT_FDCWD, addr=\"%s\", %sopen_flags=%s", path,
		 flags & O_CREAT ? "len=0600, " : "", shown);
	say_submit("IORING_OP_OPENAT", what);
	submit(1);
	return say_complete("IORING_OP_OPENAT");
}

/* With text it is written, by a worker if async; else there is a read. */
static void transfer(int fd, const char *text, bool async)
{
	const char *name = text ? "IORING_OP_WRITE" : "IORING_OP_READ";
	static char room[64];
	struct io_uring_sqe *e;
	char what[256], addr[64];

	e = sqe_next(text ? IORING_OP_WRITE : IORING_OP_READ);
	e->fd = fd;
	e->addr = (uintptr_t)(text ? text : room);
	e->len = text ? strlen(text) : sizeof(room);
	if (async)
		e->flags = IOSQE_ASYNC;
	if (text)
		snprintf(addr, sizeof(addr), "\"%s\"", text);
	else
		snprintf(addr, sizeof(addr), "%p", (void *)room);
	snprintf(what, sizeof(what), "%sfd=%d, off=0, addr=%s, len=%d",
		 async ? "flags=IOSQE_ASYNC, " : "", fd, addr, (int)e->len);
	say_submit(name, what);
	submit(1);
	say_complete(name);
}

static void close_file(int fd)
{
	char what[32];

	sqe_next(IORING_OP_CLOSE)->fd = fd;
	snprintf(what, sizeof(what), "fd=%d", fd);
	say_submit("IORING_OP_CLOSE", what);
	submit(1);
	say_complete("IORING_OP_CLOSE");
}

static void time_out(void)
{
	struct { int64_t sec, nsec; } t = { 0, 5000000 };
	struct io_uring_sqe *e = sqe_next(IORING_OP_TIMEOUT);

	e->addr = (uintptr_t)&t;
	e->len = 1;
	say_submit("IORING_OP_TIMEOUT", "addr={tv_sec=0, tv_nsec=5000000}, "
		   "len=1, timeout_flags=0");
	submit(1);
	say_complete("IORING_OP_TIMEOUT");
}

/* Two in one call, the second once the first is done. */
static void linked(void)
{
	sqe_next(IORING_OP_NOP)->flags = IOSQE_IO_LINK;
	say_submit("IORING_OP_NOP", "flags=IOSQE_IO_LINK");
	sqe_next(IORING_OP_NOP);
	say_submit("IORING_OP_NOP", "");
	submit(2);
	say_complete("IORING_OP_NOP");
	say_complete("IORING_OP_NOP");
}

/* What the kernel refuses. */
static void refused(void)
{
	sqe_next(200);
	say_submit("0xc8 /* IORING_OP_??? */",
		   "fd=0, off=0, addr=0, len=0, rw_flags=0");
	submit(1);
	say_complete("0xc8 /* IORING_OP_??? */");
	sqe_next(IORING_OP_NOP)->flags = 0x80;
	say_submit("IORING_OP_NOP", "flags=0x80 /* IOSQE_??? */");
	submit(1);
	say_complete("IORING_OP_NOP");
}

/* One submission that completes twice, until it is cancelled. */
static void multishot(void)
{
	struct io_uring_sqe *e = sqe_next(IORING_OP_POLL_ADD);
	uint64_t poll = serial;
	char what[128];
	int p[2];

	if (pipe(p) < 0)
		exit(1);
	e->fd = p[0];
	e->len = IORING_POLL_ADD_MULTI;
	e->poll32_events = POLLIN;
	snprintf(what, sizeof(what), "fd=%d, len=IORING_POLL_ADD_MULTI, "
		 "poll32_events=POLLIN", p[0]);
	say_submit("IORING_OP_POLL_ADD", what);
	if (write(p[1], "x", 1) != 1)
		exit(1);
	submit(1);
	say_complete("IORING_OP_POLL_ADD");
	sqe_next(IORING_OP_ASYNC_CANCEL)->addr = poll;
	snprintf(what, sizeof(what), "addr=%#llx, cancel_flags=0",
		 (unsigned long long)poll);
	say_submit("IORING_OP_ASYNC_CANCEL", what);
	submit(1);
	/* whichever is the first */
	for (int i = 0; i < 2; i++) {
		struct cqe c = cqe_wait();

		if (c.user_data == poll)
			printf("io_uring:complete(%d, IORING_OP_POLL_ADD, "
			       "user_data=%#llx) = -1 ECANCELED (%s)\n",
			       ring.fd, (unsigned long long)poll,
			       strerror(ECANCELED));
		else
			printf("io_uring:complete(%d, IORING_OP_ASYNC_CANCEL, "
			       "user_data=%#llx) = %d\n", ring.fd,
			       (unsigned long long)c.user_data, c.res);
	}
	close(p[0]);
	close(p[1]);
}

/* More completions than there is room for; the poller would take them one by
 * one, in no order that could be said. */
static void overflowing(void)
{
	unsigned rounds = ring.p.cq_entries / ENTRIES + 1;
	uint64_t first = serial + 1;

	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < ENTRIES; i++) {
			sqe_next(IORING_OP_NOP);
			say_submit("IORING_OP_NOP", "");
		}
		submit(ENTRIES);
		for (unsigned i = 0; i < ENTRIES; i++)
			printf("io_uring:complete(%d, IORING_OP_NOP, "
			       "user_data=%#llx) = 0\n", ring.fd,
			       (unsigned long long)(first++));
	}
	for (unsigned i = 0; i < rounds * ENTRIES; i++)
		cqe_wait();
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "plain";
	const char *path = argv[argc - 1];
	int fd;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	alarm(50);		/* what never completes ends it */
	ring_open(strstr(mode, "poller") != NULL);
	if (!strncmp(mode, "hidden", 6)) {
		puts("ready");
		fflush(stdout);
		getchar();
	}
	nop();
	fd = open_file(path, O_RDWR | O_CREAT, "O_RDWR|O_CREAT");
	transfer(fd, "some text", false);
	transfer(fd, NULL, false);
	transfer(fd, NULL, true);
	close_file(fd);
	transfer(fd, NULL, false);
	open_file("/nothing/here", O_RDONLY, "O_RDONLY");
	time_out();
	linked();
	refused();
	multishot();
	if (!ring.polled)
		overflowing();
	return 0;
}
