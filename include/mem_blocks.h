/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mem_blocks: user memory as a set of captured pieces.
 *
 * It answers mem_read() from what was added, up to the first byte that is not
 * known.  If fewer bytes of a piece were got than were asked for, there is a
 * fault after its last byte: nothing is readable beyond that, even if a later
 * piece begins there.  Pieces may overlap and come in any order.  If two know
 * the same byte, the first one holds, so an answer once given stays the same.
 *
 * Zero-initialise and call mem_blocks_init(); &b->mem is then the memory to
 * read.  Data is copied.  mem_blocks_reset() forgets the pieces and keeps the
 * room; mem_blocks_free() gives it back.
 */
#ifndef STRACE_MEM_BLOCKS_H
#define STRACE_MEM_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "mem.h"

struct mem_block {
	uint64_t addr;
	size_t len;		/* may be 0 when fault is set */
	size_t offset;		/* of its bytes in data */
	bool fault;		/* the byte after it is unreadable */
};

struct mem_blocks {
	struct mem mem;
	struct mem_block *block;	/* by address, disjoint */
	size_t count, cap;
	struct buf data;
};

/* The bytes that are known from some address on. */
struct mem_known {
	const char *data;	/* len bytes, NULL if none */
	size_t len;
	bool fault;		/* the byte after them is unreadable */
	uint64_t gap;		/* else: bytes until one is known again */
};

void mem_blocks_init(struct mem_blocks *b);
void mem_blocks_reset(struct mem_blocks *b);
void mem_blocks_free(struct mem_blocks *b);

/* len bytes were asked for at addr, and data are the got bytes that came. */
void mem_blocks_add(struct mem_blocks *b, uint64_t addr, const void *data,
		    size_t got, size_t len);

/* Of the known bytes, those in this place are others now. */
void mem_blocks_change(struct mem_blocks *b, uint64_t addr, const void *data,
		       size_t len);

/* The run of known bytes at addr that lies in one piece. */
struct mem_known mem_blocks_find(const struct mem_blocks *b, uint64_t addr);

#endif
