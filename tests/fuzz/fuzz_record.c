/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes at all as a record file.
 *
 * The first byte of an input chooses: odd, and the rest is the file as it
 * stands; even, and the rest is the payload of one sound frame, since the
 * checksum would else hide the parser from the fuzzer.  Every event is used
 * as a replay would use it.
 *
 * Without libFuzzer the program makes its own inputs: a sound record, mutated,
 * the same ones on every run.
 *
 *	fuzz_record [COUNT [SEED]]
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"
#include "mem.h"
#include "record.h"
#include "record/format.h"
#include "record/read.h"

#define INPUT_MAX 65536
#define COUNT_DEFAULT 20000
#define EVENTS 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void frame_put(int fd, unsigned type, const uint8_t *data, size_t n)
{
	unsigned char head[RECORD_FRAME_LEN];
	struct crc_table t;
	uint32_t crc;

	crc_table_init(&t);
	put_le(head, n, 4);
	put_le(head + 4, type & 0xff, 2);
	put_le(head + 6, type >> 8, 2);
	crc = crc_update(&t, crc_update(&t, 0, head, 8), data, n);
	put_le(head + 8, crc, 4);
	if (write(fd, head, sizeof(head)) < 0 || write(fd, data, n) < 0)
		abort();
}

static int file_make(const uint8_t *data, size_t size)
{
	unsigned char head[RECORD_HEAD_LEN] = RECORD_MAGIC;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	put_le(head + 8, RECORD_MAJOR, 2);
	if (size && !(data[0] & 1)) {
		/* The other bits: type and flags of the frame. */
		unsigned type = (data[0] >> 1 & 3) | (data[0] >> 4) << 8;

		if (write(fd, head, sizeof(head)) < 0)
			abort();
		frame_put(fd, type, data + 1, size - 1);
	} else if (size && write(fd, data + 1, size - 1) < 0) {
		abort();
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void event_use(struct record_reader *r, struct event *ev)
{
	char buf[512];
	size_t got;

	for (int i = 0; i < 6; i++)
		mem_read(ev->mem, ev->arg[i], buf, sizeof(buf));
	for (size_t i = 0; i < r->blocks.count && i < 64; i++) {
		uint64_t addr = r->blocks.block[i].addr;

		mem_read(ev->mem, addr - 3, buf, sizeof(buf));
		got = mem_read(ev->mem, addr, buf, sizeof(buf));
		if (got > sizeof(buf))
			abort();
	}
	for (size_t i = 0; i < r->answers.count && i < 64; i++)
		env_answers_copy(&r->answers, &r->answers.answer[i], buf,
				 sizeof(buf));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = file_make(data, size);
	struct record_reader *r = record_reader_new(fd, "input");
	struct event ev;

	if (!r)
		return 0;
	record_reader_info(r, "tz");
	while (record_reader_next(r, &ev) == 1)
		event_use(r, &ev);
	record_reader_free(r);
	return 0;
}

#ifndef FUZZ_WITH_LIBFUZZER
/* Of the sanitizers' library, if the program was built with one. */
extern void __sanitizer_set_report_fd(void *fd) __attribute__((weak));

static size_t sample_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	(void)m;
	len = len > 40 ? 40 : len;
	memset(buf, (int)addr, len);
	return len;
}

static const struct mem_ops sample_mem_ops = {.read = sample_read};

static ssize_t sample_env(struct env *e, const struct env_query *q, void *buf,
			  size_t size)
{
	(void)e;
	(void)q;
	memset(buf, 'e', size < 20 ? size : 20);
	return size < 20 ? size : 20;
}

static void sample_env_close(struct env *e)
{
	(void)e;
}

static const struct env_ops sample_env_ops = {
	.get = sample_env,
	.close = sample_env_close,
};

/* A sound record of a few events, to be spoiled. */
static void sample_make(const char *path)
{
	struct recorder *r = record_open(path);
	struct mem mem = {&sample_mem_ops};
	struct env inner = {&sample_env_ops};
	struct env *env = r ? recorder_env(r, &inner) : NULL;
	char buf[64];

	if (!r)
		exit(1);
	for (int i = 0; i < EVENTS; i++) {
		struct event ev = {.kind = i % EV_IDLE, .tid = 100 + i,
				   .pid = 100, .nr = i, .ret = -i,
				   .arg = {i, 0x7fff0000, 3},
				   .wall_ns = i, .mono_ns = i, .mem = &mem,
				   .has_siginfo = i % EV_IDLE == EV_SIGNAL};

		ev.siginfo.si_signo = i;
		record_event(r, &ev);
		mem_read(ev.mem, 0x7fff0000 + i * 8, buf, 8 + i * 2);
		env_get(env, ENV_FD_PATH, ev.tid, i, buf, sizeof(buf));
		record_event_end(r, &ev);
	}
	env_close(env);
	record_close(r);
}

struct mutator {
	uint8_t file[INPUT_MAX];	/* the sound record */
	size_t file_len;
	uint8_t body[INPUT_MAX];	/* payload of its events, unpacked */
	size_t body_len;
	uint8_t input[INPUT_MAX + 1];
	uint64_t state;
};

static uint32_t mutator_next(struct mutator *m)
{
	m->state = m->state * 6364136223846793005ull + 1442695040888963407ull;
	return m->state >> 33;
}

static void sample_load(struct mutator *m)
{
	char path[] = "/tmp/fuzz-record.XXXXXX";
	int fd = mkstemp(path);
	struct record_reader *r;
	ssize_t n;

	sample_make(path);
	n = read(fd, m->file, sizeof(m->file));
	m->file_len = n > 0 ? n : 0;
	lseek(fd, 0, SEEK_SET);
	r = record_reader_new(fd, path);
	if (!r)
		exit(1);
	m->body_len = r->events.end - r->events.p;
	memcpy(m->body, r->events.p, m->body_len);
	record_reader_free(r);
	unlink(path);
}

/* One change: a byte, a run of bytes, a cut, a copy of another place. */
static size_t input_change(struct mutator *m, size_t len)
{
	uint8_t *p = m->input + 1;
	size_t at = len ? mutator_next(m) % len : 0;
	size_t n = len ? mutator_next(m) % (len - at) % 16 + 1 : 0;
	size_t from = len ? mutator_next(m) % (len - n + 1) : 0;

	if (!len)
		return 0;
	switch (mutator_next(m) % 6) {
	case 0:
		p[at] ^= 1 << mutator_next(m) % 8;
		break;
	case 1:
		p[at] = mutator_next(m);
		break;
	case 2:
		memset(p + at, mutator_next(m) % 2 ? 0xff : 0x80, n);
		break;
	case 3:
		memmove(p + at, p + from, at + n > len ? len - at : n);
		break;
	case 4:
		memmove(p + at, p + at + n, len - at - n);
		return len - n;
	default:
		return mutator_next(m) % 8 ? len : at;
	}
	return len;
}

static void input_run(struct mutator *m)
{
	bool whole = mutator_next(m) % 3 == 0;
	size_t len = whole ? m->file_len : m->body_len;
	unsigned changes = 1 + mutator_next(m) % 6;

	memcpy(m->input + 1, whole ? m->file : m->body, len);
	/* Frames of other types and flags are rarer than those of events. */
	m->input[0] = whole ? 1 : RECORD_EVENTS << 1;
	if (!whole && mutator_next(m) % 8 == 0)
		m->input[0] = mutator_next(m) & ~1u;
	while (changes--)
		len = input_change(m, len);
	LLVMFuzzerTestOneInput(m->input, len + 1);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) :
			      COUNT_DEFAULT;
	struct mutator *m = calloc(1, sizeof(*m));
	int null = open("/dev/null", O_WRONLY);
	int err = dup(STDERR_FILENO);

	if (!m || null < 0)
		return 1;
	m->state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	sample_load(m);
	/* Each input is told to be damaged; nobody wants to read that. */
	dup2(null, STDERR_FILENO);
	if (__sanitizer_set_report_fd)
		__sanitizer_set_report_fd((void *)(intptr_t)err);
	for (unsigned long i = 0; i < count; i++)
		input_run(m);
	printf("%lu inputs, no harm done\n", count);
	close(null);
	free(m);
	return 0;
}
#endif
