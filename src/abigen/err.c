/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

void *mem_new(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p) {
		fputs("abigen: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

char *mem_dup(const char *s, size_t n)
{
	char *p = mem_new(n + 1);

	memcpy(p, s, n);
	return p;
}

void *vec_grow(void *v, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : 8;
	v = realloc(v, *cap * size);
	if (!v) {
		fputs("abigen: out of memory\n", stderr);
		exit(1);
	}
	return v;
}

/* A place that has one complaint already gets no second one. */
static bool error_is_new(struct abigen *g, struct pos pos, const char *text)
{
	for (unsigned i = 0; i < g->nerrors; i++)
		if (g->errors[i].pos.file == pos.file &&
		    g->errors[i].pos.line == pos.line &&
		    !strcmp(g->errors[i].text, text))
			return false;
	return true;
}

void abi_error(struct abigen *g, struct pos pos, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (g->nerrors >= sizeof(g->errors) / sizeof(g->errors[0]) ||
	    !error_is_new(g, pos, text))
		return;
	g->errors[g->nerrors].pos = pos;
	g->errors[g->nerrors].text = mem_dup(text, strlen(text));
	g->nerrors++;
}

static void error_show_line(struct pos pos)
{
	const char *p = pos.file->text;
	unsigned line = 1;

	while (line < pos.line && *p)
		if (*p++ == '\n')
			line++;
	fprintf(stderr, "  %.*s\n  ", (int)strcspn(p, "\n"), p);
	for (unsigned i = 1; i < pos.col; i++)
		fputc(p[i - 1] == '\t' ? '\t' : ' ', stderr);
	fputs("^\n", stderr);
}

unsigned abi_errors_print(struct abigen *g)
{
	for (unsigned i = 0; i < g->nerrors; i++) {
		struct pos pos = g->errors[i].pos;

		if (!pos.file) {
			fprintf(stderr, "abigen: %s\n", g->errors[i].text);
			continue;
		}
		fprintf(stderr, "%s:%u:%u: %s\n", pos.file->path, pos.line,
			pos.col, g->errors[i].text);
		error_show_line(pos);
	}
	return g->nerrors;
}
