/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "decode.h"
#include "dump.h"
#include "options.h"
#include "task.h"

#define DUMP_MAX (16 << 20)	/* bytes of one call */

static void dump_bytes(struct dec *d, struct sink *sink, uint64_t addr,
		       uint64_t n)
{
	size_t got;
	uint8_t *p;

	if (!n || n > DUMP_MAX)
		return;
	p = malloc(n);
	if (!p)
		return;
	got = mem_read(d->ev->mem, addr, p, n);
	if (got)
		sink->ops->dump(sink, &d->task->call, p, got);
	free(p);
}

/* An iovec: pairs of address and length, at most ret bytes in all. */
static void dump_vector(struct dec *d, struct sink *sink, uint64_t addr,
			uint64_t count)
{
	uint64_t left = d->ev->ret, word = d->abi == ABI_X86_64 ? 8 : 4;

	for (uint64_t i = 0; i < count && i < 1024 && left; i++) {
		uint64_t base, len;
		char title[64];

		if (!dec_word(d, addr + i * 2 * word, &base) ||
		    !dec_word(d, addr + (i * 2 + 1) * word, &len))
			return;
		if (len > left)
			len = left;
		snprintf(title, sizeof(title), " * %llu bytes in buffer %llu",
			 (unsigned long long)len, (unsigned long long)i);
		sink->ops->dump_title(sink, &d->task->call, title);
		dump_bytes(d, sink, base, len);
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
		bool read = vector ? vector_is_read(e) : t->dir == DIR_OUT;

		if (t->kind != T_PTR || (!vector && !is_buffer(e)) ||
		    !numset_has(read ? &d->o->read_fds : &d->o->write_fds,
				fd))
			continue;
		if (vector)
			dump_vector(d, sink, dec_arg(d, i),
				    dec_eval(d, e->count));
		else
			dump_bytes(d, sink, dec_arg(d, i), d->ev->ret);
		break;
	}
}
