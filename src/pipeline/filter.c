/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "calls.h"
#include "decode.h"
#include "filter.h"
#include "options.h"
#include "task.h"

/*
 * No more descriptors than these are looked at in one call.  If a call has
 * more, or if only a part of them was captured, one of the others may be the
 * wanted one, so the call is shown.
 */
#define ASKED_MAX 4096

struct look {			/* one look at the arguments of a call */
	struct dec *d;
	unsigned asked;
};

static bool path_is_listed(const struct options *o, const char *p, size_t n)
{
	for (size_t i = 0; i < o->ntrace_paths; i++)
		if (strlen(o->trace_paths[i]) == n &&
		    !memcmp(o->trace_paths[i], p, n))
			return true;
	return false;
}

static bool fd_matches(struct look *l, const struct value *v)
{
	const struct options *o = l->d->o;
	int fd = (int)v->num;
	char path[DEC_PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return false;
	if (o->has_trace_fds && numset_has(&o->trace_fds, fd))
		return true;
	if (!o->ntrace_paths || v->flags & VF_UNSOUGHT)
		return false;
	if (l->asked++ == ASKED_MAX)
		return true;
	n = env_get(l->d->env, ENV_FD_PATH, l->d->ev->tid, fd, path,
		    sizeof(path));
	return n > 0 && path_is_listed(o, path, n);
}

static bool value_matches(struct look *l, const struct value *v)
{
	if (v->kind == VAL_FD || v->kind == VAL_DIRFD)
		return fd_matches(l, v);
	return v->kind == VAL_STR && v->flags & VF_PATH &&
	       !(v->flags & VF_CUT) &&
	       path_is_listed(l->d->o, v->text, v->len);
}

/* If some descriptors of a list are not known, any one may be among them. */
static bool list_matches(struct look *l, const struct node *n)
{
	for (; n; n = n->next) {
		if (n->kind == NODE_VALUE ? value_matches(l, &n->value) :
		    n->kind == NODE_SCOPE ? list_matches(l, n->first) :
		    n->kind == NODE_ELIDED)
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
	struct look l = { .d = d };
	bool matches = list_matches(&l, dec_ask(d, ASK_FILES));

	arena_reset(&d->open->arena);
	return matches;
}

bool filter_outcome(const struct options *o, const struct call *c)
{
	if (c->duration_ns < o->slower_ns ||
	    (o->changed_only && !c->tampered))
		return false;
	return o->status & (c->err ? STATUS_FAILED : STATUS_SUCCESSFUL);
}
