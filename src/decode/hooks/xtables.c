/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hooks of sockopt_tables.abi: what follows the head of a rule of iptables,
 * ip6tables or arptables, and the chains and rules of ebtables.  Lengths are
 * the program's words: each is held against the bytes that there are.
 */
#include <linux/netfilter/nf_tables_compat.h>

#include "abi_table.h"
#include "hook.h"
#include "options.h"

#define XT_HEAD 32		/* size, name, revision */
#define XT_NAME 29
#define EBT_CHAIN 48		/* struct ebt_entries */
#define EBT_RULE 112		/* struct ebt_entry */
#define EBT_NAME 31
#define IF_NAME 16

struct bytes {			/* some of the tracee's memory, and where */
	uint64_t addr;
	const uint8_t *p;
	size_t n;
};

static struct bytes bytes_from(const struct bytes *b, size_t off)
{
	return (struct bytes){ b->addr + off, b->p + off, b->n - off };
}

static uint32_t get32(struct dec *d, const struct bytes *b, size_t off)
{
	return dec_number(d, b->p + off, STORE_U32);
}

static void name_field(struct dec *d, const char *name, const uint8_t *p,
		       size_t n)
{
	const uint8_t *end = memchr(p, 0, n);

	dec_name(d, name);
	emit_str(&d->em, p, end ? (size_t)(end - p) : n, 0);
}

static void data_field(struct dec *d, const struct bytes *b)
{
	size_t n = b->n < d->o->max_string ? b->n : d->o->max_string;

	if (!b->n)
		return;
	dec_name(d, "data");
	emit_str(&d->em, b->p, n, VF_HEX | (n < b->n ? VF_CUT : 0));
}

/* A chain to go to is a number of bytes; others are verdicts, less than 0. */
static void verdict_field(struct dec *d, int32_t v)
{
	const struct symset *s = dec_set("nf_verdicts");
	const char *name = v < 0 ? symset_name(s, d->abi, -(int64_t)v - 1) :
				   NULL;

	hook_field(d, "verdict", VAL_DEC, (int64_t)v, 4);
	if (name)
		emit_meaning(&d->em, "%s", name);
}

/* What a match or a target has of its own, if its name tells. */
static void own_field(struct dec *d, const struct bytes *b,
		      const struct bytes *data, bool is_target)
{
	const char *name = (const char *)b->p + 2;
	struct dec_attr_of of = {
		.member = "data",
		.set = is_target ? "nl_nft_target_attributes" :
				   "nl_nft_match_attributes",
		.type = is_target ? NFTA_TARGET_INFO : NFTA_MATCH_INFO,
		.remembered = { abi_text_key(name, strnlen(name, XT_NAME)),
				b->p[XT_HEAD - 1] },
	};
	struct dec_loc at = { .addr = data->addr, .data = data->p,
			      .avail = data->n };

	if (!data->n || !dec_attr_value(d, &of, &at))
		data_field(d, data);
}

/* A match or a target; b is as long as it says, or as there is. */
static void elem_show(struct dec *d, const struct bytes *b, bool is_target)
{
	struct bytes data = bytes_from(b, XT_HEAD);
	bool standard = is_target && !b->p[2] && data.n >= 4;

	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, is_target ? "target_size" : "match_size", VAL_UDEC,
		   dec_number(d, b->p, STORE_U16), 2);
	name_field(d, "name", b->p + 2, XT_NAME);
	hook_field(d, "revision", VAL_UDEC, b->p[XT_HEAD - 1], 1);
	if (standard)
		verdict_field(d, (int32_t)get32(d, &data, 0));
	else if (is_target && !memcmp(b->p + 2, "ERROR", 6))
		name_field(d, "errorname", data.p, data.n);
	else
		own_field(d, b, &data, is_target);
	emit_close(&d->em, EMIT_STRUCT);
}

static void matches_show(struct dec *d, const struct bytes *b)
{
	uint64_t shown = 0, most = d->abbrev ? d->o->max_string : 4096;
	size_t off = 0, len;

	dec_name(d, "matches");
	emit_open(&d->em, EMIT_ARRAY);
	while (b->n - off >= XT_HEAD) {
		struct bytes at = bytes_from(b, off);

		if (shown++ == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		len = dec_number(d, at.p, STORE_U16);
		if (len < XT_HEAD || len > at.n)
			len = at.n;
		at.n = len;
		elem_show(d, &at, false);
		off += len;
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_xt_elems(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t n = arg[0], target = arg[1];
	struct bytes all = { self, NULL, n <= 65535 ? n : 65535 }, part;
	struct buf b = { 0 };

	if (target > all.n)
		target = 0;
	buf_grow(&b, all.n + 1);
	all.p = (const uint8_t *)b.data;
	if (dec_read(d, self, b.data, all.n)) {
		emit_open(&d->em, EMIT_STRUCT);
		part = all;
		part.n -= target;
		matches_show(d, &part);
		part = bytes_from(&all, all.n - target);
		if (part.n >= XT_HEAD) {
			dec_name(d, "target");
			elem_show(d, &part, true);
		}
		emit_close(&d->em, EMIT_STRUCT);
	} else {
		emit_addr(&d->em, self);
	}
	buf_free(&b);
}

/* ---- ebtables ---- */

static void ebt_verdict(struct dec *d, const char *name, int32_t v)
{
	dec_name(d, name);
	emit_value(&d->em, &(struct value){
		.kind = VAL_SYM, .num = (uint64_t)(int64_t)v, .width = 4,
		.set = dec_set("ebt_verdicts"), .abi = d->abi,
		.flags = VF_SIGNED });
}

static void ebt_flags(struct dec *d, const char *name, const char *set,
		      uint32_t v)
{
	dec_name(d, name);
	dec_sym(d, VAL_FLAGS, dec_set(set), v);
}

static void ebt_elem(struct dec *d, const struct bytes *b, size_t head,
		     bool is_target)
{
	struct bytes data = bytes_from(b, head);

	emit_open(&d->em, EMIT_STRUCT);
	name_field(d, "name", b->p, EBT_NAME);
	hook_field(d, "revision", VAL_UDEC, b->p[EBT_NAME], 1);
	hook_field(d, is_target ? "target_size" : "size", VAL_UDEC,
		   get32(d, b, 32), 4);
	if (is_target && data.n >= 4 && !memcmp(b->p, "standard", 9))
		ebt_verdict(d, "verdict", (int32_t)get32(d, &data, 0));
	else
		data_field(d, &data);
	emit_close(&d->em, EMIT_STRUCT);
}

/* Matches or watchers of a rule: what lies from one offset to another. */
static void ebt_elems(struct dec *d, const char *name, const struct bytes *b,
		      size_t from, size_t to)
{
	size_t head = abi_word_size(d->abi) == 8 ? 40 : 36;
	uint64_t shown = 0, most = d->abbrev ? d->o->max_string : 4096;

	dec_name(d, name);
	emit_open(&d->em, EMIT_ARRAY);
	while (to - from >= head) {
		struct bytes at = bytes_from(b, from);
		uint64_t len = head + (uint64_t)get32(d, &at, 32);

		if (shown++ == most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		at.n = len < to - from ? len : to - from;
		ebt_elem(d, &at, head, false);
		from += at.n;
	}
	emit_close(&d->em, EMIT_ARRAY);
}

static void ebt_rule_head(struct dec *d, const struct bytes *b)
{
	ebt_flags(d, "bitmask", "ebt_bitmask", get32(d, b, 0));
	ebt_flags(d, "invflags", "ebt_invflags", get32(d, b, 4));
	dec_name(d, "ethproto");
	emit_value(&d->em, &(struct value){
		.kind = VAL_HTONS, .text = b->p + 8, .len = 2,
		.set = dec_set("eth_protocols"), .abi = d->abi });
	name_field(d, "in", b->p + 10, IF_NAME);
	name_field(d, "logical_in", b->p + 26, IF_NAME);
	name_field(d, "out", b->p + 42, IF_NAME);
	name_field(d, "logical_out", b->p + 58, IF_NAME);
	hook_hwaddr(d, "sourcemac", b->p + 74, 6);
	hook_hwaddr(d, "sourcemsk", b->p + 80, 6);
	hook_hwaddr(d, "destmac", b->p + 86, 6);
	hook_hwaddr(d, "destmsk", b->p + 92, 6);
	hook_field(d, "watchers_offset", VAL_UDEC, get32(d, b, 100), 4);
	hook_field(d, "target_offset", VAL_UDEC, get32(d, b, 104), 4);
	hook_field(d, "next_offset", VAL_UDEC, get32(d, b, 108), 4);
}

static size_t ebt_rule(struct dec *d, const struct bytes *b)
{
	size_t watchers = get32(d, b, 100), target = get32(d, b, 104);
	size_t next = get32(d, b, 108);
	size_t head = abi_word_size(d->abi) == 8 ? 40 : 36;
	struct bytes part;

	if (next < EBT_RULE || next > b->n)
		next = b->n;
	emit_open(&d->em, EMIT_STRUCT);
	ebt_rule_head(d, b);
	if (EBT_RULE <= watchers && watchers <= target && target <= next) {
		ebt_elems(d, "matches", b, EBT_RULE, watchers);
		ebt_elems(d, "watchers", b, watchers, target);
		part = bytes_from(b, target);
		part.n = next - target;
		if (part.n >= head) {
			dec_name(d, "target");
			ebt_elem(d, &part, head, true);
		}
	}
	emit_close(&d->em, EMIT_STRUCT);
	return next;
}

static size_t ebt_chain(struct dec *d, const struct bytes *b)
{
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "distinguisher", VAL_UDEC, get32(d, b, 0), 4);
	name_field(d, "name", b->p + 4, 32);
	hook_field(d, "counter_offset", VAL_UDEC, get32(d, b, 36), 4);
	ebt_verdict(d, "policy", (int32_t)get32(d, b, 40));
	hook_field(d, "nentries", VAL_UDEC, get32(d, b, 44), 4);
	emit_close(&d->em, EMIT_STRUCT);
	return EBT_CHAIN;
}

/* The lowest bit of their first word tells rules from chains. */
static void ebt_walk(struct dec *d, const struct bytes *b)
{
	uint64_t shown = 0, most = d->abbrev ? d->o->max_string : 4096;
	size_t off = 0;

	emit_open(&d->em, EMIT_ARRAY);
	while (off < b->n) {
		struct bytes at = bytes_from(b, off);
		bool rule = at.n >= 4 && get32(d, &at, 0) & 1;

		if (shown++ == most || emit_full(&d->em) ||
		    at.n < (rule ? EBT_RULE : EBT_CHAIN)) {
			emit_elided(&d->em);
			break;
		}
		off += rule ? ebt_rule(d, &at) : ebt_chain(d, &at);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_ebt_entries(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t n = arg[0];
	struct bytes all = { self, NULL, n <= 65536 ? n : 65536 };
	struct buf b = { 0 };

	buf_grow(&b, all.n + 1);
	all.p = (const uint8_t *)b.data;
	if (dec_read(d, self, b.data, all.n))
		ebt_walk(d, &all);
	else
		emit_addr(&d->em, self);
	buf_free(&b);
}
