/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * emit: how decoders build the tree of a call's values (node.h).
 *
 * A decoder says what a value IS (a flag set, a path, an address); how it looks
 * is the sink's business.  Inside an argument list or a struct each value is
 * announced by emit_name(); inside an array it is not.  Scopes nest and must be
 * closed in order: that is checked.
 *
 *	emit_name(e, "fd");     emit_fd(e, 3, path...);
 *	emit_name(e, "statbuf");
 *	emit_open(e, EMIT_STRUCT);
 *	emit_name(e, "st_mode"); emit_value(e, &(struct value){VAL_MODE...});
 *	emit_elided(e);                         -> {st_mode=..., ...}
 *	emit_close(e, EMIT_STRUCT);
 *
 * Bytes that a value has are copied; its name, its set and its word for the
 * unknown must be static.
 *
 * A call has a bound.  What comes when it is reached is left out: each scope
 * that is open then, or has more to tell, gets one "..." (emit_elided) in its
 * place.  emit_full() tells loops that they may stop.  The bound counts what is
 * the least that a line of text takes, so that a sink whose line is at its
 * limit misses nothing; and the bytes of the nodes themselves.
 */
#ifndef STRACE_EMIT_H
#define STRACE_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "node.h"

#define EMIT_DEPTH_MAX 32

/* Bytes of nodes that a call may have whose line may have so many. */
static inline size_t emit_node_bytes(size_t limit)
{
	return ((size_t)256 << 10) + 8 * limit;
}

struct emit_level {
	struct node **tail;	/* where the next node goes */
	uint8_t scope;
	bool elided;		/* "..." stands there already */
};

struct emit {
	struct arena *arena;
	size_t limit;		/* bytes of a line; 0: no limit */
	size_t used;		/* that it takes at least */
	struct emit_level level[EMIT_DEPTH_MAX + 1];
	unsigned depth;
	unsigned hidden;	/* open scopes that have no room */
	bool full;
	struct value nowhere;	/* for what has no room */
	const char *name, *outer; /* wait for their value */
};

/* Where a list stopped that goes on later: between a call's two ends. */
struct emit_mark {
	struct node **tail;
	size_t used;
	bool elided;
};

/* A list begins at *first, which becomes NULL; its nodes are in a. */
void emit_start(struct emit *e, struct arena *a, struct node **first);
struct emit_mark emit_pause(const struct emit *e);
/* a is the arena of before, which has not been reset. */
void emit_resume(struct emit *e, struct arena *a, const struct emit_mark *m);

/* What has no room is on its way: there is no need to look for more. */
static inline bool emit_full(const struct emit *e)
{
	return e->full;
}

void emit_open(struct emit *e, enum emit_scope scope);
void emit_close(struct emit *e, enum emit_scope scope);

/*
 * Names the next value: an argument, a field, EMIT_ATTR's type, or EMIT_CALL's
 * function (after the name of the argument or field, if it has one).  Text
 * shows the names of fields; of arguments only those given with a '=' at the
 * end; in EMIT_AUX the name is a label: (flags FD_CLOEXEC).  An empty name: a
 * field without one.
 * EMIT_UPDATE follows the old value at once and takes no name itself:
 * value(old), open(EMIT_UPDATE), value(new), close(EMIT_UPDATE).
 */
static inline void emit_name(struct emit *e, const char *name)
{
	e->outer = e->name;
	e->name = name;
}

void emit_value(struct emit *e, const struct value *v);
/*
 * The quick way to the same: a value in the tree, all zero, to be filled before
 * anything else is emitted; kind is there.  Its bytes come by emit_text().
 * Where there is no room it is one that nobody looks at.
 */
struct value *emit_slot(struct emit *e, enum value_kind kind);
void emit_text(struct emit *e, struct value *v, const void *p, size_t n);
/* Something of this scope was left out on purpose: "..." */
void emit_elided(struct emit *e);
/* What follows in this array is unreadable: "... 0x7f..." with a comment */
void emit_unreadable_from(struct emit *e, uint64_t addr);
/* Something is there, and cannot be read: ??? */
void emit_unknown(struct emit *e);

/*
 * A remark that belongs to the value just given: a comment after it.  Between
 * a name (it may be empty) and its value: a comment in front of the value.
 */
void emit_comment(struct emit *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A remark that says what the number just given means: not with -X raw. */
void emit_meaning(struct emit *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The security context of the value just given, or of the result. */
void emit_secontext(struct emit *e, const char *text, size_t len);

static inline void emit_num(struct emit *e, enum value_kind kind, uint64_t v)
{
	struct value *slot = emit_slot(e, kind);

	slot->num = v;
	slot->width = 8;
}

static inline void emit_addr(struct emit *e, uint64_t v)
{
	emit_num(e, VAL_ADDR, v);
}

static inline void emit_str(struct emit *e, const void *p, size_t n,
			    unsigned flags)
{
	struct value *slot = emit_slot(e, VAL_STR);

	slot->flags = flags;
	emit_text(e, slot, p, n);
}

#endif
