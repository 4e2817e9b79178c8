/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small tables in place of the generated ones, and a stage for sinks to write
 * on: a temporary file whose contents a test compares.  One inclusion a
 * program.
 */
#ifndef STRACE_TESTS_SINK_FAKES_H
#define STRACE_TESTS_SINK_FAKES_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "calls.h"
#include "emit.h"
#include "options.h"
#include "output.h"
#include "sink.h"
#include "symset.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* ---- symbols */

struct fake_sym {
	const char *name;
	uint64_t value;
};

struct symset {
	const char *unknown;
	uint64_t shift_mask;
	unsigned shift;
	struct fake_sym syms[8];
};

static const struct symset fake_seek = {
	.unknown = "SEEK_???",
	.syms = { { "SEEK_SET", 0 }, { "SEEK_CUR", 1 }, { "SEEK_END", 2 } },
};

static const struct symset fake_keys = {
	.syms = { { "KEY_SPEC_THREAD", (uint32_t)-1 } },
};

static const struct symset fake_eth = {
	.unknown = "ETH_P_???", .syms = { { "ETH_P_ALL", 3 } },
};

static const struct symset fake_open = {
	.unknown = "O_???",
	.syms = { { "O_WRONLY", 1 }, { "O_CREAT", 0100 }, { "O_EXCL", 0200 } },
};

static const struct symset fake_prot = {
	.unknown = "PROT_???",
	.syms = { { "PROT_NONE", 0 }, { "PROT_READ", 1 },
		  { "PROT_WRITE", 2 } },
};

static const struct symset fake_map = {
	.unknown = "MAP_???", .shift_mask = 0x3f << 26,
	.shift = 26, .syms = { { "MAP_SHARED", 1 }, { "MAP_PRIVATE", 2 } },
};

const char *symset_name(const struct symset *s, unsigned abi, uint64_t v)
{
	(void)abi;
	for (size_t i = 0; i < COUNT(s->syms) && s->syms[i].name; i++)
		if (s->syms[i].value == v)
			return s->syms[i].name;
	return NULL;
}

const char *symset_unknown(const struct symset *s)
{
	return s->unknown;
}

uint64_t symset_split(const struct symset *s, unsigned abi, uint64_t v,
		      symset_emit *emit, void *arg)
{
	uint64_t shifted = v & s->shift_mask;

	(void)abi;
	v &= ~s->shift_mask;
	for (size_t i = 0; i < COUNT(s->syms) && s->syms[i].name; i++) {
		uint64_t bits = s->syms[i].value;

		if (bits ? (v & bits) != bits : v || shifted)
			continue;
		emit(arg, s->syms[i].name, bits, SYMSET_FLAG);
		v &= ~bits;
	}
	if (shifted)
		emit(arg, "MAP_HUGE_SHIFT", shifted >> s->shift,
		     SYMSET_SHIFT);
	return v;
}

bool symset_is_apart(const struct symset *s)
{
	(void)s;
	return false;
}

unsigned symset_shift(const struct symset *s)
{
	return s->shift;
}

const char *symset_rest(const struct symset *s, uint64_t v, uint64_t left)
{
	(void)s;
	(void)v;
	(void)left;
	return NULL;
}

const char *errno_name(int err)
{
	return err == 2 ? "ENOENT" : err == 512 ? "ERESTARTSYS" :
	       err == 513 ? "ERESTARTNOINTR" :
	       err == 514 ? "ERESTARTNOHAND" :
	       err == 516 ? "ERESTART_RESTARTBLOCK" : NULL;
}

const char *errno_text(int err)
{
	return err == 2 ? "No such file or directory" :
	       err == 512 ? "To be restarted if SA_RESTART is set" :
	       err == 513 ? "To be restarted" :
	       err == 514 ? "To be restarted if no handler" :
	       err == 516 ? "Interrupted by signal" : NULL;
}

const char *signal_name(int sig)
{
	static const char *const names[] = {
		NULL, "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP",
		"SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
		"SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
		"SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
		"SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
		"SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR",
		"SIGSYS",
	};

	return sig > 0 && sig < 32 ? names[sig] : NULL;
}

/* ---- the stage */

/* What the pipeline keeps of a task: its call, and the values of that. */
struct actor {
	pid_t tid;
	struct call call;
	struct arena arena;
	struct node *args, *aux;
	struct emit_mark args_end;
};

struct stage {
	struct options o;
	struct output *out;
	struct sinks sinks;
	struct emit e;
	struct actor actors[4];
	struct actor *actor;	/* the one that is selected */
	struct call *call;	/* its call */
	struct event ev;
	const char *comm;
	const char *output;	/* NULL: standard error */
	char path[64];
};

/* The options may be changed between these two. */
static inline void stage_init(struct stage *g)
{
	int fd;

	memset(g, 0, sizeof(*g));
	strcpy(g->path, "/tmp/strace-test-XXXXXX");
	fd = mkstemp(g->path);
	assert_true(fd >= 0);
	close(fd);
	g->output = g->path;
	g->o.align = 40;
	g->o.status = STATUS_ALL;
	g->o.max_string = 32;
	g->o.time_digits = 6;
	g->o.relative_digits = 6;
	g->o.duration_digits = 6;
	g->o.colour = COLOUR_NEVER;
	g->ev.wall_ns = 1795234331474768123ll;
	g->ev.mono_ns = 5000000000ll;
}

static inline void stage_select(struct stage *g, pid_t tid)
{
	size_t i = 0;

	while (g->actors[i].tid && g->actors[i].tid != tid)
		assert_true(++i < COUNT(g->actors));
	g->actor = &g->actors[i];
	g->actor->tid = tid;
	g->call = &g->actor->call;
	g->ev.tid = tid;
	g->ev.pid = tid;
}

static inline void stage_open(struct stage *g, const char *form)
{
	g->out = output_open(&g->o, g->output);
	assert_non_null(g->out);
	assert_true(sinks_add(&g->sinks, form, &g->o, g->out));
	g->e.limit = g->o.line_limit;
	stage_select(g, 100);
}

static inline char *stage_read(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	char *text;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	text = malloc((size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	text[st.st_size] = '\0';
	close(fd);
	return text;
}

/* Close all and return what was written. */
static inline char *stage_text(struct stage *g)
{
	char *text;

	assert_int_equal(sinks_close(&g->sinks), 0);
	assert_int_equal(output_close(g->out), 0);
	for (size_t i = 0; i < COUNT(g->actors); i++)
		arena_free(&g->actors[i].arena);
	text = stage_read(g->path);
	unlink(g->path);
	return text;
}

static inline void stage_end(struct stage *g, const char *expected)
{
	char *text = stage_text(g);

	assert_string_equal(text, expected);
	free(text);
}

static inline void stage_give(struct stage *g, enum call_part part)
{
	sinks_call(&g->sinks, &g->ev, g->call, part);
}

/* A call begins; the arguments that are emitted now are the entry's. */
static inline void stage_enter(struct stage *g, const char *name)
{
	struct actor *a = g->actor;

	a->call = (struct call){
		.name = name, .known = true, .nr = 7, .tid = g->ev.tid,
		.pid = g->ev.pid, .comm = g->comm,
		.held = g->o.status != STATUS_ALL,
		.enter_wall_ns = g->ev.wall_ns,
		.enter_mono_ns = g->ev.mono_ns, .enter_ip = g->ev.ip,
	};
	arena_reset(&a->arena);
	a->aux = NULL;
	emit_start(&g->e, &a->arena, &a->args);
}

static inline void stage_pause(struct stage *g)
{
	g->actor->args_end = emit_pause(&g->e);
	g->call->args = g->actor->args;
	stage_give(g, CALL_ENTRY);
}

/* What is emitted from here on are the exit's arguments. */
static inline void stage_resume(struct stage *g)
{
	struct actor *a = g->actor;

	emit_resume(&g->e, &a->arena, &a->args_end);
}

/* ... and from here on what follows the result. */
static inline void stage_result(struct stage *g, int64_t ret, int err)
{
	struct actor *a = g->actor;

	a->call.args = a->args;
	a->call.later = *a->args_end.tail;
	a->call.ret = ret;
	a->call.err = err;
	emit_start(&g->e, &a->arena, &a->aux);
}

static inline void stage_leave(struct stage *g)
{
	g->call->aux = g->actor->aux;
	stage_give(g, CALL_EXIT);
}

/* From the last argument to the end of the line. */
static inline void stage_return(struct stage *g, int64_t ret, int err)
{
	stage_pause(g);
	stage_resume(g);
	stage_result(g, ret, err);
	stage_leave(g);
}

/* Data of -e read= or a title, to be given with the call. */
static inline void stage_dump(struct stage *g, struct call_dump what)
{
	const struct call_dump **end = &g->call->dumps;

	while (*end)
		end = (const struct call_dump **)&(*end)->next;
	*end = arena_copy(&g->actor->arena, &what, sizeof(what));
}

static inline void stage_abort(struct stage *g, enum call_why why)
{
	g->call->why = why;
	stage_give(g, CALL_GONE);
}

static inline void stage_event(struct stage *g, enum event_kind kind)
{
	g->ev.kind = kind;
	g->ev.comm = g->comm;
	sinks_event(&g->sinks, &g->ev);
}

/* A signal; its siginfo has one member n, unless that is 0. */
static inline void stage_signal(struct stage *g, int sig, uint64_t n)
{
	static const struct call_stack none;
	struct node *info = NULL;

	g->ev.sig = sig;
	emit_start(&g->e, &g->actor->arena, &info);
	if (n) {
		emit_open(&g->e, EMIT_STRUCT);
		emit_name(&g->e, "n");
		emit_num(&g->e, VAL_UDEC, n);
		emit_close(&g->e, EMIT_STRUCT);
	}
	sinks_signal(&g->sinks, &g->ev, info, &none);
}

#endif
