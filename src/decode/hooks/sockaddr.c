/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hooks of net.abi: addresses whose form depends on more than the family.
 * self is the address of what follows the family, and the hooks emit fields of
 * an open struct.
 */
#include <stdio.h>

#include "hook.h"
#include "options.h"

static uint16_t get16(const struct dec *d, const uint8_t *p)
{
	return dec_number(d, p, STORE_U16);
}

static uint32_t get32(const struct dec *d, const uint8_t *p)
{
	return dec_number(d, p, STORE_U32);
}

/* Up to n bytes that end at a NUL; "..." if there is none. */
static void text_field(struct dec *d, const char *name, const void *p,
		       size_t n)
{
	const char *end = memchr(p, 0, n);

	dec_name(d, name);
	if (end)
		emit_str(&d->em, p, end - (const char *)p, 0);
	else
		emit_str(&d->em, p, n ? n - 1 : 0, VF_CUT);
}

/* A number in hex, always with its meaning. */
static void noted_number(struct dec *d, const char *set, uint64_t v)
{
	const struct symset *s = dec_set(set);
	const char *sym = symset_name(s, d->abi, v);

	emit_num(&d->em, VAL_HEX, v);
	if (!sym)
		sym = symset_unknown(s);
	if (sym)
		emit_meaning(&d->em, "%s", sym);
}

void hook_ax25_protocol(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	noted_number(d, "ax25_protocols", (uint32_t)self);
}

void hook_sockaddr_raw(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[128];
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);

	dec_name(d, "sa_data");
	if (dec_read(d, self, p, n))
		emit_str(&d->em, p, n, n < arg[0] || d->in->cut ? VF_CUT : 0);
	else
		emit_unknown(&d->em);
}

/* ---- AF_UNIX ---- */

void hook_sockaddr_un(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char path[108];
	size_t n = arg[0] < sizeof(path) ? arg[0] : sizeof(path);
	const char *end;

	dec_name(d, "sun_path");
	if (!dec_read(d, self, path, n)) {
		emit_addr(&d->em, self);
		return;
	}
	if (!path[0]) {
		/* An abstract name has all of these bytes, NULs included. */
		emit_str(&d->em, path + 1, n - 1, VF_ABSTRACT);
		return;
	}
	end = memchr(path, 0, n);
	emit_str(&d->em, path, end ? (size_t)(end - path) : n, VF_PATH);
}

/* ---- AF_RXRPC: an address inside the address ---- */

static void rx_plain(struct dec *d, const char *name, const uint8_t *p,
		     size_t n)
{
	hook_sym(d, name, "addrfams", get16(d, p));
	if (n > 2) {
		dec_name(d, "");
		emit_str(&d->em, p + 2, n - 2, 0);
	}
}

/* An IPv4 address behind its family. */
static void inet_emit(struct dec *d, const uint8_t *p)
{
	dec_name(d, "sin_port");
	emit_value(&d->em, &(struct value){ .kind = VAL_HTONS, .text = p + 2,
					    .len = 2 });
	dec_name(d, "sin_addr");
	emit_value(&d->em, &(struct value){ .kind = VAL_INET4, .text = p + 4,
					    .len = 4 });
}

/* Only link-local addresses have an interface in their scope. */
static void scope_emit(struct dec *d, const uint8_t addr[20])
{
	uint32_t v = get32(d, addr + 16);
	char name[32];
	ssize_t n = -1;

	if ((addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80) ||
	    (addr[0] == 0xff && (addr[1] & 0x0f) == 2))
		n = env_get(d->env, ENV_IFNAME, d->ev->tid, v, name,
			    sizeof(name));
	emit_value(&d->em, &(struct value){
		.kind = VAL_IFINDEX, .num = v, .width = 4, .abi = d->abi,
		.text = n > 0 ? name : NULL, .len = n > 0 ? n : 0 });
}

static void rx_inet(struct dec *d, const uint8_t *p, size_t n)
{
	if (n < 8) {
		rx_plain(d, "sin_family", p, n);
		return;
	}
	hook_sym(d, "sin_family", "addrfams", get16(d, p));
	inet_emit(d, p);
}

/* An IPv6 address behind its family; its last member may be missing. */
static void inet6_emit(struct dec *d, const uint8_t *p, size_t n)
{
	dec_name(d, "sin6_port");
	emit_value(&d->em, &(struct value){ .kind = VAL_HTONS, .text = p + 2,
					    .len = 2 });
	dec_name(d, "sin6_flowinfo");
	emit_value(&d->em, &(struct value){ .kind = VAL_HTONL, .text = p + 4,
					    .len = 4 });
	dec_name(d, "sin6_addr");
	emit_value(&d->em, &(struct value){ .kind = VAL_INET6, .text = p + 8,
					    .len = 16 });
	if (n >= 28) {
		dec_name(d, "sin6_scope_id");
		scope_emit(d, p + 8);
	}
}

static void rx_inet6(struct dec *d, const uint8_t *p, size_t n)
{
	if (n < 24) {
		rx_plain(d, "sin6_family", p, n);
		return;
	}
	hook_sym(d, "sin6_family", "addrfams", get16(d, p));
	inet6_emit(d, p, n);
}

static void rx_transport(struct dec *d, const uint8_t *p, size_t n)
{
	uint16_t family = get16(d, p);
	bool v6 = family == 10;

	if (family != 2 && !v6) {
		rx_plain(d, "family", p, n);
		return;
	}
	dec_name(d, v6 ? "sin6" : "sin");
	emit_open(&d->em, EMIT_STRUCT);
	if (v6)
		rx_inet6(d, p, n);
	else
		rx_inet(d, p, n);
	emit_close(&d->em, EMIT_STRUCT);
}

void hook_sockaddr_rxrpc(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[128];
	size_t len = arg[0] < sizeof(p) ? arg[0] : sizeof(p), n;

	if (len < 6 || !dec_read(d, self, p, len)) {
		emit_unknown(&d->em);
		return;
	}
	dec_name(d, "srx_service");
	noted_number(d, "rxrpc_services", get16(d, p));
	hook_sym(d, "transport_type", "sock_type_names", get16(d, p + 2));
	hook_field(d, "transport_len", VAL_UDEC, get16(d, p + 4), 2);
	n = get16(d, p + 4);
	if (n > len - 6)
		n = len - 6;
	dec_name(d, "transport");
	emit_open(&d->em, EMIT_STRUCT);
	rx_transport(d, p + 6, n);
	emit_close(&d->em, EMIT_STRUCT);
}

/* ---- AF_IEEE802154 ---- */

static void short_field(struct dec *d, const char *name, const char *set,
			uint16_t v)
{
	const char *sym = symset_name(dec_set(set), d->abi, v);

	dec_name(d, name);
	emit_num(&d->em, VAL_HEX, v);
	if (sym)
		emit_meaning(&d->em, "%s", sym);
}

void hook_sockaddr_ieee802154(struct dec *d, uint64_t self,
			      const uint64_t *arg)
{
	uint8_t p[18];
	uint32_t type;

	(void)arg;
	if (!dec_read(d, self, p, sizeof(p))) {
		emit_unknown(&d->em);
		return;
	}
	type = get32(d, p + 2);
	dec_name(d, "addr");
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "addr_type");
	noted_number(d, "ieee802154_addr_types", type);
	short_field(d, "pan_id", "ieee802154_pan_ids", get16(d, p + 6));
	if (type == 2)
		short_field(d, "short_addr", "ieee802154_short_addrs",
			    get16(d, p + 8));
	else if (type)
		hook_hwaddr(d, "hwaddr", p + 8, 8);
	emit_close(&d->em, EMIT_STRUCT);
}

/* ---- AF_TIPC ---- */

/* The kernel gives some scopes negated. */
static void tipc_scope(struct dec *d, int8_t scope)
{
	const struct symset *s = dec_set("tipc_scopes");
	const char *sym = symset_name(s, d->abi, scope < 0 ? -scope : scope);

	if (scope >= 0 || !sym) {
		hook_sym(d, "scope", "tipc_scopes", (uint8_t)scope);
		return;
	}
	dec_name(d, "scope");
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .set = s,
					    .num = -scope, .width = 1,
					    .flags = VF_MINUS | VF_HEX,
					    .abi = d->abi });
}

static void tipc_nums(struct dec *d, const uint8_t *p,
		      const char *const *names)
{
	emit_open(&d->em, EMIT_STRUCT);
	for (; *names; names++, p += 4)
		hook_field(d, *names, VAL_UDEC, get32(d, p), 4);
	emit_close(&d->em, EMIT_STRUCT);
}

static void tipc_addr(struct dec *d, unsigned type, const uint8_t *p)
{
	static const char *const seq[] = { "type", "lower", "upper", NULL };
	static const char *const name[] = { "type", "instance", NULL };

	emit_open(&d->em, EMIT_STRUCT);
	switch (type) {
	case 1:
		dec_name(d, "nameseq");
		tipc_nums(d, p, seq);
		break;
	case 2:
		dec_name(d, "name");
		emit_open(&d->em, EMIT_STRUCT);
		dec_name(d, "name");
		tipc_nums(d, p, name);
		hook_field(d, "domain", VAL_HEX, get32(d, p + 8), 4);
		emit_close(&d->em, EMIT_STRUCT);
		break;
	default:
		dec_name(d, "id");
		emit_open(&d->em, EMIT_STRUCT);
		hook_field(d, "ref", VAL_UDEC, get32(d, p), 4);
		hook_field(d, "node", VAL_HEX, get32(d, p + 4), 4);
		emit_close(&d->em, EMIT_STRUCT);
	}
	emit_close(&d->em, EMIT_STRUCT);
}

void hook_sockaddr_tipc(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[14];

	if (arg[0] != sizeof(p)) {
		hook_sockaddr_raw(d, self, arg);
		return;
	}
	if (!dec_read(d, self, p, sizeof(p))) {
		emit_unknown(&d->em);
		return;
	}
	hook_sym(d, "addrtype", "tipc_addr_types", p[0]);
	tipc_scope(d, p[1]);
	dec_name(d, "addr");
	if (p[0] >= 1 && p[0] <= 3)
		tipc_addr(d, p[0], p + 2);
	else
		emit_str(&d->em, p + 2, 12, 0);
}

/* ---- AF_ALG ---- */

struct split {
	struct buf *b;
};

static void split_part(void *arg, const char *name, uint64_t v,
		       enum symset_part part)
{
	struct split *s = arg;

	(void)v;
	(void)part;
	if (s->b->len)
		buf_ch(s->b, '|');
	buf_str(s->b, name);
}

static void alg_flags(struct dec *d, const char *name, uint32_t v)
{
	const struct symset *set = dec_set("crypto_flags");
	struct buf b = { 0 };
	struct split s = { &b };
	uint64_t rest;

	dec_name(d, name);
	emit_num(&d->em, VAL_HEX, v);
	if (!v)
		return;
	rest = symset_split(set, d->abi, v, split_part, &s);
	if (!b.len) {
		buf_str(&b, symset_unknown(set));
	} else if (rest) {
		buf_ch(&b, '|');
		buf_hex(&b, rest);
	}
	emit_meaning(&d->em, "%s", buf_cstr(&b));
	buf_free(&b);
}

void hook_sockaddr_alg(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[86];
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);

	if (n < 23 || !dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	text_field(d, "salg_type", p, 14);
	alg_flags(d, "salg_feat", get32(d, p + 14));
	alg_flags(d, "salg_mask", get32(d, p + 18));
	text_field(d, "salg_name", p + 22, n - 22);
}

/* ---- SCTP: addresses one after another ---- */

static size_t inet_size(uint16_t family)
{
	return family == 2 ? 16 : family == 10 ? 28 : 0;
}

/* One of them, of n bytes at the address at; false if it was the last. */
static bool address_show(struct dec *d, uint64_t at, uint64_t n)
{
	uint8_t p[28];
	size_t size = n < 2 ? 0 : 2;

	if (size && dec_read(d, at, p, size))
		size = inet_size(get16(d, p));
	if (!size || size > n || !dec_read(d, at, p, size)) {
		emit_open(&d->em, EMIT_STRUCT);
		hook_sockaddr_raw(d, at, &n);
		emit_close(&d->em, EMIT_STRUCT);
		return false;
	}
	emit_open(&d->em, EMIT_STRUCT);
	hook_sym(d, "sa_family", "addrfams", get16(d, p));
	if (size == 16)
		inet_emit(d, p);
	else
		inet6_emit(d, p, size);
	emit_close(&d->em, EMIT_STRUCT);
	return true;
}

void hook_sctp_addresses(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t left = arg[0] < 4096 ? arg[0] : 4096, at = self, n = 0;
	uint64_t most = d->abbrev ? d->o->max_string : 4096;
	uint16_t family;

	if (!self || (left && !dec_numbers(d, self, &family, 2, "2"))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (; left; n++) {
		if (n == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_numbers(d, at, &family, 2, "2")) {
			dec_unread_from(d, at);
			break;
		}
		if (!address_show(d, at, left))
			break;
		at += inet_size(family);
		left -= inet_size(family);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* ---- small ones ---- */

void hook_nfc_name(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char p[63];

	if (!dec_read(d, self, p, sizeof(p)))
		emit_unknown(&d->em);
	else
		emit_str(&d->em, p, arg[0] < sizeof(p) ? arg[0] : sizeof(p), 0);
}

/* net is in network order, as it lies in a register. */
static void protocol_emit(struct dec *d, uint16_t net)
{
	uint16_t host = abi_infos[d->abi].big_endian ? net :
			net >> 8 | (net & 0xff) << 8;

	dec_name(d, "htons");
	emit_open(&d->em, EMIT_CALL);
	emit_value(&d->em, &(struct value){
		.kind = VAL_SYM, .num = host, .width = 2,
		.set = dec_set("eth_protocols"), .abi = d->abi });
	emit_close(&d->em, EMIT_CALL);
}

void hook_ether_protocol(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint16_t net = 0;

	(void)arg;
	if (dec_read(d, self, &net, sizeof(net)))
		emit_value(&d->em, &(struct value){
			.kind = VAL_HTONS, .text = &net, .len = sizeof(net),
			.set = dec_set("eth_protocols"), .abi = d->abi });
	else
		emit_unknown(&d->em);
}

void hook_packet_protocol(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	protocol_emit(d, self);
}

void hook_unknown(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	(void)arg;
	emit_unknown(&d->em);
}

void hook_hexbytes(struct dec *d, uint64_t self, const uint64_t *arg)
{
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++) {
		uint8_t byte;

		if (i == d->o->max_string && d->abbrev) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_read(d, self + i, &byte, 1)) {
			dec_unread_from(d, self + i);
			break;
		}
		emit_num(&d->em, VAL_HEX, byte);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_netlink_groups(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v;
	char text[16];

	(void)arg;
	if (!dec_numbers(d, self, &v, sizeof(v), "4")) {
		emit_unknown(&d->em);
		return;
	}
	snprintf(text, sizeof(text), "%#08x", v);
	hook_form(d, text, v);
}

void hook_scope_id(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t addr[20];

	(void)arg;
	if (dec_read(d, self - 16, addr, sizeof(addr)))
		scope_emit(d, addr);
	else
		emit_unknown(&d->em);
}
