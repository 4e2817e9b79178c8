/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sink: where decoded events go.  Text, JSON, summary, and the wrapper tee.
 *
 * Any operation may be NULL in an implementation: sink_open_*() fills the gaps
 * with one that does nothing (sink_fill), so callers never check.  For a call
 * the order is
 *
 *	call_begin(ev, c)                    at entry
 *	  name, value, open, close ...       arguments known at entry
 *	call_pause()                         the entry part is complete
 *	   ... events of other tasks, signals of this one ...
 *	call_resume(ev, c)                   at exit
 *	  name, value ...                    the remaining arguments
 *	call_result(ev, c)                   ends the argument list
 *	  open(EMIT_AUX) ... close           what follows the return value
 *	call_end(ev, c)
 *
 * call_abort(c) replaces the last four for a call that never returned (the task
 * died, was detached, or the trace ended); c->why says which.  Signals come as
 * signal_begin, values (the siginfo struct), signal_end.  Everything else comes
 * as event(): group-stops, exits, kills, exec, attach, detach, losses.
 */
#ifndef STRACE_SINK_H
#define STRACE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct buf;
struct call_counts;
struct env;
struct options;
struct sink;
struct value;

enum sink_special {
	SPECIAL_ELIDED,
	SPECIAL_UNREADABLE_FROM,	/* addr */
	SPECIAL_UNKNOWN,
	SPECIAL_COMMENT,		/* text, len: shown as a comment */
	SPECIAL_MEANING,		/* the same: what the number says */
	SPECIAL_SECONTEXT,		/* text, len: of the value just given */
};

enum call_why {
	CALL_DONE,
	CALL_UNFINISHED,	/* the task died inside it */
	CALL_DETACHED,		/* we let the task go inside it */
	CALL_RUNNING,		/* the trace ended; it still ran */
	CALL_LOST,		/* its end is among the events lost */
};

enum ret_kind {			/* how ret is shown when there is no error */
	RET_DEC, RET_UDEC, RET_HEX, RET_OCT, RET_FD, RET_PID,
	RET_NONE,		/* the call does not return: "= ?" */
	RET_ADDR,
	RET_ERROR32,		/* udec; an error may be in its low 32 bits */
};

/* What is known of a call; the same object from begin to end of a call. */
struct call {
	const char *name;	/* "openat", "syscall_0x1d8" */
	bool known;		/* the number is in the ABI's table */
	uint8_t abi;
	uint64_t nr;
	pid_t tid, pid;
	const char *comm;	/* of tid, raw; NULL: not known */
	bool shown;		/* begin was seen: its line has been opened */
	bool in_flight;		/* it had begun before the trace did */
	bool resuming;		/* restart_syscall: goes on with another call */
	bool complete;		/* from call_pause on: no argument is left */
	const char *resumed_name; /* resuming: which call, NULL not known */
	int64_t enter_wall_ns, enter_mono_ns, enter_cpu_ns;
	/* set from call_result on */
	int64_t ret;
	int err;
	enum ret_kind ret_kind;
	const char *ret_text;	/* RET_FD: path or details; raw bytes */
	size_t ret_text_len;
	int64_t ret_num2;	/* RET_PID: the same as we see it, 0 no other */
	const char *ret_comment; /* "Timeout": shown in parentheses, or NULL */
	int64_t duration_ns;	/* wall time inside the call */
	int64_t cpu_ns;		/* system CPU time inside the call */
	enum call_why why;
};

/* RET_ERROR32: the error, 0 if there is none. */
static inline int call_error32(const struct call *c)
{
	uint64_t v = (uint64_t)c->ret;

	return c->ret_kind == RET_ERROR32 && !c->err && v <= UINT32_MAX &&
	       v > UINT32_MAX - 4095 ? -(int32_t)v : 0;
}

struct sink_ops {
	void (*call_begin)(struct sink *s, const struct event *ev,
			   const struct call *c);
	void (*call_pause)(struct sink *s, const struct call *c);
	void (*call_resume)(struct sink *s, const struct event *ev,
			    const struct call *c);
	void (*call_result)(struct sink *s, const struct event *ev,
			    const struct call *c);
	void (*call_end)(struct sink *s, const struct event *ev,
			 const struct call *c);
	/* The call passed no filter after all (-z): forget what was given. */
	void (*call_drop)(struct sink *s, const struct call *c);
	void (*call_abort)(struct sink *s, const struct call *c);

	void (*name)(struct sink *s, const char *name);
	void (*value)(struct sink *s, const struct value *v);
	void (*open)(struct sink *s, unsigned scope);
	void (*close)(struct sink *s, unsigned scope);
	void (*special)(struct sink *s, enum sink_special what, uint64_t addr,
			const char *text, size_t len);
	/* Bytes of the line so far; see emit.h for what has no room. */
	size_t (*used)(struct sink *s);

	/*
	 * Data of -e read= / write=, after the line of its call: len of all
	 * bytes that there are.
	 */
	void (*dump)(struct sink *s, const struct call *c, const void *data,
		     size_t len, size_t all);
	/* A line between dumps: "* 3 bytes in buffer 0". */
	void (*dump_title)(struct sink *s, const struct call *c,
			   const char *title);

	/*
	 * Frames of c's stack, as stack.h tells, before its end.  Without any:
	 * all that belongs to c has been said, here is their place.  c is NULL
	 * for a signal's stack, between signal_begin and signal_end.
	 */
	void (*stack)(struct sink *s, const struct call *c, const char *frames,
		      size_t len);

	void (*signal_begin)(struct sink *s, const struct event *ev);
	void (*signal_end)(struct sink *s, const struct event *ev);
	/*
	 * EV_URING_SUBMIT, EV_URING_COMPLETE: begin, values, end.  c is made
	 * for this: it is not the call that the task may be in.
	 */
	void (*uring_begin)(struct sink *s, const struct event *ev,
			    const struct call *c);
	void (*uring_end)(struct sink *s, const struct event *ev,
			  const struct call *c);
	void (*event)(struct sink *s, const struct event *ev);

	/* Calls that nothing else told of; c is their name and number. */
	void (*counts)(struct sink *s, const struct call *c,
		       const struct call_counts *n);

	/* Write out what is held.  0, or -1 after telling what failed. */
	int (*flush)(struct sink *s);
	/* The trace is over: last lines, tables; then flush; free. */
	int (*close_sink)(struct sink *s);
};

struct sink {
	const struct sink_ops *ops;
	bool wants_values;	/* false: arguments need not be decoded */
	bool on_terminal;	/* flush at once */
};

/* Replace NULL operations of from by ones that do nothing. */
void sink_fill(struct sink_ops *to, const struct sink_ops *from);

/*
 * Each returns 0 after telling the user what failed.  hold makes the text sink
 * keep a call's text until its end, so that call_drop() can take it back; many
 * says that more than one task may appear, so lines carry a pid.
 */
struct output;
struct sink *text_open(const struct options *o, struct output *out);
struct sink *json_open(const struct options *o, struct output *out);
struct sink *summary_open(const struct options *o, struct output *out);
/* Owns both. */
struct sink *tee_open(struct sink *a, struct sink *b);

#endif
