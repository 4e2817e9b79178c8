/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the words of a type to an entry of abi_types. */
#include <string.h>

#include "abigen.h"
#include "calls.h"
#include "emit.h"

static void type_stores(struct abi_type *t, enum store_class sc)
{
	for (unsigned i = 0; i < ABI_COUNT; i++)
		t->store[i] = store_of(sc, i, false);
}

static enum store_class store_class_of(struct abigen *g, struct pos pos,
				       const char *word)
{
	const struct kind *k = kind_find(word);

	if (k && k->store != SC_NONE)
		return k->store;
	abi_error(g, pos, "'%s' is no number to store in", word);
	return SC_U32;
}

static void type_symset(struct abigen *g, struct ast_type *t,
			const char *name, struct abi_type *out)
{
	struct name *n = names_find(&g->symsets, name);
	struct ast_symset *s = n ? n->ptr : NULL;

	out->ref = compile_symset(g, t->pos, name);
	out->kind = s && s->is_flags ? T_FLAGS : T_SYM;
	if (t->symset && s && s->is_flags != t->is_flags)
		abi_error(g, t->pos, "'%s' is declared with '%s'", name,
			  s->is_flags ? "flags" : "enum");
	type_stores(out, t->store ? store_class_of(g, t->pos, t->store) :
		    s && s->store ? store_class_of(g, s->pos, s->store) :
		    SC_U32);
}

/* A struct parameter in the place of a type. */
static bool type_param(struct abigen *g, struct scope *s, struct ast_type *t,
		       struct abi_type *out)
{
	struct scope where;
	struct ast_expr *e = scope_param(s, t->base, &where);
	struct ast_type plain;
	uint32_t made;

	if (!e)
		return false;
	if (!e->type && e->op != EX_END) {
		abi_error(g, e->pos, "a value where a type is needed");
		return true;
	}
	memset(&plain, 0, sizeof(plain));
	plain.pos = e->pos;
	plain.base = e->name;
	where.dir = s->dir;
	made = compile_type(g, &where, e->type ? e->type : &plain);
	*out = g->t.types.v[made];
	return true;
}

static uint32_t type_args(struct abigen *g, struct scope *s,
			  struct ast_targs *args, uint8_t *n)
{
	uint32_t made[8], first;

	*n = 0;
	if (!args)
		return 0;
	for (size_t i = 0; i < args->e.n && i < 8; i++)
		made[(*n)++] = expr_compile(g, s, args->e.v[i]);
	first = g->t.args.n;
	for (unsigned i = 0; i < *n; i++)
		*vec_new(&g->t.args) = made[i];
	return first;
}

/* What a list is given: values, which are known at run time. */
static void type_params(struct abigen *g, struct scope *s, struct ast_type *t,
			const struct ast_slots *params, struct abi_type *out)
{
	if (params->v.n != (t->args ? t->args->e.n : 0))
		abi_error(g, t->pos, "'%s' takes %zu parameters", t->base,
			  params->v.n);
	out->args = type_args(g, s, t->args, &out->nargs);
}

/* The decoder has read them with the message that they lie in. */
static void type_in_message(struct abigen *g, const struct ast_type *t)
{
	if (t->dir || t->dir_inherit)
		abi_error(g, t->pos, "'%s' lies in messages of netlink, "
			  "behind no pointer", t->base);
}

/* What is made knows of no parameters: it means the struct that is made. */
static struct ast_struct *struct_meant(const struct name *n,
				       const struct ast_type *t)
{
	struct ast_struct *st = n->ptr;

	return st->params.n && !t->args && n->under ? n->under : st;
}

static bool type_declared(struct abigen *g, struct scope *s,
			  struct ast_type *t, struct abi_type *out)
{
	struct name *n = names_find(&g->types, t->base);

	if (!n)
		return false;
	if (n->kind == NAME_STRUCT) {
		out->kind = T_STRUCT;
		out->ref = compile_struct(g, s, struct_meant(n, t), t->args);
	} else if (n->kind == NAME_UNION) {
		out->kind = T_UNION;
		out->ref = compile_union(g, s, n->ptr, t->args);
	} else if (n->kind == NAME_RECORDS) {
		out->kind = T_RECORDS;
		if (((struct ast_records *)n->ptr)->apart)
			type_in_message(g, t);
		out->ref = compile_records(g, s, n->ptr);
		type_params(g, s, t, &((struct ast_records *)n->ptr)->params,
			    out);
	} else if (n->kind == NAME_ATTRS) {
		out->kind = T_ATTRS;
		type_in_message(g, t);
		out->ref = compile_attrs(g, n->ptr);
		type_params(g, s, t, &((struct ast_attrs *)n->ptr)->params,
			    out);
	} else {
		struct ast_hook *h = n->ptr;

		if (h->params.f.n != (t->args ? t->args->e.n : 0))
			abi_error(g, t->pos, "hook '%s' takes %zu arguments",
				  h->name, h->params.f.n);
		out->kind = T_HOOK;
		out->ref = h->index;
		out->args = type_args(g, s, t->args, &out->nargs);
		hook_fds(g, h, out);
	}
	return true;
}

/* What the words say, without direction and count. */
static void type_base(struct abigen *g, struct scope *s, struct ast_type *t,
		      struct abi_type *out)
{
	const struct kind *k = kind_find(t->base);

	if (!strcmp(t->base, "enum") || !strcmp(t->base, "flags")) {
		type_symset(g, t, t->symset, out);
	} else if (!strcmp(t->base, "by")) {
		out->kind = T_SWITCH;
		out->ref = compile_switch(g, s, t->cases);
		if (t->store)
			type_stores(out, store_class_of(g, t->pos, t->store));
	} else if (!strcmp(t->base, "each")) {
		out->kind = T_ATTRS;
		out->ref = compile_each(g, s, t);
	} else if (!strcmp(t->base, "{")) {
		out->kind = T_STRUCT;
		out->ref = compile_anon(g, s, t->fields, 0);
	} else if (type_param(g, s, t, out) || type_declared(g, s, t, out)) {
		if (t->store)
			type_stores(out, store_class_of(g, t->pos, t->store));
	} else if (k) {
		out->kind = k->kind;
		out->fmt = k->fmt;
		out->flags |= k->flags;
		type_stores(out, k->store);
		out->args = type_args(g, s, t->args, &out->nargs);
		if (t->store)
			type_stores(out, store_class_of(g, t->pos, t->store));
		if (k->bytes)
			out->min = k->bytes;
		if (!strcmp(t->base, "netbuf"))
			out->elem = netlink_messages(g, s);
	} else if (names_find(&g->symsets, t->base)) {
		type_symset(g, t, t->base, out);
	} else {
		abi_error(g, t->pos, "unknown type '%s'", t->base);
	}
}

static void type_shown(struct abigen *g, struct scope *s, struct ast_type *t,
		       struct abi_type *out)
{
	struct abi_type shown = { 0 };

	if (t->shown_type) {
		type_base(g, s, t->shown_type, &shown);
	} else if (t->shown) {
		const struct kind *k = kind_find(t->shown);

		shown.kind = k->kind;
		shown.fmt = k->fmt;
		shown.flags = k->flags;
	} else {
		return;
	}
	memcpy(shown.store, out->store, sizeof(shown.store));
	*out = shown;
}

static void type_mods_of_bytes(struct abigen *g, const struct ast_type *t,
			       struct abi_type *out)
{
	if (!t->ended && !t->verbose)
		return;
	if (out->kind != T_BYTES)
		abi_error(g, t->pos, "'%s' needs bytes",
			  t->ended ? "ended" : "verbose");
	out->flags |= (t->ended ? TF_ENDED : 0) |
		      (t->verbose ? TF_VERBOSE : 0);
}

static void type_mods(struct abigen *g, struct ast_type *t,
		      struct abi_type *out)
{
	static const struct { const char *word; uint8_t fmt; } bases[] = {
		{ "hex", VAL_HEX }, { "oct", VAL_OCT }, { "dec", VAL_DEC },
		{ "udec", VAL_UDEC },
	};
	const char *m = t->base_mod;

	if (m && !strcmp(m, "hexstr"))
		out->flags |= TF_HEXSTR;
	else if (m && !strcmp(m, "perm"))
		out->kind = T_PERM;
	else if (m && out->kind == T_SYM)
		out->flags |= TF_SIGNED;
	else
		for (size_t i = 0; m && i < 4; i++)
			if (!strcmp(m, bases[i].word)) {
				out->kind = out->kind == T_ADDR ||
					    out->kind == T_HEXARG ? T_NUM :
					    out->kind;
				out->fmt = bases[i].fmt;
			}
	if (t->as && !strcmp(t->as, "htons"))
		out->kind = T_HTONS;
	else if (t->as && !strcmp(t->as, "htonl"))
		out->kind = T_HTONL;
	else if (t->as)
		abi_error(g, t->pos, "no way to show 'as \"%s\"'", t->as);
	if (t->pages)
		out->flags |= TF_PAGES;
	type_mods_of_bytes(g, t, out);
	if (!t->unsought)
		return;
	out->flags |= TF_UNSOUGHT;
	if (out->kind != T_FD && out->kind != T_DIRFD &&
	    !(out->flags & TF_PATH))
		abi_error(g, t->pos, "'unsought' needs a path or a "
			  "descriptor");
}

static bool kind_counts_itself(unsigned kind)
{
	return kind == T_BYTES || kind == T_CHARS || kind == T_SOCKBUF ||
	       kind == T_SIGSET || kind == T_CPUSET || kind == T_RECORDS ||
	       kind == T_UNION || kind == T_HWADDR || kind == T_HOOK ||
	       kind == T_ATTRS;
}

/* [n] after a type. */
static void type_count(struct abigen *g, struct scope *s, struct ast_type *t,
		       struct abi_type *out)
{
	struct ast_expr rest = { .pos = t->pos, .name = "rest" };
	uint32_t count = expr_compile(g, s, t->count ? t->count : &rest);
	struct abi_type array = { .kind = T_ARRAY };

	if (out->kind == T_STR) {
		/* In place, not behind a pointer. */
		out->kind = T_CHARS;
		type_stores(out, SC_NONE);
	}
	if (kind_counts_itself(out->kind)) {
		out->count = count;
		return;
	}
	array.elem = type_add(g, out);
	array.count = count;
	if (t->limit)
		array.limit = expr_compile(g, s, t->limit);
	*out = array;
}

/* Is it descriptors, or structs with one each? */
static bool array_has_fds(struct abigen *g, const struct abi_type *array)
{
	const struct abi_type *e = &g->t.types.v[array->elem];
	const struct abi_struct *st = &g->t.structs.v[e->ref];

	if (array->kind != T_ARRAY)
		return false;
	if (e->kind != T_STRUCT)
		return e->kind == T_FD;
	for (uint32_t i = 0; i < st->nfields; i++) {
		const struct abi_field *f = &g->t.fields.v[st->first + i];

		if (g->t.types.v[f->type].kind == T_FD)
			return true;
	}
	return false;
}

/* The member that says how long the struct it is in is. */
static uint32_t type_sized_by(struct abigen *g, const struct ast_type *t,
			      const struct abi_type *out)
{
	const struct abi_struct *st = &g->t.structs.v[out->ref];

	for (uint32_t i = 0; out->kind == T_STRUCT && i < st->nfields; i++)
		if (g->t.fields.v[st->first + i].name ==
		    text_index(g, t->sized_by) &&
		    g->t.types.v[g->t.fields.v[st->first + i].type].kind <
		    T_PTR)
			return expr_field(g, i);
	abi_error(g, t->pos, "no number '%s' in what is pointed to",
		  t->sized_by);
	return 0;
}

static void type_pointer(struct abigen *g, struct scope *s,
			 struct ast_type *t, struct abi_type *out,
			 enum abi_dir dir)
{
	struct abi_type ptr = { .kind = T_PTR, .dir = dir };

	if (out->kind == T_STR || out->kind == T_STRV) {
		out->dir = dir;
		return;
	}
	if (out->kind == T_NONE) {
		if (!g->nerrors)
			abi_error(g, t->pos, "a pointer to nothing");
		return;
	}
	if (dir != DIR_IN)
		out->flags |= out->kind == T_SOCKBUF ? TF_RECEIVED : 0;
	ptr.elem = type_add(g, out);
	type_stores(&ptr, t->wide ? SC_U64 : SC_PTR);
	ptr.flags |= t->own ? TF_OWN : 0;
	if (t->sized || t->sized_by) {
		ptr.sized = t->sized ? expr_compile(g, s, t->sized) :
			    type_sized_by(g, t, out);
		ptr.flags |= t->sized ? 0 : TF_BY;
		ptr.min = t->min;
		if (t->max)
			ptr.max = expr_compile(g, s, t->max);
		ptr.flags |= t->known ? TF_KNOWN : 0;
		ptr.flags |= t->filled ? TF_FILLED : 0;
	}
	if (dir != DIR_OUT && (array_has_fds(g, out) ||
			       (out->kind == T_HOOK && out->flags & TF_FDS)))
		ptr.flags |= TF_FDS;
	if (t->brief) {
		ptr.flags |= TF_BRIEF;
		ptr.text = text_index(g, t->brief);
	}
	*out = ptr;
}

/*
 * What the kernel makes of a length: max and cut belong to what is counted,
 * the max of a sized struct to the pointer.
 */
static void type_limits(struct abigen *g, struct scope *s, struct ast_type *t,
			struct abi_type *out)
{
	bool string = out->kind == T_STR;

	if (t->max && !t->sized && (!t->has_count || !(t->dir ||
						       t->dir_inherit)))
		abi_error(g, t->pos, "'max' needs a pointer to what has a "
			  "count or is 'sized'");
	if (t->cut && !t->has_count && !string)
		abi_error(g, t->pos, "'cut' needs a count or a string");
	if (t->max && t->has_count)
		out->max = expr_compile(g, s, t->max);
	if (t->cut)
		out->cut = expr_compile(g, s, t->cut);
}

uint32_t compile_type(struct abigen *g, struct scope *s, struct ast_type *t)
{
	enum abi_dir dir = t->dir_inherit ? s->dir : t->dir;
	struct abi_type out;
	struct scope inner = *s;

	memset(&out, 0, sizeof(out));
	if (dir)
		inner.dir = dir;
	type_base(g, &inner, t, &out);
	type_shown(g, &inner, t, &out);
	type_mods(g, t, &out);
	if (out.kind == T_ATTRS && !t->has_count)
		type_count(g, &inner, t, &out);
	if (t->has_count)
		type_count(g, &inner, t, &out);
	type_limits(g, &inner, t, &out);
	if (dir)
		type_pointer(g, s, t, &out, dir);
	else if ((out.kind == T_STR || out.kind == T_STRV) && !out.dir)
		out.dir = DIR_IN;
	if (out.kind == T_STR && t->wide)
		type_stores(&out, SC_U64);
	if (out.kind == T_STRV && t->brief) {
		out.flags |= TF_BRIEF;
		out.text = text_index(g, t->brief);
	}
	if ((t->sized || t->sized_by) && !dir)
		abi_error(g, t->pos, "'sized' needs a pointer");
	return type_add(g, &out);
}

/* ---- what is known of a compiled type ---- */

static unsigned switch_measure(struct abigen *g, uint32_t ref, unsigned abi,
			       unsigned (*measure)(struct abigen *, uint32_t,
						   unsigned))
{
	struct abi_switch *w = &g->t.switches.v[ref];
	unsigned most = w->def ? measure(g, w->def, abi) : 0;

	for (uint32_t i = 0; i < w->ncases; i++) {
		uint32_t type = g->t.cases.v[w->cases + i].ref;
		unsigned n = measure(g, type, abi);

		most = n > most ? n : most;
	}
	return most;
}

static unsigned count_const(struct abigen *g, uint32_t expr, unsigned abi)
{
	uint32_t at = expr ? g->t.exprs.v[expr] : 0;

	if (!expr || (g->t.code.v[at] & 0xff) != EX_NUM ||
	    (g->t.code.v[at + 1] & 0xff) != EX_END)
		return 0;
	return g->t.nums.v[g->t.code.v[at] >> 8].v[abi];
}

unsigned type_size(struct abigen *g, uint32_t type, unsigned abi)
{
	struct abi_type *t = &g->t.types.v[type];

	if (t->store[abi])
		return store_size(t->store[abi]);
	switch (t->kind) {
	case T_STRUCT:
		return g->t.structs.v[t->ref].size[abi];
	case T_ARRAY:
		return count_const(g, t->count, abi) *
		       type_size(g, t->elem, abi);
	case T_SWITCH:
		return switch_measure(g, t->ref, abi, type_size);
	case T_HTONS:
		return 2;
	case T_HTONL:
	case T_INET4:
		return 4;
	case T_NONE:
		return 0;
	default:
		return t->count ? count_const(g, t->count, abi) : t->min;
	}
}

unsigned type_align(struct abigen *g, uint32_t type, unsigned abi)
{
	struct abi_type *t = &g->t.types.v[type];
	struct abi_struct *st;
	unsigned most = 1;

	if (t->store[abi])
		return store_align(t->store[abi], abi);
	if (t->kind == T_ARRAY)
		return type_align(g, t->elem, abi);
	if (t->kind == T_SWITCH)
		return switch_measure(g, t->ref, abi, type_align);
	if (t->kind == T_HTONS)
		return 2;
	if (t->kind == T_HTONL || t->kind == T_INET4 || t->kind == T_INET6)
		return 4;
	if (t->kind == T_SIGSET)
		return abi_word_size(abi);
	if (t->kind != T_STRUCT)
		return 1;
	for (size_t i = 0; i < g->packed.n; i++)
		if (g->packed.v[i] == t->ref)
			return 1;
	st = &g->t.structs.v[t->ref];
	for (uint32_t i = 0; i < st->nfields; i++) {
		unsigned a = type_align(g, g->t.fields.v[st->first + i].type,
					abi);
		most = a > most ? a : most;
	}
	return most;
}

static bool switch_any(struct abigen *g, uint32_t ref,
		       bool (*test)(struct abigen *, uint32_t))
{
	struct abi_switch *w = &g->t.switches.v[ref];

	for (uint32_t i = 0; i < w->ncases; i++)
		if (test(g, g->t.cases.v[w->cases + i].ref))
			return true;
	return w->def && test(g, w->def);
}

static bool struct_needs_exit(struct abigen *g, uint32_t ref)
{
	struct abi_struct *st = &g->t.structs.v[ref];

	for (uint32_t i = 0; i < st->nfields; i++)
		if (type_needs_exit(g, g->t.fields.v[st->first + i].type))
			return true;
	return false;
}

bool type_needs_exit(struct abigen *g, uint32_t type)
{
	struct abi_type *t = &g->t.types.v[type];

	if (t->dir == DIR_OUT || t->dir == DIR_INOUT)
		return true;
	if (expr_uses(g, t->count, EX_RET))
		return true;
	if (t->kind == T_SWITCH)
		return switch_any(g, t->ref, type_needs_exit);
	if (t->kind == T_PTR || t->kind == T_ARRAY)
		return type_needs_exit(g, t->elem);
	return t->kind == T_STRUCT && struct_needs_exit(g, t->ref);
}

uint32_t type_classes(struct abigen *g, uint32_t type)
{
	struct abi_type *t = &g->t.types.v[type];

	if (t->kind == T_STR && t->flags & TF_PATH)
		return CLASS_FILE;
	if (t->kind == T_FD || t->kind == T_DIRFD || t->flags & TF_FDS)
		return CLASS_DESC;
	/* What comes out is of no interest to -P, but it is descriptors. */
	if (t->kind == T_PTR && array_has_fds(g, &g->t.types.v[t->elem]))
		return CLASS_DESC;
	return 0;
}
