/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * output: the file, pipe, terminal or set of files that sinks write to.
 *
 * output_stream() gives the stream of a task: one for all, or one file per task
 * with -ff (FILE.TID).  Text collects in stream->buf; output_flush() writes
 * what there is.  A write that fails is told once, with what to do; from then
 * on the stream swallows its text and output_failed() is true, which makes the
 * program end with status 1 but never disturbs the tracees.
 *
 * A reader that takes nothing is waited for, and so is "|cmd" until it ends;
 * but not for a second once we are asked to end ourselves, since what is traced
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
	pid_t tid;		/* -ff: whose file; 0: everybody's */
	bool failed;
	size_t column;		/* bytes of the unfinished line */
	pid_t line_tid;		/* whose line is open, 0 none */
	bool line_cut;		/* its arguments have reached the limit */
	bool begun;		/* JSON: its first line is there */
};

#define OUTPUT_BATCH (64 * 1024)

struct output;

/*
 * NULL after telling what failed.  name NULL is standard error; "|cmd" and
 * "!cmd" start a command.
 */
struct output *output_open(const struct options *o, const char *name);
bool output_is_named(const struct output *out);
/* asked: how often we were asked to end. */
void output_stop_when(struct output *out, unsigned (*asked)(void));
/* Has that descriptor room, within so long (-1: for ever)? */
bool output_takes(int fd, int timeout_ms);
struct stream *output_stream(struct output *out, pid_t tid);
bool output_is_terminal(const struct output *out);
/* Standard error or a terminal: must be written before the tracee goes on. */
bool output_is_immediate(const struct output *out);
bool output_pending(const struct output *out);
int output_flush(struct output *out);
void output_task_gone(struct output *out, pid_t tid);	/* closes its file */
bool output_failed(const struct output *out);
/* Flush, close, wait for a command.  0, or -1 if anything was lost. */
int output_close(struct output *out);

#endif
