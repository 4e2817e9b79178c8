/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task_numbers: one number for each task that a source tells of.
 *
 * The kernel's numbers of tasks are used again, and a thread that calls exec
 * takes that of its leader.  Ours are counted from 1 on: a task has its number
 * from the first event that tells of it to the last, an exec included, and no
 * other task ever gets it.  source_next() has them put into each event: task,
 * and where there are others child_task and gone_task.
 *
 * They follow from the events alone, so a record has none in it, and replaying
 * it gives the same ones each time.
 */
#ifndef STRACE_TASK_NUMBERS_H
#define STRACE_TASK_NUMBERS_H

#include <sys/types.h>

#include "hash.h"

struct event;

struct task_numbers {
	struct hash by_tid;
	uint64_t last;		/* number that was given */
	pid_t tid;		/* of the event before, or 0, ... */
	uint64_t number;	/* ... which mostly is that of the next */
};

void task_numbers_give(struct task_numbers *n, struct event *ev);
void task_numbers_free(struct task_numbers *n);

#endif
