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
	bool read, write;	/* which of the two is wanted of this fd */
	uint64_t left;		/* bytes that this call may still take */
	bool over;		/* there was more than that */
	uint64_t total;		/* ... and what this vector holds */
};

static bool is_wanted(const struct dump *k, const struct abi_type *pointer)
{
	if (pointer->dir == DIR_OUT)
		return k->read && !k->d->ev->err;
	return k->write;
}

static bool is_buffer(const struct abi_type *t)
{
	return t->kind == T_PTR && abi_types[t->elem].kind == T_SOCKBUF;
}

static void dump_add(struct dump *k, struct call_dump what)
{
	struct call_dump *c = arena_copy(&k->d->task->arena, &what,
					 sizeof(what));

	*k->tail = c;
	k->tail = &c->next;
}

/* Half a buffer is no data; one of which the end was not captured is some. */
static void dump_bytes(struct dump *k, uint64_t addr, uint64_t n)
{
	struct dec *d = k->d;
	uint64_t want = n < k->left ? n : k->left;
	uint8_t *p = arena_alloc(&d->task->arena, want);
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
		.title = arena_copy(&k->d->task->arena, title,
				    strlen(title) + 1) });
}

/* One of a vector's pairs of an address and a length. */
static bool dump_pair(struct dump *k, uint64_t addr, unsigned i)
{
	unsigned word = abi_word_size(k->d->abi);
	uint64_t base, len;

	addr += (uint64_t)i * 2 * word;
	if (!k->total || !dec_word(k->d, addr, &base) ||
	    !dec_word(k->d, addr + word, &len))
		return false;
	if (len > k->total)
		len = k->total;
	if (k->total != UINT64_MAX)
		k->total -= len;
	dump_title(k, "* %llu bytes in buffer %u", (unsigned long long)len, i);
	dump_bytes(k, base, len);
	return true;
}

static const struct abi_type *vector_data(const struct abi_type *array)
{
	const struct abi_type *in = &abi_types[array->elem];
	const struct abi_struct *st = &abi_structs[in->ref];
	const struct abi_type *first;

	if (array->kind != T_ARRAY || in->kind != T_STRUCT || st->nfields != 2)
		return NULL;
	first = &abi_types[abi_fields[st->first].type];
	return is_buffer(first) ? first : NULL;
}

static void dump_vector(struct dump *k, const struct abi_type *array,
			uint64_t addr)
{
	bool cut;
	uint64_t n = dec_count(k->d, array, 0, &cut);

	if (!is_wanted(k, vector_data(array)) ||
	    (array->max && n > (uint64_t)dec_eval(k->d, array->max)))
		return;
	k->total = array->limit ? (uint64_t)dec_eval(k->d, array->limit) :
		   UINT64_MAX;
	for (unsigned i = 0; i < n && !k->over; i++)
		if (!dump_pair(k, addr, i))
			return;
}

/* The member of a message that is its vector, maybe inside another struct. */
struct found {
	const struct abi_type *array;
	const struct abi_struct *in, *outer;
	uint32_t off;		/* of the pointer to it */
};

static const struct abi_place *place_of(struct dump *k,
					const struct abi_struct *st, uint32_t i)
{
	return &abi_places[st->places[k->d->abi] + i];
}

static bool vector_find(struct dump *k, const struct abi_struct *st,
			struct found *f)
{
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_type *t =
			&abi_types[abi_fields[st->first + i].type];

		f->off = place_of(k, st, i)->off;
		f->in = st;
		f->array = &abi_types[t->elem];
		if (t->kind == T_PTR && vector_data(f->array))
			return true;
	}
	return false;
}

/* A struct with a vector, or one whose first member is such a struct. */
static bool message_find(struct dump *k, const struct abi_type *t,
			 struct found *f)
{
	const struct abi_struct *st = &abi_structs[t->ref];
	const struct abi_type *first;

	if (t->kind != T_STRUCT || !st->nfields)
		return false;
	f->outer = NULL;
	if (vector_find(k, st, f))
		return true;
	f->outer = st;
	first = &abi_types[abi_fields[st->first].type];
	return first->kind == T_STRUCT &&
	       vector_find(k, &abi_structs[first->ref], f);
}

/* title: the number of the message, or -1 if there is but one. */
static void dump_message(struct dump *k, const struct found *f, uint64_t addr,
			 int title)
{
	const struct abi_struct *all = f->outer ? f->outer : f->in;
	struct dec *d = k->d;
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_scope outer = { .st = f->outer, .data = bytes };
	struct dec_scope in = { .st = f->in, .data = bytes };
	size_t size = all->size[d->abi];
	uint64_t vector;

	if (size > sizeof(bytes) || !dec_read(d, addr, bytes, size))
		return;
	outer.len = in.len = size;
	outer.up = d->scope;
	in.up = f->outer ? &outer : d->scope;
	d->scope = &in;
	vector = abi_number(d->abi, bytes + f->off, abi_word_size(d->abi));
	if (title >= 0 && is_wanted(k, vector_data(f->array)))
		dump_title(k, "= %llu buffers in vector %d",
			   (unsigned long long)dec_eval(d, f->array->count),
			   title);
	dump_vector(k, f->array, vector);
	d->scope = f->outer ? outer.up : in.up;
}

static void dump_messages(struct dump *k, const struct abi_type *array,
			  const struct found *f, uint64_t addr)
{
	const struct abi_struct *st = &abi_structs[abi_types[array->elem].ref];
	bool cut;
	uint64_t n = dec_count(k->d, array, 0, &cut);

	for (unsigned i = 0; i < n && !k->over; i++)
		dump_message(k, f, addr + (uint64_t)i * st->size[k->d->abi],
			     (int)i);
}

/* True if the argument holds data. */
static bool dump_arg(struct dump *k, const struct abi_type *t, uint64_t addr)
{
	const struct abi_type *e = &abi_types[t->elem];
	struct found f;

	if (t->kind != T_PTR)
		return false;
	if (is_buffer(t)) {
		if (is_wanted(k, t))
			dump_bytes(k, addr, dec_eval(k->d, e->count));
		return true;
	}
	if (e->kind == T_ARRAY && vector_data(e)) {
		dump_vector(k, e, addr);
		return true;
	}
	if (message_find(k, e, &f)) {
		dump_message(k, &f, addr, -1);
		return true;
	}
	if (e->kind != T_ARRAY || !message_find(k, &abi_types[e->elem], &f))
		return false;
	dump_messages(k, e, &f, addr);
	return true;
}

const struct call_dump *dump_data(struct dec *d)
{
	const struct abi_sig *sig = d->task->sig;
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
	for (unsigned i = 1; i < sig->nargs && (k.read || k.write); i++)
		if (dump_arg(&k, &abi_types[abi_fields[sig->first + i].type],
			     dec_arg(d, i)))
			break;
	return k.first;
}
