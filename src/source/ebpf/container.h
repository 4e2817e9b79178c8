/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * container: from a container's name to its cgroup.
 *
 * Container engines name a container's cgroup after its id or name, and keep
 * the other names of that id in files of their own.  We read these files; no
 * program of theirs is asked.
 */
#ifndef STRACE_SOURCE_CONTAINER_H
#define STRACE_SOURCE_CONTAINER_H

#include <limits.h>
#include <stdbool.h>

#define CONTAINER_IDS_MAX 16

struct container_places {
	const char *root;	/* before all paths; "" but in tests */
	const char *cgroups;	/* where cgroups of version 2 are mounted */
};

struct container_id {
	char id[NAME_MAX + 1];	/* or the whole name of its cgroup */
	const char *engine;	/* the one that runs it */
};

struct container_ids {
	struct container_id of[CONTAINER_IDS_MAX];
	unsigned count;
};

/* Find all containers that have this name in the files of any engine. */
void container_ids_find(const struct container_places *at, const char *name,
			struct container_ids *ids);

/*
 * How many cgroups there are for a name, or for the beginning of an id; path is
 * the last that was found.  A cgroup inside one belongs to it and is not
 * counted.
 */
unsigned container_cgroups(const struct container_places *at, const char *name,
			   const struct container_ids *ids,
			   char path[PATH_MAX]);

#endif
