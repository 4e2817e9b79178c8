/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of keys_misc.abi: keys, IPC permissions, security contexts. */
#include "hook.h"
#include "options.h"

/* arg: bytes that there are */
void hook_key_capabilities(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char sets[2][10] = { "key_caps0", "key_caps1" };
	uint8_t byte;

	if (arg[0] && !dec_read(d, self, &byte, 1)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++) {
		if (!dec_read(d, self + i, &byte, 1)) {
			dec_unread_from(d, self + i);
			break;
		}
		if (i < 2)
			dec_sym(d, VAL_FLAGS, dec_set(sets[i]), byte);
		else
			emit_num(&d->em, VAL_HEX, byte);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* arg: how many words should be zero, but are not */
void hook_spare_words(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t w[16];
	size_t n = arg[0] < 16 ? arg[0] : 16;

	if (!dec_numbers(d, self, w, n * 4, "4")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (size_t i = 0; i < n; i++)
		emit_num(&d->em, VAL_HEX, w[i]);
	emit_close(&d->em, EMIT_ARRAY);
}

/* arg: the parameters; which of their words is the length of the data */
void hook_pkey_data(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t len;

	if (dec_uint(d, arg[0] + arg[1] * 4, 4, &len))
		dec_bytes(d, self, len, 0);
	else
		emit_addr(&d->em, self);
}

/* ---- System V IPC ---- */

static void get_flags(struct dec *d, const char *set, uint32_t v)
{
	emit_open(&d->em, EMIT_OR);
	if (v & ~0777u)
		dec_sym(d, VAL_FLAGS, dec_set(set), v & ~0777u);
	emit_num(&d->em, VAL_PERM, v & 0777);
	emit_close(&d->em, EMIT_OR);
}

void hook_ipc_get_flags(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	get_flags(d, "ipc_get_names", self);
}

void hook_shm_get_flags(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	get_flags(d, "shm_get_names", self);
}

static void ipc_command(struct dec *d, const char *set, uint32_t v)
{
	emit_open(&d->em, EMIT_OR);
	if (v & 0x100)
		dec_sym(d, VAL_FLAGS, dec_set("ipc_versions"), v & 0x100);
	dec_sym(d, VAL_SYM, dec_set(set), v & ~0x100u);
	emit_close(&d->em, EMIT_OR);
}

void hook_msgctl_cmd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	ipc_command(d, "msgctl_cmds", arg[0]);
}

void hook_semctl_cmd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	ipc_command(d, "semctl_cmds", arg[0]);
}

void hook_shmctl_cmd(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	ipc_command(d, "shmctl_cmds", arg[0]);
}

/* 10, or 42<<16|10: the call and its version */
void hook_ipc_call(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v = arg[0];
	struct buf b = { 0 };

	(void)self;
	if (v >> 16)
		buf_fmt(&b, "%u<<16|", v >> 16);
	buf_udec(&b, v & 0xffff);
	hook_name(d, buf_cstr(&b), v);
	buf_free(&b);
}

/* arg: bytes of the text after the type */
void hook_msgbuf(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned word = abi_infos[d->abi].klong;
	uint64_t type;

	if (!dec_uint(d, self, word, &type)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "mtype", VAL_DEC, word == 4 ? (uint64_t)(int32_t)type :
		   type, 8);
	dec_name(d, "mtext");
	dec_bytes(d, self + word, arg[0], 0);
	emit_close(&d->em, EMIT_STRUCT);
}

/* ---- security modules ---- */

struct lsm_ctx {
	uint64_t id, flags, len, ctx_len;
};

static void lsm_id(struct dec *d, uint64_t id)
{
	dec_name(d, "id");
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = id,
					    .width = 8, .abi = d->abi,
					    .flags = VF_UNNAMED,
					    .set = dec_set("lsm_ids") });
}

static void lsm_one(struct dec *d, uint64_t addr, const struct lsm_ctx *c,
		    uint64_t room)
{
	uint64_t n = c->len >= sizeof(*c) ? c->len - sizeof(*c) : 0;

	emit_open(&d->em, EMIT_STRUCT);
	lsm_id(d, c->id);
	hook_field(d, "flags", VAL_HEX, c->flags, 8);
	hook_field(d, "len", VAL_UDEC, c->len, 8);
	hook_field(d, "ctx_len", VAL_UDEC, c->ctx_len, 8);
	if (n > c->ctx_len)
		n = c->ctx_len;
	if (n > room - sizeof(*c))
		n = room - sizeof(*c);
	if (n) {
		dec_name(d, "ctx");
		dec_bytes(d, addr + sizeof(*c), n, VF_HEX);
	}
	emit_close(&d->em, EMIT_STRUCT);
}

/* They lie one after the other, each as long as it says. */
static void lsm_walk(struct dec *d, uint64_t addr, uint64_t size)
{
	struct lsm_ctx c;

	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned n = 0; size >= sizeof(c); n++) {
		if (n == d->o->max_string && d->abbrev) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_numbers(d, addr, &c, sizeof(c), "8")) {
			dec_unread_from(d, addr);
			break;
		}
		lsm_one(d, addr, &c, size);
		if (c.len < sizeof(c) || c.len >= size)
			break;
		addr += c.len;
		size -= c.len;
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* arg: the size; the call's flags, which may say that one module is asked */
void hook_lsm_contexts(struct dec *d, uint64_t self, const uint64_t *arg)
{
	bool single = arg[1] & 1;
	struct lsm_ctx first;

	/* The kernel never reads or gives less than this. */
	if (!dec_numbers(d, self, &first, sizeof(first), "8")) {
		emit_addr(&d->em, self);
		return;
	}
	if (single) {
		emit_open(&d->em, EMIT_STRUCT);
		lsm_id(d, first.id);
		emit_close(&d->em, EMIT_STRUCT);
		emit_open(&d->em, EMIT_UPDATE);
	}
	if (d->ev->err || arg[0] < sizeof(struct lsm_ctx))
		emit_addr(&d->em, self);
	else
		lsm_walk(d, self, arg[0]);
	if (single)
		emit_close(&d->em, EMIT_UPDATE);
}
