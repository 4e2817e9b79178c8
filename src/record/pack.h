/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack: frames of records, packed by libzstd, which is loaded when needed.
 *
 * Without it (pack_none.c) nothing is packed, and nothing can be unpacked.
 */
#ifndef STRACE_RECORD_PACK_H
#define STRACE_RECORD_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct packer;

struct packer *packer_new(void);	/* NULL: frames are not packed */
void packer_free(struct packer *k);	/* k may be NULL */
/* Adds those n bytes, packed, to out; false if they would not be fewer. */
bool packer_pack(struct packer *k, const void *raw, size_t n,
		 struct buf *out);

struct unpacker;

struct packed {
	const void *bytes;
	size_t len;
	size_t raw;		/* bytes before they were packed */
};

/* Unpacks into out; if false, why says what is wrong.  *k is NULL at first. */
bool unpacker_unpack(struct unpacker **k, const struct packed *in,
		     struct buf *out, struct buf *why);
void unpacker_free(struct unpacker *k);	/* k is NULL if none was needed */

#endif
