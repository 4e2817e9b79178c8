/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack_piece: what the kernel programs of the eBPF source send of a task's
 * stack (source/ebpf/kernel/stack.h), for it to be walked when the task has
 * gone on (env/live_stack.h).
 *
 * It comes as the bytes of a block (capture.h) at STACK_MARK: a struct
 * stack_piece, then the memory from the stack pointer up, as far as it goes.
 * If there is more than that, the return addresses beyond it come last, which
 * frame pointers lead to.
 *
 * One at VDSO_MARK, which comes once, is the code that the kernel maps in each
 * 32-bit process.  These make their calls through it, so without its tables no
 * stack of theirs can be walked when they are gone.
 */
#ifndef STRACE_STACK_PIECE_H
#define STRACE_STACK_PIECE_H

#ifndef CAPTURE_IN_KERNEL
#include <stddef.h>
#include <stdint.h>
#endif

/* There is no user memory at these addresses, so no other block has them. */
#define STACK_MARK 0xf120000000000000ull
#define VDSO_MARK 0xf121000000000000ull
#define STACK_PIECE_MAX 0x3fff	/* bytes of memory: all bits are set */
#define STACK_PAGE_SIZE 4096	/* what a hole is; pages may be larger */
#define STACK_REGS_MAX 288
#define STACK_FAR_MAX 128	/* addresses beyond the piece */

struct stack_piece {
	uint64_t sp;
	uint16_t regs;		/* bytes of registers */
	uint16_t holes;		/* bits: these pages could not be read */
	uint16_t wanted;	/* bytes of memory there should be */
	uint16_t far;		/* how many addresses, of 8 bytes */
	unsigned char reg[STACK_REGS_MAX];	/* as the kernel keeps them */
};

#ifndef CAPTURE_IN_KERNEL

/* How many addresses there really are at the end of so many bytes. */
static inline size_t stack_piece_far(const struct stack_piece *p, size_t size)
{
	size_t room = size < sizeof(*p) ? 0 : (size - sizeof(*p)) / 8;

	return !room ? 0 : p->far < room ? p->far : room;
}

#endif

#endif
