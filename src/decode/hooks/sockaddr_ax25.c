/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of amateur radio: call signs, and the stations they go through. */
#include <string.h>

#include "hook.h"

#define CALL_LEN 7		/* six letters, each shifted, and a number */
#define STATIONS_MAX 8
#define FULL_LEN 14		/* after the family: a call sign, a count */

/* The letters of p; false if encoding these would not give the same bytes. */
static bool call_text(const uint8_t *p, struct buf *b, bool *printable)
{
	bool exact = !(p[CALL_LEN - 1] & ~0x1e), blank = false;
	size_t len = 0;

	*printable = true;
	for (unsigned i = 0; i < CALL_LEN - 1; i++) {
		char c = p[i] >> 1;
		bool sign = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');

		*printable &= c >= ' ' && c < 0x7f;
		exact &= !(p[i] & 1) && (c == ' ' || (sign && !blank));
		blank |= c == ' ';
		buf_ch(b, c);
		if (c != ' ')
			len = b->len;
	}
	b->len = len;
	exact &= len || !p[CALL_LEN - 1];
	if (exact && !len)
		buf_ch(b, '*');
	else
		buf_fmt(b, "-%u", p[CALL_LEN - 1] >> 1 & 0xf);
	return exact;
}

static void call_value(struct dec *d, const uint8_t *p)
{
	struct buf b = { 0 };
	bool printable, exact = call_text(p, &b, &printable);

	if (exact) {
		hook_text(d, b.data, b.len);
	} else {
		emit_open(&d->em, EMIT_STRUCT);
		dec_name(d, "ax25_call");
		emit_str(&d->em, p, CALL_LEN, VF_HEX);
		emit_close(&d->em, EMIT_STRUCT);
		if (printable)
			emit_comment(&d->em, "%.*s", (int)b.len, b.data);
	}
	buf_free(&b);
}

static void call_emit(struct dec *d, const char *name, const uint8_t *p)
{
	dec_name(d, name);
	call_value(d, p);
}

/* A call sign that stands by itself */
void hook_ax25_call(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[CALL_LEN];

	(void)arg;
	if (dec_read(d, self, p, sizeof(p)))
		call_value(d, p);
	else
		emit_unknown(&d->em);
}

static void station_emit(struct dec *d, const uint8_t *p, int32_t count)
{
	call_emit(d, "sax25_call", p);
	hook_field(d, "sax25_ndigis", VAL_DEC, (int64_t)count, 4);
}

static void digipeaters_emit(struct dec *d, const uint8_t *p, unsigned there,
			     uint32_t count)
{
	dec_name(d, "fsa_digipeater");
	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned i = 0; i < there && i < count && i < STATIONS_MAX; i++)
		call_emit(d, "", p + i * CALL_LEN);
	if (there < count && there < STATIONS_MAX)
		emit_elided(&d->em);
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_sockaddr_ax25(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[FULL_LEN + STATIONS_MAX * CALL_LEN] = { 0 };
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);
	size_t more = arg[0] - FULL_LEN;
	int32_t count;

	if (arg[0] < FULL_LEN || !dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	count = (int32_t)dec_number(d, p + 10, STORE_S32);
	if (!more && !count) {
		station_emit(d, p, count);
		return;
	}
	dec_name(d, "fsa_ax25");
	emit_open(&d->em, EMIT_STRUCT);
	station_emit(d, p, count);
	emit_close(&d->em, EMIT_STRUCT);
	if (count > 0)
		digipeaters_emit(d, p + FULL_LEN, more / CALL_LEN, count);
	if (more % CALL_LEN || more > STATIONS_MAX * CALL_LEN)
		emit_elided(&d->em);
}

#define ROSE_LEN 18		/* after the family: address, call, count */
#define ROSE_STATIONS_MAX 6

/* Ten digits in five bytes. */
static void rose_addr_value(struct dec *d, const uint8_t p[5])
{
	struct buf b = { 0 };

	for (unsigned i = 0; i < 5; i++)
		buf_fmt(&b, "%02x", p[i]);
	hook_text(d, b.data, b.len);
	buf_free(&b);
}

static void rose_addr_emit(struct dec *d, const uint8_t p[5])
{
	dec_name(d, "srose_addr");
	rose_addr_value(d, p);
}

/* Such an address that stands by itself */
void hook_rose_address(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[5];

	(void)arg;
	if (dec_read(d, self, p, sizeof(p)))
		rose_addr_value(d, p);
	else
		emit_unknown(&d->em);
}

void hook_sockaddr_rose(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint8_t p[ROSE_LEN + ROSE_STATIONS_MAX * CALL_LEN] = { 0 };
	size_t n = arg[0] < sizeof(p) ? arg[0] : sizeof(p);
	unsigned there = (n - ROSE_LEN) / CALL_LEN;
	bool full = arg[0] >= sizeof(p);
	uint32_t count;

	if (n < ROSE_LEN || !dec_read(d, self, p, n)) {
		emit_unknown(&d->em);
		return;
	}
	count = dec_number(d, p + 14, STORE_U32);
	rose_addr_emit(d, p);
	call_emit(d, "srose_call", p + 5);
	hook_field(d, "srose_ndigis", VAL_DEC, (int32_t)count, 4);
	if (!full) {
		if (count)
			call_emit(d, "srose_digi", p + ROSE_LEN);
		return;
	}
	dec_name(d, "srose_digis");
	emit_open(&d->em, EMIT_ARRAY);
	for (unsigned i = 0; i < there && i < count; i++)
		call_emit(d, "", p + ROSE_LEN + i * CALL_LEN);
	emit_close(&d->em, EMIT_ARRAY);
}
