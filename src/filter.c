/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "decode.h"
#include "filter.h"
#include "options.h"
#include "task.h"

static bool path_is_listed(const struct options *o, const char *p, size_t n)
{
	for (size_t i = 0; i < o->ntrace_paths; i++)
		if (strlen(o->trace_paths[i]) == n &&
		    !memcmp(o->trace_paths[i], p, n))
			return true;
	return false;
}

static bool path_arg_matches(struct dec *d, uint64_t addr)
{
	char path[DEC_PATH_MAX];
	size_t got;

	return d->o->ntrace_paths && addr &&
	       mem_read_str(d->ev->mem, addr, path, sizeof(path), &got) ==
	       MEM_STR_END && path_is_listed(d->o, path, got);
}

static bool fd_matches(struct dec *d, int fd)
{
	char path[DEC_PATH_MAX];
	ssize_t n;

	if (d->o->has_trace_fds && fd >= 0 &&
	    numset_has(&d->o->trace_fds, fd))
		return true;
	if (!d->o->ntrace_paths || fd < 0)
		return false;
	n = env_get(d->env, ENV_FD_PATH, d->ev->tid, fd, path, sizeof(path));
	return n > 0 && path_is_listed(d->o, path, n);
}

/* An array of structs that begin with an fd: poll. */
static bool fd_array_matches(struct dec *d, const struct abi_type *t,
			     uint64_t addr)
{
	const struct abi_type *array = &abi_types[t->elem];
	const struct abi_type *e = &abi_types[array->elem];
	const struct abi_struct *st = &abi_structs[e->ref];
	uint64_t n;

	if (t->kind != T_PTR || array->kind != T_ARRAY ||
	    e->kind != T_STRUCT || t->dir == DIR_OUT || !st->nfields ||
	    abi_types[abi_fields[st->first].type].kind != T_FD)
		return false;
	n = dec_eval(d, array->count);
	for (uint64_t i = 0; i < n && i < 4096; i++) {
		int32_t fd;

		if (!dec_read(d, addr + i * st->size[d->abi], &fd, 4))
			break;
		if (fd_matches(d, fd))
			return true;
	}
	return false;
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

	for (unsigned i = 0; sig && i < sig->nargs; i++) {
		const struct abi_type *t =
			&abi_types[abi_fields[sig->first + i].type];
		uint64_t v = dec_arg(d, i);

		if (t->kind == T_STR && t->flags & TF_PATH &&
		    path_arg_matches(d, v))
			return true;
		if ((t->kind == T_FD || t->kind == T_DIRFD) &&
		    fd_matches(d, v))
			return true;
		if (fd_array_matches(d, t, v))
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
