/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mem.h"

/* Strings are short: reading ahead by more would mostly be for nothing. */
#define STEP 256

enum mem_str mem_read_str(struct mem *m, uint64_t addr, char *buf, size_t size,
			  size_t *got)
{
	size_t have = 0;

	while (have < size) {
		size_t want = STEP - ((addr + have) & (STEP - 1));

		if (want > size - have)
			want = size - have;

		size_t n = mem_read(m, addr + have, buf + have, want);
		const char *nul = n ? memchr(buf + have, 0, n) : NULL;

		if (nul) {
			*got = (size_t)(nul - buf);
			return MEM_STR_END;
		}
		have += n;
		if (n < want) {
			*got = have;
			return MEM_STR_FAULT;
		}
	}
	*got = have;
	return MEM_STR_CUT;
}
