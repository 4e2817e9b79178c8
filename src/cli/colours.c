/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Colours of text: whether, and which. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"

/* A colour is parameters of the terminal's SGR sequence. */
static const struct {
	const char *name, *sgr;
} roles[ROLE_COUNT] = {
	[ROLE_NAME] = { "name", "1" },
	[ROLE_ERROR] = { "error", "31" },
	[ROLE_SIGNAL] = { "signal", "33" },
	[ROLE_EXIT] = { "exit", "2" },
	[ROLE_PID] = { "pid", "" },
	[ROLE_TIME] = { "time", "" },
};

/* KEY=COLOUR; false if it is something else. */
static bool colour_set(struct options *o, const char *item, size_t len)
{
	const char *equals = memchr(item, '=', len);
	size_t key = equals ? (size_t)(equals - item) : len;
	size_t n = equals ? len - key - 1 : SGR_MAX;

	if (n >= SGR_MAX || strspn(equals + 1, "0123456789;") < n)
		return false;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (strlen(roles[i].name) != key ||
		    memcmp(roles[i].name, item, key))
			continue;
		snprintf(o->colours[i], SGR_MAX, "%.*s", (int)n, equals + 1);
		return true;
	}
	return false;
}

/* One line for all that is wrong in it: the trace is worth more than that. */
static void colours_bad(const char *item, size_t len)
{
	struct buf keys = { .len = 0 };

	for (size_t i = 0; i < ROLE_COUNT; i++)
		buf_fmt(&keys, "%s%s", i ? ", " : "", roles[i].name);
	diag_warn("STRACE_COLORS: '%.*s' is left out (give KEY=NUMBERS with "
		  "colons between, as error=1;31:pid=36; keys are %s)",
		  (int)(len < 64 ? len : 64), item, buf_cstr(&keys));
	buf_free(&keys);
}

void colours_settle(struct options *o)
{
	const char *no = getenv("NO_COLOR");
	const char *text = getenv("STRACE_COLORS");
	bool told = false;
	const char *item;
	size_t len;

	if (o->colour == COLOUR_AUTO && no && *no)
		o->colour = COLOUR_NEVER;
	if (o->colour == COLOUR_NEVER)
		return;
	for (size_t i = 0; i < ROLE_COUNT; i++)
		strcpy(o->colours[i], roles[i].sgr);
	while (text && (len = list_next(&text, ":", &item))) {
		if (colour_set(o, item, len) || told)
			continue;
		colours_bad(item, len);
		told = true;
	}
}
