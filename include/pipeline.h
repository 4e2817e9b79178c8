/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pipeline: from events to sinks.
 *
 * pipeline_event() pairs entries with exits, applies the filters, drives the
 * decoder, and hands calls and every other event to the sinks.
 * It never fails: what can't be shown is shown as far as it can be.
 *
 * The room src/pipeline: what happens between an event and the decoder.
 * task.c keeps the open call of each task, filter.c decides what is shown,
 * dump.c finds the data that was read or written.
 */
#ifndef STRACE_PIPELINE_H
#define STRACE_PIPELINE_H

#include <stdbool.h>

#include "event.h"

struct env;
struct options;
struct sinks;
struct pipeline;

struct pipeline *pipeline_new(const struct options *o, struct env *env,
			      const struct sinks *sinks);
void pipeline_event(struct pipeline *p, struct event *ev);
/* As many calls as were asked for have been shown: the trace may end. */
bool pipeline_is_over(const struct pipeline *p);
/* The trace is over: calls that still run are given to the sinks. */
void pipeline_finish(struct pipeline *p);
void pipeline_free(struct pipeline *p);

#endif
