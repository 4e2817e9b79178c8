/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * decode: a walk over the generated tables that turns a call into a tree of
 * typed values (node.h).
 *
 * The pipeline owns one struct dec and sets ev and task before each use.  The
 * decoder returns no errors: what can't be read has a printed form.  Hooks, the
 * few things tables can't say, get the same struct dec and the dec_* helpers
 * below; they too reach memory and facts only through d->ev->mem and d->env.
 *
 * The room src/decode: the walk (call.c, struct.c, sized.c, pointer.c,
 * value.c), the machine for expressions (expr.c), the sets of names (symset.c),
 * and in hooks/ what tables can't say, a file for each area.  Nothing in it
 * knows how a value will look.
 */
#ifndef STRACE_DECODE_H
#define STRACE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi_table.h"
#include "buf.h"
#include "emit.h"
#include "env.h"
#include "event.h"
#include "mem.h"

struct options;
struct symset;
struct open_call;

#define DEC_STRUCT_MAX 4096	/* bytes of a struct that are looked at */
#define DEC_ARRAY_MAX 65536	/* elements, without abbreviation */
#define DEC_PATH_MAX 4096
#define DEC_MESSAGES_MAX (1 << 20)	/* bytes of messages of netlink */
#define DEC_DEPTH_MAX 16

struct dec_scope {		/* a struct whose fields expressions name */
	struct dec_scope *up;
	const struct abi_struct *st;
	const uint8_t *data;
	const uint8_t *old;	/* the same at entry, or NULL */
	size_t len;		/* bytes of data */
	size_t all;		/* ... and of what its last member may be */
	uint64_t size;		/* what the word "size" means: see dec_loc */
	struct dec_filled *filled;	/* the TF_FILLED struct it is part of */
};

/* A struct whose missing bytes are zeros, and how much of it was shown. */
struct dec_filled {
	uint64_t addr, len;
	uint64_t end;		/* of the last member that was shown */
};

struct dec_span;

/*
 * What holds within the array, union, record or message that the walk is in.
 * The walk enters one and leaves it as a whole (dec_go_in, dec_go_out), so what
 * held before holds again.
 */
struct dec_frame {
	struct dec_frame *up;
	uint64_t rest;		/* what the word "rest" means */
	uint8_t leading;	/* what "leading" does */
	uint64_t *budget;	/* bytes that elements share; NULL: no limit */
	uint64_t *slot;		/* a list's parameters and kept values */
	uint32_t shows;		/* the type that the hook is said to show */
	struct dec_span *around;	/* the message that a struct is in */
	unsigned attrs_depth;	/* lists of netlink inside one another */
	bool later;		/* of an array an element after its first */
	uint64_t next, left;	/* the one after that, and how many come */
	bool cut;		/* the object goes on after what is shown */
	bool missed;		/* some of it was not captured */
};

enum dec_ask {
	ASK_NOTHING,
	ASK_FILES,	/* descriptors, and paths of files: VAL_FD, VAL_STR */
	ASK_DATA,	/* what goes through a descriptor: VAL_DATA */
};

struct dec {
	const struct options *o;
	struct env *env;
	struct emit em;
	const struct event *ev;
	struct open_call *open;	/* the call that is decoded */
	struct dec_scope *scope;
	unsigned abi;
	bool abbrev;		/* structures of this call are shortened */
	bool follow;		/* pointers of this call are followed */
	bool exiting;		/* the exit's data is there */
	uint8_t ask;		/* enum dec_ask */
	bool names;		/* symbols by name, whatever -X says */
	unsigned arg;		/* the argument being shown */
	int dirfd;		/* the next relative path starts from here */
	unsigned depth;
	struct dec_frame *in;
	struct dec_frame call;	/* the outermost one */
	const char *ret_comment; /* a hook's remark on the return value */
	bool ret_aux_done;
	uint64_t streams;	/* those of abi_streams that are decoded */
	struct buf scratch;	/* strings */
	struct buf records;	/* a chain of records */
	char text[256];		/* answers of env */
};

/* Where a value is: a number, or bytes in memory, or bytes read already. */
struct dec_loc {
	bool is_num;
	uint64_t num;
	uint64_t addr;
	const uint8_t *data;	/* NULL: still to be read at addr */
	size_t avail;		/* bytes of data */
	const uint8_t *old;	/* those at entry, or NULL */
	size_t old_len;
	bool known_only;	/* a struct that goes on: "..." at its end */
	uint64_t size;		/* bytes a struct is said to have, or 0 */
	bool forced;		/* an argument that a failed call shows, too */
	bool updating;		/* an in/out struct at exit: "=> {...}" alone */
};

void dec_init(struct dec *d, const struct options *o, struct env *env);
void dec_free(struct dec *d);

/* Choose the signature, and unpack a multiplexer's arguments. */
void dec_select(struct dec *d);
/* Put the arguments that are known at entry into call.args, and keep the
 * memory that the exit needs. */
void dec_enter(struct dec *d);
/* Put the other arguments into call.later. */
void dec_exit(struct dec *d);
/* Set the return value's kind, and the path of a new fd. */
void dec_result(struct dec *d);
/* After that: put what follows the return value into call.aux. */
void dec_aux(struct dec *d);
/*
 * The answers to a question about the call, as it is now, within the scopes
 * that they are in; NULL if there are none.  Nothing is shortened, and -e raw=
 * and verbose= don't count.
 */
const struct node *dec_ask(struct dec *d, enum dec_ask ask);
/* A signal's siginfo, as a list of one node. */
void dec_siginfo(struct dec *d, struct arena *a, struct node **info);

/* ---- for the walk and for hooks ---- */

const char *abi_str(uint32_t text);
uint64_t dec_arg(struct dec *d, unsigned i);	/* as a number */
int64_t dec_eval(struct dec *d, uint32_t expr);
uint64_t dec_number(const struct dec *d, const uint8_t *p, unsigned store);
/* Is the struct that the walk is in longer than what is looked at of it? */
bool dec_is_huge(const struct dec *d);
/* A member's number, which may be a bit field; data: its struct's bytes. */
uint64_t dec_member(const struct dec *d, const uint8_t *data,
		    const struct abi_place *p);
/*
 * Read what C sees as a struct: bytes that are in the order of the ABI are put
 * in that of this machine.  sizes has a digit for each member, how many bytes
 * it has; the last digit holds for all that follow ("4": an array of 32-bit
 * numbers).
 */
bool dec_numbers(struct dec *d, uint64_t addr, void *p, size_t n,
		 const char *sizes);
void dec_order(const struct dec *d, void *p, size_t n, const char *sizes);
/* A mask in longs of the ABI is put in order: bit n gets into byte n / 8. */
void dec_mask(const struct dec *d, uint8_t *p, size_t n);
/* One unsigned number of n bytes. */
bool dec_uint(struct dec *d, uint64_t addr, unsigned n, uint64_t *v);
unsigned dec_store_size(unsigned store);
void dec_value(struct dec *d, uint32_t type, struct dec_loc *loc);
uint32_t dec_switch(struct dec *d, uint32_t type);

/* The cases whose first key has the same low 32 bits, as they were written. */
struct dec_cases {
	const uint32_t *v;	/* in abi_cases */
	uint32_t n;
};

/* What tells the kind of a descriptor; texts are "" if they are not known. */
struct dec_fd_look {
	int fd;
	char path[64];		/* its beginning is enough */
	bool has_detail;
	char detail[128];	/* of a device or a socket, as -yy shows it */
	char driver[64];
	uint64_t address;	/* of the peer, that the call names, or 0 */
	uint64_t argument;	/* of a command, or 0 */
};

void dec_fd_look(struct dec *d, int fd, struct dec_fd_look *l);
/* Is it of that kind, an index in abi_fd_kinds? */
bool dec_fd_is(struct dec *d, struct dec_fd_look *l, uint32_t kind);
/* The first kind that it is of, but for those of ports; 0 if there is none. */
uint32_t dec_fd_kind(struct dec *d, int fd);
/* The case of a command that is for what its descriptor and its argument are,
 * of those that share its number; NULL if none of them is. */
const struct abi_case *dec_case_on(struct dec *d, struct dec_cases found);
/* order is that of a union, a switch or a command. */
struct dec_cases dec_cases(struct dec *d, const uint32_t *order, uint64_t key);
/* What a pointer argument pointed to at entry; NULL if that was not kept, or
 * could not be read. */
const uint8_t *dec_saved(struct dec *d, unsigned arg, unsigned *len);
/* The same for what a pointer in the struct behind the argument led to. */
const uint8_t *dec_saved_behind(struct dec *d, unsigned *len);
/* loc->num is the address. */
void dec_pointer(struct dec *d, const struct abi_type *t,
		 const struct dec_loc *loc);
void dec_array(struct dec *d, const struct abi_type *t, struct dec_loc *loc);
void dec_struct(struct dec *d, const struct abi_struct *st,
		struct dec_loc *loc);
/*
 * Show a struct that says itself how long it is (loc->size), as far as it is
 * there and can be read.  False if it is a struct like others.
 */
bool dec_struct_own(struct dec *d, const struct abi_struct *st,
		    const struct dec_loc *loc, uint64_t min);
void dec_members(struct dec *d, const struct abi_struct *st,
		 struct dec_loc *loc);
/*
 * The members of the struct that is d->scope; those alone that are new.  True
 * if "..." stands for some.
 */
bool dec_members_walk(struct dec *d, const struct abi_struct *st,
		      uint64_t addr, bool only_new);
bool dec_members_new(struct dec *d, const struct abi_struct *st);
void dec_union(struct dec *d, const struct abi_type *t, struct dec_loc *loc);
void dec_records(struct dec *d, const struct abi_type *t,
		 struct dec_loc *loc);
/* The bytes that the record of a head of that size, at p, says it has. */
uint64_t dec_record_length(struct dec *d, const struct abi_records *r,
			   const uint8_t *p, size_t head);
/* Size of one element of an array: a number's, a struct's. */
size_t dec_elem_size(struct dec *d, const struct abi_type *t);
/* Bytes that a body of this type has at least; 0 if it says so itself. */
size_t dec_body_size(struct dec *d, const struct abi_type *t);
/*
 * Show as a member of that name what an attribute of that set would hold, if it
 * is a struct, where no attribute is around it; remembered: in the order of the
 * set.  Returns whether it was shown.
 */
struct dec_attr_of {
	const char *member, *set;
	uint16_t type;
	uint64_t remembered[2];
};
bool dec_attr_value(struct dec *d, const struct dec_attr_of *of,
		    const struct dec_loc *loc);
/* Attributes of netlink, in place. */
void dec_attrs(struct dec *d, const struct abi_type *t, struct dec_loc *loc);
/* Records of a kind that is "apart", at addr in the message around it. */
void dec_messages(struct dec *d, const struct abi_type *t, uint64_t addr);
/* n bytes at addr, as a value of that type, which may ask how many they are;
 * false if they are too few for it, or no whole number of them. */
bool dec_data(struct dec *d, uint32_t type, uint64_t addr, uint64_t n);
/* Which of abi_streams the options want decoded. */
uint64_t dec_streams(const struct options *o);
/* Data of a descriptor that has a stream, t is its T_SOCKBUF; false if not. */
bool dec_stream(struct dec *d, const struct abi_type *t, uint64_t addr,
		uint64_t n);
/*
 * What a vector's first buffer begins may end in the ones after it: d->records,
 * which has all bytes of the buffer at addr, gets those that its last message
 * lacks, and all of them are memory from addr on, until dec_gather_end().
 */
struct dec_gathered {
	struct mem mem;
	struct event ev;
	const struct event *was;
	struct dec *d;
	uint64_t addr;
};

void dec_gather(struct dec *d, struct dec_gathered *g, uint64_t addr);
void dec_gather_end(struct dec_gathered *g);
/* Data of a netlink socket, t is its T_SOCKBUF; false if it is no such. */
bool dec_netlink(struct dec *d, const struct abi_type *t, uint64_t addr,
		 uint64_t n);
void dec_records_brief(struct dec *d, const struct abi_type *t, uint64_t addr,
		       const char *noun);
void dec_count_comment(struct dec *d, uint64_t n, const char *noun,
		       const char *tail);
/* Take up to `want` bytes for this element from what all elements share. */
uint64_t dec_budget(struct dec *d, uint64_t want);
/* Evaluate an expression in which "rest" has this value. */
uint64_t dec_eval_rest(struct dec *d, uint32_t expr, uint64_t rest);
/* The count of t, or `none` if it has none, as far as the kernel looks; *cut
 * says that there is more. */
uint64_t dec_count(struct dec *d, const struct abi_type *t, uint64_t none,
		   bool *cut);
/*
 * Quote n bytes at addr, or show the address if they can't all be read.  With
 * VF_CUT there are more than those.
 */
void dec_bytes(struct dec *d, uint64_t addr, uint64_t n, unsigned vf);
/* The string at addr; no more than limit bytes of it are looked at. */
void dec_string(struct dec *d, uint64_t addr, uint64_t limit);
void dec_path(struct dec *d, uint64_t addr);
/* A string that is shown as far as a path would be, but is none. */
void dec_long_string(struct dec *d, uint64_t addr);
void dec_strings(struct dec *d, const struct abi_type *t, uint64_t addr);
void dec_fd(struct dec *d, enum value_kind kind, int fd);
/* Put the process's name into text, and its number as we see it into num2. */
void dec_pid_look(struct dec *d, struct value *v);
/* What is to be shown about a descriptor of that task; -1: nothing. */
ssize_t dec_fd_text(struct dec *d, const struct env_query *fd, char *text,
		    size_t size);
void dec_pid(struct dec *d, uint64_t num);
void dec_sym(struct dec *d, enum value_kind kind, const struct symset *s,
	     uint64_t v);
/* --secontext: the context of the value that was just shown. */
void dec_secontext_path(struct dec *d, uint64_t addr);
void dec_secontext_fd(struct dec *d, int fd);
void dec_secontext_pid(struct dec *d, uint64_t pid);
const struct symset *dec_set(const char *name);	/* by name; must exist */

static inline bool dec_read(struct dec *d, uint64_t addr, void *p, size_t n)
{
	if (mem_read(d->ev->mem, addr, p, n) == n)
		return true;
	d->in->missed |= mem_unknown(d->ev->mem, addr);
	return false;
}

/* f gets all that holds now; what differs within is set after that. */
static inline void dec_go_in(struct dec *d, struct dec_frame *f)
{
	*f = *d->in;
	f->up = d->in;
	f->missed = false;
	d->in = f;
}

static inline void dec_go_out(struct dec *d)
{
	struct dec_frame *f = d->in;

	d->in = f->up;
	d->in->missed |= f->missed;
}

/* The rest of this array can't be read, or was not captured. */
static inline void dec_unread_from(struct dec *d, uint64_t addr)
{
	if (mem_unknown(d->ev->mem, addr))
		emit_elided(&d->em);
	else
		emit_unreadable_from(&d->em, addr);
}

/*
 * If some of what this element of an array points to was not captured, there
 * was no room for it, and the elements that follow were not captured either.
 */
static inline bool dec_ends_here(struct dec *d)
{
	if (d->in->missed)
		emit_elided(&d->em);
	return d->in->missed;
}

/* A word of the tracee: 4 or 8 bytes. */
bool dec_word(struct dec *d, uint64_t addr, uint64_t *v);

static inline bool dec_test(struct dec *d, uint32_t expr) /* none is true */
{
	return !expr || dec_eval(d, expr);
}

/* The type that it is here: a type that depends on something is chosen now. */
static inline uint32_t dec_resolve(struct dec *d, uint32_t type)
{
	return abi_types[type].kind == T_SWITCH ? dec_switch(d, type) : type;
}

static inline void dec_name(struct dec *d, const char *name)
{
	emit_name(&d->em, name);
}

#endif
