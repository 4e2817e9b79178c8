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
/* The descriptor is a netlink socket of that protocol (an int). */
void env_captured_netlink(struct env *e, pid_t tid, int fd,
			  const void *protocol, size_t size);
/*
 * A piece of tid's stack (stack_piece.h), until the next one is given; NULL:
 * of nobody.  It is for `live` (env.h) to walk; without that, no question about
 * stacks has an answer.
 */
void env_captured_stack(struct env *e, pid_t tid, const void *piece,
			size_t size);
void env_captured_walker(struct env *e, struct env *live);
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
