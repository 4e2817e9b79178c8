/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parts: the insides of the pipeline, shared by its files.
 *
 *	pipeline.c	turns events into what the sinks get
 *	ask.c		finds what else a task is asked for: its name, its stack
 *	inject.c	finds which rules fire, and what they want
 */
#ifndef STRACE_PIPELINE_PARTS_H
#define STRACE_PIPELINE_PARTS_H

#include "buf.h"
#include "decode.h"
#include "sink.h"
#include "task.h"

struct pipeline {
	const struct options *o;
	const struct sinks *sinks;
	struct tasks tasks;
	struct dec dec;
	struct buf stack;	/* -k: frames of a call or a signal */
	struct task uring;	/* stands in for the task of an EV_URING_* */
	struct arena signal;	/* of a signal's values */
	bool begun;		/* a call was seen */
	uint64_t nshown;	/* calls that were shown to their end */
	bool ran;		/* the command got through its exec */
	struct injection injection; /* of the event at hand */
	struct hash injected;	/* what rules for all tasks have counted */
	uint64_t poke_failed;	/* bits: rules of which that was told */
	size_t nleft;		/* tasks let go since the last shown call */
	int64_t now_wall_ns, now_ns; /* of the last event; now_ns: monotonic */
};

/* The name of a task, raw; NULL if it is not known, or not wanted. */
const char *task_comm(struct pipeline *p, struct task *t);
const char *task_comm_now(struct pipeline *p, struct task *t);

/*
 * At entry, once it is known that the call is shown: ev and the tracee's memory
 * are then as the rules want them.  True if other arguments are there now.
 */
bool inject_enter(struct pipeline *p, struct task *t, struct event *ev);
/* At exit, before it is decoded. */
void inject_exit(struct pipeline *p, const struct open_call *o,
		 struct event *ev);
void inject_forget(struct hash *counts);

bool stack_wanted(const struct pipeline *p);
/* The stack is valid until the next one is read. */
struct call_stack stack_read(struct pipeline *p, pid_t tid);

#endif
