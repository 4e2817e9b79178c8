/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions of descriptions as what a kernel program can know of them.
 *
 * Where it can't know a number, one that is certainly not smaller will do: a
 * plan may capture too much.
 */
#include <string.h>

#include "plan.h"

#define STACK_MAX 32

static const struct plan_num unknown = { .kind = NUM_UNKNOWN };

static bool num_is(struct plan_num n, uint64_t c)
{
	return n.kind == NUM_CONST && n.exact && n.c == c;
}

/* A number of which is known that it is not above c. */
static struct plan_num num_most(uint64_t c)
{
	return (struct plan_num){ .kind = NUM_CONST, .c = c };
}

unsigned plan_width(enum abi_store store)
{
	static const uint8_t widths[] = {
		[STORE_NONE] = PLAN_NO_WIDTH, [STORE_U8] = CAP_U8,
		[STORE_S8] = CAP_U8, [STORE_U16] = CAP_U16,
		[STORE_S16] = CAP_U16, [STORE_U32] = CAP_U32,
		[STORE_S32] = CAP_S32, [STORE_U64] = CAP_U64,
		[STORE_S64] = CAP_U64, [STORE_BE16] = CAP_BE16,
	};

	return store <= STORE_BE16 ? widths[store] : PLAN_NO_WIDTH;
}

/* ---- leaves ---- */

static struct plan_num leaf_register(struct plan *p, uint32_t arg)
{
	const struct abi_place *at =
		&p->g->t.places.v[p->sig->places[p->abi] + arg];
	struct plan_num n = plan_value(at->off);

	if (at->off > 5)
		return plan_const(0);
	switch (at->store) {
	case STORE_U64:
	case STORE_S64:
		return n;
	case STORE_U32:
	case STORE_S32:
		n.low = true;
		return n;
	case STORE_U16:
	case STORE_S16:
	case STORE_U8:
	case STORE_S8:
		if (p->dry)
			return unknown;
		return plan_value(plan_calc(p, CAP_AND, n,
			plan_const(store_size(at->store) == 1 ? 0xff :
				   0xffff)));
	default:
		return unknown;
	}
}

/* In what a hook reads its parameters stand for what it is given. */
static struct plan_num leaf_argument(struct plan *p, uint32_t arg)
{
	struct plan_hook *hook = p->hook;
	struct plan_scope *scope = p->scope;
	struct plan_num n;

	if (!hook)
		return leaf_register(p, arg);
	if (arg >= hook->type->nargs)
		return unknown;
	p->hook = hook->up;
	p->scope = hook->scope;
	n = plan_eval(p, p->g->t.args.v[hook->type->args + arg]);
	p->hook = hook;
	p->scope = scope;
	return n;
}

static struct plan_num leaf_load(struct plan *p, uint8_t v, uint32_t off,
				 enum abi_store store)
{
	unsigned width = plan_width(store);

	if (p->dry || width == PLAN_NO_WIDTH)
		return unknown;
	return plan_value(plan_load(p, v, off, width));
}

static enum abi_store behind_store(struct plan *p, uint32_t arg)
{
	struct abi_field *f = &p->g->t.fields.v[p->sig->first + arg];
	struct abi_type *t = &p->g->t.types.v[f->type];

	return p->g->t.types.v[t->elem].store[p->abi];
}

static struct plan_num leaf_behind(struct plan *p, uint32_t arg)
{
	struct plan_num at = leaf_argument(p, arg);

	if (p->hook || at.kind != NUM_VALUE)
		return unknown;
	return leaf_load(p, at.v, 0, behind_store(p, arg));
}

static struct plan_num leaf_field(struct plan *p, uint32_t operand)
{
	struct plan_scope *s = p->scope;
	struct abi_place *at;

	for (uint32_t up = operand >> 12; up && s; up--)
		s = s->up;
	if (!s)
		return plan_const(0);
	at = &p->g->t.places.v[p->g->t.structs.v[s->st].places[p->abi] +
			       (operand & 0xfff)];
	if (!at->present)
		return plan_const(0);
	if (at->bits)
		return unknown;
	return leaf_load(p, s->v, s->off + at->off, at->store);
}

/* What the phase alone tells. */
static struct plan_num leaf_outcome(struct plan *p, uint32_t op)
{
	bool ok = p->phase == PLAN_EXIT, failed = p->phase == PLAN_FAILED;

	switch (op) {
	case EX_OK:
		return plan_const(ok);
	case EX_RET:
		return ok ? plan_value(CAP_RET) :
		       failed ? plan_const(-1) : unknown;
	case EX_ERR:
		return failed ? unknown : plan_const(0);
	default:
		return failed ? num_most(1) : plan_const(0);
	}
}

static struct plan_num eval_leaf(struct plan *p, uint32_t op, uint32_t operand)
{
	switch (op) {
	case EX_NUM:
		return plan_const(p->g->t.nums.v[operand].v[p->abi]);
	case EX_ARG:
		return leaf_argument(p, operand);
	case EX_BEHIND:
		return leaf_behind(p, operand);
	case EX_OLD:
		/* The kernel keeps nothing from entry to exit. */
		return p->phase == PLAN_ENTER ? leaf_behind(p, operand) :
		       unknown;
	case EX_FIELD:
		return leaf_field(p, operand);
	case EX_OLDFIELD:
		return p->phase == PLAN_ENTER ? leaf_field(p, operand) :
		       unknown;
	case EX_BEHINDFIELD:
	case EX_SLOT:
	case EX_REST:
	case EX_LEADING:
		return unknown;
	case EX_SIZE:
		return p->size;
	default:
		return leaf_outcome(p, op);
	}
}

/* ---- operators ---- */

static uint64_t fold(uint32_t op, uint64_t a, uint64_t b)
{
	switch (op) {
	case EX_ADD: return a + b;
	case EX_SUB: return a - b;
	case EX_MUL: return a * b;
	case EX_DIV: return b ? a / b : 0;
	case EX_MOD: return b ? a % b : 0;
	case EX_AND: return a & b;
	case EX_OR: return a | b;
	case EX_XOR: return a ^ b;
	case EX_SHL: return b < 64 ? a << b : 0;
	case EX_SHR: return b < 64 ? a >> b : 0;
	case EX_EQ: return a == b;
	case EX_NE: return a != b;
	case EX_LT: return (int64_t)a < (int64_t)b;
	case EX_LE: return (int64_t)a <= (int64_t)b;
	case EX_GT: return (int64_t)a > (int64_t)b;
	case EX_GE: return (int64_t)a >= (int64_t)b;
	case EX_LAND: return a && b;
	case EX_LOR: return a || b;
	case EX_MIN: return a < b ? a : b;
	default: return a > b ? a : b;
	}
}

/* Truth; only a certain number has a certain one. */
static struct plan_num eval_logic(uint32_t op, struct plan_num a,
				  struct plan_num b)
{
	bool a_true = a.kind == NUM_CONST && a.exact && a.c;
	bool b_true = b.kind == NUM_CONST && b.exact && b.c;

	if (op == EX_LAND && (num_is(a, 0) || num_is(b, 0)))
		return plan_const(0);
	if (op == EX_LOR && (a_true || b_true))
		return plan_const(1);
	return num_most(1);
}

static struct plan_num calc(struct plan *p, enum cap_op op, struct plan_num a,
			    struct plan_num b)
{
	struct plan_num n;

	if (p->dry || a.kind != NUM_VALUE || b.kind == NUM_UNKNOWN ||
	    (b.kind == NUM_CONST && b.c > UINT32_MAX))
		return unknown;
	n = plan_value(plan_calc(p, op, a, b));
	n.exact = a.exact && b.exact;
	return n;
}

/* Of two that may change places. */
static void const_last(struct plan_num *a, struct plan_num *b)
{
	struct plan_num t = *a;

	if (a->kind != NUM_CONST)
		return;
	*a = *b;
	*b = t;
}

/* The larger of two that are not negative is not above their sum. */
static struct plan_num eval_sum(struct plan *p, struct plan_num a,
				struct plan_num b)
{
	const_last(&a, &b);
	if (num_is(b, 0))
		return a;
	return calc(p, CAP_ADD, a, b);
}

static struct plan_num eval_product(struct plan *p, struct plan_num a,
				    struct plan_num b)
{
	const_last(&a, &b);
	if (num_is(b, 0))
		return b;
	if (b.kind == NUM_CONST && b.c == 1) {
		a.exact = a.exact && b.exact;
		return a;
	}
	return calc(p, CAP_MUL, a, b);
}

/* What takes something away: if it isn't known how much, nothing. */
static struct plan_num eval_less(struct plan *p, enum cap_op op,
				 struct plan_num a, struct plan_num b)
{
	struct plan_num n;

	if (b.kind == NUM_CONST && b.exact) {
		n = calc(p, op, a, b);
		if (n.kind != NUM_UNKNOWN)
			return n;
	}
	a.exact = false;
	return a;
}

static struct plan_num eval_min(struct plan *p, struct plan_num a,
				struct plan_num b)
{
	struct plan_num n = unknown;

	if (a.kind == NUM_UNKNOWN || b.kind == NUM_UNKNOWN) {
		n = a.kind == NUM_UNKNOWN ? b : a;
	} else {
		struct plan_num x = a.kind == NUM_CONST ? b : a;
		struct plan_num y = a.kind == NUM_CONST ? a : b;

		n = calc(p, CAP_MIN, x, y);
		if (n.kind == NUM_UNKNOWN)
			n = y.kind == NUM_CONST && y.c <= UINT32_MAX ? y : x;
	}
	n.exact = n.exact && a.exact && b.exact;
	return n;
}

static struct plan_num eval_values(struct plan *p, uint32_t op,
				   struct plan_num a, struct plan_num b)
{
	switch (op) {
	case EX_ADD:
		return eval_sum(p, a, b);
	case EX_MAX:
		a = eval_sum(p, a, b);
		a.exact = false;
		return a;
	case EX_MUL:
		return eval_product(p, a, b);
	case EX_SHL:
		if (b.kind != NUM_CONST || !b.exact || b.c > 31)
			return unknown;
		return eval_product(p, a, plan_const(1ull << b.c));
	case EX_SUB:
		return eval_less(p, CAP_SUB, a, b);
	case EX_DIV:
		return eval_less(p, CAP_DIV, a, b);
	case EX_AND:
		return eval_less(p, CAP_AND, a, b);
	case EX_SHR:
		return eval_less(p, CAP_SHR, a, b);
	case EX_MOD:
		return eval_min(p, a, b);
	case EX_MIN:
		return eval_min(p, a, b);
	default:
		return unknown;
	}
}

static struct plan_num eval_binary(struct plan *p, uint32_t op,
				   struct plan_num a, struct plan_num b)
{
	struct plan_num n;

	if (a.kind == NUM_CONST && b.kind == NUM_CONST && a.exact && b.exact)
		return plan_const(fold(op, a.c, b.c));
	if (op >= EX_EQ && op <= EX_LOR)
		return eval_logic(op, a, b);
	if (a.kind != NUM_CONST || b.kind != NUM_CONST)
		return eval_values(p, op, a, b);
	if (op == EX_SUB && !b.exact)
		n = num_most(a.c);
	else if (op == EX_ADD || op == EX_MUL || op == EX_SUB ||
		 op == EX_MIN || op == EX_MAX)
		n = num_most(fold(op, a.c, b.c));
	else
		n = unknown;
	return n;
}

static struct plan_num eval_unary(uint32_t op, struct plan_num a)
{
	if (op == EX_KIND)
		return unknown;
	if (a.kind == NUM_CONST && a.exact)
		return plan_const(op == EX_NOT ? !a.c :
				  op == EX_INV ? ~a.c : -a.c);
	return op == EX_NOT ? num_most(1) : unknown;
}

struct plan_num plan_eval(struct plan *p, uint32_t expr)
{
	struct plan_num stack[STACK_MAX];
	unsigned n = 0;

	stack[0] = plan_const(0);
	if (!expr)
		return stack[0];
	for (uint32_t i = p->g->t.exprs.v[expr];; i++) {
		uint32_t op = p->g->t.code.v[i] & 0xff;
		uint32_t operand = p->g->t.code.v[i] >> 8;

		if (op == EX_END)
			break;
		if (op < EX_ADD) {
			if (n == STACK_MAX)
				return unknown;
			stack[n++] = eval_leaf(p, op, operand);
		} else if (op == EX_NOT || op == EX_INV || op == EX_NEG ||
			   op == EX_KIND) {
			stack[n - 1] = eval_unary(op, stack[n - 1]);
		} else if (op == EX_GENL) {
			stack[n - 1] = unknown;
		} else {
			n--;
			stack[n - 1] = eval_binary(p, op, stack[n - 1],
						   stack[n]);
		}
	}
	return stack[0];
}

static uint64_t limit_of(struct plan *p, uint32_t expr)
{
	struct plan_num n = plan_eval(p, expr);

	return expr && n.kind == NUM_CONST ? n.c : UINT64_MAX;
}

struct cap_step plan_limited(struct plan *p, const struct abi_type *t,
			     struct cap_step s)
{
	uint64_t max = limit_of(p, t->max), cut = limit_of(p, t->cut);
	uint64_t n = max < cut ? max : cut, piece = 1;

	if (s.op == CAP_BYTES || !s.op)
		piece = s.x ? s.x : 1;
	if (n > (s.y ? s.y : UINT16_MAX) / piece)
		return s;
	if (!s.y)
		s.b |= CAP_SHOWN;
	s.y = n * piece;
	return s;
}

/* Bit 31 of n - (max + 1) is set if n is not above max, or absurdly large. */
bool plan_open_taken(struct plan *p, const struct abi_type *t,
		     struct plan_num n, struct plan_mark *m)
{
	uint64_t max = limit_of(p, t->max);
	int v;

	if (n.kind != NUM_VALUE || max >= INT32_MAX)
		return false;
	v = plan_calc(p, CAP_SUB, n, plan_const(max + 1));
	if (v < 0)
		return false;
	*m = plan_open(p, (struct cap_step){ .op = CAP_UNLESS, .a = v,
					     .y = 0x8000 });
	return true;
}

bool plan_may(struct plan *p, uint32_t expr)
{
	bool dry = p->dry, may;

	if (!expr)
		return true;
	p->dry = true;
	may = !num_is(plan_eval(p, expr), 0);
	p->dry = dry;
	return may;
}

void plan_reads(struct plan *p, uint32_t expr)
{
	uint32_t i = expr ? p->g->t.exprs.v[expr] : 0;

	for (; expr && (p->g->t.code.v[i] & 0xff) != EX_END; i++) {
		uint32_t op = p->g->t.code.v[i] & 0xff;
		uint32_t arg = p->g->t.code.v[i] >> 8;
		struct plan_num at;

		if (p->hook || (op != EX_BEHIND &&
				(op != EX_OLD || p->phase != PLAN_ENTER)))
			continue;
		at = leaf_register(p, arg);
		if (at.kind == NUM_VALUE)
			plan_bytes_const(p, at.v,
					 store_size(behind_store(p, arg)));
	}
}

/* An argument, or an argument & MASK, of no more than 32 bits. */
bool plan_condition(struct plan *p, uint32_t expr, struct cap_step *s)
{
	const uint32_t *c = expr ? &p->g->t.code.v[p->g->t.exprs.v[expr]] :
			    NULL;
	struct plan_num n;
	uint64_t mask = UINT32_MAX;
	bool dry = p->dry;

	if (!c || p->hook || (c[0] & 0xff) != EX_ARG)
		return false;
	p->dry = true;
	n = leaf_register(p, c[0] >> 8);
	p->dry = dry;
	if (n.kind != NUM_VALUE || n.v > 5)
		return false;
	if ((c[1] & 0xff) == EX_NUM && (c[2] & 0xff) == EX_AND &&
	    (c[3] & 0xff) == EX_END)
		mask = p->g->t.nums.v[c[1] >> 8].v[p->abi];
	else if ((c[1] & 0xff) != EX_END || !n.low)
		return false;
	*s = (struct cap_step){ .op = CAP_UNLESS, .a = n.v, .x = mask,
				.y = mask >> 16 };
	return mask <= UINT32_MAX;
}
