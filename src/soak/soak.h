/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * soak: --inject-each: the command runs again and again, and each time one more
 * of its calls is changed as the rule says.
 *
 * Two runs in which nothing is changed come first: they tell which places there
 * are, how long the command takes, and whether it always writes the same.  A
 * place is a call together with the stack that it is made from, where stacks
 * can be had; else each call is one.  Then there is a run for each place, which
 * changes the first call that was seen there.  What becomes of the command is
 * judged, and what it does not survive is reported with the call, its stack and
 * the last words of the command.
 *
 * The room src/soak: soak.c runs and judges, run.c makes one run in a process
 * of its own, places.c finds the places in its trace.  Tracing itself is done
 * by the function that soak() is given.
 */
#ifndef STRACE_SOAK_H
#define STRACE_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "hash.h"
#include "options.h"

typedef int soak_trace(struct options *o);

/* The status that the program is to end with: 1 if a place was not survived. */
int soak(const struct options *o, soak_trace *trace);

/* ---- one run (run.c) ---- */

struct soak_run {
	/* wanted */
	struct options o;
	soak_trace *trace;
	int64_t limit_ns;	/* it hangs if it takes longer; 0: never */
	void (*take)(struct soak_run *r, const char *line, size_t len);
	void *taker;		/* take() gets each line of the trace */
	/* found */
	bool stopped;		/* we were asked to end, so it tells nothing */
	bool hung;
	int status;		/* as wait gives it */
	uint64_t output;	/* the same number for the same output */
	int64_t took_ns;
	struct buf words;	/* the last that came on standard error */
};

/* False after it reported why it could not be made. */
bool soak_run(struct soak_run *r);
void soak_run_free(struct soak_run *r);

/* ---- places (places.c) ---- */

struct soak_places {
	uint64_t *at;		/* the number of the first call at each */
	size_t n, cap;
	bool stacks;		/* else each call is a place */
	uint64_t calls;
	struct hash seen;
	struct buf place;	/* the call at hand, with its stack */
};

/* Is the line of a trace a frame of a stack? */
bool soak_is_frame(const char *line, size_t len);
void soak_places_take(struct soak_places *p, const char *line, size_t len);
void soak_places_end(struct soak_places *p);
void soak_places_free(struct soak_places *p);

#endif
