/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * task_numbers: one number for each task that a source has events of.
 *
 * The kernel uses its numbers of tasks again, and a thread that calls exec
 * takes that of its leader.  Ours are counted from 1 on: a task has the same
 * number from its first event to its last, through an exec as well, and no
 * other task ever gets it.  source_next() has them put into each event: into
 * task, and if other tasks are concerned into child_task and gone_task.
 *
 * They follow from the events alone, so a record does not hold them, and
 * replaying it gives the same ones each time.
 */
#ifndef STRACE_TASK_NUMBERS_H
#define STRACE_TASK_NUMBERS_H

#include <sys/types.h>

#include "hash.h"

struct event;

struct task_numbers {
	struct hash by_tid;
	uint64_t last;		/* the last number that was given */
	pid_t tid;		/* of the event before, or 0; the next one */
	uint64_t number;	/* ... mostly is of the same task */
};

void task_numbers_give(struct task_numbers *n, struct event *ev);
void task_numbers_free(struct task_numbers *n);

#endif
