/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen: the compiler of the description language (doc/LANGUAGE.md).
 *
 * It runs at build time only.  The way through it: lex.c makes tokens, parse*.c
 * the trees of ast.h, load.c reads the number files, scope.c and
 * compile*.c turn trees into the tables of include/abi_table.h, capture*.c and
 * plan.c add what memory each call's decoding reads, out_c.c writes all of it
 * as C.  format.c prints a file in its canonical form.  Mistakes in the
 * input are collected by abi_error() and shown together, each with its line and
 * a caret.  Memory is never given back: the program is over in a moment.
 *
 * The room src/abigen: the compiler of descriptions, a program of its own that
 * runs when the tracer is built.  Nothing of it is linked into the tracer.
 */
#ifndef ABIGEN_H
#define ABIGEN_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "abi_table.h"

/* ---- growing arrays ---- */

#define VEC(T) struct { T *v; size_t n, cap; }
void *vec_grow(void *v, size_t *cap, size_t size);
/* A new, zeroed element at the end; the value is a pointer to it. */
#define vec_new(a) \
	(((a)->n == (a)->cap ? \
	  (void)((a)->v = vec_grow((a)->v, &(a)->cap, sizeof(*(a)->v))) : \
	  (void)0), \
	 memset(&(a)->v[(a)->n], 0, sizeof(*(a)->v)), &(a)->v[(a)->n++])

/* ---- input text ---- */

struct source_file {
	const char *path;
	char *text;
	size_t len;
};

struct pos {
	const struct source_file *file;
	unsigned line, col;
};

enum tok {
	TOK_EOF, TOK_NL, TOK_NAME, TOK_NUM, TOK_STR, TOK_PUNCT, TOK_CLASS,
	TOK_COMMENT,
};

struct token {
	enum tok kind;
	struct pos pos;
	const char *start;
	size_t len;
	char *text;		/* name, string without quotes, punctuation */
	uint64_t num;
};

struct lexer {
	const struct source_file *file;
	const char *p;
	unsigned line;
	const char *line_start;
	char nest[64];		/* open brackets: newlines count in { only */
	unsigned depth;
	bool keep_comments;
};

void lex_open(struct lexer *lx, const struct source_file *f);
void lex_next(struct lexer *lx, struct token *t);

#include "ast.h"

/* ---- names ---- */

enum name_kind {
	NAME_NONE, NAME_STRUCT, NAME_UNION, NAME_RECORDS, NAME_SYMSET,
	NAME_HOOK, NAME_CONST, NAME_CALL, NAME_ATTRS,
};

struct name {
	char *text;
	enum name_kind kind;
	void *ptr;
	bool made;		/* another of that name takes its place ... */
	void *under;		/* ... and this was the one that did not */
};

struct names {
	struct name *slots;
	size_t cap, n;
};

static inline struct name name_of(char *text, enum name_kind kind, void *ptr)
{
	return (struct name){ .text = text, .kind = kind, .ptr = ptr };
}

struct name *names_find(struct names *t, const char *text);
struct name *names_add(struct names *t, char *text, enum name_kind kind,
		       void *ptr);

/* ---- the whole program ---- */

struct laid {			/* a field or padding, for --structs */
	uint32_t st;		/* index in abi_structs */
	uint32_t type;
	unsigned abi, off, size;
	const char *name;	/* NULL: its members are the struct's */
	bool hidden;
};

struct abigen {
	VEC(struct source_file *) files;
	struct names types;	/* structs, unions, records, hooks */
	struct names symsets;
	struct names consts;
	VEC(struct ast_struct *) structs;
	VEC(struct ast_refine) refines;
	VEC(struct ast_more) more;
	VEC(struct ast_union *) unions;
	VEC(struct ast_records *) records;
	VEC(struct ast_attrs *) attrs;
	/* Used, and still to be compiled: they may contain themselves. */
	VEC(struct ast_attrs *) attrs_todo;
	VEC(struct ast_symset *) sets;
	VEC(struct ast_call *) calls;
	VEC(struct ast_hook *) hooks;
	struct ast_cases ioctls;
	VEC(struct ast_sockopt) sockopts;
	VEC(struct ast_fd_kind) fd_kinds;
	VEC(struct ast_stream) streams;
	VEC(struct row) rows[ABI_COUNT];
	VEC(struct constant *) allconsts;
	VEC(struct laid) laid;
	VEC(struct pos) sig_pos;	/* where each signature was written */
	VEC(struct pos) case_pos;	/* ... and each of t.cases */
	VEC(uint32_t) packed;	/* indices in abi_structs */
	VEC(uint32_t) type_slots;	/* abi_types by their contents */

	struct { struct pos pos; char *text; } errors[400];
	unsigned nerrors;
	jmp_buf recover;

	/* tables being made; element 0 of most is the "none" filler */
	struct {
		VEC(char) text;
		struct names strings;
		VEC(struct abi_type) types;
		VEC(uint32_t) args;
		VEC(struct abi_field) fields;
		VEC(struct abi_place) places;
		VEC(struct abi_struct) structs;
		VEC(struct abi_union) unions;
		VEC(struct abi_switch) switches;
		VEC(struct abi_records) records;
		VEC(struct abi_attrs) attrs;
		VEC(struct abi_case) cases;
		VEC(uint32_t) orders;
		VEC(struct abi_fd_kind) fd_kinds;
		VEC(uint32_t) fd_paths;
		VEC(struct abi_stream) streams;
		VEC(struct abi_num) nums;
		VEC(struct abi_sym) syms;
		VEC(struct abi_pick) picks;
		VEC(struct symset) symsets;
		VEC(struct abi_save) saves;
		VEC(struct abi_sig) sigs;
		VEC(struct abi_call) calls;
		VEC(struct abi_effect) effects;
		VEC(uint32_t) code;
		VEC(uint32_t) exprs;
		VEC(struct cap_step) steps;
		VEC(struct abi_plan) plans;
		VEC(struct abi_capture) captures;
		VEC(struct abi_key) keys;	/* two a call */
	} t;
};

/* err.c */
void abi_error(struct abigen *g, struct pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
unsigned abi_errors_print(struct abigen *g);
char *mem_dup(const char *s, size_t n);
void *mem_new(size_t n);

/* parse.c, parse_type.c, parse_expr.c */
struct parser {
	struct abigen *g;
	struct lexer lx;
	struct token tok;
	struct token ahead;
	bool has_ahead;
	bool made;		/* what follows gives way to what others say */
};

void parse_file(struct abigen *g, const struct source_file *f);
void parse_next(struct parser *p);
bool parse_is(struct parser *p, const char *text);
bool parse_accept(struct parser *p, const char *text);
void parse_expect(struct parser *p, const char *text);
char *parse_name(struct parser *p, const char *what);
char *parse_path(struct parser *p, const char *what);
char *parse_string(struct parser *p);
void parse_skip_newlines(struct parser *p);
/* The end of one of the things in braces, after `what`: "a field". */
void parse_item_end(struct parser *p, const char *what);
uint64_t parse_number(struct parser *p, const char *what);
void parse_fail(struct parser *p, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
const struct token *parse_peek(struct parser *p);
struct ast_expr *parse_expr(struct parser *p);
struct ast_type *parse_type(struct parser *p);
/* A word after a type that says more of it; false: another word. */
bool parse_type_mod(struct parser *p, struct ast_type *t);
void parse_field(struct parser *p, struct ast_field *f);
/* The type, and the words after it, of one whose name has been read. */
void parse_field_type(struct parser *p, struct ast_field *f);
/* A type; a mistake if there is one of that name. */
void parse_declare(struct parser *p, struct name n, struct pos pos);
void parse_fields_block(struct parser *p, struct ast_fields *to);
void parse_args(struct parser *p, struct ast_fields *to);
struct ast_ret *parse_ret(struct parser *p);
void parse_keys(struct parser *p, struct ast_cases *to);
void parse_case_keys(struct parser *p, struct ast_case *c, size_t nkeys);
void parse_case(struct parser *p, struct ast_case *c, size_t nkeys);
void parse_switch(struct parser *p, struct ast_cases *to);

/* refine.c */
void parse_refine(struct parser *p);
void parse_more(struct parser *p);
/* Cases that stand elsewhere join those that include them. */
void refine_cases(struct abigen *g, struct pos pos, struct ast_cases *c);
/* Before anything is compiled: members get the types that they were given. */
void refine_all(struct abigen *g);
/* Commands that are made and described elsewhere are left out. */
void refine_ioctls(struct abigen *g);

/* effect.c */
void parse_effects(struct parser *p, struct ast_call *c);
/* The effects of a call that has this signature, as an index; 0: none. */
uint32_t compile_effects(struct abigen *g, const struct ast_call *c,
			 uint32_t sig);

/* sockopt.c */
void parse_sockopt(struct parser *p);
/* They become cases of these commands, which are NULL if there are none. */
void compile_sockopts(struct abigen *g, struct ast_call *set,
		      struct ast_call *get);

/* fd_kind.c */
void parse_fd_kind(struct parser *p);
void compile_fd_kinds(struct abigen *g);
/* The index of the kind that has this name; NULL: 0, any. */
uint32_t fd_kind_find(struct abigen *g, struct pos pos, const char *name);
/* Is a command for that kind meant only if the kind is known? */
bool fd_kind_is_exact(struct abigen *g, uint32_t kind);
/* Does case c[n] differ from those before it? */
void fd_kinds_check(struct abigen *g, const struct abi_case *c, uint32_t n,
		    struct pos pos);

/* stream.c */
void parse_stream(struct parser *p);
void compile_streams(struct abigen *g);

/* attrs.c */
void parse_attrs(struct parser *p);
/* One attribute: its names, and what it holds. */
void parse_attr(struct parser *p, struct ast_case *c);
/* (a, b), or nothing. */
void parse_slots(struct parser *p, struct ast_slots *to);
void slots_check(struct abigen *g, struct pos pos,
		 const struct ast_slots *slots);
uint32_t compile_attrs(struct abigen *g, struct ast_attrs *a);
/* All that are used, after everything else. */
void attrs_finish(struct abigen *g);
/* Attributes whose types are mere numbers, all of the type t->each. */
uint32_t compile_each(struct abigen *g, struct scope *up, struct ast_type *t);
/* The type of what netlink sockets carry; 0: nobody described it. */
uint32_t netlink_messages(struct abigen *g, struct scope *s);

/* load.c */
struct source_file *load_file(struct abigen *g, const char *path);
void load_consts(struct abigen *g, const struct source_file *f);
void load_rows(struct abigen *g, const struct source_file *f);
struct constant *const_find(struct abigen *g, const char *name);

/* saves.c: mask has the arguments that are kept because expressions use what
 * they were. */
void sig_saves(struct abigen *g, struct abi_sig *sig, uint32_t mask,
	       struct pos pos);

/* kinds.c */
enum store_class {		/* before it is known for which ABI */
	SC_NONE, SC_U8, SC_S8, SC_U16, SC_S16, SC_U32, SC_S32, SC_U64, SC_S64,
	SC_BE16, SC_BE32, SC_BE64, SC_LONG, SC_ULONG, SC_KLONG, SC_KULONG,
	SC_PTR, SC_OFF64, SC_OFF64HL,
};

struct kind {
	const char *name;
	enum abi_kind kind;
	uint8_t fmt;
	enum store_class store;
	unsigned bytes;		/* size in place when it is no number */
	uint32_t classes;
	unsigned flags;
};

const struct kind *kind_find(const char *name);
enum abi_store store_of(enum store_class sc, unsigned abi, bool in_register);
unsigned store_size(enum abi_store st);
unsigned store_align(enum abi_store st, unsigned abi);
uint32_t class_bit(const char *word);
int abi_from_name(const char *name);	/* -1: not one of this program's */
bool abi_name_known(const char *name);	/* of an ABI or layout, used or not */
uint32_t abis_of_layout(const char *name); /* bits: those that follow it */

/* scope.c: names and expressions in their surroundings */
struct scope {
	struct scope *up;	/* the struct around this one, or the call */
	struct ast_field **fields;	/* a struct's, NULL for a call */
	size_t nfields;
	char **params;
	struct ast_targs *args;	/* what the parameters stand for ... */
	size_t nparams;
	struct scope *args_scope;	/* ... and where they were written */
	struct ast_fields *call_args;	/* a call's */
	enum abi_dir dir;	/* direction of the pointer that got here */
	unsigned depth;		/* structs around */
	unsigned extra;		/* run-time levels between user and scope */
	char **slots;		/* of a list: parameters, remembered names */
	size_t nslots;
	uint32_t *saves;	/* a call's: bit per argument to keep */
	unsigned arg;		/* a call's: the argument being compiled */
};

struct scope *scope_call(struct scope *s);	/* NULL: not in a call */

/* What a struct's parameter stands for, and the scope it was written in. */
struct ast_expr *scope_param(struct scope *s, const char *name,
			     struct scope *where);
uint32_t expr_compile(struct abigen *g, struct scope *s, struct ast_expr *e);
uint32_t expr_slot(struct abigen *g, unsigned slot);
uint32_t expr_field(struct abigen *g, unsigned field);
bool expr_uses(struct abigen *g, uint32_t expr, enum abi_op op);
uint32_t num_index(struct abigen *g, const struct ast_expr *e);

/* compile_type.c, compile_struct.c, compile_call.c, compile_sym.c */
uint32_t compile_type(struct abigen *g, struct scope *s, struct ast_type *t);
uint32_t compile_struct(struct abigen *g, struct scope *s,
			struct ast_struct *st, struct ast_targs *args);
uint32_t compile_anon(struct abigen *g, struct scope *s,
		      struct ast_fields *fields, unsigned start);
uint32_t compile_union(struct abigen *g, struct scope *s,
		       struct ast_union *u, struct ast_targs *args);
uint32_t compile_records(struct abigen *g, struct scope *s,
			 struct ast_records *r);
uint32_t compile_switch(struct abigen *g, struct scope *s,
			struct ast_cases *c);
/* Those n cases, to the end of t.cases; at: where they were written. */
uint32_t cases_add(struct abigen *g, const struct abi_case *c,
		   const struct pos *at, size_t n);
uint32_t compile_symset(struct abigen *g, struct pos pos, const char *name);
/* Commands that are described are names of commands. */
void symset_add_ioctls(struct abigen *g);
/* The index of a type like that one, which is added if there is none. */
uint32_t type_add(struct abigen *g, const struct abi_type *t);
/* A name that is described joins the set, if it is not in it. */
void set_join(struct abigen *g, struct ast_symset *s,
	      const struct ast_sym *y);
/* Sort the n cases from the first one on for each ABI. */
void cases_order(struct abigen *g, uint32_t first, uint32_t n,
		 uint32_t order[ABI_COUNT]);
void tables_start(struct abigen *g);	/* before the rest */
void compile_all(struct abigen *g);
uint32_t text_index(struct abigen *g, const char *s);
unsigned type_size(struct abigen *g, uint32_t type, unsigned abi);
unsigned type_align(struct abigen *g, uint32_t type, unsigned abi);
bool type_needs_exit(struct abigen *g, uint32_t type);
uint32_t type_classes(struct abigen *g, uint32_t type);

/* capture_hook.c: what a hook's "reads" says of the type that it is. */
void hook_fds(struct abigen *g, const struct ast_hook *h, struct abi_type *t);

/* capture.c: plans of what memory is read; after compile_all() */
void capture_all(struct abigen *g);

/* out_c.c, out_rows.c, format.c, dump.c, dump_plans.c, dump_arguments.c,
 * dump_described.c */
int out_c(struct abigen *g, const char *path);
void out_rows(struct abigen *g, FILE *f);
void dump_structs(struct abigen *g);
void dump_plans(struct abigen *g);
void dump_arguments(struct abigen *g);
void dump_described(struct abigen *g);
char *format_text(const struct source_file *f);

#endif
