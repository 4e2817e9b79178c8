/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * node: a call, a signal or an operation as a tree of typed values.
 *
 * Decoders build it with emit.h; filters, dumps and sinks read it.  A node says
 * what a value IS (a flag set, a path, an address); how that looks is the
 * sink's business.  All nodes and their bytes are in the arena of their
 * open call and live until it ends; names and sets are static.
 *
 * The list of a call's arguments is in the order in which they are shown.  The
 * exit's part comes after the entry's part (call.later, sink.h).
 */
#ifndef STRACE_NODE_H
#define STRACE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symset;

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
	VAL_WAIT_STATUS, /* num as wait() gives it; set: events of ptrace */
	VAL_NAMED,	/* num; text/len is its name, made of parts or found
			 * elsewhere than in a set */
	VAL_TEXT,	/* text/len: our own words, which hide no number */
	VAL_KIND_COUNT,
	/* No sink gets these: they answer questions (dec_ask() in decode.h). */
	VAL_DATA = VAL_KIND_COUNT, /* num2 bytes at address num */
};

enum {			/* value.flags */
	VF_CUT = 1 << 0,	/* VAL_STR, sets: more was there: "abc"... */
	VF_PATH = 1 << 1,	/* VAL_STR: a path (colours, JSON) */
	VF_HEX = 1 << 2,	/* VAL_STR: always as \xNN; VAL_NAMED: its
				 * number in hex */
	VF_UNNAMED = 1 << 3,	/* VAL_SYM: show the bare number if unknown */
	VF_SIGNED = 1 << 4,	/* VAL_SYM without a name: as signed decimal */
	VF_INET_IP = 1 << 5,	/* VAL_INET*: just the quoted address */
	VF_DELETED = 1 << 6,	/* VAL_FD: its file is deleted */
	VF_CWD = 1 << 7,	/* VAL_DIRFD: text is the cwd of AT_FDCWD */
	VF_DEC = 1 << 8,	/* VAL_SYM's number: in unsigned decimal */
	VF_MINUS = 1 << 9,	/* VAL_SYM: stands after a minus sign; with
				 * VF_HEX its number is in hex */
	VF_NAMES = 1 << 10,	/* what has a name: by it, -X or not */
	VF_FORM = 1 << 11,	/* VAL_NAMED: text is the number itself, in
				 * another form than others have */
	VF_ABSTRACT = 1 << 12,	/* VAL_STR: a socket's name outside the file
				 * system: @"name" */
	VF_UNSOUGHT = 1 << 13,	/* VAL_FD: -P does not look at its file */
	VF_OUT = 1 << 14,	/* VAL_DATA: the call fills it */
	VF_LATE = 1 << 15,	/* VAL_SYM, num2: <<12 after a remark */
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
	EMIT_SET_BUT,	/* ~[1 2]: what is not in it */
	EMIT_OR,	/* A|B|0644: values that are parts of one number */
	EMIT_NAMED,	/* a number, and what it means: exactly two values */
	EMIT_TABLE,	/* [[VINTR]=0x3, [VQUIT]=0x1c]: each has a name */
	EMIT_LIST,	/* [a, b], but a if it is alone */
	EMIT_ATTRS,	/* the same, of EMIT_ATTR */
	EMIT_ATTR,	/* the same: a head {nla_len, nla_type}, and what an
			 * attribute holds; emit_name gave its type's name */
	EMIT_SCOPE_COUNT,
};

/* Those that text shows without brackets around a single thing. */
static inline bool emit_is_list(enum emit_scope scope)
{
	return scope == EMIT_LIST || scope == EMIT_ATTRS || scope == EMIT_ATTR;
}

static inline bool emit_is_aux(enum emit_scope scope)
{
	return scope == EMIT_AUX || scope == EMIT_AUX_MEANING;
}

enum node_kind {
	NODE_VALUE,		/* value */
	NODE_SCOPE,		/* first: what is in it, of kind scope */
	NODE_ELIDED,		/* "...": something was left out on purpose */
	NODE_UNREADABLE,	/* from addr on nothing could be read */
	NODE_UNKNOWN,		/* "???": there, and cannot be read */
	/* Remarks: text, len.  They belong to the value before them. */
	NODE_COMMENT,
	NODE_COMMENT_BEFORE,	/* to the value after it, whose name it has */
	NODE_MEANING,		/* what the number before says */
	NODE_SECONTEXT,
};

static inline bool node_is_remark(enum node_kind kind)
{
	return kind >= NODE_COMMENT;
}

struct node {
	struct node *next;
	const char *name;	/* of the argument or field, or NULL */
	uint8_t kind;		/* enum node_kind */
	uint8_t scope;		/* enum emit_scope */
	union {
		struct value value;
		struct {
			struct node *first;
			const char *function;	/* EMIT_CALL's name, or
						 * EMIT_ATTR's, or NULL */
		};
		struct {
			uint64_t addr;
			const char *text;
			size_t len;
		};
	};
};

#endif
