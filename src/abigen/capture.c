/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The capture plans of all calls, and how the kernel finds a command's case.
 *
 * What is made here follows src/decode: dec_enter(), dec_exit(), dec_aux(),
 * and what filters and dumps look at.
 */
#include <string.h>

#include "plan.h"
#include "sink.h"

/* ---- one signature ---- */

static const struct abi_field *sig_field(struct plan *p, unsigned i)
{
	return &p->g->t.fields.v[p->sig->first + i];
}

static const struct abi_type *sig_type(struct plan *p, unsigned i)
{
	return &p->g->t.types.v[sig_field(p, i)->type];
}

static struct plan_at sig_place(struct plan *p, unsigned i)
{
	const struct abi_place *place =
		&p->g->t.places.v[p->sig->places[p->abi] + i];

	return (struct plan_at){ .is_num = true, .v = place->off };
}

/* Arguments are registers that hold an address, or hold none. */
static bool sig_is_register(struct plan *p, unsigned i)
{
	const struct abi_place *place =
		&p->g->t.places.v[p->sig->places[p->abi] + i];

	return place->off < 6 && place->store < STORE_PAIR_LH;
}

/* A struct whose members are arguments is looked at in any case. */
static void flat_capture(struct plan *p, const struct abi_field *f,
			 struct plan_at at)
{
	const struct abi_type *t = &p->g->t.types.v[f->type];
	const struct abi_type *e = &p->g->t.types.v[t->elem];

	plan_bytes_const(p, at.v, p->g->t.structs.v[e->ref].size[p->abi]);
	capture_flat(p, t->elem, (struct plan_at){ .v = at.v });
}

static void arg_walk(struct plan *p, unsigned i)
{
	const struct abi_field *f = sig_field(p, i);

	if (f->flags & FF_FLAT) {
		plan_reads(p, f->cond);
		if (plan_may(p, f->cond))
			flat_capture(p, f, sig_place(p, i));
	} else {
		capture_if(p, f, sig_place(p, i));
	}
}

/* What one argument found out serves the next, while there is room. One that is
 * hidden may tell which command it is. */
static void arg_capture(struct plan *p, unsigned i)
{
	struct plan_mark m = plan_mark(p);

	if (!sig_is_register(p, i))
		return;
	arg_walk(p, i);
	if (!p->exhausted || m.next == CAP_FREE)
		return;
	plan_again(p, m);
	plan_release(p, (struct plan_mark){ .next = CAP_FREE });
	arg_walk(p, i);
}

static bool arg_is_inout_struct(struct plan *p, unsigned i)
{
	const struct abi_type *t = i < p->sig->nargs ? sig_type(p, i) :
				   NULL;
	const struct abi_type *e = t ? &p->g->t.types.v[t->elem] : NULL;

	return t && t->kind == T_PTR && t->dir == DIR_INOUT &&
	       e->kind == T_STRUCT && !p->g->t.structs.v[e->ref].has_change;
}

static void saves_capture(struct plan *p)
{
	for (unsigned i = 0; i < p->sig->nsaves; i++) {
		const struct abi_save *s =
			&p->g->t.saves.v[p->sig->saves + i];

		int v = sig_place(p, s->arg).v;

		if (!sig_is_register(p, s->arg))
			continue;
		if (s->behind)
			v = plan_load(p, v, s->at[p->abi], CAP_U64);
		if (v >= 0)
			plan_bytes_const(p, v, s->len[p->abi]);
	}
}

static void enter_capture(struct plan *p)
{
	saves_capture(p);
	for (unsigned i = 0; i < p->sig->split; i++)
		arg_capture(p, i);
	if (arg_is_inout_struct(p, p->sig->split))
		arg_capture(p, p->sig->split);
	/* -P looks at all paths and descriptors before the call. */
	for (unsigned i = p->sig->split; i < p->sig->nargs; i++)
		if (kind_is_fd(sig_type(p, i)->kind) ||
		    (sig_type(p, i)->kind == T_STR &&
		     sig_type(p, i)->flags & TF_PATH))
			arg_capture(p, i);
}

/* Data of a descriptor, or what points to such in the end. */
static bool type_is_dumped(struct plan *p, uint32_t type, unsigned depth)
{
	const struct abi_type *t = type_at(p, type);
	const struct abi_struct *st = &p->g->t.structs.v[t->ref];

	if (t->kind == T_SOCKBUF)
		return true;
	if (t->kind == T_PTR || t->kind == T_ARRAY)
		return type_is_dumped(p, t->elem, depth);
	for (uint32_t i = 0; t->kind == T_STRUCT && depth < 4 &&
	     i < st->nfields; i++)
		if (type_is_dumped(p, p->g->t.fields.v[st->first + i].type,
				   depth + 1))
			return true;
	return false;
}

/* What went in was shown at entry, but is dumped after the call. */
static void dump_capture(struct plan *p)
{
	struct plan_mark m;

	if (!p->sig->nargs || sig_type(p, 0)->kind != T_FD)
		return;
	m = plan_open(p, (struct cap_step){ .op = CAP_IF_DUMP });
	/* What is dumped is taken whole anyway. */
	p->in_sockbufs = true;
	for (unsigned i = 1; i < p->sig->split; i++)
		if (type_is_dumped(p, sig_field(p, i)->type, 0))
			arg_capture(p, i);
	p->in_sockbufs = false;
	plan_close(p, m);
}

static void exit_capture(struct plan *p)
{
	unsigned i = p->sig->split;

	/* Of a struct that went in and out failed calls show nothing more,
	 * unless it says when. */
	if (p->phase == PLAN_FAILED && arg_is_inout_struct(p, i) &&
	    !sig_field(p, i)->when)
		i++;
	for (; i < p->sig->nargs; i++)
		arg_capture(p, i);
	if (p->phase == PLAN_FAILED) {
		dump_capture(p);
		return;
	}
	if (p->sig->ret == RET_FD)
		capture_fd(p, (struct plan_at){ .is_num = true,
						.v = CAP_RET });
	if (p->sig->aux) {
		plan_reads(p, p->sig->aux_cond);
		capture_type(p, p->sig->aux, (struct plan_at){
			.is_num = true, .v = CAP_RET });
	}
	dump_capture(p);
}

static void sig_capture(struct plan *p, uint32_t sig)
{
	p->sig = &p->g->t.sigs.v[sig];
	if (p->phase == PLAN_ENTER)
		enter_capture(p);
	else
		exit_capture(p);
}

/* ---- plans ---- */

static void plan_start(struct plan *p, struct abigen *g, unsigned abi,
		       enum plan_phase phase)
{
	memset(p, 0, sizeof(*p));
	p->g = g;
	p->abi = abi;
	p->phase = phase;
	p->next = CAP_FREE;
}

static bool plan_same(struct abigen *g, const struct abi_plan *a,
		      const struct plan *p)
{
	return a->n == p->n && (!p->n ||
	       !memcmp(g->t.steps.v + a->first, p->step,
		       p->n * sizeof(p->step[0])));
}

static uint16_t plan_keep(struct plan *p)
{
	struct abigen *g = p->g;
	struct abi_plan new = { .first = g->t.steps.n };

	new.n = p->n;
	if (p->n > CAP_STEPS_MAX)
		abi_error(g, p->pos, "plan over budget: %u steps, at most %d",
			  p->n, CAP_STEPS_MAX);
	if (p->exhausted)
		abi_error(g, p->pos, "plan over budget: more than %d values "
			  "at once",
			  CAP_VALUES - CAP_FREE);
	for (uint32_t i = 0; i < g->t.plans.n; i++)
		if (plan_same(g, &g->t.plans.v[i], p))
			return i;
	for (unsigned i = 0; i < p->n; i++)
		*vec_new(&g->t.steps) = p->step[i];
	*vec_new(&g->t.plans) = new;
	return g->t.plans.n - 1;
}

static uint16_t *capture_slot(struct abi_capture *c, enum plan_phase phase)
{
	return phase == PLAN_ENTER ? c->enter :
	       phase == PLAN_EXIT ? c->exit : c->failed;
}

/* ---- multiplexers ---- */

static void word_load(struct plan *p, unsigned arg)
{
	plan_plain(p, (struct cap_step){ .op = CAP_LOAD, .dst = arg, .a = 1,
					 .x = arg * 4, .b = CAP_U32 });
}

/*
 * The second argument points to words which become the arguments.  Which case
 * of a command they choose is not known in time: the plan serves all of them.
 */
static void words_plan(struct plan *p, const struct abi_call *to)
{
	struct plan_mark m = plan_mark(p);
	unsigned n = p->g->t.sigs.v[to->sig].nargs;

	for (uint32_t i = 0; i < to->ncases; i++) {
		uint32_t sig = p->g->t.cases.v[to->cases + i].ref;

		if (p->g->t.sigs.v[sig].nargs > n)
			n = p->g->t.sigs.v[sig].nargs;
	}
	if (p->phase == PLAN_ENTER)
		plan_bytes_const(p, 1, 24);
	for (unsigned i = 0; i < n && i < 6; i++)
		if (i != 1)
			word_load(p, i);
	/* With this one their address is gone. */
	if (n > 1)
		word_load(p, 1);
	/* They are none of the values that a plan may use again. */
	for (unsigned i = 0; i < p->n; i++)
		p->live[i] = false;
	n = p->n;
	sig_capture(p, to->sig);
	p->all_cases = true;
	for (uint32_t i = 0; i < to->ncases; i++)
		sig_capture(p, p->g->t.cases.v[to->cases + i].ref);
	if (p->n == n && p->phase != PLAN_ENTER)
		plan_undo(p, m);
}

/* ---- all of one signature, or of one call of a multiplexer ---- */

struct plans_of {
	struct pos pos;
	uint32_t capture;	/* in abi_captures; it is a signature's, ... */
	const struct abi_call *call;	/* ... else that of this one */
	const struct abi_call *command;	/* whose case it is, or NULL */
	uint32_t abis;
};

static bool cases_share(struct plan *p, const struct abi_case *a,
			const struct abi_case *b)
{
	const struct abi_num *x = &p->g->t.nums.v[a->val[0]];
	const struct abi_num *y = &p->g->t.nums.v[b->val[0]];

	return a->sym && x->present & y->present & 1u << p->abi &&
	       (uint32_t)x->v[p->abi] == (uint32_t)y->v[p->abi];
}

/* Drivers may share a number: the plan of one then serves them all. */
static void shared_capture(struct plan *p, const struct abi_call *command,
			   uint32_t sig)
{
	const struct abi_case *c = &p->g->t.cases.v[command->cases];

	for (uint32_t i = 0; i < command->ncases; i++)
		for (uint32_t j = 0; c[i].ref == sig && j < command->ncases;
		     j++)
			if (c[j].ref != sig && cases_share(p, &c[i], &c[j]))
				sig_capture(p, c[j].ref);
}

static void plan_make(struct plan *p, const struct plans_of *of)
{
	if (of->call)
		words_plan(p, of->call);
	else
		sig_capture(p, of->capture);
	if (of->command)
		shared_capture(p, of->command, of->capture);
	plan_prune(p);
}

static void plans_make(struct abigen *g, const struct plans_of *of)
{
	struct plan p;

	for (unsigned i = 0; i < 3 * ABI_COUNT; i++) {
		unsigned abi = i / 3;
		enum plan_phase phase = i % 3;

		if (!(of->abis & 1u << abi))
			continue;
		plan_start(&p, g, abi, phase);
		p.pos = of->pos;
		plan_make(&p, of);
		capture_slot(&g->t.captures.v[of->capture], phase)[abi] =
			plan_keep(&p);
	}
}

/* command: whose case it is, or NULL. */
static void sig_plans(struct abigen *g, uint32_t sig, uint32_t abis,
		      const struct abi_call *command)
{
	plans_make(g, &(struct plans_of){ .pos = g->sig_pos.v[sig],
					  .capture = sig, .abis = abis,
					  .command = command });
}

static void multiplex_plans(struct abigen *g, struct abi_case *c,
			    struct pos pos, uint32_t abis)
{
	vec_new(&g->t.captures);
	c->min = g->t.captures.n - 1;
	plans_make(g, &(struct plans_of){
		.pos = pos, .capture = c->min, .abis = abis,
		.call = &g->t.calls.v[c->ref] });
}

/* ---- keys ---- */

/* A register, masked and shifted in the one order or the other. */
static bool key_make(struct abigen *g, uint32_t expr,
		     const struct abi_place *places, struct abi_key *key)
{
	const uint32_t *c = &g->t.code.v[g->t.exprs.v[expr]];
	uint64_t mask = UINT64_MAX;
	unsigned shift = 0, size;
	const struct abi_place *at = &places[*c >> 8];

	if ((*c++ & 0xff) != EX_ARG || at->off > 5 ||
	    at->store >= STORE_PAIR_LH)
		return false;
	size = store_size(at->store);
	if (size < 8)
		mask = (1ull << size * 8) - 1;
	while ((*c & 0xff) == EX_NUM) {
		uint64_t n = g->t.nums.v[*c++ >> 8].v[0];

		for (; (*c & 0xff) == EX_INV; c++)
			n = ~n;
		if ((*c & 0xff) == EX_AND) {
			mask &= n;
		} else if ((*c & 0xff) == EX_SHR && n < 32) {
			mask >>= n;
			shift += n;
		} else {
			return false;
		}
		c++;
	}
	*key = (struct abi_key){ .arg = at->off, .shift = shift,
				 .mask = mask };
	return (*c & 0xff) == EX_END && shift < 64;
}

static void call_keys(struct abigen *g, const struct ast_call *c)
{
	const struct abi_call *call = &g->t.calls.v[c->index];
	const struct abi_sig *sig = &g->t.sigs.v[call->sig];

	for (unsigned k = 0; k < 2 && call->key[k]; k++) {
		struct abi_key *key = &g->t.keys.v[c->index * 2 + k], other;
		bool ok = true;

		for (unsigned abi = ABI_COUNT; abi-- > 0 && ok;) {
			ok = key_make(g, call->key[k],
				      &g->t.places.v[sig->places[abi]],
				      &other);
			ok = ok && (abi == ABI_COUNT - 1 ||
				    other.arg == key->arg);
			*key = other;
		}
		if (!ok)
			abi_error(g, c->cases.keys.v[k]->pos,
				  "a case is chosen by an argument, "
				  "masked or shifted");
	}
}

/* ---- all ---- */

static uint32_t call_abis(struct abigen *g, const struct ast_call *c)
{
	uint32_t abis = c->is_event ? (1u << ABI_COUNT) - 1 : 0;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (size_t i = 0; i < g->rows[abi].n; i++)
			if (g->rows[abi].v[i].call == c)
				abis |= 1u << abi;
	return abis;
}

static void call_plans(struct abigen *g, const struct ast_call *c)
{
	const struct abi_call *call = &g->t.calls.v[c->index];
	uint32_t abis = call_abis(g, c);

	call_keys(g, c);
	if (call->sig)
		sig_plans(g, call->sig, abis, NULL);
	for (uint32_t i = 0; i < call->ncases; i++) {
		struct abi_case *k = &g->t.cases.v[call->cases + i];

		if (call->multiplex)
			multiplex_plans(g, k, c->pos, abis);
		else
			sig_plans(g, k->ref, abis, call);
	}
}

void capture_all(struct abigen *g)
{
	hooks_compile(g);
	vec_new(&g->t.plans);
	for (size_t i = 0; i < g->t.sigs.n; i++)
		vec_new(&g->t.captures);
	for (size_t i = 0; i < 2 * g->t.calls.n; i++)
		vec_new(&g->t.keys)->arg = 0xff;
	for (size_t i = 0; i < g->calls.n; i++)
		call_plans(g, g->calls.v[i]);
}
