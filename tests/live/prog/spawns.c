/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spawns RATE SECONDS FILE: two parents that make short processes, by vfork and
 * execve, RATE a second in all, or as many as the machine can.  Each exits with
 * 7.  FILE is made: the smallest program there is.  Prints how many it made.
 */
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PARENTS = 2, BASE = 0x400000 };

struct image {
	ElfW(Ehdr) head;
	ElfW(Phdr) segment;
	unsigned char code[12];
};

#ifdef __x86_64__
#define MACHINE EM_X86_64
#define CLASS ELFCLASS64
#define CALL 0x0f, 0x05		/* syscall */
#define ARG 0xbf		/* mov $, %edi */
#else
#define MACHINE EM_386
#define CLASS ELFCLASS32
#define CALL 0xcd, 0x80		/* int $0x80 */
#define ARG 0xbb		/* mov $, %ebx */
#endif

/* exit_group(7), and nothing else. */
static const struct image image = {
	.head = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, CLASS,
			    ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = MACHINE,
		.e_version = EV_CURRENT,
		.e_entry = BASE + offsetof(struct image, code),
		.e_phoff = offsetof(struct image, segment),
		.e_ehsize = sizeof(ElfW(Ehdr)),
		.e_phentsize = sizeof(ElfW(Phdr)),
		.e_phnum = 1,
	},
	.segment = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_vaddr = BASE,
		.p_filesz = sizeof(struct image),
		.p_memsz = sizeof(struct image),
		.p_align = 0x1000,
	},
	.code = {0xb8, SYS_exit_group, 0, 0, 0, ARG, 7, 0, 0, 0, CALL},
};

static int image_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	ssize_t n = fd < 0 ? -1 : write(fd, &image, sizeof(image));

	return n == sizeof(image) ? close(fd) : -1;
}

static int64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void wait_until(int64_t ns)
{
	struct timespec ts = {ns / 1000000000, ns % 1000000000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* True if the process did what it should. */
static int spawn(const char *path)
{
	int status = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		execl(path, path, (char *)NULL);
		_exit(1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

static void parent_run(unsigned *made, int rate, int seconds, const char *path)
{
	int64_t start = clock_ns(), end = start + seconds * 1000000000LL;
	int64_t step = 1000000000LL * PARENTS / rate;

	for (int64_t next = start; clock_ns() < end; next += step) {
		if (next > clock_ns())
			wait_until(next);
		if (!spawn(path))
			_exit(1);
		++*made;
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, bad = 0;
	unsigned sum = 0;

	if (argc < 4 || atoi(argv[1]) < 1 || image_write(argv[3]))
		return 2;
	for (int i = 0; i < PARENTS; i++)
		if (fork() == 0)
			parent_run(&made[i], atoi(argv[1]), atoi(argv[2]),
				   argv[3]);
	while (wait(&status) > 0)
		bad += status != 0;
	for (int i = 0; i < PARENTS; i++)
		sum += made[i];
	printf("%u\n", sum);
	return bad;
}
