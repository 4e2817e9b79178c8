/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses of the CAN bus.  The family has a form for each of its protocols,
 * and the address does not tell which: what J1939 alone has decides, for
 * others leave it 0.
 */
#include "hook.h"

#define CAN_LEN 22		/* all that may follow the family */

static void can_tp(struct dec *d, const uint8_t *p)
{
	dec_name(d, "tp");
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "rx_id", VAL_HEX, dec_number(d, p, STORE_U32), 4);
	hook_field(d, "tx_id", VAL_HEX, dec_number(d, p + 4, STORE_U32), 4);
	emit_close(&d->em, EMIT_STRUCT);
}

static void can_j1939(struct dec *d, const uint8_t *p)
{
	dec_name(d, "j1939");
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "name", VAL_HEX, dec_number(d, p, STORE_U64), 8);
	hook_field(d, "pgn", VAL_HEX, dec_number(d, p + 8, STORE_U32), 4);
	hook_field(d, "addr", VAL_HEX, p[12], 1);
	emit_close(&d->em, EMIT_STRUCT);
}

static bool any_set(const uint8_t *p, size_t n)
{
	while (n-- > 0)
		if (p[n])
			return true;
	return false;
}

void hook_sockaddr_can(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[CAN_LEN] = { 0 };
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);
	char name[32];
	uint32_t index;
	ssize_t len;

	if (n < 6 || !dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	index = dec_number(d, p + 2, STORE_U32);
	len = env_get(d->env, ENV_IFNAME, d->ev->tid, index, name,
		      sizeof(name));
	dec_name(d, "can_ifindex");
	emit_value(&d->em, &(struct value){
		.kind = VAL_IFINDEX, .num = index, .width = 4, .abi = d->abi,
		.text = len > 0 ? name : NULL, .len = len > 0 ? len : 0 });
	if (n < 14 || !any_set(p + 6, n - 6))
		return;
	dec_name(d, "can_addr");
	emit_open(&d->em, EMIT_STRUCT);
	if (any_set(p + 14, n - 14))
		can_j1939(d, p + 6);
	else
		can_tp(d, p + 6);
	emit_close(&d->em, EMIT_STRUCT);
}
