/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "live_stack.h"
#include "xalloc.h"

#define MAPS_MAX (16u << 20)	/* bytes of it that we read */
#define NAME_MAX_LEN 4096

/* Not every libc's headers have this; kernels do from 6.11 on. */
struct procmap_question {
	__u64 size;
	__u64 flags;
	__u64 addr;
	__u64 start, end, vma_flags, page_size, offset, inode;
	__u32 major, minor;
	__u32 name_size, build_id_size;
	__u64 name_addr, build_id_addr;
};

enum { VMA_EXECUTABLE = 4 };

#define PROCMAP_QUESTION _IOWR('f', 17, struct procmap_question)

/* ---- the mappings that are known ---- */

/* How many begin at or before the address. */
static size_t maps_upto(const struct stack_maps *m, uint64_t addr)
{
	size_t lo = 0, hi = m->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->map[mid].start <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct stack_map *maps_known(const struct stack_maps *m, uint64_t addr)
{
	size_t n = maps_upto(m, addr);

	return n && addr < m->map[n - 1].end ? &m->map[n - 1] : NULL;
}

static struct stack_map *maps_insert(struct stack_maps *m,
				     const struct stack_map *new)
{
	size_t at = maps_upto(m, new->start);

	if (m->count == m->cap)
		m->map = xalloc_grow(m->map, &m->cap, sizeof(*m->map));
	memmove(m->map + at + 1, m->map + at,
		(m->count - at) * sizeof(*m->map));
	m->count++;
	m->map[at] = *new;
	return &m->map[at];
}

static struct stack_map *maps_add(struct stack_maps *m,
				  const struct stack_map *new,
				  const char *name, size_t len)
{
	struct stack_map *k = maps_insert(m, new);

	k->name = m->text.len;
	k->name_len = len;
	buf_add(&m->text, name, len);
	return k;
}

static void maps_remove(struct stack_maps *m, size_t at)
{
	m->count--;
	memmove(m->map + at, m->map + at + 1,
		(m->count - at) * sizeof(*m->map));
}

static void map_cut_begin(struct stack_map *k, uint64_t start)
{
	k->offset += start - k->start;
	k->start = start;
}

void stack_maps_put(struct stack_maps *m, const struct stack_map *new,
		    const char *name)
{
	size_t at = maps_upto(m, new->start);

	if (at && m->map[at - 1].end > new->start) {
		struct stack_map rest = m->map[--at];

		m->map[at].end = new->start;
		if (new->start > rest.start)
			at++;
		else
			maps_remove(m, at);
		if (rest.end > new->end) {
			map_cut_begin(&rest, new->end);
			maps_insert(m, &rest);
		}
	}
	while (at < m->count && m->map[at].end <= new->end)
		maps_remove(m, at);
	if (at < m->count && m->map[at].start < new->end)
		map_cut_begin(&m->map[at], new->end);
	maps_add(m, new, name, new->name_len);
}

void stack_maps_copy(struct stack_maps *m, const struct stack_maps *from)
{
	while (m->cap < from->count)
		m->map = xalloc_grow(m->map, &m->cap, sizeof(*m->map));
	m->count = from->count;
	if (m->count)
		memcpy(m->map, from->map, m->count * sizeof(*m->map));
	buf_reset(&m->text);
	buf_add(&m->text, from->text.data, from->text.len);
}

/* ---- one address ---- */

static struct stack_map *maps_ask(struct stack_maps *m, uint64_t addr)
{
	char name[NAME_MAX_LEN];
	struct procmap_question q = {
		.size = sizeof(q), .addr = addr, .name_size = sizeof(name),
		.name_addr = (uintptr_t)name,
	};
	struct stack_map k;

	if (ioctl(m->fd, PROCMAP_QUESTION, &q) < 0) {
		m->whole = errno == ENOTTY || errno == EPERM ||
			   errno == ENOSYS || errno == EACCES;
		return NULL;
	}
	if (!q.inode && !(q.vma_flags & VMA_EXECUTABLE))
		return NULL;
	k = (struct stack_map){
		.start = q.start, .end = q.end, .offset = q.offset,
		.inode = q.inode, .major = q.major, .minor = q.minor,
	};
	return maps_add(m, &k, name, q.name_size ? q.name_size - 1 : 0);
}

/* ---- all of them ---- */

static void maps_load(struct stack_maps *m)
{
	struct buf *b = &m->raw;
	ssize_t n;

	buf_reset(b);
	do {
		buf_grow(b, 65536);
		n = read(m->fd, b->data + b->len, 65536);
		if (n > 0)
			b->len += n;
	} while ((n > 0 && b->len < MAPS_MAX) || (n < 0 && errno == EINTR));
}

/* The one byte of a name that would end its line stands there as "\012". */
static size_t name_restore(char *name)
{
	char *to = name;

	for (const char *p = name; *p; to++) {
		bool escaped = !strncmp(p, "\\012", 4);

		*to = escaped ? '\n' : *p;
		p += escaped ? 4 : 1;
	}
	return to - name;
}

/* A number, and the one byte behind it. */
static uint64_t number_read(char **p, int base)
{
	char *end;
	uint64_t v = strtoull(*p, &end, base);

	*p = *end ? end + 1 : end;
	return v;
}

/*
 * "7f00-7f80 r-xp 00001000 08:02 1234     /lib/a.so".  Heaps and stacks are
 * left out: they come and go, and have no code.
 */
static void maps_line(struct stack_maps *m, char *p)
{
	struct stack_map k = { .met = false };
	bool code;

	k.start = number_read(&p, 16);
	k.end = number_read(&p, 16);
	if (strlen(p) < 5)
		return;
	code = p[2] == 'x';
	p += 5;
	k.offset = number_read(&p, 16);
	k.major = (unsigned)number_read(&p, 16);
	k.minor = (unsigned)number_read(&p, 16);
	k.inode = number_read(&p, 10);
	p += strspn(p, " ");
	if (k.inode || code)
		maps_add(m, &k, p, name_restore(p));
}

static void maps_read(struct stack_maps *m)
{
	char *p, *nl;

	maps_load(m);
	m->count = 0;
	buf_reset(&m->text);
	buf_ch(&m->raw, '\0');
	for (p = m->raw.data; (nl = strchr(p, '\n')); p = nl + 1) {
		*nl = '\0';
		maps_line(m, p);
	}
}

/* ---- a walk ---- */

struct stack_map *stack_maps_find(struct stack_maps *m, uint64_t addr)
{
	struct stack_map *k = maps_known(m, addr);

	if (!k && !m->whole && !m->told) {
		k = maps_ask(m, addr);
		if (m->whole) {
			maps_read(m);
			k = maps_known(m, addr);
		}
	}
	if (k)
		k->met = true;
	return k;
}

static bool maps_open(struct stack_maps *m)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)m->tid);
	m->fd = open(path, O_RDONLY | O_CLOEXEC);
	return m->fd >= 0;
}

bool stack_maps_read(struct stack_maps *m, pid_t pid)
{
	m->tid = pid;
	if (!maps_open(m))
		return false;
	maps_read(m);
	stack_maps_end(m);
	buf_free(&m->raw);
	return m->count;
}

bool stack_maps_begin(struct stack_maps *m, pid_t tid,
		      const struct stack_maps *told)
{
	m->tid = tid;
	m->told = told;
	m->fd = -1;
	if (told) {
		stack_maps_copy(m, told);
		return true;
	}
	if (!maps_open(m))
		return false;
	m->count = 0;
	buf_reset(&m->text);
	if (m->whole)
		maps_read(m);
	return true;
}

void stack_maps_end(struct stack_maps *m)
{
	if (m->fd >= 0)
		close(m->fd);
}

void stack_maps_free(struct stack_maps *m)
{
	buf_free(&m->text);
	buf_free(&m->raw);
	free(m->map);
}
