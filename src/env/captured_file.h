/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env_file: answers about a descriptor, made from what came with a call
 * (file_id.h) without asking the kernel, in the form that env_live gives.
 */
#ifndef STRACE_ENV_FILE_H
#define STRACE_ENV_FILE_H

#include <stddef.h>

#include "buf.h"
#include "env.h"

enum file_says {
	FILE_ANSWERS,		/* the answer was appended */
	FILE_ANSWERS_NOT,	/* it is known that there is none */
	FILE_UNKNOWN,		/* the other env has to be asked */
};

/* `what` is ENV_FD_PATH, ENV_FD_DETAIL, ENV_FD_NETLINK or ENV_CWD. */
enum file_says file_answer(const void *id, size_t size, enum env_what what,
			   struct buf *out);

#endif
