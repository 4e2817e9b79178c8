/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pack.h"

#include <stdlib.h>
#include <zstd.h>

#include "lazy.h"
#include "xalloc.h"

#define LEVEL 1
#define LIBRARY "libzstd.so.1"

#define PACK_FUNCTIONS(X)						\
	X(ZSTD_compressBound) X(ZSTD_compressCCtx) X(ZSTD_createCCtx)	\
	X(ZSTD_freeCCtx) X(ZSTD_isError)

#define UNPACK_FUNCTIONS(X)						\
	X(ZSTD_decompress) X(ZSTD_getFrameContentSize) X(ZSTD_isError)

struct packer {
	struct { PACK_FUNCTIONS(LAZY_POINTER) } api;
	ZSTD_CCtx *context;
};

struct unpacker {
	struct { UNPACK_FUNCTIONS(LAZY_POINTER) } api;
};

struct packer *packer_new(void)
{
	static const struct lazy_name names[] = {
		PACK_FUNCTIONS(LAZY_NAME) LAZY_END
	};
	struct packer *k = xalloc_new(1, sizeof(*k));

	if (!lazy_load(LIBRARY, names, &k->api))
		k->context = k->api.ZSTD_createCCtx();
	if (k->context)
		return k;
	free(k);
	return NULL;
}

void packer_free(struct packer *k)
{
	if (k)
		k->api.ZSTD_freeCCtx(k->context);
	free(k);
}

bool packer_pack(struct packer *k, const void *raw, size_t n, struct buf *out)
{
	size_t bound = k->api.ZSTD_compressBound(n), packed;

	buf_grow(out, bound);
	packed = k->api.ZSTD_compressCCtx(k->context, out->data + out->len,
					  bound, raw, n, LEVEL);
	if (k->api.ZSTD_isError(packed) || packed >= n)
		return false;
	out->len += packed;
	return true;
}

static struct unpacker *unpacker_new(struct buf *why)
{
	static const struct lazy_name names[] = {
		UNPACK_FUNCTIONS(LAZY_NAME) LAZY_END
	};
	struct unpacker *k = xalloc_new(1, sizeof(*k));
	const char *error = lazy_load(LIBRARY, names, &k->api);

	if (!error)
		return k;
	buf_fmt(why, "the record is packed, and libzstd can't be loaded: %s",
		error);
	free(k);
	return NULL;
}

bool unpacker_unpack(struct unpacker **k, const struct packed *in,
		     struct buf *out, struct buf *why)
{
	unsigned long long said;
	size_t n;

	if (!*k)
		*k = unpacker_new(why);
	if (!*k)
		return false;
	said = (*k)->api.ZSTD_getFrameContentSize(in->bytes, in->len);
	if (said != in->raw) {
		buf_str(why, "a packed frame contradicts itself about its "
			"size");
		return false;
	}
	buf_reset(out);
	buf_grow(out, in->raw + 1);
	n = (*k)->api.ZSTD_decompress(out->data, in->raw, in->bytes, in->len);
	if ((*k)->api.ZSTD_isError(n) || n != in->raw) {
		buf_str(why, "a frame does not unpack");
		return false;
	}
	out->len = n;
	return true;
}

void unpacker_free(struct unpacker *k)
{
	free(k);
}
