/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen --plans: what the kernel captures for each call.
 *
 *	CALL ABI PHASE STEPS
 *		STEP
 *
 * Of a command each case has its own: CALL.CASE with the value of the case, or
 * its two; the default has the name of the call alone.
 */
#include <stdio.h>
#include <string.h>

#include "abigen.h"

static void dump_value(unsigned v)
{
	if (v < CAP_RET)
		printf("arg%u", v);
	else if (v == CAP_RET)
		printf("ret");
	else if (v == CAP_SP)
		printf("sp");
	else
		printf("v%u", v);
}

static void dump_operand(const struct cap_step *s)
{
	if (s->b & CAP_CONST) {
		printf("%u", s->x | (unsigned)s->y << 16);
		return;
	}
	dump_value(s->b & CAP_VALUE);
	if (s->b & CAP_W32)
		printf(":32");
}

/* "max 9 shown": what is shown may be less. */
static void dump_limit(const struct cap_step *s)
{
	if (s->y)
		printf(" max %u%s", s->y, s->b & CAP_SHOWN ? " shown" : "");
}

static void dump_count(const struct cap_step *s)
{
	printf(" %u", s->op == CAP_VEC ? s->dst * 2 : s->x);
	if (s->op != CAP_WORDS && !(s->b & CAP_CONST) &&
	    (s->b & ~CAP_SHOWN) != s->a) {
		printf(" * ");
		dump_operand(s);
	}
	dump_limit(s);
	if (s->op == CAP_VEC && s->x)
		printf(" of %u", s->x);
}

static void dump_bits(const struct cap_step *s)
{
	printf(" of ");
	dump_operand(s);
}

static void dump_calc(const struct cap_step *s)
{
	static const char *const ops[] = { "+", "-", "*", "/", "&", ">>",
					   "min" };

	printf("v%u = ", s->dst);
	dump_value(s->a);
	printf(" %s ", ops[s->op - CAP_ADD]);
	dump_operand(s);
}

static void dump_load(const struct cap_step *s)
{
	static const char *const widths[] = {
		[CAP_U8] = "u8", [CAP_U16] = "u16", [CAP_U32] = "u32",
		[CAP_S32] = "s32", [CAP_U64] = "u64", [CAP_BE16] = "be16",
	};

	if (s->op == CAP_LOAD) {
		dump_value(s->dst);
		printf(" = ");
	} else {
		printf("fd ");
	}
	printf("%s at ", widths[s->b]);
	dump_value(s->a);
	printf(" + %u", s->x);
}

static void dump_step(const struct cap_step *s)
{
	static const char *const names[] = {
		[CAP_END] = "end", [CAP_BYTES] = "bytes", [CAP_STR] = "str",
		[CAP_WORDS] = "words", [CAP_VEC] = "vec", [CAP_FD] = "fd",
		[CAP_CMSGS] = "cmsgs", [CAP_FDS] = "fds",
		[CAP_EACH] = "each", [CAP_NEXT] = "next",
		[CAP_WHILE] = "while", [CAP_UNLESS] = "unless",
		[CAP_UNLESS_ZERO] = "unless zero",
		[CAP_IF_WHOLE] = "if whole", [CAP_IF_FULL] = "if full",
		[CAP_IF_DUMP] = "if dump", [CAP_IF_FDS] = "if fds",
	};

	printf("\t");
	if (s->op >= CAP_ADD) {
		dump_calc(s);
	} else if (s->op == CAP_LOAD || s->op == CAP_FD_AT) {
		dump_load(s);
	} else if (s->op == CAP_UNLESS || s->op == CAP_UNLESS_ZERO) {
		printf("%s ", names[s->op]);
		dump_value(s->a);
		printf(" & 0x%x skip %u", s->x | (unsigned)s->y << 16,
		       s->dst);
	} else if (s->op == CAP_IF_WHOLE) {
		printf("%s ", names[s->op]);
		dump_value(s->a);
		printf(" is %s, else skip %u",
		       s->x == CAP_STREAM ? "a stream" :
		       s->x == CAP_NETLINK ? "netlink" :
		       "netlink or a stream", s->dst);
	} else if (s->op >= CAP_IF_FULL && s->op <= CAP_IF_FDS) {
		printf("%s, else skip %u", names[s->op], s->dst);
	} else {
		printf("%s", names[s->op]);
		if (s->op != CAP_NEXT) {
			printf(" ");
			dump_value(s->a);
		}
		if (s->op == CAP_STR)
			dump_limit(s);
		else if (s->op == CAP_FDS || s->op == CAP_CMSGS)
			dump_bits(s);
		else if (s->op == CAP_VEC || (s->op != CAP_STR && s->x))
			dump_count(s);
		if (s->op == CAP_EACH)
			printf(" as v%u", s->dst);
	}
	printf("\n");
}

static void dump_plan(struct abigen *g, const char *name, const char *phase,
		      unsigned plan)
{
	const struct abi_plan *p = &g->t.plans.v[plan];

	if (!p->n)
		return;
	printf("%s %s %u\n", name, phase, p->n);
	for (uint32_t i = 0; i < p->n; i++)
		dump_step(&g->t.steps.v[p->first + i]);
}

static void dump_capture(struct abigen *g, const char *name, uint32_t capture)
{
	const struct abi_capture *c = &g->t.captures.v[capture];
	char full[120];

	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		snprintf(full, sizeof(full), "%s %s", name, abi_name(abi));
		dump_plan(g, full, "enter", c->enter[abi]);
		dump_plan(g, full, "exit", c->exit[abi]);
		dump_plan(g, full, "failed", c->failed[abi]);
	}
}

void dump_plans(struct abigen *g)
{
	for (size_t i = 0; i < g->calls.n; i++) {
		const struct abi_call *c =
			&g->t.calls.v[g->calls.v[i]->index];
		const char *name = g->calls.v[i]->names.v[0];
		char full[100];

		if (c->sig)
			dump_capture(g, name, c->sig);
		for (uint32_t k = 0; k < c->ncases; k++) {
			const struct abi_case *s =
				&g->t.cases.v[c->cases + k];
			const struct abi_num *n = g->t.nums.v;

			snprintf(full, sizeof(full), c->key[1] ?
				 "%s.%#llx.%#llx" : "%s.%#llx", name,
				 (unsigned long long)n[s->val[0]].v[0],
				 (unsigned long long)n[s->val[1]].v[0]);
			dump_capture(g, full, c->multiplex ? s->min : s->ref);
		}
	}
}
