/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "pack.h"
#include "xalloc.h"

#define READ_STEP (1u << 20)	/* room is made as bytes come, not at once */

/* Reports what is wrong and ends the reading.  Always false. */
static bool __attribute__((format(printf, 3, 4)))
damaged(struct record_reader *r, uint64_t offset, const char *fmt, ...)
{
	struct buf what = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&what, fmt, ap);
	va_end(ap);
	diag_warn("%s: byte %llu: %s (%llu events before it are whole)",
		  r->name, (unsigned long long)offset, buf_cstr(&what),
		  (unsigned long long)r->count);
	buf_free(&what);
	r->over = true;
	r->failed = true;
	return false;
}

/* Appends n bytes of the file to b, or fewer if it ends. */
static size_t file_read(struct record_reader *r, struct buf *b, size_t n)
{
	size_t have = 0;

	while (have < n) {
		size_t step = n - have < READ_STEP ? n - have : READ_STEP;
		ssize_t got;

		buf_grow(b, step);
		got = read(r->fd, b->data + b->len, step);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			diag_warn("%s: Can't read: %s", r->name,
				  strerror(errno));
		if (got <= 0)
			break;
		b->len += got;
		have += got;
	}
	r->offset += have;
	return have;
}

static bool head_read(struct record_reader *r)
{
	const unsigned char *p;
	unsigned major;

	buf_reset(&r->payload);
	if (file_read(r, &r->payload, RECORD_HEAD_LEN) < RECORD_HEAD_LEN ||
	    memcmp(r->payload.data, RECORD_MAGIC, RECORD_MAGIC_LEN) != 0)
		return damaged(r, 0, "this is not a record");
	p = (const unsigned char *)r->payload.data;
	major = get_le(p + 8, 2);
	if (major != RECORD_MAJOR)
		return damaged(r, 8, "records of version %u need another "
			       "version of strace", major);
	r->begun = true;
	return true;
}

static bool payload_unpack(struct record_reader *r)
{
	const struct buf *b = &r->payload;
	struct packed in = { .raw = 0 };
	struct buf why = { 0 };
	bool done;

	if (b->len < 4)
		return damaged(r, r->frame_offset, "a packed frame is short");
	in.bytes = b->data + 4;
	in.len = b->len - 4;
	in.raw = get_le((const unsigned char *)b->data, 4);
	if (in.raw > RECORD_PAYLOAD_MAX)
		return damaged(r, r->frame_offset, "a packed frame "
			       "contradicts itself about its size");
	done = unpacker_unpack(&r->unpacker, &in, &r->unpacked, &why) ||
	       damaged(r, r->frame_offset, "%s", buf_cstr(&why));
	buf_free(&why);
	return done;
}

static bool payload_read(struct record_reader *r, const unsigned char *head)
{
	size_t len = get_le(head, 4);
	uint32_t crc;

	if (len > RECORD_PAYLOAD_MAX)
		return damaged(r, r->frame_offset,
			       "a frame of %zu bytes can't be", len);
	buf_reset(&r->payload);
	if (file_read(r, &r->payload, len) < len)
		return damaged(r, r->offset, "the record breaks off within "
			       "a frame: its writer was stopped");
	crc = crc_update(&r->crc, 0, head, 8);
	crc = crc_update(&r->crc, crc, r->payload.data, len);
	if (crc != get_le(head + 8, 4))
		return damaged(r, r->frame_offset, "damaged: the checksum "
			       "of this frame of %zu bytes is wrong", len);
	return true;
}

static bool end_take(struct record_reader *r, struct cursor *c)
{
	uint64_t count = get_varint(c);

	r->over = true;
	if (c->bad || count != r->count)
		return damaged(r, r->frame_offset, "%llu events were "
			       "recorded, which does not agree",
			       (unsigned long long)count);
	return true;
}

/* Keys and values, each with its NUL.  Half a pair would confuse lookups. */
static bool info_take(struct record_reader *r, const struct buf *b)
{
	size_t nuls = 0;

	for (size_t i = 0; i < b->len; i++)
		nuls += !b->data[i];
	if (b->len && (b->data[b->len - 1] || nuls % 2))
		return damaged(r, r->frame_offset,
			       "a frame of facts is broken");
	if (r->info.len + b->len <= READ_STEP)
		buf_add(&r->info, b->data, b->len);
	return true;
}

static bool frame_take(struct record_reader *r, unsigned type, unsigned flags)
{
	struct buf *b = &r->payload;
	struct cursor c;

	if (flags & ~(RECORD_ZSTD | RECORD_OPTIONAL))
		return damaged(r, r->frame_offset, "unknown flags %#x", flags);
	if (flags & RECORD_ZSTD) {
		if (!payload_unpack(r))
			return false;
		b = &r->unpacked;
	}
	c = (struct cursor){.p = (unsigned char *)b->data,
			    .end = (unsigned char *)b->data + b->len};
	switch (type) {
	case RECORD_INFO:
		return info_take(r, b);
	case RECORD_EVENTS:
		r->events = c;
		r->base = (struct record_base){0};
		return true;
	case RECORD_END:
		return end_take(r, &c);
	}
	return flags & RECORD_OPTIONAL ? true :
	       damaged(r, r->frame_offset, "unknown type %u of a frame", type);
}

static bool frame_read(struct record_reader *r)
{
	unsigned char head[RECORD_FRAME_LEN];
	size_t got;

	r->frame_offset = r->offset;
	buf_reset(&r->payload);
	got = file_read(r, &r->payload, sizeof(head));
	memcpy(head, r->payload.data, got);
	if (!got)
		return damaged(r, r->offset, "the record ends without its end "
			       "mark: its writer was stopped");
	if (got < sizeof(head))
		return damaged(r, r->offset, "the record breaks off within "
			       "the head of a frame: its writer was stopped");
	return payload_read(r, head) &&
	       frame_take(r, get_le(head + 4, 2), get_le(head + 6, 2));
}

static void note_mem(struct record_reader *r, struct cursor *c)
{
	uint64_t addr = r->base.addr + unzigzag(get_varint(c));
	uint64_t len = get_varint(c);
	uint64_t got = get_varint(c);
	const void *p = get_bytes(c, got);

	if (got > len || r->blocks.count >= RECORD_NOTES_MAX)
		c->bad = true;
	if (c->bad)
		return;
	mem_blocks_add(&r->blocks, addr, p, got, len);
	r->base.addr = addr + got;
}

static void note_env(struct record_reader *r, struct cursor *c, pid_t tid)
{
	struct env_answer a = {.q.what = get_varint(c)};
	int64_t who = (int64_t)((uint64_t)unzigzag(get_varint(c)) + tid);
	uint64_t len;
	const void *p;

	a.q.tid = who;
	a.q.key = get_varint(c);
	len = get_varint(c);
	if (len > RECORD_ANSWER_MAX + 1 || a.q.tid != who ||
	    r->answers.count >= RECORD_NOTES_MAX)
		c->bad = true;
	if (c->bad)
		return;
	a.len = (ssize_t)len - 1;
	p = get_bytes(c, len ? len - 1 : 0);
	if (p)
		env_answers_add(&r->answers, &a, p);
}

static void body_take(struct record_reader *r, struct cursor *c,
		      struct event *ev)
{
	mem_blocks_reset(&r->blocks);
	env_answers_reset(&r->answers);
	event_decode(c, ev, &r->abis, &r->base);
	while (!c->bad && c->p < c->end) {
		switch (*c->p++) {
		case RECORD_NOTE_MEM:
			note_mem(r, c);
			break;
		case RECORD_NOTE_ENV:
			note_env(r, c, ev->tid);
			break;
		default:
			c->bad = true;
		}
	}
	ev->mem = &r->blocks.mem;
}

int record_reader_next(struct record_reader *r, struct event *ev)
{
	const unsigned char *p;
	struct cursor c = {0};
	uint64_t len;

	while (!r->over && r->events.p == r->events.end)
		frame_read(r);
	if (r->over)
		return r->failed ? -1 : 0;
	len = get_varint(&r->events);
	p = get_bytes(&r->events, len);
	if (p) {
		c.p = p;
		c.end = p + len;
		body_take(r, &c, ev);
	}
	if (!p || c.bad) {
		damaged(r, r->frame_offset, c.foreign ? "a call of an ABI "
			"that this strace has no tables of" :
			"an event within this frame is damaged");
		return -1;
	}
	r->count++;
	return 1;
}

const char *record_reader_info(const struct record_reader *r,
			       const char *key)
{
	const char *p = r->info.data;
	const char *end = p ? p + r->info.len : NULL;

	while (p < end) {
		const char *value = p + strlen(p) + 1;

		if (!strcmp(p, key))
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}

struct record_reader *record_reader_new(int fd, const char *name)
{
	struct record_reader *r = xalloc_new(1, sizeof(*r));

	r->name = xalloc_copy(name);
	r->fd = fd;
	mem_blocks_init(&r->blocks);
	crc_table_init(&r->crc);
	if (!head_read(r)) {
		record_reader_free(r);
		return NULL;
	}
	/* The facts come before the events. */
	while (!r->over && r->events.p == r->events.end && frame_read(r))
		;
	record_abis_init(&r->abis, record_reader_info(r, "abis"),
			 record_reader_info(r, "tracer"));
	return r;
}

struct record_reader *record_reader_open(const char *path)
{
	int fd;

	if (!strcmp(path, "-"))
		return record_reader_new(STDIN_FILENO, "standard input");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		diag_warn("Can't open the record '%s': %s", path,
			  strerror(errno));
		return NULL;
	}
	return record_reader_new(fd, path);
}

void record_reader_free(struct record_reader *r)
{
	if (r->fd != STDIN_FILENO)
		close(r->fd);
	mem_blocks_free(&r->blocks);
	env_answers_free(&r->answers);
	buf_free(&r->info);
	buf_free(&r->payload);
	buf_free(&r->unpacked);
	unpacker_free(r->unpacker);
	free(r->name);
	free(r);
}
