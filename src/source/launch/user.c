/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whose rights the command runs with (-u USER[:GROUP]), by name or by id.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "user.h"
#include "xalloc.h"

#define USER_NAME_MAX 256

/* The largest id is refused: setreuid() takes it for "leave it as it is". */
static bool id_parse(const char *text, uint32_t *id)
{
	unsigned long v;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno || *end || v >= UINT32_MAX)
		return false;
	*id = (uint32_t)v;
	return true;
}

static int not_found(const char *what, const char *name)
{
	diag_warn("Cannot find %s '%s'%s%s", what, name,
		  errno ? ": " : "", errno ? strerror(errno) : "");
	return -1;
}

static int group_resolve(struct launch_user *u, const char *name)
{
	struct group *gr;

	errno = 0;
	gr = getgrnam(name);
	if (gr)
		u->gid = gr->gr_gid;
	else if (!id_parse(name, &u->gid))
		return not_found("group", name);
	return 0;
}

/* Take the user's own group and all groups that list the user. */
static void groups_take(struct launch_user *u, const struct passwd *pw)
{
	u->gid = pw->pw_gid;
	getgrouplist(pw->pw_name, u->gid, NULL, &u->ngroups);
	u->groups = xalloc_new((size_t)u->ngroups + 1, sizeof(gid_t));
	if (getgrouplist(pw->pw_name, u->gid, u->groups, &u->ngroups) < 0)
		u->ngroups = 0;
}

int launch_user_resolve(struct launch_user *u, const char *text)
{
	size_t len = strcspn(text, ":");
	char name[USER_NAME_MAX];
	struct passwd *pw;

	if (geteuid() != 0) {
		diag_warn("Only root can run a command as another user (-u)");
		return -1;
	}
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, text, len);
	name[len] = '\0';
	errno = 0;
	pw = getpwnam(name);
	if (pw)
		u->uid = pw->pw_uid;
	else if (!id_parse(name, &u->uid))
		return not_found("user", name);
	else
		pw = getpwuid(u->uid);
	u->given = true;
	if (text[len])
		return group_resolve(u, text + len + 1);
	if (!pw) {
		diag_warn("User %s has no entry that tells the group; "
			  "give one as well: -u %s:GROUP", name, name);
		return -1;
	}
	groups_take(u, pw);
	return 0;
}

const char *launch_user_become(const struct launch_user *u)
{
	if (!u->given)
		return NULL;
	if (setgroups((size_t)u->ngroups, u->groups) < 0)
		return "setgroups";
	if (setregid(u->gid, u->gid) < 0)
		return "setregid";
	if (setreuid(u->uid, u->uid) < 0)
		return "setreuid";
	return NULL;
}
