/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of sockopt*.abi: values of socket options. */
#include <stdio.h>

#include "hook.h"

/* Each half is a port, the low half the first one; 0 is no bound. */
void hook_port_range(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char low[8] = "", high[8] = "";
	uint32_t v;

	(void)arg;
	if (!dec_numbers(d, self, &v, sizeof(v), "4")) {
		emit_addr(&d->em, self);
		return;
	}
	if (v & 0xffff)
		snprintf(low, sizeof(low), "%u", v & 0xffff);
	if (v >> 16)
		snprintf(high, sizeof(high), "%u", v >> 16);
	emit_open(&d->em, EMIT_ARRAY);
	emit_num(&d->em, VAL_HEX, v);
	/* A range that ends before it begins is no range. */
	if (v && (v <= 0xffff || v >> 16 >= (v & 0xffff)))
		emit_meaning(&d->em, "%s..%s", low, high);
	emit_close(&d->em, EMIT_ARRAY);
}

/* The types of messages, up to n, that are in the set; or those that are not,
 * if these are fewer. */
static void types_show(struct dec *d, const uint32_t *words, unsigned n,
		       const char *set)
{
	unsigned there = 0, scope;

	for (unsigned i = 0; i < n; i++)
		there += words[i / 32] >> i % 32 & 1;
	scope = there > n / 2 ? EMIT_SET_BUT : EMIT_SET;
	emit_open(&d->em, scope);
	for (unsigned i = 0; i < n; i++) {
		if ((words[i / 32] >> i % 32 & 1) == (scope == EMIT_SET_BUT))
			continue;
		dec_sym(d, VAL_SYM, dec_set(set), i);
	}
	emit_close(&d->em, scope);
}

void hook_icmp_filter(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t types;

	(void)arg;
	if (dec_numbers(d, self, &types, sizeof(types), "4"))
		types_show(d, &types, 32, "icmp_types");
	else
		emit_addr(&d->em, self);
}

void hook_icmpv6_filter(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t types[8];

	(void)arg;
	if (dec_numbers(d, self, types, sizeof(types), "44444444"))
		types_show(d, types, 256, "icmpv6_types");
	else
		emit_addr(&d->em, self);
}
