/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What hooks read: their "reads" with the arguments that they are given. */
#include <string.h>

#include "plan.h"

static int param_index(const struct ast_hook *h, const char *name)
{
	for (size_t i = 0; i < h->params.f.n; i++)
		if (h->params.f.v[i].name &&
		    !strcmp(h->params.f.v[i].name, name))
			return i;
	return -1;
}

/* A set of descriptors behind the hook's own pointer: what -P looks at. */
void hook_fds(struct abigen *g, const struct ast_hook *h, struct abi_type *t)
{
	for (size_t i = 0; i < h->reads.n; i++) {
		const struct ast_read *r = &h->reads.v[i];
		int param = r->fds && r->n->name ?
			    param_index(h, r->n->name) : -1;

		if (!r->fds || strcmp(r->base, "self"))
			continue;
		if (param < 0 || param >= t->nargs) {
			abi_error(g, r->pos, "how many descriptors there are "
				  "in self is a parameter");
			continue;
		}
		t->flags |= TF_FDS;
		t->limit = g->t.args.v[t->args + param];
	}
}

static void read_compile(struct abigen *g, struct ast_hook *h,
			 struct ast_read *r)
{
	uint32_t saves = 0;
	struct scope s = { .call_args = &h->params, .saves = &saves,
			   .dir = DIR_IN };

	if (strcmp(r->base, "self") && strcmp(r->base, "sp") &&
	    param_index(h, r->base) < 0)
		abi_error(g, r->pos, "a hook reads self, sp or what a "
			  "parameter points to, not '%s'", r->base);
	if (r->type)
		r->made = compile_type(g, &s, r->type);
	else
		r->count = expr_compile(g, &s, r->n);
}

void hooks_compile(struct abigen *g)
{
	struct scope s = { .dir = DIR_IN };

	for (size_t i = 0; i < g->hooks.n; i++) {
		struct ast_hook *h = g->hooks.v[i];

		for (size_t j = 0; j < h->reads.n; j++)
			read_compile(g, h, &h->reads.v[j]);
		if (h->shows)
			h->made = compile_type(g, &s, h->shows);
	}
}

/* Where a read begins; false: nowhere. */
static bool read_place(struct plan *p, const struct ast_hook *h,
		       const struct ast_read *r, struct plan_at *at)
{
	struct plan_hook *hook = p->hook;
	int param = param_index(h, r->base);
	struct plan_num n;

	if (!strcmp(r->base, "self")) {
		at->is_num = false;
		return true;
	}
	*at = (struct plan_at){ .v = CAP_SP };
	if (!strcmp(r->base, "sp"))
		return true;
	if (param < 0)		/* a mistake that was reported */
		return false;
	p->hook = hook->up;
	n = plan_eval(p, p->g->t.args.v[hook->type->args + param]);
	p->hook = hook;
	at->v = n.v;
	return n.kind == NUM_VALUE;
}

static void read_capture(struct plan *p, const struct ast_hook *h,
			 const struct ast_read *r, struct plan_at at)
{
	struct plan_num n;

	if (!read_place(p, h, r, &at))
		return;
	if (r->made) {
		at.in_data = false;
		at.left = 0;
		capture_type(p, r->made, at);
		return;
	}
	n = plan_eval(p, r->count);
	if (r->fds) {
		capture_fd_set(p, at, n);
		return;
	}
	if (at.in_data && (at.left == UINT32_MAX ||
			   (n.kind == NUM_CONST && n.c <= at.left)))
		return;
	capture_bytes(p, at, n, (struct cap_step){
		.x = 1, .y = h->limit && h->limit < CAP_PIECE_MAX ? h->limit :
			     CAP_PIECE_MAX });
}

void capture_hook(struct plan *p, const struct abi_type *t, struct plan_at at)
{
	const struct ast_hook *h = p->g->hooks.v[t->ref - 1];
	struct plan_hook hook = { .up = p->hook, .type = t,
				  .scope = p->scope };
	struct plan_mark m = { 0 };

	for (unsigned i = 0; i < t->nargs; i++)
		plan_reads(p, p->g->t.args.v[t->args + i]);
	plan_reads(p, t->count);
	p->hook = &hook;
	if (h->full)
		m = plan_open(p, (struct cap_step){ .op = CAP_IF_FULL });
	for (size_t i = 0; i < h->reads.n; i++)
		read_capture(p, h, &h->reads.v[i], at);
	if (h->full)
		plan_close(p, m);
	p->hook = hook.up;
}
