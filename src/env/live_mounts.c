/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

/* "36 35 98:0 /root /mnt rw - fuse.sshfs source options" */
static bool line_is_fuse(const char *line, unsigned major, unsigned minor)
{
	const char *type = strstr(line, " - ");
	unsigned line_major, line_minor;

	if (!type || strncmp(type + 3, "fuse", 4) ||
	    sscanf(line, "%*u %*u %u:%u", &line_major, &line_minor) != 2)
		return false;
	return (!major && !minor) ||
	       (line_major == major && line_minor == minor);
}

bool env_mount_is_fuse(pid_t tid, unsigned major, unsigned minor)
{
	char path[64], *line = NULL;
	bool fuse = false;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)tid);
	f = fopen(path, "re");
	while (f && !fuse && getline(&line, &size, f) > 0)
		fuse = line_is_fuse(line, major, minor);
	free(line);
	if (f)
		fclose(f);
	return fuse;
}
