/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event: one thing that happened to a tracee, as every source reports it.
 *
 * A source fills one struct event per source_next(); the pipeline, decoder and
 * sinks read it.  Times are stamped once, when the event was taken.  User
 * memory is reached only through ev->mem (see mem.h), valid until the next
 * source_next() on the same source.  The answer to the source is ev->verdict,
 * which it reads when it goes on.
 */
#ifndef STRACE_EVENT_H
#define STRACE_EVENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi_ids.h"

struct call_counts;
struct mem;

enum event_kind {
	EV_ENTER,	/* a system call begins: nr, arg[] */
	EV_EXIT,	/* it returned: ret, err; nr only with attach_entry */
	EV_SIGNAL,	/* a signal is about to be delivered: sig, siginfo */
	EV_GROUP_STOP,	/* stopped by sig, together with its process */
	EV_FORK,	/* tid made child (fork, vfork or clone) */
	EV_EXEC,	/* an exec went through; other_tid called it, 0 if
			 * that thread is not traced */
	EV_EXITED,	/* status is the exit code */
	EV_KILLED,	/* sig killed it; core says whether it dumped */
	EV_ATTACH,	/* tid is now traced */
	EV_DETACH,	/* tid is traced no more and goes on */
	EV_LOST,	/* count events are missing here; status says why */
	/* tid submitted an operation to a ring, and one was completed.  They
	 * are no calls; src/abi/uring.abi says what is in arg[]. */
	EV_URING_SUBMIT,
	EV_URING_COMPLETE,
	EV_IDLE,	/* nothing to serve now: a moment to write output */
	EV_MODE,	/* tid goes on in abi (made by the pipeline) */
	EV_COUNTS,	/* calls of nr that were counted, without events */
	EV_COST,	/* the trace is over, and this is what it cost */
	EV_KIND_COUNT,
};

enum lost_cause {		/* status of EV_LOST */
	LOST_FULL,	/* there was no room for their records */
	LOST_MISSED,	/* the program that writes them was running already;
				 * when that was is not known */
	LOST_UNSHOWN,	/* an interrupted trace had no time for them */
	LOST_CAUSES,
};

/* ev->mem has the operation (SQE) of EV_URING_SUBMIT here: it is in no task. */
#define URING_SQE_AT 0xfffffffffffff000ull

/* The error of a call that the kernel continues as restart_syscall. */
#define RESTART_BLOCK 516

/* EV_COUNTS: the counts are of many numbers together that no table knows. */
#define NR_OTHERS (1ull << 32)

#define COMM_TEXT_MAX 64	/* bytes of a task's name, and a NUL */

struct trace_cost {
	int64_t kernel_ns;	/* spent in our programs in the kernel */
	int64_t trace_ns;	/* from begin to end of the trace */
	bool estimated;		/* kernel_ns, from a part of the trace */
};

/* Bits of event.tampered: what the user's rules did to a call (inject.h). */
enum {
	TAMPERED_RESULT = 1 << 0, /* it was not made, and gave what they say */
	TAMPERED_ARGS = 1 << 1,	/* registers or memory; exit: memory */
	TAMPERED_DELAY = 1 << 2,
	TAMPERED_SIGNAL = 1 << 3, /* the task got a signal meanwhile */
	TAMPERED_ALL = (1 << 4) - 1,
};

/* What a source does to the call of an event before it goes on. */
struct injection {
	bool renumber;		/* EV_ENTER: nr is made in its place */
	uint64_t nr;		/* as in the ABI's table, or NR_NO_CALL */
	uint8_t args;		/* bits: these of ev->arg are others now */
	uint64_t before[6];	/* and were these */
	bool has_result;	/* at the exit, this is the result */
	uint64_t result;	/* as the register has it */
	int sig;		/* the signal that the task gets now, or 0 */
	int64_t delay_ns;	/* it stays where it is for so long */
};

#define NR_NO_CALL UINT64_MAX

/*
 * What becomes of an event.  Only the pipeline writes it, in pipeline_event().
 * Others that need an exit say so before, in the event.
 */
struct verdict {
	bool unshown;		/* EV_ENTER: this call gets no line */
	bool skip_exit;		/* ... and nobody needs its exit */
	bool detach;		/* the task is to be traced no more */
	/* EV_ENTER, EV_EXIT: the pipeline's, until the next event; or NULL */
	const struct injection *injection;
};

struct event {
	enum event_kind kind;
	uint8_t abi;		/* enum abi_id of this call */
	bool core;		/* EV_KILLED: core dumped */
	bool attach_entry;	/* EV_EXIT with no EV_ENTER seen is normal;
				 * EV_ENTER: the call began before the trace */
	bool exit_needed;	/* EV_ENTER: somebody needs the exit */
	/* TAMPERED_*, so far.  The pipeline adds what its rules do, the source
	 * of a record what they did. */
	uint8_t tampered;
	struct verdict verdict;	/* the answer to the source */
	uint64_t task;		/* the task's number, which no other task ever
				 * has (task_numbers.h); 0: of no task */
	uint64_t child_task;	/* EV_FORK: the child's */
	uint64_t gone_task;	/* EV_EXEC: of the task that had tid, or 0 */
	pid_t tid;
	pid_t pid;		/* thread group; 0 if the source can't tell */
	int sig;
	int status;
	uint64_t nr;		/* as in the ABI's table */
	/* For a signal, a stop or an end, the pipeline sets last_nr if nr and
	 * last_abi are those of the task's last call. */
	bool last_nr;
	uint8_t last_abi;
	bool many;		/* set as well: it is not the only task */
	uint64_t arg[6];	/* zero-extended for 32-bit ABIs */
	int64_t ret;		/* -1 when err is set */
	int err;		/* positive errno, ERESTART* too; 0: none */
	pid_t child;		/* EV_FORK; in the tracer's pid namespace */
	pid_t other_tid;	/* EV_EXEC */
	uint64_t count;		/* EV_LOST; EV_ATTACH: threads it brought */
	int64_t wall_ns;	/* CLOCK_REALTIME */
	int64_t mono_ns;	/* CLOCK_MONOTONIC */
	int64_t cpu_ns;		/* system CPU time of tid so far; 0 unknown */
	uint64_t ip;		/* instruction pointer (-i), 0 unknown */
	uint64_t sp;		/* EV_ENTER: stack pointer, 0 unknown */
	const char *comm;	/* tid's name, set by the pipeline, or NULL */
	uint32_t page_size;	/* of the machine; 0: 4096 */
	uint8_t tracer_abi;	/* of the program that took the event, which
				 * may have written a record of it */
	bool has_siginfo;
	struct mem *mem;	/* user memory of tid at this moment */
	const struct call_counts *counts;
	const struct trace_cost *cost;
	/* EV_SIGNAL, in the layout of tracer_abi.  It is the last, since it is
	 * large: a source clears what is before it, and this if it needs it. */
	siginfo_t siginfo;
};

#endif
