/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format.h"

#include <string.h>

#define CRC32C_POLY 0x82f63b78u

void crc_table_init(struct crc_table *t)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32C_POLY : 0);
		t->t[0][i] = crc;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int k = 1; k < 8; k++)
			t->t[k][i] = t->t[k - 1][i] >> 8 ^
				     t->t[0][t->t[k - 1][i] & 0xff];
}

uint32_t crc_update(const struct crc_table *t, uint32_t crc, const void *data,
		    size_t n)
{
	const unsigned char *p = data;

	crc = ~crc;
	for (; n >= 8; n -= 8, p += 8) {
		uint32_t lo = crc ^ (uint32_t)get_le(p, 4);

		crc = t->t[7][lo & 0xff] ^ t->t[6][lo >> 8 & 0xff] ^
		      t->t[5][lo >> 16 & 0xff] ^ t->t[4][lo >> 24] ^
		      t->t[3][p[4]] ^ t->t[2][p[5]] ^ t->t[1][p[6]] ^
		      t->t[0][p[7]];
	}
	for (; n; n--)
		crc = crc >> 8 ^ t->t[0][(crc ^ *p++) & 0xff];
	return ~crc;
}

void put_varint(struct buf *b, uint64_t v)
{
	unsigned char tmp[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		tmp[n++] = v | 0x80;
	tmp[n++] = v;
	buf_add(b, tmp, n);
}

uint64_t get_long_varint(struct cursor *c)
{
	const unsigned char *p = c->p, *end = c->end;
	uint64_t v = 0, byte;

	for (unsigned shift = 0; shift < 64 && p < end; shift += 7) {
		byte = *p++;
		v |= (byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		/* The tenth byte holds the last bit of 64. */
		if (shift == 63 && byte > 1)
			break;
		c->p = p;
		return v;
	}
	c->bad = true;
	c->p = c->end;
	return 0;
}

const void *get_bytes(struct cursor *c, size_t n)
{
	const unsigned char *p = c->p;

	if (n > (size_t)(c->end - c->p)) {
		c->bad = true;
		c->p = c->end;
		return NULL;
	}
	c->p += n;
	return p;
}

/* The order and meaning of an event's fields is part of the format. */
_Static_assert(EV_ENTER == 0 && EV_EXIT == 1 && EV_SIGNAL == 2 &&
	       EV_GROUP_STOP == 3 && EV_FORK == 4 && EV_EXEC == 5 &&
	       EV_EXITED == 6 && EV_KILLED == 7 && EV_ATTACH == 8 &&
	       EV_DETACH == 9 && EV_LOST == 10 && EV_URING_SUBMIT == 11 &&
	       EV_URING_COMPLETE == 12 && EV_IDLE == 13,
	       "kinds of event have the numbers that files hold");

enum {		/* bits of an event's mask: the field is there, not zero */
	F_ABI, F_CORE, F_ATTACH_ENTRY, F_PID, F_SIG, F_STATUS, F_NR, F_ARG0,
	F_RET = F_ARG0 + 6,
	F_ERR, F_CHILD, F_OTHER_TID, F_COUNT, F_CPU, F_IP, F_SIGINFO,
	F_SP, F_TAMPERED,
	F_END,
};

static void put_field(struct buf *b, uint64_t *mask, unsigned bit, uint64_t v)
{
	if (!v)
		return;
	*mask |= 1ull << bit;
	put_varint(b, v);
}

static void put_siginfo(struct buf *b, const siginfo_t *info)
{
	const unsigned char *p = (const unsigned char *)info;
	size_t n = sizeof(*info);

	while (n && !p[n - 1])
		n--;
	put_varint(b, n);
	buf_add(b, p, n);
}

/*
 * The mask comes first but is known last, so it is put as three bytes, which
 * are filled in after the fields.
 */
void event_encode(struct buf *b, const struct event *ev,
		  struct record_base *base)
{
	uint64_t mask = 0;
	size_t at;

	buf_ch(b, ev->kind);
	at = b->len;
	buf_add(b, "\0\0\0", 3);
	put_varint(b, zigzag(ev->tid - base->tid));
	put_varint(b, zigzag(ev->wall_ns - base->wall_ns));
	put_varint(b, zigzag(ev->mono_ns - base->mono_ns));
	put_field(b, &mask, F_ABI, ev->abi);
	mask |= (uint64_t)ev->core << F_CORE;
	mask |= (uint64_t)ev->attach_entry << F_ATTACH_ENTRY;
	put_field(b, &mask, F_PID, zigzag((int64_t)ev->pid - ev->tid));
	put_field(b, &mask, F_SIG, zigzag(ev->sig));
	put_field(b, &mask, F_STATUS, zigzag(ev->status));
	put_field(b, &mask, F_NR, ev->nr);
	for (int i = 0; i < 6; i++)
		put_field(b, &mask, F_ARG0 + i, ev->arg[i]);
	put_field(b, &mask, F_RET, zigzag(ev->ret));
	put_field(b, &mask, F_ERR, zigzag(ev->err));
	put_field(b, &mask, F_CHILD, zigzag(ev->child));
	put_field(b, &mask, F_OTHER_TID, zigzag(ev->other_tid));
	put_field(b, &mask, F_COUNT, ev->count);
	put_field(b, &mask, F_CPU, zigzag(ev->cpu_ns - base->cpu_ns));
	put_field(b, &mask, F_IP, zigzag((int64_t)(ev->ip - base->ip)));
	put_field(b, &mask, F_SP, zigzag((int64_t)(ev->sp - base->sp)));
	if (ev->has_siginfo) {
		mask |= 1ull << F_SIGINFO;
		put_siginfo(b, &ev->siginfo);
	}
	put_field(b, &mask, F_TAMPERED, ev->tampered);
	put_le((unsigned char *)b->data + at, mask, 3);
	base->tid = ev->tid;
	base->wall_ns = ev->wall_ns;
	base->mono_ns = ev->mono_ns;
	base->cpu_ns = ev->cpu_ns;
	base->ip = ev->ip;
	base->sp = ev->sp;
}

static uint64_t get_field(struct cursor *c, uint64_t mask, unsigned bit)
{
	return mask >> bit & 1 ? get_varint(c) : 0;
}

static int get_int(struct cursor *c, uint64_t mask, unsigned bit)
{
	int64_t v = unzigzag(get_field(c, mask, bit));

	if (v != (int)v)
		c->bad = true;
	return (int)v;
}

/* A file may hold any numbers, so their sums may wrap and are unsigned. */
static int64_t get_delta(struct cursor *c, int64_t base)
{
	return (int64_t)((uint64_t)base + (uint64_t)unzigzag(get_varint(c)));
}

static pid_t as_pid(struct cursor *c, int64_t v)
{
	if (v < 0 || v != (pid_t)v)
		c->bad = true;
	return (pid_t)v;
}

static void get_siginfo(struct cursor *c, struct event *ev)
{
	uint64_t n = get_varint(c);
	const void *p;

	if (n > sizeof(ev->siginfo)) {
		c->bad = true;
		return;
	}
	p = get_bytes(c, n);
	memset(&ev->siginfo, 0, sizeof(ev->siginfo));
	if (p)
		memcpy(&ev->siginfo, p, n);
	ev->has_siginfo = true;
}

#define BIT(field) (1ull << (field))

static void get_call(struct cursor *c, uint64_t mask, struct event *ev)
{
	ev->nr = get_field(c, mask, F_NR);
	for (uint64_t m = mask >> F_ARG0 & 0x3f; m; m &= m - 1)
		ev->arg[__builtin_ctzll(m)] = get_varint(c);
	ev->ret = unzigzag(get_field(c, mask, F_RET));
	if (mask & BIT(F_ERR))
		ev->err = get_int(c, mask, F_ERR);
}

/* Most events are of calls, and calls do not have these fields. */
static void get_rare(struct cursor *c, uint64_t mask, struct event *ev)
{
	if (!(mask & (BIT(F_CHILD) | BIT(F_OTHER_TID) | BIT(F_COUNT))))
		return;
	ev->child = get_int(c, mask, F_CHILD);
	ev->other_tid = get_int(c, mask, F_OTHER_TID);
	ev->count = get_field(c, mask, F_COUNT);
}

/* The ABI means something for calls only, so others may have any. */
static unsigned get_abi(struct cursor *c, uint64_t mask, unsigned kind,
			const struct record_abis *abis)
{
	uint64_t abi = get_field(c, mask, F_ABI);

	if (abi < abis->count && abis->id[abi] >= 0)
		return abis->id[abi];
	c->foreign = kind == EV_ENTER || kind == EV_EXIT ||
		     kind == EV_URING_SUBMIT;
	c->bad |= c->foreign || abi >= abis->count;
	return 0;
}

void event_decode(struct cursor *c, struct event *ev,
		  const struct record_abis *abis, struct record_base *base)
{
	const unsigned char *head = get_bytes(c, 4);
	uint64_t mask;

	memset(ev, 0, offsetof(struct event, siginfo));
	if (!head)
		return;
	ev->kind = head[0];
	mask = get_le(head + 1, 3);
	base->tid = as_pid(c, get_delta(c, base->tid));
	base->wall_ns = get_delta(c, base->wall_ns);
	base->mono_ns = get_delta(c, base->mono_ns);
	ev->tid = base->tid;
	ev->wall_ns = base->wall_ns;
	ev->mono_ns = base->mono_ns;
	ev->abi = get_abi(c, mask, head[0], abis);
	ev->tracer_abi = abis->tracer;
	ev->core = mask >> F_CORE & 1;
	ev->attach_entry = mask >> F_ATTACH_ENTRY & 1;
	ev->pid = as_pid(c, ev->tid + (int64_t)get_int(c, mask, F_PID));
	if (mask & (BIT(F_SIG) | BIT(F_STATUS))) {
		ev->sig = get_int(c, mask, F_SIG);
		ev->status = get_int(c, mask, F_STATUS);
	}
	get_call(c, mask, ev);
	get_rare(c, mask, ev);
	if (mask >> F_CPU & 1)
		base->cpu_ns = get_delta(c, base->cpu_ns);
	if (mask >> F_IP & 1)
		base->ip = get_delta(c, base->ip);
	if (mask >> F_SP & 1)
		base->sp = get_delta(c, base->sp);
	ev->cpu_ns = base->cpu_ns;
	ev->ip = base->ip;
	ev->sp = base->sp;
	if (mask >> F_SIGINFO & 1)
		get_siginfo(c, ev);
	ev->tampered = get_field(c, mask, F_TAMPERED) & TAMPERED_ALL;
	if (ev->kind >= EV_IDLE || mask >> F_END)
		c->bad = true;
}
