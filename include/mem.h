/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mem: the one way to a tracee's memory.
 *
 * mem_read() returns how many bytes it got, from 0 to len.  If these are not
 * all, the rest is unreadable or was not captured; mem_unknown() says which.
 * Nothing here fails otherwise.  mem_write() is for what the user wants changed
 * in a tracee, and for nothing else.  Implementations: mem_live
 * (process_vm_readv, a small cache that lives for one stop), mem_blocks
 * (captured blocks of a record or of the eBPF source), that of a recorder
 * (record.c: it asks another one and notes the answers), arrays in unit tests.
 *
 * The room src/mem: implementations of struct mem.  Files in it know where
 * bytes come from and never what they mean.
 */
#ifndef STRACE_MEM_H
#define STRACE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mem;

struct mem_ops {
	size_t (*read)(struct mem *m, uint64_t addr, void *buf, size_t len);
	bool (*unknown)(struct mem *m, uint64_t addr);	/* NULL: never */
	/* all or nothing; NULL: this memory can't be changed */
	bool (*write)(struct mem *m, uint64_t addr, const void *p, size_t len);
};

struct mem {
	const struct mem_ops *ops;
};

static inline size_t mem_read(struct mem *m, uint64_t addr, void *buf,
			      size_t len)
{
	return m && len ? m->ops->read(m, addr, buf, len) : 0;
}

/*
 * Was the first byte from addr on that can't be had not captured?  If false, it
 * is known to be unreadable.
 */
static inline bool mem_unknown(struct mem *m, uint64_t addr)
{
	return m && m->ops->unknown && m->ops->unknown(m, addr);
}

static inline bool mem_write(struct mem *m, uint64_t addr, const void *p,
			     size_t len)
{
	return m && m->ops->write && m->ops->write(m, addr, p, len);
}

enum mem_str {
	MEM_STR_END,	/* a NUL was found: *got counts the bytes before it */
	MEM_STR_CUT,	/* size bytes and no NUL among them */
	MEM_STR_FAULT,	/* unreadable after *got bytes */
};

/* Read up to size bytes of a NUL-terminated string. */
enum mem_str mem_read_str(struct mem *m, uint64_t addr, char *buf, size_t size,
			  size_t *got);

/* Live memory. */
struct mem *mem_live_new(void);
void mem_live_set(struct mem *m, pid_t tid);	/* a new stop: forget all */
void mem_live_free(struct mem *m);

/* What was asked of the kernel since it was made. */
struct mem_counts {
	uint64_t reads, bytes, writes;
};
void mem_live_counts(const struct mem *m, struct mem_counts *counts);

#endif
