/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The canonical form of a description: the author's lines stay, blanks do not
 * matter.  Each line that leaves brackets open indents those after it by one;
 * one that begins by closing a bracket stands below the line that opened it.
 * Outside brackets an indented line goes on with the one before.
 * Tokens have one blank between them except where C style has none.
 */
#include <string.h>

#include "abigen.h"

struct out {
	VEC(char) text;
	VEC(unsigned) open;	/* brackets: the indentation of their lines */
	unsigned empty_lines;
};

static void out_add(struct out *o, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*vec_new(&o->text) = p[i];
}

static bool is(const struct token *t, const char *s)
{
	return t->len == strlen(s) && !strncmp(t->start, s, t->len);
}

static bool is_keyword_before_paren(const struct token *t)
{
	return is(t, "if") || is(t, "when") || is(t, "by") || is(t, "in") ||
	       is(t, "each") || is(t, "->") || is(t, "default");
}

/* The name of a case: its arguments stand apart from it. */
static bool is_constant(const struct token *t)
{
	return *t->start >= 'A' && *t->start <= 'Z';
}

/* Is there a blank between a and b? */
static bool wants_blank(const struct token *before, const struct token *a,
			const struct token *b)
{
	bool unary = a->kind == TOK_PUNCT && (is(a, "!") || is(a, "~"));

	if (is(b, ",") || is(b, ";") || is(b, ")") || is(b, "]") ||
	    is(b, "[") || is(a, "(") || is(a, "[") || is(a, "@") || unary ||
	    is(a, ".") || is(b, "."))
		return false;
	if (is(a, "-") && before &&
	    (before->kind == TOK_PUNCT || is(before, "default")) &&
	    !is(before, ")") && !is(before, "]"))
		return false;
	if (is(b, "("))
		return a->kind != TOK_NAME || is_keyword_before_paren(a) ||
		       is_constant(a) ||
		       (before && (is(before, "on") || is(before, "for")));
	return true;
}

/* Here the author decides: "x:u16", "A : type"; "a | b", "NAME|NAME". */
static bool colon_blank(const struct token *a, const struct token *b)
{
	return b->start > a->start + a->len;
}

static bool is_one_of(const struct token *t, const char *brackets)
{
	return t->kind == TOK_PUNCT && t->len == 1 &&
	       strchr(brackets, *t->start);
}

/* Outside brackets it does if it is indented. */
static bool line_goes_on(const struct token *t, size_t n)
{
	return n && t->kind != TOK_COMMENT && t->pos.col > 1;
}

/* How far a line of these tokens is indented. */
static unsigned format_depth(struct out *o, const struct token *t, size_t n)
{
	unsigned inside = o->open.n ? o->open.v[o->open.n - 1] + 1 : 0;
	unsigned depth = inside ? inside : line_goes_on(t, n);

	for (size_t i = 0; i < n; i++) {
		if (is_one_of(&t[i], "({["))
			*vec_new(&o->open) = inside;
		if (!is_one_of(&t[i], ")}]") || !o->open.n)
			continue;
		o->open.n--;
		if (!i)
			depth = inside = o->open.v[o->open.n];
	}
	return depth;
}

static void format_line(struct out *o, struct token *t, size_t n)
{
	unsigned depth = format_depth(o, t, n);

	if (!n) {
		if (!o->empty_lines++ && o->text.n)
			out_add(o, "\n", 1);
		return;
	}
	o->empty_lines = 0;
	for (unsigned i = 0; i < depth; i++)
		out_add(o, "\t", 1);
	for (size_t i = 0; i < n; i++) {
		bool blank = i && wants_blank(i > 1 ? &t[i - 2] : NULL,
					      &t[i - 1], &t[i]);

		if (i && (is(&t[i], ":") || is(&t[i - 1], ":") ||
			  is(&t[i], "|") || is(&t[i - 1], "|")))
			blank = colon_blank(&t[i - 1], &t[i]);
		if (blank)
			out_add(o, " ", 1);
		out_add(o, t[i].start, t[i].len);
	}
	out_add(o, "\n", 1);
}

char *format_text(const struct source_file *f)
{
	VEC(struct token) line = { 0 };
	struct out o = { 0 };
	struct lexer lx;

	lex_open(&lx, f);
	lx.keep_comments = true;
	for (;;) {
		struct token t;

		lx.depth = 0;	/* every newline counts here */
		lex_next(&lx, &t);
		if (t.kind == TOK_NL || t.kind == TOK_EOF) {
			while (line.n && line.v[line.n - 1].kind ==
			       TOK_COMMENT && line.v[line.n - 1].len &&
			       strchr(" \t", line.v[line.n - 1].start[
					line.v[line.n - 1].len - 1]))
				line.v[line.n - 1].len--;
			if (t.kind == TOK_NL || line.n)
				format_line(&o, line.v, line.n);
			line.n = 0;
			if (t.kind == TOK_EOF)
				break;
			continue;
		}
		*vec_new(&line) = t;
	}
	while (o.text.n > 1 && o.text.v[o.text.n - 1] == '\n' &&
	       o.text.v[o.text.n - 2] == '\n')
		o.text.n--;
	*vec_new(&o.text) = 0;
	return o.text.v;
}
