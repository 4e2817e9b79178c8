/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sample PART...: makes calls that options of strace show in different ways.
 * Each part is about one thing; all write in the working directory only.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Not every machine has these. */
#ifndef SYS_access
#define SYS_access (-1)
#endif
#ifndef SYS_stat
#define SYS_stat (-1)
#endif
#ifndef SYS_lstat
#define SYS_lstat (-1)
#endif

/* 3: a file; what is written to it and read from it. */
static void part_file(void)
{
	char buf[16];

	syscall(SYS_openat, AT_FDCWD, "sample.txt",
		O_RDWR | O_CREAT | O_TRUNC, 0600);
	syscall(SYS_write, 3, "hello\n\303\277\1", 9L);
	syscall(SYS_lseek, 3, 0L, SEEK_SET);
	syscall(SYS_read, 3, buf, sizeof(buf));
	syscall(SYS_openat, AT_FDCWD, "none", O_RDONLY);
	syscall(SYS_close, 3);
}

/* A structure, in and out. */
static void part_struct(void)
{
	static char one[] = "one", two[] = "two";
	struct iovec v[] = { { one, 3 }, { two, 3 } };
	struct timespec t = { 0, 1 };
	int fd = open("/dev/null", O_WRONLY);
	struct stat st;

	syscall(SYS_writev, fd, v, 2L);
	fstat(fd, &st);
	syscall(SYS_nanosleep, &t, NULL);
	close(fd);
}

/* 3 to 8: descriptors of each kind. */
static void part_fds(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	open("/dev/null", O_RDWR);
	socket(AF_INET, SOCK_DGRAM, 0);
	bind(4, (struct sockaddr *)&to, sizeof(to));
	eventfd(5, 0);
	signalfd(-1, &set, 0);
	syscall(SYS_pidfd_open, getpid(), 0);
	timerfd_create(CLOCK_BOOTTIME, 0);
	for (int fd = 3; fd <= 8; fd++)
		syscall(SYS_fcntl, fd, F_GETFD);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void part_signals(void)
{
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	raise(SIGUSR1);
	raise(SIGUSR2);
}

/* A call that a signal interrupts. */
static void part_interrupted(void)
{
	signal(SIGALRM, on_signal);
	ualarm(10000, 0);
	sigsuspend(&(sigset_t){ 0 });
}

/* A child that makes calls of its own, and a thread's number in a call. */
static void part_child(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		syscall(SYS_getpgid, 0L);
		_exit(3);
	}
	/* It goes on later, so each has its lines for itself. */
	waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
	syscall(SYS_getsid, pid);
	waitpid(pid, &status, 0);
}

/* A call of each class, of which the name of the class is no part. */
static void part_classes(void)
{
	struct statfs fs;
	struct stat st;
	struct timespec t;

	syscall(SYS_access, ".", 0L);
	syscall(SYS_dup, 0L);
	syscall(SYS_madvise, NULL, 0L, 0L);
	syscall(SYS_wait4, -1L, NULL, 0L, NULL);
	syscall(SYS_rt_sigpending, NULL, 8L);
	syscall(SYS_shmget, 0L, 0L, 0L);
	syscall(SYS_socketpair, -1L, 0L, 0L, NULL);
	syscall(SYS_stat, ".", &st);
	syscall(SYS_lstat, ".", &st);
	syscall(SYS_fstat, 0L, &st);
	syscall(SYS_statfs, ".", &fs);
	syscall(SYS_fstatfs, 0L, &fs);
	syscall(SYS_getppid);
	syscall(SYS_getresuid, NULL, NULL, NULL);
	syscall(SYS_clock_getres, CLOCK_MONOTONIC, &t);
	syscall(SYS_io_uring_setup, 0, NULL);
}

/* What is injected changes what is printed. */
static void part_tell(void)
{
	char buf[8] = "";
	int fds[2];
	long got, parent;

	if (pipe(fds) || write(fds[1], "abcdef", 6) != 6)
		exit(2);
	errno = 0;
	got = syscall(SYS_read, fds[0], buf, 6L);
	printf("read %ld %s error %d\n", got, buf, errno);
	errno = 0;
	parent = syscall(SYS_getppid);
	printf("getppid %ld error %d\n", parent == getppid() ? 0 : parent,
	       errno);
	for (int i = 1; i <= 6; i++)
		printf("umask %d: %s\n", i,
		       syscall(SYS_umask, 022L) < 0 ? "fails" : "succeeds");
	fflush(stdout);
}

/* A call that takes a moment; calls of which the time differs. */
static void part_slow(void)
{
	struct timespec t = { 0, 20 * 1000 * 1000 };

	syscall(SYS_getppid);
	syscall(SYS_nanosleep, &t, NULL);
}

/* New namespaces, or what the kernel says to one who may not. */
static void part_namespace(void)
{
	syscall(SYS_unshare, (long)CLONE_NEWUTS);
}

static void part_env(void)
{
	const char *value = getenv("SAMPLE");

	printf("SAMPLE is %s\n", value ? value : "not set");
	fflush(stdout);
}

static void part_getppid(void)
{
	syscall(SYS_getppid);
}

/* Calls that are put into another program by exec. */
static void part_exec(void)
{
	execl("/proc/self/exe", "again", "getppid", NULL);
}

static const struct {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "file", part_file }, { "struct", part_struct }, { "fds", part_fds },
	{ "signals", part_signals }, { "interrupted", part_interrupted },
	{ "child", part_child },
	{ "classes", part_classes }, { "tell", part_tell },
	{ "slow", part_slow }, { "namespace", part_namespace },
	{ "env", part_env }, { "getppid", part_getppid },
	{ "exec", part_exec },
};

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++)
			if (i && !strcmp(argv[i], parts[k].name))
				parts[k].run();
	return 0;
}
