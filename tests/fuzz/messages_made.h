/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * messages_made: messages of netlink that the tables know, of the bytes of an
 * input: a header, the struct of the message, then attributes, in attributes,
 * deeper than any are shown.  Some lengths lie, and some types are unheard of.
 *
 * A message is of the protocol whose number MESSAGE_FD holds: answer questions
 * about the descriptor with message_protocol(), and those about families of
 * generic netlink with message_family().
 */
#ifndef TESTS_FUZZ_MESSAGES_MADE_H
#define TESTS_FUZZ_MESSAGES_MADE_H

#include <linux/netlink.h>
#include <stdint.h>
#include <string.h>

#include "abi_table.h"
#include "abi_words.h"

#define MESSAGE_MAX 2048
#define MESSAGE_DEPTH 14
#define MESSAGE_PROTOCOLS 32
#define MESSAGE_FD 1024		/* ... and so many more as the protocol is */

struct message {
	const uint8_t *from;	/* the input, and how far it was used */
	size_t size, used;
	uint64_t state;		/* any number, then what was used, mixed */
	uint8_t data[MESSAGE_MAX];
	size_t len;
};

static int message_protocol(uint64_t fd)
{
	return fd - MESSAGE_FD < MESSAGE_PROTOCOLS ? (int)(fd - MESSAGE_FD) :
	       fd & 1 ? NETLINK_ROUTE : NETLINK_GENERIC;
}

static const char *message_family(uint64_t type)
{
	return abi_words[type % (sizeof(abi_words) / sizeof(*abi_words))];
}

static unsigned message_byte(struct message *m)
{
	return m->from[m->used++ % m->size];
}

/* Inputs are full of zeros: a choice is of many bytes. */
static unsigned message_choice(struct message *m, unsigned n)
{
	m->state = (m->state + message_byte(m)) * 6364136223846793005ull +
		   1442695040888963407ull;
	return (m->state >> 33) % n;
}

static void message_put(struct message *m, const void *p, size_t n)
{
	n = n < MESSAGE_MAX - m->len ? n : MESSAGE_MAX - m->len;
	memcpy(m->data + m->len, p, n);
	m->len += n;
}

static void message_bytes(struct message *m, size_t n)
{
	while (n--) {
		uint8_t c = message_byte(m);

		message_put(m, &c, 1);
	}
}

static void message_align(struct message *m)
{
	while (m->len % 4 && m->len < MESSAGE_MAX)
		m->data[m->len++] = 0;
}

/* What is to be at that place: a length, which may be another one. */
static void length_set(struct message *m, size_t at, unsigned width)
{
	uint32_t n = m->len - at;

	if (message_choice(m, 64) == 0)
		n = message_byte(m) << 8 * message_choice(m, width);
	if (at + width <= MESSAGE_MAX)
		memcpy(m->data + at, &n, width);
}

static void attributes_put(struct message *m, unsigned depth);

static void value_put(struct message *m, unsigned depth)
{
	unsigned shape = message_choice(m, 16);
	const char *word;

	if (shape < 8 && depth) {
		attributes_put(m, depth - 1);
	} else if (shape < 10) {
		word = message_family(message_choice(m, 1024));
		message_put(m, word, strlen(word) + (shape & 1));
	} else {
		message_bytes(m, shape < 14 ? 1u << (shape - 10) :
			      message_choice(m, 80));
	}
}

static void attribute_put(struct message *m, unsigned depth)
{
	uint16_t type = message_choice(m, message_choice(m, 3) ? 16 : 400);
	size_t at = m->len;

	if (message_choice(m, 8) == 0)
		type |= message_choice(m, 4) << 14;
	message_put(m, (uint16_t[]){ 4, type }, 4);
	value_put(m, depth);
	length_set(m, at, 2);
	message_align(m);
}

static void attributes_put(struct message *m, unsigned depth)
{
	unsigned n = 1 + message_choice(m, 4);

	while (n-- && m->len < MESSAGE_MAX)
		attribute_put(m, depth);
}

/* Bodies by protocol and type, whatever is asked before; NULL if none are. */
static const struct abi_switch *bodies_by_both(uint32_t type)
{
	while (abi_types[type].kind == T_SWITCH) {
		const struct abi_switch *w = &abi_switches[abi_types[type].ref];

		if (w->key[1])
			return w;
		type = w->def;
	}
	return NULL;
}

static const struct abi_switch *message_bodies(void)
{
	for (uint32_t i = 0; i < abi_nstreams; i++) {
		const struct abi_type *t = &abi_types[abi_streams[i].type];

		if (t->kind == T_SOCKBUF && t->elem)
			return bodies_by_both(abi_records[
				abi_types[t->elem].ref].body);
	}
	return NULL;
}

/* The bytes of a message's own struct. */
static size_t message_head(const struct abi_case *c, unsigned abi)
{
	const struct abi_type *t = &abi_types[c->ref];

	return t->kind == T_STRUCT ? abi_structs[t->ref].size[abi] : 4;
}

/* Returns the protocol. */
static int message_make(struct message *m, unsigned abi)
{
	const struct abi_switch *bodies = message_bodies();
	const struct abi_case *c = bodies && bodies->ncases ?
		&abi_cases[bodies->cases +
			   message_choice(m, bodies->ncases)] : NULL;
	int protocol = c ? (int)abi_nums[c->val[0]].v[abi] : 0;
	uint16_t type = c ? abi_nums[c->val[1]].v[abi] : 0;
	size_t head = c ? message_head(c, abi) : 0;
	uint8_t leading = message_choice(m, 80);

	/* One of three is generic: its type is its family's. */
	if (message_choice(m, 3) == 0) {
		protocol = NETLINK_GENERIC;
		type = NLMSG_MIN_TYPE + 1 + message_choice(m, 1024);
		head = 4;
	}
	message_put(m, (uint16_t[]){ 16, 0, type, message_byte(m) }, 8);
	message_bytes(m, 8);
	message_put(m, &leading, head ? 1 : 0);
	message_bytes(m, head ? head - 1 : 0);
	message_align(m);
	attributes_put(m, message_choice(m, MESSAGE_DEPTH));
	length_set(m, 0, 4);
	return protocol;
}

#endif
