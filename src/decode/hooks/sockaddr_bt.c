/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of Bluetooth, whose length says which protocol they are of. */
#include <stdio.h>

#include "hook.h"

static uint16_t get16(const struct dec *d, const uint8_t *p)
{
	return dec_number(d, p, STORE_U16);
}

/*
 * set has the names of v, or is NULL; from is the begin of the range that v is
 * in, or 0.
 */
static void htobs_field(struct dec *d, const char *name, const char *set,
			uint16_t from, uint16_t v)
{
	const struct symset *s = set ? dec_set(set) : NULL;
	const char *begin = from ? symset_name(s, d->abi, from) : NULL;
	char text[64];

	dec_name(d, name);
	emit_name(&d->em, "htobs");
	emit_open(&d->em, EMIT_CALL);
	if (begin && !symset_name(s, d->abi, v)) {
		snprintf(text, sizeof(text), "%s+%u", begin, v - from);
		hook_named_hex(d, text, v);
	} else {
		emit_value(&d->em, &(struct value){
			.kind = s ? VAL_SYM : VAL_UDEC, .num = v, .width = 2,
			.set = s, .abi = d->abi });
	}
	emit_close(&d->em, EMIT_CALL);
}

/* The bounds of the ranges, from the description. */
struct l2cap {
	uint16_t le, le_end, dynamic, cid;
};

static void l2cap_emit(struct dec *d, const uint8_t *p, size_t n,
		       const struct l2cap *at)
{
	uint16_t psm = get16(d, p), cid = get16(d, p + 8);
	uint16_t from = psm >= at->dynamic ? at->dynamic :
			psm >= at->le && psm <= at->le_end ? at->le : 0;

	htobs_field(d, "l2_psm", "l2cap_psms", from, psm);
	hook_hwaddr(d, "l2_bdaddr", p + 2, 6);
	htobs_field(d, "l2_cid", "l2cap_cids", cid >= at->cid ? at->cid : 0,
		    cid);
	if (n > 10)
		hook_sym(d, "l2_bdaddr_type", "bdaddr_types", p[10]);
}

void hook_sockaddr_bt(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct l2cap at = { arg[1], arg[2], arg[3], arg[4] };
	uint8_t p[128];
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);

	if (!dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	switch (arg[0]) {
	case 2:
		htobs_field(d, "hci_dev", NULL, 0, get16(d, p));
		break;
	case 4:
		htobs_field(d, "hci_dev", NULL, 0, get16(d, p));
		hook_sym(d, "hci_channel", "hci_channels", get16(d, p + 2));
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
		l2cap_emit(d, p, n, &at);
		break;
	default:
		dec_name(d, "sa_data");
		emit_str(&d->em, p, n, n < arg[0] ? VF_CUT : 0);
	}
}
