/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * now: what a clock says, as one number of nanoseconds.
 */
#ifndef STRACE_NOW_H
#define STRACE_NOW_H

#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC INT64_C(1000000000)
#define NSEC_PER_MS INT64_C(1000000)

static inline int64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

#endif
