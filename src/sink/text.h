/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text: the insides of the text sink, shared by src/sink/text*.c only.
 *
 *	text.c		the sink's operations: calls, signals, events
 *	text_line.c	whose line is open; prefixes; the column of " = "
 *	text_event.c	exits, stops, exec, losses; dumps of data
 *	text_stack.c	stacks of calls and signals
 *	text_item.c	separators, names, scopes, comments
 *	text_value.c	how each kind of value looks
 *	text_bytes.c	the kinds whose value is bytes
 *
 * All of it appends to t->b, the stream's buffer or, when a call may still be
 * taken back, the buffer of its task.
 */
#ifndef STRACE_TEXT_H
#define STRACE_TEXT_H

#include <time.h>

#include "buf.h"
#include "emit.h"
#include "hash.h"
#include "options.h"
#include "output.h"
#include "sink.h"

/* When and where what a line tells of happened. */
struct text_stamp {
	int64_t wall_ns, mono_ns;
	uint64_t ip;
	bool ip_known;
};

struct text_task {
	pid_t tid, pid;
	bool in_call;
	bool first;		/* no argument has been shown yet */
	bool has_nr;
	uint64_t nr;		/* of its last call, for -n */
	uint8_t abi;
	const char *name;	/* of the call it is in */
	const char *restarted;	/* the call that restart_syscall goes on with */
	struct text_stamp held_stamp;
	size_t held_leader;	/* so much of held is before the call */
	size_t held_invisible;
	struct buf held;	/* a call's line while it may be dropped */
	struct buf tail;	/* dumps that wait for the end of the line */
	struct buf stack;	/* -k: frames that wait for what is before */
	char comm[64];		/* escaped */
};

struct text_scope {
	uint8_t kind;
	bool first;
	size_t start;		/* where it opened in the line */
	size_t number_end;	/* EMIT_NAMED: in the line */
};

/* Beyond the scopes that emit.h knows. */
enum { TEXT_ARGS = EMIT_SCOPE_COUNT, TEXT_SIGNAL };

struct text {
	struct sink sink;
	struct sink_ops ops;
	const struct options *o;
	struct output *out;
	enum xlat_style xlat;	/* -X, but for what follows a result */
	bool hold;
	bool colour;
	bool pid_in_file;	/* "PID  " before every line */
	bool pid_when_many;	/* "[pid PID] " as soon as there are two */
	enum quote_style quote;
	struct hash tasks;
	size_t nleft;		/* let go one after another: still many */
	struct text_task *last;	/* of the last look-up */

	/* the line being written */
	struct buf *b;
	struct stream *stream;	/* NULL: b is a held line */
	struct text_task *task;
	size_t mark;		/* where in b our part of the line begins */
	size_t column;		/* bytes of the line before the mark */
	size_t invisible;	/* bytes after the mark that take no room */

	/* the value being written */
	struct text_scope scopes[EMIT_DEPTH_MAX + 2];
	unsigned depth;
	const char *name;	/* waits for its value */
	const char *outer;	/* the one before: a function's field */
	bool begun;		/* separator and name are out already */
	struct buf scratch;
	struct buf signal_stack;

	int64_t now_wall, now_mono; /* of the latest event */
	int64_t prev_mono;	/* -r: of the line before, 0 none */
	time_t clock_sec;	/* -t: what clock[] shows */
	char clock[16];
};

/* A call that was not shown may have been the last. */
static inline void text_task_last_nr(struct text_task *k,
				     const struct event *ev)
{
	if (!ev->last_nr)
		return;
	k->nr = ev->nr;
	k->has_nr = true;
}

/* text_line.c */
struct text_task *text_task_get(struct text *t, pid_t tid, pid_t pid);
void text_task_remove(struct text *t, pid_t tid);
void text_task_comm(struct text *t, struct text_task *k, const char *comm);
void text_line_begin(struct text *t, struct text_task *k,
		     const struct text_stamp *st);
void text_line_hold(struct text *t, struct text_task *k,
		    const struct text_stamp *st);
/* What is held of k, while it may still be dropped or go on. */
void text_line_show_held(struct text *t, struct text_task *k);
void text_line_release(struct text *t, struct text_task *k);
void text_line_rename(struct text *t, struct text_task *k);
bool text_line_is_open(struct text *t, struct text_task *k);
void text_line_pause(struct text *t);
void text_line_resume(struct text *t, struct text_task *k);
void text_line_end(struct text *t);
void text_pad(struct text *t);	/* up to the column of " = " */

enum text_colour {
	TEXT_PLAIN, TEXT_CALL, TEXT_ERROR, TEXT_SIGNAL_COLOUR, TEXT_DIM,
};
void text_paint(struct text *t, enum text_colour c);

/* text_item.c */
void text_scope_start(struct text *t, unsigned kind, bool first);
void text_name(struct sink *s, const char *name);
size_t text_used(struct sink *s);
void text_value(struct sink *s, const struct value *v);
void text_open_scope(struct sink *s, unsigned scope);
void text_close_scope(struct sink *s, unsigned scope);
void text_special(struct sink *s, enum sink_special what, uint64_t addr,
		  const char *text, size_t len);

/* text_value.c: the value itself, name and separator are there already */
void text_show(struct text *t, const struct value *v);
void text_comment(struct buf *b, const void *p, size_t n);
void text_fd_text(struct text *t, const char *text, size_t len);

/* text_stack.c */
void text_stack(struct sink *s, const struct call *c, const char *frames,
		size_t len);
void text_stack_show(struct buf *b, struct buf *stack);

/* text_event.c */
void text_event(struct sink *s, const struct event *ev);
struct buf *text_dump_target(struct text *t, struct text_task *k);
void text_dump_lines(struct buf *b, const uint8_t *p, size_t len);
void text_dump_cut(struct buf *b);	/* more is not shown */

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
