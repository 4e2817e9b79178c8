/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

struct source_file *load_file(struct abigen *g, const char *path)
{
	struct source_file *f = mem_new(sizeof(*f));
	FILE *in = fopen(path, "r");
	VEC(char) text = { 0 };
	int c;

	if (!in) {
		fprintf(stderr, "abigen: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	while ((c = getc(in)) != EOF)
		*vec_new(&text) = c;
	fclose(in);
	f->path = path;
	f->len = text.n;
	*vec_new(&text) = 0;
	f->text = text.v;
	*vec_new(&g->files) = f;
	return f;
}

/* Split a line into words in place; returns how many. */
static unsigned line_words(char *line, char **words, unsigned max)
{
	unsigned n = 0;

	line[strcspn(line, "#\n")] = 0;
	for (char *w = strtok(line, " \t"); w && n < max;
	     w = strtok(NULL, " \t"))
		words[n++] = w;
	return n;
}

struct line {
	struct pos pos;
	char *words[64];
	unsigned n;
};

typedef void line_fn(struct abigen *g, struct line *l, unsigned abi);

static void each_line(struct abigen *g, const struct source_file *f,
		      line_fn *fn, unsigned abi)
{
	struct line l;

	memset(&l, 0, sizeof(l));
	l.pos.file = f;
	l.pos.col = 1;
	for (const char *p = f->text; *p;) {
		size_t len = strcspn(p, "\n");
		char *copy = mem_dup(p, len);

		l.pos.line++;
		l.n = line_words(copy, l.words, 64);
		if (l.n)
			fn(g, &l, abi);
		p += len + (p[len] == '\n');
	}
}

static void const_set(struct constant *c, unsigned abi, const char *text)
{
	c->present &= ~(1u << abi);
	if (strcmp(text, "-")) {
		c->v[abi] = strtoull(text, NULL, 0);
		c->present |= 1u << abi;
	}
}

static void const_line(struct abigen *g, struct line *l, unsigned unused)
{
	struct constant *c = mem_new(sizeof(*c));

	(void)unused;
	if (l->n < 2) {
		abi_error(g, l->pos, "expected NAME VALUE");
		return;
	}
	c->name = l->words[0];
	for (unsigned i = 0; i < ABI_COUNT; i++)
		const_set(c, i, l->words[1]);
	for (unsigned i = 2; i < l->n; i++) {
		char *value = strchr(l->words[i], '=');
		int abi;

		if (!value) {
			abi_error(g, l->pos, "expected abi=value");
			return;
		}
		*value++ = 0;
		abi = abi_from_name(l->words[i]);
		if (abi >= 0)
			const_set(c, abi, value);
	}
	if (names_find(&g->consts, c->name))
		return;
	names_add(&g->consts, c->name, NAME_CONST, c);
	*vec_new(&g->allconsts) = c;
}

void load_consts(struct abigen *g, const struct source_file *f)
{
	each_line(g, f, const_line, 0);
}

static void row_line(struct abigen *g, struct line *l, unsigned abi)
{
	struct row *r;

	if (l->n < 3) {
		abi_error(g, l->pos, "expected NUMBER NAME ENTRY");
		return;
	}
	if (strtoul(l->words[0], NULL, 0) < abi_infos[abi].nr_first) {
		abi_error(g, l->pos, "the numbers of %s begin with %u",
			  abi_name(abi), abi_infos[abi].nr_first);
		return;
	}
	r = vec_new(&g->rows[abi]);
	r->nr = strtoul(l->words[0], NULL, 0);
	r->name = l->words[1];
	r->entry = l->words[2];
	r->compat = l->n > 3 ? l->words[3] : "-";
}

/* The file is named after its ABI. */
void load_rows(struct abigen *g, const struct source_file *f)
{
	const char *base = strrchr(f->path, '/');
	char *name = mem_dup(base ? base + 1 : f->path,
			     strcspn(base ? base + 1 : f->path, "."));
	int abi = abi_from_name(name);

	if (abi < 0)
		abi_error(g, (struct pos){ f, 1, 1 },
			  "no decoder for the ABI '%s'", name);
	else
		each_line(g, f, row_line, abi);
}

struct constant *const_find(struct abigen *g, const char *name)
{
	struct name *n = names_find(&g->consts, name);

	return n ? n->ptr : NULL;
}
