/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls: registers, phases, what to keep, commands, rows of the tables. */
#include <string.h>

#include "abigen.h"
#include "calls.h"
#include "sink.h"

static const struct { const char *word; enum ret_kind kind; } ret_words[] = {
	{ "dec", RET_DEC }, { "udec", RET_UDEC }, { "hex", RET_HEX },
	{ "addr", RET_HEX }, { "oct", RET_OCT }, { "perm", RET_OCT },
	{ "mode", RET_OCT }, { "fd", RET_FD }, { "tid", RET_PID },
	{ "tgid", RET_PID }, { "pgid", RET_PID }, { "sid", RET_PID },
	{ "pid", RET_PID }, { "none", RET_NONE }, { "absent", RET_NONE },
	{ "int", RET_DEC }, { "long", RET_DEC }, { "size", RET_DEC },
	{ "off", RET_DEC }, { "id", RET_DEC }, { "ulong", RET_UDEC },
	{ "error32", RET_ERROR32 },
};

static enum ret_kind ret_kind_of(struct abigen *g, struct pos pos,
				 const char *word)
{
	if (!word)
		return RET_DEC;
	for (size_t i = 0; i < sizeof(ret_words) / sizeof(ret_words[0]); i++)
		if (!strcmp(ret_words[i].word, word))
			return ret_words[i].kind;
	abi_error(g, pos, "unknown kind of result '%s'", word);
	return RET_DEC;
}

static void sig_places(struct abigen *g, struct ast_fields *args,
		       const uint32_t *types, struct abi_sig *sig)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		unsigned reg = 0;

		sig->places[abi] = g->t.places.n;
		for (size_t i = 0; i < args->f.n; i++) {
			struct abi_place *p = vec_new(&g->t.places);
			struct ast_field *f = &args->f.v[i];
			const struct kind *k = kind_find(f->type->base);

			p->present = 1;
			/* "else" is another look at the same register. */
			if (f->flags & FF_ELSE && i)
				reg = p[-1].off;
			p->off = f->has_reg ? f->reg : reg;
			p->store = g->t.types.v[types[i]].store[abi];
			if (f->type->store)
				k = kind_find(f->type->store);
			if (k && k->store && !f->type->dir &&
			    !f->type->has_count)
				p->store = store_of(k->store, abi, true);
			if (!p->store)
				p->store = store_of(SC_PTR, abi, true);
			reg = p->off + 1;
			if (p->store >= STORE_PAIR_LH)
				reg++;
			if (reg > 6)
				abi_error(g, f->pos, "more than six "
					  "registers");
		}
	}
}

static bool field_needs_exit(struct abigen *g, struct abi_field *f)
{
	return type_needs_exit(g, f->type) || expr_uses(g, f->cond, EX_RET) ||
	       expr_uses(g, f->cond, EX_OK) || expr_uses(g, f->when, EX_OK) ||
	       expr_uses(g, f->when, EX_RET);
}

static bool arg_may_become(struct abigen *g, struct abi_sig *sig, unsigned i)
{
	struct abi_type *t =
		&g->t.types.v[g->t.fields.v[sig->first + i].type];
	unsigned kind = g->t.types.v[t->elem].kind;

	return t->kind == T_PTR && t->dir == DIR_IN && !t->sized &&
	       (kind == T_STRUCT || kind == T_HOOK);
}

/* A length or tag that the kernel only writes cannot size what is read. */
static void sig_check(struct abigen *g, struct ast_fields *args,
		      struct abi_sig *sig)
{
	for (unsigned i = 0; i < sig->nargs; i++) {
		struct abi_type *t =
			&g->t.types.v[g->t.fields.v[sig->first + i].type];
		uint32_t count = t->elem ? g->t.types.v[t->elem].count : 0;

		if (args->f.v[i].flags & FF_BECOMES &&
		    (!i || t->kind != T_PTR || t->dir != DIR_OUT ||
		     !arg_may_become(g, sig, i - 1)))
			abi_error(g, args->f.v[i].pos, "'%s' becomes what no "
				  "struct was", args->f.v[i].name);
		if (t->kind == T_PTR && t->dir == DIR_IN &&
		    (expr_uses(g, count, EX_RET) ||
		     expr_uses(g, t->count, EX_RET)))
			abi_error(g, args->f.v[i].pos,
				  "'ret' is not known when '%s' is read",
				  args->f.v[i].name);
	}
}

/* "child_stack=": the sinks show the name of such an argument. */
static char *shown_name(const struct ast_field *f)
{
	size_t n = strlen(f->name);
	char *s;

	if (!(f->flags & FF_NAMED))
		return f->name;
	s = mem_dup(f->name, n + 1);
	s[n] = '=';
	return s;
}

/* Sinks put the blank between a label and its value. */
static char *trimmed(char *label)
{
	size_t n = label ? strlen(label) : 0;

	while (n && label[n - 1] == ' ')
		n--;
	return n ? mem_dup(label, n) : NULL;
}

static uint32_t compile_sig(struct abigen *g, struct ast_fields *args,
			    struct ast_ret *ret, struct pos pos)
{
	uint32_t saves = 0, types[16];
	struct scope s = { .call_args = args, .saves = &saves };
	struct abi_sig sig = { 0 };
	VEC(struct abi_field) made = { 0 };

	for (size_t i = 0; i < args->f.n && i < 16; i++) {
		struct ast_field *f = &args->f.v[i];
		struct abi_field *out = vec_new(&made);

		s.arg = i;
		types[i] = compile_type(g, &s, f->type);
		out->type = types[i];
		out->name = text_index(g, shown_name(f));
		out->cond = expr_compile(g, &s, f->cond);
		out->when = expr_compile(g, &s, f->when);
		if (f->note)
			out->note = compile_type(g, &s, f->note);
		out->flags = f->flags;
	}
	sig.nargs = made.n;
	sig_places(g, args, types, &sig);
	sig.ret = ret_kind_of(g, pos, ret ? ret->kind : NULL);
	if (ret && ret->aux) {
		sig.aux = compile_type(g, &s, ret->aux);
		sig.aux_label = text_index(g, trimmed(ret->aux_label));
		sig.aux_cond = expr_compile(g, &s, ret->aux_cond);
	}
	sig.first = g->t.fields.n;
	sig.split = sig.nargs;
	for (unsigned i = 0; i < sig.nargs; i++) {
		*vec_new(&g->t.fields) = made.v[i];
		if (sig.split == sig.nargs && field_needs_exit(g, &made.v[i]))
			sig.split = i;
	}
	sig_saves(g, &sig, saves, pos);
	sig_check(g, args, &sig);
	*vec_new(&g->t.sigs) = sig;
	*vec_new(&g->sig_pos) = pos;
	return g->t.sigs.n - 1;
}

static uint32_t sig_classes(struct abigen *g, uint32_t sig)
{
	struct abi_sig *s = &g->t.sigs.v[sig];
	uint32_t bits = s->ret == RET_FD ? CLASS_DESC : 0;

	for (unsigned i = 0; i < s->nargs; i++)
		bits |= type_classes(g, g->t.fields.v[s->first + i].type);
	return bits;
}

/* Without "by", the last fixed argument with names is the tag. */
static void command_keys(struct abigen *g, struct ast_call *c,
			 struct abi_call *out)
{
	uint32_t saves = 0;
	struct scope s = { .call_args = &c->args, .saves = &saves };

	if (!c->cases.keys.n) {
		struct ast_expr *e = mem_new(sizeof(*e));

		e->pos = c->pos;
		for (size_t i = 0; i < c->args.f.n; i++) {
			const char *b = c->args.f.v[i].type->base;

			if (!strcmp(b, "enum") || !strcmp(b, "flags") ||
			    !e->name)
				e->name = c->args.f.v[i].name;
		}
		if (!e->name) {
			abi_error(g, c->pos, "no argument to choose by");
			return;
		}
		*vec_new(&c->cases.keys) = e;
	}
	for (size_t k = 0; k < c->cases.keys.n && k < 2; k++)
		out->key[k] = expr_compile(g, &s, c->cases.keys.v[k]);
}

static struct ast_fields *args_join(struct ast_fields *a,
				    struct ast_fields *b)
{
	struct ast_fields *all = mem_new(sizeof(*all));

	for (size_t i = 0; i < a->f.n; i++)
		*vec_new(&all->f) = a->f.v[i];
	for (size_t i = 0; b && i < b->f.n; i++)
		*vec_new(&all->f) = b->f.v[i];
	return all;
}

/* The same number, but ABIs without a layout of the struct don't have it. */
static uint32_t num_without(struct abigen *g, uint32_t num, uint32_t abis)
{
	struct abi_num n = g->t.nums.v[num];

	if (!(n.present & abis))
		return num;
	n.present &= ~abis;
	*vec_new(&g->t.nums) = n;
	return g->t.nums.n - 1;
}

/* _IOC numbers carry the size of what they point to, if that has only one. */
static void ioctl_check(struct abigen *g, struct ast_case *k, uint32_t sig,
			struct abi_case *c)
{
	struct abi_sig *s = &g->t.sigs.v[sig];
	struct abi_num *n = &g->t.nums.v[c->val[0]];
	uint32_t lacking = k->abis ? ~k->abis : 0;
	uint32_t type = s->nargs == 3 ? g->t.fields.v[s->first + 2].type : 0;
	struct abi_type *t = &g->t.types.v[type];

	c->val[0] = num_without(g, c->val[0], lacking);
	n = &g->t.nums.v[c->val[0]];
	if (t->kind != T_PTR || t->flags & TF_BY ||
	    g->t.types.v[t->elem].kind != T_STRUCT)
		return;
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		const struct abi_info *info = &abi_infos[abi];
		unsigned mask = (1u << info->ioc.size_bits) - 1;
		unsigned want = n->v[abi] >> 16 & mask;
		unsigned have = type_size(g, t->elem, abi);

		/* One whose kernel has other words takes either size. */
		if (want && !have)
			lacking |= 1u << abi;
		else if (info->word == info->klong &&
			 n->present & 1u << abi && want && want != have)
			abi_error(g, k->pos, "the number says %u bytes, the "
				  "struct has %u", want, have);
	}
	c->val[0] = num_without(g, c->val[0], lacking);
}

/* A command being made: its arguments may have cases of their own. */
struct made_call {
	struct abi_call call;
	VEC(struct abi_case) cases;
	VEC(struct pos) at;
};

/* Does no ABI of this build have any of its numbers? */
static bool case_is_foreign(struct abigen *g, const struct ast_case *k)
{
	for (size_t i = 0; i < k->keys.n; i++) {
		struct constant *c = k->keys.v[i]->op == EX_END ?
			const_find(g, k->keys.v[i]->name) : NULL;

		if (!c || c->present)
			return false;
	}
	return !k->is_default;
}

static void command_case(struct abigen *g, struct ast_call *c,
			 struct ast_case *k, struct made_call *out)
{
	size_t nkeys = c->cases.keys.n ? c->cases.keys.n : 1;
	struct ast_fields *args = args_join(&c->args, k->fields);
	struct ast_ret *ret = k->ret && (k->ret->kind || k->ret->aux) ?
		k->ret : c->ret;
	uint32_t sig = compile_sig(g, args, ret, k->pos);

	if (k->is_default) {
		out->call.sig = sig;
		return;
	}
	for (size_t i = 0; i < k->keys.n / nkeys; i++) {
		struct abi_case *made = vec_new(&out->cases);

		*vec_new(&out->at) = k->pos;
		made->ref = sig;
		made->name = text_index(g, k->as);
		for (size_t j = 0; j < nkeys && j < 2; j++)
			made->val[j] = num_index(g,
						 k->keys.v[i * nkeys + j]);
		if (strcmp(c->names.v[0], "ioctl"))
			continue;
		ioctl_check(g, k, sig, made);
		made->on = fd_kind_find(g, k->pos, k->on);
		made->strict = made->on &&
			       (k->made || fd_kind_is_exact(g, made->on));
		made->sym = text_index(g, k->keys.v[i]->name);
		fd_kinds_check(g, out->cases.v, out->cases.n - 1, k->pos);
	}
}

static struct ast_call *call_named(struct abigen *g, const char *name)
{
	for (size_t i = 0; i < g->calls.n; i++)
		for (size_t j = 0; j < g->calls.v[i]->names.n; j++)
			if (!strcmp(g->calls.v[i]->names.v[j], name))
				return g->calls.v[i];
	return NULL;
}

static void multiplex_cases(struct abigen *g, struct ast_call *c,
			    struct abi_call *out)
{
	out->multiplex = 1;
	for (size_t i = 0; i < c->cases.c.n; i++) {
		struct ast_case *k = &c->cases.c.v[i];
		struct abi_case made = { 0 };
		struct ast_call *to;

		if (k->is_default)
			continue;
		to = call_named(g, k->type->base);
		if (!to) {
			abi_error(g, k->pos, "no call '%s'", k->type->base);
			continue;
		}
		made.val[0] = num_index(g, k->keys.v[0]);
		made.ref = to->index;
		cases_add(g, &made, &k->pos, 1);
		out->ncases++;
	}
}

static void command_cases(struct abigen *g, struct ast_call *c,
			  struct abi_call *call)
{
	struct made_call made = { .call = *call };
	bool has_default = false;

	for (size_t i = 0; i < c->cases.c.n; i++) {
		struct ast_case *k = &c->cases.c.v[i];

		has_default |= k->is_default;
		if (!case_is_foreign(g, k))
			command_case(g, c, k, &made);
	}
	if (!has_default)
		abi_error(g, c->pos, "command without 'default'");
	*call = made.call;
	call->ncases = made.cases.n;
	call->cases = cases_add(g, made.cases.v, made.at.v, made.cases.n);
}

static void compile_call(struct abigen *g, struct ast_call *c)
{
	struct abi_call out = { 0 };
	uint32_t implied;

	out.name = text_index(g, c->names.v[0]);
	for (size_t i = 0; i < c->classes.n; i++)
		out.classes |= class_bit(c->classes.v[i]);
	if (c->is_multiplex || !c->is_command)
		out.sig = compile_sig(g, &c->args, c->ret, c->pos);
	if (c->is_multiplex || c->is_command)
		command_keys(g, c, &out);
	out.cases = g->t.cases.n;
	if (c->is_multiplex)
		multiplex_cases(g, c, &out);
	else if (c->is_command)
		command_cases(g, c, &out);
	cases_order(g, out.cases, out.ncases, out.order);
	out.effects = compile_effects(g, c, out.sig);
	implied = sig_classes(g, out.sig);
	/* Users of %desc do not expect sockets there: they have %network. */
	if (out.classes & CLASS_NETWORK)
		implied &= ~CLASS_DESC;
	out.classes |= implied;
	g->t.calls.v[c->index] = out;
}

/* ---- rows ---- */

/* An ABI's own description of an entry goes before the one for all. */
static struct name *entry_find(struct names *by_entry, const char *entry,
			       unsigned abi)
{
	char own[160];
	struct name *n;

	snprintf(own, sizeof(own), "%s_%s", entry, abi_name(abi));
	n = names_find(by_entry, own);
	return n ? n : names_find(by_entry, entry);
}

static void rows_bind(struct abigen *g, struct names *by_entry, unsigned abi)
{
	for (size_t i = 0; i < g->rows[abi].n; i++) {
		struct row *r = &g->rows[abi].v[i];
		struct name *n = entry_find(by_entry, r->compat, abi);
		struct ast_call *c;

		if (!n || !abi_infos[abi].compat)
			n = entry_find(by_entry, r->entry, abi);
		c = n ? n->ptr : NULL;
		if (!c && (!strcmp(r->entry, "-") ||
			   !strcmp(r->entry, "sys_ni_syscall")))
			c = call_named(g, r->name);
		if (c)
			c->used = true;
		r->call = c;
	}
}

static void entries_add(struct abigen *g, struct names *by_entry,
			struct ast_call *c, char *entry)
{
	if (names_find(by_entry, entry))
		abi_error(g, c->pos, "entry '%s' has a description already",
			  entry);
	else
		names_add(by_entry, entry, NAME_CALL, c);
}

static void entries_all(struct abigen *g, struct names *by_entry)
{
	for (size_t i = 0; i < g->calls.n; i++) {
		struct ast_call *c = g->calls.v[i];

		for (size_t j = 0; j < c->entries.n; j++)
			entries_add(g, by_entry, c, c->entries.v[j]);
		for (size_t j = 0; !c->entries.n && !c->is_event &&
		     j < c->names.n; j++) {
			char entry[128] = "sys_";

			strncat(entry, c->names.v[j], 100);
			entries_add(g, by_entry, c,
				    mem_dup(entry, strlen(entry)));
		}
	}
}

/* Element 0 of these tables means "none". */
void tables_start(struct abigen *g)
{
	vec_new(&g->t.text);
	vec_new(&g->t.types);
	vec_new(&g->t.fields);
	vec_new(&g->t.places);
	vec_new(&g->t.structs);
	vec_new(&g->t.unions);
	vec_new(&g->t.switches);
	vec_new(&g->t.records);
	vec_new(&g->t.cases);
	vec_new(&g->case_pos);
	vec_new(&g->t.nums);
	vec_new(&g->t.syms);
	vec_new(&g->t.picks);
	vec_new(&g->t.symsets);
	vec_new(&g->t.saves);
	vec_new(&g->t.sigs);
	vec_new(&g->sig_pos);
	vec_new(&g->t.calls);
	vec_new(&g->t.args);
	vec_new(&g->t.code);
	vec_new(&g->t.exprs);
	vec_new(&g->t.orders);
	vec_new(&g->t.effects);
	vec_new(&g->t.fd_kinds);
	vec_new(&g->t.attrs);
}

void compile_all(struct abigen *g)
{
	struct names by_entry = { 0 };
	struct ast_call *ioctl = call_named(g, "ioctl");

	for (size_t i = 0; i < g->hooks.n; i++)
		g->hooks.v[i]->index = i + 1;
	for (size_t i = 0; i < g->ioctls.c.n; i++) {
		struct ast_case *k = &g->ioctls.c.v[i];

		if (!ioctl)
			abi_error(g, k->pos, "there is no command 'ioctl'");
		else
			*vec_new(&ioctl->cases.c) = *k;
	}
	symset_add_ioctls(g);
	compile_fd_kinds(g);
	compile_sockopts(g, call_named(g, "setsockopt"),
			 call_named(g, "getsockopt"));
	for (size_t i = 0; i < g->calls.n; i++) {
		vec_new(&g->t.calls);
		g->calls.v[i]->index = g->t.calls.n - 1;
	}
	for (size_t i = 0; i < g->calls.n; i++)
		compile_call(g, g->calls.v[i]);
	compile_streams(g);
	attrs_finish(g);
	for (size_t i = 0; i < g->sets.n; i++)
		compile_symset(g, g->sets.v[i]->pos, g->sets.v[i]->name);
	entries_all(g, &by_entry);
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		rows_bind(g, &by_entry, abi);
}
