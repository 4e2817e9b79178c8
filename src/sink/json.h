/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json: the insides of the JSON sink, shared by src/sink/json*.c only.
 *
 *	json.c		the sink's operations; one line an event
 *	json_stack.c	stacks of calls and signals
 *	json_item.c	objects, arrays, keys that are unique in their object
 *	json_value.c	how each kind of value looks
 *	json_text.c	strings: UTF-8, or bytes when they are not
 *
 * The form is documented in strace-json(5) and doc/strace-json.schema.json;
 * a change that a reader could notice raises JSON_SCHEMA.
 */
#ifndef STRACE_JSON_H
#define STRACE_JSON_H

#include <time.h>

#include "buf.h"
#include "emit.h"
#include "hash.h"
#include "options.h"
#include "output.h"
#include "sink.h"

#define JSON_SCHEMA 1

struct json_scope {
	uint8_t kind;
	bool first;
	bool has_last;
	size_t last;		/* where in the buffer the last value begins */
	size_t keys_from;	/* its first key in json->keys */
};

struct json_key {
	size_t at, len;		/* in the buffer */
};

struct json_task {
	pid_t tid, pid;
	bool in_call;
	bool started;		/* -ff: its file has its first line */
	struct call call;	/* as it was at entry */
	char name[64];
	char comm[32];
	struct buf args;	/* members of "args", collected */
	struct buf aux;		/* members behind it */
	struct buf stack;	/* elements of "stack" */
	struct json_scope root;	/* while others write */
	struct json_key *keys;	/* of root */
	size_t nkeys;
};

/* Beyond the scopes that emit.h knows: what stands at the top. */
enum { JSON_ARGS = EMIT_SCOPE_COUNT, JSON_AUX, JSON_SIGNAL };

struct json {
	struct sink sink;
	struct sink_ops ops;
	const struct options *o;
	struct output *out;
	bool separate;		/* a file for each task */
	struct hash tasks;
	struct json_task *task;
	struct buf *b;		/* what values are appended to */
	struct buf info;	/* of a signal */
	struct buf signal_stack;
	struct buf label;	/* a comment that stands for a name */
	struct json_scope scopes[EMIT_DEPTH_MAX + 2];
	unsigned depth;
	struct json_key *keys;	/* of all open objects */
	size_t nkeys, capkeys;
	const char *name, *outer;
	time_t iso_sec;
	char iso[24];		/* 2026-11-21T04:12:11 */
};

/* json_stack.c */
void json_stack(struct sink *s, const struct call *c, const char *frames,
		size_t len);
void json_stack_show(struct buf *b, struct buf *stack);

/* json_item.c */
void json_scope_start(struct json *j, unsigned kind);
void json_scope_save(struct json *j, struct json_task *k);
void json_scope_restore(struct json *j, struct json_task *k);
void json_name(struct sink *s, const char *name);
size_t json_used(struct sink *s);
void json_value(struct sink *s, const struct value *v);
void json_open_scope(struct sink *s, unsigned scope);
void json_close_scope(struct sink *s, unsigned scope);
void json_special(struct sink *s, enum sink_special what, uint64_t addr,
		  const char *text, size_t len);

/* json_value.c */
void json_show(struct buf *b, const struct value *v);
void json_signal(struct buf *b, int sig);
void json_errno(struct buf *b, int err);

/* json_text.c */
bool json_is_utf8(const void *p, size_t n);
/* Between quotes; p must be UTF-8. */
void json_quote(struct buf *b, const void *p, size_t n);
void json_quote_str(struct buf *b, const char *s);
/* "text", or {"bytes":"6162ff"} when it is not UTF-8. */
void json_bytes(struct buf *b, const void *p, size_t n);
void json_hex(struct buf *b, const void *p, size_t n);	/* "6162ff" */

#endif
