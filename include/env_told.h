/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_told: an env that knows what came with the events.
 *
 * By the time that a source which stops nobody hands out an event, its task has
 * gone on or is gone.  So the source puts here what was captured of the task
 * when the event happened.  All other questions go to another env, which this
 * one owns.
 */
#ifndef STRACE_ENV_TOLD_H
#define STRACE_ENV_TOLD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct env;

/* files: an env_files.h that is told of descriptors as well, or NULL. */
struct env *env_told_new(struct env *other, struct env *files);
/*
 * tid begins a call: what was told of descriptors in the one before is old.
 */
void env_told_call(struct env *e, pid_t tid);
/*
 * id says what that descriptor is, or with -100 the working directory
 * (file_id.h).  It answers questions about tid until tid's next call.
 */
void env_told_file(struct env *e, pid_t tid, int fd, const void *id,
		   size_t size);
/* ... that it is a netlink socket, of that protocol (an int). */
void env_told_netlink(struct env *e, pid_t tid, int fd, const void *protocol,
		      size_t size);
/* Its name from now on. */
void env_told_comm(struct env *e, pid_t tid, const char *comm, size_t len);
/* A task's number in a PID namespace, given by its inode. */
struct told_pid {
	uint32_t ns;
	pid_t nr;
};

/* The numbers of tid in the namespaces below ours; the last is that which it is
 * in.  From then on ENV_PIDNS knows them, also when tid is gone. */
void env_told_pids(struct env *e, pid_t tid, const struct told_pid *in,
		   size_t n);
/* Its number means somebody else to us: nobody else is asked of it. */
void env_told_elsewhere(struct env *e, pid_t tid);
/* It ended: to be forgotten after a while, for others may ask of it yet. */
void env_told_gone(struct env *e, pid_t tid);

#endif
