/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

void lex_open(struct lexer *lx, const struct source_file *f)
{
	memset(lx, 0, sizeof(*lx));
	lx->file = f;
	lx->p = f->text;
	lx->line = 1;
	lx->line_start = f->text;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/*
 * Inside ( and [ a newline is only a blank; outside all brackets, too, if the
 * next line is indented.
 */
static bool newline_counts(const struct lexer *lx)
{
	const char *next = lx->p + 1;

	if (lx->depth)
		return lx->nest[lx->depth - 1] == '{';
	next += strspn(next, " \t");
	return lx->keep_comments || next == lx->p + 1 || !*next ||
	       *next == '#' || *next == '\n';
}

static void lex_blanks(struct lexer *lx)
{
	for (;; lx->p++) {
		if (*lx->p == '#' && !lx->keep_comments)
			lx->p += strcspn(lx->p, "\n");
		if (*lx->p == '\n' && !newline_counts(lx)) {
			lx->line++;
			lx->line_start = lx->p + 1;
		} else if (*lx->p != ' ' && *lx->p != '\t') {
			return;
		}
	}
}

static void lex_nest(struct lexer *lx, char c)
{
	if (strchr("({[", c)) {
		if (lx->depth < sizeof(lx->nest))
			lx->nest[lx->depth++] = c;
	} else if (strchr(")}]", c) && lx->depth) {
		lx->depth--;
	}
}

static void lex_punct(struct lexer *lx, struct token *t)
{
	static const char *const two[] = {
		"->", "<<", ">>", "==", "!=", "<=", ">=", "&&", "||",
	};

	t->kind = TOK_PUNCT;
	t->len = 1;
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (!strncmp(lx->p, two[i], 2))
			t->len = 2;
	if (t->len == 1)
		lex_nest(lx, *lx->p);
}

static void lex_word(struct lexer *lx, struct token *t)
{
	const char *p = lx->p;

	if (isdigit((unsigned char)*p)) {
		char *end;

		t->kind = TOK_NUM;
		t->num = strtoull(p, &end, 0);
		while (is_name(*end))
			end++;
		t->len = end - p;
		return;
	}
	t->kind = *p == '%' ? TOK_CLASS : TOK_NAME;
	p += *p == '%';
	while (is_name(*p))
		p++;
	t->len = p - lx->p;
}

static void lex_string(struct lexer *lx, struct token *t)
{
	t->kind = TOK_STR;
	t->len = 1 + strcspn(lx->p + 1, "\"\n");
	t->text = mem_dup(lx->p + 1, t->len - 1);
	if (lx->p[t->len] == '"')
		t->len++;
}

void lex_next(struct lexer *lx, struct token *t)
{
	lex_blanks(lx);
	memset(t, 0, sizeof(*t));
	t->start = lx->p;
	t->pos.file = lx->file;
	t->pos.line = lx->line;
	t->pos.col = lx->p - lx->line_start + 1;
	if (!*lx->p) {
		t->kind = TOK_EOF;
		t->text = "end of file";
	} else if (*lx->p == '\n') {
		t->kind = TOK_NL;
		t->text = "end of line";
		t->len = 1;
		lx->line++;
		lx->line_start = lx->p + 1;
	} else if (*lx->p == '#') {
		t->kind = TOK_COMMENT;
		t->len = strcspn(lx->p, "\n");
	} else if (*lx->p == '"') {
		lex_string(lx, t);
	} else if (is_name(*lx->p) || (*lx->p == '%' &&
				       isalpha((unsigned char)lx->p[1]))) {
		lex_word(lx, t);
	} else {
		lex_punct(lx, t);
	}
	lx->p += t->len;
	if (!t->text)
		t->text = mem_dup(t->start, t->len);
}
