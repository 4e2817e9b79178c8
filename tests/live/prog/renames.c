/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes its name in both ways, and makes a call under each. */
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	int fd;

	prctl(PR_SET_NAME, "first");
	getppid();
	fd = open("/proc/self/comm", O_WRONLY);
	if (fd < 0 || write(fd, "second", 6) != 6)
		return 1;
	getppid();
	return 0;
}
