/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of memory.abi: a byte a page, node masks, nodes of pages. */
#include "calls.h"
#include "hook.h"
#include "options.h"

static uint64_t most_elements(struct dec *d)
{
	return d->abbrev ? d->o->max_string : DEC_ARRAY_MAX;
}

/* arg: length in bytes of what the vector is about */
void hook_page_residence(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t page = d->ev->page_size ? d->ev->page_size : 4096;
	uint64_t n = arg[0] / page + (arg[0] % page != 0);
	uint8_t byte;

	if (!self || (n && !dec_read(d, self, &byte, 1))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++) {
		if (i == most_elements(d)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_read(d, self + i, &byte, 1)) {
			dec_unread_from(d, self + i);
			break;
		}
		emit_num(&d->em, VAL_UDEC, byte & 1);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* All digits; but if it is not zero, "0x" replaces up to two leading zeros. */
static void mask_word(struct dec *d, uint64_t v)
{
	static const char digits[] = "0123456789abcdef";
	unsigned n = abi_word_size(d->abi) * 2, skip = 0;
	char text[19] = "0x";

	for (unsigned i = 0; i < n; i++)
		text[2 + i] = digits[v >> (n - 1 - i) * 4 & 0xf];
	if (!v) {
		hook_form(d, text + 2, v);
		return;
	}
	while (skip < 2 && text[2 + skip] == '0')
		skip++;
	memmove(text + 2, text + 2 + skip, n - skip);
	text[2 + n - skip] = '\0';
	hook_form(d, text, v);
}

/* arg: how many bits and one more, so that 1 is none; 0 is no mask at all */
void hook_node_mask(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned w = abi_word_size(d->abi);
	uint64_t bits = arg[0] ? arg[0] - 1 : 0, v;
	uint64_t n = bits / (w * 8) + (bits % (w * 8) != 0);

	if (!self || arg[0] == 1 || bits > 32768 ||
	    (n && !dec_word(d, self, &v))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++) {
		if (i == most_elements(d)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_word(d, self + i * w, &v)) {
			dec_unread_from(d, self + i * w);
			break;
		}
		mask_word(d, v);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* arg: how many pages */
void hook_page_nodes(struct dec *d, uint64_t self, const uint64_t *arg)
{
	int32_t node;

	if (!self || (arg[0] && !dec_numbers(d, self, &node, 4, "4"))) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < arg[0]; i++) {
		if (i == most_elements(d)) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_numbers(d, self + i * 4, &node, 4, "4")) {
			dec_unread_from(d, self + i * 4);
			break;
		}
		hook_result(d, node);
	}
	emit_close(&d->em, EMIT_ARRAY);
}
