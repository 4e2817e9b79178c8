/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of netlink: names that are given out while the system runs. */
#include <linux/genetlink.h>

#include "buf.h"
#include "hook.h"
#include "options.h"

void hook_genl_family(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t number = (uint32_t)arg[0];
	char name[64];
	ssize_t n = env_get(d->env, ENV_GENL_FAMILY, d->ev->tid, number, name,
			    sizeof(name) - 1);

	(void)self;
	name[n > 0 ? n : 0] = '\0';
	if (n > 0)
		hook_named_hex(d, name, number);
	else if (number == GENL_ID_CTRL)
		hook_named_hex(d, "GENL_ID_CTRL", number);
	else
		emit_num(&d->em, VAL_HEX, number);
}

/* A part of a number by its name: A, or 0xff and a remark. */
static void part_name(struct dec *d, struct buf *b, const char *set, unsigned v)
{
	const struct symset *s = set ? dec_set(set) : NULL;
	const char *name = s ? symset_name(s, d->abi, v) : NULL;

	if (name)
		buf_str(b, name);
	else
		buf_fmt(b, s ? "%#x /* %s */" : "%#x", v,
			s ? symset_unknown(s) : "");
}

/* A number that is made of a part of the kernel and a message of that part. */
static void parted_number(struct dec *d, unsigned number, unsigned shift,
			  const char *parts, const char *const *messages)
{
	unsigned part = number >> shift;
	struct buf b = { 0 };

	part_name(d, &b, parts, part);
	buf_fmt(&b, "<<%u|", shift);
	part_name(d, &b, messages[part], number & ((1u << shift) - 1));
	hook_named_hex(d, buf_cstr(&b), number);
	buf_free(&b);
}

void hook_nfnl_type(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const messages[256] = {
		NULL, "ctnl_msgs", "ctnl_exp_msgs", "nfqnl_msgs", "nfulnl_msgs",
		"osf_msgs", "ipset_cmds", "nfacct_msgs", "ctnl_timeout_msgs",
		"cthelper_msgs", "nft_msgs", "nft_compat_msgs",
		"nfnl_hook_msgs",
	};

	(void)self;
	parted_number(d, arg[0] & 0xffff, 8, "nfnl_subsystems", messages);
}

void hook_rdma_type(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const messages[64] = {
		NULL, NULL, "rdma_iwpm_ops", NULL, "rdma_ls_ops",
		"rdma_nldev_cmds",
	};

	(void)self;
	parted_number(d, arg[0] & 0xffff, 10, "rdma_clients", messages);
}

/* 1<<(INET_DIAG_INFO-1): a bit for each extension; the first has number 1. */
static void extension_bits(struct dec *d, uint64_t addr, const char *set)
{
	const struct symset *s = dec_set(set);
	struct buf b = { 0 };
	uint8_t left = 0;
	uint64_t v;

	if (!dec_uint(d, addr, 1, &v)) {
		emit_unknown(&d->em);
		return;
	}
	for (unsigned i = 0; i < 8; i++) {
		const char *name = v >> i & 1 ? symset_name(s, d->abi, i + 1) :
				   NULL;

		if (name)
			buf_fmt(&b, "%s1<<(%s-1)", b.len ? "|" : "", name);
		else
			left |= v & 1 << i;
	}
	if (b.len && left)
		buf_fmt(&b, "|%#x", left);
	if (b.len)
		hook_named_hex(d, buf_cstr(&b), v);
	else
		emit_num(&d->em, VAL_HEX, v);
	buf_free(&b);
}

void hook_inet_diag_exts(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	extension_bits(d, self, "inet_diag_ext_types");
}

void hook_smc_diag_exts(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	extension_bits(d, self, "smc_diag_types");
}

void hook_htobe64(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[8];
	uint64_t v = 0;

	(void)arg;
	if (!dec_read(d, self, p, sizeof(p))) {
		emit_unknown(&d->em);
		return;
	}
	for (unsigned i = 0; i < sizeof(p); i++)
		v = v << 8 | p[i];
	emit_name(&d->em, "htobe64");
	emit_open(&d->em, EMIT_CALL);
	emit_num(&d->em, VAL_UDEC, v);
	emit_close(&d->em, EMIT_CALL);
}

/* htons(NFNL_SUBSYS_NFTABLES); programs that forget to swap it are shown. */
void hook_nfnl_res_id(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[2];
	uint16_t v, own;

	if (!dec_read(d, self, p, sizeof(p))) {
		emit_unknown(&d->em);
		return;
	}
	v = p[0] << 8 | p[1];
	own = dec_number(d, p, STORE_U16);
	if (own == arg[0] && own != v) {
		hook_named_hex(d, "NFNL_SUBSYS_NFTABLES", own);
		return;
	}
	emit_name(&d->em, "htons");
	emit_open(&d->em, EMIT_CALL);
	if (v == arg[0])
		hook_named_hex(d, "NFNL_SUBSYS_NFTABLES", v);
	else
		emit_num(&d->em, VAL_UDEC, v);
	emit_close(&d->em, EMIT_CALL);
}

/* A number of milliseconds, and how many seconds those are. */
void hook_milliseconds(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v;

	(void)arg;
	if (!dec_uint(d, self, 4, &v)) {
		emit_unknown(&d->em);
		return;
	}
	emit_num(&d->em, VAL_UDEC, v);
	if (v)
		emit_meaning(&d->em, "%u.%03u s", (unsigned)v / 1000,
			     (unsigned)v % 1000);
}

/* A device's number as the kernel has it: 12 bits, and 20 of the minor one. */
void hook_kernel_dev(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v, minor;

	(void)arg;
	if (!dec_uint(d, self, 4, &v)) {
		emit_unknown(&d->em);
		return;
	}
	minor = v & 0xfffff;
	emit_num(&d->em, VAL_DEV, (v >> 20) << 8 | (minor & 0xff) |
				  (minor & ~0xffull) << 12);
}

/* How many bytes the string there has, with its NUL if there is one. */
static uint64_t string_size(struct dec *d, uint64_t addr, uint64_t most)
{
	char part[256];
	uint64_t n = 0;

	while (n < most) {
		size_t want = most - n < sizeof(part) ? most - n : sizeof(part);
		size_t len;

		if (!dec_read(d, addr + n, part, want))
			return most;
		len = strnlen(part, want);
		if (len < want)
			return n + len + 1;
		n += want;
	}
	return most;
}

void hook_strings(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t most = d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
	uint64_t end = self + d->in->rest;

	(void)arg;
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t n = 0; self < end; n++) {
		if (n >= most || emit_full(&d->em)) {
			emit_elided(&d->em);
			break;
		}
		dec_string(d, self, end - self);
		self += string_size(d, self, end - self);
	}
	emit_close(&d->em, EMIT_ARRAY);
}
