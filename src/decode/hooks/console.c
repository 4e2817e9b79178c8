/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of console.abi. */
#include <stdio.h>

#include "hook.h"

#define CLOCK_TICK_RATE 1193180u
#define GPFIRST 0x3b4
#define GPLAST 0x3df

void hook_kd_port(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	if (arg[0] >= GPFIRST && arg[0] <= GPLAST)
		emit_comment(&d->em, "GPFIRST + %u",
			     (unsigned)(arg[0] - GPFIRST));
}

static unsigned frequency(uint32_t period)
{
	return period ? CLOCK_TICK_RATE / period : 0;
}

void hook_kd_sound(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned hz = frequency(arg[0]);

	(void)self;
	if (hz)
		emit_comment(&d->em, "%u Hz", hz);
	else
		emit_comment(&d->em, "off");
}

/* How long, and then the period. */
void hook_kd_tone(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned ms = arg[0] >> 16 & 0xffff, hz = frequency(arg[0] & 0xffff);
	char text[24];

	(void)self;
	if (ms)
		snprintf(text, sizeof(text), "%u<<16|%u", ms,
			 (unsigned)(arg[0] & 0xffff));
	else
		snprintf(text, sizeof(text), "%u",
			 (unsigned)(arg[0] & 0xffff));
	hook_form(d, text, arg[0]);
	if (ms && hz)
		emit_comment(&d->em, "%u Hz, %u ms", hz, ms);
	else
		emit_comment(&d->em, "off");
}

static void locks_show(struct dec *d, uint8_t v)
{
	const struct symset *set = dec_set("kd_leds");

	emit_open(&d->em, EMIT_OR);
	if (!v || v & 7)
		dec_sym(d, VAL_FLAGS, set, v & 7);
	for (unsigned i = 4; i < 7; i++)
		if (v & 1u << i)
			emit_value(&d->em, &(struct value){
				.kind = VAL_SYM, .num = 1u << (i - 4),
				.num2 = 4, .width = 1, .set = set,
				.abi = d->abi });
	if (v & 0x88)
		emit_num(&d->em, VAL_HEX, v & 0x88);
	emit_close(&d->em, EMIT_OR);
}

void hook_kd_locks(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	locks_show(d, arg[0]);
}

void hook_kd_locks_at(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t v;

	(void)arg;
	if (!d->exiting || d->ev->err || !dec_uint(d, self, 1, &v)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	locks_show(d, v);
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_kd_function(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const char *name = symset_name(dec_set("kd_keys"), d->abi,
				       0x100 | (arg[0] & 0xff));
	char text[32];

	(void)self;
	if (!name) {
		emit_num(&d->em, VAL_UDEC, arg[0] & 0xff);
		return;
	}
	snprintf(text, sizeof(text), "KVAL(%s)", name);
	hook_named(d, text, arg[0] & 0xff);
}

static void char_quoted(char text[HOOK_QUOTED], uint8_t c)
{
	static const char letters[] = "tnvfr";

	if (c >= 9 && c <= 13)
		snprintf(text, HOOK_QUOTED, "'\\%c'", letters[c - 9]);
	else
		hook_quote(text, c);
}

/* A key by its name, or what type it is of and which of those. */
void hook_kd_key(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned v = arg[0] & 0xffff, type = v >> 8;
	const char *name = symset_name(dec_set("kd_keys"), d->abi, v);
	/* KT_LATIN, KT_META, KT_LETTER and KT_DEAD2 are characters. */
	bool is_char = type == 0 || type == 8 || type == 11 || type == 13;
	char text[HOOK_QUOTED];

	(void)self;
	if (name && !is_char) {
		emit_comment(&d->em, "%s", name);
		return;
	}
	name = symset_name(dec_set("kd_key_types"), d->abi, type);
	char_quoted(text, v);
	if (name && is_char)
		emit_comment(&d->em, "K(%s, %s)", name, text);
	else if (name)
		emit_comment(&d->em, "K(%s, %#x)", name, v & 0xff);
	else
		emit_comment(&d->em, "K(%#x, %#x)", type, v & 0xff);
}

void hook_kd_char(struct dec *d, uint64_t self, const uint64_t *arg)
{
	char text[HOOK_QUOTED];

	(void)self;
	char_quoted(text, arg[0]);
	hook_form(d, text, arg[0] & 0xff);
}
