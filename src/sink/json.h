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
#include "options.h"
#include "output.h"
#include "sink.h"

#define JSON_SCHEMA 2

#define JSON_EXACT_MAX ((1ll << 53) - 1)	/* what a double can hold */

/* Beyond the scopes that node.h knows: what stands at the top. */
enum { JSON_ARGS = EMIT_SCOPE_COUNT, JSON_AUX, JSON_SIGNAL, JSON_INOUT };

/* An object or array on its way out. */
struct json_list {
	uint8_t scope;		/* enum emit_scope or JSON_* */
	bool first;		/* nothing is in it yet */
	bool cut;		/* "elided" stands for the rest of it */
	size_t keys_from;	/* its first key in json->keys */
	const struct node *label; /* a comment that stands for the next name */
};

struct json_key {
	size_t at, len;		/* in the buffer */
};

/* {"type":"call","tid":17,"pid":17,"comm":"dd": as the last line began. */
struct json_head {
	struct buf text;
	const char *type;
	pid_t tid, pid;
	char comm[COMM_TEXT_MAX];
};

struct json {
	struct sink sink;
	const struct options *o;
	struct output *out;
	struct buf *b;		/* of the line being written */
	size_t start;		/* where in it the bounded part begins */
	bool full;		/* that has reached its limit */
	struct json_key *keys;	/* of all open objects */
	size_t nkeys, capkeys;
	struct json_head head;
	time_t sec;		/* of the last line, and its two forms: */
	char sec_text[24];	/* 1795921132 */
	char iso[24];		/* 2026-11-21T04:12:11 */
};

/* json_stack.c */
void json_stack(struct buf *b, const struct call_stack *stack);

/* json_item.c: the members of a top object; false: there are none */
bool json_items(struct json *j, unsigned scope, const struct node *n);

/* json_value.c */
void json_show(struct buf *b, const struct value *v);
void json_signal(struct buf *b, int sig);
void json_errno(struct buf *b, int err);

/* json_text.c */
/*
 * An integer that a double does not hold exactly, as readers such as jq and
 * JavaScript keep numbers, is a string of its digits.
 */
void json_int(struct buf *b, int64_t v);
void json_uint(struct buf *b, uint64_t v);
/* Between quotes; false, and nothing is written, if it is not UTF-8. */
bool json_quote(struct buf *b, const void *p, size_t n);
/* Between quotes: a name of our own, which has nothing to be escaped. */
static inline void json_name(struct buf *b, const char *s)
{
	buf_ch(b, '"');
	buf_str(b, s);
	buf_ch(b, '"');
}
/* "text", or {"bytes":"6162ff"} when it is not UTF-8. */
void json_bytes(struct buf *b, const void *p, size_t n);
void json_quote_str(struct buf *b, const char *s);
void json_hex(struct buf *b, const void *p, size_t n);	/* "6162ff" */

#endif
