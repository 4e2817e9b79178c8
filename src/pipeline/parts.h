/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parts: the insides of the pipeline, shared by two of its files.
 *
 *	pipeline.c	turns events into what the sinks get
 *	ask.c		finds what else a task is asked for: its name, its stack
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
	size_t nleft;		/* tasks let go since the last shown call */
	int64_t now_wall_ns, now_ns; /* of the last event; now_ns: monotonic */
};

/* The name of a task, raw; NULL if it is not known, or not wanted. */
const char *task_comm(struct pipeline *p, struct task *t);
const char *task_comm_now(struct pipeline *p, struct task *t);

bool stack_wanted(const struct pipeline *p);
/* The stack is valid until the next one is read. */
struct call_stack stack_read(struct pipeline *p, pid_t tid);

#endif
