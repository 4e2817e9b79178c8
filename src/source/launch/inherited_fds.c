/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "inherited_fds.h"

#define FD_MAX 65536	/* where we stop looking if there is no /proc */

static void fd_drop(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && !(flags & FD_CLOEXEC))
		close(fd);
}

void inherited_fds_drop(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *de;

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	if (!dir) {
		for (int fd = STDERR_FILENO + 1; fd < FD_MAX; fd++)
			fd_drop(fd);
		return;
	}
	while ((de = readdir(dir))) {
		int fd = atoi(de->d_name);

		if (fd > STDERR_FILENO)
			fd_drop(fd);
	}
	closedir(dir);
}
