/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secontext: how --secontext asks env for SELinux contexts.
 *
 * The answer to ENV_SECONTEXT_* is the whole context; if the key has
 * SECONTEXT_KEY_MISMATCH, it may be followed by a NUL and the context that the
 * policy has for that path.
 */
#ifndef STRACE_SECONTEXT_H
#define STRACE_SECONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#define SECONTEXT_KEY_MISMATCH (UINT64_C(1) << 63)
#define SECONTEXT_ADDR_BITS 47	/* no path of a tracee lies higher */
#define SECONTEXT_DIRFD_MAX 65533
#define SECONTEXT_CWD (-100)	/* AT_FDCWD */

/* False if a key has no room for these. */
static inline bool secontext_path_key(int dirfd, uint64_t addr, uint64_t *key)
{
	uint64_t dir = dirfd == SECONTEXT_CWD ? 0 : (uint64_t)dirfd + 1;

	if (addr >> SECONTEXT_ADDR_BITS || dir > SECONTEXT_DIRFD_MAX + 1 ||
	    (dirfd < 0 && dirfd != SECONTEXT_CWD))
		return false;
	*key = addr | dir << SECONTEXT_ADDR_BITS;
	return true;
}

static inline uint64_t secontext_key_addr(uint64_t key)
{
	return key & ((UINT64_C(1) << SECONTEXT_ADDR_BITS) - 1);
}

static inline int secontext_key_dirfd(uint64_t key)
{
	uint64_t dir = (key & ~SECONTEXT_KEY_MISMATCH) >> SECONTEXT_ADDR_BITS;

	return dir ? (int)dir - 1 : SECONTEXT_CWD;
}

#endif
