/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of scsi.abi. */
#include "hook.h"

/* Which form of the struct it is: 'S' or 'Q'. */
void hook_sg_letter(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[HOOK_QUOTED];

	(void)self;
	hook_quote(text, arg[0]);
	hook_named(d, text, arg[0]);
}

static void note_command(struct dec *d, uint64_t addr)
{
	const char *name;
	uint64_t first;

	if (!dec_uint(d, addr, 1, &first))
		return;
	name = symset_name(dec_set("scsi_commands"), d->abi, first);
	if (name)
		emit_comment(&d->em, "%s", name);
}

void hook_scsi_command(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	if (d->follow && arg[1])
		note_command(d, arg[0]);
}

void hook_scsi_packet(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	note_command(d, self);
}
