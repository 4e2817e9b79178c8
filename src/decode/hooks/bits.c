/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays of bits with names: what an input device has, what a stream may do. */
#include "hook.h"

#define BITS_MAX 128		/* bytes; there are 0x300 keys */

/* By the command's number there: EVIOCGBIT(type) is 0x20 + type. */
static const struct bit_kind {
	uint16_t number;
	const char *set;
} kinds[] = {
	{ 0x09, "evdev_props" },
	{ 0x18, "evdev_keys" },
	{ 0x19, "evdev_leds" },
	{ 0x1a, "evdev_sounds" },
	{ 0x1b, "evdev_switches" },
	{ 0x20, "evdev_types" },
	{ 0x21, "evdev_keys" },
	{ 0x22, "evdev_rels" },
	{ 0x23, "evdev_axes" },
	{ 0x24, "evdev_miscs" },
	{ 0x25, "evdev_switches" },
	{ 0x31, "evdev_leds" },
	{ 0x32, "evdev_sounds" },
	{ 0x34, "evdev_repeats" },
	{ 0x35, "evdev_effects" },
	{ 0x37, "evdev_states" },
	/* Masks of a sound device, by its parameter. */
	{ 0x100, "snd_accesses" },
	{ 0x101, "snd_formats" },
	{ 0x102, "snd_subformats" },
};

static const struct symset *kind_set(uint64_t number)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].number == number)
			return dec_set(kinds[i].set);
	return NULL;
}

static bool bit_is_set(const uint8_t *bits, size_t word, size_t bit)
{
	uint64_t v64;
	uint32_t v32;

	if (word == 8) {
		memcpy(&v64, bits + bit / 64 * 8, 8);
		return v64 >> bit % 64 & 1;
	}
	memcpy(&v32, bits + bit / 32 * 4, 4);
	return v32 >> bit % 32 & 1;
}

static void emit_bit(struct dec *d, const struct symset *set, size_t bit)
{
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = bit,
					    .set = set, .width = 2,
					    .abi = d->abi });
}

/* [KEY_ESC KEY_1], of so many bytes in words of 4 or 8; ~[] if all are set. */
void hook_bit_names(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct symset *set = kind_set(arg[0]);
	size_t n = arg[1] < BITS_MAX ? arg[1] : BITS_MAX, word = arg[2];
	uint8_t bits[BITS_MAX] = { 0 };
	size_t count = 0;

	if (!set || !dec_read(d, self, bits, n)) {
		emit_addr(&d->em, self);
		return;
	}
	dec_order(d, bits, sizeof(bits), word == 8 ? "8" : "4");
	for (size_t i = 0; i < n * 8; i++)
		count += bit_is_set(bits, word, i);
	if (n > 8 && count == n * 8) {
		emit_open(&d->em, EMIT_SET_BUT);
		emit_close(&d->em, EMIT_SET_BUT);
		return;
	}
	emit_open(&d->em, EMIT_SET);
	for (size_t i = 0; i < n * 8; i++)
		if (bit_is_set(bits, word, i))
			emit_bit(d, set, i);
	emit_close(&d->em, EMIT_SET);
}

/* A scancode, and the key that it is: [1, KEY_ESC] */
void hook_key_pair(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v[2];

	(void)arg;
	if (!dec_numbers(d, self, v, sizeof(v), "4")) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	emit_num(&d->em, VAL_UDEC, v[0]);
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = v[1],
					    .set = dec_set("evdev_keys"),
					    .width = 4, .abi = d->abi });
	emit_close(&d->em, EMIT_ARRAY);
}
