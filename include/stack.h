/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack: the form of a stack trace on its way from env to a sink.
 *
 * ENV_STACK's key is STACK_KEY(source, page).  An answer holds one page, since
 * a deep stack is longer than an answer may be.  Its first byte is '+' if there
 * are more pages, '.' if it is the last one; then come frames, each of six
 * fields that end with a NUL:
 *
 *	OBJECT SYMBOL OFFSET ADDR FILE LINE
 *
 * OBJECT is the mapped file, ADDR (hex) the place in it, SYMBOL the function,
 * demangled, with OFFSET (hex) from its begin, FILE and LINE (decimal) the
 * source that it was compiled from.  A field that is not known is empty.
 * Without OBJECT, ADDR is an address that no file is mapped at.  Without both,
 * it is no frame: there are too many, or with a SYMBOL (STACK_MISSED), the
 * others were not captured; or those that follow (STACK_POINTERS) were found by
 * frame pointers, and there may be others between them.  Names come from the
 * tracee's files: escape them.
 */
#ifndef STRACE_STACK_H
#define STRACE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define STACK_PAGE_MAX 8192
#define STACK_FRAMES 256	/* of one stack, unless the user wants others */
#define STACK_FRAMES_MAX 65536
#define STACK_CUT "\0\0\0\0\0"	/* what follows the last frame then */
#define STACK_MISSED "\0missed\0\0\0\0"
#define STACK_POINTERS "\0pointers\0\0\0\0"
#define STACK_KEY(source, page) ((uint64_t)(page) << 8 | ((source) ? 1 : 0))

struct stack_frame {
	const char *object, *symbol, *file;	/* "": not known */
	uint64_t offset, addr;
	unsigned line;
	bool more;		/* no frame: the others are not shown */
	bool missed;		/* ... for they were not captured */
	bool pointers;		/* no frame: the others are a guess */
};

/* The frame at *p, which moves past it; false at the end. */
static inline bool stack_next(const char **p, const char *end,
			      struct stack_frame *f)
{
	const char *field[6];

	for (unsigned i = 0; i < 6; i++) {
		const char *nul = *p < end ? memchr(*p, 0, end - *p) : NULL;

		if (!nul)
			return false;
		field[i] = *p;
		*p = nul + 1;
	}
	*f = (struct stack_frame){
		.object = field[0], .symbol = field[1], .file = field[4],
		.offset = strtoull(field[2], NULL, 16),
		.addr = strtoull(field[3], NULL, 16),
		.line = (unsigned)strtoul(field[5], NULL, 10),
		.more = !*field[0] && !*field[3] && *field[1] != 'p',
		.pointers = !*field[0] && !*field[3] && *field[1] == 'p',
	};
	f->missed = f->more && *f->symbol;
	return true;
}

#endif
