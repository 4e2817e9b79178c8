/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * file_id: what a file descriptor of a task is, as the kernel programs of the
 * eBPF source find it when a call happens (source/ebpf/kernel/files.h).
 *
 * It comes as the bytes of a block (capture.h) whose address is no address, but
 * FILE_MARK with the descriptor in its low half.  They are a struct file_id,
 * then a struct file_ends if FILE_ENDS is set, then the names, each with its
 * NUL.  These are the names on the path from the file up to the root, or one
 * name that only the file system understands.  env_captured.h makes answers of
 * it.
 *
 * A block at NETLINK_MARK with the descriptor says that it is a netlink socket;
 * its bytes are a struct netlink_id.
 */
#ifndef STRACE_FILE_ID_H
#define STRACE_FILE_ID_H

#ifndef CAPTURE_IN_KERNEL
#include <stdint.h>
#endif

/* There is no user memory at these addresses, so no other block has any. */
#define FILE_MARK 0xf11e000000000000ull
#define NETLINK_MARK 0xf11f000000000000ull
#define FILE_CWD (-100)		/* AT_FDCWD: the working directory */
#define FILE_NAMES_MAX 4096	/* bytes */
#define FILE_NAME_MAX 256	/* of one, with the NUL */

enum {				/* file_id.flags */
	FILE_NONE = 1 << 0,	/* there is no such descriptor */
	FILE_DELETED = 1 << 1,
	FILE_PSEUDO = 1 << 2,	/* its file system forms its name */
	FILE_ENDS = 1 << 3,
	FILE_CUT = 1 << 4,	/* the path is too long */
	FILE_DETAILS = 1 << 5,	/* all is known, not only the names */
};

struct file_id {
	uint32_t flags;
	uint32_t mode;
	uint64_t ino;		/* FILE_PSEUDO always has this and magic */
	uint32_t rdev;		/* as the kernel keeps it */
	uint32_t magic;		/* of its file system */
	uint32_t names;		/* bytes */
	int32_t pid;		/* of a pidfd, always; -1 if it is gone */
};

struct netlink_id {
	int32_t protocol;
	uint32_t netns;		/* the inode of its namespace; 0: unknown */
};

#define FILE_ADDRESS_MAX 112	/* bytes of the name of a unix socket */

/* A socket's own end and the other one; ports as they are on the wire. */
struct file_ends {
	uint16_t family;
	uint16_t protocol;
	uint16_t local_port, remote_port;
	union {
		struct {
			uint8_t local[16], remote[16];
		};
		uint8_t groups[32];	/* netlink: those it has joined */
	};
	uint64_t peer;		/* unix: the other's inode; netlink: port */
	uint32_t name_len;	/* unix: its address */
	uint32_t pad;
	char name[FILE_ADDRESS_MAX];
};

#endif
