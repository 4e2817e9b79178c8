/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which cgroup --attach-cgroup and --container mean.
 *
 * The kernel programs compare a number: that of the cgroup at some level of the
 * tree of version 2, on the way to the task's own.  A container is found by the
 * name of its cgroup: container managers put the container's id or name in it.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "ebpf_cgroup.h"
#include "options.h"
#include "proc.h"

#define ID_MIN 4		/* digits of a container's id that will do */
#define DEPTH_MAX 32

/* Where version 2 is mounted. */
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

/* Directories between the root and path. */
static uint32_t depth_of(const char *root, const char *path)
{
	uint32_t n = 0;

	for (path += strlen(root); *path; path++)
		n += *path != '/' && path[-1] == '/';
	return n;
}

/* ---- containers ---- */

struct search {
	const char *word;
	char found[PATH_MAX];
	unsigned count;
};

static bool is_hex(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= ID_MIN && !s[n];
}

/* "docker-ID.scope", "libpod-ID.scope", "ID", "NAME", "machine-NAME.scope" */
static bool name_matches(const char *dir, const char *word)
{
	const char *part = strrchr(dir, '-');
	size_t n = strlen(word);

	if (!strcmp(dir, word))
		return true;
	for (int i = 0; i < 2; i++, part = NULL) {
		const char *s = i ? dir : part ? part + 1 : NULL;

		if (!s || strncmp(s, word, n))
			continue;
		if (!s[n] || s[n] == '.' || (is_hex(word) && isxdigit(s[n])))
			return true;
	}
	return false;
}

static void search_dir(struct search *s, char path[PATH_MAX], unsigned depth)
{
	size_t len = strlen(path);
	DIR *dir = depth < DEPTH_MAX ? opendir(path) : NULL;
	struct dirent *de;

	while (dir && (de = readdir(dir))) {
		if (de->d_type != DT_DIR || de->d_name[0] == '.' ||
		    len + strlen(de->d_name) + 2 > PATH_MAX)
			continue;
		path[len] = '/';
		strcpy(path + len + 1, de->d_name);
		if (name_matches(de->d_name, s->word)) {
			/* what is inside belongs to it */
			strcpy(s->found, path);
			s->count++;
		} else {
			search_dir(s, path, depth + 1);
		}
		path[len] = 0;
	}
	if (dir)
		closedir(dir);
}

/* The cgroup of a process: "0::/path" in /proc/PID/cgroup. */
static bool cgroup_of_pid(const char *root, const char *word,
			  char path[PATH_MAX])
{
	char text[PATH_MAX], *p;
	size_t n = strlen(root);

	if (word[strspn(word, "0123456789")] ||
	    proc_read((pid_t)atoi(word), "cgroup", text, sizeof(text)) <= 0)
		return false;
	p = !strncmp(text, "0::", 3) ? text : strstr(text, "\n0::");
	if (!p)
		return false;
	p = strchr(p, '/');
	if (!p)
		return false;
	p[strcspn(p, "\n")] = 0;
	if (n + strlen(p) >= PATH_MAX)
		return false;
	memcpy(path, root, n);
	strcpy(path + n, p);
	return true;
}

/* Docker keeps a container's name beside its id. */
static bool docker_id(const char *name, char id[NAME_MAX + 1])
{
	static const char base[] = "/var/lib/docker/containers";
	char path[PATH_MAX], text[16384], key[NAME_MAX + 16];
	DIR *dir = opendir(base);
	struct dirent *de;
	bool found = false;

	snprintf(key, sizeof(key), "\"Name\":\"/%.200s\"", name);
	while (dir && !found && (de = readdir(dir))) {
		ssize_t n = -1;
		int fd;

		snprintf(path, sizeof(path), "%s/%s/config.v2.json", base,
			 de->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		text[n > 0 ? n : 0] = 0;
		found = strstr(text, key) != NULL;
		if (found)
			snprintf(id, NAME_MAX + 1, "%s", de->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool container_find(const char *root, const char *name,
			   char path[PATH_MAX])
{
	struct search s = {.word = name};
	char at[PATH_MAX], id[NAME_MAX + 1];

	if (cgroup_of_pid(root, name, path))
		return true;
	if (docker_id(name, id))
		s.word = id;
	strcpy(at, root);
	search_dir(&s, at, 0);
	if (s.count == 1) {
		strcpy(path, s.found);
		return true;
	}
	if (s.count)
		diag_warn("--container=%s: %u cgroups are called so; say more "
			  "of the id, or use --attach-cgroup", name, s.count);
	else
		diag_warn("--container=%s: there is no such process, and no "
			  "cgroup below %s with such a container's id or name",
			  name, root);
	return false;
}

/* ---- all together ---- */

/* How deep it is counts, so neither links nor ".." are left in there. */
static bool path_find(const struct options *o, const char *root,
		      char path[PATH_MAX])
{
	char said[PATH_MAX];

	if (o->container)
		return container_find(root, o->container, path);
	errno = ENAMETOOLONG;
	if (snprintf(said, PATH_MAX, "%s%s%s", o->cgroup[0] == '/' ? "" : root,
		     o->cgroup[0] == '/' ? "" : "/", o->cgroup) >= PATH_MAX ||
	    !realpath(said, path)) {
		diag_warn("--attach-cgroup=%s: %s", o->cgroup, strerror(errno));
		return false;
	}
	return true;
}

static bool is_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return !strncmp(path, root, n) && (!path[n] || path[n] == '/');
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
