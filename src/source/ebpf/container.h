/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * container: what is known of a container's name, and where its cgroup is.
 *
 * Those who run containers give their cgroups names with the container's id or
 * name in it, and keep beside the id what else it is called in files of their
 * own.  Those are read; no program of theirs is asked.
 */
#ifndef STRACE_SOURCE_CONTAINER_H
#define STRACE_SOURCE_CONTAINER_H

#include <limits.h>
#include <stdbool.h>

#define CONTAINER_IDS_MAX 16

/* Where to look: "" but for tests, and where cgroups of version 2 are. */
struct container_places {
	const char *root;
	const char *cgroups;
};

struct container_id {
	char id[NAME_MAX + 1];	/* or all of its cgroup's name */
	const char *engine;	/* whose it is */
};

struct container_ids {
	struct container_id of[CONTAINER_IDS_MAX];
	unsigned count;
};

/* Whom the files of all engines mean by that name. */
void container_ids_find(const struct container_places *at, const char *name,
			struct container_ids *ids);

/*
 * How many cgroups there are for that name, or the beginning of an id; path:
 * the last that was found.  What is inside one belongs to it.
 */
unsigned container_cgroups(const struct container_places *at, const char *name,
			   const struct container_ids *ids,
			   char path[PATH_MAX]);

#endif
