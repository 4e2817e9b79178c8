/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * paths DIR N: descriptors that mean something else all the time.
 *
 * What each of them is, the program itself says: it writes to a file the path
 * that the file has just then, with ">(deleted)" behind it if there is none any
 * more; and from each directory it opens a file that is not there, with the
 * name of the directory.  In a trace with -y both stand in the same line.  At
 * the end it prints how often it said so.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM 600
#define THREADS 3
#define KEPT 41			/* across execve; the one below is not */

struct place {			/* who says how much, and where */
	const char *dir;
	int who, rounds;
	long said;
};

static void fail(const char *what)
{
	fprintf(stderr, "paths: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void say(struct place *p, int fd, const char *path)
{
	if (write(fd, path, strlen(path)) < 0)
		fail(path);
	p->said++;
}

static int file_new(struct place *p, char *path, const char *name, int i)
{
	int fd;

	snprintf(path, ROOM, "%s/%s%d.%d", p->dir, name, p->who, i % 16);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	if (fd < 0)
		fail(path);
	return fd;
}

/* One file under all the names that it has. */
static void names(struct place *p, int i)
{
	char path[ROOM], now[ROOM + 20];
	int fd = file_new(p, path, "file", i);
	int copy;

	say(p, fd, path);
	copy = i % 2 ? dup(fd) : fcntl(fd, F_DUPFD_CLOEXEC, 60 + p->who);
	close(fd);
	say(p, copy, path);
	snprintf(now, sizeof(now), "%s.new", path);
	if (rename(path, now))
		fail(now);
	say(p, copy, now);
	if (i % 3) {
		unlink(now);
		strcat(now, ">(deleted)");
		say(p, copy, now);
	}
	close(copy);
}

/* A directory gets another name while a file in it is open. */
static void directories(struct place *p, int i)
{
	char dir[ROOM], path[2 * ROOM], now[ROOM + 20];
	int fd, at;

	snprintf(dir, ROOM, "%s/dir%d", p->dir, p->who);
	snprintf(path, sizeof(path), "%s/in", dir);
	snprintf(now, sizeof(now), "%s.%d", dir, i % 8);
	if (mkdir(dir, 0700))
		fail(dir);
	at = open(dir, O_PATH | O_DIRECTORY);
	fd = openat(at, "in", O_CREAT | O_WRONLY, 0600);
	say(p, fd, path);
	if (rename(dir, now))
		fail(now);
	snprintf(path, sizeof(path), "%s/in", now);
	say(p, fd, path);
	unlinkat(at, "in", 0);
	strcat(path, ">(deleted)");
	say(p, fd, path);
	rmdir(now);
	close(fd);
	close(at);
}

/* The same number for other files, as fast as can be. */
static void numbers(struct place *p, int i)
{
	char path[ROOM];

	for (int k = 0; k < 8; k++) {
		int fd = file_new(p, path, "many", i + k);

		say(p, fd, path);
		dup2(fd, 80 + p->who);
		say(p, 80 + p->who, path);
		close(fd);
	}
	close(80 + p->who);
}

static void *thread(void *arg)
{
	struct place *p = arg;

	for (int i = 0; i < p->rounds; i++) {
		names(p, i);
		directories(p, i);
		numbers(p, i);
	}
	return NULL;
}

static void threads(struct place *all)
{
	struct place each[THREADS];
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++) {
		each[i] = (struct place){ all->dir, i + 1, all->rounds, 0 };
		if (pthread_create(&t[i], NULL, thread, &each[i]))
			fail("a thread");
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		all->said += each[i].said;
	}
}

static void working_directory(struct place *p, int i)
{
	char dir[ROOM];

	snprintf(dir, ROOM, "%s/cwd%d", p->dir, i % 5);
	mkdir(dir, 0700);
	if (chdir(dir))
		fail(dir);
	if (openat(AT_FDCWD, dir + 1, O_RDONLY) >= 0)
		fail("a file that is not there");
	p->said++;
	if (chdir("/"))
		fail("/");
	rmdir(dir);
}

/* A child has the files of its parent, and then others. */
static void children(struct place *p, int i)
{
	char path[ROOM], other[ROOM];
	int fd = file_new(p, path, "parent", i);
	struct place child = { p->dir, 20, 0, 0 };
	pid_t pid = fork();
	int status;

	if (!pid) {
		say(&child, fd, path);
		close(fd);
		if (file_new(&child, other, "child", i) != fd)
			fail("the same number");
		say(&child, fd, other);
		_exit(0);
	}
	say(p, fd, path);
	close(fd);
	if (waitpid(pid, &status, 0) != pid || status)
		fail("a child");
	p->said += 2;
}

/* Sets and arrays of descriptors, and nothing of them is left. */
static void waits(struct place *p)
{
	struct timeval now = { 0, 0 };
	struct pollfd one;
	char path[ROOM];
	fd_set set;
	int fd;

	snprintf(path, ROOM, "%s/waited", p->dir);
	fd = open(path, O_CREAT | O_RDWR, 0600);
	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, &now);
	one = (struct pollfd){ fd, POLLIN, 0 };
	poll(&one, 1, 0);
	close(fd);
}

/* What is left after execve, and what is not. */
static int after(struct place *p, const char *path)
{
	if (write(KEPT - 1, "none", 4) >= 0 || errno != EBADF)
		fail("a descriptor is left");
	say(p, KEPT, path);
	printf("%ld\n", p->said);
	return 0;
}

int main(int argc, char **argv)
{
	struct place p = { argv[1], 0, argc > 2 ? atoi(argv[2]) : 10, 0 };
	char path[ROOM], said[20];

	if (argc == 5) {
		p.said = atol(argv[3]);
		return after(&p, argv[4]);
	}
	for (int i = 0; i < p.rounds; i++) {
		names(&p, i);
		directories(&p, i);
		numbers(&p, i);
		working_directory(&p, i);
		waits(&p);
		if (i % 10 == 0)
			children(&p, i);
	}
	threads(&p);
	dup2(file_new(&p, path, "closed", 0), 3);
	if (fcntl(3, F_DUPFD_CLOEXEC, KEPT - 1) != KEPT - 1)
		fail("the number");
	dup2(file_new(&p, path, "kept", 0), KEPT);
	snprintf(said, sizeof(said), "%ld", p.said);
	execl("/proc/self/exe", argv[0], argv[1], argv[2], said, path, NULL);
	fail("exec");
}
