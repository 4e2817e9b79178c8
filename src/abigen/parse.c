/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

void parse_next(struct parser *p)
{
	if (p->has_ahead) {
		p->tok = p->ahead;
		p->has_ahead = false;
	} else {
		lex_next(&p->lx, &p->tok);
	}
}

const struct token *parse_peek(struct parser *p)
{
	if (!p->has_ahead) {
		lex_next(&p->lx, &p->ahead);
		p->has_ahead = true;
	}
	return &p->ahead;
}

bool parse_is(struct parser *p, const char *text)
{
	return p->tok.kind != TOK_STR && !strcmp(p->tok.text, text);
}

bool parse_accept(struct parser *p, const char *text)
{
	if (!parse_is(p, text))
		return false;
	parse_next(p);
	return true;
}

void parse_fail(struct parser *p, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	abi_error(p->g, p->tok.pos, "%s", text);
	longjmp(p->g->recover, 1);
}

void parse_expect(struct parser *p, const char *text)
{
	if (!parse_is(p, text))
		parse_fail(p, "expected '%s', not '%s'", text, p->tok.text);
	parse_next(p);
}

char *parse_name(struct parser *p, const char *what)
{
	char *s = p->tok.text;

	if (p->tok.kind != TOK_NAME)
		parse_fail(p, "expected %s, not '%s'", what, p->tok.text);
	parse_next(p);
	return s;
}

/* fmt.pix */
char *parse_path(struct parser *p, const char *what)
{
	char *path = parse_name(p, what);

	while (parse_accept(p, ".")) {
		char *more = parse_name(p, what);
		char *both = mem_new(strlen(path) + strlen(more) + 2);

		sprintf(both, "%s.%s", path, more);
		path = both;
	}
	return path;
}

void parse_skip_newlines(struct parser *p)
{
	while (p->tok.kind == TOK_NL || parse_is(p, ";"))
		parse_next(p);
}

void parse_item_end(struct parser *p, const char *what)
{
	if (!parse_is(p, "}") && !parse_is(p, ";") && p->tok.kind != TOK_NL)
		parse_fail(p, "unknown word '%s' after %s", p->tok.text, what);
	parse_skip_newlines(p);
}

/* Declarations are kept when they are whole: mistakes leave nothing half. */
static void declare(struct parser *p, struct names *t, struct name n,
		    struct pos pos)
{
	struct name *old = names_find(t, n.text);

	if (!old) {
		names_add(t, n.text, n.kind, n.ptr)->made = p->made;
	} else if (old->made == p->made) {
		abi_error(p->g, pos, "'%s' is already declared", n.text);
	} else if (p->made) {
		old->under = n.ptr;
	} else {
		n.under = old->ptr;
		*old = n;
	}
}

/* ---- enum and flags ---- */

/* NAME, or NAME|NAME for a value that has only a name of names. */
static char *parse_sym_name(struct parser *p, bool is_bit)
{
	char *name = parse_name(p, "a constant"), *number = name;

	if (is_bit) {
		name = mem_new(strlen(number) + 4);
		sprintf(name, "1<<%s", number);
	}
	while (parse_accept(p, "|")) {
		char *more = parse_name(p, "a constant");
		char *both = mem_new(strlen(name) + strlen(more) + 2);

		sprintf(both, "%s|%s", name, more);
		name = both;
	}
	return name;
}

static void parse_pick(struct parser *p, struct ast_symset *s)
{
	struct ast_pick *k = vec_new(&s->picks);

	k->pos = p->tok.pos;
	k->before = s->syms.n;
	k->is_shift = parse_accept(p, "shift");
	if (!k->is_shift)
		parse_expect(p, "pick");
	if (k->is_shift)
		k->shift_name = parse_name(p, "the name of a shift");
	else if (p->tok.kind == TOK_NAME)
		k->mask_name = parse_name(p, "a mask");
	if (p->tok.kind == TOK_NUM) {
		k->mask = p->tok.num;
		k->has_mask = true;
		parse_next(p);
	}
	if (p->tok.kind == TOK_STR) {
		k->unknown = p->tok.text;
		parse_next(p);
	}
	if (k->is_shift) {
		k->hex = parse_accept(p, "hex");
		return;
	}
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		struct ast_sym *y = vec_new(&k->syms);

		y->pos = p->tok.pos;
		y->name = parse_sym_name(p, false);
		parse_accept(p, ",");
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
}

static void parse_set_item(struct parser *p, struct ast_symset *s)
{
	struct ast_sym *y;

	if (parse_is(p, "pick") || parse_is(p, "shift")) {
		parse_pick(p, s);
	} else if (parse_accept(p, "apart")) {
		s->apart = true;
		if (p->tok.kind == TOK_STR)
			s->rest = parse_string(p);
	} else {
		y = vec_new(&s->syms);
		y->is_set = parse_accept(p, "include");
		y->pos = p->tok.pos;
		y->name = y->is_set ? parse_name(p, "the name of a set") :
			  parse_sym_name(p, s->is_bits);
		parse_accept(p, ",");
	}
}

static void parse_symset(struct parser *p, bool is_flags)
{
	struct ast_symset *s = mem_new(sizeof(*s));

	s->pos = p->tok.pos;
	s->is_flags = is_flags;
	s->name = parse_name(p, "the name of the set");
	if (p->tok.kind == TOK_NAME)
		s->store = parse_name(p, "a type");
	if (p->tok.kind == TOK_STR) {
		s->unknown = p->tok.text;
		parse_next(p);
	}
	s->is_bits = is_flags && parse_accept(p, "bits");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		parse_set_item(p, s);
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
	declare(p, &p->g->symsets, name_of(s->name, NAME_SYMSET, s),
		s->pos);
	*vec_new(&p->g->sets) = s;
}

/* ---- struct, union, records ---- */

static void parse_params(struct parser *p, struct ast_struct *st)
{
	if (!parse_accept(p, "("))
		return;
	while (!parse_is(p, ")")) {
		*vec_new(&st->params) = parse_name(p, "a parameter");
		if (!parse_accept(p, ","))
			break;
	}
	parse_expect(p, ")");
}

static void refuse_params(struct parser *p)
{
	if (parse_is(p, "("))
		parse_fail(p, "unions have no parameters");
}

void parse_declare(struct parser *p, struct name n, struct pos pos)
{
	declare(p, &p->g->types, n, pos);
}

/* Names of ABIs, and of layouts that some follow. */
static void parse_abis(struct parser *p, uint32_t *abis, uint32_t *like)
{
	while (p->tok.kind == TOK_NAME) {
		int abi = abi_from_name(p->tok.text);

		if (!abi_name_known(p->tok.text))
			parse_fail(p, "unknown ABI '%s'", p->tok.text);
		if (abi >= 0)
			*abis |= 1u << abi;
		*like |= abis_of_layout(p->tok.text);
		parse_next(p);
	}
}

static void parse_layout(struct parser *p, struct ast_struct *st)
{
	struct ast_layout *l = vec_new(&st->layouts);

	parse_abis(p, &l->abis, &l->like);
	parse_fields_block(p, &l->fields);
}

static void parse_struct(struct parser *p)
{
	struct ast_struct *st = mem_new(sizeof(*st));

	st->pos = p->tok.pos;
	st->name = parse_name(p, "the name of the struct");
	parse_params(p, st);
	st->packed = parse_accept(p, "packed");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		if (parse_is(p, "layout") &&
		    parse_peek(p)->kind == TOK_NAME &&
		    abi_name_known(parse_peek(p)->text)) {
			parse_next(p);
			parse_layout(p, st);
		} else if (parse_is(p, "show") &&
			   !strcmp(parse_peek(p)->text, "{")) {
			parse_next(p);
			st->has_show = true;
			parse_fields_block(p, &st->fields);
		} else {
			parse_field(p, vec_new(&st->fields.f));
			parse_item_end(p, "a field");
		}
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
	declare(p, &p->g->types, name_of(st->name, NAME_STRUCT, st),
		st->pos);
	*vec_new(&p->g->structs) = st;
}

static void parse_union(struct parser *p)
{
	struct ast_union *u = mem_new(sizeof(*u));

	u->pos = p->tok.pos;
	u->name = parse_name(p, "the name of the union");
	refuse_params(p);
	parse_expect(p, "by");
	parse_expect(p, "(");
	parse_field(p, &u->tag);
	parse_expect(p, ")");
	parse_switch(p, &u->cases);
	declare(p, &p->g->types, name_of(u->name, NAME_UNION, u),
		u->pos);
	*vec_new(&p->g->unions) = u;
}

static void parse_records_item(struct parser *p, struct ast_records *r)
{
	if (parse_accept(p, "head")) {
		parse_fields_block(p, &r->head);
	} else if (parse_accept(p, "length")) {
		r->length = parse_expr(p);
		r->after_head = parse_accept(p, "after");
		if (r->after_head)
			parse_expect(p, "head");
	} else if (parse_accept(p, "instead")) {
		r->instead = parse_type(p);
	} else {
		parse_expect(p, "body");
		if (p->tok.kind == TOK_NAME && !parse_is(p, "by"))
			r->body_name = parse_name(p, "a name");
		r->body = parse_type(p);
	}
	parse_skip_newlines(p);
}

static void parse_records(struct parser *p)
{
	struct ast_records *r = mem_new(sizeof(*r));

	r->pos = p->tok.pos;
	r->name = parse_name(p, "the name of the records");
	parse_slots(p, &r->params);
	if (parse_accept(p, "align"))
		r->align = parse_name(p, "a type");
	r->apart = parse_accept(p, "apart");
	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}"))
		parse_records_item(p, r);
	parse_expect(p, "}");
	declare(p, &p->g->types, name_of(r->name, NAME_RECORDS, r),
		r->pos);
	*vec_new(&p->g->records) = r;
}

/* ---- calls ---- */

static void parse_call_names(struct parser *p, struct ast_call *c)
{
	do {
		if (p->tok.kind == TOK_NAME)
			*vec_new(&c->names) = parse_name(p, "a call");
		if (parse_accept(p, "@"))
			*vec_new(&c->entries) = parse_name(p, "an entry");
	} while (parse_accept(p, ","));
	if (!c->names.n)
		parse_fail(p, "expected the name of a call");
}

static void parse_classes(struct parser *p, struct ast_call *c)
{
	while (p->tok.kind == TOK_CLASS) {
		if (!class_bit(p->tok.text + 1))
			abi_error(p->g, p->tok.pos, "unknown class '%s'",
				  p->tok.text);
		*vec_new(&c->classes) = p->tok.text + 1;
		parse_next(p);
	}
}

static void parse_command_cases(struct parser *p, struct ast_call *c)
{
	size_t nkeys = c->cases.keys.n ? c->cases.keys.n : 1;

	parse_expect(p, "{");
	parse_skip_newlines(p);
	while (!parse_is(p, "}")) {
		struct ast_case *k = vec_new(&c->cases.c);

		parse_case_keys(p, k, nkeys);
		if (c->is_multiplex) {
			parse_expect(p, ":");
			k->type = parse_type(p);
		} else {
			if (parse_accept(p, "as")) {
				k->as = p->tok.text;
				parse_next(p);
			}
			k->fields = mem_new(sizeof(*k->fields));
			parse_args(p, k->fields);
			k->ret = parse_ret(p);
		}
		parse_skip_newlines(p);
	}
	parse_expect(p, "}");
}

static struct ast_call *parse_call(struct parser *p, bool command,
				   bool multiplex)
{
	struct ast_call *c = mem_new(sizeof(*c));

	c->pos = p->tok.pos;
	c->is_command = command;
	c->is_multiplex = multiplex;
	parse_call_names(p, c);
	parse_args(p, &c->args);
	c->ret = parse_ret(p);
	parse_classes(p, c);
	parse_effects(p, c);
	if (command || multiplex) {
		if (parse_accept(p, "by"))
			parse_keys(p, &c->cases);
		parse_command_cases(p, c);
	}
	*vec_new(&p->g->calls) = c;
	return c;
}

static void parse_ioctl(struct parser *p)
{
	struct ast_case k = { .fields = mem_new(sizeof(*k.fields)) };

	parse_case_keys(p, &k, 1);
	k.made = p->made;
	if (parse_accept(p, "on"))
		k.on = parse_name(p, "a kind of descriptor");
	if (parse_accept(p, "for"))
		parse_abis(p, &k.abis, &k.abis);
	parse_args(p, k.fields);
	k.ret = parse_ret(p);
	*vec_new(&p->g->ioctls.c) = k;
}

/*
 * self[n * 8]: so many bytes; self fds[n]: the descriptors in a set of n bits;
 * self as TYPE: what decoding that would read.
 */
static void parse_read(struct parser *p, struct ast_read *r)
{
	r->pos = p->tok.pos;
	r->base = parse_name(p, "what is read");
	if (parse_accept(p, "as")) {
		r->type = parse_type(p);
		return;
	}
	r->fds = parse_accept(p, "fds");
	parse_expect(p, "[");
	r->n = parse_expr(p);
	parse_expect(p, "]");
}

static void parse_hook(struct parser *p)
{
	struct ast_hook *h = mem_new(sizeof(*h));

	h->pos = p->tok.pos;
	h->name = parse_name(p, "the name of the hook");
	parse_args(p, &h->params);
	if (!parse_accept(p, "reads"))
		parse_fail(p, "hook without 'reads'");
	h->has_reads = true;
	while (!parse_accept(p, "none")) {
		parse_read(p, vec_new(&h->reads));
		if (!parse_accept(p, ","))
			break;
	}
	if (parse_accept(p, "limit")) {
		h->limit = p->tok.num;
		parse_next(p);
	}
	if (parse_accept(p, "keeps")) {
		h->keeps = p->tok.num;
		parse_next(p);
	}
	h->full = parse_accept(p, "full");
	if (parse_accept(p, "shows"))
		h->shows = parse_type(p);
	declare(p, &p->g->types, name_of(h->name, NAME_HOOK, h),
		h->pos);
	*vec_new(&p->g->hooks) = h;
}

/* made from "linux/fs.h": to the end of the file what is said gives way. */
static void parse_made(struct parser *p)
{
	parse_expect(p, "from");
	parse_string(p);
	p->made = true;
}

/* abi NAME { ... }: the numbers are built in; the line documents them. */
static void parse_abi(struct parser *p)
{
	parse_name(p, "the name of an ABI");
	parse_expect(p, "{");
	while (!parse_is(p, "}") && p->tok.kind != TOK_EOF)
		parse_next(p);
	parse_expect(p, "}");
}

static void parse_decl(struct parser *p)
{
	bool event = parse_accept(p, "event");

	if (parse_accept(p, "call"))
		parse_call(p, false, false)->is_event = event;
	else if (parse_accept(p, "command"))
		parse_call(p, true, false)->is_event = event;
	else if (event)
		parse_fail(p, "expected 'call' or 'command', not '%s'",
			   p->tok.text);
	else if (parse_accept(p, "multiplex"))
		parse_call(p, false, true);
	else if (parse_accept(p, "ioctl"))
		parse_ioctl(p);
	else if (parse_accept(p, "descriptor"))
		parse_fd_kind(p);
	else if (parse_accept(p, "stream"))
		parse_stream(p);
	else if (parse_accept(p, "sockopt"))
		parse_sockopt(p);
	else if (parse_accept(p, "enum"))
		parse_symset(p, false);
	else if (parse_accept(p, "flags"))
		parse_symset(p, true);
	else if (parse_accept(p, "struct"))
		parse_struct(p);
	else if (parse_accept(p, "refine"))
		parse_refine(p);
	else if (parse_accept(p, "cases"))
		parse_more(p);
	else if (parse_accept(p, "union"))
		parse_union(p);
	else if (parse_accept(p, "records"))
		parse_records(p);
	else if (parse_accept(p, "attrs"))
		parse_attrs(p);
	else if (parse_accept(p, "hook"))
		parse_hook(p);
	else if (parse_accept(p, "abi"))
		parse_abi(p);
	else if (parse_accept(p, "made"))
		parse_made(p);
	else
		parse_fail(p, "unknown word '%s' at the start of a line",
			   p->tok.text);
	if (p->tok.kind != TOK_NL && p->tok.kind != TOK_EOF)
		parse_fail(p, "unknown word '%s' at the end", p->tok.text);
}

/* After a mistake: on to the next line that starts in column one. */
static void parse_recover(struct parser *p)
{
	p->has_ahead = false;
	p->lx.depth = 0;
	do {
		lex_next(&p->lx, &p->tok);
		p->lx.depth = 0;
	} while (p->tok.kind != TOK_EOF &&
		 (p->tok.kind != TOK_NAME || p->tok.pos.col != 1));
}

void parse_file(struct abigen *g, const struct source_file *f)
{
	struct parser *p = mem_new(sizeof(*p));

	p->g = g;
	lex_open(&p->lx, f);
	parse_next(p);
	if (setjmp(g->recover))
		parse_recover(p);
	for (;;) {
		parse_skip_newlines(p);
		if (p->tok.kind == TOK_EOF)
			break;
		parse_decl(p);
	}
}
