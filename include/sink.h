/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sink: where decoded events go.  Text, JSON, summary: each reads the tree of
 * a call (node.h) and writes what it makes of it to an output.
 *
 * A call is given in parts:
 *
 *	CALL_ENTRY	it begins: what is known before the tracee goes on
 *	   ... events of other tasks, signals of this one ...
 *	CALL_EXIT	it returned: everything is there; or
 *	CALL_GONE	it never returned, c->why says what became of it
 *
 * A call that may yet be left out because of how it ends (c->held) is given as
 * well when it begins; who writes at once must wait then.  Of a call that is
 * left out nothing more is given.  CALL_RENUMBERED comes in between if the task
 * goes on under the number ev->tid (a thread that calls exec).
 *
 * The struct call is the same from its first part to its last.  args is the
 * whole list of arguments; those from later on are the exit's.
 *
 * The room src/sink: the forms of output, each in files of its own name; what
 * several of them say in the same words (value.c); the list of them (sink.c);
 * and the descriptors that they write to (output.c).
 */
#ifndef STRACE_SINK_H
#define STRACE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "node.h"

struct call_counts;
struct options;
struct output;
struct sink;

enum call_part {
	CALL_ENTRY,
	CALL_EXIT,
	CALL_GONE,
	CALL_RENUMBERED,
	CALL_URING,	/* EV_URING_*: not a call, and all of it at once */
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

/* Data of -e read= / write=, or a line between them. */
struct call_dump {
	struct call_dump *next;
	const char *title;	/* "* 3 bytes in buffer 0", or NULL: data */
	const uint8_t *data;
	size_t len;
	size_t all;		/* bytes that there were */
};

/* What a virtual CPU's pages say (--kvm=vcpu+), each a list of one node. */
struct call_vcpu {
	uint32_t number;
	const struct node *before, *after;	/* NULL: not known */
};

/* Frames of a stack, as stack.h describes them. */
struct call_stack {
	const char *frames;
	size_t len;
};

/* What is known of a call; the same object from begin to end of a call. */
struct call {
	const char *name;	/* "openat", "syscall_0x1d8" */
	bool known;		/* the number is in the ABI's table */
	uint8_t abi;
	uint64_t nr;
	pid_t tid, pid;
	const char *comm;	/* of tid, raw; NULL: not known */
	bool held;		/* how it ends decides whether it is shown */
	bool in_flight;		/* it had begun before the trace did */
	bool resuming;		/* restart_syscall: goes on with another call */
	bool complete;		/* no argument comes at exit */
	uint8_t tampered;	/* TAMPERED_*, see event.h */
	const char *resumed_name; /* resuming: which call, NULL not known */
	int64_t enter_wall_ns, enter_mono_ns, enter_cpu_ns;
	uint64_t enter_ip;	/* 0 unknown */
	const struct node *args;
	const struct node *later; /* CALL_EXIT: of args, the exit's */
	struct call_stack stack; /* -k; of some calls already at entry */
	/* CALL_EXIT */
	int64_t ret;
	int err;
	enum ret_kind ret_kind;	/* known from the beginning */
	const char *ret_text;	/* RET_FD: path or details; raw bytes */
	size_t ret_text_len;
	int64_t ret_num2;	/* RET_PID: the same as we see it, 0 no other */
	const char *ret_comment; /* "Timeout": shown in parentheses, or NULL */
	const struct node *aux;	/* what follows the return value */
	struct call_vcpu vcpu;
	const struct call_dump *dumps;
	int64_t duration_ns;	/* wall time inside the call */
	int64_t cpu_ns;		/* system CPU time inside the call */
	enum call_why why;	/* CALL_GONE */
};

/* RET_ERROR32: the error, 0 if there is none. */
static inline int call_error32(const struct call *c)
{
	uint64_t v = (uint64_t)c->ret;

	return c->ret_kind == RET_ERROR32 && !c->err && v <= UINT32_MAX &&
	       v > UINT32_MAX - 4095 ? -(int32_t)v : 0;
}

/* An operation that is NULL is not wanted; close is never NULL. */
struct sink_ops {
	void (*call)(struct sink *s, const struct event *ev,
		     const struct call *c, enum call_part part);
	/* info: the siginfo's node, or NULL; stack: of -k */
	void (*signal)(struct sink *s, const struct event *ev,
		       const struct node *info,
		       const struct call_stack *stack);
	/* Everything else: stops, ends, exec, attach, detach, losses. */
	void (*event)(struct sink *s, const struct event *ev);
	/* Calls without an event of their own; c is their name and number. */
	void (*counts)(struct sink *s, const struct call *c,
		       const struct call_counts *n);
	/* The trace is over: last lines, tables; write them; free.  0, or -1
	 * after saying what failed. */
	int (*close)(struct sink *s);
};

enum {				/* what a sink has to be given */
	NEED_VALUES = 1 << 0,	/* arguments and siginfo decoded */
	NEED_COMM = 1 << 1,	/* names of tasks, though nobody asked */
	NEED_STACK = 1 << 2,	/* stacks, if they were asked for */
};

struct sink {
	const struct sink_ops *ops;
};

/* ---- all sinks of a trace ---- */

#define SINKS_MAX 16

struct sinks {
	struct sink *sink[SINKS_MAX];
	struct output *out[SINKS_MAX];	/* of each; several may share one */
	size_t n;
	unsigned needs;		/* NEED_*, of any */
};

/* Names of the forms that there are; NULL after the last. */
const char *sink_form(size_t i);
/* Add one of that form; false: there is none. */
bool sinks_add(struct sinks *s, const char *form, const struct options *o,
	       struct output *out);
void sinks_call(const struct sinks *s, const struct event *ev,
		const struct call *c, enum call_part part);
void sinks_signal(const struct sinks *s, const struct event *ev,
		  const struct node *info, const struct call_stack *stack);
void sinks_event(const struct sinks *s, const struct event *ev);
void sinks_counts(const struct sinks *s, const struct call *c,
		  const struct call_counts *n);
/*
 * Write what has to be written before the tracee goes on, or all.  True: some
 * of what there is waits for a better moment.
 */
bool sinks_write(const struct sinks *s, bool all);
/* 0, or -1 if anything was lost; the outputs stay open. */
int sinks_close(struct sinks *s);

/* ---- the forms: see sink.c for their table ---- */

struct sink *text_open(const struct options *o, struct output *out);
struct sink *json_open(const struct options *o, struct output *out);
struct sink *summary_open(const struct options *o, struct output *out);

#endif
