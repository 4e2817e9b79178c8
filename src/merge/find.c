/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "diag.h"
#include "record/format.h"
#include "xalloc.h"

#define PID_DIGITS 10

/* The digits behind the last point, which a process id may be, or NULL. */
static const char *pid_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t n = dot ? strspn(dot + 1, "0123456789") : 0;

	return n && n <= PID_DIGITS && !dot[1 + n] ? dot + 1 : NULL;
}

static void log_add(struct found *f, const char *path)
{
	struct found_log *l;

	if (f->logs == f->logs_cap)
		f->log = xalloc_grow(f->log, &f->logs_cap, sizeof(*f->log));
	l = &f->log[f->logs];
	l->path = xalloc_copy(path);
	l->pid = pid_of(l->path);
	l->number = l->pid ? strtoull(l->pid, NULL, 10) : 0;
	l->order = f->logs++;
}

static void record_add(struct found *f, const char *path)
{
	if (f->records == f->records_cap)
		f->record = xalloc_grow(f->record, &f->records_cap,
					sizeof(*f->record));
	f->record[f->records++] = xalloc_copy(path);
}

/* PREFIX.PID, for every PID that there is; how many, or -1 with errno. */
static int prefix_add(struct found *f, const char *prefix)
{
	const char *slash = strrchr(prefix, '/');
	const char *name = slash ? slash + 1 : prefix;
	size_t dir_len = (size_t)(name - prefix), len = strlen(name);
	struct buf path = { .len = 0 };
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	buf_add(&path, prefix, dir_len);
	dir = opendir(dir_len ? buf_cstr(&path) : ".");
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, name, len) ||
		    pid_of(entry->d_name) != entry->d_name + len + 1)
			continue;
		path.len = dir_len;
		buf_str(&path, entry->d_name);
		log_add(f, buf_cstr(&path));
		count++;
	}
	buf_free(&path);
	if (!dir)
		return -1;
	closedir(dir);
	return count;
}

static bool is_record(const char *path)
{
	char magic[RECORD_MAGIC_LEN];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, magic, sizeof(magic));
	close(fd);
	return n == sizeof(magic) &&
	       !memcmp(magic, RECORD_MAGIC, sizeof(magic));
}

bool found_add(struct found *f, const char *name)
{
	struct stat st;
	bool is_there = stat(name, &st) == 0;
	bool is_file = is_there && S_ISREG(st.st_mode);
	/* One log need not be looked for among its neighbours. */
	int count = is_file && pid_of(name) ? 0 : prefix_add(f, name);

	if (count > 0)
		return true;
	if (!is_file) {
		if (count < 0)
			diag_warn("Can't look for '%s.PID': %s", name,
				  strerror(errno));
		else if (is_there)
			diag_warn("'%s' is not a file, and there is no "
				  "'%s.PID'", name, name);
		else
			diag_warn("There is no file '%s.PID', as strace -ff "
				  "-ttt -o '%s' makes it", name, name);
		return false;
	}
	if (is_record(name))
		record_add(f, name);
	else
		log_add(f, name);
	return true;
}

static int log_compare(const void *left, const void *right)
{
	const struct found_log *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void found_sort(struct found *f)
{
	if (f->logs)
		qsort(f->log, f->logs, sizeof(*f->log), log_compare);
}

static bool is_same(const char *path, const struct stat *st)
{
	struct stat own;

	return stat(path, &own) == 0 && own.st_dev == st->st_dev &&
	       own.st_ino == st->st_ino;
}

const char *found_has(const struct found *f, const struct stat *st)
{
	for (size_t i = 0; i < f->logs; i++)
		if (is_same(f->log[i].path, st))
			return f->log[i].path;
	for (size_t i = 0; i < f->records; i++)
		if (is_same(f->record[i], st))
			return f->record[i];
	return NULL;
}

void found_free(struct found *f)
{
	for (size_t i = 0; i < f->logs; i++)
		free(f->log[i].path);
	for (size_t i = 0; i < f->records; i++)
		free(f->record[i]);
	free(f->log);
	free(f->record);
	*f = (struct found){ .logs = 0 };
}
