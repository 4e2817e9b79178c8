/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * source: where events come from.  It prints nothing and decodes nothing.
 *
 * source_next() first lets go whatever the previous event held back (obeying
 * its verdict), then fills the next event.  It returns 1 with an event, 0 when
 * there is nothing more to trace, -1 after it reported what failed.
 * source_close() leaves every tracee as it was found: attached ones detached
 * and running, a launched command killed only if it never ran.
 *
 * The room src/source: what makes events.  Each source has a folder (ptrace,
 * ebpf; that of records is src/record/replay.c), launch starts the command for
 * them, and what sources share lies beside those folders.
 */
#ifndef STRACE_SOURCE_H
#define STRACE_SOURCE_H

#include <stdbool.h>
#include <sys/types.h>

#include "event.h"
#include "task_numbers.h"

struct env;
struct options;
struct source;

struct source_ops {
	const char *name;
	int (*next)(struct source *s, struct event *ev);
	void (*stop)(struct source *s);
	void (*close)(struct source *s);
};

/* The calls that a source has events of. */
enum source_sees {
	SEES_ALL,
	SEES_TRACED,		/* those that are traced, maybe no others */
	SEES_SOME,		/* not even all of those */
};

struct source {
	const struct source_ops *ops;
	pid_t command;		/* launched: its end is the program's; or 0 */
	int interrupt_sig;	/* the signal that made the trace end early */
	bool many;		/* attaches and ends are too many to announce */
	uint32_t page_size;	/* of the machine that is traced */
	struct task_numbers numbers;
};

int source_next(struct source *s, struct event *ev);
/* End soon: everybody is let go, and the events of that are still to come. */
void source_stop(struct source *s);
void source_close(struct source *s);

/*
 * Launch o->command and/or attach to o->pids.  NULL after it reported what
 * failed; then *exit_status is what the program should end with (127 not found,
 * 126 not executable, 1 otherwise).
 */
struct source *ptrace_open(const struct options *o, int *exit_status);
enum source_sees ptrace_sees(const struct options *o);
/*
 * The same with programs in the kernel, so that nothing is ever stopped.  env
 * captured (env_captured.h) gets the facts that come with the events.
 * ebpf_missing() says why this source can't be had here, or is NULL.
 */
struct source *ebpf_open(const struct options *o, struct env *captured,
			 int *exit_status);
enum source_sees ebpf_sees(const struct options *o);
const char *ebpf_missing(void);
/*
 * Read o->replay.  *env answers what the record's env answered, and nothing
 * once the source is closed; the caller closes both, in any order.
 */
struct source *replay_open(const struct options *o, struct env **env);

#endif
