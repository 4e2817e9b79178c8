/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * record_format: the bytes of a record file, for its writer and its reader.
 *
 * A file is a 16-byte head and then frames.  A frame is a 12-byte head (length
 * of the payload, type, flags, checksum; all little-endian) and the payload.
 * Numbers inside payloads are varints: seven bits a byte, low ones first, the
 * top bit set on all bytes but the last; signed ones are zigzag-coded.
 * strace-record(5) is the full description, and has to stay true.
 */
#ifndef STRACE_RECORD_FORMAT_H
#define STRACE_RECORD_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "env.h"
#include "event.h"

#define RECORD_MAGIC "\x89STREC\r\n"
#define RECORD_MAGIC_LEN 8
#define RECORD_HEAD_LEN 16	/* magic, major, minor, 4 bytes of zero */
#define RECORD_MAJOR 1		/* other numbers can't be read */
#define RECORD_MINOR 2		/* higher ones can */

#define RECORD_FRAME_LEN 12
#define RECORD_EVENT_MAX (48u << 20)	/* bytes of one event */
#define RECORD_PAYLOAD_MAX (64u << 20)
#define RECORD_BATCH (128u << 10)	/* a batch is written when this long */
#define RECORD_NOTES_MAX 32768		/* of each kind, in one event */
#define RECORD_ANSWER_MAX 8192		/* bytes of an environment's answer */

enum record_frame_type {
	RECORD_INFO = 1,	/* key NUL value NUL ... */
	RECORD_EVENTS = 2,	/* events, each: length, body */
	RECORD_END = 3,		/* count of events; nothing follows */
};

enum record_frame_flag {
	RECORD_ZSTD = 1 << 0,	/* payload: length unpacked, zstd frame */
	RECORD_OPTIONAL = 1 << 1, /* a reader may skip it if unknown */
};

enum record_note {
	RECORD_NOTE_MEM = 1,	/* addr, len, got, bytes */
	RECORD_NOTE_ENV = 2,	/* what, tid, key, length + 1 or 0, bytes */
};

struct crc_table {		/* CRC-32C, eight bytes at a time */
	uint32_t t[8][256];
};

void crc_table_init(struct crc_table *t);
uint32_t crc_update(const struct crc_table *t, uint32_t crc, const void *p,
		    size_t n);

static inline uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static inline int64_t unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ -(v & 1));
}

static inline void put_le(unsigned char *p, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		*p++ = v & 0xff;
}

static inline uint64_t get_le(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n)
		v = v << 8 | p[--n];
	return v;
}

void put_varint(struct buf *b, uint64_t v);

/* A piece of a payload that is being taken apart. */
struct cursor {
	const unsigned char *p, *end;
	bool bad;		/* something did not fit; what follows is 0 */
	bool foreign;		/* ... which is a call of an unknown ABI */
};

uint64_t get_long_varint(struct cursor *c);

/* Most are small. */
static inline uint64_t get_varint(struct cursor *c)
{
	if (c->p < c->end && *c->p < 0x80)
		return *c->p++;
	return get_long_varint(c);
}

const void *get_bytes(struct cursor *c, size_t n);	/* NULL: bad */

/* Numbers are stored as the difference to those of the event before. */
struct record_base {
	int64_t tid, wall_ns, mono_ns, cpu_ns;
	uint64_t ip, sp, addr;
};

/*
 * A file numbers ABIs by itself: the fact "abis" has their names in that order.
 * The fact "tracer" names the ABI of the program that wrote it; siginfo has
 * that ABI's layout, and numbers in answers have its byte order.
 */
#define RECORD_ABIS_MAX 32

struct record_abis {
	uint8_t count;
	int8_t id[RECORD_ABIS_MAX];	/* enum abi_id; -1: not ours */
	uint8_t tracer;			/* enum abi_id */
};

/* The text for "abis"; and both facts, which are NULL in old files. */
void record_abis_names(struct buf *b);
void record_abis_init(struct record_abis *a, const char *names,
		      const char *tracer);

void event_encode(struct buf *b, const struct event *ev,
		  struct record_base *base);
/* Fills all of *ev but mem; sets c->bad if it can't be an event. */
void event_decode(struct cursor *c, struct event *ev,
		  const struct record_abis *abis, struct record_base *base);

/* The env's answers during one event. */
struct env_answer {
	struct env_query q;
	ssize_t len;		/* -1: there was no answer */
	size_t offset;
};

struct env_answers {
	struct env_answer *answer;
	size_t count, cap;
	struct buf data;
};

const struct env_answer *env_answers_find(const struct env_answers *a,
					  const struct env_query *q);
/* new->offset is set here; its len bytes are copied. */
void env_answers_add(struct env_answers *a, struct env_answer *new,
		     const void *data);
/* Copies at most size bytes and returns how many, or -1. */
ssize_t env_answers_copy(const struct env_answers *a,
			 const struct env_answer *from, void *buf, size_t size);
void env_answers_reset(struct env_answers *a);
void env_answers_free(struct env_answers *a);

#endif
