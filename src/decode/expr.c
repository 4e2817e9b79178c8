/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions of descriptions: a small stack machine over abi_code. */
#include <string.h>

#include "abi_info.h"
#include "decode.h"
#include "diag.h"
#include "task.h"

#define STACK_MAX 32

const char *abi_str(uint32_t text)
{
	return abi_text + text;
}

static uint64_t number_be(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

uint64_t dec_number(const struct dec *d, const uint8_t *p, unsigned store)
{
	switch (store) {
	case STORE_U8:
		return p[0];
	case STORE_S8:
		return (int64_t)(int8_t)p[0];
	case STORE_U16:
		return abi_number(d->abi, p, 2);
	case STORE_S16:
		return (int64_t)(int16_t)abi_number(d->abi, p, 2);
	case STORE_U32:
		return abi_number(d->abi, p, 4);
	case STORE_S32:
		return (int64_t)(int32_t)abi_number(d->abi, p, 4);
	case STORE_BE16:
		return number_be(p, 2);
	case STORE_BE32:
		return number_be(p, 4);
	case STORE_BE64:
		return number_be(p, 8);
	case STORE_NONE:
		return 0;
	default:
		return abi_number(d->abi, p, 8);
	}
}

uint64_t dec_member(const struct dec *d, const uint8_t *data,
		    const struct abi_place *p)
{
	uint64_t v = dec_number(d, data + p->off, p->store), top;

	if (!p->bits)
		return v;
	top = 1ull << (p->bits - 1);
	v = v >> p->shift & ((top - 1) | top);
	/* Where the whole is less than zero, so are its parts. */
	if (p->store == STORE_S8 || p->store == STORE_S16 ||
	    p->store == STORE_S32 || p->store == STORE_S64)
		v = (v ^ top) - top;
	return v;
}

static const uint8_t store_sizes[] = {
	[STORE_U8] = 1, [STORE_S8] = 1, [STORE_U16] = 2, [STORE_S16] = 2,
	[STORE_U32] = 4, [STORE_S32] = 4, [STORE_U64] = 8, [STORE_S64] = 8,
	[STORE_BE16] = 2, [STORE_BE32] = 4, [STORE_BE64] = 8,
};

/* sizes has a digit for each number; the last one holds for all others. */
static void order_here(uint8_t *p, size_t n, const char *sizes)
{
	for (size_t size; n >= (size = *sizes - '0'); p += size, n -= size) {
		for (size_t i = 0; i < size / 2; i++) {
			uint8_t byte = p[i];

			p[i] = p[size - 1 - i];
			p[size - 1 - i] = byte;
		}
		sizes += sizes[1] != 0;
	}
}

void dec_order(const struct dec *d, void *p, size_t n, const char *sizes)
{
	if (abi_infos[d->abi].big_endian !=
	    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
		order_here(p, n, sizes);
}

bool dec_numbers(struct dec *d, uint64_t addr, void *p, size_t n,
		 const char *sizes)
{
	if (!dec_read(d, addr, p, n))
		return false;
	dec_order(d, p, n, sizes);
	return true;
}

void dec_mask(const struct dec *d, uint8_t *p, size_t n)
{
	unsigned word = abi_word_size(d->abi);

	if (abi_infos[d->abi].big_endian)
		order_here(p, n, word == 8 ? "8" : "4");
}

bool dec_uint(struct dec *d, uint64_t addr, unsigned n, uint64_t *v)
{
	uint8_t bytes[8];

	*v = 0;
	if (!n || n > sizeof(bytes) || !dec_read(d, addr, bytes, n))
		return false;
	*v = abi_number(d->abi, bytes, n);
	return true;
}

unsigned dec_store_size(unsigned store)
{
	return store < sizeof(store_sizes) ? store_sizes[store] : 8;
}

/* Registers hold the low bytes of smaller numbers. */
static uint64_t register_number(const struct dec *d, uint64_t v, unsigned store)
{
	uint8_t bytes[8];

	switch (store) {
	case STORE_U8:
		return (uint8_t)v;
	case STORE_S8:
		return (int64_t)(int8_t)v;
	case STORE_U16:
		return (uint16_t)v;
	case STORE_S16:
		return (int64_t)(int16_t)v;
	case STORE_U32:
		return (uint32_t)v;
	case STORE_S32:
		return (int64_t)(int32_t)v;
	case STORE_U64:
	case STORE_S64:
		return v;
	}
	/* A number in network order lies in the register as in memory. */
	abi_number_put(d->abi, bytes, dec_store_size(store), v);
	return dec_number(d, bytes, store);
}

uint64_t dec_arg(struct dec *d, unsigned i)
{
	const struct abi_sig *sig = d->open->sig;
	const struct abi_place *p;
	uint64_t v;

	if (!sig || i >= sig->nargs)
		return i < 6 ? d->open->arg[i] : 0;
	p = &abi_places[sig->places[d->abi] + i];
	if (p->off > 5)
		return 0;
	v = d->open->arg[p->off];
	if (p->store == STORE_PAIR_LH && p->off < 5)
		return (uint32_t)v | d->open->arg[p->off + 1] << 32;
	if (p->store == STORE_PAIR_HL && p->off < 5)
		return v << 32 | (uint32_t)d->open->arg[p->off + 1];
	return register_number(d, v, p->store);
}

static unsigned behind_store(struct dec *d, unsigned arg)
{
	const struct abi_sig *sig = d->open->sig;
	const struct abi_type *t = &abi_types[abi_fields[sig->first +
							 arg].type];

	return abi_types[t->elem].store[d->abi];
}

static int64_t eval_behind(struct dec *d, unsigned arg)
{
	unsigned store = behind_store(d, arg);
	uint8_t bytes[8];

	if (!dec_read(d, dec_arg(d, arg), bytes, dec_store_size(store)))
		return 0;
	return dec_number(d, bytes, store);
}

static int64_t eval_old(struct dec *d, unsigned arg)
{
	const struct abi_sig *sig = d->open->sig;

	for (unsigned i = 0; i < sig->nsaves; i++) {
		const struct abi_save *s = &abi_saves[sig->saves + i];

		if (s->arg == arg && d->open->saved_len[arg])
			return dec_number(d, d->open->saved + s->off,
					  behind_store(d, arg));
	}
	/* Nothing was kept; at entry the present value is the old one. */
	return d->exiting ? 0 : eval_behind(d, arg);
}

static struct dec_scope *scope_up(struct dec *d, uint32_t up)
{
	struct dec_scope *s = d->scope;

	while (up-- && s)
		s = s->up;
	return s;
}

static int64_t eval_field(struct dec *d, uint32_t operand, bool old)
{
	struct dec_scope *s = scope_up(d, operand >> 12);
	const struct abi_place *p;
	const uint8_t *data;

	if (!s)
		return 0;
	p = &abi_places[s->st->places[d->abi] + (operand & 0xfff)];
	data = old && s->old ? s->old : s->data;
	if (!p->present || p->off + dec_store_size(p->store) > s->len)
		return 0;
	return dec_member(d, data, p);
}

static int64_t eval_behind_field(struct dec *d, uint32_t operand)
{
	struct dec_scope *s = scope_up(d, operand >> 12);
	const struct abi_field *f;
	uint8_t bytes[8];
	unsigned store;

	if (!s)
		return 0;
	f = &abi_fields[s->st->first + (operand & 0xfff)];
	store = abi_types[abi_types[f->type].elem].store[d->abi];
	if (!dec_read(d, eval_field(d, operand, false), bytes,
		      dec_store_size(store)))
		return 0;
	return dec_number(d, bytes, store);
}

static bool was_interrupted(int err)
{
	return err == 4 || (err >= 512 && err <= 516);
}

/* A value that an expression takes from its surroundings. */
static int64_t eval_leaf(struct dec *d, uint32_t op, uint32_t operand)
{
	switch (op) {
	case EX_NUM:
		return abi_nums[operand].v[d->abi];
	case EX_ARG:
		return dec_arg(d, operand);
	case EX_BEHIND:
		return eval_behind(d, operand);
	case EX_OLD:
		return eval_old(d, operand);
	case EX_FIELD:
		return eval_field(d, operand, false);
	case EX_OLDFIELD:
		return eval_field(d, operand, true);
	case EX_BEHINDFIELD:
		return eval_behind_field(d, operand);
	case EX_RET:
		return d->ev->err ? -1 : d->ev->ret;
	case EX_ERR:
		return d->ev->err;
	case EX_OK:
		return d->exiting && !d->ev->err;
	case EX_INTERRUPTED:
		return d->exiting && was_interrupted(d->ev->err);
	case EX_SLOT:
		return d->in->slot ? d->in->slot[operand % ABI_SLOTS_MAX] : 0;
	case EX_REST:
		return d->in->rest;
	case EX_LEADING:
		return d->in->leading;
	default:
		return d->scope ? (int64_t)d->scope->size : 0;
	}
}

static int64_t eval_compare(uint32_t op, int64_t a, int64_t b)
{
	switch (op) {
	case EX_EQ: return a == b;
	case EX_NE: return a != b;
	case EX_LT: return a < b;
	case EX_LE: return a <= b;
	case EX_GT: return a > b;
	case EX_GE: return a >= b;
	case EX_LAND: return a && b;
	default: return a || b;
	}
}

/* Arithmetic wraps around; a tracee's numbers cause no trap here. */
static int64_t eval_binary(uint32_t op, uint64_t a, uint64_t b)
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
	case EX_MIN: return a < b ? a : b;
	case EX_MAX: return a > b ? a : b;
	default: return eval_compare(op, a, b);
	}
}

uint64_t dec_eval_rest(struct dec *d, uint32_t expr, uint64_t rest)
{
	struct dec_frame frame;
	uint64_t v;

	dec_go_in(d, &frame);
	frame.rest = rest;
	v = (uint64_t)dec_eval(d, expr);
	dec_go_out(d);
	return v;
}

/* The name of the family whose messages have that type; 0: unknown. */
static uint64_t family_key(struct dec *d, uint64_t type)
{
	char name[64];
	ssize_t n = env_get(d->env, ENV_GENL_FAMILY, d->ev->tid, type, name,
			    sizeof(name));

	return n > 0 ? abi_text_key(name, (uint64_t)n) : 0;
}

int64_t dec_eval(struct dec *d, uint32_t expr)
{
	int64_t stack[STACK_MAX];	/* not cleared: that would cost most */
	unsigned n = 0;

	for (const uint32_t *c = &abi_code[abi_exprs[expr]];; c++) {
		uint32_t op = *c & 0xff, operand = *c >> 8;

		if (op == EX_END)
			break;
		if (op < EX_ADD) {
			BUG_ON(n == STACK_MAX);
			stack[n++] = eval_leaf(d, op, operand);
		} else if (op == EX_NOT) {
			stack[n - 1] = !stack[n - 1];
		} else if (op == EX_INV) {
			stack[n - 1] = ~stack[n - 1];
		} else if (op == EX_KIND) {
			stack[n - 1] = dec_fd_kind(d, (int)stack[n - 1]);
		} else if (op == EX_NEG) {
			stack[n - 1] = -(uint64_t)stack[n - 1];
		} else if (op == EX_GENL) {
			stack[n - 1] = family_key(d, stack[n - 1]);
		} else {
			BUG_ON(n < 2);
			n--;
			stack[n - 1] = eval_binary(op, stack[n - 1],
						   stack[n]);
		}
	}
	return n ? stack[n - 1] : 0;
}
