/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a call hands to an io_uring: with -v each operation is an event of its
 * own, as it is with programs in the kernel.
 *
 * Which operations wait in a ring, the kernel tells of its descriptor
 * (/proc/TID/fdinfo, from 5.19 on); where they are, the task's mappings say.
 * Nobody tells whether one has 64 bytes or 128, so what the kernel told of it
 * has to be found where it is looked for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "abi_table.h"
#include "calls.h"
#include "effect.h"
#include "mem.h"
#include "options.h"
#include "ptrace.h"
#include "xalloc.h"

#define SQE_SIZE 64
#define SQE_USER_DATA 32
#define SQES_OFFSET 0x10000000	/* IORING_OFF_SQES: what mmap() knows them by */
#define SUBMITS_MAX 32768	/* as many as a ring can have */
#define REGISTERED_RING 16	/* IORING_ENTER_REGISTERED_RING */

struct submit {
	uint32_t index;		/* of the operation, in the array of them */
	uint64_t user_data;
};

struct uring_submits {
	struct mem mem;		/* the operation, then the task's own memory */
	struct mem *live;
	uint64_t sqe_at;
	uint8_t sqe[SQE_SIZE];
	struct event enter;	/* the call that hands them over */
	struct submit *submit;
	size_t n, cap, next;
	uint64_t array;		/* where they are; 0: not known */
};

static size_t submit_read(struct mem *m, uint64_t addr, void *buf, size_t len)
{
	struct uring_submits *u = (struct uring_submits *)m;
	uint64_t at = addr - u->sqe_at;

	if (at >= SQE_SIZE)
		return mem_read(u->live, addr, buf, len);
	if (len > SQE_SIZE - at)
		len = SQE_SIZE - at;
	memcpy(buf, u->sqe + at, len);
	return len;
}

static const struct mem_ops submit_mem_ops = { .read = submit_read };

void submits_begin(struct ptrace_source *s)
{
	struct uring_submits *u;

	if (!s->o->trace.uring || callset_is_all(&s->o->abbrev))
		return;
	u = xalloc_new(1, sizeof(*u));
	u->mem.ops = &submit_mem_ops;
	u->live = s->mem;
	s->submits = u;
}

void submits_end(struct ptrace_source *s)
{
	if (s->submits)
		free(s->submits->submit);
	free(s->submits);
	s->submits = NULL;
}

static FILE *proc_open(pid_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, name);
	return fopen(path, "re");
}

/* "    1: opcode:WRITE, fd:1, ... user_data:77" */
static bool submit_parse(const char *line, struct submit *out)
{
	const char *data = strstr(line, "user_data:");

	return data && sscanf(line, "%" SCNu32 ": opcode:", &out->index) == 1 &&
	       sscanf(data, "user_data:%" SCNu64, &out->user_data) == 1;
}

/* Those that the kernel has not taken yet, as many as the call hands over. */
static void submits_list(struct uring_submits *u, pid_t tid, int fd,
			 uint32_t most)
{
	char name[32], *line = NULL;
	struct submit one;
	size_t size = 0;
	bool listed = false;
	FILE *f;

	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	f = proc_open(tid, name);
	u->n = 0;
	while (f && u->n < most && getline(&line, &size, f) > 0) {
		if (!listed) {
			listed = !strncmp(line, "SQEs:", 5);
			continue;
		}
		if (!submit_parse(line, &one))
			break;
		if (u->n == u->cap)
			u->submit = xalloc_grow(u->submit, &u->cap,
						sizeof(*u->submit));
		u->submit[u->n++] = one;
	}
	free(line);
	if (f)
		fclose(f);
}

/* Where the ring with that descriptor is mapped; 0 if it is not, or twice. */
static uint64_t array_find(pid_t tid, int fd)
{
	char path[64], *line = NULL;
	uint64_t start, offset, inode, found = 0;
	unsigned times = 0;
	size_t size = 0;
	struct stat st;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	if (stat(path, &st))
		return 0;
	f = proc_open(tid, "maps");
	while (f && getline(&line, &size, f) > 0)
		if (sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64 " %*s %" SCNu64,
			   &start, &offset, &inode) == 3 &&
		    offset == SQES_OFFSET && inode == st.st_ino &&
		    strstr(line, "[io_uring]")) {
			found = start;
			times++;
		}
	free(line);
	if (f)
		fclose(f);
	return times == 1 ? found : 0;
}

static bool sqe_at(struct uring_submits *u, uint64_t addr, uint64_t user_data)
{
	uint64_t there;

	if (mem_read(u->live, addr, u->sqe, SQE_SIZE) != SQE_SIZE)
		return false;
	memcpy(&there, u->sqe + SQE_USER_DATA, sizeof(there));
	return there == user_data;
}

/* Rings have operations of either length (IORING_SETUP_SQE128). */
static bool sqe_read(struct uring_submits *u, const struct submit *one)
{
	return u->array &&
	       (sqe_at(u, u->array + one->index * (uint64_t)SQE_SIZE,
		       one->user_data) ||
		sqe_at(u, u->array + one->index * 2 * (uint64_t)SQE_SIZE,
		       one->user_data));
}

/* A call that a rule keeps from being made hands over nothing. */
static bool is_submission(const struct event *ev)
{
	const struct injection *i = ev->verdict.injection;

	return ev->kind == EV_ENTER && !ev->verdict.detach &&
	       !(i && i->renumber) && !(ev->arg[3] & REGISTERED_RING) &&
	       effect_find(ev->abi, ev->nr, EFFECT_SUBMITS);
}

static bool submits_collect(struct uring_submits *u, const struct event *ev)
{
	const struct abi_effect *e = effect_find(ev->abi, ev->nr,
						 EFFECT_SUBMITS);
	uint64_t most = ev->arg[e->reg] & UINT32_MAX;

	u->enter = *ev;
	u->next = 0;
	submits_list(u, ev->tid, (int)ev->arg[0],
		     most < SUBMITS_MAX ? most : SUBMITS_MAX);
	u->array = u->n ? array_find(ev->tid, (int)ev->arg[0]) : 0;
	return u->n;
}

bool submits_serve(struct ptrace_source *s, struct event *ev)
{
	struct uring_submits *u = s->submits;
	const struct submit *one;

	if (ev->kind != EV_URING_SUBMIT &&
	    (!is_submission(ev) || !submits_collect(u, ev)))
		return false;
	if (u->next == u->n) {
		*ev = u->enter;
		return false;
	}
	one = &u->submit[u->next++];
	u->sqe_at = abi_word_size(u->enter.abi) == 4 ?
		    (uint32_t)URING_SQE_AT : URING_SQE_AT;
	*ev = u->enter;
	ev->kind = EV_URING_SUBMIT;
	ev->verdict = (struct verdict){ .injection = NULL };
	ev->arg[0] = (uint32_t)u->enter.arg[0];
	ev->arg[3] = sqe_read(u, one) ? u->sqe_at : 0;
	ev->arg[1] = ev->arg[3] ? u->sqe[0] : UINT32_MAX;
	ev->arg[2] = one->user_data;
	ev->arg[4] = 0;
	ev->mem = &u->mem;
	return true;
}
