/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cgroup.c finds the cgroup that --attach-cgroup and --container mean.
 *
 * The kernel programs compare one number: the id of the cgroup at a given level
 * of the tree of version 2, on the way to the task's own.  A container is found
 * by the name of its cgroup, because container managers put the container's id
 * or name in it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "container.h"
#include "diag.h"
#include "cgroup.h"
#include "options.h"
#include "proc.h"

#define DEPTH_MAX 32

/* Find where version 2 is mounted. */
static bool root_find(char root[PATH_MAX])
{
	char line[PATH_MAX * 2], *type;
	FILE *f = fopen("/proc/self/mountinfo", "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		type = strstr(line, " - cgroup2 ");
		found = type && sscanf(line, "%*s %*s %*s %*s %4095s",
				       root) == 1;
	}
	if (f)
		fclose(f);
	return found;
}

static bool id_read(const char *path, uint64_t *id)
{
	union {
		struct file_handle h;
		char room[sizeof(struct file_handle) + sizeof(uint64_t)];
	} u = {.h.handle_bytes = sizeof(uint64_t)};
	int mount;

	if (name_to_handle_at(AT_FDCWD, path, &u.h, &mount, 0) < 0)
		return false;
	memcpy(id, u.h.f_handle, sizeof(*id));
	return true;
}

/* How many directories path is below the root. */
static uint32_t depth_of(const char *root, const char *path)
{
	uint32_t n = 0;

	for (path += strlen(root); *path; path++)
		n += *path != '/' && path[-1] == '/';
	return n;
}

static bool is_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return !strncmp(path, root, n) && (!path[n] || path[n] == '/');
}

/* ---- containers ---- */

/* The path from "0::/path" in /proc/PID/cgroup; NULL if word is no process. */
static const char *cgroup_of_pid(const char *word, char text[PATH_MAX])
{
	char *p;

	if (word[strspn(word, "0123456789")] ||
	    proc_read((pid_t)atoi(word), "cgroup", text, PATH_MAX) <= 0)
		return NULL;
	p = !strncmp(text, "0::", 3) ? text : strstr(text, "\n0::");
	p = p ? strchr(p, '/') : NULL;
	if (p)
		p[strcspn(p, "\n")] = 0;
	return p;
}

static bool path_join(const char *root, const char *below, char path[PATH_MAX])
{
	errno = ENAMETOOLONG;
	return snprintf(path, PATH_MAX, "%s%s%s", root,
			*below == '/' ? "" : "/", below) < PATH_MAX;
}

/* A process in the root cgroup runs on the machine itself, in no container. */
static bool process_find(const char *root, const char *name, const char *below,
			 char path[PATH_MAX])
{
	if (!strcmp(below, "/")) {
		diag_warn("--container=%s: process %s is in no container; its "
			  "cgroup is that of the whole system (--all traces "
			  "that, -p the process)", name, name);
		return false;
	}
	return path_join(root, below, path);
}

static bool container_find(const char *root, const char *name,
			   char path[PATH_MAX])
{
	struct container_places at = {.root = "", .cgroups = root};
	struct container_ids ids;
	char text[PATH_MAX];
	const char *below = cgroup_of_pid(name, text);
	unsigned n;

	if (below)
		return process_find(root, name, below, path);
	container_ids_find(&at, name, &ids);
	n = container_cgroups(&at, name, &ids, path);
	if (n > 1)
		diag_warn("--container=%s: %u cgroups are called so; say more "
			  "of the id, or use --attach-cgroup", name, n);
	else if (!n && ids.count)
		diag_warn("--container=%s: that is %.12s of %s; below %s there "
			  "is no cgroup of it: it does not run, or was given "
			  "none (-f -p PID traces its first process)", name,
			  ids.of[0].id, ids.of[0].engine, root);
	else if (!n)
		diag_warn("--container=%s: that is no container: no process "
			  "has this id, no cgroup below %s is called so, and "
			  "no state of Docker, Podman, containerd, CRI-O or "
			  "systemd-nspawn knows it", name, root);
	return n == 1;
}

/* ---- all together ---- */

/* Its depth is counted from the path, so links and ".." are resolved. */
static bool path_find(const struct options *o, const char *root,
		      char path[PATH_MAX])
{
	const char *given = o->cgroup;
	char said[PATH_MAX];

	if (o->container)
		return container_find(root, o->container, path);
	/* Given as in /proc/PID/cgroup, as a file's path, or below the root. */
	if (!strncmp(given, "0::/", 4))
		given += 3;
	if (!path_join(is_below(given, root) ? "" : root, given, said) ||
	    !realpath(said, path)) {
		diag_warn("--attach-cgroup=%s: there is no cgroup %s: %s",
			  o->cgroup, said, strerror(errno));
		return false;
	}
	return true;
}

bool cgroup_find(const struct options *o, struct cgroup_target *t)
{
	char root[PATH_MAX];

	if (!root_find(root)) {
		diag_warn("No cgroups of version 2 are mounted");
		return false;
	}
	if (!path_find(o, root, t->path))
		return false;
	if (!is_below(t->path, root) || !id_read(t->path, &t->id) ||
	    !id_read(root, &t->root_id)) {
		diag_warn("'%s' is not a cgroup of version 2, which are below "
			  "%s", t->path, root);
		return false;
	}
	t->depth = depth_of(root, t->path);
	return true;
}

static void members_of_dir(char path[PATH_MAX], unsigned depth,
			   void (*tell)(void *arg, pid_t pid), void *arg)
{
	size_t len = strlen(path);
	struct dirent *de;
	FILE *f;
	DIR *dir;
	int pid;

	if (depth == DEPTH_MAX || len + sizeof("/cgroup.procs") > PATH_MAX)
		return;
	strcpy(path + len, "/cgroup.procs");
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1)
		tell(arg, pid);
	if (f)
		fclose(f);
	path[len] = 0;
	dir = opendir(path);
	while (dir && (de = readdir(dir))) {
		if (de->d_type != DT_DIR || de->d_name[0] == '.' ||
		    len + strlen(de->d_name) + 2 > PATH_MAX)
			continue;
		path[len] = '/';
		strcpy(path + len + 1, de->d_name);
		members_of_dir(path, depth + 1, tell, arg);
		path[len] = 0;
	}
	if (dir)
		closedir(dir);
}

void cgroup_members(const struct cgroup_target *t,
		    void (*tell)(void *arg, pid_t pid), void *arg)
{
	char path[PATH_MAX];

	strcpy(path, t->path);
	members_of_dir(path, 0, tell, arg);
}
