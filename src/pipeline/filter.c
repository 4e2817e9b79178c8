/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calls.h"
#include "decode.h"
#include "filter.h"
#include "options.h"
#include "task.h"

/*
 * Of one call no more descriptors than these are asked for.  One with more of
 * them, or of which only the beginning was captured, may be wanted: it is.
 */
#define ASKED_MAX 4096
#define SET_BITS_MAX (1 << 20)	/* of an fd_set: the kernel's nr_open */

struct look {			/* at the arguments of one call */
	struct dec *d;
	unsigned asked;
	bool ends;		/* memory, where it was looked at last */
};

static bool value_matches(struct look *l, uint32_t type, uint64_t v);

static bool path_is_listed(const struct options *o, const char *p, size_t n)
{
	for (size_t i = 0; i < o->ntrace_paths; i++)
		if (strlen(o->trace_paths[i]) == n &&
		    !memcmp(o->trace_paths[i], p, n))
			return true;
	return false;
}

static bool path_matches(struct dec *d, uint64_t addr)
{
	char path[DEC_PATH_MAX];
	size_t got;

	return d->o->ntrace_paths && addr &&
	       mem_read_str(d->ev->mem, addr, path, sizeof(path), &got) ==
	       MEM_STR_END && path_is_listed(d->o, path, got);
}

static bool fd_matches(struct look *l, int fd, bool sought)
{
	const struct options *o = l->d->o;
	char path[DEC_PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return false;
	if (o->has_trace_fds && numset_has(&o->trace_fds, fd))
		return true;
	if (!o->ntrace_paths || !sought)
		return false;
	if (l->asked++ == ASKED_MAX)
		return true;
	n = env_get(l->d->env, ENV_FD_PATH, l->d->ev->tid, fd, path,
		    sizeof(path));
	return n > 0 && path_is_listed(o, path, n);
}

static bool look_read(struct look *l, uint64_t addr, void *bytes, size_t n)
{
	l->ends = mem_read(l->d->ev->mem, addr, bytes, n) != n;
	return !l->ends;
}

static bool struct_matches(struct look *l, const struct abi_struct *st,
			   uint64_t addr)
{
	struct dec *d = l->d;
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_scope scope = { .up = d->scope, .st = st, .data = bytes,
				   .len = st->size[d->abi] };
	bool found = false;

	if (scope.len > sizeof(bytes) ||
	    !look_read(l, addr, bytes, scope.len))
		return false;
	d->scope = &scope;
	for (uint32_t i = 0; i < st->nfields && !found; i++) {
		const struct abi_place *p =
			&abi_places[st->places[d->abi] + i];

		if (p->present && p->store)
			found = value_matches(l, abi_fields[st->first + i].type,
					      dec_number(l->d, bytes + p->off,
							 p->store));
	}
	d->scope = scope.up;
	return found;
}

/* Of what begins there, was all behind this address not captured? */
static bool goes_on(struct look *l, uint64_t begin, uint64_t addr)
{
	return l->ends && addr > begin && mem_unknown(l->d->ev->mem, addr);
}

static bool element_matches(struct look *l, const struct abi_type *e,
			    uint64_t addr)
{
	unsigned store = e->store[l->d->abi];
	uint8_t bytes[8];

	if (e->kind == T_STRUCT)
		return struct_matches(l, &abi_structs[e->ref], addr);
	return look_read(l, addr, bytes, dec_store_size(store)) &&
	       fd_matches(l, (int)dec_number(l->d, bytes, store), true);
}

static bool array_matches(struct look *l, const struct abi_type *array,
			  uint64_t addr)
{
	const struct abi_type *e = &abi_types[array->elem];
	unsigned abi = l->d->abi;
	size_t size = e->kind == T_STRUCT ? abi_structs[e->ref].size[abi] :
		      dec_store_size(e->store[abi]);
	uint64_t n = dec_eval(l->d, array->count), i;

	if (array->max && n > (uint64_t)dec_eval(l->d, array->max))
		return false;
	l->ends = false;
	for (i = 0; i < n && i < DEC_ARRAY_MAX && !l->ends; i++)
		if (element_matches(l, e, addr + i * size))
			return true;
	return i == DEC_ARRAY_MAX || goes_on(l, addr, addr + (i - 1) * size);
}

static bool word_matches(struct look *l, int first, uint64_t bits)
{
	for (; bits; bits &= bits - 1)
		if (fd_matches(l, first + __builtin_ctzll(bits), true))
			return true;
	return false;
}

/* A set ends with a whole word, maybe at the end of a page. */
static bool set_matches(struct look *l, int nfds, uint64_t addr)
{
	int size = (int)abi_word_size(l->d->abi);

	for (int fd = 0; fd < nfds && fd < SET_BITS_MAX; fd += size * 8) {
		uint64_t word, at = addr + (unsigned)fd / 8;
		uint8_t bytes[8];

		if (!look_read(l, at, bytes, (size_t)size))
			return goes_on(l, addr, at);
		word = abi_number(l->d->abi, bytes, (unsigned)size);
		if (nfds - fd < size * 8)
			word &= (UINT64_C(1) << (nfds - fd)) - 1;
		if (word_matches(l, fd, word))
			return true;
	}
	return false;
}

static bool behind_matches(struct look *l, const struct abi_type *t,
			   uint64_t addr)
{
	const struct abi_type *e = &abi_types[t->elem];

	if (!(t->flags & TF_FDS) || !addr)
		return false;
	return e->kind == T_ARRAY ? array_matches(l, e, addr) :
	       set_matches(l, (int)dec_eval(l->d, e->limit), addr);
}

static bool value_matches(struct look *l, uint32_t type, uint64_t v)
{
	const struct abi_type *t = &abi_types[dec_resolve(l->d, type)];
	bool sought = !(t->flags & TF_UNSOUGHT);

	switch (t->kind) {
	case T_STR:
		return sought && t->flags & TF_PATH && path_matches(l->d, v);
	case T_FD:
	case T_DIRFD:
		return fd_matches(l, (int)v, sought);
	case T_PTR:
		return behind_matches(l, t, v);
	default:
		return false;
	}
}

bool filter_wants_args(const struct options *o)
{
	return o->ntrace_paths || o->has_trace_fds;
}

bool filter_uring(const struct options *o)
{
	return o->trace.uring && !filter_wants_args(o) &&
	       !filter_wants_outcome(o);
}

bool filter_args(struct dec *d)
{
	const struct abi_sig *sig = d->task->sig;
	struct look l = { .d = d };

	d->scope = NULL;
	for (unsigned i = 0; sig && i < sig->nargs; i++) {
		const struct abi_field *f = &abi_fields[sig->first + i];
		const struct abi_type *t = &abi_types[f->type];
		uint64_t v = dec_arg(d, i);

		if (f->flags & FF_FLAT ?
		    struct_matches(&l, &abi_structs[abi_types[t->elem].ref],
				   v) : value_matches(&l, f->type, v))
			return true;
	}
	return false;
}

bool filter_outcome(const struct options *o, const struct call *c)
{
	if (c->duration_ns < o->slower_ns)
		return false;
	if (c->ret_kind == RET_NONE && !c->err)
		return o->status & STATUS_UNAVAILABLE;
	if (c->err >= 512)
		return o->status & STATUS_UNAVAILABLE;
	return o->status & (c->err ? STATUS_FAILED : STATUS_SUCCESSFUL);
}
