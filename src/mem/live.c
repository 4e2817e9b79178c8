/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory of a stopped tracee.
 *
 * Small reads go through a few cached chunks, so that a struct and the strings
 * beside it cost one system call; big ones go straight into the caller's
 * buffer.  A chunk is no whole page because copying a page costs a third of
 * the call.  Every transfer is cut at page borders: the kernel never splits one
 * piece, so a read that meets an unmapped page is exact to the byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mem.h"
#include "proc.h"
#include "xalloc.h"

#define PIECES 64		/* pages of one transfer */
#define NCHUNKS 8
#define AHEAD 512u		/* a chunk has that much, within its page */
#define BIG 1024u
#define ALIGN 64u		/* of a chunk's begin */

struct chunk {
	bool valid;
	uint64_t addr;
	size_t len;
	unsigned char data[BIG + ALIGN];
};

struct mem_live {
	struct mem base;
	pid_t tid;
	size_t page;		/* of the machine */
	unsigned used;		/* chunks that hold something */
	unsigned next;		/* the chunk to give up when all are used */
	bool no_readv;		/* the system refuses process_vm_readv */
	int fd;			/* else /proc/TID/mem, of this stop, or -1 */
	struct mem_counts counts;
	struct chunk chunk[NCHUNKS];
};

static int proc_mem_fd(struct mem_live *m)
{
	char path[64];

	if (m->fd >= 0 || !proc_is_ours())
		return m->fd;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)m->tid);
	m->fd = open(path, O_RDONLY | O_CLOEXEC);
	return m->fd;
}

/* Page by page; an address beyond the signed range can't be user memory. */
static size_t proc_mem_read(struct mem_live *m, uint64_t addr, void *buf,
			    size_t len)
{
	int fd = proc_mem_fd(m);
	size_t got = 0;

	while (fd >= 0 && got < len && addr + got <= INT64_MAX) {
		size_t want = m->page - ((addr + got) & (m->page - 1));

		if (want > len - got)
			want = len - got;

		ssize_t n = pread(fd, (char *)buf + got, want,
				  (off_t)(addr + got));

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

/* The number of bytes that could be read, of at most PIECES pages. */
static size_t readv_pages(struct mem_live *m, uint64_t addr, void *buf,
			  size_t len)
{
	struct iovec local = {buf, len};
	struct iovec remote[PIECES + 1];
	size_t n = 0;
	size_t at = 0;

	while (at < len) {
		size_t want = m->page - ((addr + at) & (m->page - 1));

		if (want > len - at)
			want = len - at;
		remote[n].iov_base = (void *)(uintptr_t)(addr + at);
		remote[n].iov_len = want;
		at += want;
		n++;
	}

	ssize_t got = process_vm_readv(m->tid, &local, 1, remote, n, 0);

	if (got >= 0)
		return (size_t)got;
	if (errno != ENOSYS && errno != EPERM)
		return 0;
	m->no_readv = errno == ENOSYS;
	return proc_mem_read(m, addr, buf, len);
}

static size_t pieces_read(struct mem_live *m, uint64_t addr, void *buf,
			  size_t len)
{
	size_t got = 0;

	if (m->no_readv)
		return proc_mem_read(m, addr, buf, len);
	while (got < len) {
		size_t want = len - got;

		if (want > PIECES * m->page)
			want = PIECES * m->page;

		size_t n = readv_pages(m, addr + got, (char *)buf + got, want);

		got += n;
		if (n < want)
			break;
	}
	return got;
}

static size_t direct_read(struct mem_live *m, uint64_t addr, void *buf,
			  size_t len)
{
	size_t got = pieces_read(m, addr, buf, len);

	m->counts.reads++;
	m->counts.bytes += got;
	return got;
}

static struct chunk *chunk_new(struct mem_live *m)
{
	struct chunk *c;

	if (m->used < NCHUNKS)
		return &m->chunk[m->used++];
	c = &m->chunk[m->next];
	m->next = (m->next + 1) % NCHUNKS;
	return c;
}

/* The chunk with the byte at addr, or NULL when that is unreadable. */
static const struct chunk *chunk_get(struct mem_live *m, uint64_t addr,
				     size_t want)
{
	struct chunk *c;
	size_t left;

	for (unsigned i = 0; i < m->used; i++) {
		c = &m->chunk[i];
		if (addr - c->addr < c->len)
			return c->valid ? c : NULL;
	}
	c = chunk_new(m);
	c->addr = addr & ~(uint64_t)(ALIGN - 1);
	c->len = (want > AHEAD ? want : AHEAD) + (size_t)(addr - c->addr);
	left = m->page - (c->addr & (m->page - 1));
	if (c->len > left)
		c->len = left;
	c->valid = direct_read(m, c->addr, c->data, c->len) == c->len;
	return c->valid ? c : NULL;
}

static size_t live_read(struct mem *base, uint64_t addr, void *buf, size_t len)
{
	struct mem_live *m = (struct mem_live *)base;
	size_t got = 0;

	if (len - 1 > UINT64_MAX - addr)	/* no wrapping round */
		len = (size_t)(UINT64_MAX - addr) + 1;
	if (len > BIG)
		return direct_read(m, addr, buf, len);
	while (got < len) {
		const struct chunk *c = chunk_get(m, addr + got, len - got);
		size_t off, want;

		if (!c)
			break;
		off = (size_t)(addr + got - c->addr);
		want = c->len - off;
		if (want > len - got)
			want = len - got;
		memcpy((char *)buf + got, c->data + off, want);
		got += want;
	}
	return got;
}

/* The way that is left for a page that its owner may not write to. */
static bool proc_mem_write(const struct mem_live *m, uint64_t addr,
			   const void *p, size_t len)
{
	char path[64];
	bool done;
	int fd;

	if (!proc_is_ours() || addr > INT64_MAX)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)m->tid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = pwrite(fd, p, len, (off_t)addr) == (ssize_t)len;
	close(fd);
	return done;
}

static bool live_write(struct mem *base, uint64_t addr, const void *p,
		       size_t len)
{
	struct mem_live *m = (struct mem_live *)base;
	struct iovec local = {(void *)(uintptr_t)p, len};
	struct iovec remote = {(void *)(uintptr_t)addr, len};
	bool done;

	done = process_vm_writev(m->tid, &local, 1, &remote, 1, 0) ==
	       (ssize_t)len || proc_mem_write(m, addr, p, len);
	m->counts.writes++;
	m->used = 0;		/* what was read is of before */
	m->next = 0;
	return done;
}

static const struct mem_ops live_ops = {
	.read = live_read,
	.write = live_write,
};

struct mem *mem_live_new(void)
{
	struct mem_live *m = xalloc_new(1, sizeof(*m));

	m->page = (size_t)sysconf(_SC_PAGESIZE);
	m->base.ops = &live_ops;
	m->fd = -1;
	return &m->base;
}

void mem_live_set(struct mem *base, pid_t tid)
{
	struct mem_live *m = (struct mem_live *)base;

	m->tid = tid;
	m->used = 0;
	m->next = 0;
	if (m->fd >= 0) {	/* it would show memory of before an exec */
		close(m->fd);
		m->fd = -1;
	}
}

void mem_live_counts(const struct mem *m, struct mem_counts *counts)
{
	*counts = ((const struct mem_live *)m)->counts;
}

void mem_live_free(struct mem *base)
{
	struct mem_live *m = (struct mem_live *)base;

	if (!m)
		return;
	if (m->fd >= 0)
		close(m->fd);
	free(m);
}
