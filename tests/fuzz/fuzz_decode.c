/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any system call with any arguments over any memory, into text and JSON; any
 * operation of an io_uring, which is no call; and any message of netlink.
 *
 * An input is: flags for the options, then calls, each of a head that chooses
 * number, ABI, result and the shape of the arguments; the bytes of the whole
 * input are the tracee's memory, repeated, with holes in it.  What is printed
 * must be free of control bytes: they would reach the user's terminal.
 *
 * Without libFuzzer the program makes its own inputs, the same on every run.
 *
 *	fuzz_decode [COUNT [SEED [NAME]]]	NAME: only this system call, or
 *						io_uring: only operations, or
 *						netlink: only messages
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi_table.h"
#include "calls.h"
#include "decode.h"
#include "env.h"
#include "mem.h"
#include "messages_made.h"
#include "options.h"
#include "output.h"
#include "pipeline.h"
#include "sink.h"

#define COUNT_DEFAULT 20000
#define INPUT_MAX 2048
#define CALLS_MAX 64
#define HEAD_LEN 16
#define SQE_LEN 64
#define OPCODES 70		/* more than there are */
/* One of eight inputs is an operation, and one a message. */
#define CHOICES (8 * ABI_COUNT)

/* The tracee's memory: MEM_SIZE bytes, then a hole, again and again. */
#define MEM_BASE 0x10000
#define MEM_SIZE 0x3000
#define MEM_STEP 0x4000
#define MEM_AREAS 4
#define MESSAGE_AT 0x40000000
#define VECTOR_AT 0x50000000
#define VECTOR_WORDS 14

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_mem {
	struct mem mem;
	const uint8_t *data;
	size_t size;
	uint64_t sqe_at;	/* where the operation is, 0: there is none */
	uint8_t sqe[SQE_LEN];
	struct message message;
	size_t vector_len;	/* of a struct msghdr, and three iovecs */
	uint8_t vector[8 * VECTOR_WORDS];
};

static size_t part_read(const uint8_t *data, size_t size, void *buf,
			size_t len)
{
	size_t n = size < len ? size : len;

	memcpy(buf, data, n);
	return n;
}

static size_t fuzz_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct fuzz_mem *f = (struct fuzz_mem *)m;
	uint64_t at = addr - MEM_BASE;
	size_t n;

	if (f->sqe_at && addr - f->sqe_at < SQE_LEN)
		return part_read(f->sqe + (addr - f->sqe_at),
				 SQE_LEN - (addr - f->sqe_at), buf, len);
	if (addr - VECTOR_AT < f->vector_len)
		return part_read(f->vector + (addr - VECTOR_AT),
				 f->vector_len - (addr - VECTOR_AT), buf, len);
	if (addr - MESSAGE_AT < f->message.len)
		return part_read(f->message.data + (addr - MESSAGE_AT),
				 f->message.len - (addr - MESSAGE_AT), buf,
				 len);
	if (at >= MEM_STEP * MEM_AREAS || at % MEM_STEP >= MEM_SIZE)
		return 0;
	n = MEM_SIZE - at % MEM_STEP;
	n = n < len ? n : len;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)buf)[i] = f->data[(at + i) % f->size];
	return n;
}

/* Half of what can't be read was not captured. */
static bool fuzz_unknown(struct mem *m, uint64_t addr)
{
	(void)m;
	return addr / MEM_STEP & 1;
}

static const struct mem_ops fuzz_mem_ops = {
	.read = fuzz_read,
	.unknown = fuzz_unknown,
};

/* Some descriptors are of a kind that the tables know. */
static ssize_t kind_tell(const struct env_query *q, char *buf, size_t size)
{
	unsigned kind = q->what == ENV_DRIVER ? q->key >> 32 :
			1 + q->key / 4 % (abi_nfd_kinds - 1);
	const struct abi_fd_kind *k = &abi_fd_kinds[kind % abi_nfd_kinds];
	const char *name = abi_str(abi_fd_paths[k->first]);

	if (q->what == ENV_DRIVER)
		return snprintf(buf, size, "%s", name);
	if (q->what == ENV_FD_PATH)
		return snprintf(buf, size, "%s",
				k->by == FD_BY_PROTOCOL ? "socket:[1]" :
				k->by == FD_BY_DRIVER ? "/dev/dri/card0" :
				name);
	if (k->by != FD_BY_PROTOCOL)
		return snprintf(buf, size, "%c-<char %u:0>", 0, kind);
	return snprintf(buf, size, "%c-%s:[1.2.3.4:5->6.7.8.9:53]", 0, name);
}

/* Every other question has a nasty answer. */
static ssize_t fuzz_env(struct env *e, const struct env_query *q, void *buf,
			size_t size)
{
	static const char text[] = "a\x1b[2J<\"\n\xff>\0-X:[1\x07\0\0b\x1b";
	int number = message_protocol(q->key);
	const void *p = text;
	size_t n = sizeof(text);

	(void)e;
	if (q->key % 5 == 4 && q->key < MESSAGE_FD)
		return -1;
	if (q->what == ENV_FD_NETLINK || q->what == ENV_PIDNS) {
		p = &number;
		n = sizeof(number);
	} else if (q->what == ENV_FD_POS) {
		n = 8;
	} else if (q->what == ENV_GENL_FAMILY) {
		p = message_family(q->key);
		n = strlen(p);
	} else if (q->what == ENV_DRIVER ||
		   (q->key & 2 && (q->what == ENV_FD_PATH ||
				   q->what == ENV_FD_DETAIL))) {
		return kind_tell(q, buf, size);
	}
	n = n < size ? n : size;
	memcpy(buf, p, n);
	return n;
}

static void fuzz_env_close(struct env *e)
{
	(void)e;
}

static const struct env_ops fuzz_env_ops = {
	.get = fuzz_env,
	.close = fuzz_env_close,
};

struct fuzz {
	struct options o;
	bool json;
	struct fuzz_mem mem;
	struct env env;
	struct output *out;
	struct sinks sinks;
	struct pipeline *pipeline;
	int64_t clock;
};

static void options_make(struct options *o, unsigned flags)
{
	*o = (struct options){
		.max_string = flags & 2 ? 200 : 32,
		.hex = flags >> 2 & 3,
		.xlat = (flags >> 4 & 3) % 3,
		.decode_fds = (flags >> 6 & 3) % 3,
		.decode_pids = flags >> 8 & 1,
		.decode = flags >> 10 & 1 ? DECODE_ALL : 0,
		.status = STATUS_ALL,
		.align = 40,
	};
	callset_set_all(&o->trace);
	callset_set_all(&o->verbose);
	if (flags >> 9 & 1)
		callset_set_all(&o->abbrev);
	o->signals.inverted = true;
}

static bool fuzz_open(struct fuzz *f, unsigned flags)
{
	memset(f, 0, sizeof(*f));
	options_make(&f->o, flags);
	f->env.ops = &fuzz_env_ops;
	f->mem.mem.ops = &fuzz_mem_ops;
	f->out = output_open(&f->o, "/dev/null");
	if (!f->out)
		return false;
	f->json = flags & 1;
	sinks_add(&f->sinks, f->json ? "json" : "text", &f->o,
		  f->out);
	f->pipeline = pipeline_new(&f->o, &f->env, &f->sinks);
	return true;
}

/* JSON may hold any character but a control, text only ASCII. */
static bool byte_is_harmless(const struct fuzz *f, const unsigned char *p,
			     const unsigned char *end)
{
	if (*p < 0x80)
		return *p == '\n' || (*p >= 0x20 && *p < 0x7f);
	if (!f->json)
		return false;
	return *p != 0xc2 || (p + 1 < end && p[1] >= 0xa0);
}

static void output_check(struct fuzz *f)
{
	struct stream *s = output_stream(f->out, 1);
	const unsigned char *p = (const unsigned char *)s->buf.data;
	const unsigned char *end = p ? p + s->buf.len : NULL;

	for (; p < end; p++) {
		if (byte_is_harmless(f, p, end))
			continue;
		fwrite(s->buf.data, 1, s->buf.len, stdout);
		printf("\nunescaped byte %#x\n", *p);
		fflush(stdout);
		abort();
	}
	sinks_write(&f->sinks, true);
}

static void fuzz_close(struct fuzz *f)
{
	pipeline_finish(f->pipeline);
	output_check(f);
	pipeline_free(f->pipeline);
	sinks_close(&f->sinks);
	output_close(f->out);
	callset_clear(&f->o.trace);
	callset_clear(&f->o.verbose);
	callset_clear(&f->o.abbrev);
}

/* Small numbers, flags, and pointers into memory, near its end or beyond. */
static uint64_t arg_make(uint8_t shape, uint8_t low, uint8_t high)
{
	uint64_t v = low | high << 8;

	switch (shape & 7) {
	case 0:
		return low % 16;
	case 1:
		return v;
	case 2:
	case 3:
	case 4:
		return MEM_BASE + v % (MEM_STEP * MEM_AREAS);
	case 5:
		return MEM_BASE + MEM_SIZE - low % 64;
	case 6:
		return -(int64_t)low;
	default:
		return v << (shape >> 3 & 31) | low;
	}
}

static void event_send(struct fuzz *f, struct event *ev)
{
	f->clock += 1000;
	ev->tid = ev->pid = 1;
	ev->mem = &f->mem.mem;
	ev->wall_ns = ev->mono_ns = f->clock;
	pipeline_event(f->pipeline, ev);
}

static void signal_send(struct fuzz *f, const uint8_t *p)
{
	struct event ev = {.kind = EV_SIGNAL, .sig = p[1] % 70,
			   .has_siginfo = p[2] & 1};

	memcpy(&ev.siginfo, p, HEAD_LEN);
	ev.siginfo.si_signo = ev.sig;
	event_send(f, &ev);
}

/*
 * One of the cases of a command: by chance numbers hardly ever name one.  n
 * says which.
 */
static void case_choose(struct event *ev, unsigned n)
{
	const struct abi_call *desc = calls_desc(ev->abi, ev->nr);
	const struct abi_case *c;

	if (!desc || !desc->ncases)
		return;
	c = &abi_cases[desc->cases + n % desc->ncases];
	for (int i = 0; i < 2; i++) {
		const struct abi_key *k = &abi_keys[desc - abi_calls][i];
		uint64_t mask = (uint64_t)k->mask << k->shift;
		uint64_t v = abi_nums[c->val[i]].v[ev->abi];

		if (k->arg < 6)
			ev->arg[k->arg] = (ev->arg[k->arg] & ~mask) |
					  (v << k->shift & mask);
	}
}

static void call_send(struct fuzz *f, const uint8_t *p)
{
	struct event ev = {.kind = EV_ENTER, .abi = p[0] % ABI_COUNT};
	struct event out = {.kind = EV_EXIT, .abi = ev.abi};

	ev.nr = (p[1] | p[2] << 8) % (calls_count(ev.abi) + 3);
	for (int i = 0; i < 6; i++) {
		ev.arg[i] = arg_make(p[4 + i], p[5 + i], p[9 + i]);
		if (abi_word_size(ev.abi) == 4)
			ev.arg[i] = (uint32_t)ev.arg[i];
	}
	if (p[13] & 3)
		case_choose(&ev, p[14] | p[15] << 8);
	event_send(f, &ev);
	if (p[3] % 7 == 6)
		signal_send(f, p);
	out.ret = p[3] & 1 ? p[15] : (int64_t)p[15] << 4;
	if (p[3] % 8 == 7) {
		out.err = 1 + p[15];
		out.ret = -1;
	}
	event_send(f, &out);
}

/* ---- operations of io_urings ---- */

static bool is_operation(const uint8_t *p)
{
	return p[0] % CHOICES / ABI_COUNT == 7;
}

/* The bytes of the input from some place on, or numbers as arguments are. */
static void sqe_fill(struct fuzz_mem *m, const uint8_t *p)
{
	size_t from = p[2] | p[3] << 8;

	for (size_t i = 0; i < SQE_LEN; i++)
		m->sqe[i] = m->data[(from + i) % m->size];
	for (int i = 0; i < SQE_LEN / 8 && p[15] & 1; i++) {
		uint64_t v = arg_make(p[4 + i], p[5 + i], p[6 + i]);

		memcpy(m->sqe + 8 * i, &v, sizeof(v));
	}
	m->sqe[0] = p[1];
}

static void operation_send(struct fuzz *f, const uint8_t *p)
{
	struct event ev = {.kind = EV_URING_SUBMIT, .abi = p[0] % ABI_COUNT};

	ev.arg[0] = p[2] & 1 ? (uint64_t)-1 : p[2];
	ev.arg[1] = p[1] % 16 == 15 ? p[1] << 4 : p[1] % OPCODES;
	ev.arg[2] = arg_make(p[12], p[13], p[14]);
	ev.arg[3] = URING_SQE_AT;
	if (abi_word_size(ev.abi) == 4)
		ev.arg[3] = (uint32_t)ev.arg[3];
	if (p[3] % 8 == 0)
		ev.arg[3] = 0;
	ev.arg[4] = p[4];
	f->mem.sqe_at = ev.arg[3];
	sqe_fill(&f->mem, p);
	event_send(f, &ev);
	f->mem.sqe_at = 0;
	ev.kind = EV_URING_COMPLETE;
	ev.arg[3] = arg_make(p[5], p[6], p[7]);
	ev.err = p[3] & 1 ? p[15] : 0;
	ev.ret = ev.err ? -1 : p[15];
	event_send(f, &ev);
}

/* ---- messages of netlink ---- */

static uint64_t call_find(unsigned abi, const char *name)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		const char *known = calls_name(abi, nr);

		if (known && !strcmp(known, name))
			return nr;
	}
	return calls_count(abi);
}

static bool is_message(const uint8_t *p)
{
	return p[0] % CHOICES / ABI_COUNT == 6;
}

/* The message in three parts, which may be empty. */
static void vector_make(struct fuzz_mem *m, unsigned abi, const uint8_t *p)
{
	uint64_t len = m->message.len, word = abi_word_size(abi);
	uint64_t first = len * p[6] / 256, next = (len - first) * p[7] / 256;
	uint64_t words[VECTOR_WORDS] = {
		[2] = VECTOR_AT + 8 * word, [3] = 3,
		[8] = MESSAGE_AT, [9] = first,
		[10] = MESSAGE_AT + first, [11] = next,
		[12] = MESSAGE_AT + first + next, [13] = len - first - next,
	};

	m->vector_len = VECTOR_WORDS * word;
	for (int i = 0; i < VECTOR_WORDS; i++) {
		uint32_t half = (uint32_t)words[i];

		memcpy(m->vector + i * word, word == 4 ? (void *)&half :
		       &words[i], word);
	}
}

static void message_send(struct fuzz *f, const uint8_t *p)
{
	struct event ev = {.kind = EV_ENTER, .abi = p[0] % ABI_COUNT};
	struct event out = {.kind = EV_EXIT, .abi = ev.abi};
	struct message *m = &f->mem.message;
	bool received = p[1] & 1, parts = p[1] & 2;

	*m = (struct message){ .from = f->mem.data, .size = f->mem.size,
			       .used = p[2] | p[3] << 8 };
	memcpy(&m->state, p + 8, sizeof(m->state));
	ev.nr = call_find(ev.abi, parts ? received ? "recvmsg" : "sendmsg" :
			  received ? "recvfrom" : "sendto");
	ev.arg[0] = MESSAGE_FD + message_make(m, ev.abi);
	out.ret = p[4] % 8 ? m->len : m->len + p[5];
	if (parts) {
		vector_make(&f->mem, ev.abi, p);
		ev.arg[1] = VECTOR_AT;
	} else {
		ev.arg[1] = MESSAGE_AT;
		ev.arg[2] = (uint64_t)out.ret;
	}
	event_send(f, &ev);
	if (!received && p[4] % 16 == 1) {
		out.err = p[15];
		out.ret = -1;
	}
	event_send(f, &out);
	m->len = f->mem.vector_len = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f;

	if (size < HEAD_LEN + 2 || !fuzz_open(&f, data[0] | data[1] << 8))
		return 0;
	f.mem.data = data;
	f.mem.size = size;
	data += 2;
	size -= 2;
	for (int i = 0; i < CALLS_MAX && size >= HEAD_LEN; i++) {
		if (is_operation(data))
			operation_send(&f, data);
		else if (is_message(data))
			message_send(&f, data);
		else
			call_send(&f, data);
		output_check(&f);
		data += HEAD_LEN;
		size -= HEAD_LEN;
	}
	fuzz_close(&f);
	return 0;
}

#ifndef FUZZ_WITH_LIBFUZZER
static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Bytes as they stand in structs: many zeros, small numbers, pointers. */
static size_t input_make(uint8_t *p, uint64_t *state)
{
	size_t size = 64 + next_random(state) % (INPUT_MAX - 64);
	size_t i = 0;

	while (i < size) {
		uint32_t r = next_random(state);
		uint64_t v = arg_make(r, r >> 8, r >> 16);
		size_t n = r >> 28 & 1 ? 8 : 1 + (r >> 24 & 3);

		n = n < size - i ? n : size - i;
		memcpy(p + i, &v, n);
		i += n;
	}
	return size;
}

/* Whether an input is an operation or a message: as it comes, or as asked. */
static uint8_t choice_make(const char *name, uint8_t r)
{
	unsigned abi = r % ABI_COUNT;

	if (!name)
		return r;
	return abi + (!strcmp(name, "io_uring") ? 7 :
		      !strcmp(name, "netlink") ? 6 : 0) * ABI_COUNT;
}

/* Calls of all numbers and ABIs alike, or all of one name. */
static void input_choose(uint8_t *p, size_t size, const char *name,
			 uint64_t *state)
{
	for (size_t at = 2; at + HEAD_LEN <= size; at += HEAD_LEN) {
		uint32_t r = next_random(state);
		uint64_t nr = r >> 2;

		p[at] = choice_make(name, (uint8_t)r);
		if (name && !is_operation(p + at) && !is_message(p + at))
			nr = call_find(p[at] % ABI_COUNT, name);
		p[at + 1] = nr;
		p[at + 2] = nr >> 8;
	}
	p[0] = next_random(state);
	p[1] = next_random(state);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) :
			      COUNT_DEFAULT;
	uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *name = argc > 3 ? argv[3] : NULL;
	uint8_t input[INPUT_MAX];

	for (unsigned long i = 0; i < count; i++) {
		size_t size = input_make(input, &state);

		input_choose(input, size, name, &state);
		LLVMFuzzerTestOneInput(input, size);
	}
	printf("%lu inputs, no harm done\n", count);
	return 0;
}
#endif
