/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls that have to do with a FIFO, and ones that have not.
 *
 *	sought FIFO
 *
 * It has descriptor 9 there, and 3 on something else.  A read of each blocks in
 * a thread while another thread ends.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int reader[2];	/* ids of the threads that read */
static int ends[2];

static void *read_fifo(void *name)
{
	char c;

	reader[0] = (int)syscall(SYS_gettid);
	if (read(9, &c, 1) != 1)
		perror(name);
	return NULL;
}

static void *read_pipe(void *name)
{
	char c;

	reader[1] = (int)syscall(SYS_gettid);
	if (read(ends[0], &c, 1) != 1)
		perror(name);
	return NULL;
}

static int is_reading(int tid)
{
	char path[64], text[32] = "";
	FILE *f;
	long nr;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	f = tid ? fopen(path, "r") : NULL;
	if (f && !fgets(text, sizeof(text), f))
		*text = '\0';
	if (f)
		fclose(f);
	return sscanf(text, "%ld", &nr) == 1 && nr == SYS_read;
}

static void *leave(void *name)
{
	while (!is_reading(reader[0]) || !is_reading(reader[1]))
		usleep(1000);
	return name;
}

static void threads(char *name)
{
	pthread_t a, b, c;

	if (pthread_create(&a, NULL, read_fifo, name) ||
	    pthread_create(&b, NULL, read_pipe, name) ||
	    pthread_create(&c, NULL, leave, name))
		exit(2);
	pthread_join(c, NULL);
	if (write(ends[1], "p", 1) != 1)
		exit(2);
	pthread_join(b, NULL);
	if (write(9, "f", 1) != 1)
		exit(2);
	pthread_join(a, NULL);
}

static void waits(void)
{
	struct timeval at_once = { 0, 0 };
	struct pollfd p[] = { { .fd = 3 }, { .fd = 9 } };
	fd_set set, other;

	FD_ZERO(&set);
	FD_ZERO(&other);
	FD_SET(3, &other);
	syscall(SYS_select, 10, &other, NULL, NULL, &at_once);
	FD_SET(9, &set);
	syscall(SYS_select, 10, &other, &set, NULL, &at_once);
	syscall(SYS_select, 9, &other, &set, NULL, &at_once);
	poll(p, 1, 0);
	poll(p, 2, 0);
}

int main(int argc, char **argv)
{
	int fd = open("/dev/null", O_RDONLY);

	if (argc != 2 || dup2(fd, 3) != 3)
		return 2;
	fd = open(argv[1], O_RDWR);
	if (dup2(fd, 9) != 9 || close(fd) || pipe(ends))
		return 2;
	waits();
	if (symlink(argv[1], "new") || unlink("new") ||
	    symlink("target", argv[1]) == 0)
		return 2;
	threads(argv[1]);
	return 0;
}
