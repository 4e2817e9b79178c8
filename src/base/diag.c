/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIAG_MAX 2048
#define POINT_BEFORE 40		/* bytes shown before the place */
#define POINT_WIDTH 72
#define NAME_MAX_LEN 256

struct line {
	char text[DIAG_MAX];
	size_t len;
};

static void line_bytes(struct line *l, const char *p, size_t n)
{
	if (n > sizeof(l->text) - l->len)
		n = sizeof(l->text) - l->len;
	memcpy(l->text + l->len, p, n);
	l->len += n;
}

static void line_text(struct line *l, const char *s)
{
	line_bytes(l, s, strlen(s));
}

/* A name in a message may carry terminal escapes: they are made visible. */
static void line_escaped(struct line *l, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		char tmp[5];

		if (c >= 0x20 && c < 0x7f) {
			line_bytes(l, s, 1);
			continue;
		}
		snprintf(tmp, sizeof(tmp), "\\%03o", c);
		line_text(l, tmp);
	}
}

/* What we were called by, where that leaves room for what is to be said. */
static const char *program(void)
{
	const char *name = program_invocation_name;

	return name && *name && strlen(name) <= NAME_MAX_LEN ? name : "strace";
}

/* One write, so that lines of several processes do not mix. */
static void line_write(struct line *l)
{
	const char *p = l->text;

	if (l->len == sizeof(l->text))
		l->len--;
	l->text[l->len++] = '\n';
	while (l->len) {
		ssize_t n = write(STDERR_FILENO, p, l->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		p += n;
		l->len -= (size_t)n;
	}
}

static void say(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

static void say(const char *fmt, va_list ap)
{
	int saved = errno;
	char text[DIAG_MAX];
	struct line l = { .len = 0 };

	line_escaped(&l, program());
	line_text(&l, ": ");
	if (vsnprintf(text, sizeof(text), fmt, ap) >= 0)
		line_escaped(&l, text);
	line_write(&l);
	errno = saved;
}

void diag_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(1);
}

/* Of a long line, what is around the place. */
static void point_at(const char *text, size_t at, size_t n)
{
	size_t from = at > POINT_BEFORE ? at - POINT_BEFORE : 0;
	struct line l = { .len = 0 }, mark = { .len = 0 };

	line_text(&l, from ? "  ..." : "  ");
	line_text(&mark, from ? "     " : "  ");
	for (size_t i = from; text[i] && i < from + POINT_WIDTH; i++) {
		unsigned char c = (unsigned char)text[i];

		line_text(&l, c >= 0x20 && c < 0x7f ?
			  (char[]){ (char)c, '\0' } : "?");
	}
	for (size_t i = from; i < at + n && i < from + POINT_WIDTH; i++)
		line_text(&mark, i < at ? " " : i == at ? "^" : "~");
	if (!n)
		line_text(&mark, "^");
	line_write(&l);
	line_write(&mark);
}

void diag_die_at(const char *text, size_t at, size_t n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	point_at(text, at, n);
	exit(1);
}

void diag_usage(const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	line_text(&l, "Try '");
	line_escaped(&l, program());
	line_text(&l, " --help' for more information.");
	line_write(&l);
	exit(1);
}

void diag_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void diag_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void diag_bug(const char *file, int line, const char *what)
{
	struct line l = { .len = 0 };
	char where[32];

	snprintf(where, sizeof(where), ":%d: ", line);
	line_escaped(&l, program());
	line_text(&l, ": bug: ");
	line_escaped(&l, file);
	line_text(&l, where);
	line_escaped(&l, what);
	line_write(&l);
	abort();
}
