/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was recorded is what is replayed, and damage is told, not obeyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "mem.h"
#include "options.h"
#include "record.h"
#include "record/format.h"
#include "record/read.h"
#include "source.h"

#define MEM_BASE 0x7000
#define MEM_SIZE 64

/* Memory that changes under our feet: each read sees one more. */
struct test_mem {
	struct mem mem;
	unsigned reads;
};

static size_t test_mem_read(struct mem *m, uint64_t addr, void *buf,
			    size_t len)
{
	struct test_mem *t = (struct test_mem *)m;
	size_t n;

	t->reads++;
	if (addr < MEM_BASE || addr >= MEM_BASE + MEM_SIZE)
		return 0;
	n = MEM_BASE + MEM_SIZE - addr;
	n = n < len ? n : len;
	for (size_t i = 0; i < n; i++)
		((char *)buf)[i] = (char)(addr + i + t->reads);
	return n;
}

static const struct mem_ops test_mem_ops = {.read = test_mem_read};

struct test_env {
	struct env env;
	unsigned asked;
};

static ssize_t test_env_get(struct env *e, const struct env_query *q,
			    void *buf, size_t size)
{
	struct test_env *t = (struct test_env *)e;
	char text[64];
	int n;

	if (q->key == 13)
		return -1;
	n = snprintf(text, sizeof(text), "%d %d %llu #%u", q->what, q->tid,
		     (unsigned long long)q->key, t->asked++);
	n = (size_t)n < size ? n : (int)size;
	memcpy(buf, text, n);
	return n;
}

static void test_env_close(struct env *e)
{
	((struct test_env *)e)->asked = 0;
}

static const struct env_ops test_env_ops = {
	.get = test_env_get,
	.close = test_env_close,
};

struct fixture {
	char path[64];
	struct test_mem mem;
	struct test_env env;
	struct recorder *r;
	struct env *renv;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd;

	strcpy(f->path, "/tmp/test-record.XXXXXX");
	fd = mkstemp(f->path);
	close(fd);
	f->mem.mem.ops = &test_mem_ops;
	f->env.env.ops = &test_env_ops;
	f->r = record_open(f->path);
	f->renv = recorder_env(f->r, &f->env.env);
	*state = f;
	return fd < 0 || !f->r;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->renv)
		env_close(f->renv);
	record_close(f->r);
	unlink(f->path);
	free(f);
	return 0;
}

static void finish(struct fixture *f)
{
	env_close(f->renv);
	assert_int_equal(record_close(f->r), 0);
	f->renv = NULL;
	f->r = NULL;
}

static void assert_same_event(const struct event *a, const struct event *b)
{
	struct event x = *a;
	struct event y = *b;

	x.mem = NULL;
	y.mem = NULL;
	x.verdict = y.verdict = (struct verdict){.unshown = false};
	assert_int_equal(x.has_siginfo, y.has_siginfo);
	if (x.has_siginfo)
		assert_memory_equal(&x.siginfo, &y.siginfo,
				    sizeof(x.siginfo));
	x.siginfo = y.siginfo;
	assert_int_equal(x.kind, y.kind);
	assert_int_equal(x.abi, y.abi);
	assert_int_equal(x.core, y.core);
	assert_int_equal(x.attach_entry, y.attach_entry);
	assert_int_equal(x.tid, y.tid);
	assert_int_equal(x.pid, y.pid);
	assert_int_equal(x.sig, y.sig);
	assert_int_equal(x.status, y.status);
	assert_int_equal(x.nr, y.nr);
	assert_memory_equal(x.arg, y.arg, sizeof(x.arg));
	assert_int_equal(x.ret, y.ret);
	assert_int_equal(x.err, y.err);
	assert_int_equal(x.child, y.child);
	assert_int_equal(x.other_tid, y.other_tid);
	assert_int_equal(x.count, y.count);
	assert_int_equal(x.wall_ns, y.wall_ns);
	assert_int_equal(x.mono_ns, y.mono_ns);
	assert_int_equal(x.cpu_ns, y.cpu_ns);
	assert_int_equal(x.ip, y.ip);
}

static struct source *replay(struct fixture *f, struct env **env)
{
	struct options o = {.replay = f->path};

	return replay_open(&o, env);
}

/* Events of every kind, with extreme numbers in every field. */
static void event_make(struct event *ev, unsigned i)
{
	static const uint64_t odd[] = {
		0, 1, 127, 128, UINT32_MAX, INT64_MAX, UINT64_MAX,
		0x8000000000000000ull, 0x7ffc12345678,
	};
	const size_t n = sizeof(odd) / sizeof(*odd);

	memset(ev, 0, sizeof(*ev));
	ev->kind = i % EV_IDLE;
	ev->abi = i % ABI_COUNT;
	ev->core = i & 1;
	ev->attach_entry = i & 2;
	ev->tid = 1 + i * 7919 % 4194303;
	ev->pid = i % 5 ? ev->tid - i % 3 : 0;
	ev->pid = ev->pid < 0 ? 0 : ev->pid;
	ev->sig = (int)odd[i % n] % 70 - 3;
	ev->status = (int)odd[(i + 1) % n];
	ev->nr = odd[(i + 2) % n];
	for (int k = 0; k < 6; k++)
		ev->arg[k] = odd[(i + k) % n];
	ev->ret = (int64_t)odd[(i + 3) % n];
	ev->err = i % 4 ? 0 : 512 + (int)i % 7;
	ev->child = i % 3 ? 0 : (pid_t)i;
	ev->other_tid = i % 9;
	ev->count = odd[(i + 4) % n];
	ev->wall_ns = 1700000000000000000ll + i * 1000ll;
	ev->mono_ns = 123456789ll + i * 1000ll;
	ev->cpu_ns = i * 333ll;
	ev->ip = odd[(i + 8) % n];
	if (ev->kind == EV_SIGNAL) {
		ev->has_siginfo = true;
		memset(&ev->siginfo, i, sizeof(ev->siginfo) - i % 128);
	}
}

static void test_events(void **state)
{
	struct fixture *f = *state;
	struct event ev, want;
	struct source *s;
	struct env *env = NULL;

	for (unsigned i = 0; i < 5000; i++) {
		event_make(&ev, i);
		ev.mem = &f->mem.mem;
		record_event(f->r, &ev);
		ev.verdict.skip_exit = true;
		record_event_end(f->r, &ev);
		assert_ptr_equal(ev.mem, &f->mem.mem);
		ev.kind = EV_IDLE;
		record_event(f->r, &ev);
		record_event_end(f->r, &ev);
	}
	finish(f);
	s = replay(f, &env);
	assert_non_null(s);
	for (unsigned i = 0; i < 5000; i++) {
		event_make(&want, i);
		assert_int_equal(source_next(s, &ev), 1);
		assert_same_event(&want, &ev);
	}
	assert_int_equal(source_next(s, &ev), 0);
	assert_int_equal(source_next(s, &ev), 0);
	source_close(s);
	assert_int_equal(env_get(env, ENV_COMM, 1, 0, &ev, 9), -1);
	env_close(env);
}

static bool event_pass(struct event *ev, struct event *got,
		       const struct record_abis *abis)
{
	struct record_base to = {0}, from = {0};
	struct buf b = {0};
	struct cursor c = {0};

	event_encode(&b, ev, &to);
	c.p = (unsigned char *)b.data;
	c.end = c.p + b.len;
	event_decode(&c, got, abis, &from);
	buf_free(&b);
	return !c.bad;
}

/* Numbers of ABIs are those of the file, which another program wrote. */
static void test_abis_by_name(void **state)
{
	static const int want[] = { ABI_X32, -1, ABI_X86_64, -1 };
	struct record_abis abis;
	struct event ev, got;

	(void)state;
	record_abis_init(&abis, "x32 nosuch x86_64", "x32");
	assert_int_equal(abis.count, 3);
	for (unsigned i = 0; i < 4; i++) {
		event_make(&ev, EV_ENTER);
		ev.abi = i;
		assert_int_equal(event_pass(&ev, &got, &abis), want[i] >= 0);
		if (want[i] >= 0)
			assert_int_equal(got.abi, want[i]);
		assert_int_equal(got.tracer_abi, ABI_X32);
	}
	/* What is no call does not need the ABI. */
	event_make(&ev, EV_SIGNAL);
	ev.abi = 1;
	assert_true(event_pass(&ev, &got, &abis));
	record_abis_init(&abis, NULL, NULL);
	assert_int_equal(abis.count, ABI_COUNT);
	assert_int_equal(abis.id[ABI_I386], ABI_I386);
}

struct one_read {
	uint64_t addr;
	size_t len;
	size_t got;
	char data[MEM_SIZE];
};

/*
 * Random reads, many of which overlap: the replay must give the very bytes,
 * though the memory changed between the reads.
 */
static void test_memory(void **state)
{
	enum { EVENTS = 300, READS = 12 };
	static struct one_read seen[EVENTS][READS];
	struct fixture *f = *state;
	struct event ev;
	struct env *env = NULL;
	struct source *s;
	char data[MEM_SIZE + 32];

	srand(2);
	for (int i = 0; i < EVENTS; i++) {
		event_make(&ev, i);
		ev.mem = &f->mem.mem;
		record_event(f->r, &ev);
		for (int k = 0; k < READS; k++) {
			struct one_read *one = &seen[i][k];

			one->addr = MEM_BASE - 4 + rand() % (MEM_SIZE + 8);
			one->len = 1 + rand() % (MEM_SIZE / 2);
			one->got = mem_read(ev.mem, one->addr, one->data,
					    one->len);
		}
		record_event_end(f->r, &ev);
	}
	finish(f);
	s = replay(f, &env);
	for (int i = 0; i < EVENTS; i++) {
		assert_int_equal(source_next(s, &ev), 1);
		for (int k = READS - 1; k >= 0; k--) {
			struct one_read *one = &seen[i][k];
			size_t n = mem_read(ev.mem, one->addr, data,
					    one->len);

			assert_int_equal(n, one->got);
			assert_memory_equal(data, one->data, n);
			n = mem_read(ev.mem, one->addr, data, one->len / 2);
			assert_memory_equal(data, one->data, n);
		}
		assert_int_equal(mem_read(ev.mem, 0x123, data, 4), 0);
	}
	assert_int_equal(source_next(s, &ev), 0);
	env_close(env);
	source_close(s);
}

static void test_env(void **state)
{
	struct fixture *f = *state;
	struct event ev;
	struct env *env = NULL;
	struct source *s;
	char first[3][64], text[64];
	ssize_t len[3];

	for (unsigned i = 0; i < 3; i++) {
		event_make(&ev, i);
		record_event(f->r, &ev);
		/* A short question first: the rest is kept all the same. */
		assert_int_equal(env_get(f->renv, ENV_FD_PATH, ev.tid, i, text,
					 2), 2);
		len[i] = env_get(f->renv, ENV_FD_PATH, ev.tid, i, first[i],
				 sizeof(first[i]));
		assert_true(len[i] > 5);
		assert_int_equal(env_get(f->renv, ENV_COMM, 5, 13, text, 64),
				 -1);
		if (!i)
			assert_true(env_get(f->renv, ENV_COMM, 5, 6, text,
					    64) > 0);
		record_event_end(f->r, &ev);
	}
	finish(f);
	s = replay(f, &env);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(source_next(s, &ev), 1);
		assert_int_equal(env_get(env, ENV_FD_PATH, ev.tid, i, text,
					 sizeof(text)), len[i]);
		assert_memory_equal(text, first[i], len[i]);
		assert_int_equal(env_get(env, ENV_FD_PATH, ev.tid, i, text,
					 1), 1);
		assert_int_equal(env_get(env, ENV_COMM, 5, 13, text, 64), -1);
		/* A name lasts, what an fd is does not. */
		assert_true(env_get(env, ENV_COMM, 5, 6, text, 64) > 0);
		assert_int_equal(env_get(env, ENV_FD_PATH, ev.tid, i + 1, text,
					 64), -1);
	}
	source_close(s);
	env_close(env);
}

static void test_info(void **state)
{
	struct fixture *f = *state;
	struct record_reader *reader;
	struct event ev;

	record_info(f->r, "command", "true\n\x1b");
	finish(f);
	reader = record_reader_open(f->path);
	assert_string_equal(record_reader_info(reader, "command"),
			    "true\n\x1b");
	assert_non_null(record_reader_info(reader, "tz"));
	assert_non_null(record_reader_info(reader, "page_size"));
	assert_null(record_reader_info(reader, "nothing"));
	assert_int_equal(record_reader_next(reader, &ev), 0);
	record_reader_free(reader);
}

/* Reads the whole record with standard error in a file; gives both back. */
static int read_damaged(const char *path, char *told, size_t size,
			unsigned *events)
{
	FILE *err = tmpfile();
	int saved = dup(STDERR_FILENO);
	struct options o = {.replay = path};
	struct env *env = NULL;
	struct source *s;
	struct event ev;
	int ret = -1;
	size_t n;

	fflush(stderr);
	dup2(fileno(err), STDERR_FILENO);
	*events = 0;
	s = replay_open(&o, &env);
	while (s && (ret = source_next(s, &ev)) == 1)
		++*events;
	source_close(s);
	env_close(env);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(err);
	n = fread(told, 1, size - 1, err);
	told[n] = '\0';
	fclose(err);
	return ret;
}

static void make_record(struct fixture *f, unsigned batches)
{
	struct event ev;

	for (unsigned i = 0; i < batches; i++) {
		event_make(&ev, i);
		ev.mem = &f->mem.mem;
		/* More than BATCH_NS apart: each begins a frame. */
		ev.mono_ns = i * 1000000000ll;
		record_event(f->r, &ev);
		record_event_end(f->r, &ev);
		record_info(f->r, "i", "x");
	}
	finish(f);
}

static void test_truncated(void **state)
{
	struct fixture *f = *state;
	unsigned events, most = 0;
	char told[512], at[64];
	struct stat st;

	make_record(f, 20);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(read_damaged(f->path, told, sizeof(told), &events),
			 0);
	assert_int_equal(events, 20);
	assert_string_equal(told, "");
	for (off_t len = st.st_size - 1; len >= 0; len--) {
		assert_int_equal(truncate(f->path, len), 0);
		assert_int_equal(read_damaged(f->path, told, sizeof(told),
					      &events), -1);
		assert_true(events <= 20);
		if (events > most)
			most = events;
		assert_ptr_equal(strchr(told, '\n'),
				 told + strlen(told) - 1);
		if (len < RECORD_HEAD_LEN) {
			assert_non_null(strstr(told, "not a record"));
			continue;
		}
		snprintf(at, sizeof(at), "byte %lld:", (long long)len);
		assert_non_null(strstr(told, at));
	}
	assert_int_equal(most, 20);
}

static void test_flipped_bits(void **state)
{
	struct fixture *f = *state;
	unsigned events;
	char told[512];
	struct stat st;
	unsigned char byte, bad;
	int fd;

	make_record(f, 5);
	assert_int_equal(stat(f->path, &st), 0);
	fd = open(f->path, O_RDWR);
	for (off_t at = 0; at < st.st_size; at++) {
		/* The minor version and the spare bytes may be anything. */
		if (at >= 10 && at < RECORD_HEAD_LEN)
			continue;
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		bad = byte ^ 1 << at % 8;
		assert_int_equal(pwrite(fd, &bad, 1, at), 1);
		assert_int_equal(read_damaged(f->path, told, sizeof(told),
					      &events), -1);
		assert_non_null(strstr(told, "byte "));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
	assert_int_equal(read_damaged(f->path, told, sizeof(told), &events),
			 0);
}

static void test_full_disk(void **state)
{
	struct recorder *r = record_open("/dev/full");
	struct event ev;

	(void)state;
	assert_non_null(r);
	for (unsigned i = 0; i < 10; i++) {
		event_make(&ev, i);
		record_event(r, &ev);
		record_event_end(r, &ev);
	}
	assert_int_equal(record_close(r), -1);
	assert_null(record_open("/nonexistent/record"));
}

/* The check value that every CRC-32C gives for these nine digits. */
static void test_crc(void **state)
{
	struct crc_table t;
	char data[100];
	uint32_t whole;

	(void)state;
	crc_table_init(&t);
	assert_int_equal(crc_update(&t, 0, "123456789", 9), 0xe3069283);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i * 37;
	whole = crc_update(&t, 0, data, sizeof(data));
	for (size_t i = 0; i < sizeof(data); i++)
		assert_int_equal(crc_update(&t, crc_update(&t, 0, data, i),
					    data + i, sizeof(data) - i),
				 whole);
}

#define RECORD_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc),
		cmocka_unit_test(test_abis_by_name),
		RECORD_TEST(test_events),
		RECORD_TEST(test_memory),
		RECORD_TEST(test_env),
		RECORD_TEST(test_info),
		RECORD_TEST(test_truncated),
		RECORD_TEST(test_flipped_bits),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
