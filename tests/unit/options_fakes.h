/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fakes of all that the command line asks other modules for: system calls,
 * signals and messages.  For the tests of src/cli/, one inclusion a program.
 */
#ifndef STRACE_TESTS_OPTIONS_FAKES_H
#define STRACE_TESTS_OPTIONS_FAKES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi_table.h"
#include "calls.h"
#include "diag.h"
#include "effect.h"
#include "options.h"
#include "sink.h"
#include "symset.h"

/* What the fakes need to know; reset by each test. */
static struct {
	bool in_child;
	char warning[512];
	char note[512];
} seen;

/* ---- fakes */

static void fake_end(const char *kind, const char *fmt, va_list ap)
	__attribute__((noreturn, format(printf, 2, 0)));

static void fake_end(const char *kind, const char *fmt, va_list ap)
{
	printf("%s: ", kind);
	vprintf(fmt, ap);
	printf("\n");
	fflush(stdout);
	if (seen.in_child)
		_exit(1);
	abort();
}

void diag_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fake_end("die", fmt, ap);
}

/* The place is told by what stands there. */
void diag_die_at(const char *line, size_t at, size_t n, const char *fmt, ...)
{
	va_list ap;

	printf("at '%.*s': ", (int)n, line + at);
	va_start(ap, fmt);
	fake_end("die", fmt, ap);
}

void diag_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fake_end("usage", fmt, ap);
}

void diag_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(seen.warning, sizeof(seen.warning), fmt, ap);
	va_end(ap);
}

void diag_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(seen.note, sizeof(seen.note), fmt, ap);
	va_end(ap);
}

void diag_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

static const struct {
	const char *name;
	uint32_t class;
	int nr[ABI_COUNT];	/* -1: not there */
} fake_calls[] = {
	{ "read", CLASS_DESC, { 0, 3, 0 } },
	{ "write", CLASS_DESC, { 1, 4, 1 } },
	{ "open", CLASS_FILE | CLASS_DESC, { 2, 5, 2 } },
	{ "close", CLASS_DESC, { 3, 6, 3 } },
	{ "stat", CLASS_FILE | CLASS_STAT | CLASS_STAT_LIKE, { 4, 106, 4 } },
	{ "fstat", CLASS_DESC | CLASS_FSTAT | CLASS_STAT_LIKE,
	  { 5, 108, 5 } },
	{ "pread64", CLASS_DESC, { 17, 180, 17 } },
	{ "socket", CLASS_NETWORK | CLASS_DESC, { 41, 359, 41 } },
	{ "socketcall", 0, { -1, 102, -1 } },
	{ "execve", CLASS_FILE | CLASS_PROCESS, { 59, 11, 520 } },
	{ "getpid", CLASS_PURE, { 39, 20, 39 } },
	{ "waitpid", CLASS_PROCESS, { -1, 7, -1 } },
	{ "openat", CLASS_FILE | CLASS_DESC, { 257, 295, 257 } },
};

#define NFAKE (sizeof(fake_calls) / sizeof(*fake_calls))

const struct class_name class_names[] = {
	{ "file", CLASS_FILE, "" },
	{ "desc", CLASS_DESC, "" },
	{ "network", CLASS_NETWORK, "" },
	{ "process", CLASS_PROCESS, "" },
	{ "memory", CLASS_MEMORY, "" },
	{ "stat", CLASS_STAT, "" },
	{ "%stat", CLASS_STAT_LIKE, "" },
	{ "io_uring", CLASS_URING, "" },
	{ NULL, 0, NULL },
};

const char *sink_form(size_t i)
{
	static const char *const forms[] = { "text", "json", "summary" };

	return i < sizeof(forms) / sizeof(*forms) ? forms[i] : NULL;
}

size_t calls_count(unsigned abi)
{
	return abi == ABI_X32 ? 521 : 400;
}

static int fake_index(unsigned abi, uint64_t nr)
{
	for (size_t i = 0; i < NFAKE; i++) {
		if (fake_calls[i].nr[abi] == (int)nr)
			return (int)i;
	}
	return -1;
}

const char *calls_name(unsigned abi, uint64_t nr)
{
	int i = fake_index(abi, nr);

	return i < 0 ? NULL : fake_calls[i].name;
}

bool calls_number(unsigned abi, const char *name, uint64_t *nr)
{
	for (*nr = 0; *nr < calls_count(abi); ++*nr)
		if (calls_name(abi, *nr) && !strcmp(calls_name(abi, *nr), name))
			return true;
	return false;
}

/* A call of i386 that makes two others. */
#define FAKE_SOCKETCALL 102

bool calls_sub(unsigned abi, uint64_t nr, uint32_t i, struct calls_sub *sub)
{
	static const struct calls_sub subs[] = {
		{ 5, "socket", CLASS_NETWORK | CLASS_DESC },
		{ 6, "recv", CLASS_NETWORK | CLASS_DESC },
		{ 7, NULL, 0 },
	};

	if (abi != ABI_I386 || nr != FAKE_SOCKETCALL ||
	    i >= sizeof(subs) / sizeof(*subs))
		return false;
	*sub = subs[i];
	return true;
}

uint32_t calls_class(unsigned abi, uint64_t nr)
{
	int i = fake_index(abi, nr);

	return i < 0 ? 0 : fake_calls[i].class;
}

const char *errno_name(int err)
{
	return err == 5 ? "EIO" : err == 28 ? "ENOSPC" :
	       err == 512 ? "ERESTARTSYS" : NULL;
}

/* read and write transfer bytes. */
const struct abi_effect *effect_find(unsigned abi, uint64_t nr,
				     enum effect_kind kind)
{
	static const struct abi_effect transfers = { .reg = 2 };
	int i = fake_index(abi, nr);

	return kind == EFFECT_TRANSFERS && (i == 0 || i == 1) ? &transfers :
	       NULL;
}

const char *signal_name(int sig)
{
	return sig == 2 ? "SIGINT" : sig == 10 ? "SIGUSR1" :
	       sig == 15 ? "SIGTERM" : NULL;
}

/* ---- helpers */

#define MAX_ARGS 32

/* A line cut at blanks; ~ stands for a blank, '' for an empty argument. */
struct line {
	char text[512];
	char *argv[MAX_ARGS + 1];
	int argc;
};

static void line_split(struct line *l, const char *text)
{
	char *save = NULL;

	snprintf(l->text, sizeof(l->text), "strace %s", text);
	l->argc = 0;
	for (char *w = strtok_r(l->text, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		assert_true(l->argc < MAX_ARGS);
		if (!strcmp(w, "''"))
			*w = '\0';
		for (char *c = w; *c; c++) {
			if (*c == '~')
				*c = ' ';
		}
		l->argv[l->argc++] = w;
	}
	l->argv[l->argc] = NULL;
}

/* Parse a line that is right.  The line must outlive *o. */
static void parse(struct options *o, struct line *l, const char *text)
{
	seen.warning[0] = '\0';
	line_split(l, text);
	options_parse(o, l->argc, l->argv);
}

/* Parse a line that ends the program: its exit status and its words. */
static __attribute__((unused)) int line_end(const char *text, char *out,
					      size_t size)
{
	int fds[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct options o;
		struct line l;

		seen.in_child = true;
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		parse(&o, &l, text);
		fflush(stdout);
		_exit(99);	/* it did not end */
	}
	close(fds[1]);
	while ((n = read(fds[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	out[len] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
