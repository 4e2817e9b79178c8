/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "xalloc.h"

const struct env_answer *env_answers_find(const struct env_answers *a,
					  const struct env_query *q)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct env_answer *known = &a->answer[i];

		if (known->q.key == q->key && known->q.what == q->what &&
		    known->q.tid == q->tid)
			return known;
	}
	return NULL;
}

void env_answers_add(struct env_answers *a, struct env_answer *new,
		     const void *data)
{
	if (a->count == a->cap)
		a->answer = xalloc_grow(a->answer, &a->cap, sizeof(*a->answer));
	new->offset = a->data.len;
	if (new->len > 0)
		buf_add(&a->data, data, new->len);
	a->answer[a->count++] = *new;
}

ssize_t env_answers_copy(const struct env_answers *a,
			 const struct env_answer *from, void *buf, size_t size)
{
	size_t n = from->len < 0 ? 0 : (size_t)from->len;

	if (from->len < 0)
		return -1;
	if (n > size)
		n = size;
	if (n)
		memcpy(buf, a->data.data + from->offset, n);
	return n;
}

void env_answers_reset(struct env_answers *a)
{
	a->count = 0;
	buf_reset(&a->data);
}

void env_answers_free(struct env_answers *a)
{
	free(a->answer);
	a->answer = NULL;
	a->count = 0;
	a->cap = 0;
	buf_free(&a->data);
}
