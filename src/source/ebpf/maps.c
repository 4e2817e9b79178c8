/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * maps.c tells env what code processes map, for the addresses on their stacks.
 *
 * A process is often gone before its records are read, or runs another program
 * by then, and nobody can be asked what was where.  The kernel tells perf of
 * each mapping of code when it is made, and of each program that begins, in a
 * buffer for each CPU.  That has the time of each, and is read up to the time
 * of the record that is served, so env knows what was mapped just then.  What
 * a process had mapped before it was traced is read from /proc at once.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "diag.h"
#include "ebpf.h"
#include "env_captured.h"
#include "options.h"
#include "xalloc.h"

#define MAP_PAGES 64		/* of one buffer, a power of two */
#define ADOPTED_MAX 4096	/* processes: each takes reading a file */
#define RECORD_MAX 8192		/* the longest has a path */

struct maps_ring {
	int fd;
	struct perf_event_mmap_page *page;
};

struct ebpf_maps {
	size_t page_size;
	size_t n;
	struct maps_ring *ring;	/* of each CPU */
	unsigned adopted;
	uint64_t record[RECORD_MAX / 8];
};

/* What the kernel writes for a mapping; its name follows. */
struct maps_record {
	struct perf_event_header head;
	uint32_t pid, tid;
	uint64_t addr, len, offset;
	uint32_t major, minor;
	uint64_t inode, generation;
	uint32_t prot, flags;
};

struct maps_comm {
	struct perf_event_header head;
	uint32_t pid, tid;
};

/* ---- records ---- */

static void map_serve(struct ebpf_source *s, const struct maps_record *r,
		      size_t size)
{
	const char *name = (const char *)(r + 1);
	struct captured_map map;

	/* Each ends with its time. */
	if (size < sizeof(*r) + sizeof(uint64_t))
		return;
	map = (struct captured_map){
		.start = r->addr, .end = r->addr + r->len,
		.offset = r->offset, .inode = r->inode,
		.major = r->major, .minor = r->minor, .name = name,
		.len = strnlen(name, size - sizeof(*r) - sizeof(uint64_t)),
	};
	/* What has no name is called something like this. */
	if (map.len > 1 && !memcmp(name, "//", 2))
		map.len = 0;
	if (!map.inode)
		map.offset = 0;
	env_captured_map(s->env, (pid_t)r->pid, &map);
}

void maps_record_serve(struct ebpf_source *s, const void *record, size_t size)
{
	const struct perf_event_header *h = record;
	const struct maps_comm *c = record;

	if (h->type == PERF_RECORD_LOST)
		env_captured_maps_lost(s->env);
	if (size < sizeof(*c) || !etask_group_count(s, (pid_t)c->pid))
		return;
	if (h->type == PERF_RECORD_MMAP2)
		map_serve(s, record, size);
	else if (h->type == PERF_RECORD_COMM &&
		 h->misc & PERF_RECORD_MISC_COMM_EXEC)
		env_captured_exec(s->env, (pid_t)c->pid);
}

/* ---- buffers ---- */

static void ring_copy(const struct ebpf_maps *m, const struct maps_ring *r,
		      uint64_t at, void *to, size_t len)
{
	size_t size = MAP_PAGES * m->page_size, from = at & (size - 1);
	const char *data = (const char *)r->page + m->page_size;
	size_t first = len < size - from ? len : size - from;

	memcpy(to, data + from, first);
	memcpy((char *)to + first, data, len - first);
}

/* The size of the next record, 0: there is none.  Its time is in *time. */
static size_t maps_ring_peek(const struct ebpf_maps *m,
			     const struct maps_ring *r, uint64_t *time)
{
	uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = r->page->data_tail;
	struct perf_event_header h;

	if (head - tail < sizeof(h))
		return 0;
	ring_copy(m, r, tail, &h, sizeof(h));
	if (h.size < sizeof(h) + sizeof(*time) || h.size > head - tail)
		return 0;
	ring_copy(m, r, tail + h.size - sizeof(*time), time, sizeof(*time));
	return h.size;
}

void maps_serve(struct ebpf_source *s, int64_t upto)
{
	struct ebpf_maps *m = s->maps;
	struct maps_ring *oldest;
	uint64_t first, time;
	size_t size = 0, n;

	do {
		oldest = NULL;
		first = (uint64_t)upto;
		for (size_t i = 0; m && i < m->n; i++) {
			n = maps_ring_peek(m, &m->ring[i], &time);
			if (!n || time > first)
				continue;
			oldest = &m->ring[i];
			first = time;
			size = n;
		}
		if (!oldest)
			return;
		if (size <= RECORD_MAX) {
			ring_copy(m, oldest, oldest->page->data_tail,
				  m->record, size);
			maps_record_serve(s, m->record, size);
		}
		__atomic_store_n(&oldest->page->data_tail,
				 oldest->page->data_tail + size,
				 __ATOMIC_RELEASE);
	} while (true);
}

/* Later it may be gone, or run another program. */
void maps_adopt(struct ebpf_source *s, pid_t pid)
{
	if (s->maps->adopted < ADOPTED_MAX && etask_group_count(s, pid) == 1) {
		s->maps->adopted++;
		env_captured_maps_read(s->env, pid);
	}
}

/* ---- opening and closing ---- */

static bool maps_ring_open(struct ebpf_maps *m, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY, .exclude_kernel = 1,
		.mmap = 1, .mmap2 = 1, .comm = 1, .comm_exec = 1,
		.sample_id_all = 1, .sample_type = PERF_SAMPLE_TIME,
		.use_clockid = 1, .clockid = CLOCK_MONOTONIC,
	};
	struct maps_ring r;

	r.fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
			    PERF_FLAG_FD_CLOEXEC);
	if (r.fd < 0)
		return errno == ENODEV;		/* this CPU is off */
	r.page = mmap(NULL, (1 + MAP_PAGES) * m->page_size,
		      PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	if (r.page == MAP_FAILED) {
		close(r.fd);
		return false;
	}
	m->ring[m->n++] = r;
	return true;
}

void maps_close(struct ebpf_source *s)
{
	struct ebpf_maps *m = s->maps;

	for (size_t i = 0; m && i < m->n; i++) {
		munmap(m->ring[i].page, (1 + MAP_PAGES) * m->page_size);
		close(m->ring[i].fd);
	}
	if (m)
		free(m->ring);
	free(m);
	s->maps = NULL;
}

/* Without it, processes are asked what they map. */
void maps_open(struct ebpf_source *s)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	bool all = cpus > 0;

	s->maps = xalloc_new(1, sizeof(*s->maps));
	s->maps->page_size = (size_t)sysconf(_SC_PAGESIZE);
	s->maps->ring = xalloc_new(all ? (size_t)cpus : 1,
				   sizeof(*s->maps->ring));
	for (long cpu = 0; all && cpu < cpus; cpu++)
		all = maps_ring_open(s->maps, (int)cpu);
	if (all)
		return;
	if (s->o->debug)
		diag_note("perf does not tell what is mapped: %s",
			  strerror(errno));
	maps_close(s);
}
