/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf: what the files of the eBPF source share, and nobody else sees.
 *
 * load.c puts the programs (kernel/trace.bpf.c) into the kernel and takes
 * them out.  While they are there, they write records to two ring buffers, one
 * for calls and one for tasks, and no traced task ever waits for us.  ring.c
 * reads the records, order.c brings those of all CPUs into the order of their
 * times, and event.c makes events of them, with uring.c for those of io_urings.
 * attach.c marks the tasks to be traced, plans.c says what is captured; with
 * -c, count.c brings the counts.
 *
 * A record stays in its ring until the event made of it was served.  The room
 * it took is given back to the ring in steps.
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
#include "now.h"
#include "source.h"

struct cgroup_target;
struct ebpf_maps;
struct options;

/* ---- load.c: the programs ---- */

struct ebpf_kernel;

bool ebpf_kernel_before(long major, long minor);

/* The tracepoints that there are, or NULL if that is not known; free() it. */
struct tracepoints;
struct tracepoints *tracepoints_read(void);
bool tracepoints_have(const struct tracepoints *t, const char *name);

/*
 * NULL after it reported why the programs can't be had.  If cg is not NULL, the
 * tasks of that cgroup are traced.
 */
struct ebpf_kernel *kernel_load(const struct options *o,
				const struct cgroup_target *cg);
void kernel_free(struct ebpf_kernel *k);	/* takes the programs out */
bool kernel_attach(struct ebpf_kernel *k);	/* from now on they run */
void kernel_detach(struct ebpf_kernel *k);	/* no more records */
struct wire_shared *kernel_shared(const struct ebpf_kernel *k);
/* The ring's descriptor, and how large it is. */
int kernel_ring(const struct ebpf_kernel *k, unsigned which, size_t *size);
/* Run the iterator, which marks tasks; returns how many, and at most n in m. */
size_t kernel_mark(struct ebpf_kernel *k, struct wire_marked *m, size_t n);
/* Runs that were missed because the program was running on that CPU already. */
uint64_t kernel_missed(const struct ebpf_kernel *k);
/* Calls whose records were lost. */
uint64_t kernel_lost(const struct ebpf_kernel *k, unsigned abi, uint32_t nr);
/* The counts of a call, by its row; false if there are none. */
bool kernel_count(struct ebpf_kernel *k, uint32_t row, struct call_counts *sum);
/* The numbers of calls that have no row, `most` at most; the counts of one. */
size_t kernel_beyond(const struct ebpf_kernel *k, struct wire_number *nr,
		     size_t most);
bool kernel_count_beyond(struct ebpf_kernel *k, const struct wire_number *nr,
			 struct call_counts *sum);
/* How long and how often the programs ran while that was measured; false if it
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
	unsigned long at;	/* it was read up to here */
	unsigned long end;	/* it is known to be written up to here */
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
/* With RING_READY, and only then, *rec is the next record. */
enum ring_state ring_peek(struct ring *r, struct ring_record *rec);
/* Go on after that record. */
void ring_take(struct ring *r, const struct ring_record *rec);
/* The position up to which it is written, or is being written. */
unsigned long ring_written(const struct ring *r);
/* Give the room before pos back to the programs. */
void ring_release(struct ring *r, unsigned long pos);

/* ---- order.c: records in the order of their times ---- */

struct order_item {
	struct ring_record rec;
	int64_t time;
};

/*
 * All records older than the horizon were read.  But a record is stamped before
 * it gets its place in a ring, so it can be older than one that lies before it,
 * by this much at most.  So a record waits until it is older than the horizon
 * by more than this.
 */
#define ORDER_WINDOW_NS NSEC_PER_MS
/* Nothing that waits for another record waits for longer than this. */
#define HOLD_NS (20 * NSEC_PER_MS)
#define ORDER_ENDS 1024

struct order {
	struct order_item *item;	/* sorted, from head to tail */
	size_t head, tail, cap;
	int64_t horizon;
	unsigned popped;		/* records since room was given back, */
	size_t popped_bytes;		/* ... and their bytes */
	/* By tid, modulo: the time of the newest record that may end a call. */
	int64_t end[ORDER_ENDS];
};

void order_push(struct order *q, const struct ring_record *rec);
/* Take the oldest one, once nothing older can come. */
bool order_pop(struct order *q, struct order_item *it);
static inline size_t order_count(const struct order *q)
{
	return q->tail - q->head;
}
/*
 * The record that ends the call which tid made at that time, or NULL if it was
 * not read yet.  The `from` oldest records are not looked at.
 */
const struct order_item *order_end_of(const struct order *q, pid_t tid,
				      int64_t time, size_t from);
/* The position up to which the ring is not needed any more, at most `read`. */
unsigned long order_done(const struct order *q, unsigned ring,
			 unsigned long read);
void order_free(struct order *q);

/* ---- the source ---- */

struct ebpf_task {
	pid_t tid, pid;
	bool in_call;
	bool elsewhere;		/* of a PID namespace where tid is another's */
	bool ended;		/* a leader that ended; its process may go on */
	bool over;		/* its process is over but for other threads */
	struct event end;	/* the leader's end, if it is over */
};

struct ebpf_group {
	pid_t pid;
	unsigned count;		/* tasks of it that live */
};

/* The kernel's counts, which are handed out one after the other. */
struct ebpf_counted {
	unsigned rows;		/* looked at so far */
	struct wire_number beyond[WIRE_BEYOND_MAX];
	size_t nbeyond;		/* read when the trace is over */
	struct call_counts row;	/* the last one handed out */
	uint64_t calls;		/* in all rows so far */
};

struct ebpf_cost {
	int64_t begun;		/* mono_ns, when the trace began; 0 not yet */
	bool over, known, given;
	uint64_t runs;		/* of the kernel programs */
	uint64_t sample_runs;	/* runs until we look again */
	int wait_ms;		/* how long we waited before the last look */
	int64_t sample_ns;	/* how long we measured; 0: all the time */
	uint64_t sample_calls;	/* calls meanwhile; 0: too few to count with */
	struct trace_cost sum;
};

/* How much is done at once. */
struct ebpf_bounds {
	unsigned fill;		/* records from the rings, in one go */
	size_t ahead;		/* records read for the sake of an older one */
	unsigned release;	/* records served before room is given back */
};

#define IGNORED_MAX 64
#define READY_MAX (IGNORED_MAX + 8)	/* all that can follow one call */

struct ebpf_source {
	struct source base;
	const struct options *o;
	struct env *env;	/* it gets the facts captured about tasks */
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
	struct wire_uring refused;	/* the last refused submission */
	struct ebpf_maps *maps;	/* NULL: nobody tells of them */
	pid_t stack_tid;	/* whose signal the last stack is of, ... */
	uint64_t stack_ns;	/* ... and the time that its record will have */
	struct order_item item;	/* being served */
	bool has_item;
	bool lost_given;	/* what the item says of losses was delivered */
	uint64_t nlost, nmissed; /* lost events that were delivered so far */
	uint64_t nunshown;
	struct event ready[READY_MAX];	/* events that follow the last one */
	unsigned nready;
	struct event ignored[IGNORED_MAX];	/* signals that wait for the */
	unsigned nignored;			/* ... end of a call */
	struct event *first;	/* at attach: the tasks, and calls in flight */
	size_t nfirst, first_at;
	struct mem_blocks blocks;
	unsigned constants;	/* uses of constant_read() for this call */
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
	int64_t deadline;	/* once detached: when to discard the rest */
	bool discard_rest;	/* what is left is counted, and not shown */
	bool asked_again;	/* it is discarded because a 2nd signal came */
	bool command_end_given;	/* the end of the command was delivered */
	bool command_over;	/* we saw that the command is over */
	bool adopts;		/* others' orphans become our children */
	int command_status;	/* from wait, if we adopt */
	int64_t looked;		/* when we looked for children last */
	sigset_t ignored_signals; /* those ignored when we began */
	struct rlimit files;	/* how many descriptors we could have then */
	bool files_raised;
	int epoll;
	unsigned idle;		/* rounds without a record */
};

/* event.c: true when *ev is to be handed out. */
bool item_serve(struct ebpf_source *s, struct event *ev);
bool ready_pop(struct ebpf_source *s, struct event *ev);
/* Let the first signal that waits for a call's end go, if it has waited for
 * HOLD_NS at that time; false if there is none. */
bool ignored_release(struct ebpf_source *s, int64_t now);
void end_fill(struct event *ev, int wait_status);
/* Hand env the numbers that tid has in other PID namespaces. */
void pids_captured(struct ebpf_source *s, pid_t tid, const struct wire_pids *p);
void event_stamp(struct ebpf_source *s, struct event *ev, int64_t mono_ns);

/* uring.c: the same for an io_uring's record; t is its task, or NULL. */
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
/* With -c, and no option that needs events, the kernel counts the calls. */
bool ebpf_counts_in_kernel(const struct options *o);
/* Once the trace is over: the counts, then the cost of tracing. */
bool counts_next(struct ebpf_source *s, struct event *ev);
bool cost_next(struct ebpf_source *s, struct event *ev);
void cost_tell(struct ebpf_source *s);	/* -d */
/* Called now and then: stops measuring once enough was measured. */
void cost_sample(struct ebpf_source *s);
/* Milliseconds to sleep until cost_sample() is due again, at most `most`. */
int cost_wait(struct ebpf_source *s, int most);

/*
 * read.c: what comes from the rings.
 *
 * No two of its limits can wait for each other.  The rings are read in the
 * order of their records' times, so a record that can't be served yet is
 * younger than the window, and can be served as time goes on or more is read.
 * Reading is never refused because of what was read already.  A record that
 * waits for a later one is served when that has come, or when a bound of
 * records or of time is reached.
 */
void ebpf_read_setup(struct ebpf_source *s);
/* Take what has come; false if nothing has.  The horizon moves on anyway. */
bool ebpf_fill(struct ebpf_source *s);
/* Take the next item to be served; false if time has to pass first. */
bool item_take(struct ebpf_source *s);
/* Read all that was written until now, which is no more than the rings hold.
 * False if a record stays unfinished: its writer got stuck. */
bool ebpf_read_up(struct ebpf_source *s);
/* Are the rings and the queue empty? */
bool ebpf_is_drained(const struct ebpf_source *s);
void clocks_read(struct ebpf_source *s);

/* maps.c: with -k, what processes map. */
void maps_open(struct ebpf_source *s);
void maps_close(struct ebpf_source *s);
/* A task of a process that was there already is traced. */
void maps_adopt(struct ebpf_source *s, pid_t pid);
/* Tell env of what was mapped up to that time. */
void maps_serve(struct ebpf_source *s, int64_t upto);
/* The same for one record of perf's. */
void maps_record_serve(struct ebpf_source *s, const void *record, size_t size);

/* memory.c */
/* The tid by which the task's memory can be read now, or 0. */
pid_t memory_reader(struct ebpf_source *s, const struct event *ev);
bool item_must_wait(const struct ebpf_source *s);
/* ev's memory is what these blocks hold; and these, too; and the task's own. */
void memory_set(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size);
void memory_add(struct ebpf_source *s, struct event *ev, const void *blocks,
		size_t size);
void memory_live(struct ebpf_source *s, const struct event *ev);
/* The same for an entry, whose record has size bytes of blocks. */
void memory_enter(struct ebpf_source *s, struct event *ev,
		  const struct wire_enter *e, size_t size);

/* constant.c: reads memory that can't have changed since the call. */
size_t constant_read(struct ebpf_source *s, const struct event *ev,
		     uint64_t addr, void *to, size_t len);

/* lost.c */
/* Makes an event of losses that no later record could report.  It comes before
 * the record `before`; if that is NULL, it is the last of its kind. */
bool lost_next(struct ebpf_source *s, const struct wire *before,
	       struct event *ev);
void lost_tell(struct ebpf_source *s);

/* attach.c */
/* 0 if any could be marked, else an errno; failures were reported. */
int ebpf_attach_all(struct ebpf_source *s);
/* Mark the tasks that how and id mean; returns how many there were. */
size_t ebpf_mark(struct ebpf_source *s, enum wire_mark how, pid_t id);
/* --attach-cgroup, --container, --all: mark the tasks that are there. */
void ebpf_attach_cgroup(struct ebpf_source *s, const struct cgroup_target *cg);
void ebpf_attach_system(struct ebpf_source *s);
/* Find the calls that marked tasks are in. */
void ebpf_flights(struct ebpf_source *s);

#endif
