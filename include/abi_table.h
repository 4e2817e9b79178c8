/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abi_table: the form of the tables that abigen makes from src/abi.
 *
 * All of it is const data without pointers: names are offsets into abi_text,
 * everything else is an index.  Index 0 of abi_types, abi_exprs and abi_structs
 * is a filler that means "none".  Columns that differ between ABIs are arrays
 * indexed by enum abi_id.  The decoder (src/decode) walks these tables.  Beside
 * it only calls.c, the pipeline's filters and dumps and the plans of the eBPF
 * source look into them; everybody else asks calls.h.
 */
#ifndef STRACE_ABI_TABLE_H
#define STRACE_ABI_TABLE_H

#include <stdint.h>

#include "calls.h"
#include "capture.h"
#include "event.h"

/* Memory of one call that is kept from entry to exit. */
#define ABI_SAVED_MAX 2112

/* How a number lies in memory or in registers. */
enum abi_store {
	STORE_NONE,	/* not a number: an aggregate in place */
	STORE_U8, STORE_S8, STORE_U16, STORE_S16,
	STORE_U32, STORE_S32, STORE_U64, STORE_S64,
	STORE_BE16, STORE_BE32, STORE_BE64,
	STORE_PAIR_LH,	/* two registers, low half first */
	STORE_PAIR_HL,	/* two registers, high half first */
};

enum abi_kind {
	T_NONE,
	T_NUM,		/* fmt says which VAL_ kind */
	T_ADDR,
	T_SYM,		/* ref: symset */
	T_FLAGS,	/* ref: symset */
	T_FD, T_DIRFD,
	T_PID,		/* tid, tgid, pgid, sid: ref */
	T_ID,
	T_SIGNAL, T_ERRNO, T_MODE, T_PERM, T_DEV, T_CLOCKID, T_IFINDEX,
	T_RLIM,
	T_TICKS,
	T_HEXARG,	/* a register as it is, in hex */
	T_STR,		/* pointer to a C string; path if TF_PATH */
	T_STRV,		/* pointer to pointers to strings; ref: noun */
	T_PTR,		/* points to elem; dir */
	/* the rest is in place: a T_PTR points to it, or a struct has it */
	T_ARRAY,	/* count of elem */
	T_BYTES,	/* count bytes, quoted */
	T_CHARS,	/* up to count bytes, ends at a NUL */
	T_SOCKBUF,	/* count bytes sent or received; args: fd; elem: the
			 * records that netlink sockets carry, or 0 */
	T_SIGSET, T_CPUSET,	/* count bytes */
	T_INET4, T_INET6, T_HTONS, T_HTONL, T_HWADDR, T_UUID,
	T_STRUCT,	/* ref: struct */
	T_UNION,	/* ref: union */
	T_RECORDS,	/* ref: records, args: its parameters; count bytes */
	T_ATTRS,	/* ref: attrs, args: its parameters; count bytes */
	T_SWITCH,	/* ref: switch; by value of expressions */
	T_HOOK,		/* ref: hook, args: what it gets */
	T_KIND_COUNT
};

enum abi_dir { DIR_NONE, DIR_IN, DIR_OUT, DIR_INOUT };

enum {			/* abi_type.flags */
	TF_PATH = 1 << 0,
	TF_HEXSTR = 1 << 1,
	TF_SIGNED = 1 << 2,	/* unnamed: signed decimal */
	TF_BRIEF = 1 << 3,	/* abbreviated: address and a count; text */
	TF_PAGES = 1 << 4,	/* number times 4096 */
	TF_RECEIVED = 1 << 5,	/* T_SOCKBUF filled by the kernel */
	TF_OWN = 1 << 6,	/* T_PTR: sized by its struct's first member,
				 * or just shown by it if there is no more */
	TF_WHOLE = 1 << 7,	/* T_STR: not cut at -s, but no path */
	TF_FDS = 1 << 8,	/* T_PTR: to an array or a set of descriptors
				 * that go in; T_HOOK: such a set */
	TF_UNSOUGHT = 1 << 9,	/* T_STR, T_FD: -P does not look at it */
	TF_ENDED = 1 << 10,	/* T_BYTES: a NUL at the end is not shown */
	TF_VERBOSE = 1 << 11,	/* T_BYTES: an address without verbose= */
	TF_KNOWN = 1 << 12,	/* T_PTR, sized: show "..." for unknown bytes */
	TF_FILLED = 1 << 13,	/* T_PTR, sized: bytes that are not there are
				 * zeros */
	TF_BY = 1 << 14,	/* T_PTR: sized is a member of the struct, and
				 * 0 stands for min */
};

struct abi_type {
	uint8_t kind;
	uint8_t fmt;		/* enum value_kind of a T_NUM */
	uint8_t dir;
	uint8_t nargs;
	uint16_t flags;
	uint8_t store[ABI_COUNT]; /* of an element in place */
	uint8_t pad[3];
	uint32_t ref;
	uint32_t elem;		/* T_PTR, T_ARRAY */
	uint32_t count;		/* expression */
	uint32_t args;		/* first of nargs in abi_args (expressions) */
	uint32_t sized;		/* expression: bytes the caller says it has */
	uint32_t min;		/* fewest that make sense */
	uint32_t limit;		/* expression: bytes all elements share; for a
				 * T_HOOK with TF_FDS, bits of the set */
	uint32_t max;		/* expression: more than that is refused */
	uint32_t cut;		/* expression: no more is looked at */
	uint32_t text;		/* brief: the noun */
};

enum {			/* abi_field.flags */
	FF_FULL = 1 << 0,	/* only without abbreviation */
	FF_HIDDEN = 1 << 1,	/* not shown, but expressions use it */
	FF_ELSE = 1 << 2,	/* shown if the one before was not */
	FF_CHANGE = 1 << 3,	/* [old => new] when they differ */
	FF_NONZERO = 1 << 4,
	FF_FLAT = 1 << 5,	/* members of an inner struct shown as ours */
	FF_NAMED = 1 << 6,	/* an argument shown with its name */
	FF_OUT = 1 << 7,	/* the kernel fills it in: shown at exit */
	FF_BECOMES = 1 << 8,	/* what the argument before it became */
	FF_THEN = 1 << 9,	/* of a message's struct: shown after it */
	FF_TERSE = 1 << 10,	/* abbreviated: shown only if not zero */
	FF_BARE = 1 << 11,	/* shown without its name */
};

struct abi_field {		/* of a struct; or an argument */
	uint32_t name;
	uint32_t type;
	uint32_t cond;		/* if: shown at all */
	uint32_t when;		/* followed only then, else its address */
	uint32_t note;		/* type T_HOOK: a remark after it */
	uint32_t flags;
};

struct abi_place {		/* where a field or an argument lies */
	uint16_t off;		/* bytes; of an argument: the register */
	uint8_t store;
	uint8_t present;
	uint8_t shift, bits;	/* a bit field in it; bits 0: all of it */
};

struct abi_struct {
	uint32_t name;
	uint32_t first;		/* in abi_fields */
	uint32_t nfields;
	uint32_t places[ABI_COUNT];	/* nfields each, in abi_places */
	uint32_t size[ABI_COUNT];
	uint32_t has_change;	/* some field compares with its old value */
};

struct abi_case {		/* of a union, switch or command */
	uint32_t val[2];	/* in abi_nums; the second of two keys */
	uint32_t min;		/* union: fewest bytes for this case;
				 * multiplexer: its entry in abi_captures */
	uint32_t ref;		/* struct, type or sig */
	uint32_t name;		/* command: the name shown, 0 the call's */
	uint32_t sym;		/* ioctl: the command's name ... */
	uint16_t on;		/* ... and the abi_fd_kinds it is for, 0 any */
	uint16_t strict;	/* of no use if the descriptor is unknown */
	uint32_t keep;		/* attrs: the slot its value is kept in, + 1 */
};

enum abi_fd_names {
	FD_BY_PATH,		/* how its path begins */
	FD_BY_DRIVER,		/* its device's driver */
	FD_BY_PROTOCOL,		/* of a socket */
	FD_BY_INTERFACE,	/* how a command's argument begins */
};

/* A kind of descriptor, and the names that it is known by. */
struct abi_fd_kind {
	uint32_t name;
	uint32_t first, count;	/* in abi_fd_paths: text */
	uint32_t by;		/* enum abi_fd_names */
	uint32_t port;		/* if not 0, an end of the socket has it, too */
};

/* What is read from (or written to) a kind of descriptor. */
struct abi_stream {
	uint32_t word;		/* of -e decode= */
	uint32_t kind;		/* in abi_fd_kinds */
	uint32_t received;
	uint32_t type;		/* of all the data; it may ask for rest */
};

/*
 * The cases of a union, switch or command, sorted for each ABI: at order[abi],
 * abi_orders has how many cases the ABI has, and then their indices in
 * abi_cases, by the low 32 bits of the first key.  Cases with the same key come
 * in the order in which they were written.
 */
struct abi_union {
	uint32_t name;
	uint32_t tag;		/* struct with the tag as its only field */
	uint32_t cases, ncases;
	uint32_t def;		/* struct, 0: tag alone */
	uint32_t order[ABI_COUNT];
};

struct abi_switch {
	uint32_t key[2];	/* expressions; the second may be 0 */
	uint32_t cases, ncases;	/* ref: type */
	uint32_t def;		/* type */
	uint32_t order[ABI_COUNT];
};

struct abi_records {
	uint32_t name;
	uint32_t head;		/* struct */
	uint32_t length;	/* expression of the head's fields */
	uint32_t body_name;	/* "cmsg_data"; 0: body's fields are ours */
	uint32_t body;		/* type */
	uint32_t instead;	/* type of what is no records; 0: they are */
	uint8_t align[ABI_COUNT];
	uint8_t apart;		/* a list of heads and bodies */
	uint8_t after_head;	/* length counts what is after head */
};

/* Room for parameters and remembered attributes. */
#define ABI_SLOTS_MAX 8

/* Attributes of netlink; cases are by the type, without its flags. */
struct abi_attrs {
	uint32_t name;
	uint32_t set;		/* symset: names of types; 0: mere numbers */
	uint32_t flagged;	/* symset: the same with NLA_F_* in front */
	uint32_t cases, ncases;	/* ref: type; min: bytes it needs */
	uint32_t def;		/* type */
	uint8_t keeps;		/* there is one whose value is remembered */
	uint32_t order[ABI_COUNT];
};

/* A text as a number, with which cases that are texts are compared. */
static inline uint64_t abi_text_key(const char *s, uint64_t n)
{
	uint64_t h = 14695981039346656037u;

	for (uint64_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)s[i]) * 1099511628211u;
	return h;
}

struct abi_num {
	uint64_t v[ABI_COUNT];
	uint32_t present;	/* bit per ABI */
};

struct abi_sym {
	uint64_t value;
	uint32_t name;
	uint32_t abis;		/* bit per ABI that has it */
};

struct abi_pick {
	uint64_t mask;
	uint32_t first, count;
	uint32_t unknown;
	uint32_t shift_name;	/* a number shifted by shift, not names */
	uint16_t shift;
	uint16_t before;	/* how many of the flags are shown before it */
	uint8_t hex;		/* the number that is shifted is in hex */
};

struct symset {
	uint32_t first, count;	/* enum: sorted; flags: print order */
	uint32_t picks, npicks;
	uint32_t unknown;	/* text, 0 none */
	uint32_t rest;		/* text for bits left by picks alone, 0 none */
	uint32_t name;
	uint8_t sorted;		/* it is no set of flags */
	uint8_t apart;		/* picks are numbers of their own */
};

/*
 * Memory to keep from entry to exit: what an argument points to, or "behind":
 * what the pointer of 64 bits points to that is there at an offset.  At most
 * one of those follows what it is behind of.
 */
struct abi_save {
	uint8_t arg;
	uint8_t behind;
	uint16_t off;		/* in task->saved */
	uint16_t len[ABI_COUNT];
	uint16_t at[ABI_COUNT];	/* the pointer's */
};

struct abi_sig {
	uint32_t first;		/* arguments in abi_fields */
	uint8_t nargs;
	uint8_t split;		/* first argument that needs the exit */
	uint8_t ret;		/* enum ret_kind */
	uint8_t nsaves;
	uint32_t places[ABI_COUNT];
	uint32_t saves;
	uint32_t aux;		/* type shown after the return value */
	uint32_t aux_cond;
	uint32_t aux_label;
};

struct abi_call {
	uint32_t name;
	uint32_t sig;		/* without cases; else the default */
	uint32_t key[2];	/* expressions over arguments, 0: no cases */
	uint32_t cases, ncases;
	uint32_t classes;
	uint32_t multiplex;	/* 1: cases' refs are calls, args in memory */
	uint32_t effects;	/* in abi_effects; 0: none */
	uint32_t order[ABI_COUNT];
};

/*
 * See effect.h.  The effects of a call stand side by side, and one of kind 0
 * ends them.  A condition is about the number in a register, or with "behind"
 * about the number in memory at that address plus off.
 */
struct abi_effect {
	uint8_t kind;		/* enum effect_kind */
	uint8_t reg, last;	/* the registers that it is about */
	uint8_t test;		/* EX_AND, EX_EQ; 0: it always holds */
	uint8_t of;		/* the register that the condition is about */
	uint8_t behind;
	uint8_t bytes[ABI_COUNT];
	uint16_t off[ABI_COUNT];
	uint32_t num;		/* in abi_nums: the operand of the test */
};

/*
 * How the kernel finds a command's case without the decoder: each key is
 * (register arg >> shift) & mask, and it has to be the low 32 bits of the
 * case's val.  Cases are tried in their order.
 */
struct abi_key {
	uint8_t arg;		/* 0xff: there is no such key */
	uint8_t shift;
	uint16_t pad;
	uint32_t mask;
};

struct abi_plan {		/* capture.h */
	uint32_t first, n;	/* in abi_steps */
};

/*
 * Plans for the memory that the decoder asks for, as indices in abi_plans; 0 is
 * none.  At exit the second one counts if the call went well, and the third one
 * if its result is an error, -4095 to -1.
 */
struct abi_capture {
	uint16_t enter[ABI_COUNT], exit[ABI_COUNT], failed[ABI_COUNT];
};

struct abi_row {		/* by system call number */
	uint32_t name;		/* 0: no such call */
	uint32_t call;
};

struct abi_rows {		/* of an ABI, by number from its first on */
	const struct abi_row *rows;
	uint32_t n;
};

extern const char abi_text[];
extern const struct abi_type abi_types[];
extern const uint32_t abi_args[];
extern const struct abi_field abi_fields[];
extern const struct abi_place abi_places[];
extern const struct abi_struct abi_structs[];
extern const struct abi_union abi_unions[];
extern const struct abi_switch abi_switches[];
extern const struct abi_records abi_records[];
extern const struct abi_attrs abi_attrs[];
extern const uint32_t abi_nattrs;
extern const struct abi_case abi_cases[];
extern const uint32_t abi_orders[];
extern const struct abi_fd_kind abi_fd_kinds[];	/* from 1 on */
extern const uint32_t abi_fd_paths[];
extern const uint32_t abi_nfd_kinds;
extern const struct abi_stream abi_streams[];
extern const uint32_t abi_nstreams;
extern const struct abi_num abi_nums[];
extern const struct abi_sym abi_syms[];
extern const struct abi_pick abi_picks[];
extern const struct symset abi_symsets[];
extern const struct abi_save abi_saves[];
extern const struct abi_sig abi_sigs[];
extern const struct abi_call abi_calls[];
extern const uint32_t abi_ncalls;
extern const struct abi_effect abi_effects[];
extern const struct abi_rows abi_rows[ABI_COUNT];
extern const struct cap_step abi_steps[];
extern const struct abi_plan abi_plans[];
extern const uint32_t abi_nplans;
/* Those of signatures come first, then those of multiplexers' cases. */
extern const struct abi_capture abi_captures[];
extern const struct abi_key abi_keys[][2];	/* by abi_calls */

/*
 * An expression is a run of words in abi_code, from abi_exprs[i] to an EX_END:
 * operation in the low 8 bits, operand above.  They work on a stack.
 */
enum abi_op {
	EX_END,
	EX_NUM,		/* abi_nums[n] */
	EX_ARG,		/* argument n as a number */
	EX_BEHIND,	/* the number argument n points to, now */
	EX_OLD,		/* the same at entry */
	EX_FIELD,	/* field (n & 0xfff) of the struct n >> 12 levels up */
	EX_OLDFIELD,	/* the same, as it was at entry */
	EX_BEHINDFIELD,	/* the number such a field points to, now */
	EX_RET, EX_ERR, EX_OK, EX_INTERRUPTED,
	EX_SLOT,	/* parameter or remembered attribute n of a list */
	EX_REST,	/* bytes left for this value */
	EX_LEADING,	/* the byte that a message's body begins with */
	EX_SIZE,	/* bytes the struct was said to have */
	EX_ADD, EX_SUB, EX_MUL, EX_DIV, EX_MOD, EX_AND, EX_OR, EX_XOR,
	EX_SHL, EX_SHR, EX_EQ, EX_NE, EX_LT, EX_LE, EX_GT, EX_GE,
	EX_LAND, EX_LOR, EX_NOT, EX_INV, EX_NEG, EX_MIN, EX_MAX,
	EX_GENL,	/* the name, as a key, of a generic netlink family */
	EX_KIND,	/* of a descriptor: in abi_fd_kinds */
	EX_COUNT
};

extern const uint32_t abi_code[];
extern const uint32_t abi_exprs[];

struct dec;
typedef void abi_hook(struct dec *d, uint64_t self, const uint64_t *arg);
struct abi_hook_entry {
	const char *name;
	abi_hook *fn;
	uint32_t shows;		/* the type it is said to show, or 0 */
};
extern const struct abi_hook_entry abi_hooks[];

/* The sets in the order of their names, to find one by its name. */
extern const uint32_t abi_set_order[];
extern const uint32_t abi_nsets;

#endif
