/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * output: the file, pipe, terminal or set of files that sinks write to.
 *
 * output_stream() gives the stream of a task: one for all, or one file per task
 * with -ff (FILE.TID).  Text collects in stream->buf; output_flush() writes
 * what there is.  The first write that fails is reported, with what to do; from
 * then on the stream swallows its text and output_failed() is true, which makes
 * the program end with status 1 but never disturbs the tracees.
 *
 * We wait for a reader that takes nothing, and for "|cmd" until it ends.  But
 * once we are asked to end ourselves, we wait less than a second, since tracees
 * may be stopped until we have written.
 */
#ifndef STRACE_OUTPUT_H
#define STRACE_OUTPUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"

struct options;

struct stream {
	struct buf buf;
	int fd;
	pid_t tid;		/* -ff: the task of this file; 0: all tasks */
	bool failed;
	size_t column;		/* bytes of the unfinished line */
	pid_t line_tid;		/* the task whose line is open, or 0 */
	const void *line_sink;	/* and whose it is: records may share tids */
	bool line_cut;		/* its arguments have reached the limit */
	bool begun;		/* JSON: it has its first line */
};

#define OUTPUT_BATCH (64 * 1024)

struct output;

/*
 * NULL after it reported what failed.  name NULL is standard error; "|cmd" and
 * "!cmd" start a command.
 */
struct output *output_open(const struct options *o, const char *name);
/*
 * The same of a descriptor that is open already, and from now on the output's.
 * What stands for it in messages.  named: lines are as in a file that -o names.
 */
struct output *output_take(int fd, const char *what, bool named);
/* What it gets is to be written before the tracee goes on. */
void output_hurry(struct output *out);
bool output_is_named(const struct output *out);
/* asked() says how often we were asked to end. */
void output_stop_when(struct output *out, unsigned (*asked)(void));
/* Does that descriptor have room within that time (-1: wait for ever)? */
bool output_takes(int fd, int timeout_ms);
struct stream *output_stream(struct output *out, pid_t tid);
bool output_is_terminal(const struct output *out);
/* Must it be written before the tracee goes on (standard error, terminals)? */
bool output_is_immediate(const struct output *out);
/*
 * Is there something that may be written?  With -dd standard error gets whole
 * lines, so that those of stops stand between them.
 */
bool output_pending(const struct output *out);
uint64_t output_written(const struct output *out);	/* bytes so far */
int output_flush(struct output *out);
void output_task_gone(struct output *out, pid_t tid);	/* closes its file */
bool output_failed(const struct output *out);
/* Flush, close, wait for a command.  0, or -1 if anything was lost. */
int output_close(struct output *out);

#endif
