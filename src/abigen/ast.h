/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ast: what parse*.c makes of descriptions, for abigen.h, which includes it.
 *
 * One struct for each declaration and for what it is made of, in the words of
 * doc/LANGUAGE.md.  Members that compile*.c fills in, such as the index of what
 * was made, stand last.
 */
#ifndef ABIGEN_AST_H
#define ABIGEN_AST_H

struct ast_type;
struct scope;

struct ast_expr {
	struct pos pos;
	enum abi_op op;		/* EX_NUM, an operator, or EX_END for a name */
	char *name;		/* a name, or of old(name) with op EX_OLD */
	uint64_t num;
	struct ast_expr *l, *r;
	struct ast_type *type;	/* a struct parameter that may be a type */
};

struct ast_targs {
	VEC(struct ast_expr *) e;
};

struct ast_field;

struct ast_case {
	struct pos pos;
	bool is_default;
	VEC(struct ast_expr *) keys;	/* nkeys times as many as values */
	uint64_t min;
	struct ast_type *type;		/* switch, union by name */
	struct ast_fields *fields;	/* { ... }, or a command's ( ... ) */
	struct ast_ret *ret;
	char *as;			/* command: the name shown */
	char *on;			/* ioctl: of that kind of descriptor */
	uint32_t abis;			/* ioctl: for these alone, 0: for all */
	char *remember;			/* attrs: the value under that name */
	bool made;			/* gives way to one that is not */
};

struct ast_cases {
	VEC(struct ast_expr *) keys;
	VEC(struct ast_case) c;
	VEC(char *) includes;		/* cases that stand elsewhere */
};

struct ast_more {			/* some of the cases of that name */
	struct pos pos;
	char *name;
	size_t nkeys;
	struct ast_cases cases;
};

struct ast_type {
	struct pos pos;
	enum abi_dir dir;
	bool dir_inherit;		/* the word dir */
	char *base;			/* kind, struct, parameter ... */
	char *symset;			/* enum NAME, flags NAME */
	bool is_flags;
	char *store;			/* :u16 */
	unsigned bits;			/* :3, a bit field; 0: none */
	struct ast_targs *args;		/* (…) */
	bool has_count;
	struct ast_expr *count;		/* NULL with has_count: [] */
	struct ast_cases *cases;	/* by (…) {…} */
	struct ast_fields *fields;	/* an anonymous struct */
	struct ast_type *each;		/* attributes that are all of it */
	char *shown;			/* u64 sig: sig */
	struct ast_type *shown_type;	/* u64 enum x */
	char *base_mod;			/* hex, oct, dec, udec, hexstr, perm */
	struct ast_expr *sized;
	char *sized_by;		/* the member that says how long it is */
	uint64_t min;
	char *brief;
	char *as;
	struct ast_expr *limit;
	struct ast_expr *max, *cut;
	bool pages;
	bool unsought;			/* by -P */
	bool ended, verbose;		/* of bytes */
	bool wide;			/* a pointer of 64 bits on every ABI */
	bool own;			/* sized by its own first member */
	bool known;			/* sized: nothing but the members */
	bool filled;			/* sized: what is missing is 0 */
};

struct ast_field {
	struct pos pos;
	char *name;			/* "_": padding; NULL: flattened */
	struct ast_type *type;
	struct ast_expr *cond, *when;
	struct ast_type *note;		/* a hook */
	unsigned flags;			/* FF_* */
	bool has_reg;
	unsigned reg;
};

struct ast_fields {
	VEC(struct ast_field) f;
};

struct ast_layout {
	uint32_t abis;			/* bit per enum abi_id: by its name */
	uint32_t like;			/* ... by that of its layout */
	struct ast_fields fields;
};

struct ast_struct {
	struct pos pos;
	char *name;
	VEC(char *) params;
	struct ast_fields fields;	/* plain, or the show list */
	VEC(struct ast_layout) layouts;
	bool has_show, packed;
	uint32_t index[4];		/* compiled, by direction; 0: not yet */
	bool busy;
};

struct ast_slots {		/* names of values that are known at run time */
	VEC(char *) v;
};

struct ast_refine {		/* other types for some of its members */
	struct pos pos;
	char *name;
	struct ast_fields fields;	/* names may be paths: a.b.c */
	struct ast_slots params;	/* of attributes */
	struct ast_cases cases;
};

struct ast_union {
	struct pos pos;
	char *name;
	struct ast_field tag;
	struct ast_cases cases;
	uint32_t index[4];
};

struct ast_attrs {
	struct pos pos;
	char *name;
	struct ast_slots params;
	char *set;
	struct ast_cases cases;
	uint32_t index;
};

struct ast_records {
	struct pos pos;
	char *name;
	struct ast_slots params;
	bool apart;
	bool after_head;	/* length counts what comes after it */
	char *align;
	struct ast_fields head;
	struct ast_expr *length;	/* of the head's fields */
	char *body_name;
	struct ast_type *body;		/* with cases, or fields */
	struct ast_type *instead;	/* of all records, if not absent */
	uint32_t index[4];
};

struct ast_sym {
	struct pos pos;
	char *name;
	bool is_set;		/* all names of that set */
};

struct ast_pick {
	struct pos pos;
	char *mask_name;
	uint64_t mask;
	bool has_mask;
	char *unknown;
	VEC(struct ast_sym) syms;
	bool is_shift;
	char *shift_name;
	bool hex;
	unsigned before;	/* flags of the set that are written before */
};

struct ast_symset {
	struct pos pos;
	char *name;
	bool is_flags;
	bool is_bits;		/* names are of bit numbers */
	char *store;
	char *unknown;
	bool apart;
	char *rest;
	VEC(struct ast_sym) syms;
	VEC(struct ast_pick) picks;
	bool expanding, expanded;	/* is_set became names */
	uint32_t index;
};

struct ast_ret {
	char *kind;
	struct ast_type *aux;
	char *aux_label;
	struct ast_expr *aux_cond;
};

struct ast_effect {		/* VERB [ARG [to ARG]] [if (OF test WITH)] */
	struct pos pos;
	uint8_t kind;		/* enum effect_kind */
	char *first, *last;
	enum abi_op test;	/* EX_AND, EX_EQ; 0: no condition */
	char *of, *member;
	struct ast_expr *with;
};

struct ast_call {
	struct pos pos;
	VEC(char *) names;
	VEC(char *) entries;
	struct ast_fields args;
	struct ast_ret *ret;
	VEC(char *) classes;
	VEC(struct ast_effect) effects;
	bool is_command, is_multiplex;
	struct ast_cases cases;
	uint32_t index;
	bool used;
	bool is_event;			/* no number stands for it */
};

struct ast_names {
	VEC(struct ast_sym) v;
};

struct ast_sockopt {
	struct pos pos;
	bool set, get;		/* by which calls */
	struct ast_names levels, names;	/* each name at each level */
	struct ast_type *type;
	bool exact;		/* no other length will do */
	bool part, whole;	/* of a shorter one what there is, nothing */
	uint64_t grows;		/* so many bytes are enough of a struct; or 0 */
	char *otherwise;	/* how the bytes of another length are shown */
};

struct ast_fd_kind {
	struct pos pos;
	char *name;
	uint32_t by;		/* enum abi_fd_names: what paths are */
	uint64_t port;		/* of one of their ends; 0: any */
	VEC(char *) paths;
};

struct ast_stream {
	struct pos pos;
	char *word, *kind;
	bool in, out;
	struct ast_type *type;
};

struct ast_read {		/* memory a hook reads: n bytes, or a type */
	struct pos pos;
	char *base;
	bool fds;		/* in fact a set of n descriptors */
	struct ast_expr *n;
	struct ast_type *type;
	uint32_t count, made;	/* compiled: an expression, a type */
};

struct ast_hook {
	struct pos pos;
	char *name;
	struct ast_fields params;
	bool has_reads;
	VEC(struct ast_read) reads;
	uint64_t limit;
	uint64_t keeps;		/* bytes of self from entry to exit */
	bool full;		/* it reads only without abbreviation */
	struct ast_type *shows;	/* what it shows of bytes it has itself */
	uint32_t made;		/* that, compiled */
	uint32_t index;
};

struct row {
	uint32_t nr;
	char *name, *entry, *compat;
	struct ast_call *call;	/* found by entry */
};

struct constant {
	char *name;
	uint64_t v[ABI_COUNT];
	uint32_t present;
	uint32_t index;			/* in abi_nums, 0: not used yet */
};

#endif
