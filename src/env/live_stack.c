/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "live_stack.h"
#include "stack.h"
#include "stack_piece.h"
#include "xalloc.h"

#define PAGE_ROOM (STACK_PAGE_MAX - 64)
#define SPACES 8
#define FILES_ENOUGH 128	/* open ones: others need descriptors as well */
#define NAMES 4096		/* addresses that a space knows names of */

struct env_stack {
	struct stack_backend *backend;
	unsigned limit;		/* of frames */
	struct stack_maps maps;
	struct stack_space space[SPACES];
	uint64_t walks;
	/* The last walk, while its pages are being asked for. */
	struct buf frames;
	pid_t tid;
	size_t given;		/* bytes of frames that were given */
	uint64_t next;		/* the page that comes next */
};

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
	char plain[STACK_NAME_MAX];

	if (name && strnlen(name, STACK_NAME_MAX) < STACK_NAME_MAX &&
	    stack_demangle(name, plain, sizeof(plain)))
		name = plain;
	add_name(b, name);
}

static void add_hex(struct buf *b, uint64_t v)
{
	buf_fmt(b, "%llx", (unsigned long long)v);
	buf_ch(b, '\0');
}

static const struct stack_name *name_find(struct stack_walk *w,
					  const struct stack_fact *fact,
					  uint64_t pc, void *frame)
{
	struct stack_found f = { .symbol = NULL };
	struct stack_name new = { .pc = pc };
	const struct stack_name *kept;
	struct buf b = { 0 };

	stack_backend_find(w, fact, pc, frame, &f);
	add_symbol(&b, f.symbol);
	add_hex(&b, f.symbol ? f.offset : 0);
	new.symbol_len = b.len;
	add_field(&b, f.file);
	if (f.file)
		buf_dec(&b, f.line);
	buf_ch(&b, '\0');
	new.text = b.data;
	new.len = b.len;
	kept = stack_names_put(&w->space->names, &new);
	buf_free(&b);
	return kept;
}

static const struct stack_name *name_get(struct stack_walk *w,
					 const struct stack_fact *fact,
					 uint64_t pc, void *frame)
{
	const struct stack_name *name = stack_names_get(&w->space->names, pc);

	return name ? name : name_find(w, fact, pc, frame);
}

void stack_frame_meet(struct stack_walk *w, uint64_t pc)
{
	struct stack_map *k = stack_maps_find(w->maps, pc);

	if (k)
		stack_space_fact(w, k);
}

bool stack_frame_add(struct stack_walk *w, uint64_t pc, void *frame)
{
	struct stack_map *k = stack_maps_find(w->maps, pc);
	struct stack_fact *fact = k ? stack_space_fact(w, k) : NULL;
	const struct stack_name *name;
	struct buf *b = w->out;

	if (w->disagreed)
		return false;
	if (w->count++ == w->limit) {
		buf_add(b, STACK_CUT, sizeof(STACK_CUT));
		return false;
	}
	if (!k || !k->name_len) {
		buf_add(b, "\0\0", 3);
		add_hex(b, pc);
		buf_add(b, "\0", 2);
		return false;
	}
	buf_add(b, w->maps->text.data + k->name, k->name_len);
	buf_ch(b, '\0');
	name = fact ? name_get(w, fact, pc, frame) : NULL;
	if (name)
		buf_add(b, name->text, name->symbol_len);
	else
		buf_add(b, "\0" "0", 3);
	add_hex(b, pc - k->start + k->offset);
	if (name)
		buf_add(b, name->text + name->symbol_len,
			name->len - name->symbol_len);
	else
		buf_add(b, "\0", 2);
	return true;
}

/* ---- answers ---- */

bool env_stack_ready(struct env_live *l, unsigned limit)
{
	if (!l->stack) {
		l->stack = xalloc_new(1, sizeof(*l->stack));
		l->stack->backend = stack_backend_new();
	}
	l->stack->limit = limit;
	return l->stack->backend;
}

/* Is a a better guess at the space of the task than b? */
static bool space_is_likelier(const struct stack_space *a,
			      const struct stack_space *b, pid_t tid)
{
	if ((a->tid == tid) != (b->tid == tid))
		return a->tid == tid;
	return a->used > b->used;
}

/* One that this walk has not tried and that may be the task's, or a new one. */
static void space_choose(struct env_stack *s, struct stack_walk *w)
{
	struct stack_space *best = NULL, *oldest = &s->space[0];

	for (size_t i = 0; i < SPACES; i++) {
		struct stack_space *k = &s->space[i];

		if (k->used < oldest->used)
			oldest = k;
		if (k->used && k->walk != s->walks &&
		    (!best || space_is_likelier(k, best, s->tid)) &&
		    stack_space_agrees(k, &s->maps))
			best = k;
	}
	w->fresh = !best;
	w->space = best ? best : oldest;
	if (!best) {
		stack_space_forget(oldest);
		stack_names_init(&oldest->names, NAMES);
	}
	w->space->walk = s->walks;
}

/* The oldest space goes if there are many files. */
static void spaces_trim(struct env_stack *s)
{
	struct stack_space *oldest = NULL;
	size_t files = 0;

	for (size_t i = 0; i < SPACES; i++) {
		struct stack_space *k = &s->space[i];

		files += k->files;
		if (k->used && (!oldest || k->used < oldest->used))
			oldest = k;
	}
	if (files > FILES_ENOUGH)
		stack_space_forget(oldest);
}

/*
 * What was captured has an end.  Where code keeps frame pointers, these led the
 * kernel on; else nothing is known of what follows.
 */
static void frames_add_far(struct stack_walk *w)
{
	const struct stack_piece *p = w->captured->piece;
	size_t n = stack_piece_far(p, w->captured->size), i;
	const char *at = (const char *)p + w->captured->size - n * 8;
	uint64_t pc;

	for (i = 0; i < n; i++, at += sizeof(pc)) {
		memcpy(&pc, at, sizeof(pc));
		if (!stack_maps_find(w->maps, pc - 1))
			break;
		if (!i)
			buf_add(w->out, STACK_POINTERS, sizeof(STACK_POINTERS));
		if (!stack_frame_add(w, pc - 1, NULL))
			return;
	}
	if (!i || i == STACK_FAR_MAX)
		buf_add(w->out, STACK_MISSED, sizeof(STACK_MISSED));
}

static void stack_walk(struct env_stack *s, struct stack_walk *w)
{
	spaces_trim(s);
	s->walks++;
	do {
		space_choose(s, w);
		for (size_t i = 0; i < s->maps.count; i++)
			s->maps.map[i].fact = NULL;
		buf_reset(&s->frames);
		w->count = 0;
		w->disagreed = false;
		w->missed = false;
		stack_backend_walk(w);
		if (w->missed && !w->disagreed)
			frames_add_far(w);
	} while (w->disagreed && !w->fresh);
	w->space->used = s->walks;
	w->space->tid = s->tid;
}

static bool stack_begin(struct env_stack *s, pid_t tid,
			const struct stack_captured *captured, bool source)
{
	struct stack_walk w = {
		.tid = tid, .source = source, .limit = s->limit,
		.captured = captured,
		.backend = s->backend, .maps = &s->maps, .out = &s->frames,
	};

	buf_reset(&s->frames);
	s->tid = tid;
	s->given = 0;
	s->next = 0;
	if (!stack_maps_begin(&s->maps, tid, captured ? captured->maps : NULL))
		return false;
	s->maps.past = captured ? captured->wall_ns : 0;
	stack_walk(s, &w);
	stack_maps_end(&s->maps);
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

bool env_stack(struct env_live *l, const struct env_query *q,
	       const struct stack_captured *captured, struct buf *out)
{
	uint64_t page = q->key >> 8;
	struct env_stack *s;
	size_t n;

	if (!l->stack || !l->stack->backend)
		return false;
	s = l->stack;
	if (!page && !stack_begin(s, q->tid, captured, q->key & 1))
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
	for (size_t i = 0; i < SPACES; i++)
		stack_space_forget(&s->space[i]);
	stack_backend_free(s->backend);
	stack_maps_free(&s->maps);
	buf_free(&s->frames);
	free(s);
}
