/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_captured: an env that knows what came with the events.
 *
 * When a source that stops nobody hands out an event, the task has gone on or
 * is gone.  So the source hands this env what was captured about the task when
 * the event happened.  All other questions go to another env, which this one
 * owns.
 */
#ifndef STRACE_ENV_CAPTURED_H
#define STRACE_ENV_CAPTURED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct env;
struct event;

/* files is an env_files.h that gets facts of descriptors as well, or NULL. */
struct env *env_captured_new(struct env *other, struct env *files);
/* A task with this tid begins: what is known of it was another's. */
void env_captured_born(struct env *e, pid_t tid);
/* tid begins a call, so facts about descriptors in the call before are old. */
void env_captured_call(struct env *e, pid_t tid);
/*
 * id says what that descriptor is, or with -100 the working directory
 * (file_id.h).  It answers questions about tid until tid's next call.
 */
void env_captured_file(struct env *e, pid_t tid, int fd, const void *id,
		       size_t size);
/* The descriptor is a netlink socket: its struct netlink_id. */
void env_captured_netlink(struct env *e, pid_t tid, int fd,
			  const void *id, size_t size);
/*
 * A piece of the stack (stack_piece.h) of the event's task, until the next one
 * is given; NULL: nobody's.  It is for `live` (env.h) to walk; without that, no
 * question about stacks has an answer.
 */
void env_captured_stack(struct env *e, const struct event *ev,
			const void *piece, size_t size);
void env_captured_walker(struct env *e, struct env *live);
pid_t env_captured_stack_of(const struct env *e);	/* 0: nobody's */
/* The code that the kernel maps in 32-bit processes. */
void env_captured_vdso(struct env *e, const void *image, size_t size);

/* Code that a process maps: a file or the kernel's, or without a name. */
struct captured_map {
	uint64_t start, end, offset, inode;
	unsigned major, minor;
	const char *name;
	size_t len;		/* of the name */
};

/*
 * pid begins a program, and from now on all it maps is told; its children begin
 * with the same.  Or it runs, and it is asked now, but not later.  Others, and
 * all of them when something was lost, are asked when a stack is walked.
 */
void env_captured_maps_read(struct env *e, pid_t pid);
void env_captured_exec(struct env *e, pid_t pid);
void env_captured_map(struct env *e, pid_t pid, const struct captured_map *m);
void env_captured_fork(struct env *e, pid_t pid, pid_t child);
void env_captured_maps_lost(struct env *e);
void env_captured_over(struct env *e, pid_t pid);	/* the process ended */
/* This is tid's name from now on. */
void env_captured_comm(struct env *e, pid_t tid, const char *comm, size_t len);
/* A task's number in a PID namespace, given by its inode. */
struct captured_pid {
	uint32_t ns;
	pid_t nr;
};

/* The numbers of tid in the namespaces below ours; the last one is in its own.
 * From then on ENV_PIDNS knows them, also when tid is gone. */
void env_captured_pids(struct env *e, pid_t tid, const struct captured_pid *in,
		       size_t n);
/* In our PID namespace, tid is another task's: the other env is not asked. */
void env_captured_elsewhere(struct env *e, pid_t tid);
/* tid ended.  It is forgotten after a while only, since questions may come. */
void env_captured_gone(struct env *e, pid_t tid);

#endif
