/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash.h"
#include "live.h"
#include "live_stack.h"
#include "now.h"

/* ---- files ---- */

static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool is_later(const struct timespec *t, int64_t past)
{
	return past && t->tv_sec * NSEC_PER_SEC + t->tv_nsec > past;
}

/*
 * Of a task that went on, the file may be written to by now, and its name, or
 * its place, may be that of another one.
 */
static int open_same(const char *path, const struct stack_maps *m,
		     const struct stack_map *k, bool by_name)
{
	int fd = open_regular(path);
	struct stat st;

	if (fd < 0 || !m->past)
		return fd;
	if (!fstat(fd, &st) && (!m->told || st.st_ino == k->inode) &&
	    !is_later(by_name ? &st.st_ctim : &st.st_mtim, m->past))
		return fd;
	close(fd);
	return -1;
}

/*
 * The mapping itself leads to the file, even if that has another name now.  If
 * the task is gone, its name is the only way.
 */
static int map_open(const struct stack_maps *m, const struct stack_map *k)
{
	char path[4096 + 64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx",
		 (int)m->tid, (unsigned long long)k->start,
		 (unsigned long long)k->end);
	fd = open_same(path, m, k, false);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/root%.*s", (int)m->tid,
		 (int)k->name_len, m->text.data + k->name);
	fd = open_same(path, m, k, true);
	if (fd >= 0 || !m->told)
		return fd;
	return open_same(path + strlen(path) - k->name_len, m, k, true);
}

static bool map_is_fuse(const struct stack_maps *m, const struct stack_map *k)
{
	return env_mount_is_fuse(m->tid, k->major, k->minor) ||
	       (m->told && env_mount_is_fuse(getpid(), k->major, k->minor));
}

static uint64_t name_hash(const struct stack_maps *m, const struct stack_map *k)
{
	return hash_bytes(HASH_BYTES, m->text.data + k->name, k->name_len);
}

static bool file_is(const struct stack_file *f, const struct stack_maps *m,
		    const struct stack_map *k)
{
	return f->inode == k->inode && f->major == k->major &&
	       f->minor == k->minor &&
	       (f->fd >= 0 || f->name == name_hash(m, k));
}

static bool file_changed(const struct stack_file *f)
{
	struct stat st;

	return f->fd >= 0 &&
	       (fstat(f->fd, &st) || st.st_size != f->size ||
		st.st_mtim.tv_sec != f->changed.tv_sec ||
		st.st_mtim.tv_nsec != f->changed.tv_nsec);
}

/* NULL: the space has no room for one more. */
static struct stack_file *file_get(struct stack_walk *w,
				   const struct stack_map *k)
{
	struct stack_space *s = w->space;
	struct stack_file *f;
	struct stat st = { .st_size = 0 };

	for (size_t i = 0; i < s->files; i++)
		if (file_is(&s->file[i], w->maps, k))
			return &s->file[i];
	if (s->files == STACK_FILES)
		return NULL;
	f = &s->file[s->files++];
	*f = (struct stack_file){
		.inode = k->inode, .major = k->major, .minor = k->minor,
		.forbidden = map_is_fuse(w->maps, k),
		.name = name_hash(w->maps, k),
	};
	f->fd = f->forbidden ? -1 : map_open(w->maps, k);
	if (f->fd >= 0 && !fstat(f->fd, &st)) {
		f->size = st.st_size;
		f->changed = st.st_mtim;
	}
	return f;
}

/* ---- facts ---- */

static bool map_is_vdso(const struct stack_maps *m, const struct stack_map *k)
{
	return !k->inode && k->name_len == 6 &&
	       !memcmp(m->text.data + k->name, "[vdso]", 6);
}

static bool fact_touches(const struct stack_fact *f, const struct stack_map *k)
{
	return f->start < k->end && k->start < f->end;
}

/* A mapping may be split, and its parts joined: the rest has to be the same. */
static bool fact_agrees(const struct stack_fact *f, const struct stack_maps *m,
			const struct stack_map *k)
{
	if (!f->file)
		return !k->inode && f->start == k->start && f->end == k->end &&
		       f->vdso == map_is_vdso(m, k);
	return file_is(f->file, m, k) &&
	       f->start - f->offset == k->start - k->offset;
}

bool stack_space_agrees(const struct stack_space *s,
			const struct stack_maps *m)
{
	for (size_t i = 0; i < m->count; i++) {
		for (size_t j = 0; m->map[i].met && j < s->facts; j++) {
			if (fact_touches(&s->fact[j], &m->map[i]) &&
			    !fact_agrees(&s->fact[j], m, &m->map[i]))
				return false;
		}
	}
	return true;
}

static struct stack_fact *fact_known(struct stack_walk *w,
				     const struct stack_map *k)
{
	struct stack_space *s = w->space;
	struct stack_fact *f = NULL;

	for (size_t i = 0; i < s->facts; i++) {
		if (!fact_touches(&s->fact[i], k))
			continue;
		f = &s->fact[i];
		if (!fact_agrees(f, w->maps, k) ||
		    (f->file && file_changed(f->file))) {
			w->disagreed = true;
			return NULL;
		}
	}
	if (f && f->start > k->start) {
		f->offset -= f->start - k->start;
		f->start = k->start;
	}
	if (f && f->end < k->end)
		f->end = k->end;
	return f;
}

/* Code without a file comes and goes, and has no names: nothing is kept. */
static struct stack_fact *fact_add(struct stack_walk *w,
				   const struct stack_map *k)
{
	struct stack_space *s = w->space;
	struct stack_file *file = NULL;
	struct stack_fact *f;

	if (!k->inode && !map_is_vdso(w->maps, k))
		return NULL;
	if (k->inode && s->facts < STACK_FACTS)
		file = file_get(w, k);
	if (s->facts == STACK_FACTS || (k->inode && !file)) {
		w->disagreed = !w->fresh;
		return NULL;
	}
	f = &s->fact[s->facts];
	*f = (struct stack_fact){
		.start = k->start, .end = k->end, .offset = k->offset,
		.file = file, .vdso = !file,
	};
	if (!stack_backend_map(w, f) && !w->fresh) {
		w->disagreed = true;
		return NULL;
	}
	s->facts++;
	return f;
}

struct stack_fact *stack_space_fact(struct stack_walk *w, struct stack_map *k)
{
	if (!k->fact) {
		k->fact = fact_known(w, k);
		if (!k->fact && !w->disagreed)
			k->fact = fact_add(w, k);
	}
	return k->fact;
}

void stack_space_forget(struct stack_space *s)
{
	stack_backend_forget(s);
	for (size_t i = 0; i < s->files; i++)
		if (s->file[i].fd >= 0)
			close(s->file[i].fd);
	stack_names_free(&s->names);
	*s = (struct stack_space){ .tid = 0 };
}
