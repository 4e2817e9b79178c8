/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of Bluetooth: their length tells the protocol. */
#include <stdio.h>

#include "hook.h"

static uint16_t get16(const uint8_t *p)
{
	return dec_number(p, STORE_U16);
}

/* Numbers in a range are shown as its first one and how far they are in. */
static const struct l2cap_range {
	const char *set;
	uint16_t from, to;
} l2cap_ranges[] = {
	{ "l2cap_psms", 0x80, 0xff },
	{ "l2cap_psms", 0x1001, 0xffff },
	{ "l2cap_cids", 0x40, 0xffff },
};

static bool l2cap_in_range(struct dec *d, const char *set, uint16_t v)
{
	for (size_t i = 0; i < sizeof(l2cap_ranges) / sizeof(*l2cap_ranges);
	     i++) {
		const struct l2cap_range *r = &l2cap_ranges[i];
		const char *from = symset_name(dec_set(set), d->abi, r->from);
		char text[64];

		if (strcmp(r->set, set) != 0 || v <= r->from || v > r->to ||
		    !from)
			continue;
		snprintf(text, sizeof(text), "%s+%u", from, v - r->from);
		hook_named_hex(d, text, v);
		return true;
	}
	return false;
}

/* set: what its names are; NULL: none has one. */
static void htobs_field(struct dec *d, const char *name, const char *set,
			uint16_t v)
{
	const struct symset *s = set ? dec_set(set) : NULL;

	dec_name(d, name);
	emit_name(&d->em, "htobs");
	emit_open(&d->em, EMIT_CALL);
	if (!s || symset_name(s, d->abi, v) || !l2cap_in_range(d, set, v))
		emit_value(&d->em, &(struct value){
			.kind = s ? VAL_SYM : VAL_UDEC, .num = v, .width = 2,
			.set = s, .abi = d->abi });
	emit_close(&d->em, EMIT_CALL);
}

static void l2cap_emit(struct dec *d, const uint8_t *p, size_t n)
{
	htobs_field(d, "l2_psm", "l2cap_psms", get16(p));
	hook_hwaddr(d, "l2_bdaddr", p + 2, 6);
	htobs_field(d, "l2_cid", "l2cap_cids", get16(p + 8));
	if (n > 10)
		hook_sym(d, "l2_bdaddr_type", "bdaddr_types", p[10]);
}

void hook_sockaddr_bt(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[128];
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);

	if (!dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	switch (arg[0]) {
	case 2:
		htobs_field(d, "hci_dev", NULL, get16(p));
		break;
	case 4:
		htobs_field(d, "hci_dev", NULL, get16(p));
		hook_sym(d, "hci_channel", "hci_channels", get16(p + 2));
		break;
	case 6:
		hook_hwaddr(d, "sco_bdaddr", p, 6);
		break;
	case 8:
		hook_hwaddr(d, "rc_bdaddr", p, 6);
		hook_field(d, "rc_channel", VAL_UDEC, p[6], 1);
		break;
	case 10:
	case 12:
		l2cap_emit(d, p, n);
		break;
	default:
		dec_name(d, "sa_data");
		emit_str(&d->em, p, n, n < arg[0] ? VF_CUT : 0);
	}
}
