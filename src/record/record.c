/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "abi_info.h"
#include "diag.h"
#include "env.h"
#include "mem.h"
#include "mem_blocks.h"
#include "now.h"
#include "format.h"
#include "pack.h"
#include "xalloc.h"

/* What is lost at most if we are killed, and if nothing happens meanwhile. */
#define BATCH_NS (200 * NSEC_PER_MS)
#define IDLE_NS (20 * NSEC_PER_MS)

struct recorder_env {
	struct env env;
	struct recorder *r;
	struct env *inner;
};

struct recorder {
	struct mem mem;		/* what ev->mem is while an event is decoded */
	struct mem *inner;
	struct mem_blocks blocks;
	struct env_answers answers;
	bool in_event;
	int fd;
	int error;		/* errno of the first write that failed */
	char *path;
	struct buf batch;	/* room for a frame's head, then events */
	struct buf body;	/* the event being recorded */
	struct buf packed;
	struct record_base base;
	int64_t batch_ns;	/* when the batch was begun */
	uint64_t count;
	struct crc_table crc;
	struct packer *packer;	/* NULL: frames are not packed */
};

static void write_all(struct recorder *r, const char *p, size_t n)
{
	while (n && !r->error) {
		ssize_t done = write(r->fd, p, n);

		if (done > 0) {
			p += done;
			n -= done;
		} else if (done == 0) {
			r->error = ENOSPC;
		} else if (errno != EINTR) {
			r->error = errno;
		}
	}
	if (n && r->path) {
		diag_warn("Can't write the record '%s': %s; "
			  "it ends here, tracing goes on",
			  r->path, strerror(r->error));
		free(r->path);
		r->path = NULL;
	}
}

/* b has RECORD_FRAME_LEN bytes of room, then the payload. */
static void frame_write(struct recorder *r, struct buf *b, unsigned type,
			unsigned flags)
{
	unsigned char *head = (unsigned char *)b->data;
	uint32_t crc;

	put_le(head, b->len - RECORD_FRAME_LEN, 4);
	put_le(head + 4, type, 2);
	put_le(head + 6, flags, 2);
	crc = crc_update(&r->crc, 0, head, 8);
	crc = crc_update(&r->crc, crc, head + RECORD_FRAME_LEN,
			 b->len - RECORD_FRAME_LEN);
	put_le(head + 8, crc, 4);
	write_all(r, b->data, b->len);
}

static void frame_begin(struct buf *b)
{
	static const char room[RECORD_FRAME_LEN];

	buf_reset(b);
	buf_add(b, room, sizeof(room));
}

static bool batch_pack(struct recorder *r)
{
	struct buf *b = &r->packed;
	size_t raw = r->batch.len - RECORD_FRAME_LEN;
	unsigned char len[4];

	if (!r->packer)
		return false;
	frame_begin(b);
	put_le(len, raw, 4);
	buf_add(b, len, 4);
	if (!packer_pack(r->packer, r->batch.data + RECORD_FRAME_LEN, raw, b))
		return false;
	frame_write(r, b, RECORD_EVENTS, RECORD_ZSTD);
	return true;
}

static void batch_flush(struct recorder *r)
{
	if (r->batch.len > RECORD_FRAME_LEN && !batch_pack(r))
		frame_write(r, &r->batch, RECORD_EVENTS, 0);
	frame_begin(&r->batch);
	r->base = (struct record_base){0};
	r->batch_ns = 0;
}

/*
 * A byte that was read before in this event is given as it was then, because a
 * replay has one answer for it and must not differ from what was shown.
 */
static size_t record_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct recorder *r = (struct recorder *)m;
	size_t got = 0;

	while (got < len && addr + got >= addr) {
		char *to = (char *)buf + got;
		struct mem_known known = mem_blocks_find(&r->blocks,
							 addr + got);
		size_t n = len - got;
		size_t ask = n < known.gap ? n : known.gap;
		bool end;

		if (known.len) {
			n = n < known.len ? n : known.len;
			memcpy(to, known.data, n);
			got += n;
			if (known.fault && n == known.len)
				break;
			continue;
		}
		if (known.fault || !ask ||
		    r->blocks.count >= RECORD_NOTES_MAX - 1 ||
		    r->blocks.data.len + ask > RECORD_EVENT_MAX / 2)
			break;
		n = mem_read(r->inner, addr + got, to, ask);
		end = n < ask;
		if (end && mem_unknown(r->inner, addr + got))
			ask = n;	/* a replay is not to know it either */
		mem_blocks_add(&r->blocks, addr + got, to, n, ask);
		got += n;
		if (end)
			break;
	}
	return got;
}

/* A replay reads these blocks, so the answer is that of the blocks. */
static bool record_unknown(struct mem *m, uint64_t addr)
{
	return mem_unknown(&((struct recorder *)m)->blocks.mem, addr);
}

/* What is shown from now on are the new bytes. */
static bool record_write(struct mem *m, uint64_t addr, const void *p,
			 size_t len)
{
	struct recorder *r = (struct recorder *)m;

	if (!mem_write(r->inner, addr, p, len))
		return false;
	mem_blocks_change(&r->blocks, addr, p, len);
	return true;
}

static const struct mem_ops record_mem_ops = {
	.read = record_read,
	.write = record_write,
	.unknown = record_unknown,
};

/* The full answer is kept, however small the caller's buffer is. */
static ssize_t record_env_get(struct env *e, const struct env_query *q,
			      void *buf, size_t size)
{
	struct recorder_env *re = (struct recorder_env *)e;
	struct env_answers *a = &re->r->answers;
	struct env_answer new = {.q = *q};
	const struct env_answer *known;
	char whole[RECORD_ANSWER_MAX];

	if (!re->r->in_event)
		return env_ask(re->inner, q, buf, size);
	known = env_answers_find(a, q);
	if (known)
		return env_answers_copy(a, known, buf, size);
	if (a->count >= RECORD_NOTES_MAX - 1 ||
	    a->data.len > RECORD_EVENT_MAX / 4)
		return -1;
	new.len = env_ask(re->inner, q, whole, sizeof(whole));
	env_answers_add(a, &new, whole);
	return env_answers_copy(a, &new, buf, size);
}

static void record_env_close(struct env *e)
{
	env_close(((struct recorder_env *)e)->inner);
	free(e);
}

static const struct env_ops record_env_ops = {
	.get = record_env_get,
	.close = record_env_close,
};

struct env *recorder_env(struct recorder *r, struct env *inner)
{
	struct recorder_env *re = xalloc_new(1, sizeof(*re));

	re->env.ops = &record_env_ops;
	re->r = r;
	re->inner = inner;
	return &re->env;
}

/* The end of the pieces that adjoin k, which are put as one. */
static const struct mem_block *run_end(const struct mem_block *k,
				       const struct mem_block *end)
{
	while (!k->fault && k + 1 < end && k[1].addr == k->addr + k->len)
		k++;
	return k + 1;
}

static void put_blocks(struct recorder *r, struct buf *b)
{
	const struct mem_block *k = r->blocks.block;
	const struct mem_block *end = k ? k + r->blocks.count : NULL;

	while (k < end) {
		const struct mem_block *next = run_end(k, end);
		uint64_t len = next[-1].addr + next[-1].len - k->addr;

		buf_ch(b, RECORD_NOTE_MEM);
		put_varint(b, zigzag((int64_t)(k->addr - r->base.addr)));
		put_varint(b, len + next[-1].fault);
		put_varint(b, len);
		r->base.addr = k->addr + len;
		for (; k < next; k++)
			if (k->len)
				buf_add(b, r->blocks.data.data + k->offset,
					k->len);
	}
}

static void put_answers(struct recorder *r, struct buf *b, pid_t tid)
{
	for (size_t i = 0; i < r->answers.count; i++) {
		const struct env_answer *a = &r->answers.answer[i];

		buf_ch(b, RECORD_NOTE_ENV);
		put_varint(b, a->q.what);
		put_varint(b, zigzag((int64_t)a->q.tid - tid));
		put_varint(b, a->q.key);
		put_varint(b, a->len + 1);
		if (a->len > 0)
			buf_add(b, r->answers.data.data + a->offset, a->len);
	}
}

void record_event(struct recorder *r, struct event *ev)
{
	/* In a pause of the trace, events need not wait for a full batch. */
	if (ev->kind == EV_IDLE) {
		if (r->batch_ns && ev->mono_ns - r->batch_ns > IDLE_NS)
			batch_flush(r);
		return;
	}
	if (ev->kind > EV_IDLE)		/* nothing that happened to a task */
		return;
	mem_blocks_reset(&r->blocks);
	env_answers_reset(&r->answers);
	r->in_event = true;
	r->inner = ev->mem;
	ev->mem = &r->mem;
}

void record_event_end(struct recorder *r, struct event *ev)
{
	if (!r->in_event)
		return;
	r->in_event = false;
	ev->mem = r->inner;
	if (r->error)
		return;
	buf_reset(&r->body);
	event_encode(&r->body, ev, &r->base);
	put_blocks(r, &r->body);
	put_answers(r, &r->body, ev->tid);
	if (!r->batch_ns)
		r->batch_ns = ev->mono_ns;
	put_varint(&r->batch, r->body.len);
	buf_add(&r->batch, r->body.data, r->body.len);
	r->count++;
	if (r->batch.len >= RECORD_BATCH ||
	    ev->mono_ns - r->batch_ns > BATCH_NS)
		batch_flush(r);
}

void record_event_drop(struct recorder *r, struct event *ev)
{
	if (r->in_event)
		ev->mem = r->inner;
	r->in_event = false;
}

void record_info(struct recorder *r, const char *key, const char *value)
{
	struct buf b = {0};

	batch_flush(r);
	frame_begin(&b);
	buf_add(&b, key, strlen(key) + 1);
	buf_add(&b, value, strlen(value) + 1);
	frame_write(r, &b, RECORD_INFO, 0);
	buf_free(&b);
}

/* The zone of local times is $TZ, or what /etc/localtime points to. */
static void info_zone(struct recorder *r)
{
	static const char dir[] = "/zoneinfo/";
	const char *tz = getenv("TZ");
	char link[PATH_MAX];
	ssize_t n = -1;
	char *name;

	if (!tz)
		n = readlink("/etc/localtime", link, sizeof(link) - 1);
	if (n > 0) {
		link[n] = '\0';
		name = strstr(link, dir);
		tz = name ? name + strlen(dir) : NULL;
	}
	record_info(r, "tz", tz ? tz : "UTC0");
}

static void info_put(struct recorder *r)
{
	struct utsname uts;
	struct buf num = {0};

	buf_dec(&num, now_ns(CLOCK_REALTIME));
	record_info(r, "created", buf_cstr(&num));
	buf_reset(&num);
	buf_dec(&num, sysconf(_SC_PAGESIZE));
	record_info(r, "page_size", buf_cstr(&num));
	buf_reset(&num);
	record_abis_names(&num);
	record_info(r, "abis", buf_cstr(&num));
	record_info(r, "tracer", abi_name(abi_own()));
	buf_free(&num);
	if (uname(&uts) == 0) {
		record_info(r, "machine", uts.machine);
		record_info(r, "kernel", uts.release);
	}
	info_zone(r);
}

struct recorder *record_open(const char *path)
{
	unsigned char head[RECORD_HEAD_LEN] = RECORD_MAGIC;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct recorder *r;

	if (fd < 0) {
		diag_warn("Can't open '%s' to record: %s", path,
			  strerror(errno));
		return NULL;
	}
	r = xalloc_new(1, sizeof(*r));
	r->path = xalloc_copy(path);
	r->fd = fd;
	r->mem.ops = &record_mem_ops;
	mem_blocks_init(&r->blocks);
	crc_table_init(&r->crc);
	r->packer = packer_new();
	put_le(head + 8, RECORD_MAJOR, 2);
	put_le(head + 10, RECORD_MINOR, 2);
	write_all(r, (char *)head, sizeof(head));
	info_put(r);
	return r;
}

int record_close(struct recorder *r)
{
	struct buf b = {0};
	int ret;

	if (!r)
		return 0;
	batch_flush(r);
	frame_begin(&b);
	put_varint(&b, r->count);
	frame_write(r, &b, RECORD_END, 0);
	if (close(r->fd) && !r->error) {
		r->error = errno;
		diag_warn("Can't write the record '%s': %s", r->path,
			  strerror(errno));
	}
	ret = r->error ? -1 : 0;
	buf_free(&b);
	buf_free(&r->batch);
	buf_free(&r->body);
	buf_free(&r->packed);
	mem_blocks_free(&r->blocks);
	env_answers_free(&r->answers);
	packer_free(r->packer);
	free(r->path);
	free(r);
	return ret;
}
