/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What file descriptors are: steps that only some options want.  The others
 * drop those, and loops in which there would be nothing else.
 */
#include "plan.h"

void capture_fd(struct plan *p, struct plan_at at)
{
	unsigned width = plan_width(at.store);

	if (p->no_fds)
		return;
	if (at.is_num)
		plan_plain(p, (struct cap_step){ .op = CAP_FD, .a = at.v });
	else if (width != PLAN_NO_WIDTH && at.off <= UINT16_MAX)
		plan_plain(p, (struct cap_step){
			.op = CAP_FD_AT, .a = at.v, .b = width,
			.x = at.off });
}

void capture_fd_set(struct plan *p, struct plan_at at, struct plan_num n)
{
	int v = plan_address(p, at.v, at.off);

	/* An address is more than any number of bits. */
	if (v >= 0)
		plan_plain(p, (struct cap_step){
			.op = CAP_FDS, .a = v,
			.b = n.kind != NUM_VALUE ? v :
			     n.v | (n.low ? CAP_W32 : 0) });
}

static bool type_is_fds(const struct plan *p, uint32_t type)
{
	const struct abi_type *t = &p->g->t.types.v[type];
	const struct abi_switch *w = &p->g->t.switches.v[t->ref];

	if (t->kind == T_ARRAY)
		return type_is_fds(p, t->elem);
	for (uint32_t i = 0; t->kind == T_SWITCH && i < w->ncases; i++)
		if (type_is_fds(p, p->g->t.cases.v[w->cases + i].ref))
			return true;
	return kind_is_fd(t->kind);
}

/* Which cases are descriptors: the step's x and y. */
static void cmsg_kinds(struct plan *p, const struct abi_records *r,
		       const struct abi_switch *w, struct cap_step *s)
{
	/* level and type, of 32 bits each, stand after the length */
	uint32_t word = p->g->t.structs.v[r->head].size[p->abi] - 8;

	for (uint32_t i = 0; i < w->ncases; i++) {
		const struct abi_case *c = &p->g->t.cases.v[w->cases + i];
		uint64_t level = p->g->t.nums.v[c->val[0]].v[p->abi];
		uint64_t type = p->g->t.nums.v[c->val[1]].v[p->abi];

		if (!type_is_fds(p, c->ref))
			continue;
		if (level > 0xff || type > 15 || (word != 4 && word != 8) ||
		    (s->y && s->x >> 8 != level))
			abi_error(p->g, p->pos,
				  "descriptors of this kind of record can't "
				  "be captured");
		s->x = (uint16_t)(level << 8 | word);
		s->y |= 1u << type;
	}
}

void capture_records_fds(struct plan *p, const struct abi_records *r,
			 struct plan_at at, struct plan_num n)
{
	const struct abi_type *body = type_at(p, r->body);
	struct cap_step s = { .op = CAP_CMSGS };
	int v;

	/* The second way through an array is for its data alone. */
	if (body->kind != T_SWITCH || p->whole)
		return;
	cmsg_kinds(p, r, &p->g->t.switches.v[body->ref], &s);
	if (!s.y)
		return;
	v = plan_address(p, at.v, at.off);
	if (v < 0)
		return;
	s.a = v;
	s.b = n.kind != NUM_VALUE ? v : n.v | (n.low ? CAP_W32 : 0);
	plan_plain(p, s);
}

bool fds_alone(const struct plan *p, unsigned loop)
{
	for (unsigned i = loop + 1; i + 1 < p->n; i++) {
		const struct cap_step *s = &p->step[i];

		if (s->op == CAP_IF_FDS)
			i += s->dst;
		else if (s->op < CAP_FD || s->op > CAP_FDS)
			return false;
	}
	return true;
}

/* The data of a descriptor that a type leads to, or NULL. */
static const struct abi_type *sockbuf_find(struct plan *p, uint32_t type,
					  unsigned depth)
{
	const struct abi_type *t = type_at(p, type), *found = NULL;
	const struct abi_struct *st = &p->g->t.structs.v[t->ref];

	if (t->kind == T_SOCKBUF)
		return t;
	if (t->kind == T_PTR || t->kind == T_ARRAY)
		return sockbuf_find(p, t->elem, depth);
	for (uint32_t i = 0; t->kind == T_STRUCT && depth < 4 && !found &&
	     i < st->nfields; i++)
		found = sockbuf_find(p, p->g->t.fields.v[st->first + i].type,
				    depth + 1);
	return found;
}

bool sockbuf_open(struct plan *p, uint32_t type, struct plan_mark *m)
{
	const struct abi_type *t = p->whole ? NULL : sockbuf_find(p, type, 0);
	struct plan_num fd;

	if (!t)
		return false;
	fd = plan_eval(p, p->g->t.args.v[t->args]);
	if (fd.kind != NUM_VALUE)
		return false;
	*m = plan_open(p, (struct cap_step){
		.op = CAP_IF_WHOLE, .a = fd.v,
		.x = CAP_STREAM | (t->elem ? CAP_NETLINK : 0) });
	return true;
}
