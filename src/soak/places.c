/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Places: a call with its stack, both without what differs from run to run
 * (arguments, results, addresses that no file is mapped at).
 */
#include <stdlib.h>
#include <string.h>

#include "soak.h"
#include "xalloc.h"

#define PLACE_MAX 65536		/* bytes of a place that are looked at */

static void place_add(struct soak_places *p)
{
	p->calls++;
	if (p->stacks) {
		uint64_t key = hash_bytes(HASH_BYTES, p->place.data,
					  p->place.len);

		if (hash_get(&p->seen, key))
			return;
		hash_put(&p->seen, key, p);
	}
	if (p->n == p->cap)
		p->at = xalloc_grow(p->at, &p->cap, sizeof(*p->at));
	p->at[p->n++] = p->calls;
}

void soak_places_end(struct soak_places *p)
{
	if (p->place.len)
		place_add(p);
	buf_reset(&p->place);
}

bool soak_is_frame(const char *line, size_t len)
{
	return len > 3 && !memcmp(line, " > ", 3);
}

/* "123 openat(...) = 3" without what stands before the name or after it. */
static void call_take(struct soak_places *p, const char *line, size_t len)
{
	const char *end = memchr(line, '(', len);
	const char *name = end;

	if (!end)
		return;
	while (name > line && name[-1] != ' ')
		name--;
	if (name == end)
		return;
	soak_places_end(p);
	buf_add(&p->place, name, (size_t)(end - name));
}

void soak_places_take(struct soak_places *p, const char *line, size_t len)
{
	if (!soak_is_frame(line, len)) {
		call_take(p, line, len);
		return;
	}
	if (!p->place.len || p->place.len + len > PLACE_MAX)
		return;
	/* " > [0x7f...]": the address is another one in each run */
	buf_add(&p->place, line, line[3] == '[' ? 3 : len);
}

void soak_places_free(struct soak_places *p)
{
	free(p->at);
	hash_free(&p->seen);
	buf_free(&p->place);
}
