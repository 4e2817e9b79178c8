/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mem_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

static uint64_t block_end(const struct mem_block *k)
{
	return k->addr + k->len;
}

/* How many blocks begin at or before addr. */
static size_t blocks_upto(const struct mem_blocks *b, uint64_t addr)
{
	size_t lo = 0;
	size_t hi = b->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->block[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct mem_known mem_blocks_find(const struct mem_blocks *b, uint64_t addr)
{
	size_t n = blocks_upto(b, addr);
	struct mem_known known = {.gap = UINT64_MAX - addr};
	const struct mem_block *k;

	if (n < b->count)
		known.gap = b->block[n].addr - addr;
	if (!n)
		return known;
	k = &b->block[n - 1];
	if (addr < block_end(k)) {
		known.data = b->data.data + k->offset + (addr - k->addr);
		known.len = block_end(k) - addr;
		known.fault = k->fault;
		known.gap = 0;
	} else if (addr == block_end(k)) {
		known.fault = k->fault;
	}
	return known;
}

void mem_blocks_change(struct mem_blocks *b, uint64_t addr, const void *data,
		       size_t len)
{
	size_t at = 0;

	while (at < len) {
		struct mem_known known = mem_blocks_find(b, addr + at);
		size_t n = known.len ? known.len : known.gap;

		if (n > len - at)
			n = len - at;
		if (known.len)
			memcpy(b->data.data + (known.data - b->data.data),
			       (const char *)data + at, n);
		else if (!n)
			break;
		at += n;
	}
}

static size_t blocks_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct mem_blocks *b = (struct mem_blocks *)m;
	size_t got = 0;

	while (got < len && addr + got >= addr) {
		struct mem_known known = mem_blocks_find(b, addr + got);
		size_t n = len - got < known.len ? len - got : known.len;

		if (!n)
			break;
		memcpy((char *)buf + got, known.data, n);
		got += n;
		if (n == known.len && known.fault)
			break;
	}
	return got;
}

static bool blocks_unknown(struct mem *m, uint64_t addr)
{
	struct mem_blocks *b = (struct mem_blocks *)m;
	struct mem_known known = mem_blocks_find(b, addr);

	while (known.len && !known.fault) {
		addr += known.len;
		known = mem_blocks_find(b, addr);
	}
	return !known.fault;
}

static const struct mem_ops blocks_ops = {
	.read = blocks_read,
	.unknown = blocks_unknown,
};

void mem_blocks_init(struct mem_blocks *b)
{
	b->mem.ops = &blocks_ops;
}

void mem_blocks_reset(struct mem_blocks *b)
{
	b->count = 0;
	buf_reset(&b->data);
}

void mem_blocks_free(struct mem_blocks *b)
{
	free(b->block);
	b->block = NULL;
	b->count = 0;
	b->cap = 0;
	buf_free(&b->data);
}

static void block_insert(struct mem_blocks *b, const struct mem_block *k)
{
	size_t at = blocks_upto(b, k->addr);

	if (b->count == b->cap)
		b->block = xalloc_grow(b->block, &b->cap, sizeof(*b->block));
	memmove(b->block + at + 1, b->block + at,
		(b->count - at) * sizeof(*b->block));
	b->block[at] = *k;
	b->count++;
}

void mem_blocks_add(struct mem_blocks *b, uint64_t addr, const void *data,
		    size_t got, size_t len)
{
	const char *p = data;
	bool fault = got < len;

	while (got || fault) {
		struct mem_known known = mem_blocks_find(b, addr);
		struct mem_block k = {.addr = addr, .offset = b->data.len};
		size_t n = known.len;

		/* The first answer about a byte holds, a fault as well. */
		if (known.fault ? n <= got : n > got)
			return;
		if (!n) {
			n = known.gap < got ? known.gap : got;
			if (got && !n)
				return;
			k.len = n;
			k.fault = fault && n == got;
			buf_add(&b->data, p, n);
			block_insert(b, &k);
			fault = fault && !k.fault;
		}
		if (n)
			p += n;
		addr += n;
		got -= n;
	}
}
