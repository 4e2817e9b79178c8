/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: the insides of the text sink, shared by src/sink/text*.c only.
 *
 *	text.c		the sink's operations: calls, signals
 *	text_line.c	whose line is open; prefixes; the column of " = "
 *	text_event.c	exits, stops, exec, losses
 *	text_after.c	what follows a line: virtual CPUs, data, stacks
 *	text_item.c	separators, names, scopes, comments
 *	text_value.c	how each kind of value looks
 *	text_bytes.c	the kinds whose value is bytes
 *
 * All of it appends to t->b, the buffer of the stream that has the line.
 */
#ifndef STRACE_TEXT_H
#define STRACE_TEXT_H

#include <time.h>

#include "buf.h"
#include "emit.h"
#include "options.h"
#include "output.h"
#include "sink.h"

/* The prefix of a line shows these: which task, when, and where it was. */
struct text_leader {
	pid_t tid;
	const char *comm;	/* raw, or NULL */
	bool many;		/* other tasks may have lines as well */
	bool has_nr;
	uint64_t nr;		/* of the task's last call, for -n */
	uint8_t abi;
	int64_t wall_ns, mono_ns;
	uint64_t ip;		/* 0: not known */
};

/* Beyond the scopes that node.h knows. */
enum { TEXT_ARGS = EMIT_SCOPE_COUNT, TEXT_SIGNAL, TEXT_RESULT };

/* A list of values on its way out. */
struct text_list {
	uint8_t scope;		/* enum emit_scope or TEXT_* */
	bool first;		/* nothing has been shown of it yet */
	bool begun;		/* separator and name of the next are there */
	bool cut;		/* "..." stands for the rest of it */
	size_t start;		/* where it opened in the line */
	size_t number_end;	/* EMIT_NAMED: in the line */
};

struct text {
	struct sink sink;
	const struct options *o;
	struct output *out;
	enum xlat_style xlat;	/* -X */
	bool colour;
	bool painted;		/* there is an end of colour to come */
	bool pid_in_file;	/* "PID  " before every line */
	bool pid_when_many;	/* "[pid PID] " as soon as there are two */
	enum quote_style quote;

	/* the line being written */
	struct buf *b;
	struct stream *stream;
	pid_t tid;		/* whose line it is */
	size_t mark;		/* where in b our part of the line begins */
	size_t column;		/* bytes of the line before the mark */
	size_t invisible;	/* bytes after the mark that take no room */
	bool full;		/* the line has reached its limit */

	struct buf scratch;
	int64_t prev_mono;	/* -r: of the line before, 0 none */
	time_t clock_sec;	/* -t: what clock[] shows */
	char clock[16];
};

/* text_line.c */
struct text_leader text_leader_of(const struct event *ev);
void text_line_begin(struct text *t, const struct text_leader *l);
/* A line of its own of the same call, after it. */
void text_line_more(struct text *t);
bool text_line_is_open(struct text *t, pid_t tid);
void text_line_pause(struct text *t, bool cut);
/* Go on with the line of tid, which is open; *cut is what pause() was given. */
void text_line_resume(struct text *t, pid_t tid, bool *cut);
void text_line_end(struct text *t);
void text_pad(struct text *t);	/* up to the column of " = " */
size_t text_used(const struct text *t);	/* bytes of the line so far */

/* From here on in the colour of a role, until text_plain(). */
void text_paint(struct text *t, enum colour_role role);
void text_plain(struct text *t);

/* text_item.c: the nodes from n up to end */
void text_items(struct text *t, struct text_list *l, const struct node *n,
		const struct node *end);

/* text_after.c */
void text_stack(struct text *t, const struct call_stack *stack);
void text_dumps(struct text *t, const struct call_dump *d);
void text_vcpu(struct text *t, const struct call_vcpu *vcpu);

/* text_event.c */
void text_event(struct sink *s, const struct event *ev);

/* text_value.c: the value itself, name and separator are there already */
void text_show(struct text *t, const struct value *v);
void text_comment(struct buf *b, const void *p, size_t n);
void text_fd_text(struct text *t, const char *text, size_t len);

/* text_bytes.c */
typedef void text_show_fn(struct text *t, const struct value *v);
text_show_fn text_show_str, text_show_sigset, text_show_cpuset;
text_show_fn text_show_inet4, text_show_inet6, text_show_htons;
text_show_fn text_show_htonl, text_show_hwaddr, text_show_uuid;
/* inet_pton(AF_INET6, "::1", &name): the name stands inside */
bool text_inet6_names_itself(const struct text *t, const struct value *v);
void text_show_inet6_named(struct text *t, const struct value *v,
			   const char *name);

#endif
