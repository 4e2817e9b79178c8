/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * record_read: takes a record file apart, one event at a time.
 *
 * The file may be anything at all.  The first thing that does not fit ends the
 * reading and is reported with its byte offset (diag_warn), after the events
 * before it were given out.  The blocks and answers belong to the event that
 * record_reader_next() gave last.
 */
#ifndef STRACE_RECORD_READ_H
#define STRACE_RECORD_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "mem_blocks.h"
#include "format.h"

struct record_reader {
	struct mem_blocks blocks;
	struct env_answers answers;
	int fd;
	char *name;
	uint64_t offset;	/* of the next byte to read */
	uint64_t frame_offset;	/* of the frame that is taken apart now */
	uint64_t count;		/* events given out */
	struct buf info;	/* key NUL value NUL ... */
	struct buf payload;
	struct buf unpacked;
	struct cursor events;	/* what is left of the frame */
	struct record_base base;
	struct unpacker *unpacker;	/* once one was needed */
	struct record_abis abis;
	bool begun;		/* the head of the file was read */
	bool over;
	bool failed;
	struct crc_table crc;
};

/* NULL after it reported what failed.  "-" is standard input. */
struct record_reader *record_reader_open(const char *path);
struct record_reader *record_reader_new(int fd, const char *name);
/* 1 with an event (ev->mem set), 0 at the end, -1 after it reported damage. */
int record_reader_next(struct record_reader *r, struct event *ev);
/* The fact that record_info() kept, or NULL. */
const char *record_reader_info(const struct record_reader *r,
			       const char *key);
void record_reader_free(struct record_reader *r);

#endif
