/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abi_info.h"
#include "record/format.h"

void record_abis_names(struct buf *b)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		buf_fmt(b, "%s%s", i ? " " : "", abi_name(i));
}

/* -1 for a name that is not there, and for one we have no tables of. */
static int word_id(const char **text)
{
	size_t len = strcspn(*text, " ");
	int id = abi_find(*text, len);

	*text += len;
	*text += strspn(*text, " ");
	return id;
}

void record_abis_init(struct record_abis *a, const char *names,
		      const char *tracer)
{
	struct buf ours = {0};

	*a = (struct record_abis){.count = 0};
	record_abis_names(&ours);
	if (!names)
		names = buf_cstr(&ours);
	while (*names && a->count < RECORD_ABIS_MAX)
		a->id[a->count++] = (int8_t)word_id(&names);
	/* The first is the ABI of who recorded, but for old 32-bit ones. */
	if (a->count && a->id[0] >= 0)
		a->tracer = a->id[0];
	if (tracer && abi_find(tracer, strlen(tracer)) >= 0)
		a->tracer = abi_find(tracer, strlen(tracer));
	buf_free(&ours);
}
