/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes system calls and prints on standard output the lines that a trace of
 * them must have, from what it knows itself.  Everything between the two
 * chdir("...") calls counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *error_text(int err)
{
	switch (err) {
	case ENOENT: return "ENOENT (No such file or directory)";
	case EBADF: return "EBADF (Bad file descriptor)";
	case EFAULT: return "EFAULT (Bad address)";
	case EINVAL: return "EINVAL (Invalid argument)";
	case ENOTSOCK: return "ENOTSOCK (Socket operation on non-socket)";
	default: return "?";
	}
}

/* Print the line of a call that just returned ret. */
static void say(long ret, const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	if (ret == -1)
		printf(" = -1 %s\n", error_text(err));
	else
		printf(" = %ld\n", ret);
}

/* n bytes that end where readable memory ends. */
static char *at_edge(const char *bytes, size_t n)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, page * 2, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + page, page);
	return memcpy(p + page - n, bytes, n);
}

/* The kernel's own arguments, without what the library adds. */
#define sys(name, ...) syscall(SYS_##name, __VA_ARGS__)

static void strings(void)
{
	char *whole = at_edge("/no/such", 9);
	char *open_end = at_edge("/no/such", 8);
	char *data = at_edge("abc\0\1\177\377", 7);
	long ret;

	ret = sys(chdir, whole);
	say(ret, "chdir(\"/no/such\")");
	ret = sys(chdir, open_end);
	say(ret, "chdir(%p)", open_end);
	ret = sys(chdir, NULL);
	say(ret, "chdir(NULL)");
	ret = sys(chdir, "a\"b\\c\n\33[31m");
	say(ret, "chdir(\"a\\\"b\\\\c\\n\\33[31m\")");
	ret = sys(write, -1, data, 7);
	say(ret, "write(-1, \"abc\\0\\1\\177\\377\", 7)");
	ret = sys(write, -1, data, 8);
	say(ret, "write(-1, %p, 8)", data);
	ret = sys(write, -1, data, 0);
	say(ret, "write(-1, \"\", 0)");
	ret = sys(write, -1, "0123456789012345678901234567890123456789", 40);
	say(ret, "write(-1, \"01234567890123456789012345678901\"..., 40)");
}

static void structs(void)
{
	struct iovec good[2] = {
		{ .iov_base = "xy", .iov_len = 2 },
		{ .iov_base = NULL, .iov_len = 0 },
	};
	struct iovec *edge = (void *)at_edge((void *)good, sizeof(good[0]));
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/x/y" };
	long ret;

	ret = sys(writev, -1, good, 2);
	say(ret, "writev(-1, [{iov_base=\"xy\", iov_len=2}, "
	    "{iov_base=NULL, iov_len=0}], 2)");
	ret = sys(writev, -1, edge, 2);
	say(ret, "writev(-1, [{iov_base=\"xy\", iov_len=2}, "
	    "... /* %p */], 2)", (void *)(edge + 1));
#ifdef SYS_connect
	ret = sys(connect, 0, &un, (long)sizeof(un));
	say(ret, "connect(0, {sa_family=AF_UNIX, sun_path=\"/x/y\"}, %d)",
	    (int)sizeof(un));
#endif
	(void)un;
}

static void numbers(void)
{
	int fds[2];
	long ret;

	ret = sys(openat, AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0);
	say(ret, "openat(AT_FDCWD, \"/dev/null\", O_WRONLY|O_CLOEXEC)");
	close(ret);
	ret = sys(openat, -7, "nothing", O_RDWR | O_CREAT, 0640);
	say(ret, "openat(-7, \"nothing\", O_RDWR|O_CREAT, 0640)");
	ret = sys(dup3, 5, 5, O_CLOEXEC);
	say(ret, "dup3(5, 5, O_CLOEXEC)");
	ret = sys(dup3, -1, 7, 0x40000001);
	say(ret, "dup3(-1, 7, 0x40000001 /* O_??? */)");
	ret = sys(pipe2, fds, O_NONBLOCK);
	say(ret, "pipe2([%d, %d], O_NONBLOCK)", fds[0], fds[1]);
	ret = sys(pipe2, NULL, 0);
	say(ret, "pipe2(NULL, 0)");
	ret = sys(lseek, fds[0], 0L, 77);
	say(ret, "lseek(%d, 0, 0x4d /* SEEK_??? */)", fds[0]);
	ret = sys(munmap, 1L, 4096L);
	say(ret, "munmap(0x1, 4096)");
}

static void processes(void)
{
	int status;
	long ret;
	pid_t pid = fork();

	if (!pid)
		_exit(42);
	ret = sys(wait4, pid, &status, 0, NULL);
	say(ret, "wait4(%d, [{WIFEXITED(s) && WEXITSTATUS(s) == 42}], 0, "
	    "NULL)", pid);
}

int main(void)
{
	setvbuf(stdout, malloc(65536), _IOFBF, 65536);
	strings();
	structs();
	numbers();
	processes();
	return fflush(stdout) != 0;
}
