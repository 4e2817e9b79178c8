/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "abi_info.h"
#include "record/format.h"

void record_abis_names(struct buf *b)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		buf_fmt(b, "%s%s", i ? " " : "", abi_name(i));
}

/* -1 if there is no name, or if this program has no tables for the ABI. */
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
	/* Old files don't name the recorder's ABI: mostly it is the first. */
	if (a->count && a->id[0] >= 0)
		a->tracer = a->id[0];
	if (tracer && abi_find(tracer, strlen(tracer)) >= 0)
		a->tracer = abi_find(tracer, strlen(tracer));
	buf_free(&ours);
}
