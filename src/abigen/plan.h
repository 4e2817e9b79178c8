/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan: a capture plan being made (include/capture.h), and what is known of
 * the place in the tables where its maker stands.
 *
 * Steps are added at the end.  What a step finds out lies in one of the
 * plan's values, which are handed out like a stack: plan_mark() remembers how
 * many there are, plan_release() takes back those made since.  A step that
 * would do again what one before it did is not added.  A region is a loop or a
 * condition: one that turns out to hold nothing is taken back whole.
 */
#ifndef ABIGEN_PLAN_H
#define ABIGEN_PLAN_H

#include "abigen.h"

#define PLAN_ROOM 200
#define PLAN_NO_WIDTH 0xff

enum plan_phase { PLAN_ENTER, PLAN_EXIT, PLAN_FAILED };

/* A number as far as the kernel will know it; never less than it is. */
struct plan_num {
	enum { NUM_UNKNOWN, NUM_CONST, NUM_VALUE } kind;
	bool exact;		/* it can't be less either */
	bool low;		/* NUM_VALUE: its low 32 bits */
	uint8_t v;
	uint64_t c;
};

struct plan_scope {		/* a struct whose fields expressions name */
	struct plan_scope *up;
	uint32_t st;
	uint8_t v;		/* it lies at this value ... */
	uint32_t off;		/* ... and so many bytes on */
};

struct plan_hook {		/* whose parameters expressions name */
	struct plan_hook *up;
	const struct abi_type *type;
	struct plan_scope *scope;	/* where its arguments were written */
};

struct plan {
	struct abigen *g;
	struct pos pos;
	const struct abi_sig *sig;
	unsigned abi;
	enum plan_phase phase;
	bool forced;		/* followed although the call failed */
	bool dry;		/* look at expressions, add no steps */
	struct plan_scope *scope;
	struct plan_hook *hook;
	struct plan_num size;	/* what the word size means now */
	unsigned loops;
	bool all_cases;		/* of a command, one after another */
	bool no_fds;		/* what is here is hardly ever one */
	bool in_sockbufs;	/* data of a descriptor, taken anyway */
	bool whole;		/* ... of a kind that is decoded */
	uint8_t next;		/* values from this one on are free */
	bool exhausted;		/* there was none left when one was wanted */
	unsigned n;
	struct cap_step step[PLAN_ROOM];
	bool live[PLAN_ROOM];	/* done whenever the next step is */
};

struct plan_mark {
	unsigned n;
	uint8_t next;
	bool exhausted;
};

/* plan.c */
struct plan_mark plan_mark(const struct plan *p);
void plan_release(struct plan *p, struct plan_mark m);
/* As if nothing had been added since. */
void plan_undo(struct plan *p, struct plan_mark m);
/* ... and what was tried meanwhile is forgotten. */
void plan_again(struct plan *p, struct plan_mark m);
/* Opens with s. */
struct plan_mark plan_open(struct plan *p, struct cap_step s);
/* False if there was nothing in it. */
bool plan_close(struct plan *p, struct plan_mark m);
/* What was added since becomes a region that opens with s. */
void plan_wrap(struct plan *p, struct plan_mark m, struct cap_step s);
/* The index of the value, or -1: there is none left. */
int plan_calc(struct plan *p, enum cap_op op, struct plan_num a,
	      struct plan_num b);
int plan_load(struct plan *p, uint8_t at, uint32_t off, unsigned width);
int plan_address(struct plan *p, uint8_t v, uint32_t off);
/* n pieces of x bytes at the address in a, at most y bytes; 0: see there. */
void plan_bytes(struct plan *p, uint8_t a, struct plan_num n,
		struct cap_step limits);
void plan_bytes_const(struct plan *p, uint8_t a, uint64_t n);
void plan_plain(struct plan *p, struct cap_step s);
int plan_value_new(struct plan *p);
/* Take out what was found out for nothing. */
void plan_prune(struct plan *p);

static inline struct plan_num plan_const(uint64_t c)
{
	return (struct plan_num){ .kind = NUM_CONST, .exact = true, .c = c };
}

static inline struct plan_num plan_value(int v)
{
	return v < 0 ? (struct plan_num){ .kind = NUM_UNKNOWN } :
		(struct plan_num){ .kind = NUM_VALUE, .exact = true, .v = v };
}

/* capture_expr.c */
struct plan_num plan_eval(struct plan *p, uint32_t expr);
/*
 * What the kernel's own limits say (max, cut) of a step that takes pieces of
 * x bytes, or of one byte: at most y of those.  y is what it would be without.
 */
struct cap_step plan_limited(struct plan *p, const struct abi_type *t,
			     struct cap_step s);
/*
 * Opens a region that is left out if the kernel refuses so many; false: a plan
 * can't find that out.
 */
bool plan_open_taken(struct plan *p, const struct abi_type *t,
		     struct plan_num n, struct plan_mark *m);
/* False if it is known to be. */
bool plan_may(struct plan *p, uint32_t expr);
/* Numbers that evaluating it reads from memory. */
void plan_reads(struct plan *p, uint32_t expr);
/* The step that leaves out what is not there, if that is simple to tell. */
bool plan_condition(struct plan *p, uint32_t expr, struct cap_step *s);
unsigned plan_width(enum abi_store store);	/* PLAN_NO_WIDTH: none */

/* capture_type.c */
struct plan_at {		/* where a value is */
	bool is_num;		/* it is the value v itself */
	bool in_data;		/* in memory, captured with what is around */
	uint8_t v;
	uint32_t off;
	uint32_t left;		/* bytes captured from there on; ~0: all */
	uint8_t store;		/* in memory: how the number lies there */
};

static inline struct abi_type *type_at(struct plan *p, uint32_t type)
{
	return &p->g->t.types.v[type];
}

void capture_type(struct plan *p, uint32_t type, struct plan_at at);
/* n pieces of x bytes from there on, at most y bytes. */
void capture_bytes(struct plan *p, struct plan_at at, struct plan_num n,
		   struct cap_step limits);
/*
 * Opens a region for what a netlink socket carries, where t is data of one or
 * leads to it; false: it does not, or is in such a region.
 */
bool sockbuf_open(struct plan *p, uint32_t type, struct plan_mark *m);
/* What a struct's members point to. */
void capture_flat(struct plan *p, uint32_t type, struct plan_at at);
/* An argument, if it may be there and be followed. */
void capture_if(struct plan *p, const struct abi_field *f, struct plan_at at);

/* capture_array.c */
void capture_array(struct plan *p, const struct abi_type *t,
		   struct plan_at at);

/* capture_fd.c */
void capture_fd(struct plan *p, struct plan_at at);
/* Of a set of n bits at a place. */
void capture_fd_set(struct plan *p, struct plan_at at, struct plan_num n);
/* Of n bytes of records, which have to lie as control messages do. */
void capture_records_fds(struct plan *p, const struct abi_records *r,
			 struct plan_at at, struct plan_num n);
/* Is there nothing else in the loop that begins there? */
bool fds_alone(const struct plan *p, unsigned loop);

static inline bool kind_is_fd(unsigned kind)
{
	return kind == T_FD || kind == T_DIRFD;
}

/* capture_hook.c */
void capture_hook(struct plan *p, const struct abi_type *t,
		  struct plan_at at);
void hooks_compile(struct abigen *g);

#endif
