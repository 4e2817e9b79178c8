/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * proc: what /proc says about a task.
 *
 * Everything may fail at any moment, because the task may be gone.  If /proc is
 * not there, or shows another PID namespace, in which our numbers are those of
 * others, everything fails.
 */
#ifndef STRACE_PROC_H
#define STRACE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Is /proc there, and does it number processes as we do? */
bool proc_is_ours(void);
/* Up to size - 1 bytes of /proc/TID/name, NUL-terminated; -1 if unreadable. */
ssize_t proc_read(pid_t tid, const char *name, char *buf, size_t size);
/* The inode of /proc/TID/ns/name; 0 if unknown. */
uint64_t proc_ns(pid_t tid, const char *name);
/* A number from /proc/TID/status, such as "Tgid:"; -1 without one. */
long proc_status_num(pid_t tid, const char *key);
/* Its name, NUL-terminated; the length, 0 without one. */
size_t proc_comm(pid_t tid, char *buf, size_t size);

#endif
