/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture: plans that say which user memory the decoder of a call asks for.
 *
 * abigen derives them from the descriptions; the kernel programs of the eBPF
 * source (source/ebpf/kernel/capture_run.h) run them at entry and at exit,
 * where no decoder can be.  A plan is a series of steps over sixteen values: 0
 * to 5 are the arguments as they are in registers, CAP_RET the result, CAP_SP
 * the stack pointer at entry, the others begin as 0.  A plan captures a
 * superset of what is shown: a condition that can't be decided in the kernel
 * counts as true, and a length that is not known there as its limit.  Memory
 * that was not captured is shown as its address, like memory that can't be
 * read, or as "..." (mem_unknown() in mem.h).
 *
 * The plans in the tables are the same for every run of the tracer.
 * capture_plan() adapts one to the options; only the result may be run.
 *
 * Nothing in a plan can fail or go on for ever: an unreadable number is 0,
 * unreadable bytes are a short block, and CAP_RUN_MAX ends every run.
 */
#ifndef STRACE_CAPTURE_H
#define STRACE_CAPTURE_H

#ifndef CAPTURE_IN_KERNEL
#include <stdbool.h>
#include <stdint.h>
#endif

#define CAP_STEPS_MAX 96	/* of one plan */
#define CAP_RUN_MAX 1000	/* steps of one run, loops counted */
#define CAP_VALUES 16
#define CAP_RET 6		/* negative if the call failed */
#define CAP_SP 7
#define CAP_FREE 8		/* the first value that a plan may set */
#define CAP_DEPTH_MAX 2		/* loops inside one another */
#define CAP_PIECE_MAX 0x7fff	/* bytes of one block */
#define CAP_STR_MAX 0x1fff	/* bytes of a string */
#define CAP_WORDS_MAX 1024

/* The operand b is a value's index, maybe with one of these. */
#define CAP_W32 0x80		/* its low 32 bits only */
#define CAP_CONST 0x40		/* the number 1, not a value */
#define CAP_SHOWN 0x20		/* as much as is shown, if y is more */
#define CAP_VALUE 0x0f

enum cap_op {
	CAP_END,
	/* x * b bytes at the address a, at most y.
	 * y 0: as many pieces of x bytes as are shown, and one more. */
	CAP_BYTES,
	/* The string at a, at most y bytes with its NUL; 0: as -s says. */
	CAP_STR,
	/* Words of x bytes at a, up to one that is 0 or y of them.
	 * y 0: as many as are shown, and one more. */
	CAP_WORDS,
	/* Value dst = the number of width b (CAP_U8 ...) at a + x. */
	CAP_LOAD,
	/* The memory of b pairs of a pointer and a length, which are at a:
	 * at most y pairs, words of dst bytes, and at most x bytes of each.
	 * x, y 0: as many as are shown, and one more. */
	CAP_VEC,
	/* What the descriptor in the low half of a is: see file_id.h.  These
	 * four are left out unless the options ask for what descriptors are;
	 * with dst, all details are captured. */
	CAP_FD,
	/* The same for the descriptor in the number of width b at a + x. */
	CAP_FD_AT,
	/* The same for the descriptors in control messages (cmsg(3)), which
	 * are b bytes at a: in messages of level x >> 8 and of a type whose
	 * bit is in y, with x & 0xff bytes in a word. */
	CAP_CMSGS,
	/* The same for those in the set of b bits at a, at most y of them.
	 * y 0: as many as are shown, and one more. */
	CAP_FDS,
	/* The steps up to CAP_NEXT for each of b elements of x bytes at a,
	 * at most y of them: value dst is the address of the element.
	 * y 0: as many as are shown, as -s says. */
	CAP_EACH,
	CAP_NEXT,
	/* If a is 0, this was the loop's last element. */
	CAP_WHILE,
	/* Leave out the next dst steps if a & (x | y << 16) is 0; ...
	 * _ZERO: if it is not. */
	CAP_UNLESS, CAP_UNLESS_ZERO,
	/* Leave out the next dst steps unless the descriptor in the low half
	 * of a is of a kind in x (enum cap_kind): such data is taken whole.
	 * capture_plan() takes those out of x that aren't decoded. */
	CAP_IF_WHOLE,
	/* Leave out the next dst steps unless structures are shown in full;
	 * ... unless data is dumped; ... unless it is shown what descriptors
	 * are.  capture_plan() decides all three, so none is ever run. */
	CAP_IF_FULL, CAP_IF_DUMP, CAP_IF_FDS,
	/* Value dst = a op b, or with CAP_CONST in b: a op (x | y << 16). */
	CAP_ADD, CAP_SUB, CAP_MUL, CAP_DIV, CAP_AND, CAP_SHR, CAP_MIN,
	CAP_OP_COUNT
};

enum cap_kind {
	CAP_NETLINK = 1,	/* a netlink socket */
	CAP_STREAM = 2,		/* that, an anonymous inode, a device, UDP */
};

enum cap_width { CAP_U8, CAP_U16, CAP_U32, CAP_S32, CAP_U64, CAP_BE16 };

struct cap_step {
	uint8_t op, dst, a, b;
	uint16_t x, y;
};

/* A run makes these, one after another; each is followed by its bytes, padded
 * to 8. */
struct cap_block {
	uint64_t addr;
	uint32_t len;		/* bytes asked for */
	uint32_t got;		/* bytes that could be read */
};

#ifndef CAPTURE_IN_KERNEL

struct options;

/*
 * The plan of that number in abi_plans, adapted to these options: limits are
 * filled in, and steps that they have no use for are left out.  Returns how
 * many steps are left; 0 means that there is nothing to capture.  A CAP_END
 * follows if there is room.
 */
unsigned capture_plan(uint32_t plan, const struct options *o,
		      struct cap_step step[CAP_STEPS_MAX]);
/* Do the options ask for what descriptors are? */
bool capture_wants_files(const struct options *o);

#endif

#endif
