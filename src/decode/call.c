/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* call.c chooses a call's signature, and shows its entry and its exit. */
#include <string.h>

#include "calls.h"
#include "ask.h"
#include "decode.h"
#include "options.h"
#include "sized.h"
#include "task.h"
#include "visit.h"

void dec_init(struct dec *d, const struct options *o, struct env *env)
{
	memset(d, 0, sizeof(*d));
	d->o = o;
	d->env = env;
	d->em.limit = o->line_limit;
	d->in = &d->call;
	d->streams = dec_streams(o);
}

void dec_free(struct dec *d)
{
	buf_free(&d->scratch);
	buf_free(&d->records);
}

static bool case_matches(struct dec *d, const struct abi_case *c,
			 unsigned which, uint64_t key)
{
	const struct abi_num *n = &abi_nums[c->val[which]];

	return n->present & 1u << d->abi &&
	       (n->v[d->abi] == key || (uint32_t)n->v[d->abi] == key);
}

/*
 * If drivers share a number, the case of the descriptor's own, else the first
 * but for those that are sure of nothing but the descriptor.
 */
static const struct abi_case *case_for_fd(struct dec *d,
					  struct dec_cases found)
{
	const struct abi_case *c = dec_case_on(d, found);

	for (uint32_t i = 0; !c && i < found.n; i++)
		if (!abi_cases[found.v[i]].strict)
			c = &abi_cases[found.v[i]];
	return c;
}

static const struct abi_case *call_case(struct dec *d,
					const struct abi_call *desc)
{
	uint64_t k0 = dec_eval(d, desc->key[0]);
	uint64_t k1 = desc->key[1] ? dec_eval(d, desc->key[1]) : 0;

	struct dec_cases found = dec_cases(d, desc->order, k0);

	for (uint32_t i = 0; i < found.n; i++) {
		const struct abi_case *c = &abi_cases[found.v[i]];

		if (case_matches(d, c, 0, k0) &&
		    (!desc->key[1] || case_matches(d, c, 1, k1)))
			return c->sym && (found.n > 1 || c->strict) ?
			       case_for_fd(d, found) : c;
	}
	return NULL;
}

/* socketcall and ipc: the real call's arguments are an array in memory. */
static bool call_unpack(struct dec *d, const struct abi_case *c)
{
	struct open_call *o = d->open;
	unsigned word = abi_word_size(d->abi);
	uint8_t bytes[6 * 8] = { 0 };

	if (mem_read(d->ev->mem, o->arg[1], bytes, 6 * word) < word)
		return false;
	for (unsigned i = 0; i < 6; i++)
		o->arg[i] = abi_number(d->abi, bytes + i * word, word);
	o->desc = &abi_calls[c->ref];
	o->call.name = abi_str(o->desc->name);
	o->sub = c - abi_cases;
	return true;
}

void dec_select(struct dec *d)
{
	struct open_call *o = d->open;
	const struct abi_call *desc = o->desc;
	const struct abi_case *c;

	o->sig = desc && desc->sig ? &abi_sigs[desc->sig] : NULL;
	if (!desc || !desc->key[0])
		return;
	c = call_case(d, desc);
	if (c)
		dec_visit(VISIT_CASE, c - abi_cases);
	if (desc->multiplex) {
		if (c && call_unpack(d, c))
			dec_select(d);
		return;
	}
	if (c)
		o->sig = &abi_sigs[c->ref];
	if (c && c->name) {
		o->call.name = abi_str(c->name);
		o->sub = c - abi_cases;
	}
}

static bool save_is_array(const struct abi_sig *sig, const struct abi_save *s)
{
	const struct abi_type *t =
		&abi_types[abi_fields[sig->first + s->arg].type];

	return abi_types[t->elem].kind == T_ARRAY;
}

/* A struct that says itself how long it is may be there in part. */
static bool save_is_enough(const struct abi_sig *sig, const struct abi_save *s,
			   size_t got)
{
	const struct abi_type *t =
		&abi_types[abi_fields[sig->first + s->arg].type];

	return t->flags & TF_BY && got >= t->min;
}

/* Of a struct whose missing bytes are zeros there may be less. */
static size_t save_wanted(struct dec *d, const struct abi_sig *sig,
			  const struct abi_save *s)
{
	const struct abi_type *t =
		&abi_types[abi_fields[sig->first + s->arg].type];
	uint64_t n = s->len[d->abi], size;

	if (!(t->flags & TF_FILLED))
		return n;
	memset(d->open->saved + s->off, 0, n);
	size = sized_eval(d, t, dec_arg(d, s->arg), NULL);
	return size < n ? size : n;
}

static void save_behind(struct dec *d, const struct abi_save *s)
{
	unsigned len;
	const uint8_t *p = dec_saved(d, s->arg, &len);
	uint8_t *to = d->open->saved + s->off;
	uint64_t addr = p ? dec_number(d, p + s->at[d->abi], STORE_U64) : 0;

	memset(to, 0, s->len[d->abi]);
	if (addr)
		d->open->behind_len =
			mem_read(d->ev->mem, addr, to, s->len[d->abi]);
}

static void save_memory(struct dec *d)
{
	const struct abi_sig *sig = d->open->sig;

	for (unsigned i = 0; i < sig->nsaves; i++) {
		const struct abi_save *s = &abi_saves[sig->saves + i];
		size_t got, want;

		if (s->off + s->len[d->abi] > sizeof(d->open->saved))
			continue;
		if (s->behind) {
			save_behind(d, s);
			continue;
		}
		want = save_wanted(d, sig, s);
		got = mem_read(d->ev->mem, dec_arg(d, s->arg),
			       d->open->saved + s->off, want);
		/* An array may be shorter than the room that is kept for it. */
		if (got == want || save_is_enough(sig, s, got))
			d->open->saved_len[s->arg] = s->len[d->abi];
		else if (save_is_array(sig, s))
			d->open->saved_len[s->arg] = got;
	}
}

/* A struct in memory whose members are the call's arguments. */
static void arg_flat(struct dec *d, const struct abi_field *f, uint64_t addr)
{
	const struct abi_type *e = &abi_types[abi_types[f->type].elem];
	const struct abi_struct *st = &abi_structs[e->ref];
	uint8_t bytes[DEC_STRUCT_MAX];
	struct dec_loc loc = { .addr = addr, .data = bytes,
			       .avail = st->size[d->abi] };

	if (dec_read(d, addr, bytes, loc.avail)) {
		dec_members(d, st, &loc);
		return;
	}
	dec_name(d, abi_str(f->name));
	emit_addr(&d->em, addr);
}

/* Is argument i there at all?  "else" asks the one before. */
static bool arg_present(struct dec *d, unsigned i)
{
	const struct abi_field *f = &abi_fields[d->open->sig->first + i];

	if (f->flags & FF_ELSE && i && arg_present(d, i - 1))
		return false;
	return !(f->flags & FF_HIDDEN) && dec_test(d, f->cond) &&
	       abi_types[dec_resolve(d, f->type)].kind != T_NONE;
}

/* Such an argument is to be zero at entry, so zeros are not worth showing. */
static bool arg_is_blank(struct dec *d, unsigned i)
{
	const struct abi_field *f = &abi_fields[d->open->sig->first + i];
	unsigned len = 0, n = 0;
	const uint8_t *p;

	if (!(f->flags & FF_NONZERO) || !d->follow)
		return false;
	p = dec_saved(d, i, &len);
	if (!p)
		return false;
	while (n < len && !p[n])
		n++;
	return n == len;
}

/* Show it after the argument before it, if that showed what went in. */
static void arg_becomes(struct dec *d, unsigned i, struct dec_loc *loc)
{
	const struct abi_field *f = &abi_fields[d->open->sig->first + i];
	unsigned len;

	if (!dec_saved(d, i - 1, &len) || !d->follow)
		return;
	loc->forced = f->when && dec_test(d, f->when);
	if (arg_is_blank(d, i - 1)) {
		dec_name(d, abi_str(f->name));
		dec_value(d, f->type, loc);
		return;
	}
	emit_open(&d->em, EMIT_UPDATE);
	dec_value(d, f->type, loc);
	emit_close(&d->em, EMIT_UPDATE);
}

/* What is behind it is shown with -v only. */
static bool arg_is_brief(struct dec *d, const struct abi_field *f)
{
	return f->flags & FF_FULL && d->abbrev &&
	       abi_types[dec_resolve(d, f->type)].kind == T_PTR;
}

static void arg_show(struct dec *d, unsigned i)
{
	const struct abi_field *f = &abi_fields[d->open->sig->first + i];
	struct dec_loc loc = { .is_num = true };

	d->arg = i;
	if (!arg_present(d, i) || arg_is_blank(d, i))
		return;
	loc.num = dec_arg(d, i);
	if (f->flags & FF_BECOMES) {
		arg_becomes(d, i, &loc);
		return;
	}
	if (f->flags & FF_FLAT) {
		arg_flat(d, f, loc.num);
		return;
	}
	dec_name(d, abi_str(f->name));
	if (arg_is_brief(d, f)) {
		emit_num(&d->em, VAL_HEX, loc.num);
		return;
	}
	if (!dec_test(d, f->when)) {
		emit_addr(&d->em, loc.num);
		return;
	}
	loc.forced = f->when != 0;
	dec_value(d, f->type, &loc);
	if (f->note && !d->ask)
		dec_value(d, f->note, &loc);
}

/*
 * An in/out struct is shown at entry and again at exit.  But if its members say
 * themselves what changed, it is shown once.
 */
static bool arg_is_inout_struct(struct dec *d, unsigned i)
{
	const struct abi_sig *sig = d->open->sig;
	const struct abi_type *t;

	if (i >= sig->nargs)
		return false;
	t = &abi_types[abi_fields[sig->first + i].type];
	return t->kind == T_PTR && t->dir == DIR_INOUT &&
	       abi_types[t->elem].kind == T_STRUCT &&
	       !abi_structs[abi_types[t->elem].ref].has_change;
}

/* How many registers hold arguments. */
static unsigned sig_registers(struct dec *d, const struct abi_sig *sig)
{
	unsigned n = 0;

	for (unsigned i = 0; i < sig->nargs; i++) {
		const struct abi_place *p =
			&abi_places[sig->places[d->abi] + i];
		unsigned end = p->off + 1u + (p->store == STORE_PAIR_LH ||
					      p->store == STORE_PAIR_HL);

		n = end > n ? end : n;
	}
	return n;
}

/* ipc: a case of a command that has a name of its own is another call. */
static bool call_is_case(const struct dec *d)
{
	const struct open_call *o = d->open;

	return o->sub && o->desc == calls_desc(o->call.abi, o->call.nr);
}

/* The registers to show raw: for a command, all that any of its cases uses. */
static unsigned call_registers(struct dec *d)
{
	const struct abi_call *desc = d->open->desc;
	unsigned n = 0;

	if (!d->open->sig)
		return 6;
	n = sig_registers(d, d->open->sig);
	if (call_is_case(d))
		return n;
	for (uint32_t i = 0; !desc->multiplex && i < desc->ncases; i++) {
		unsigned k = sig_registers(d, &abi_sigs[
			abi_cases[desc->cases + i].ref]);

		n = k > n ? k : n;
	}
	return n;
}

static void call_raw(struct dec *d)
{
	/* The register that selects one of many calls is no argument of it. */
	unsigned first = call_is_case(d);
	unsigned n = call_registers(d);
	static const char *const names[] = { "arg1", "arg2", "arg3", "arg4",
					     "arg5", "arg6" };

	for (unsigned i = first; i < n && i < 6; i++) {
		dec_name(d, names[i - first]);
		emit_num(&d->em, VAL_HEX, d->open->arg[i]);
	}
}

static bool call_is_raw(struct dec *d)
{
	return !d->open->sig || open_call_in(d->open, &d->o->raw);
}

static void dec_set_modes(struct dec *d)
{
	d->abbrev = open_call_in(d->open, &d->o->abbrev);
	d->follow = open_call_in(d->open, &d->o->verbose);
	d->scope = NULL;
	d->depth = 0;
	d->dirfd = -100;	/* AT_FDCWD */
	d->ret_comment = NULL;
}

void dec_ask_args(struct dec *d)
{
	dec_set_modes(d);
	d->abbrev = false;
	d->follow = true;
	for (unsigned i = 0; i < d->open->sig->nargs; i++)
		arg_show(d, i);
}

static void args_enter(struct dec *d)
{
	const struct abi_sig *sig = d->open->sig;

	if (call_is_raw(d)) {
		call_raw(d);
		return;
	}
	dec_visit(VISIT_SIG, sig - abi_sigs);
	save_memory(d);
	for (unsigned i = 0; i < sig->split; i++)
		arg_show(d, i);
	if (arg_is_inout_struct(d, sig->split))
		arg_show(d, sig->split);
}

void dec_enter(struct dec *d)
{
	struct open_call *o = d->open;

	dec_set_modes(d);
	d->exiting = false;
	emit_start(&d->em, &o->arena, &o->args);
	args_enter(d);
	o->args_end = emit_pause(&d->em);
	o->call.args = o->args;
}

/* "when" says whether a failed call tells what it changed. */
static bool update_shows(struct dec *d, const struct abi_field *f)
{
	return !d->ev->err || (f->when && dec_test(d, f->when));
}

static void args_exit(struct dec *d)
{
	const struct abi_sig *sig = d->open->sig;
	unsigned i;

	if (call_is_raw(d))
		return;
	i = sig->split;
	if (arg_is_inout_struct(d, i)) {
		struct dec_loc loc = { .is_num = true, .updating = true };

		d->arg = i;
		loc.num = dec_arg(d, i);
		if (update_shows(d, &abi_fields[sig->first + i]) && loc.num &&
		    d->follow)
			dec_value(d, abi_fields[sig->first + i].type, &loc);
		i++;
	}
	for (; i < sig->nargs; i++)
		arg_show(d, i);
}

void dec_exit(struct dec *d)
{
	struct open_call *o = d->open;

	dec_set_modes(d);
	d->exiting = true;
	emit_resume(&d->em, &o->arena, &o->args_end);
	args_exit(d);
	o->call.args = o->args;
	o->call.later = *o->args_end.tail;
}

static void result_pid(struct dec *d, struct call *c)
{
	struct value v = { .num = (uint64_t)c->ret };

	dec_pid_look(d, &v);
	c->ret_text = v.text;
	c->ret_text_len = v.len;
	c->ret_num2 = (int64_t)v.num2;
}

void dec_result(struct dec *d)
{
	struct call *c = &d->open->call;
	ssize_t n = -1;

	if (c->ret_kind != RET_NONE && call_is_raw(d))
		c->ret_kind = RET_HEX;
	if (c->ret_kind == RET_PID && !c->err)
		result_pid(d, c);
	if (c->ret_kind == RET_FD && !c->err && c->ret >= 0)
		n = dec_fd_text(d, &(struct env_query){ .tid = c->tid,
							.key = c->ret },
				d->text, sizeof(d->text));
	if (n > 0) {
		c->ret_text = d->text;
		c->ret_text_len = n;
	}
	c->ret_text = arena_copy(&d->open->arena, c->ret_text,
				 c->ret_text_len);
	c->ret_comment = d->ret_comment;
}

static void aux_show(struct dec *d)
{
	const struct abi_sig *sig = d->open->sig;
	struct dec_loc loc = { .is_num = true, .num = d->ev->ret };
	const struct abi_type *t;
	enum emit_scope scope;

	if (d->open->call.ret_kind == RET_FD && !d->ev->err)
		dec_secontext_fd(d, d->ev->ret);
	if (!sig || !sig->aux || d->ev->err || call_is_raw(d) ||
	    !dec_test(d, sig->aux_cond))
		return;
	t = &abi_types[sig->aux];
	if (t->kind == T_HOOK) {
		dec_value(d, sig->aux, &loc);
		return;
	}
	scope = t->kind == T_FLAGS ? EMIT_AUX_MEANING : EMIT_AUX;
	emit_open(&d->em, scope);
	dec_name(d, abi_str(sig->aux_label));
	d->names = true;
	dec_value(d, sig->aux, &loc);
	d->names = false;
	emit_close(&d->em, scope);
}

void dec_aux(struct dec *d)
{
	struct open_call *o = d->open;

	emit_start(&d->em, &o->arena, &o->aux);
	aux_show(d);
	o->call.aux = o->aux;
}
