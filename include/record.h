/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * record: a log of every event and of every answer that decoding it asked for.
 *
 * record_open() starts a file.  record_event() is called with each event before
 * it is decoded, record_event_end() after.  Between the two, ev->mem and the
 * env of recorder_env() pass each question on and note the answer with the
 * event.  Replay (source.h: replay_open) gives the same events, and mem and env
 * that give the same answers.  So any output option may be chosen anew as far
 * as the answers reach; what was never asked looks like unreadable memory.
 * strace-record(5) describes the format.
 *
 * The room src/record: the form of the file (format.h, codec.c), writing it
 * (record.c), reading it (read.c), and what stands in for a live tracer: a
 * source of its events (replay.c) and an env of its answers (answers.c).
 */
#ifndef STRACE_RECORD_H
#define STRACE_RECORD_H

#include "event.h"

struct env;
struct mem;
struct options;
struct recorder;

/* NULL after it reported what failed. */
struct recorder *record_open(const char *path);
/* Keeps a fact about the run in the file: "command", "options" ... */
void record_info(struct recorder *r, const char *key, const char *value);
/* Owns inner.  The caller closes it, before or after record_close(). */
struct env *recorder_env(struct recorder *r, struct env *inner);
/*
 * Replaces ev->mem by one that notes what is read through it.  EV_IDLE is not
 * kept but makes the file complete up to now: it should be passed here too.
 */
void record_event(struct recorder *r, struct event *ev);
void record_event_end(struct recorder *r, struct event *ev);
/* Instead of record_event_end(): the event is not kept. */
void record_event_drop(struct recorder *r, struct event *ev);
/* 0, or -1 after it reported what failed: the file is incomplete. */
int record_close(struct recorder *r);

#endif
