/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of ioctl/drm_mode.abi: arrays whose length is a sum of numbers. */
#include "hook.h"
#include "options.h"

#define OBJECTS_MAX 1024	/* more than any device has */

/* How many properties all objects have together. */
static uint64_t properties_count(struct dec *d, uint64_t counts, uint64_t n)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n && i < OBJECTS_MAX; i++) {
		uint32_t count;

		if (!dec_numbers(d, counts + i * sizeof(count), &count,
				 sizeof(count), "4"))
			break;
		sum += count;
	}
	return sum;
}

static bool property_emit(struct dec *d, uint64_t addr, uint64_t size)
{
	uint64_t wide;
	uint32_t narrow;

	if (size == sizeof(wide)) {
		if (!dec_numbers(d, addr, &wide, sizeof(wide), "8"))
			return false;
		emit_num(&d->em, VAL_HEX, wide);
		return true;
	}
	if (!dec_numbers(d, addr, &narrow, sizeof(narrow), "4"))
		return false;
	emit_num(&d->em, VAL_UDEC, narrow);
	return true;
}

/* values, counts, objects, bytes of a value */
void hook_drm_properties(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t most = d->abbrev ? d->o->max_string : UINT32_MAX;
	uint64_t n = properties_count(d, arg[1], arg[2]);
	uint8_t first[8];
	uint64_t i;

	(void)self;
	if (!d->follow || !n || !dec_read(d, arg[0], first, arg[3])) {
		emit_addr(&d->em, arg[0]);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (i = 0; i < n && i < most && !emit_full(&d->em); i++)
		if (!property_emit(d, arg[0] + i * arg[3], arg[3])) {
			dec_unread_from(d, arg[0] + i * arg[3]);
			break;
		}
	if (i < n && (i == most || emit_full(&d->em)))
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_ARRAY);
}
