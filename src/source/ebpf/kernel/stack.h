/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * stack: a piece of the current task's stack, with its registers (-k).
 *
 * What calls it says can be found out only with the tables of the files that
 * are mapped there, which is the tracer's work.  So the record of a call's end
 * gets what is needed for that, and the begin of one that does not return or
 * replaces the program.  A signal's stack is a record of its own, so that it
 * takes no room from what tasks do.
 *
 * No more is taken than the stack has: above its end are the program's
 * arguments, or the thread's own variables.
 */
#ifndef STRACE_BPF_STACK_H
#define STRACE_BPF_STACK_H

#define STACK_FRAMES_READ 512	/* on the way there */

/* The part of a page from addr on, and n at most. */
static __always_inline uint32_t page_rest(uint64_t addr, uint32_t n)
{
	uint32_t rest = STACK_PAGE_SIZE - (addr & (STACK_PAGE_SIZE - 1));

	return rest < n ? rest : n;
}

static __always_inline uint32_t stack_wanted(struct task_struct *t, uint64_t sp)
{
	uint64_t top = BPF_CORE_READ(t, mm, start_stack);
	uint64_t own = arch_thread_area(t), n = settings.stack;

	if (top > sp && top - sp < n)
		n = top - sp;
	if (own > sp && own - sp < n)
		n = own - sp;
	return n;
}

/*
 * Pages that are not in memory are not waited for.  Mostly they are new, and
 * nothing has been written there.
 */
__noinline int stack_read(uint32_t slot)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &slot);
	struct cap_block *b = s ? cap_block_new(&s->run) : 0;
	struct stack_piece *p;
	unsigned char *to;

	if (!b)
		return 0;
	p = (struct stack_piece *)(b + 1);
	to = (unsigned char *)(p + 1);
	s->run.got = 0;
	s->run.words = 0;
	p->holes = 0;
	for (long i = 0; i < STACK_PIECE_MAX / STACK_PAGE_SIZE + 2; i++) {
		uint32_t got = s->run.got, n = p->wanted - got;

		if (got >= p->wanted)
			break;
		n = page_rest(p->sp + got, n);
		CAP_OPAQUE(n);
		CAP_OPAQUE(got);
		if (bpf_probe_read_user(to + (got & STACK_PIECE_MAX),
					n & (2 * STACK_PAGE_SIZE - 1),
					(void *)(p->sp + got)))
			p->holes |= 1 << i;
		else
			s->run.words = got + n;
		s->run.got = got + n;
	}
	b->addr = STACK_MARK;
	b->len = b->got = sizeof(*p) + (s->run.words & ~7u);
	return 0;
}

/*
 * One frame beyond the piece, or within it on the way there; false at the last.
 * A frame pointer is the address of the one before it, and the word behind that
 * is a return address.
 */
__noinline int stack_step(uint32_t slot, uint32_t word)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &slot);
	struct cap_block *b = s ? cap_block_new(&s->run) : 0;
	uint64_t at, pair[2] = { 0 };
	struct stack_piece *p;
	unsigned char *to;
	uint32_t n;

	if (!b)
		return 0;
	p = (struct stack_piece *)(b + 1);
	at = s->run.v[CAP_FREE];
	n = p->far;
	if (n >= STACK_FAR_MAX ||
	    bpf_probe_read_user(pair, word == 4 ? 8 : 16, (void *)at))
		return 0;
	if (word == 4) {
		pair[1] = pair[0] >> 32;
		pair[0] = (uint32_t)pair[0];
	}
	if (at + 2 * word > p->sp + p->wanted) {
		CAP_OPAQUE(n);
		n &= STACK_FAR_MAX - 1;
		to = (unsigned char *)(b + 1) +
		     (b->len & (2 * STACK_PIECE_MAX + 1));
		*(uint64_t *)(to + n * 8) = pair[1];
		p->far = n + 1;
	}
	s->run.v[CAP_FREE] = pair[0];
	return pair[0] > at;
}

/* Two levels of loops, as for the steps of a plan. */
__noinline int stack_some(uint32_t slot, uint32_t word)
{
	for (long i = 0; i < STEPS_AT_ONCE; i++)
		if (!stack_step(slot, word))
			return 0;
	return 1;
}

static __always_inline void stack_read_far(struct cap_block *b, uint32_t slot,
					   uint32_t word)
{
	struct stack_piece *p = (struct stack_piece *)(b + 1);

	for (long i = 0; i < STACK_FRAMES_READ / STEPS_AT_ONCE; i++)
		if (!stack_some(slot, word))
			break;
	b->len += p->far * 8;
	b->got = b->len;
}

/* The kernel has a copy of that code. */
__noinline int vdso_read(uint32_t slot)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &slot);
	struct cap_block *b = s ? cap_block_new(&s->run) : 0;
	struct task_struct *t = bpf_get_current_task_btf();
	const struct vdso_image *image = arch_vdso(t);
	uint64_t size = BPF_CORE_READ(image, size);

	if (!b || size > STACK_PIECE_MAX)
		return 0;
	CAP_OPAQUE(size);
	size &= STACK_PIECE_MAX;
	if (bpf_probe_read_kernel(b + 1, size, BPF_CORE_READ(image, data)))
		return 0;
	b->addr = VDSO_MARK;
	b->len = b->got = size;
	s->run.used += sizeof(*b) + size;
	shared.has_vdso = 1;
	return 0;
}

/* It is the last block of a record. */
static __always_inline void stack_add(struct scratch *s, uint32_t slot,
				      struct task_struct *t,
				      const struct task_state *st,
				      struct pt_regs *regs)
{
	struct cap_block *b;
	struct stack_piece *p;

	if (!settings.stack || !regs)
		return;
	if (arch_is_narrow(st->abi) && !shared.has_vdso)
		vdso_read(slot);
	b = cap_block_new(&s->run);
	if (!b)
		return;
	p = (struct stack_piece *)(b + 1);
	p->sp = arch_sp(regs);
	p->wanted = stack_wanted(t, p->sp);
	p->regs = bpf_core_type_size(struct pt_regs);
	if (p->regs > STACK_REGS_MAX)
		return;
	bpf_probe_read_kernel(p->reg, bpf_core_type_size(struct pt_regs),
			      regs);
	p->far = 0;
	stack_read(slot);
	s->run.v[CAP_FREE] = arch_fp(regs);
	if (p->wanted == settings.stack)
		stack_read_far(b, slot, arch_is_narrow(st->abi) ? 4 : 8);
	s->run.used += sizeof(*b) + b->len;
}

/*
 * The current task gets a signal: its record will have the time w says, and
 * that of the stack comes just before it.
 */
static __always_inline void stack_put(struct task_struct *t,
				      struct task_state *st,
				      const struct wire *w, uint32_t slot)
{
	struct pt_regs *regs = settings.stack ? regs_of(t) : 0;
	struct scratch *s = regs ? scratch_of(&slot) : 0;
	struct wire *x;

	if (!s || !BPF_CORE_READ(t, mm))
		return;
	x = (void *)&s->run.head[CAP_HEAD_MAX - sizeof(*x)];
	*x = *w;
	x->kind = WIRE_STACK;
	x->mono_ns--;
	capture_reset(&s->run);
	stack_add(s, slot, t, st, regs);
	call_put(s, x, sizeof(*x), st);
}

#endif
