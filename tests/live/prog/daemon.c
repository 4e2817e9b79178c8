/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon FILE: leaves a child behind that makes a call after its parent has
 * ended, and writes into FILE whether that worked.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec ts = {0, 500000000};
	int fd = argc > 1 ? creat(argv[1], 0600) : 2;

	if (fork())
		return 3;
	setsid();
	close(0);
	close(1);
	close(2);
	nanosleep(&ts, NULL);
	if (syscall(SYS_getuid) == -1 && errno == ENOSYS)
		return write(fd, "bad\n", 4) < 0;
	return write(fd, "good\n", 5) < 0;
}
