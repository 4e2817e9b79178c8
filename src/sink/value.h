/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * value: what text and JSON both want to know of a typed value.
 */
#ifndef STRACE_SINK_VALUE_H
#define STRACE_SINK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "emit.h"

/* Only the bytes that were stored: a decoder may leave the rest undefined. */
static inline uint64_t value_bits(const struct value *v)
{
	if (!v->width || v->width >= 8)
		return v->num;
	return v->num & ((1ull << v->width * 8) - 1);
}

static inline int64_t value_signed(const struct value *v)
{
	unsigned unused;

	if (!v->width || v->width >= 8)
		return (int64_t)v->num;
	unused = 64 - v->width * 8u;
	return (int64_t)(v->num << unused) >> unused;
}

/* A mask of signals or CPUs: any length, as longs lie in memory. */
static inline bool mask_has(const struct value *v, size_t bit)
{
	const uint8_t *p = v->text;

	return bit / 8 < v->len && p[bit / 8] >> bit % 8 & 1;
}

/* A string took so many bytes where there is less room: less of it, then. */
static inline void value_shorten(struct value *v, size_t room, size_t took)
{
	size_t fits = v->len * room / took;

	v->len = fits < v->len ? fits : v->len - 1;
	v->flags |= VF_CUT;
}

/* What wait() says of a process. */
enum wait_kind { WAIT_EXITED, WAIT_SIGNALED, WAIT_STOPPED, WAIT_CONTINUED };

static inline enum wait_kind wait_kind(uint32_t status)
{
	if (status == 0xffff)
		return WAIT_CONTINUED;
	if ((status & 0xff) == 0x7f)
		return WAIT_STOPPED;
	return status & 0x7f ? WAIT_SIGNALED : WAIT_EXITED;
}

void hwaddr_put(struct buf *b, const struct value *v);	/* 02:42:ac:11 */
void uuid_put(struct buf *b, const struct value *v); /* 01020304-0506-.. */

const char *file_type_name(uint64_t mode);	/* "S_IFREG", or NULL */

/* Why events are missing. */
const char *event_lost_text(int cause);

#endif
