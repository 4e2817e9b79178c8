/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages whose head lies in one buffer of a vector and whose body in those
 * after it, as ss sends them: the kernel sees no borders between buffers.
 */
#include <linux/netlink.h>
#include <string.h>

#include "decode.h"

#define PARTS_MAX 64

static size_t gathered_read(struct mem *m, uint64_t addr, void *buf,
			    size_t len)
{
	struct dec_gathered *g = (struct dec_gathered *)m;
	const struct buf *b = &g->d->records;
	uint64_t at = addr - g->addr;

	if (at >= b->len)
		return mem_read(g->was->mem, addr, buf, len);
	if (len > b->len - at)
		len = b->len - at;
	memcpy(buf, b->data + at, len);
	return len;
}

static bool gathered_unknown(struct mem *m, uint64_t addr)
{
	return mem_unknown(((struct dec_gathered *)m)->was->mem, addr);
}

/* Where the messages end that begin in what is there. */
static uint64_t messages_end(struct dec *d)
{
	const struct buf *b = &d->records;
	uint64_t off = 0, len;

	while (off < b->len && b->len - off >= NLMSG_HDRLEN) {
		len = dec_number(d, (const uint8_t *)b->data + off,
				 STORE_U32);
		if (len < NLMSG_HDRLEN || len > DEC_MESSAGES_MAX)
			return b->len;
		off += off + len > b->len ? len : NLMSG_ALIGN(len);
	}
	return off < b->len ? off + NLMSG_HDRLEN : off;
}

/* The struct iovec at addr, as far as the call got with its bytes. */
static bool part_add(struct dec *d, uint64_t addr, uint64_t most)
{
	unsigned word = abi_word_size(d->abi);
	struct buf *b = &d->records;
	uint64_t base, len;

	if (!dec_word(d, addr, &base) || !dec_word(d, addr + word, &len))
		return false;
	if (len > most)
		len = most;
	if (len > DEC_MESSAGES_MAX - b->len)
		len = DEC_MESSAGES_MAX - b->len;
	buf_grow(b, len + 1);
	if (mem_read(d->ev->mem, base, b->data + b->len, len) != len)
		return false;
	b->len += len;
	return true;
}

static bool is_in_vector(const struct dec *d)
{
	const struct dec_scope *s = d->scope;

	return s && s->st->nfields == 2 && d->in->left &&
	       s->st->size[d->abi] == 2 * abi_word_size(d->abi);
}

void dec_gather(struct dec *d, struct dec_gathered *g, uint64_t addr)
{
	static const struct mem_ops ops = { .read = gathered_read,
					    .unknown = gathered_unknown };
	uint64_t left = d->in->left < PARTS_MAX ? d->in->left : PARTS_MAX;
	uint64_t most = d->in->budget ? *d->in->budget : UINT64_MAX;
	size_t first = d->records.len, had = first;

	*g = (struct dec_gathered){ .mem.ops = &ops, .was = d->ev, .d = d,
				    .addr = addr };
	if (!is_in_vector(d))
		return;
	for (uint64_t i = 0; i < left && messages_end(d) > had; i++) {
		if (!part_add(d, d->in->next + i * d->scope->st->size[d->abi],
			      most))
			break;
		most -= d->records.len - had;
		had = d->records.len;
	}
	if (had == first)
		return;
	g->ev = *d->ev;
	g->ev.mem = &g->mem;
	d->ev = &g->ev;
}

void dec_gather_end(struct dec_gathered *g)
{
	if (g->d)
		g->d->ev = g->was;
}
