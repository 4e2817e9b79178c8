/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live_pmu.c finds what a type of perf event is called: each source of events
 * has a directory in sysfs with its number.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "live.h"

#define PMUS "/sys/bus/event_source/devices"

static bool pmu_has_type(int dir, const char *name, uint64_t type)
{
	char path[300], text[24] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/type", name);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 && strtoull(text, NULL, 10) == type;
}

bool env_pmu(uint64_t type, struct buf *out)
{
	DIR *dir = opendir(PMUS);
	bool found = false;
	struct dirent *e;

	while (dir && !found && (e = readdir(dir))) {
		found = e->d_name[0] != '.' &&
			pmu_has_type(dirfd(dir), e->d_name, type);
		if (found)
			buf_str(out, e->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}
