/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * case: decode made-up calls and print what the tracer would.
 *
 *	case [OPTIONS OF STRACE] FILE.case
 *
 * A case is a line: [ABI] NAME(ARG, ...) = RESULT.  Without ABI it is x86_64,
 * or what --abi=NAME says as the first option, if that has such a call.  An
 * argument is a number, a "string", or { bytes } in memory, made of
 * VALUE:SIZE, "text" (without a NUL), COUNT*VALUE:SIZE and &{...} or &"string"
 * (a pointer of the ABI).  {a} -> {b}, with & or without, holds a at entry and
 * b at exit.  A number may be made of names of constants: POLLIN|POLLERR:2
 * (constants.h). Memory lies at the end of a page of its own, so reading too
 * far fails.  RESULT is a number, -NAME of an error, or ? for a call that does
 * not return.  io_uring_submit, which has no result, and io_uring_complete are
 * events of their own.  NAME(ARG, ...) sp={ bytes } says what the stack
 * pointer points to.  "fd N PATH" lines give descriptors paths, "fd N" takes
 * them away; "fd N netlink:P" is a socket of that protocol, "fd N UDP:[A->B]"
 * one with these ends, "fd N AX25:[1]" one of another kind (NETLINK: of
 * NETLINK_ROUTE); interface 1 is lo, and /dev/dri/NAME a device of the driver
 * NAME.  "genl N NAME" is a family of generic netlink with that number.
 * With --record=FILE the events are recorded as a live trace would.  With
 * --captured as the first option the decoder sees only what the capture plans
 * get of the memory; --captured=BYTES: with a record that is full when it has
 * so many.  With --visits=FILE as the first option, FILE gets what was decoded
 * by; with --echo the lines of the case go to the output as well, each after a
 * byte 1, before what they print.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "captured.h"
#include "constants.h"
#include "diag.h"
#include "env.h"
#include "mem.h"
#include "options.h"
#include "output.h"
#include "pipeline.h"
#include "record.h"
#include "sink.h"
#include "symset.h"
#include "visits.h"
#include "world.h"

#define PAGE 4096

struct reader {
	const char *p;
	const char *file;
	unsigned line, abi, plain;
	uint64_t next;		/* first free page */
	struct memory entry, exit;
	struct paths *paths;
};

static void fail(struct reader *r, const char *what)
{
	diag_die("%s:%u: %s at '%.20s'", r->file, r->line, what, r->p);
}

static void blanks(struct reader *r)
{
	while (*r->p == ' ' || *r->p == '\t')
		r->p++;
}

static bool accept(struct reader *r, const char *s)
{
	blanks(r);
	if (strncmp(r->p, s, strlen(s)))
		return false;
	r->p += strlen(s);
	return true;
}

static uint64_t read_constant(struct reader *r)
{
	const char *name = r->p;
	uint64_t v;

	while (isalnum((unsigned char)*r->p) || *r->p == '_')
		r->p++;
	switch (constant_find(r->abi, name, (size_t)(r->p - name), &v)) {
	case CONSTANT_FOUND:
		return v;
	case CONSTANT_SEVERAL:
		r->p = name;
		fail(r, "a name with several values");
		break;
	default:
		r->p = name;
		fail(r, *name == '{' ? "memory in memory is &{...}, not" :
		     "expected a number or the name of one");
	}
	return 0;
}

static uint64_t read_term(struct reader *r)
{
	char *end;
	uint64_t v;

	blanks(r);
	if (*r->p != '-' && !isdigit((unsigned char)*r->p))
		return read_constant(r);
	v = *r->p == '-' ? (uint64_t)strtoll(r->p, &end, 0) :
		strtoull(r->p, &end, 0);
	if (end == r->p)
		fail(r, "expected a number");
	r->p = end;
	return v;
}

static uint64_t read_number(struct reader *r)
{
	uint64_t v = read_term(r);

	while (*r->p == '|') {
		r->p++;
		v |= read_term(r);
	}
	return v;
}

static void read_text(struct reader *r, struct buf *b)
{
	for (r->p++; *r->p && *r->p != '"'; r->p++) {
		if (*r->p == '\\' && r->p[1] == 'n') {
			buf_ch(b, '\n');
			r->p++;
		} else if (*r->p == '\\' && r->p[1] == 'x') {
			char hex[3] = { r->p[2], r->p[3], 0 };

			buf_ch(b, strtol(hex, NULL, 16));
			r->p += 3;
		} else {
			buf_ch(b, *r->p);
		}
	}
	r->p++;
}

static void put(struct buf *b, unsigned abi, uint64_t v, unsigned size)
{
	uint8_t bytes[8];

	abi_number_put(abi, bytes, size, v);
	buf_add(b, bytes, size);
}

static uint64_t place(struct reader *r, struct memory *m, struct buf *b,
		      uint64_t at)
{
	struct region *g = &m->r[m->n++];

	if (m->n >= 256)
		fail(r, "too many pieces of memory");
	g->len = b->len;
	g->bytes = malloc(b->len + 1);
	memcpy(g->bytes, buf_cstr(b), b->len);
	g->addr = at ? at : r->next + PAGE - b->len % PAGE;
	if (!at)
		r->next += (b->len / PAGE + 2) * PAGE;
	return g->addr;
}

static uint64_t read_memory(struct reader *r, struct memory *m, uint64_t at);

static void read_item(struct reader *r, struct memory *m, struct buf *b)
{
	uint64_t v, count = 1, addr;
	unsigned size;

	if (*r->p == '"') {
		read_text(r, b);
		return;
	}
	if (*r->p == '&') {
		r->p++;
		addr = read_memory(r, m, 0);
		put(b, r->abi, addr, abi_word_size(r->abi));
		if (m == &r->entry && accept(r, "->")) {
			blanks(r);
			read_memory(r, &r->exit, addr);
		}
		return;
	}
	v = read_number(r);
	if (*r->p == '*') {
		r->p++;
		count = v;
		v = read_number(r);
	}
	if (*r->p != ':')
		fail(r, "expected VALUE:SIZE");
	r->p++;
	size = read_number(r);
	if (size > 8 || count > 1 << 20)
		fail(r, "too big");
	while (count--)
		put(b, r->abi, v, size);
}

static uint64_t read_memory(struct reader *r, struct memory *m, uint64_t at)
{
	struct buf b = { 0 };
	uint64_t addr;

	if (*r->p == '"') {
		read_text(r, &b);
		buf_ch(&b, 0);
	} else {
		if (!accept(r, "{"))
			fail(r, "expected { or \"");
		while (!accept(r, "}")) {
			blanks(r);
			read_item(r, m, &b);
			accept(r, ",");
		}
	}
	addr = place(r, m, &b, at);
	buf_free(&b);
	return addr;
}

static uint64_t read_arg(struct reader *r)
{
	uint64_t addr;

	blanks(r);
	if (*r->p != '{' && *r->p != '"')
		return read_number(r);
	addr = read_memory(r, &r->entry, 0);
	if (accept(r, "->")) {
		blanks(r);
		read_memory(r, &r->exit, addr);
	}
	return addr;
}

static int errno_from(struct reader *r)
{
	size_t n = strcspn(r->p, " \t\n");

	for (int e = 1; e < 600; e++)
		if (errno_name(e) && strlen(errno_name(e)) == n &&
		    !strncmp(errno_name(e), r->p, n))
			return e;
	fail(r, "unknown error");
	return 0;
}

/* An ABI that is tried with the cases of x86_64 may lack some calls. */
static uint64_t call_number(struct reader *r, const char *name, size_t n)
{
	int other = abi_find("x86_64", 6);

	for (uint64_t i = 0; i < calls_count(r->abi); i++) {
		const char *s = calls_name(r->abi, i);

		if (s && strlen(s) == n && !strncmp(s, name, n))
			return i;
	}
	if (other < 0 || r->abi == (unsigned)other || r->abi != r->plain)
		fail(r, "unknown call");
	r->abi = (unsigned)other;
	return call_number(r, name, n);
}

struct run {
	struct options o;
	struct pipeline *pl;
	struct recorder *rec;
	struct captured *captured;	/* NULL: all memory is seen */
	struct output *out;
	bool echo;
	int64_t clock;
};

static enum cap_kind path_kind(const void *of, int32_t fd)
{
	const struct paths *p = of;
	const char *path = fd >= 0 && fd < 64 ? p->path[fd] : NULL;

	return !path ? 0 : !strncmp(path, "netlink:", 8) ? CAP_NETLINK :
	       !strncmp(path, "NETLINK:", 8) ? CAP_NETLINK | CAP_STREAM :
	       !strncmp(path, "anon_inode:", 11) ||
	       !strncmp(path, "/dev/", 5) || !strncmp(path, "UDP", 3) ?
	       CAP_STREAM : 0;
}

static void give(struct run *run, struct event *ev)
{
	ev->tid = ev->pid = 1234;
	ev->wall_ns = run->clock;
	ev->mono_ns = run->clock;
	run->clock += 1000;
	if (run->captured)
		captured_event(run->captured, ev, &run->o);
	if (run->rec)
		record_event(run->rec, ev);
	pipeline_event(run->pl, ev);
	if (run->rec)
		record_event_end(run->rec, ev);
}

/* The operation that a ring got lies where no memory of the task is. */
static void uring_move(struct reader *r, struct event *ev)
{
	struct memory *m = &r->entry;
	uint64_t at = abi_word_size(r->abi) == 8 ? URING_SQE_AT :
		      (uint32_t)URING_SQE_AT;

	for (unsigned i = 0; i < m->n; i++)
		if (m->r[i].addr == ev->arg[3])
			m->r[i].addr = at;
	ev->arg[3] = at;
}

static bool read_uring(struct event *ev, const char *name, size_t n)
{
	bool submit = n == 15 && !strncmp(name, "io_uring_submit", n);

	if (!submit && (n != 17 || strncmp(name, "io_uring_complete", n)))
		return false;
	ev->kind = submit ? EV_URING_SUBMIT : EV_URING_COMPLETE;
	ev->nr = 426;
	return true;
}

static void read_abi(struct reader *r)
{
	int abi;

	blanks(r);
	abi = abi_find(r->p, strcspn(r->p, " ("));
	r->abi = abi < 0 ? r->plain : (unsigned)abi;
	if (abi >= 0)
		r->p += strlen(abi_name(abi));
	blanks(r);
}

/* What cases are of that do not say. */
static unsigned abi_wanted(const char *name)
{
	int abi = abi_find(name, strlen(name));

	if (abi < 0)
		diag_die("there are no tables of the ABI '%s'", name);
	return (unsigned)abi;
}

static void read_call(struct reader *r, struct event *ev)
{
	const char *name;
	size_t n;

	read_abi(r);
	name = r->p;
	n = strcspn(name, "(");
	if (!read_uring(ev, name, n))
		ev->nr = call_number(r, name, n);
	ev->abi = r->abi;
	r->p = name + n + 1;
	for (unsigned i = 0; !accept(r, ")") && i < 6; i++) {
		ev->arg[i] = read_arg(r);
		ev->arg[i] = abi_arg(r->abi, ev->arg[i]);
		accept(r, ",");
	}
	if (ev->kind == EV_URING_SUBMIT && ev->arg[3])
		uring_move(r, ev);
}

static void read_result(struct reader *r, struct event *ev)
{
	blanks(r);
	if (*r->p == '-' && isalpha((unsigned char)r->p[1])) {
		r->p++;
		ev->err = errno_from(r);
		ev->ret = -1;
	} else {
		ev->ret = read_number(r);
	}
}

static void run_call(struct run *run, struct reader *r)
{
	struct event ev = { .kind = EV_ENTER };

	r->next = 0x10000;
	memory_reset(&r->entry);
	memory_reset(&r->exit);
	read_call(r, &ev);
	if (accept(r, "sp="))
		ev.sp = read_memory(r, &r->entry, 0);
	ev.mem = &r->entry.mem;
	if (ev.kind == EV_URING_SUBMIT) {
		give(run, &ev);
		return;
	}
	if (!accept(r, "="))
		fail(r, "expected = and a result");
	if (ev.kind == EV_URING_COMPLETE) {
		read_result(r, &ev);
		give(run, &ev);
		return;
	}
	/* What is not said to change is at exit as it was at entry. */
	for (unsigned i = 0; i < r->entry.n; i++) {
		struct region *g = &r->exit.r[r->exit.n++];

		*g = r->entry.r[i];
		g->bytes = malloc(g->len + 1);
		memcpy(g->bytes, r->entry.r[i].bytes, g->len);
	}
	give(run, &ev);
	memset(&ev, 0, sizeof(ev));
	if (accept(r, "?")) {
		ev.kind = EV_EXITED;
		give(run, &ev);
		return;
	}
	ev.kind = EV_EXIT;
	ev.abi = r->abi;
	ev.mem = &r->exit.mem;
	read_result(r, &ev);
	give(run, &ev);
}

/* "N TEXT": what a number stands for, or nothing any more. */
static void run_name(struct reader *r, char *of[64])
{
	uint64_t fd = read_number(r);
	char *path;

	blanks(r);
	path = *r->p != '\n' ? strdup(r->p) : NULL;
	if (path)
		path[strcspn(path, "\n")] = 0;
	free(of[fd & 63]);
	of[fd & 63] = path;
}

static void run_file(struct run *run, struct reader *r)
{
	FILE *f = fopen(r->file, "r");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		diag_die("%s: cannot be read", r->file);
	while (getline(&line, &size, f) > 0) {
		r->line++;
		r->p = line;
		if (accept(r, "> "))
			continue;
		if (run->echo)
			buf_fmt(&output_stream(run->out, 0)->buf, "\1%s", line);
		if (accept(r, "#") || *r->p == '\n')
			continue;
		if (accept(r, "fd "))
			run_name(r, r->paths->path);
		else if (accept(r, "genl "))
			run_name(r, r->paths->family);
		else
			run_call(run, r);
	}
	free(line);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct run run = { .clock = 1000000000000000000 };
	struct paths paths = { .env.ops = &paths_ops };
	struct reader r = { .file = argv[argc - 1], .paths = &paths };
	struct env *env = &paths.env;
	struct sinks sinks = { .n = 0 };
	const char *visits_path = NULL;

	r.plain = abi_wanted("x86_64");
	if (argc > 1 && !strncmp(argv[1], "--abi=", 6)) {
		r.plain = abi_wanted(argv[1] + 6);
		argc--;
		argv++;
	}
	if (argc > 1 && !strncmp(argv[1], "--visits=", 9)) {
		visits_path = argv[1] + 9;
		argc--;
		argv++;
	}
	if (argc > 1 && !strcmp(argv[1], "--echo")) {
		run.echo = true;
		argc--;
		argv++;
	}
	if (argc > 1 && !strncmp(argv[1], "--captured", 10)) {
		run.captured = calloc(1, sizeof(*run.captured));
		run.captured->kind = path_kind;
		run.captured->of = &paths;
		if (argv[1][10] == '=')
			run.captured->room = strtoul(argv[1] + 11, NULL, 0);
		argc--;
		argv++;
	}
	options_parse(&run.o, argc, argv);
	run.out = output_open(&run.o, run.o.outputs[0].file);
	sinks_add(&sinks, run.o.outputs[0].form, &run.o, run.out);
	if (run.o.record) {
		run.rec = record_open(run.o.record);
		env = recorder_env(run.rec, env);
	}
	run.pl = pipeline_new(&run.o, env, &sinks);
	run_file(&run, &r);
	pipeline_finish(run.pl);
	pipeline_free(run.pl);
	sinks_close(&sinks);
	output_close(run.out);
	if (run.rec)
		record_close(run.rec);
	env_close(env);
	memory_reset(&r.entry);
	memory_reset(&r.exit);
	for (unsigned i = 0; i < 64; i++) {
		free(paths.path[i]);
		free(paths.family[i]);
	}
	if (run.captured)
		mem_blocks_free(&run.captured->blocks);
	free(run.captured);
	options_free(&run.o);
	visits_write(visits_path);
	return 0;
}
