/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wire: what the kernel programs and the eBPF source say to each other.
 *
 * Each record in a ring buffer begins with struct wire; its kind says which of
 * the structs below it is.  In the records of calls this is followed by any
 * number of struct cap_block (capture_run.h), to the end of the record.
 *
 * The room src/source/ebpf/kernel: one program, trace.bpf.c, in headers by
 * what each is about.  Only wire.h and capture_run.h are also compiled for the
 * tracer; the rest is never seen outside this folder.
 */
#ifndef STRACE_BPF_WIRE_H
#define STRACE_BPF_WIRE_H

#include "abi_ids.h"

enum wire_kind {
	WIRE_ENTER = 1,
	WIRE_EXIT,
	WIRE_SIGNAL,
	WIRE_FORK,
	WIRE_EXEC,
	WIRE_END,
	WIRE_URING_SUBMIT,
	WIRE_URING_COMPLETE,
	WIRE_NAME,
	WIRE_STACK,		/* struct wire; a signal's stack follows */
};

enum {				/* wire.flags */
	WIRE_FAULTS = 1 << 0,	/* some block is short */
	WIRE_GOES_ON = 1 << 1,	/* end: of a leader, whose process lives */
	WIRE_IGNORED = 1 << 3,	/* signal: dropped when it was sent */
	WIRE_DEFAULT = 1 << 4,	/* signal: no handler */
	WIRE_FLIGHT = 1 << 5,	/* exit: of a call that began before us */
	WIRE_NO_SQE = 1 << 6,	/* submit: sqe could not be read any more */
	WIRE_REFUSED = 1 << 7,	/* submit: the kernel refused it */
	WIRE_ELSEWHERE = 1 << 8, /* tid and pid are those of the first pid
				 * namespace: the task is not in ours */
};

#define WIRE_COMM 16		/* bytes of a task's name and its NUL */

struct wire {
	uint8_t kind;
	uint8_t abi;
	uint16_t flags;
	uint32_t lost;		/* records of this CPU lost before this one */
	uint64_t mono_ns;
	uint64_t cpu_ns;	/* a clock that runs while the task does */
	int32_t tid, pid;
};

struct wire_enter {
	struct wire w;
	uint64_t nr;
	uint64_t arg[6];
	uint64_t ip, sp;
};

struct wire_exit {
	struct wire w;
	uint64_t nr;
	int64_t ret;
	uint64_t ip;
	uint32_t late;		/* bytes of blocks that belong to the entry */
	uint32_t pad;
};

struct signal_info {
	int32_t sig;
	uint8_t has_info;
	uint8_t from_kernel;	/* without info */
	uint8_t pad[2];
	uint8_t info[48];	/* the first bytes of siginfo_t */
};

struct wire_signal {
	struct wire w;
	struct signal_info s;
};

#define WIRE_PIDS_MAX 4

/* A task's numbers in the PID namespaces below ours; the last is its own. */
struct wire_pids {
	uint32_t known;		/* else there are too many, or none */
	uint32_t count;
	struct {
		uint32_t ns;	/* its inode */
		int32_t nr;
	} in[WIRE_PIDS_MAX];
};

struct wire_fork {
	struct wire w;
	struct wire_pids pids;	/* of the child */
	int32_t child, child_pid;
	char comm[WIRE_COMM];
};

/*
 * It is followed by a page with the path and one with the argument strings, or
 * by nothing if these could be read when the call began.
 */
struct wire_exec {
	struct wire w;
	int32_t old_tid;	/* 0: of a thread that was not traced */
	int32_t argc, envc;
	uint32_t path_len, arg_len;
	uint32_t pad;
	char comm[WIRE_COMM];
	uint64_t arg_start;	/* where the strings are in the new memory */
};

/* The task gives itself another name, or somebody does through /proc. */
struct wire_name {
	struct wire w;
	char comm[WIRE_COMM];
};

struct wire_end {
	struct wire w;
	int32_t code, pad;	/* as wait reports it; for a leader, that of the
				 * process, unless that goes on */
};

#define SQE_SIZE 64		/* of an operation, as it is submitted */
#define WIRE_OPCODE_UNKNOWN 256
#define WIRE_URING_ENTER_NR 426	/* the same for all ABIs */

struct wire_uring {
	struct wire w;
	uint64_t born;		/* when the ring was made: names the ring */
	uint64_t user_data;
	int32_t fd;		/* the ring's, -1: not known */
	uint32_t opcode;
	int32_t res;		/* the completion's result, ... */
	uint32_t flags;		/* ... and its flags */
};

/* A submission.  Blocks follow; for plans, sqe is at URING_SQE_AT. */
struct wire_sqe {
	struct wire_uring u;
	uint8_t sqe[SQE_SIZE];
};

/* Indices of plans, 0: nothing to do. */
struct wire_plans {
	uint16_t enter;
	uint16_t exit;		/* at the end of a call that went well */
	uint16_t failed;
	uint16_t pad;
};

/* What is to be done for calls of one number. */
struct wire_call {
	uint32_t id;		/* names its cases, 0: none */
	uint32_t key_mask[2];
	struct wire_plans plans;
	uint8_t key_arg[2];
	uint8_t key_shift[2];
	uint8_t flags;
	uint8_t fd_args;	/* bit per register with a descriptor */
	uint8_t pad[2];
};

enum {				/* wire_call.flags */
	CALL_TRACED = 1 << 0,
	CALL_EXEC = 1 << 1,
	CALL_TWO_KEYS = 1 << 2,
	CALL_FDS_IN_MEMORY = 1 << 3,
	CALL_FORK = 1 << 4,
	CALL_STACK_EARLY = 1 << 5, /* its end comes too late for it */
};

#define WIRE_CALLS_MAX 1024	/* per ABI; the last stands for all above */
#define WIRE_BEYOND_MAX 256	/* how many of those are counted apart */

struct wire_number {
	uint32_t abi, nr;
};

struct wire_case {
	uint32_t id, key[2];
};

struct wire_plan {
	struct cap_step step[CAP_STEPS_MAX];
};

enum wire_mode {
	MODE_TASKS,		/* tasks that were marked, and their children */
	MODE_CGROUP,		/* all tasks in a cgroup */
	MODE_ALL,		/* all tasks but ours */
};

/* As in options.status. */
enum {
	OUTCOME_SUCCESS = 1 << 0,
	OUTCOME_FAILURE = 1 << 1,
	OUTCOME_UNFINISHED = 1 << 2,
};

#define WIRE_PLACES_LOG2 12	/* how many tasks are found fast (task.h) */
#define WIRE_TASKS_MAX 65536	/* where tasks have no storage */
#define WIRE_FDS_MAX 1024	/* higher ones pass the filter */

/* Set before the programs are loaded. */
struct wire_settings {
	uint32_t mode;
	uint32_t follow;
	uint32_t count;		/* calls are counted, and make no record */
	uint32_t files;		/* what descriptors are is captured, too */
	uint32_t by_address;	/* tasks have no storage of ours */
	uint32_t stage;		/* entries wait for the call's outcome */
	uint32_t outcomes;	/* OUTCOME_* that are wanted */
	uint32_t fd_filter;	/* only calls with descriptors in fds */
	uint32_t cpu;		/* records have cpu_ns */
	uint32_t stack;		/* bytes of it that are captured, 0: none */
	uint32_t slots;		/* programs that put records together */
	uint32_t pad;
	uint64_t slower_ns;	/* only calls that took as long */
	uint64_t fds[WIRE_FDS_MAX / 64];
	int64_t overhead_ns;	/* counting: subtracted from each call's time */
	struct wire_call uring[ABI_ROUND]; /* for submissions, by ABI */
};

/* Shared while they run. */
struct wire_shared {
	uint32_t asleep;	/* the tracer waits: wake it for any record */
	uint32_t has_vdso;	/* that of 32-bit tasks was sent (stack.h) */
	uint64_t live;		/* tasks that are traced */
	uint64_t elsewhere;	/* of them, those that have no place (task.h) */
	uint64_t lost;		/* records there was no room for */
	uint64_t cgroup_id;	/* MODE_CGROUP: the one to trace */
	uint64_t cgroup_root;	/* where the tree of cgroups is mounted */
	uint32_t cgroup_level;	/* at first the iterator puts the root's here */
	uint32_t mark_how;	/* enum wire_mark */
	int32_t mark_id;
	uint32_t mark_flags;	/* TASK_* for tasks that are marked */
	uint32_t self_tgid;	/* ours, as the first pid namespace counts */
	uint32_t self_level;	/* how deep our own pid namespace is */
	/* Where our paths begin: a struct dentry, a struct mount. */
	void *self_root, *self_mount;
	uint64_t task_base;	/* task.h measures addresses from here */
};

enum wire_mark {		/* the tasks that the iterator marks */
	MARK_THREAD, MARK_PROCESS, MARK_ALL,
	MARK_FLUSH,		/* none, but staged entries are written */
};

/* What the iterator writes for each task that it marked. */
struct wire_marked {
	struct wire_pids pids;
	int32_t tid, pid;
	char comm[WIRE_COMM];
};

enum {				/* task_state.flags */
	TASK_IN_CALL = 1 << 0,
	TASK_WAIT_EXEC = 1 << 1, /* launched: not shown before its execve */
	TASK_LOST_ENTRY = 1 << 2,
	TASK_FAULTED = 1 << 3,	/* at entry some memory could not be read */
	TASK_SKIP = 1 << 4,	/* this call is not traced */
	TASK_STAGED = 1 << 6,	/* its entry waits (stage.h) */
	TASK_FLIGHT = 1 << 5,	/* it may be in a call that we did not see */
	TASK_STACK_EARLY = 1 << 8, /* its stack comes with the entry */
	TASK_NEWBORN = 1 << 7,	/* it returns from a call that began before it
				 * was traced: its parent's fork, its exec */
};

/* With TASK_FLIGHT: whether it was in a call when it was marked. */
enum task_flight {
	FLIGHT_UNKNOWN,
	FLIGHT_IN_CALL,
	FLIGHT_IN_NONE,
};

struct task_state {
	uint32_t flags;
	int32_t tid, pid;
	uint32_t nr;
	struct wire_plans plans; /* of the call */
	uint8_t abi;
	uint8_t flight;		/* enum task_flight */
	uint8_t elsewhere;	/* see WIRE_ELSEWHERE */
	uint8_t pad;
	uint64_t arg[6];
	uint64_t mono_ns, cpu_ns; /* of the entry, counted or staged */
	struct signal_info sent; /* the one that ends its process (signal.h) */
};

#endif
