/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which rules fire for a call, and what they want of it together (inject.h).
 *
 * Memory is written here and now, through the event's mem, so that what is
 * decoded is what the kernel will get.  All else is done by the source.
 */
#include <stdlib.h>

#include "calls.h"
#include "diag.h"
#include "effect.h"
#include "options.h"
#include "parts.h"
#include "xalloc.h"

#define DELAY_MAX INT64_C(1000000000000000000)	/* 31 years */

struct inject_count {
	uint64_t seen;		/* calls that the rule is about */
	uint64_t fired;
};

/* A call is counted by its own name, if it is one of many in one. */
static uint64_t count_key(const struct open_call *o, unsigned rule)
{
	uint64_t call = o->sub ? 1ull << 40 | o->sub :
			(uint64_t)o->call.abi << 32 | (uint32_t)o->call.nr;

	return (uint64_t)rule << 48 | call;
}

static struct inject_count *count_get(struct pipeline *p, struct task *t,
				      unsigned rule)
{
	bool everywhere = p->o->injects[rule].everywhere;
	struct hash *h = everywhere ? &p->injected : &t->injected;
	uint64_t key = everywhere ? rule : count_key(t->open, rule);
	struct inject_count *c = hash_get(h, key);

	if (!c) {
		c = xalloc_new(1, sizeof(*c));
		hash_put(h, key, c);
	}
	return c;
}

void inject_forget(struct hash *counts)
{
	hash_each(counts, slot)
		free(slot->value);
	hash_free(counts);
}

/* A number that looks like any other, the same for the same v. */
static uint64_t scatter(uint64_t v)
{
	v += 0x9e3779b97f4a7c15ull;
	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9ull;
	v = (v ^ v >> 27) * 0x94d049bb133111ebull;
	return v ^ v >> 31;
}

/*
 * Chance depends on the seed and on what the task itself did, so it is the same
 * in every run, whatever other tasks do meanwhile.
 */
static bool chance_meets(const struct pipeline *p, const struct task *t,
			 unsigned rule, uint64_t seen)
{
	uint64_t chance = p->o->injects[rule].chance;
	uint64_t v;

	if (chance >= INJECT_ALWAYS)
		return true;
	v = scatter(p->o->seed ^ scatter(t->number));
	v = scatter(v ^ count_key(t->open, rule));
	return (uint32_t)scatter(v ^ seen) < chance;
}

static bool when_meets(const struct inject_rule *r, uint64_t n)
{
	return n >= r->first && n <= r->last &&
	       (n - r->first) % r->step == 0;
}

static bool rule_fires(struct pipeline *p, struct task *t, unsigned rule,
		       struct inject_count *c)
{
	c->seen++;
	if (!when_meets(&p->o->injects[rule], c->seen) ||
	    !chance_meets(p, t, rule, c->seen))
		return false;
	c->fired++;
	return true;
}

static void want_result(struct injection *in, const struct inject_rule *r,
			unsigned abi, uint64_t fired)
{
	if (!r->nerrors && !r->has_retval)
		return;
	in->has_result = true;
	in->renumber = true;
	in->nr = r->instead[abi];
	in->result = r->has_retval ? r->retval :
		     -(uint64_t)r->errors[(fired - 1) % r->nerrors];
}

static void want_arg(struct injection *in, struct event *ev, unsigned arg,
		     uint64_t v)
{
	if (!(in->args >> arg & 1))
		in->before[arg] = ev->arg[arg];
	in->args |= (uint8_t)(1u << arg);
	ev->arg[arg] = abi_arg(ev->abi, v);
}

static void want_args(struct injection *in, const struct inject_rule *r,
		      struct event *ev)
{
	const struct abi_effect *e;

	for (unsigned i = 0; i < 6; i++)
		if (r->args >> i & 1)
			want_arg(in, ev, i, r->arg[i]);
	e = r->shortens ? effect_find(ev->abi, ev->nr, EFFECT_TRANSFERS) :
	    NULL;
	if (e && ev->arg[e->reg] > r->shorten)
		want_arg(in, ev, e->reg, r->shorten);
}

/* Said once for a rule: it may fail at each of a million calls. */
static void poke_failed(struct pipeline *p, unsigned rule,
			const struct inject_poke *k, const struct event *ev)
{
	if (p->poke_failed >> rule & 1)
		return;
	p->poke_failed |= 1ull << rule;
	diag_warn("inject '%s': nothing can be written where argument %u "
		  "points to, in process %d; more of this is not told",
		  p->o->injects[rule].text, k->arg + 1, (int)ev->tid);
}

static void poke_all(struct pipeline *p, unsigned rule, struct event *ev,
		     const uint64_t arg[6], bool at_exit)
{
	const struct inject_rule *r = &p->o->injects[rule];

	for (unsigned i = 0; i < r->npokes; i++) {
		const struct inject_poke *k = &r->poke[i];

		if (k->at_exit != at_exit)
			continue;
		if (mem_write(ev->mem, arg[k->arg], k->data, k->len))
			ev->tampered |= TAMPERED_ARGS;
		else
			poke_failed(p, rule, k, ev);
	}
}

static int64_t delay_sum(int64_t a, int64_t b)
{
	return a > DELAY_MAX - b ? DELAY_MAX : a + b;
}

static void rule_enter(struct pipeline *p, unsigned rule, struct event *ev,
		       uint64_t fired)
{
	const struct inject_rule *r = &p->o->injects[rule];
	struct injection *in = &p->injection;

	want_result(in, r, ev->abi, fired);
	want_args(in, r, ev);
	if (r->sig)
		in->sig = r->sig;
	in->delay_ns = delay_sum(in->delay_ns, r->enter_ns);
	poke_all(p, rule, ev, ev->arg, false);
}

/* The exec that starts the command is ours, and a call we interrupted is not
 * made again. */
static bool may_inject(const struct pipeline *p, const struct event *ev)
{
	return p->o->ninjects && !ev->attach_entry &&
	       (p->ran || !p->o->command);
}

bool inject_enter(struct pipeline *p, struct task *t, struct event *ev)
{
	struct injection *in = &p->injection;
	struct open_call *o = t->open;

	if (!may_inject(p, ev))
		return false;
	*in = (struct injection){ .sig = 0 };
	for (unsigned i = 0; i < p->o->ninjects; i++) {
		struct inject_count *c;

		if (!open_call_in(o, &p->o->injects[i].calls))
			continue;
		c = count_get(p, t, i);
		if (!rule_fires(p, t, i, c))
			continue;
		o->fired |= 1ull << i;
		rule_enter(p, i, ev, c->fired);
	}
	if (!o->fired)
		return false;
	ev->tampered |= in->has_result ? TAMPERED_RESULT : 0;
	ev->tampered |= in->args ? TAMPERED_ARGS : 0;
	ev->tampered |= in->delay_ns ? TAMPERED_DELAY : 0;
	ev->tampered |= in->sig ? TAMPERED_SIGNAL : 0;
	ev->verdict.injection = in;
	return in->args;
}

void inject_exit(struct pipeline *p, const struct open_call *o,
		 struct event *ev)
{
	struct injection *in = &p->injection;

	if (!o->fired)
		return;
	*in = (struct injection){ .sig = 0 };
	for (unsigned i = 0; i < p->o->ninjects; i++) {
		if (!(o->fired >> i & 1))
			continue;
		poke_all(p, i, ev, o->arg, true);
		in->delay_ns = delay_sum(in->delay_ns,
					 p->o->injects[i].exit_ns);
	}
	if (!in->delay_ns)
		return;
	ev->tampered |= TAMPERED_DELAY;
	ev->verdict.injection = in;
}
