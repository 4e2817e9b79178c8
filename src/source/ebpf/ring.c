/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ring buffer that the kernel programs write to.
 *
 * The kernel defines its form: a page with the position up to which we have
 * read, a page with the position up to which the programs have written, and the
 * data, mapped twice so that no record breaks at the end.  Each record begins
 * with its length and two bits, which say that it is being written, or that it
 * was given up.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ebpf.h"

#define RECORD_BUSY (1u << 31)
#define RECORD_DISCARD (1u << 30)
#define RECORD_HEAD 8

bool ring_open(struct ring *r, int fd, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	r->fd = fd;
	r->size = size;
	r->map_size[0] = page;
	r->map[0] = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (r->map[0] == MAP_FAILED) {
		r->map[0] = NULL;
		return false;
	}
	r->map_size[1] = page + 2 * size;
	r->map[1] = mmap(NULL, r->map_size[1], PROT_READ, MAP_SHARED, fd,
			 (off_t)page);
	if (r->map[1] == MAP_FAILED) {
		r->map[1] = NULL;
		return false;
	}
	r->consumer = r->map[0];
	r->producer = r->map[1];
	r->data = (const char *)r->map[1] + page;
	r->at = *r->consumer;
	return true;
}

void ring_close(struct ring *r)
{
	for (int i = 0; i < 2; i++)
		if (r->map[i])
			munmap(r->map[i], r->map_size[i]);
	memset(r, 0, sizeof(*r));
}

unsigned long ring_written(const struct ring *r)
{
	return __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
}

/*
 * Reading the writers' position takes its cache line away from them, so it is
 * read only when everything up to the last known one was taken.
 */
static bool ring_has_more(struct ring *r)
{
	if (r->at >= r->end)
		r->end = ring_written(r);
	return r->at < r->end;
}

enum ring_state ring_peek(struct ring *r, struct ring_record *rec)
{
	while (ring_has_more(r)) {
		const char *p = r->data + (r->at & (r->size - 1));
		uint32_t head = __atomic_load_n((const uint32_t *)p,
						__ATOMIC_ACQUIRE);

		if (head & RECORD_BUSY)
			return RING_BUSY;
		rec->data = p + RECORD_HEAD;
		rec->size = head & ~RECORD_DISCARD;
		rec->pos = r->at;
		if (!(head & RECORD_DISCARD))
			return RING_READY;
		ring_take(r, rec);
	}
	return RING_EMPTY;
}

void ring_take(struct ring *r, const struct ring_record *rec)
{
	r->at = rec->pos + ((RECORD_HEAD + rec->size + 7) & ~7ul);
}

void ring_release(struct ring *r, unsigned long pos)
{
	__atomic_store_n(r->consumer, pos, __ATOMIC_RELEASE);
}
