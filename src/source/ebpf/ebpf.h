/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf: what the files of the eBPF source share, and nobody else sees.
 *
 * load.c puts the programs (kernel/trace.bpf.c) into the kernel and takes
 * them out; from then on they write records to two ring buffers, one for calls
 * and one for tasks, and nothing ever waits for us.  ring.c reads them,
 * order.c brings the records of all CPUs into the order of their times,
 * event.c makes events of them, with uring.c those of io_urings.
 * attach.c tells the programs whom to trace, plans.c what to capture;
 * with -c, count.c brings the counts.
 *
 * A record stays in its ring until the event made of it was served; the rings
 * are given back in steps.
 *
 * The room src/source/ebpf: the side of the tracer.  What runs in the kernel,
 * and the headers that both sides read, are in kernel/.
 */
#ifndef STRACE_SOURCE_EBPF_H
#define STRACE_SOURCE_EBPF_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <time.h>

#include "abi_info.h"
#include "call_counts.h"
#include "capture.h"
#include "kernel/wire.h"
#include "uring.h"
#include "event.h"
#include "hash.h"
#include "mem.h"
#include "mem_blocks.h"
#include "source.h"

struct cgroup_target;
struct options;

/* ---- load.c: the programs ---- */

struct ebpf_kernel;

bool ebpf_kernel_before(long major, long minor);

/* Which tracepoints there are; to be freed with free(), NULL: not known. */
struct tracepoints;
struct tracepoints *tracepoints_read(void);
bool tracepoints_have(const struct tracepoints *t, const char *name);

/* NULL after telling why it can't be had; cg: whose tasks, or NULL. */
struct ebpf_kernel *kernel_load(const struct options *o,
				const struct cgroup_target *cg);
void kernel_free(struct ebpf_kernel *k);	/* nothing stays behind */
bool kernel_attach(struct ebpf_kernel *k);	/* from now on they run */
void kernel_detach(struct ebpf_kernel *k);	/* no more records */
struct wire_shared *kernel_shared(const struct ebpf_kernel *k);
/* The ring's descriptor, and how large it is. */
int kernel_ring(const struct ebpf_kernel *k, unsigned which, size_t *size);
/* Let the iterator mark; how many it found, at most n. */
size_t kernel_mark(struct ebpf_kernel *k, struct wire_marked *m, size_t n);
/* Runs that could not be: the program was running on that CPU. */
uint64_t kernel_missed(const struct ebpf_kernel *k);
/* Calls whose records were lost. */
uint64_t kernel_lost(const struct ebpf_kernel *k, unsigned abi, uint32_t nr);
/* What was counted of a call, by its row; false: nothing. */
bool kernel_count(struct ebpf_kernel *k, uint32_t row, struct call_counts *sum);
/* The numbers without a row, at most that many; and what was counted of one. */
size_t kernel_beyond(const struct ebpf_kernel *k, struct wire_number *nr,
		     size_t most);
bool kernel_count_beyond(struct ebpf_kernel *k, const struct wire_number *nr,
			 struct call_counts *sum);
/* How long and how often the programs ran while that was measured; false: it
 * never was. */
bool kernel_run_time(struct ebpf_kernel *k, int64_t *ns, uint64_t *runs);
void kernel_run_time_stop(struct ebpf_kernel *k);

/* ---- ring.c: the ring buffers ---- */

enum { RING_CALLS, RING_TASKS, RING_COUNT };

struct ring {
	int fd;
	size_t size;		/* a power of two */
	const char *data;	/* mapped twice in a row */
	unsigned long *consumer;
	const unsigned long *producer;
	unsigned long at;	/* up to here it was read */
	unsigned long end;	/* up to here it is known to be written */
	void *map[2];
	size_t map_size[2];
};

/* The programs have numbers of calls as the kernel does, in 32 bits. */
static inline uint64_t nr_widen(unsigned abi, uint64_t nr)
{
	return abi_infos[abi].reg == 8 ? (uint64_t)(int32_t)nr : nr;
}

struct ring_record {
	const void *data;
	uint32_t size;
	unsigned ring;		/* which of the rings it lies in */
	unsigned long pos;
};

enum ring_state {
	RING_EMPTY,
	RING_BUSY,		/* the next record is being written */
	RING_READY,
};

bool ring_open(struct ring *r, int fd, size_t size);
void ring_close(struct ring *r);
/* Only with RING_READY *rec is the next record. */
enum ring_state ring_peek(struct ring *r, struct ring_record *rec);
/* Go on behind it. */
void ring_take(struct ring *r, const struct ring_record *rec);
/* Up to where it is written, or is being written. */
unsigned long ring_written(const struct ring *r);
/* All before pos is free again. */
void ring_release(struct ring *r, unsigned long pos);

/* ---- order.c: records in the order of their times ---- */

struct order_item {
	struct ring_record rec;
	int64_t time;
};

/*
 * All that is older than the horizon was read.  A record can be so much older
 * than one that has its place before it, so what is newer than the horizon less
 * that waits.
 */
#define ORDER_WINDOW_NS 1000000
/* What is held back for the sake of order is not held back for long. */
#define HOLD_NS 20000000
#define ORDER_ENDS 1024

struct order {
	struct order_item *item;	/* sorted, from head to tail */
	size_t head, tail, cap;
	int64_t horizon;
	unsigned popped;		/* since the rings were given back, */
	size_t popped_bytes;		/* ... that was */
	/* By tid: when the newest record was that may end a call of it. */
	int64_t end[ORDER_ENDS];
};

void order_push(struct order *q, const struct ring_record *rec);
/* The oldest, once nothing older can come. */
bool order_pop(struct order *q, struct order_item *it);
static inline size_t order_count(const struct order *q)
{
	return q->tail - q->head;
}
/*
 * The record with which the call is over that tid made at that time, or before;
 * from: so many of the oldest are not looked at.  NULL: it was not read yet.
 */
const struct order_item *order_end_of(const struct order *q, pid_t tid,
				      int64_t time, size_t from);
/* Up to where, at most read, the ring is not needed any more. */
unsigned long order_done(const struct order *q, unsigned ring,
			 unsigned long read);
void order_free(struct order *q);

/* ---- the source ---- */

struct ebpf_task {
	pid_t tid, pid;
	bool in_call;
	bool elsewhere;		/* no number of ours: tid is another's here */
	bool ended;		/* a leader whose process may go on */
	bool over;		/* and that is over, but for other threads */
	struct event end;	/* its end, then */
};

struct ebpf_group {
	pid_t pid;
	unsigned count;		/* tasks of it that live */
};

/* What the kernel counted, as it is handed out. */
struct ebpf_counted {
	unsigned rows;		/* looked at so far */
	struct wire_number beyond[WIRE_BEYOND_MAX];
	size_t nbeyond;		/* read, when the trace is over */
	struct call_counts row;	/* the last */
	uint64_t calls;		/* in all of them */
};

struct ebpf_cost {
	int64_t begun;		/* mono_ns, when the trace began; 0 not yet */
	bool over, known, told;
	uint64_t runs;		/* of the kernel programs */
	uint64_t sample_runs;	/* so many before we look again */
	int wait_ms;		/* before the last look at it */
	int64_t sample_ns;	/* so long it was measured; 0: all the time */
	uint64_t sample_calls;	/* counted meanwhile; 0: too few to tell */
	struct trace_cost sum;
};

/* How much is taken at once. */
struct ebpf_bounds {
	unsigned fill;		/* records from the rings, in one go */
	size_t ahead;		/* records read for the sake of an older one */
	unsigned release;	/* records served before room is given back */
};

#define IGNORED_MAX 64
#define READY_MAX (IGNORED_MAX + 8)	/* all that can be behind one call */

struct ebpf_source {
	struct source base;
	const struct options *o;
	struct env *env;	/* to be told what is known of tasks */
	struct ebpf_kernel *kernel;
	struct ring ring[RING_COUNT];
	struct order order;
	struct ebpf_bounds bounds;
	int64_t (*clock)(clockid_t id);
	void (*nap)(struct ebpf_source *s, long ns);
	struct launch *launch;
	struct hash tasks;	/* struct ebpf_task by tid */
	struct hash groups;	/* struct ebpf_group by pid */
	struct hash urings;	/* the number of each, by when it was made */
	uintptr_t nurings;
	struct uring_ops uring_ops;
	struct wire_uring refused;	/* the last that was */
	struct order_item item;	/* being served */
	bool has_item;
	bool lost_told;		/* of the item */
	uint64_t nlost, nmissed; /* events, told so far */
	uint64_t nunshown;
	struct event ready[READY_MAX];	/* to be handed out first */
	unsigned nready;
	struct event ignored[IGNORED_MAX];	/* signals, held back */
	unsigned nignored;
	struct event *first;	/* who is there, calls that had begun before */
	size_t nfirst, first_at;
	struct mem_blocks blocks;
	unsigned constants;	/* constant_read(), for this call */
	struct mem *live;
	struct mem mem;		/* blocks first, then live if live_tid */
	pid_t live_tid;
	int64_t wall_offset;	/* CLOCK_REALTIME - CLOCK_MONOTONIC */
	int64_t now;
	pid_t last_tid;
	uint64_t nevents, nbytes;	/* for -d */
	struct ebpf_counted counted;
	struct ebpf_cost cost;
	bool detached;
	int64_t deadline;	/* once detached: then it hurries */
	bool hurries;		/* what is still to be shown is left out */
	bool asked_again;	/* a second signal came: it hurries for that */
	bool command_told;	/* the end of the command was an event */
	bool command_over;	/* that it is was seen */
	bool adopts;		/* others' orphans become our children */
	int command_status;	/* as wait told, if we adopt */
	int64_t looked;		/* when we looked for children last */
	sigset_t ignored_signals; /* when we began */
	struct rlimit files;	/* how many descriptors we may have, then */
	bool files_raised;
	int epoll;
	unsigned idle;		/* rounds without a record */
};

/* event.c: true when *ev is to be handed out. */
bool item_serve(struct ebpf_source *s, struct event *ev);
bool ready_pop(struct ebpf_source *s, struct event *ev);
/* Signals held back until a call is over: those older than before. */
bool ignored_release(struct ebpf_source *s, int64_t before);
void end_fill(struct event *ev, int wait_status);
/* What tid is called elsewhere. */
void pids_told(struct ebpf_source *s, pid_t tid, const struct wire_pids *p);
void event_stamp(struct ebpf_source *s, struct event *ev, int64_t mono_ns);

/* uring.c: the same of what goes through rings; t: whose, may be NULL. */
bool uring_serve(struct ebpf_source *s, const struct ebpf_task *t,
		 const struct wire_uring *x, struct event *ev);

/* task.c */
struct ebpf_task *etask_get(struct ebpf_source *s, pid_t tid);
struct ebpf_task *etask_add(struct ebpf_source *s, pid_t tid, pid_t pid);
void etask_rename(struct ebpf_source *s, struct ebpf_task *t, pid_t tid);
void etask_remove(struct ebpf_source *s, struct ebpf_task *t);
unsigned etask_group_count(struct ebpf_source *s, pid_t pid);
void etasks_free(struct ebpf_source *s);

/* count.c */
/* -c, and nothing that takes events: the kernel counts calls by itself. */
bool ebpf_counts_in_kernel(const struct options *o);
/* The trace is over: what was counted, then what tracing took. */
bool counts_next(struct ebpf_source *s, struct event *ev);
bool cost_next(struct ebpf_source *s, struct event *ev);
void cost_tell(struct ebpf_source *s);	/* -d */
/* Now and then while the trace goes on: measure no longer than it takes. */
void cost_sample(struct ebpf_source *s);
/* How many milliseconds to sleep before looking at that again, at most. */
int cost_wait(struct ebpf_source *s, int most);

/*
 * read.c: what comes from the rings.
 *
 * No two of its limits can wait for each other.  Rings are read in the order of
 * their records' times, so what can't be served yet is what is younger than the
 * window: as time goes on, or as more is read, it can; reading is never refused
 * for what was read.  What waits for a later record waits until so many were
 * read or so long, and is served then.
 */
void ebpf_read_setup(struct ebpf_source *s);
/* Take what has come; false: nothing has.  The horizon is moved on anyway. */
bool ebpf_fill(struct ebpf_source *s);
/* The next item to be served; false: time has to pass first. */
bool item_take(struct ebpf_source *s);
/* Read all that was written until now: no more than the rings have room for.
 * False: who writes a record got stuck there. */
bool ebpf_read_up(struct ebpf_source *s);
/* Nothing is in the rings or in the queue. */
bool ebpf_is_drained(const struct ebpf_source *s);
void clocks_read(struct ebpf_source *s);

/* memory.c */
/* By whom the task's memory can be read now, or 0. */
pid_t memory_reader(struct ebpf_source *s, const struct event *ev);
bool item_must_wait(const struct ebpf_source *s);
/* Memory of ev is what the blocks say; more blocks; and what is there now. */
void memory_set(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size);
void memory_add(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size);
void memory_live(struct ebpf_source *s, const struct event *ev);
/* The same for an entry, as size bytes of its record tell. */
void memory_enter(struct ebpf_source *s, struct event *ev,
		  const struct wire_enter *e, size_t size);

/* constant.c: what is there now, if it can't be but what it was. */
size_t constant_read(struct ebpf_source *s, const struct event *ev,
		     uint64_t addr, void *to, size_t len);

/* lost.c */
/* What was lost with no record behind it that could tell.  It is shown before
 * that one if there is one, else as the last there is. */
bool lost_next(struct ebpf_source *s, const struct wire *before,
	       struct event *ev);
void lost_tell(struct ebpf_source *s);

/* attach.c */
/* 0 if any could be marked, else an errno; what failed was told. */
int ebpf_attach_all(struct ebpf_source *s);
/* Mark whom how says; how many there were. */
size_t ebpf_mark(struct ebpf_source *s, enum wire_mark how, pid_t id);
/* --attach-cgroup, --container, --all: those that are there. */
void ebpf_attach_cgroup(struct ebpf_source *s, const struct cgroup_target *cg);
void ebpf_attach_system(struct ebpf_source *s);
/* Find the calls that marked tasks are in. */
void ebpf_flights(struct ebpf_source *s);

#endif
