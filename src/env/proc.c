/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROC_NAME_MAX 64

bool proc_is_ours(void)
{
	char self[PROC_NAME_MAX];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	return atoi(self) == getpid();
}

ssize_t proc_read(pid_t tid, const char *name, char *buf, size_t size)
{
	char path[PROC_NAME_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (!proc_is_ours())
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	do {
		n = read(fd, buf + len, size - 1 - len);
		if (n > 0)
			len += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	close(fd);
	buf[len] = '\0';
	return n < 0 && !len ? -1 : (ssize_t)len;
}

uint64_t proc_ns(pid_t tid, const char *name)
{
	char path[PROC_NAME_MAX];
	struct stat st;

	if (!proc_is_ours())
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", tid, name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

long proc_status_num(pid_t tid, const char *key)
{
	char buf[4096];
	const char *p = buf;

	if (proc_read(tid, "status", buf, sizeof(buf)) < 0)
		return -1;
	/* a comm can't fake a key: newlines in it are escaped */
	while (p) {
		if (!strncmp(p, key, strlen(key)))
			return strtol(p + strlen(key), NULL, 10);
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return -1;
}

size_t proc_comm(pid_t tid, char *buf, size_t size)
{
	ssize_t n = proc_read(tid, "comm", buf, size);

	if (n <= 0) {
		buf[0] = '\0';
		return 0;
	}
	if (buf[n - 1] == '\n')
		buf[--n] = '\0';
	return (size_t)n;
}
