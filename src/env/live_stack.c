/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live_stack.h"
#include "stack.h"
#include "xalloc.h"

#define MAPS_MAX (16u << 20)	/* bytes of it that we read */
#define PAGE_ROOM (STACK_PAGE_MAX - 64)

struct env_stack {
	struct stack_backend *backend;
	struct stack_maps maps;
	struct buf raw;		/* all of /proc/TID/maps */
	/* The last walk, while its pages are being asked for. */
	struct buf frames;
	pid_t tid;
	size_t given;		/* bytes of frames that were given */
	uint64_t next;		/* the page that comes next */
};

/* ---- what is mapped ---- */

static bool maps_load(struct buf *b, pid_t tid)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	buf_reset(b);
	do {
		buf_grow(b, 65536);
		n = read(fd, b->data + b->len, 65536);
		if (n > 0)
			b->len += n;
	} while ((n > 0 && b->len < MAPS_MAX) || (n < 0 && errno == EINTR));
	close(fd);
	return b->len > 0;
}

static void map_add(struct stack_maps *m, const struct stack_map *new)
{
	if (m->count == m->cap)
		m->map = xalloc_grow(m->map, &m->cap, sizeof(*m->map));
	m->map[m->count++] = *new;
}

/* Heaps and stacks are left out: they come and go, and have no code. */
static void maps_line(struct stack_maps *m, const char *line, size_t len)
{
	char head[128], perms[8];
	unsigned long long start, end, offset, inode;
	struct stack_map k;
	int name = 0;
	size_t n = len < sizeof(head) - 1 ? len : sizeof(head) - 1;

	memcpy(head, line, n);
	head[n] = '\0';
	if (sscanf(head, "%llx-%llx %7s %llx %x:%x %llu %n", &start, &end,
		   perms, &offset, &k.major, &k.minor, &inode, &name) < 7 ||
	    (!inode && perms[2] != 'x'))
		return;
	k.start = start;
	k.end = end;
	k.offset = offset;
	k.name = m->text.len + (size_t)name;
	k.name_len = name && (size_t)name < len ? len - (size_t)name : 0;
	buf_add(&m->text, line, len);
	buf_ch(&m->text, '\n');
	map_add(m, &k);
}

static bool maps_read(struct env_stack *s, pid_t tid)
{
	const char *p, *end, *nl;

	if (!maps_load(&s->raw, tid))
		return false;
	buf_reset(&s->maps.text);
	s->maps.count = 0;
	end = s->raw.data + s->raw.len;
	for (p = s->raw.data; p < end; p = nl + 1) {
		nl = memchr(p, '\n', end - p);
		if (!nl)
			break;
		maps_line(&s->maps, p, nl - p);
	}
	return true;
}

/* The kernel lists them in order. */
const struct stack_map *stack_maps_find(const struct stack_maps *m,
					uint64_t addr)
{
	size_t lo = 0, hi = m->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (addr < m->map[mid].start)
			hi = mid;
		else if (addr >= m->map[mid].end)
			lo = mid + 1;
		else
			return &m->map[mid];
	}
	return NULL;
}

/* ---- frames ---- */

static void add_field(struct buf *b, const char *text)
{
	if (text)
		buf_add(b, text, strnlen(text, STACK_NAME_MAX));
	buf_ch(b, '\0');
}

/* The symbol may be name@@VERSION; the version is left out. */
static void add_name(struct buf *b, const char *name)
{
	size_t n = name ? strnlen(name, STACK_NAME_MAX) : 0;
	const char *at = n > 1 ? memchr(name + 1, '@', n - 1) : NULL;

	if (n)
		buf_add(b, name, at ? (size_t)(at - name) : n);
	buf_ch(b, '\0');
}

static void add_symbol(struct buf *b, const char *name)
{
	char *plain = NULL;

	if (name && strnlen(name, STACK_NAME_MAX) < STACK_NAME_MAX)
		plain = stack_demangle(name);
	add_name(b, plain ? plain : name);
	free(plain);
}

bool stack_frame_add(struct stack_walk *w, const struct stack_found *f)
{
	const struct stack_map *k;
	struct buf *b = w->out;

	if (w->count++ == STACK_FRAMES_MAX) {
		buf_add(b, "\0\0\0\0\0", 6);
		return false;
	}
	k = stack_maps_find(w->maps, f->pc);
	if (!k || !k->name_len) {
		buf_add(b, "\0\0", 3);
		buf_fmt(b, "%llx", (unsigned long long)f->pc);
		buf_add(b, "\0\0", 3);
		return false;
	}
	buf_add(b, w->maps->text.data + k->name, k->name_len);
	buf_ch(b, '\0');
	add_symbol(b, f->symbol);
	buf_fmt(b, "%llx", (unsigned long long)(f->symbol ? f->offset : 0));
	buf_ch(b, '\0');
	buf_fmt(b, "%llx", (unsigned long long)(f->pc - k->start + k->offset));
	buf_ch(b, '\0');
	add_field(b, f->file);
	if (f->file)
		buf_dec(b, f->line);
	buf_ch(b, '\0');
	return true;
}

/* ---- answers ---- */

bool env_stack_ready(struct env_live *l)
{
	if (!l->stack) {
		l->stack = xalloc_new(1, sizeof(*l->stack));
		l->stack->backend = stack_backend_new();
	}
	return l->stack->backend;
}

static bool stack_walk(struct env_stack *s, pid_t tid, bool source)
{
	struct stack_walk w = {
		.tid = tid, .source = source, .maps = &s->maps,
		.out = &s->frames,
	};

	buf_reset(&s->frames);
	s->tid = tid;
	s->given = 0;
	s->next = 0;
	if (!maps_read(s, tid))
		return false;
	stack_backend_walk(s->backend, &w);
	return true;
}

/* How many bytes the whole frames have that fit on a page. */
static size_t page_len(const struct env_stack *s)
{
	const char *begin = s->frames.data + s->given, *p = begin;
	const char *end = s->frames.data + s->frames.len, *last = begin;
	struct stack_frame f;

	while (stack_next(&p, end, &f) && (size_t)(p - begin) <= PAGE_ROOM)
		last = p;
	return last - begin;
}

bool env_stack(struct env_live *l, const struct env_query *q, struct buf *out)
{
	uint64_t page = q->key >> 8;
	struct env_stack *s;
	size_t n;

	if (!env_stack_ready(l))
		return false;
	s = l->stack;
	if (!page && !stack_walk(s, q->tid, q->key & 1))
		return false;
	if (page != s->next || q->tid != s->tid || !s->frames.len)
		return false;
	n = page_len(s);
	buf_ch(out, n && s->given + n < s->frames.len ? '+' : '.');
	buf_add(out, s->frames.data + s->given, n);
	s->given += n;
	s->next++;
	return true;
}

void env_stack_free(struct env_stack *s)
{
	if (!s)
		return;
	stack_backend_free(s->backend);
	buf_free(&s->maps.text);
	buf_free(&s->raw);
	buf_free(&s->frames);
	free(s->maps.map);
	free(s);
}
