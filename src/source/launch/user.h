/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch_user: whose rights a command runs with.
 *
 * It is resolved before the fork, where mistakes can be reported, and taken on
 * in the child.  Zero-filled, it leaves the rights as they are.  Its owner
 * frees groups.
 */
#ifndef STRACE_SOURCE_LAUNCH_USER_H
#define STRACE_SOURCE_LAUNCH_USER_H

#include <stdbool.h>
#include <sys/types.h>

struct launch_user {
	bool given;
	uid_t uid;
	gid_t gid;
	gid_t *groups;		/* supplementary ones: none if GROUP is given */
	int ngroups;
};

/* text is USER[:GROUP], names or ids; -1 after it reported what is wrong. */
int launch_user_resolve(struct launch_user *u, const char *text);
/* NULL, or the call that failed, with errno. */
const char *launch_user_become(const struct launch_user *u);

#endif
