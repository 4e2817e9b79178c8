/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "abi_info.h"
#include "abi_table.h"
#include "arch.h"
#include "calls.h"
#include "effect.h"
#include "options.h"
#include "seccomp_filter.h"
#include "set.h"
#include "xalloc.h"

#define CLONE_UNTRACED_BIT 0x00800000u
#define NR_BEYOND 0x10000u	/* no table is that long */
#define OFF(field) ((uint32_t)offsetof(struct seccomp_data, field))

/* The numbers where the answer changes: from at[i] on it is the opposite. */
struct changes {
	uint32_t *at;
	size_t count;
	bool first;		/* the answer below at[0] */
	uint32_t nr_bit;
};

static void insn_add(struct seccomp_filter *f, struct sock_filter insn)
{
	if (f->len == f->cap)
		f->insns = xalloc_grow(f->insns, &f->cap, sizeof(*f->insns));
	f->insns[f->len++] = insn;
}

static void insn_stmt(struct seccomp_filter *f, uint16_t code, uint32_t k)
{
	insn_add(f, (struct sock_filter){code, 0, 0, k});
}

static void insn_ret(struct seccomp_filter *f, bool trace)
{
	insn_stmt(f, BPF_RET | BPF_K,
		  trace ? SECCOMP_RET_TRACE | f->mark :
		  SECCOMP_RET_ALLOW);
}

/* Trace the call if the accumulator equals k (JEQ) or has a bit of k (JSET). */
static void insn_trace_if(struct seccomp_filter *f, uint16_t op, uint32_t k)
{
	insn_add(f, (struct sock_filter){BPF_JMP | op | BPF_K, 0, 1, k});
	insn_ret(f, true);
}

/* The number lies among the changes [lo, hi): search these by halves. */
static void search_emit(struct seccomp_filter *f, const struct changes *c,
			size_t lo, size_t hi)
{
	if (lo == hi) {
		insn_ret(f, c->first ^ (lo & 1));
		return;
	}

	size_t mid = lo + (hi - lo) / 2;
	size_t jump = f->len;

	/* a conditional jump reaches 255 only, so a long one skips the left */
	insn_add(f, (struct sock_filter){BPF_JMP | BPF_JGE | BPF_K, 0, 1,
					 c->at[mid] | c->nr_bit});
	insn_stmt(f, BPF_JMP | BPF_JA, 0);
	search_emit(f, c, lo, mid);
	f->insns[jump + 1].k = (uint32_t)(f->len - jump - 2);
	search_emit(f, c, mid + 1, hi);
}

static void changes_find(struct changes *c, const struct callset *set,
			 unsigned abi)
{
	size_t n = calls_count(abi);
	bool now = callset_may_have(set, abi, 0);

	c->at = xalloc_new(n + 2, sizeof(*c->at));
	c->count = 0;
	c->first = now;
	c->nr_bit = abi_infos[abi].nr_bit;
	for (size_t nr = 1; nr <= n; nr++) {
		bool has = callset_may_have(set, abi, nr < n ? nr : NR_BEYOND);

		if (has != now)
			c->at[c->count++] = (uint32_t)nr;
		now = has;
	}
}

/* Stop a call if this argument of it says so: three instructions. */
#define NEEDED_LEN 3
static void needed_emit_one(struct seccomp_filter *f,
			    const struct abi_effect *e, unsigned abi)
{
	bool shares = e->kind == EFFECT_SHARES;

	insn_stmt(f, BPF_LD | BPF_W | BPF_ABS, OFF(args[0]) + 8u * e->of +
		  (abi_infos[abi].big_endian ? 4 : 0));
	insn_trace_if(f, shares || e->test == EX_AND ? BPF_JSET : BPF_JEQ,
		      shares ? CLONE_UNTRACED_BIT :
		      (uint32_t)effect_operand(e, abi));
}

/* The filter is of little use if calls with such an effect are missed. */
static bool is_needed(const struct abi_effect *e)
{
	return e->kind == EFFECT_SHARES || e->kind == EFFECT_FILTERS;
}

/*
 * A call that may make a child without a tracer, or install another filter,
 * stops even if it is not traced.  If the low half of a register says whether
 * it does, only the calls that do stop.  The accumulator holds the number.
 */
static void needed_emit(struct seccomp_filter *f, const struct callset *set,
			unsigned abi, uint64_t nr)
{
	const struct abi_effect *first = effects_of(abi, nr);
	uint32_t k = (uint32_t)abi_raw_nr(abi, nr);
	unsigned n = 0;

	if (first->kind == EFFECT_NONE || callset_may_have(set, abi, nr))
		return;
	for (const struct abi_effect *e = first; e->kind != EFFECT_NONE; e++) {
		n += is_needed(e);
		if (is_needed(e) && (e->behind || !e->test)) {
			insn_trace_if(f, BPF_JEQ, k);
			return;
		}
	}
	if (!n)
		return;
	insn_add(f, (struct sock_filter){BPF_JMP | BPF_JEQ | BPF_K, 0,
					 (uint8_t)(n * NEEDED_LEN + 1), k});
	for (const struct abi_effect *e = first; e->kind != EFFECT_NONE; e++)
		if (is_needed(e))
			needed_emit_one(f, e, abi);
	insn_ret(f, false);
}

static void abi_emit(struct seccomp_filter *f, const struct callset *set,
		     unsigned abi)
{
	struct changes c;

	changes_find(&c, set, abi);
	for (uint64_t nr = 0; nr < calls_count(abi); nr++)
		needed_emit(f, set, abi, nr);
	search_emit(f, &c, 0, c.count);
	free(c.at);
}

/*
 * One architecture.  ABIs that are known by a bit in their numbers come first,
 * and the plain ABI gets all other numbers.
 */
static void arch_emit(struct seccomp_filter *f, const struct callset *set,
		      unsigned abi)
{
	uint32_t audit = abi_infos[abi].audit;
	size_t jump = f->len;

	insn_add(f, (struct sock_filter){BPF_JMP | BPF_JEQ | BPF_K, 1, 0,
					 audit});
	insn_stmt(f, BPF_JMP | BPF_JA, 0);
	insn_stmt(f, BPF_LD | BPF_W | BPF_ABS, OFF(nr));
	for (unsigned i = 0; i < ABI_COUNT; i++) {
		uint32_t bit = abi_infos[i].nr_bit;
		size_t over = f->len;

		if (i == abi || !abi_is_native(i) ||
		    abi_infos[i].audit != audit)
			continue;
		insn_add(f, (struct sock_filter){BPF_JMP | BPF_JSET | BPF_K,
						 1, 0, bit});
		insn_stmt(f, BPF_JMP | BPF_JA, 0);
		abi_emit(f, set, i);
		f->insns[over + 1].k = (uint32_t)(f->len - over - 2);
	}
	abi_emit(f, set, abi);
	f->insns[jump + 1].k = (uint32_t)(f->len - jump - 2);
}

/* A value that a program which uses SECCOMP_RET_TRACE itself hardly has. */
static uint16_t mark_choose(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint16_t)(now.tv_nsec ^ now.tv_nsec >> 16);
}

int seccomp_filter_build(struct seccomp_filter *f, const struct callset *set)
{
	memset(f, 0, sizeof(*f));
	f->mark = mark_choose();
	insn_stmt(f, BPF_LD | BPF_W | BPF_ABS, OFF(arch));
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		if (abi_is_native(abi) && !abi_infos[abi].nr_bit)
			arch_emit(f, set, abi);
	insn_ret(f, true);	/* for architectures that we do not know */
	return f->len <= BPF_MAXINSNS ? 0 : -1;
}

int seccomp_filter_install(const struct seccomp_filter *f)
{
	struct sock_fprog prog = {
		.len = (unsigned short)f->len,
		.filter = f->insns,
	};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0)
		return 0;
	if (errno != EACCES)
		return errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		return errno;
	return 0;
}

const char *seccomp_filter_off(const struct options *o)
{
	uint32_t action = SECCOMP_RET_TRACE;

	if (o->seccomp_bpf == SECCOMP_NO)
		return "not wanted";
	if (!o->command)
		return "a running process can't be given a filter";
	if (o->npids)
		return "attached processes are traced as well";
	if (!o->has_trace_filter || callset_is_all(&o->trace))
		return "every call is traced";
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0)
		return "strace runs under a filter itself, whose refusals "
		       "another one would hide";
	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0)
		return "the kernel has no seccomp filters that stop a tracee";
	return NULL;
}

void seccomp_filter_free(struct seccomp_filter *f)
{
	free(f->insns);
	memset(f, 0, sizeof(*f));
}
