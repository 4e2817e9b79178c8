/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook of SIOCGIFCONF: a length that changes, and a list of interfaces. */
#include "calls.h"
#include "hook.h"
#include "options.h"
#include "task.h"

#define NAME_SIZE 16

static unsigned entry_size(const struct dec *d)
{
	return d->abi == ABI_X86_64 ? 40 : 32;
}

static void length_emit(struct dec *d, int32_t len)
{
	unsigned size = entry_size(d);

	emit_num(&d->em, VAL_DEC, len);
	if (len > 0 && len % size == 0)
		emit_comment(&d->em, "%d * sizeof(struct ifreq)",
			     (int)(len / size));
}

/* Only AF_INET addresses come back. */
static void addr_emit(struct dec *d, const uint8_t *p)
{
	emit_open(&d->em, EMIT_STRUCT);
	hook_sym(d, "sa_family", "addrfams", dec_number(p, STORE_U16));
	dec_name(d, "sin_port");
	emit_value(&d->em, &(struct value){ .kind = VAL_HTONS, .text = p + 2,
					    .len = 2 });
	dec_name(d, "sin_addr");
	emit_value(&d->em, &(struct value){ .kind = VAL_INET4, .text = p + 4,
					    .len = 4 });
	emit_close(&d->em, EMIT_STRUCT);
}

static void entry_emit(struct dec *d, const uint8_t *p)
{
	const uint8_t *end = memchr(p, 0, NAME_SIZE);

	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "ifr_name");
	emit_str(&d->em, p, end ? (size_t)(end - p) : NAME_SIZE, 0);
	dec_name(d, "ifr_addr");
	addr_emit(d, p + NAME_SIZE);
	emit_close(&d->em, EMIT_STRUCT);
}

static void list_emit(struct dec *d, uint64_t addr, int32_t len)
{
	unsigned size = entry_size(d);
	uint8_t p[40];

	if (len >= (int)size && !dec_read(d, addr, p, size)) {
		emit_addr(&d->em, addr);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (int32_t i = 0; i < len / (int)size; i++) {
		uint64_t at = addr + (uint64_t)i * size;

		if (d->abbrev && (uint64_t)i == d->o->max_string) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_read(d, at, p, size)) {
			dec_unread_from(d, at);
			break;
		}
		entry_emit(d, p);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

/* self: struct ifconf { int len; char *buf; } */
void hook_ifconf(struct dec *d, uint64_t self, const uint64_t *arg)
{
	unsigned word = abi_word_size(d->abi);
	uint64_t buf;
	int32_t len;

	(void)arg;
	if (!dec_read(d, self, &len, sizeof(len)) ||
	    !dec_word(d, self + word, &buf)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	dec_name(d, "ifc_len");
	length_emit(d, len);
	dec_name(d, "ifc_buf");
	if (d->ev->err || !buf)
		emit_addr(&d->em, buf);
	else
		list_emit(d, buf, len);
	emit_close(&d->em, EMIT_STRUCT);
}
