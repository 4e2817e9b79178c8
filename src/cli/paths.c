/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * -P: each name as it was given, and the path that it stands for.
 *
 * That is looked up once, before anything runs: a call that names the file
 * otherwise, or has it as a descriptor, is found by the path.  Of a name that
 * nothing has yet the directory is looked up, and where a link leads to.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"
#include "xalloc.h"

#define LINKS_MAX 40		/* as the kernel has it */
#define QUOTED_MAX 1024

static char *path_canonical(const char *name, unsigned links);

/* The first n bytes of dir, and base after them; neither is NULL. */
static char *path_join(const char *dir, size_t n, const char *base)
{
	char *path;

	if (asprintf(&path, "%.*s%s%s", (int)n, dir,
		     n && *base && dir[n - 1] != '/' ? "/" : "", base) < 0)
		xalloc_die();
	return path;
}

/* The target of a link that leads to nothing yet; NULL if it is no link. */
static char *link_target(const char *name, size_t dir, unsigned links)
{
	char target[PATH_MAX], *path, *found;
	ssize_t n = readlink(name, target, sizeof(target) - 1);

	if (n <= 0 || links == LINKS_MAX)
		return NULL;
	target[n] = '\0';
	path = path_join(name, *target == '/' ? 0 : dir, target);
	found = path_canonical(path, links + 1);
	free(path);
	return found;
}

/* The last component is not there; maybe others before it are not, either. */
static char *path_to_be(const char *name, unsigned links)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;
	size_t n = (size_t)(base - name);
	char *dir, *at, *path;

	if (!*base || !strcmp(base, ".") || !strcmp(base, ".."))
		return NULL;
	path = link_target(name, n, links);
	if (path)
		return path;
	while (n > 1 && name[n - 1] == '/')
		n--;
	dir = path_join(n ? name : ".", n ? n : 1, "");
	at = path_canonical(dir, links);
	free(dir);
	if (!at)
		return NULL;
	path = path_join(at, strlen(at), base);
	free(at);
	return path;
}

/* NULL: there can be none. */
static char *path_canonical(const char *name, unsigned links)
{
	char *path = realpath(name, NULL);

	return path || errno != ENOENT ? path : path_to_be(name, links);
}

/* Quotes in a name differ from those around it. */
static const char *path_quoted(const char *path, char out[QUOTED_MAX])
{
	size_t n = 0;

	for (; *path && n < QUOTED_MAX - 2; path++) {
		if (*path == '"' || *path == '\\')
			out[n++] = '\\';
		out[n++] = *path;
	}
	out[n] = '\0';
	return out;
}

static void path_note(const char *name, const char *path)
{
	char from[QUOTED_MAX], to[QUOTED_MAX];

	diag_note("Requested path \"%s\" resolved into \"%s\"",
		  path_quoted(name, from), path_quoted(path, to));
}

void paths_resolve(struct options *o)
{
	size_t given = o->ntrace_paths;

	o->trace_paths = xalloc_resize(o->trace_paths, 2 * given + 1,
				       sizeof(*o->trace_paths));
	for (size_t i = 0; i < given; i++) {
		const char *name = o->trace_paths[i];
		char *path = path_canonical(name, 0);

		if (!path || !strcmp(path, name)) {
			free(path);
			continue;
		}
		if (!(o->quiet & QUIET_PATH))
			path_note(name, path);
		o->trace_paths[o->ntrace_paths++] = path;
	}
}
