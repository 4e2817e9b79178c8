/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ptrace: what the files of the ptrace source share, and nobody else sees.
 *
 * wait.c collects stops into a queue: all that are there at once, or the one
 * that can be had without a wait.  stop.c serves them in turn and makes events
 * of them.  A stopped tracee is let go exactly once: by tracee_resume() or
 * tracee_detach().  Any request may fail because the tracee was killed
 * meanwhile.  Its end then comes through wait like every other, so nobody need
 * handle the failure.
 *
 * A struct tracee lives from the first time its tid is heard of until its end
 * has been served or it was let go for good.  While an event is with the
 * consumer, its tracee is `held` and stays stopped.
 *
 * The room src/source/ptrace: what handles stopped tracees, and where the
 * tracer runs meanwhile.  No other room calls ptrace() but src/arch, which
 * reads and writes the registers of a task that is stopped here, and the
 * library that unwinds stacks for src/env.
 */
#ifndef STRACE_SOURCE_PTRACE_H
#define STRACE_SOURCE_PTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "cpu_placement.h"
#include "debug.h"
#include "event.h"
#include "hash.h"
#include "interrupt.h"
#include "source/launch/launch.h"
#include "proc.h"
#include "source.h"

struct mem;
struct options;

/* Not every libc's headers have this. */
enum {
	SYSCALL_SIG = 0x80 | 5,	/* SIGTRAP as TRACESYSGOOD marks it */
	SET_SYSCALL_INFO = 0x4212,
};

enum tracee_phase {
	PHASE_RUNNING,	/* its events are delivered */
	PHASE_STARTING,	/* launched, has not called execve yet: not shown */
	PHASE_FAILING,	/* its execve failed: only its end is shown */
	PHASE_SILENT,	/* traced only because the kernel filter needs it */
};

/* What was changed in a call to keep its child traced (clone.c). */
enum clone_patch { PATCH_NONE, PATCH_WANTED, PATCH_ARG, PATCH_MEM };

/* What was done to the call that a tracee is in, for its exit (tamper.c). */
struct tamper {
	uint8_t tampered;	/* TAMPERED_* */
	uint8_t args;		/* bits: these have other values */
	uint64_t before[6];
	uint64_t sp;		/* at the entry */
	bool has_result;	/* the exit is to give this one */
	uint64_t result;
};

struct tracee {
	pid_t tid, pid;
	uint8_t abi;		/* of the call it is in */
	uint8_t phase;		/* enum tracee_phase */
	uint8_t patch;		/* enum clone_patch */
	bool attach_given;	/* EV_ATTACH was delivered, or is not due */
	bool early;		/* stopped before its parent's fork event */
	bool dead;		/* ended before its parent's fork event */
	bool in_call;		/* between entry and exit */
	bool skip_exit;		/* that exit is not wanted */
	bool seccomp_due;	/* a filter stop for this entry may follow */
	bool filter_tried;	/* this call may install a filter of its own */
	bool filter_tsync;	/* and give it to all threads */
	bool own_filter;	/* which refuses calls before ours sees them */
	bool flight_given;	/* its exit is still to be delivered */
	bool listen;		/* in a group-stop: goes on with LISTEN */
	int sig;		/* signal to go on with */
	int last_status;	/* of an early or dead one */
	uint64_t patch_addr;
	uint64_t patch_value;	/* what was there */
	uint8_t patch_arg;	/* the argument whose register was changed */
	int sent_sig;		/* a signal that we sent it for a rule, or 0 */
	struct tamper *tamper;	/* NULL: its call is as it was made */
	int64_t until_ns;	/* delayed: it stays stopped until then */
	uint64_t nr;		/* of the call it is in; only with -d */
};

#define EVENT_SHIFT 16		/* PTRACE_EVENT_* in a wait status */

/* A wait status, or one of these in its place. */
enum { STATUS_TOLD_ATTACH = -2 };

struct stop {
	pid_t tid;
	int status;
	int64_t wall_ns, mono_ns, cpu_ns;
	uint64_t count;		/* STATUS_TOLD_ATTACH: event.count */
};

struct stop_queue {
	struct stop *ring;
	size_t head, count, cap;	/* cap is a power of two, or 0 */
};

/* Tracees that stay stopped for a while; the first to go on is on top. */
struct delays {
	struct tracee **heap;
	size_t n, cap;
	timer_t timer;		/* ends a wait in time; made with the first */
	bool has_timer;
};

/* How well it has gone to ask for the next stop without a wait (wait.c). */
struct peek {
	struct tracee *next;	/* the one let go last, if it may be asked */
	struct ptrace_syscall_info info;
	pid_t tid;		/* the task whose stop info is about, or 0 */
	unsigned run;		/* stops found so since the last wait */
	unsigned misses;	/* in a row */
	unsigned pause;		/* stops until the next try */
};

struct ptrace_source {
	struct source base;
	const struct options *o;
	struct hash tracees;
	struct hash ghosts;	/* ends of tids that nobody had heard of */
	struct stop_queue queue;
	struct tracee *held;
	struct peek peek;
	struct delays delays;
	struct mem *mem;
	struct cpu_placement cpu;
	struct launch *launch;
	struct ptrace_debug *debug; /* -d, else NULL */
	struct uring_submits *submits; /* NULL: nobody wants them */
	long options;		/* PTRACE_O_* for every tracee */
	size_t early_count;	/* tracees that are early */
	size_t nshown;		/* tracees that are not silent */
	unsigned alone;		/* waits in a row that found one stop only */
	unsigned detach_idle;	/* ticks since the detach that saw no stop */
	uint64_t unwanted;	/* calls that stopped and nobody wanted */
	int caretaker_fd;	/* to the process in front, or -1 */
	bool follow;
	bool filter;		/* tracees run until the kernel filter stops */
	bool filter_unasked;	/* it would help, but has to be asked for */
	bool no_info;		/* the kernel lacks GET_SYSCALL_INFO */
	bool no_set_info;	/* the kernel lacks SET_SYSCALL_INFO */
	bool want_cpu;		/* ask wait for CPU times */
	bool detaching;
	bool ran;		/* the command got through its execve */
};

static inline bool debug_on(const struct ptrace_source *s)
{
	return __builtin_expect(s->debug != NULL, 0);
}

static inline long pt(const struct ptrace_source *s, long request, pid_t tid,
		      unsigned long addr, unsigned long data)
{
	if (debug_on(s))
		debug_request(s->debug, request);
	return syscall(SYS_ptrace, request, (long)tid, addr, data);
}

/* queue.c */
void queue_push(struct stop_queue *q, const struct stop *st);
void queue_push_front(struct stop_queue *q, const struct stop *st);
bool queue_pop(struct stop_queue *q, struct stop *st);

/* wait.c */
enum wait_result { WAIT_GOT, WAIT_IDLE, WAIT_GONE };
enum wait_result stops_wait(struct ptrace_source *s);
void stop_stamp(struct stop *st);
void stop_take(struct ptrace_source *s, pid_t tid);

/* tracee.c */
struct tracee *tracee_add(struct ptrace_source *s, pid_t tid, pid_t pid);
struct tracee *tracee_find(struct ptrace_source *s, pid_t tid);
void tracee_remove(struct ptrace_source *s, struct tracee *t);
void tracee_rename(struct ptrace_source *s, struct tracee *t, pid_t tid);
void tracee_set_phase(struct ptrace_source *s, struct tracee *t,
		      enum tracee_phase phase);
void tracee_resume(struct ptrace_source *s, struct tracee *t);
bool tracee_detach(struct ptrace_source *s, struct tracee *t);

/* stop.c: true when *ev is to be handed out. */
bool stop_serve(struct ptrace_source *s, const struct stop *st,
		struct event *ev);

/* filter.c: whether there is a kernel filter, and what follows from it */
void filter_choose(struct ptrace_source *s);
void filter_served(struct ptrace_source *s, struct tracee *t,
		   const struct event *ev, uint32_t data);
void filter_installed(struct ptrace_source *s, struct tracee *t,
		      const struct event *ev);
void filter_advise(const struct ptrace_source *s);

/* call.c */
bool call_serve(struct ptrace_source *s, struct tracee *t, struct event *ev);
bool call_interrupted(struct ptrace_source *s, struct tracee *t,
		      struct event *ev);
bool call_serve_seccomp(struct ptrace_source *s, struct tracee *t,
			struct event *ev);
void call_finish(struct ptrace_source *s, struct tracee *t, struct event *ev);
void call_fill_ip(struct ptrace_source *s, struct tracee *t,
		  struct event *ev);

/* end.c */
bool end_serve(struct ptrace_source *s, struct tracee *t, struct event *ev,
	       int status);
void end_release_early(struct ptrace_source *s);
void detach_begin(struct ptrace_source *s);
bool detach_serve(struct ptrace_source *s, struct tracee *t,
		  struct event *ev, int status);
bool detach_one(struct ptrace_source *s, struct tracee *t, struct event *ev);
bool detach_next_lost(struct ptrace_source *s, struct event *ev);

/* tamper.c: what the rules of -e inject= want of a call */
bool tamper_obey(struct ptrace_source *s, struct tracee *t,
		 const struct event *ev);
void tamper_exit(struct ptrace_source *s, struct tracee *t, struct event *ev);
void tamper_end(struct tracee *t);
void tamper_siginfo(const struct ptrace_source *s, struct tracee *t,
		    struct event *ev);

/* delay.c */
void delay_begin(struct ptrace_source *s, struct tracee *t, int64_t ns);
void delay_drop(struct ptrace_source *s, struct tracee *t);
void delays_serve(struct ptrace_source *s);
void delays_end(struct ptrace_source *s);
void delays_free(struct delays *d);

/* clone.c */
bool clone_is_untraced(struct ptrace_source *s, const struct event *ev);
void clone_patch_apply(struct ptrace_source *s, struct tracee *t);
void clone_patch_undo(struct tracee *t);

/* submits.c: what the held tracee's call hands to an io_uring.  True: *ev was
 * that entry, or one of these, and is the next; else it is the entry again. */
void submits_begin(struct ptrace_source *s);
void submits_end(struct ptrace_source *s);
bool submits_serve(struct ptrace_source *s, struct event *ev);

/* attach.c: 0, or an errno; attach_all() has reported it. */
int attach_all(struct ptrace_source *s);
int attach_one(struct ptrace_source *s, pid_t tid);

/* error.c */
void attach_error(pid_t tid, int err);
bool attach_is_cycle(pid_t pid);

/* caretaker.c */
int caretaker_front(struct ptrace_source *s);
bool caretaker_needed(const struct ptrace_source *s);
bool caretaker_split(struct ptrace_source *s);

#endif
