/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * container_ids.c reads the files in which container engines note what their
 * containers are called.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "container.h"

#define SIZE_MOST (4 << 20)

static bool file_read(const char *path, struct buf *b)
{
	char part[16384];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	buf_reset(b);
	if (fd < 0)
		return false;
	do {
		n = read(fd, part, sizeof(part));
		if (n > 0)
			buf_add(b, part, (size_t)n);
	} while ((n > 0 || (n < 0 && errno == EINTR)) && b->len < SIZE_MOST);
	close(fd);
	return b->len > 0;
}

/* ---- JSON: its strings, each with its key ---- */

#define JSON_DEPTH 16
#define JSON_STRING (NAME_MAX + 1)

struct json {
	const char *p, *end;
	char key[JSON_DEPTH][JSON_STRING];
	char text[JSON_STRING];
	unsigned depth;
};

/* Escapes are not decoded: no name or id has any. */
static void json_string(struct json *j)
{
	size_t n = 0;

	for (j->p++; j->p < j->end && *j->p != '"'; j->p++) {
		if (*j->p == '\\')
			j->text[n++ % JSON_STRING] = *j->p++;
		if (j->p < j->end)
			j->text[n++ % JSON_STRING] = *j->p;
	}
	j->text[n < JSON_STRING ? n : 0] = 0;
	j->p++;
}

static bool json_at_colon(struct json *j)
{
	while (j->p < j->end && strchr(" \t\r\n", *j->p))
		j->p++;
	return j->p < j->end && *j->p == ':';
}

static void json_open(struct json *j)
{
	/* strings in a list have the list's key */
	if (j->depth + 1 < JSON_DEPTH)
		strcpy(j->key[j->depth + 1], *j->p == '[' ?
		       j->key[j->depth] : "");
	j->depth++;
}

/* The next string, or the end of a list or object (closes); false: no more. */
static bool json_next(struct json *j, bool *closes)
{
	*closes = false;
	while (j->p < j->end) {
		char c = *j->p;

		if (c == '"') {
			json_string(j);
			if (!json_at_colon(j))
				return true;
			if (j->depth < JSON_DEPTH)
				strcpy(j->key[j->depth], j->text);
		}
		if (c == '{' || c == '[')
			json_open(j);
		*closes = (c == '}' || c == ']') && j->depth;
		j->p += c != '"';
		if (*closes) {
			j->depth--;
			return true;
		}
	}
	return false;
}

static const char *json_key(const struct json *j)
{
	return j->key[j->depth < JSON_DEPTH ? j->depth : JSON_DEPTH - 1];
}

/* ---- what the files say ---- */

struct look {
	const char *name;
	const char *engine;
	struct container_ids *ids;
};

static void id_add(const struct look *l, const char *id)
{
	struct container_ids *ids = l->ids;

	for (unsigned i = 0; i < ids->count; i++)
		if (!strcmp(ids->of[i].id, id))
			return;
	if (ids->count == CONTAINER_IDS_MAX || !*id)
		return;
	snprintf(ids->of[ids->count].id, NAME_MAX + 1, "%s", id);
	ids->of[ids->count++].engine = l->engine;
}

/* The name in path that has so many others below it: 0 is the last one. */
static void dir_of(const char *path, unsigned below, char dir[NAME_MAX + 1])
{
	const char *end = path + strlen(path), *p;

	for (p = end; p > path; p--) {
		if (p[-1] != '/')
			continue;
		if (!below--)
			break;
		end = p - 1;
	}
	snprintf(dir, NAME_MAX + 1, "%.*s", (int)(end - p), p);
}

/* Docker: the container's own file, with "Name":"/web". */
static void docker_look(const struct look *l, const char *path, struct buf *b)
{
	struct json j = {.p = b->data, .end = b->data + b->len};
	char id[NAME_MAX + 1];
	bool closes;

	dir_of(path, 1, id);
	while (json_next(&j, &closes))
		if (!closes && j.depth == 1 && !strcmp(json_key(&j), "Name") &&
		    !strcmp(j.text + (*j.text == '/'), l->name))
			id_add(l, id);
}

/* Podman, CRI-O: a list of {"id":"...","names":["web"]}. */
static void storage_look(const struct look *l, const char *path, struct buf *b)
{
	struct json j = {.p = b->data, .end = b->data + b->len};
	char id[JSON_STRING] = "";
	bool closes, is_it = false;

	(void)path;
	while (json_next(&j, &closes)) {
		if (closes && j.depth == 1) {
			if (is_it)
				id_add(l, id);
			is_it = false;
			*id = 0;
		} else if (!closes && j.depth == 2 &&
			   !strcmp(json_key(&j), "id")) {
			strcpy(id, j.text);
		} else if (!closes && j.depth == 3 &&
			   !strcmp(json_key(&j), "names")) {
			is_it = is_it || !strcmp(j.text, l->name);
		}
	}
}

static bool is_name_key(const char *key)
{
	return !strcmp(key, "io.kubernetes.cri.container-name") ||
	       !strcmp(key, "io.kubernetes.container.name") ||
	       !strcmp(key, "nerdctl/name");
}

/* The bundle that a runtime gets: the name is among the annotations. */
static void bundle_look(const struct look *l, const char *path, struct buf *b)
{
	struct json j = {.p = b->data, .end = b->data + b->len};
	char id[NAME_MAX + 1];
	bool closes;

	dir_of(path, 1, id);
	if (!strcmp(id, "userdata"))
		dir_of(path, 2, id);
	while (json_next(&j, &closes))
		if (!closes && j.depth == 2 && is_name_key(json_key(&j)) &&
		    !strcmp(j.text, l->name))
			id_add(l, id);
}

/* systemd-nspawn: SCOPE= is the unit, and the cgroup has the unit's name. */
static void machine_look(const struct look *l, const char *path, struct buf *b)
{
	char dir[NAME_MAX + 1], *line, *rest;

	dir_of(path, 0, dir);
	if (strcmp(dir, l->name))
		return;
	buf_cstr(b);
	rest = b->data;
	while ((line = strsep(&rest, "\n")))
		if (!strncmp(line, "SCOPE=", 6))
			id_add(l, line + 6);
}

static const struct state_file {
	const char *engine, *pattern;
	void (*look)(const struct look *l, const char *path, struct buf *b);
} state_files[] = {
	{ "Docker", "/var/lib/docker/containers/*/config.v2.json",
	  docker_look },
	{ "Docker", "/home/*/.local/share/docker/containers/*/config.v2.json",
	  docker_look },
	{ "Podman", "/var/lib/containers/storage/overlay-containers/"
	  "*containers.json", storage_look },
	{ "Podman", "/var/lib/containers/storage/vfs-containers/"
	  "*containers.json", storage_look },
	{ "Podman", "/home/*/.local/share/containers/storage/*-containers/"
	  "*containers.json", storage_look },
	{ "containerd", "/run/containerd/io.containerd.runtime.v2.task/*/*/"
	  "config.json", bundle_look },
	{ "containerd", "/run/k3s/containerd/io.containerd.runtime.v2.task/*/"
	  "*/config.json", bundle_look },
	{ "CRI-O", "/run/containers/storage/overlay-containers/*/userdata/"
	  "config.json", bundle_look },
	{ "systemd-nspawn", "/run/systemd/machines/*", machine_look },
	{ NULL, NULL, NULL },
};

void container_ids_find(const struct container_places *at, const char *name,
			struct container_ids *ids)
{
	struct buf b = {.len = 0};

	ids->count = 0;
	for (const struct state_file *f = state_files; f->engine; f++) {
		struct look l = {name, f->engine, ids};
		char pattern[PATH_MAX];
		glob_t found;

		snprintf(pattern, sizeof(pattern), "%s%s", at->root,
			 f->pattern);
		if (glob(pattern, GLOB_NOSORT, NULL, &found))
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			if (file_read(found.gl_pathv[k], &b))
				f->look(&l, found.gl_pathv[k], &b);
		globfree(&found);
	}
	buf_free(&b);
}
