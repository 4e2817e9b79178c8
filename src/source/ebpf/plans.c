/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plans.c makes the tables of the kernel programs, which say for each call of
 * each ABI whether it is traced, and which capture plans are run for it.
 */
#include <stdlib.h>
#include <string.h>

#include "abi_table.h"
#include "arch.h"
#include "calls.h"
#include "effect.h"
#include "plans.h"
#include "filter.h"
#include "options.h"
#include "sink.h"
#include "xalloc.h"

/* A plan that has no step left with these options counts as none. */
static uint16_t plan_of(const struct ebpf_plans *t, uint16_t plan)
{
	return t->plans[plan].step[0].op == CAP_END ? 0 : plan;
}

static struct wire_plans plans_of(const struct ebpf_plans *t, uint32_t capture,
				  unsigned abi)
{
	const struct abi_capture *c = &abi_captures[capture];

	return (struct wire_plans){
		.enter = plan_of(t, c->enter[abi]),
		.exit = plan_of(t, c->exit[abi]),
		.failed = plan_of(t, c->failed[abi]),
	};
}

static uint32_t case_capture(const struct abi_call *call,
			     const struct abi_case *c)
{
	return call->multiplex ? c->min : c->ref;
}

/* False if the ABI has no such number: then the case can't come there. */
static bool case_key(struct wire_case *key, const struct abi_case *c,
		     unsigned abi, const struct wire_call *row)
{
	unsigned nkeys = row->flags & CALL_TWO_KEYS ? 2 : 1;

	for (unsigned k = 0; k < nkeys; k++) {
		const struct abi_num *n = &abi_nums[c->val[k]];

		if (!(n->present & 1u << abi))
			return false;
		key->key[k] = (uint32_t)n->v[abi];
	}
	key->id = row->id;
	return true;
}

static void cases_add(struct ebpf_plans *t, const struct abi_call *call,
		      unsigned abi, const struct wire_call *row)
{
	for (uint32_t i = 0; i < call->ncases; i++) {
		const struct abi_case *c = &abi_cases[call->cases + i];
		struct ebpf_case *to = &t->cases[t->ncases];

		if (!case_key(&to->key, c, abi, row))
			continue;
		to->plans = plans_of(t, case_capture(call, c), abi);
		t->ncases++;
	}
}

static bool type_may_be_fd(uint32_t type)
{
	const struct abi_type *t = &abi_types[type];
	const struct abi_switch *w = &abi_switches[t->ref];

	for (uint32_t i = 0; t->kind == T_SWITCH && i < w->ncases; i++)
		if (type_may_be_fd(abi_cases[w->cases + i].ref))
			return true;
	return t->kind == T_SWITCH ? type_may_be_fd(w->def) :
	       t->kind == T_FD || t->kind == T_DIRFD;
}

/* Note where a signature has descriptors, which -e fd= looks for. */
static void fds_fill(struct wire_call *row, const struct abi_sig *sig,
		     unsigned abi)
{
	for (unsigned i = 0; i < sig->nargs; i++) {
		const struct abi_field *f = &abi_fields[sig->first + i];
		unsigned reg = abi_places[sig->places[abi] + i].off;

		if (type_may_be_fd(f->type))
			row->fd_args |= 1u << reg;
		else if (f->flags & FF_FLAT ||
			 abi_types[f->type].flags & TF_FDS)
			row->flags |= CALL_FDS_IN_MEMORY;
	}
}

static void call_fds(struct wire_call *row, const struct abi_call *call,
		     unsigned abi)
{
	if (call->multiplex)
		row->flags |= CALL_FDS_IN_MEMORY;
	if (call->sig)
		fds_fill(row, &abi_sigs[call->sig], abi);
	for (uint32_t i = 0; i < call->ncases && !call->multiplex; i++)
		fds_fill(row, &abi_sigs[abi_cases[call->cases + i].ref], abi);
}

static void plans_fill(struct ebpf_plans *t, struct wire_call *row,
		       const struct abi_call *call, unsigned abi)
{
	const struct abi_key *key;

	if (call->sig)
		row->plans = plans_of(t, call->sig, abi);
	key = abi_keys[call - abi_calls];
	if (key[0].arg == 0xff)
		return;
	row->id = (uint32_t)(call - abi_calls) * ABI_ROUND + abi;
	for (unsigned k = 0; k < 2; k++) {
		row->key_arg[k] = key[k].arg;
		row->key_shift[k] = key[k].shift;
		row->key_mask[k] = key[k].mask;
	}
	if (key[1].arg != 0xff)
		row->flags |= CALL_TWO_KEYS;
	cases_add(t, call, abi, row);
}

static void call_fill(struct ebpf_plans *t, const struct options *o,
		      unsigned abi, uint32_t nr)
{
	struct wire_call *row = &t->calls[abi * WIRE_CALLS_MAX + nr];
	const struct abi_call *call = calls_desc(abi, nr);

	if (callset_may_have(&o->trace, abi, nr))
		row->flags |= CALL_TRACED;
	if (effect_find(abi, nr, EFFECT_EXECS))
		row->flags |= CALL_EXEC;
	if (effect_find(abi, nr, EFFECT_FORKS))
		row->flags |= CALL_FORK;
	if (!call)
		return;
	if (row->flags & CALL_EXEC ||
	    (call->sig && abi_sigs[call->sig].ret == RET_NONE))
		row->flags |= CALL_STACK_EARLY;
	call_fds(row, call, abi);
	plans_fill(t, row, call, abi);
}

static size_t cases_most(const struct abi_call *uring)
{
	size_t n = uring->ncases * ABI_COUNT;

	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint32_t nr = 0; nr < calls_count(abi); nr++) {
			const struct abi_call *call = calls_desc(abi, nr);

			n += call ? call->ncases : 0;
		}
	return n + 1;
}

void ebpf_plans_make(struct ebpf_plans *t, const struct options *o)
{
	const struct abi_call *uring = calls_desc_event(EV_URING_SUBMIT);

	t->nplans = abi_nplans;
	t->plans = xalloc_new(t->nplans, sizeof(*t->plans));
	for (uint32_t i = 0; i < t->nplans; i++)
		capture_plan(i, o, t->plans[i].step);
	t->ncalls = ABI_COUNT * WIRE_CALLS_MAX;
	t->calls = xalloc_new(t->ncalls, sizeof(*t->calls));
	t->cases = xalloc_new(cases_most(uring), sizeof(*t->cases));
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (uint32_t nr = 0; nr < WIRE_CALLS_MAX; nr++)
			call_fill(t, o, abi, nr);
	for (unsigned abi = 0; abi < ABI_COUNT && filter_uring(o); abi++)
		plans_fill(t, &t->uring[abi], uring, abi);
}

void ebpf_plans_free(struct ebpf_plans *t)
{
	free(t->calls);
	free(t->cases);
	free(t->plans);
	memset(t, 0, sizeof(*t));
}
