/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * calls: questions about system calls that the generated tables answer.
 *
 * Option parsing (names, classes, patterns), filters and the kernel filter ask
 * them.  Numbers are those of the ABI's table, without the bit that marks the
 * numbers of some ABIs (abi_info.h).
 */
#ifndef STRACE_CALLS_H
#define STRACE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi_info.h"
#include "event.h"

enum call_class {		/* bits; the words after % in -e trace= */
	CLASS_FILE = 1 << 0,	/* takes a path */
	CLASS_DESC = 1 << 1,	/* takes or gives a file descriptor */
	CLASS_MEMORY = 1 << 2,
	CLASS_PROCESS = 1 << 3,
	CLASS_SIGNAL = 1 << 4,
	CLASS_IPC = 1 << 5,
	CLASS_NETWORK = 1 << 6,
	CLASS_STAT = 1 << 7,
	CLASS_LSTAT = 1 << 8,
	CLASS_FSTAT = 1 << 9,
	CLASS_STATFS = 1 << 10,
	CLASS_FSTATFS = 1 << 11,
	CLASS_STAT_LIKE = 1 << 12,	/* %%stat */
	CLASS_STATFS_LIKE = 1 << 13,	/* %%statfs */
	CLASS_PURE = 1 << 14,
	CLASS_CREDS = 1 << 15,
	CLASS_CLOCK = 1 << 16,
	CLASS_URING = 1 << 17,	/* with operations that go through rings */
};

struct class_name {
	const char *name;	/* "file", "%stat" for %%stat */
	uint32_t bit;
	const char *help;
};
extern const struct class_name class_names[];	/* ends with a NULL name */

size_t calls_count(unsigned abi);	/* one more than the highest number */
const char *calls_name(unsigned abi, uint64_t nr);	/* NULL: none */
bool calls_number(unsigned abi, const char *name, uint64_t *nr);
struct abi_call;
/* The call that nr makes in its case i, from 0 on; false if there is none. */
struct calls_sub {
	uint32_t id;
	const char *name;	/* NULL: it has the name of the call itself */
	uint32_t classes;
};
bool calls_sub(unsigned abi, uint64_t nr, uint32_t i, struct calls_sub *sub);
const struct abi_call *calls_desc(unsigned abi, uint64_t nr);
/* The description of an event that is no system call (EV_URING_SUBMIT). */
const struct abi_call *calls_desc_event(enum event_kind kind);
uint32_t calls_class(unsigned abi, uint64_t nr);

#endif
