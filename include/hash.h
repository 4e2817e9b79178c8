/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hash: a map from a 64-bit key (a tid, an fd) to a pointer.
 *
 * Open addressing, grows by itself; the pointers are the caller's.  Removing
 * while walking with hash_each is not allowed.  Zero-initialise it ({0}).
 */
#ifndef STRACE_HASH_H
#define STRACE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint64_t key;
	void *value;		/* NULL: the slot is free */
};

struct hash {
	struct hash_slot *slots;
	size_t cap;		/* a power of two, or 0 */
	size_t count;
};

void *hash_get(const struct hash *h, uint64_t key);
void hash_put(struct hash *h, uint64_t key, void *value); /* value not NULL */
void *hash_del(struct hash *h, uint64_t key);	/* what was there, or NULL */
void hash_free(struct hash *h);			/* the table, not the values */

/* A number for bytes, which may come in pieces; it begins with HASH_BYTES. */
#define HASH_BYTES 0xcbf29ce484222325ull
uint64_t hash_bytes(uint64_t number, const void *p, size_t n);

#define hash_each(h, slot) \
	for (struct hash_slot *slot = (h)->slots; \
	     slot && slot < (h)->slots + (h)->cap; slot++) \
		if (slot->value)

#endif
