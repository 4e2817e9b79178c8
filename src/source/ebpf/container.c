/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * container.c finds the cgroup of a container.
 */
#include "container.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define ID_MIN 4		/* digits of a container's id that suffice */
#define DEPTH_MAX 32

struct search {
	const struct container_ids *ids;
	const char *name;
	char *found;
	unsigned count;
};

static bool is_hex(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= ID_MIN && !s[n];
}

/* Is part the word, but for a unit's suffix or the rest of an id? */
static bool part_matches(const char *part, const char *word)
{
	size_t n = strlen(word);

	if (!part || strncmp(part, word, n))
		return false;
	return !part[n] || !strcmp(part + n, ".scope") ||
	       !strcmp(part + n, ".service") ||
	       (is_hex(word) && isxdigit((unsigned char)part[n]));
}

static const char *behind_last(const char *dir, char c)
{
	const char *p = strrchr(dir, c);

	return p ? p + 1 : NULL;
}

/*
 * "docker-ID.scope", "libpod-ID.scope", "cri-containerd-ID.scope", "ID",
 * "NAME", "machine-NAME.scope", "systemd-nspawn@NAME.service",
 * "lxc.payload.NAME".
 */
static bool name_matches(const char *dir, const char *word)
{
	static const char lxc[] = "lxc.payload.";

	return !strcmp(dir, word) || part_matches(dir, word) ||
	       part_matches(behind_last(dir, '-'), word) ||
	       part_matches(behind_last(dir, '@'), word) ||
	       (!strncmp(dir, lxc, sizeof(lxc) - 1) &&
		!strcmp(dir + sizeof(lxc) - 1, word));
}

static bool search_matches(const struct search *s, const char *dir)
{
	for (unsigned i = 0; i < s->ids->count; i++)
		if (name_matches(dir, s->ids->of[i].id))
			return true;
	return name_matches(dir, s->name);
}

/* A container's monitor is in a cgroup of its own, with the same name in it. */
static bool is_monitor(const char *dir)
{
	return !strncmp(dir, "lxc.monitor", 11) || strstr(dir, "-conmon-");
}

static void search_dir(struct search *s, char path[PATH_MAX], unsigned depth)
{
	size_t len = strlen(path);
	DIR *dir = depth < DEPTH_MAX ? opendir(path) : NULL;
	struct dirent *de;

	while (dir && (de = readdir(dir))) {
		if (de->d_type != DT_DIR || de->d_name[0] == '.' ||
		    is_monitor(de->d_name) ||
		    len + strlen(de->d_name) + 2 > PATH_MAX)
			continue;
		path[len] = '/';
		strcpy(path + len + 1, de->d_name);
		if (search_matches(s, de->d_name)) {
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

unsigned container_cgroups(const struct container_places *at, const char *name,
			   const struct container_ids *ids,
			   char path[PATH_MAX])
{
	struct search s = {.ids = ids, .name = name, .found = path};
	char from[PATH_MAX];

	snprintf(from, sizeof(from), "%s", at->cgroups);
	search_dir(&s, from, 0);
	return s.count;
}
