/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tips: what --tips shows on standard error before the program ends.
 *
 * A tip is a sentence on what strace can do and a command line that shows it.
 */
#ifndef STRACE_TIPS_H
#define STRACE_TIPS_H

#include <stddef.h>

enum tip_format {
	TIP_NONE,
	TIP_COMPACT,
	TIP_FULL,		/* in a frame */
};

#define TIP_RANDOM (-1)

struct tip_want {
	enum tip_format format;
	int id;			/* TIP_RANDOM, or below tips_count() */
};

size_t tips_count(void);
void tip_show(const struct tip_want *want);

#endif
