/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * merge: one trace of several, in the order of time.
 *
 * found_add() finds out what a word of the command line names: a record, a log,
 * or the beginning of the names of logs, one for each process, that strace -ff
 * wrote.  logs_merge() copies the lines of logs to the output, records_merge()
 * replays records into it.  Both read one thing ahead of each input and take
 * what is earliest next, so memory does not grow with what there is to read.
 * What fails is reported and left out, the others go on, and the result is
 * false.
 *
 * The room src/merge: the program strace-log-merge.  find.c finds inputs;
 * log.c reads files through windows, text_head.c and json_head.c find the time
 * of a line, clock.c gives times of day their day, logs.c puts the lines in
 * order, show.c makes them fit for a terminal.  Of records all is done by the
 * rooms that strace --replay uses; records.c only takes turns.
 */
#ifndef STRACE_MERGE_H
#define STRACE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output;
struct stat;

struct found_log {
	char *path;
	const char *pid;	/* digits at the end of path, or NULL */
	uint64_t number;	/* the same */
	size_t order;		/* in which they were found */
};

struct found {
	struct found_log *log;
	size_t logs, logs_cap;
	char **record;
	size_t records, records_cap;
};

/* False after it reported that there is nothing of this name. */
bool found_add(struct found *f, const char *name);
/* Puts logs in the order in which lines of the same time stand. */
void found_sort(struct found *f);
/* The name of that file, if it is one of those that are found, or NULL. */
const char *found_has(const struct found *f, const struct stat *st);
void found_free(struct found *f);

/*
 * They must be sorted.  So much of each log is in memory, at least
 * TEXT_HEAD_MAX; 0: as their number allows.
 */
bool logs_merge(const struct found *f, struct output *out, size_t window);
bool records_merge(const struct found *f, struct output *out);

#endif
