/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf_cgroup: the cgroup that --attach-cgroup or --container names.
 */
#ifndef STRACE_SOURCE_EBPF_CGROUP_H
#define STRACE_SOURCE_EBPF_CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct options;

struct cgroup_target {
	char path[PATH_MAX];
	uint64_t id;
	uint64_t root_id;	/* of the directory where the tree is mounted */
	uint32_t depth;		/* below that directory */
};

/* False after it reported what is wrong. */
bool cgroup_find(const struct options *o, struct cgroup_target *t);
/* Calls tell() for each process that is in it or below it now. */
void cgroup_members(const struct cgroup_target *t,
		    void (*tell)(void *arg, pid_t pid), void *arg);

#endif
