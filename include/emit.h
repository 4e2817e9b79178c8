/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * emit: the typed stream between decoders and sinks.
 *
 * A decoder says what a value IS (a flag set, a path, an address); how it looks
 * is the sink's business.  Inside an argument list or a struct each value is
 * announced by emit_name(); inside an array it is not.  Scopes nest and must be
 * closed in order: debug builds check it.
 *
 *	emit_name(e, "fd");     emit_fd(e, 3, path...);
 *	emit_name(e, "statbuf");
 *	emit_open(e, EMIT_STRUCT);
 *	emit_name(e, "st_mode"); emit_value(e, &(struct value){VAL_MODE...});
 *	emit_elided(e);                         -> {st_mode=..., ...}
 *	emit_close(e, EMIT_STRUCT);
 *
 * A line has a bound.  What comes when it is reached is left out: each scope
 * that is open then, or has more to tell, gets one "..." (emit_elided) in its
 * place.  emit_full() tells loops that they may stop.
 */
#ifndef STRACE_EMIT_H
#define STRACE_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "sink.h"

enum value_kind {
	VAL_DEC,	/* num as int64_t */
	VAL_UDEC,	/* num as uint64_t */
	VAL_HEX,	/* 0x2f, zero is 0; num2: 0x2f<<12 */
	VAL_OCT,	/* 0644, zero is 0 */
	VAL_PERM,	/* at least three octal digits: 000, 0644 */
	VAL_ADDR,	/* a pointer that is not followed: NULL or 0x... */
	VAL_SYM,	/* one of set, number num; num2: NAME<<12 */
	VAL_FLAGS,	/* names of set joined by |, number num */
	VAL_MODE,	/* S_IFREG|0644 */
	VAL_DEV,	/* makedev(0x8, 0x1) */
	VAL_SIGNAL,	/* SIGINT; not a signal: the number */
	VAL_SIGSET,	/* text = bytes of the mask: [INT TERM], ~[...] */
	VAL_CPUSET,	/* text = bytes of the mask: [0 1] */
	VAL_ERRNO,
	VAL_FD,		/* num = the fd, text/len = its path or details */
	VAL_DIRFD,	/* the same, AT_FDCWD too */
	VAL_PID,	/* num; text/len = comm for -Y; num2 = our pid of it */
	VAL_ID,		/* uid, gid: -1 is shown as -1 */
	VAL_STR,	/* text/len, escaped; VF_* say the rest */
	VAL_IFINDEX,	/* if_nametoindex("lo"); text/len = name if known */
	VAL_INET4,	/* text = 4 bytes: inet_addr("127.0.0.1") */
	VAL_INET6,	/* text = 16 bytes: inet_pton(AF_INET6, "::1") */
	VAL_HTONS,	/* text = 2 bytes as in memory: htons(80) */
	VAL_HTONL,	/* text = 4 bytes as in memory: htonl(80) */
	VAL_HWADDR,	/* text/len bytes: 01:02:03:04:05:06 */
	VAL_UUID,	/* text = 16 bytes */
	VAL_MULT,	/* num, a multiple of num2: 8192*1024 */
	VAL_BYTE_HEX,	/* 0x2f, zero is 00 or 0x00: a byte of an array */
	VAL_LITERAL,	/* text as is; with a width, a name of num */
	VAL_KIND_COUNT,
};

enum {			/* value.flags */
	VF_CUT = 1 << 0,	/* VAL_STR, sets: more was there: "abc"... */
	VF_PATH = 1 << 1,	/* VAL_STR: a path (colours, JSON) */
	VF_HEX = 1 << 2,	/* VAL_STR: always as \xNN; VAL_LITERAL: its
				 * number in hex */
	VF_UNNAMED = 1 << 3,	/* VAL_SYM: show the bare number if unknown */
	VF_SIGNED = 1 << 4,	/* VAL_SYM without a name: as signed decimal */
	VF_INET_IP = 1 << 5,	/* VAL_INET*: just the quoted address */
	VF_DELETED = 1 << 6,	/* VAL_FD: the file behind it is deleted */
	VF_CWD = 1 << 7,	/* VAL_DIRFD: text is the cwd of AT_FDCWD */
	VF_DEC = 1 << 8,	/* VAL_SYM's number: in unsigned decimal */
	VF_MINUS = 1 << 9,	/* VAL_SYM: stands behind a minus sign; with
				 * VF_HEX its number is in hex */
	VF_NAMES = 1 << 10,	/* VAL_SYM, VAL_FLAGS: by name, -X or not */
};

struct value {
	enum value_kind kind;
	unsigned flags;
	uint8_t width;		/* bytes of the number as it was stored */
	uint8_t abi;
	uint64_t num;
	uint64_t num2;
	const struct symset *set;
	const char *unknown;	/* in place of the set's own "???" text */
	const void *text;
	size_t len;
	size_t full_len;	/* VAL_STR with VF_CUT: length, 0 unknown */
};

enum emit_scope {
	EMIT_STRUCT,	/* {a=1, b=2} */
	EMIT_ARRAY,	/* [1, 2] */
	EMIT_CHANGE,	/* [28 => 16]: exactly two values, old and new */
	EMIT_UPDATE,	/* {...} => {...}: old printed, what follows is new */
	EMIT_CALL,	/* name(a, b) inside an argument: emit_name gave it */
	EMIT_AUX,	/* (...) after the return value */
	EMIT_AUX_MEANING, /* the same: what it means, not with -X raw */
	EMIT_SET,	/* [1 2]: members of a set */
	EMIT_OR,	/* A|B|0644: values that are parts of one number */
	EMIT_NAMED,	/* a number, and what it means: exactly two values */
	EMIT_SCOPE_COUNT,
};

static inline bool emit_is_aux(enum emit_scope scope)
{
	return scope == EMIT_AUX || scope == EMIT_AUX_MEANING;
}

#define EMIT_DEPTH_MAX 32

struct emit {
	struct sink *sink;
	size_t limit;		/* bytes of a line; 0: no limit */
	uint8_t stack[EMIT_DEPTH_MAX];	/* open scopes, for the check */
	unsigned depth;
	unsigned hidden;	/* open scopes that the sink does not know */
	uint64_t elided;	/* bit per depth: "..." stands there already */
	bool full;
};

/* A new line; or the arguments of one go on, where "..." may stand already. */
static inline void emit_start(struct emit *e, bool elided)
{
	e->full = false;
	e->elided = elided;
}

/* What has no room is on its way: there is no need to look for more. */
static inline bool emit_full(const struct emit *e)
{
	return e->full;
}

void emit_open(struct emit *e, enum emit_scope scope);
void emit_close(struct emit *e, enum emit_scope scope);

/*
 * Names the next value: an argument, a field, or EMIT_CALL's function (after
 * the name of the argument or field, if it has one).  Text shows the names of
 * fields; of arguments only those given with a '=' at the end; in EMIT_AUX the
 * name is a label: (flags FD_CLOEXEC).  An empty name: a field without one.
 * EMIT_UPDATE follows the old value at once and takes no name itself:
 * value(old), open(EMIT_UPDATE), value(new), close(EMIT_UPDATE).
 */
void emit_name(struct emit *e, const char *name);
void emit_value(struct emit *e, const struct value *v);
void emit_special(struct emit *e, enum sink_special what, uint64_t addr,
		  const char *text, size_t len);

/* Something of this scope was left out on purpose: "..." */
static inline void emit_elided(struct emit *e)
{
	emit_special(e, SPECIAL_ELIDED, 0, NULL, 0);
}

/* What follows in this array is unreadable: "... 0x7f..." with a comment */
static inline void emit_unreadable_from(struct emit *e, uint64_t addr)
{
	emit_special(e, SPECIAL_UNREADABLE_FROM, addr, NULL, 0);
}

/* Something is there, and cannot be read: ??? */
static inline void emit_unknown(struct emit *e)
{
	emit_special(e, SPECIAL_UNKNOWN, 0, NULL, 0);
}

/*
 * A remark that belongs to the value just given: a comment after it.  Between
 * a name (it may be empty) and its value: a comment in front of the value.
 */
void emit_comment(struct emit *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A remark that says what the number just given means: not with -X raw. */
void emit_meaning(struct emit *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline void emit_num(struct emit *e, enum value_kind kind, uint64_t v)
{
	emit_value(e, &(struct value){.kind = kind, .num = v, .width = 8});
}

static inline void emit_addr(struct emit *e, uint64_t v)
{
	emit_num(e, VAL_ADDR, v);
}

static inline void emit_str(struct emit *e, const void *p, size_t n,
			    unsigned flags)
{
	emit_value(e, &(struct value){.kind = VAL_STR, .flags = flags,
				      .text = p, .len = n});
}

#endif
