/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unnamed N: descriptors of pipes and sockets, whose numbers soon mean others.
 *
 * Each is written its own name as /proc has it just then, pipe:[123], so that a
 * trace with -y has that twice in a line.  The numbers are used again in all
 * the ways there are: by threads, children and processes that share them or
 * stop doing so, behind an exec, and by an io_uring.  One is sent through a
 * socket and closed at once.  At the end it prints how often it wrote.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 3
#define SHARED 50		/* number that all threads replace */
#define OWN 60			/* and one for each */
#define KEPT 91			/* across execve; the one below is not */
#define STACK 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long said;
static int rounds;

static void fail(const char *what)
{
	fprintf(stderr, "unnamed: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void say(int fd)
{
	char path[40], link[80];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", fd);
	n = readlink(path, link, sizeof(link));
	if (n < 0)
		fail(path);
	if (write(fd, link, (size_t)n) < 0 && errno == EBADF)
		fail(link);
	__atomic_add_fetch(&said, 1, __ATOMIC_RELAXED);
}

/* Something new under that number. */
static void renew(int number, int kind)
{
	int p[2];

	if (kind % 3 == 2)
		p[0] = p[1] = eventfd(0, EFD_NONBLOCK);
	else if (kind % 3 ? socketpair(AF_UNIX, SOCK_DGRAM, 0, p) : pipe(p))
		fail("two ends");
	if (dup2(p[1], number) != number)
		fail("dup2");
	/* the reading end stays with another number, out of the way */
	if (dup2(p[0], number + 200) != number + 200)
		fail("dup2");
	close(p[0]);
	if (p[0] != p[1])
		close(p[1]);
	say(number);
}

static void numbers(int i)
{
	int p[2], q[2];

	if (pipe(p))
		fail("pipe");
	say(p[1]);
	close(p[1]);
	if (i % 2 ? close(p[0]) : (int)syscall(SYS_close_range, p[0], p[0], 0))
		fail("closing");
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, q) || q[1] != p[1])
		fail("the same number");
	say(q[1]);
	syscall(SYS_close_range, q[0], q[1], 0);
	if (pipe(p) || p[1] != q[1])
		fail("the same number again");
	say(p[1]);
	close(p[0]);
	close(p[1]);
}

static void sent(void)
{
	char data = 'x', room[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec io = {&data, 1};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1,
			   .msg_control = room, .msg_controllen = sizeof(room)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int p[2], q[2], got;

	if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, q))
		fail("two ends");
	say(p[1]);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &p[1], sizeof(int));
	if (sendmsg(q[0], &m, 0) != 1 || close(p[1]))
		fail("sending");
	if (recvmsg(q[1], &m, 0) != 1)
		fail("receiving");
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	say(got);
	syscall(SYS_close_range, p[0], q[1], 0);
}

/* It gets a table of its own, and the same number means two things. */
static void *alone(void *arg)
{
	int i = *(int *)arg;

	if (i % 2 ? unshare(CLONE_FILES) :
	    (int)syscall(SYS_close_range, 500, 600, 2 /* unshare */))
		fail("unshare");
	for (int k = 0; k < 3; k++)
		renew(OWN, i + k);
	return NULL;
}

static void *thread(void *arg)
{
	int who = *(int *)arg;
	pthread_t t;

	for (int i = 0; i < rounds; i++) {
		pthread_mutex_lock(&lock);
		say(SHARED);
		renew(SHARED, i + who);
		pthread_mutex_unlock(&lock);
		renew(OWN + who, i);
		say(OWN + who);
		if (i % 8)
			continue;
		if (pthread_create(&t, NULL, alone, &i))
			fail("a thread");
		renew(OWN + who, i + 1);
		pthread_join(t, NULL);
		say(OWN + who);
	}
	return NULL;
}

static void threads(void)
{
	int who[THREADS];
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++) {
		who[i] = i + 1;
		if (pthread_create(&t[i], NULL, thread, &who[i]))
			fail("a thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

static int sharing(void *arg)
{
	(void)arg;
	say(OWN);
	renew(OWN, 1);
	return 0;
}

/* A child, and a process that shares what its parent has, but no memory. */
static void children(int flags)
{
	static char stack[STACK] __attribute__((aligned(16)));
	int status;
	pid_t pid = clone(sharing, stack + STACK, flags | SIGCHLD, NULL);

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		fail("a child");
	said += 2;
	say(OWN);
	renew(OWN, 0);
}

/* A ring closes a descriptor, and no call tells of it. */
static void ring_closes(int number)
{
	struct io_uring_params p = {0};
	int fd = (int)syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	char *sq;

	if (fd < 0)
		return;
	sq = mmap(NULL, p.sq_off.array + 4 * p.sq_entries,
		  PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   IORING_OFF_SQES);
	if (sq == MAP_FAILED || sqe == MAP_FAILED)
		fail("a ring");
	sqe->opcode = IORING_OP_CLOSE;
	sqe->fd = number;
	*(unsigned *)(sq + p.sq_off.tail) = 1;
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL,
		    0) != 1 || fcntl(number, F_GETFD) >= 0)
		fail("closing by a ring");
	close(fd);
}

static void rings(void)
{
	int p[2], q[2];

	if (pipe(p))
		fail("pipe");
	say(p[1]);
	ring_closes(p[1]);
	close(p[0]);
	if (pipe(q) || q[1] != p[1])
		fail("the same number");
	say(q[1]);
	close(q[0]);
	close(q[1]);
}

int main(int argc, char **argv)
{
	char sum[20];

	rounds = argc > 1 ? atoi(argv[1]) : 10;
	signal(SIGPIPE, SIG_IGN);
	if (argc > 2) {
		said = atol(argv[2]);
		say(KEPT);
		renew(KEPT - 1, 0);
		rings();
		printf("%ld\n", said);
		return 0;
	}
	renew(SHARED, 0);
	renew(OWN, 0);
	for (int i = 0; i < rounds; i++) {
		numbers(i);
		sent();
		renew(OWN, i);
		if (i % 4)
			continue;
		children(0);
		children(CLONE_FILES);
	}
	threads();
	renew(KEPT - 1, 1);
	renew(KEPT, 0);
	if (fcntl(KEPT - 1, F_SETFD, FD_CLOEXEC))
		fail("F_SETFD");
	snprintf(sum, sizeof(sum), "%ld", said);
	execl("/proc/self/exe", argv[0], argv[1], sum, NULL);
	fail("exec");
}
