/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "decode.h"
#include "diag.h"
#include "dump.h"
#include "options.h"
#include "task.h"

struct dump {			/* of one call */
	struct dec *d;
	struct sink *sink;
	uint64_t left;		/* bytes that it may still have */
};

static void dump_bytes(struct dump *u, uint64_t addr, uint64_t n)
{
	uint64_t want = n < u->left ? n : u->left;
	uint8_t *p = malloc(want + 1);
	size_t got;

	if (!p)
		diag_die("Out of memory");
	got = want ? mem_read(u->d->ev->mem, addr, p, want) : 0;
	if (got || want < n)
		u->sink->ops->dump(u->sink, &u->d->task->call, p, got,
				   want < n ? n : got);
	u->left -= want;
	free(p);
}

/* An iovec: pairs of address and length, at most ret bytes in all. */
static void dump_vector(struct dump *u, uint64_t addr, uint64_t count)
{
	struct dec *d = u->d;
	uint64_t left = d->ev->ret, word = abi_word_size(d->abi);

	for (uint64_t i = 0; i < count && left; i++) {
		uint64_t base, len;
		char title[64];
		bool over;

		if (!dec_word(d, addr + i * 2 * word, &base) ||
		    !dec_word(d, addr + (i * 2 + 1) * word, &len))
			return;
		if (len > left)
			len = left;
		snprintf(title, sizeof(title), " * %llu bytes in buffer %llu",
			 (unsigned long long)len, (unsigned long long)i);
		u->sink->ops->dump_title(u->sink, &d->task->call, title);
		over = len > u->left;
		dump_bytes(u, base, len);
		if (over)
			return;
		left -= len;
	}
}

static bool is_buffer(const struct abi_type *e)
{
	return e->kind == T_SOCKBUF || e->kind == T_BYTES;
}

static bool is_vector(const struct abi_type *e)
{
	const struct abi_type *in = &abi_types[e->elem];
	const struct abi_struct *st = &abi_structs[in->ref];
	const struct abi_type *first;

	if (e->kind != T_ARRAY || in->kind != T_STRUCT || st->nfields != 2)
		return false;
	first = &abi_types[abi_fields[st->first].type];
	return first->kind == T_PTR && is_buffer(&abi_types[first->elem]);
}

static bool vector_is_read(const struct abi_type *e)
{
	const struct abi_struct *st = &abi_structs[abi_types[e->elem].ref];

	return abi_types[abi_fields[st->first].type].dir == DIR_OUT;
}

void dump_data(struct dec *d, struct sink *sink)
{
	const struct abi_sig *sig = d->task->sig;
	struct dump u = { .d = d, .sink = sink, .left = d->o->line_limit };
	int fd;

	if (!sig || !sig->nargs || d->ev->err || d->ev->ret <= 0 ||
	    abi_types[abi_fields[sig->first].type].kind != T_FD)
		return;
	if (numset_is_empty(&d->o->read_fds) &&
	    numset_is_empty(&d->o->write_fds))
		return;
	fd = dec_arg(d, 0);
	for (unsigned i = 1; i < sig->nargs; i++) {
		const struct abi_type *t =
			&abi_types[abi_fields[sig->first + i].type];
		const struct abi_type *e = &abi_types[t->elem];
		bool vector = t->kind == T_PTR && is_vector(e);
		bool cut, read = vector ? vector_is_read(e) : t->dir == DIR_OUT;

		if (t->kind != T_PTR || (!vector && !is_buffer(e)) ||
		    !numset_has(read ? &d->o->read_fds : &d->o->write_fds,
				fd))
			continue;
		if (vector)
			dump_vector(&u, dec_arg(d, i),
				    dec_count(d, e, 0, &cut));
		else
			dump_bytes(&u, dec_arg(d, i), d->ev->ret);
		break;
	}
}
