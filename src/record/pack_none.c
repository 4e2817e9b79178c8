/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pack.h"

struct packer *packer_new(void)
{
	return NULL;
}

void packer_free(struct packer *k)
{
	(void)k;
}

bool packer_pack(struct packer *k, const void *raw, size_t n, struct buf *out)
{
	(void)k;
	(void)raw;
	(void)n;
	(void)out;
	return false;
}

bool unpacker_unpack(struct unpacker **k, const struct packed *in,
		     struct buf *out, struct buf *why)
{
	(void)k;
	(void)in;
	(void)out;
	buf_str(why, "the record is packed, and this strace was built without "
		"libzstd");
	return false;
}

void unpacker_free(struct unpacker *k)
{
	(void)k;
}
