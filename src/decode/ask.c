/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ask.c makes the trees that answer questions about a call: by the same walk
 * that shows it, but with nothing shortened, and with only those values in it
 * that the question is about.
 */
#include "ask.h"
#include "decode.h"
#include "task.h"

static int loc_fd(const struct dec_loc *loc)
{
	return (int)loc->num;
}

/* Descriptors in an array or a set are found by walking it as when shown. */
static void fds_behind(struct dec *d, const struct abi_type *t,
		       struct dec_loc *loc)
{
	d->ask = ASK_NOTHING;
	dec_pointer(d, t, loc);
	d->ask = ASK_FILES;
}

static void ask_files(struct dec *d, const struct abi_type *t,
		      struct dec_loc *loc)
{
	bool sought = !(t->flags & TF_UNSOUGHT);
	struct value *v;

	switch (t->kind) {
	case T_FD:
	case T_DIRFD:
		v = emit_slot(&d->em, VAL_FD);
		v->num = (uint64_t)(int64_t)loc_fd(loc);
		v->flags = sought ? 0 : VF_UNSOUGHT;
		break;
	case T_STR:
		if (sought && t->flags & TF_PATH)
			dec_path(d, loc->num);
		break;
	case T_PTR:
		if (t->flags & TF_FDS)
			fds_behind(d, t, loc);
		break;
	}
}

/* A buffer of data.  One beyond the bound of its vector does not count. */
static void data_place(struct dec *d, const struct abi_type *t,
		       const struct abi_type *e, const struct dec_loc *loc)
{
	struct value *v;
	bool cut;

	if (d->in->budget && !*d->in->budget)
		return;
	v = emit_slot(&d->em, VAL_DATA);
	v->num = loc->num;
	v->num2 = dec_budget(d, dec_count(d, e, 0, &cut));
	v->flags = t->dir == DIR_OUT ? VF_OUT : 0;
}

static void ask_data(struct dec *d, const struct abi_type *t,
		     struct dec_loc *loc)
{
	const struct abi_type *e;

	if (t->kind != T_PTR)
		return;
	e = &abi_types[dec_resolve(d, t->elem)];
	if (e->kind == T_SOCKBUF)
		data_place(d, t, e, loc);
	else if (e->kind == T_ARRAY || e->kind == T_STRUCT)
		dec_pointer(d, t, loc);
}

bool dec_answer(struct dec *d, const struct abi_type *t, struct dec_loc *loc)
{
	/* Arrays and structs are no answers, but hold some: walk them. */
	if (t->kind == T_ARRAY || t->kind == T_STRUCT)
		return false;
	if (d->ask == ASK_FILES)
		ask_files(d, t, loc);
	else
		ask_data(d, t, loc);
	return true;
}

const struct node *dec_ask(struct dec *d, enum dec_ask ask)
{
	struct open_call *o = d->open;
	struct node *list;

	emit_start(&d->em, &o->arena, &list);
	if (!o->sig)
		return NULL;
	d->ask = ask;
	dec_ask_args(d);
	d->ask = ASK_NOTHING;
	return list;
}
