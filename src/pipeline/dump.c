/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calls.h"
#include "decode.h"
#include "dump.h"
#include "options.h"
#include "task.h"

struct dump {
	struct dec *d;
	struct call_dump *first, **tail;
	bool read, write;	/* which of the two is wanted for this fd */
	uint64_t left;		/* bytes of this call that may yet be dumped */
	bool over;		/* there was more than that */
};

static bool is_wanted(const struct dump *k, const struct value *data)
{
	if (data->flags & VF_OUT)
		return k->read && !k->d->ev->err;
	return k->write;
}

static void dump_add(struct dump *k, struct call_dump what)
{
	struct call_dump *c = arena_copy(&k->d->open->arena, &what,
					 sizeof(what));

	*k->tail = c;
	k->tail = &c->next;
}

/*
 * A buffer that can't be read to its end has no data; but if only its end was
 * not captured, the part that was is shown.
 */
static void dump_bytes(struct dump *k, uint64_t addr, uint64_t n)
{
	struct dec *d = k->d;
	uint64_t want = n < k->left ? n : k->left;
	uint8_t *p = arena_alloc(&d->open->arena, want);
	size_t got;

	got = want ? mem_read(d->ev->mem, addr, p, want) : 0;
	if (got < want && !mem_unknown(d->ev->mem, addr))
		got = 0;
	if (got || (want < n && !want))
		dump_add(k, (struct call_dump){ .data = p, .len = got,
						.all = want < n ? n : got });
	k->over |= want < n;
	k->left -= want;
}

__attribute__((format(printf, 2, 3)))
static void dump_title(struct dump *k, const char *fmt, ...)
{
	char title[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(title, sizeof(title), fmt, ap);
	va_end(ap);
	dump_add(k, (struct call_dump){
		.title = arena_copy(&k->d->open->arena, title,
				    strlen(title) + 1) });
}

static bool is_scope(const struct node *n, enum emit_scope scope)
{
	return n && n->kind == NODE_SCOPE && n->scope == scope;
}

/* The buffer that a struct begins with, or NULL. */
static const struct value *buffer_of(const struct node *n)
{
	if (!is_scope(n, EMIT_STRUCT) || !n->first ||
	    n->first->kind != NODE_VALUE || n->first->value.kind != VAL_DATA)
		return NULL;
	return &n->first->value;
}

/* The vector of buffers in n, which structs may be around, or NULL. */
static const struct node *vector_in(const struct node *n)
{
	while (is_scope(n, EMIT_STRUCT))
		n = n->first;
	return is_scope(n, EMIT_ARRAY) && buffer_of(n->first) ? n : NULL;
}

static void dump_vector(struct dump *k, const struct node *vector)
{
	const struct value *data = buffer_of(vector->first);
	unsigned i = 0;

	if (!is_wanted(k, data))
		return;
	for (const struct node *n = vector->first; n && !k->over; n = n->next) {
		data = buffer_of(n);
		if (!data)
			break;
		dump_title(k, "* %llu bytes in buffer %u",
			   (unsigned long long)data->num2, i++);
		dump_bytes(k, data->num, data->num2);
	}
}

static size_t vector_length(const struct node *vector)
{
	size_t n = 0;

	for (const struct node *e = vector->first; e; e = e->next)
		n++;
	return n;
}

/* Dump several messages, each of which has a vector. */
static void dump_messages(struct dump *k, const struct node *messages)
{
	unsigned i = 0;

	for (const struct node *n = messages->first; n && !k->over;
	     n = n->next, i++) {
		const struct node *vector = vector_in(n);

		if (!vector)
			continue;
		if (is_wanted(k, buffer_of(vector->first)))
			dump_title(k, "= %zu buffers in vector %u",
				   vector_length(vector), i);
		dump_vector(k, vector);
	}
}

static void dump_arg(struct dump *k, const struct node *n)
{
	const struct node *vector = vector_in(n);

	if (n->kind == NODE_VALUE && n->value.kind == VAL_DATA) {
		if (is_wanted(k, &n->value))
			dump_bytes(k, n->value.num, n->value.num2);
	} else if (vector) {
		dump_vector(k, vector);
	} else if (is_scope(n, EMIT_ARRAY)) {
		dump_messages(k, n);
	}
}

const struct call_dump *dump_data(struct dec *d)
{
	const struct abi_sig *sig = d->open->sig;
	struct dump k = { .d = d, .left = d->o->line_limit };
	int fd;

	if (numset_is_empty(&d->o->read_fds) &&
	    numset_is_empty(&d->o->write_fds))
		return NULL;
	if (!sig || !sig->nargs ||
	    abi_types[abi_fields[sig->first].type].kind != T_FD)
		return NULL;
	k.tail = &k.first;
	fd = dec_arg(d, 0);
	k.read = numset_has(&d->o->read_fds, fd);
	k.write = numset_has(&d->o->write_fds, fd);
	if (!k.read && !k.write)
		return NULL;
	for (const struct node *n = dec_ask(d, ASK_DATA); n; n = n->next)
		dump_arg(&k, n);
	return k.first;
}
