/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * The kernel side of the eBPF source.  It writes what happens to traced tasks,
 * and the user memory that decoding will need, to two ring buffers.
 */
#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define CAPTURE_IN_KERNEL
#define cap_read_user(to, len, addr) \
	bpf_probe_read_user(to, len, (const void *)(addr))
#define cap_read_number(to, len, addr) number_read(r, to, len, addr)
#define cap_read_user_str(to, size, addr) \
	bpf_probe_read_user_str(to, size, (const void *)(addr))
#define cap_file(r, fd, details) file_capture(r, fd, details)
#define cap_whole(r, fd, what) whole_capture(r, fd, what)

struct cap_run;
static __always_inline long number_read(struct cap_run *r, void *to,
					uint32_t len, uint64_t addr);
static __always_inline int file_capture(struct cap_run *r, int32_t fd,
					uint32_t details);
static __always_inline bool whole_capture(struct cap_run *r, int32_t fd,
					  uint32_t what);

#include "abi_ids.h"
#include "bpf_calls.h"
#include "call_counts.h"
#include "capture_run.h"
#include "file_id.h"
#include "stack_piece.h"
#include "wire.h"
#include "task.h"
#include "files.h"

#define ERRNO_MAX 4095

#define SIGKILL 9

#include "count.h"

/* A program may be preempted by another one, never by itself: a slot each. */
enum {
	SLOT_ENTER, SLOT_EXIT, SLOT_EXEC, SLOT_URING, SLOT_COUNT,
	SLOT_SIGNAL = SLOT_COUNT, SLOT_END	/* with -k only */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} ring SEC(".maps");

/* Records of tasks and signals have a ring where calls can't take the room. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} task_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ABI_COUNT * WIRE_CALLS_MAX);
	__type(key, uint32_t);
	__type(value, struct wire_call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct wire_case);
	__type(value, struct wire_plans);
} cases SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct wire_plan);
} plans SEC(".maps");

/* A record is put together here; there is one for each slot on each CPU. */
struct scratch {
	uint32_t lost;		/* records since the last one that was put */
	uint32_t pad;
	struct file_walk walk;
	struct cap_run run;
};

static __always_inline struct file_walk *walk_of(struct cap_run *r)
{
	return (void *)r - offsetof(struct scratch, run) +
	       offsetof(struct scratch, walk);
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOT_COUNT);
	__type(key, uint32_t);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Calls whose records were lost, by ABI and number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ABI_COUNT * WIRE_CALLS_MAX);
	__type(key, uint32_t);
	__type(value, uint64_t);
} lost_calls SEC(".maps");

/* ---- the ring ---- */

static __always_inline void wire_fill(struct wire *w, uint8_t kind,
				      const struct task_state *st)
{
	w->kind = kind;
	w->abi = st->abi;
	w->flags = st->elsewhere ? WIRE_ELSEWHERE : 0;
	w->tid = st->tid;
	w->pid = st->pid;
}

static __always_inline void wire_stamp(struct wire *w, struct task_struct *t)
{
	w->mono_ns = bpf_ktime_get_ns();
	w->cpu_ns = settings.cpu ? cpu_clock(t, w->mono_ns) : 0;
}

static __always_inline uint64_t ring_flags(void)
{
	if (!shared.asleep)
		return BPF_RB_NO_WAKEUP;
	shared.asleep = 0;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline uint32_t call_index(uint32_t abi, uint32_t nr)
{
	if (nr >= WIRE_CALLS_MAX)
		nr = WIRE_CALLS_MAX - 1;
	return abi * WIRE_CALLS_MAX + nr;
}

static __always_inline void lost_add(struct scratch *s, uint32_t abi,
				     uint32_t nr)
{
	uint32_t i = call_index(abi, nr);
	uint64_t *n = bpf_map_lookup_elem(&lost_calls, &i);

	if (s)
		s->lost++;
	if (n)
		__sync_fetch_and_add(n, 1);
	__sync_fetch_and_add(&shared.lost, 1);
}

static __always_inline void task_put(void *record, uint32_t size)
{
	if (bpf_ringbuf_output(&task_ring, record, size, ring_flags()))
		__sync_fetch_and_add(&shared.lost, 1);
}

static __always_inline struct scratch *scratch_of(uint32_t *slot)
{
	*slot += bpf_get_smp_processor_id() * settings.slots;
	return bpf_map_lookup_elem(&scratches, slot);
}

static __always_inline void call_flags(const struct scratch *s, struct wire *w)
{
	if (s->run.faults)
		w->flags |= WIRE_FAULTS;
}

/* Put the head and the blocks of s into the ring; false if there is no room. */
static __always_inline bool call_put(struct scratch *s, void *head,
				     uint32_t size, struct task_state *st)
{
	struct wire *w = head;
	uint32_t used = s->run.used;

	w->lost = s->lost;
	CAP_OPAQUE(used);
	used &= 2 * CAP_DATA_MAX - 1;
	if (bpf_ringbuf_output(&ring, head, size + used, ring_flags()) == 0) {
		s->lost = 0;
		return true;
	}
	lost_add(s, st->abi, st->nr);
	return false;
}

#include "stage.h"

/* ---- capture ---- */

/*
 * A submission to an io_uring is at no address of the task, but in the record's
 * head.  Plans read only numbers in it, so only this function looks there:
 * looking in every read would make loading slow.
 */
static __always_inline long number_read(struct cap_run *r, void *to,
					uint32_t len, uint64_t addr)
{
	uint64_t off = addr - r->own;

	if (!r->own || off >= SQE_SIZE)
		return bpf_probe_read_user(to, len, (const void *)addr);
	if (len > SQE_SIZE - off)
		return -1;
	return bpf_probe_read_kernel(to, len,
				     &r->head[CAP_HEAD_MAX - SQE_SIZE + off]);
}

/*
 * One step of a plan.  A function that is not static is verified by itself and
 * only once, however often it is called, which keeps loading fast.
 */
__noinline int capture_step(uint32_t slot, uint32_t plan)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &slot);
	struct wire_plan *p = bpf_map_lookup_elem(&plans, &plan);
	uint32_t pc;

	if (!s || !p)
		return 0;
	pc = s->run.pc;
	if (pc >= CAP_STEPS_MAX)
		return 0;
	return cap_step_run(&s->run, &p->step[pc]);
}

/*
 * The verifier goes through each round of a loop, and has to look at far fewer
 * rounds if there are two levels of loops.
 */
#define STEPS_AT_ONCE 32

__noinline int capture_some(uint32_t slot, uint32_t plan)
{
	for (long i = 0; i < STEPS_AT_ONCE; i++)
		if (!capture_step(slot, plan))
			return 0;
	return 1;
}

__noinline int capture_steps(uint32_t slot, uint32_t plan)
{
	for (long i = 0; i < CAP_RUN_MAX / STEPS_AT_ONCE; i++)
		if (!capture_some(slot, plan))
			break;
	return 0;
}

static __always_inline void capture_reset(struct cap_run *r)
{
	r->used = 0;
	r->faults = 0;
	r->cut = 0;
	r->own = 0;
}

static __always_inline void capture_begin(struct cap_run *r,
					  struct pt_regs *regs)
{
	r->v[CAP_SP] = arch_sp(regs);
	capture_reset(r);
}

static __always_inline void capture(struct cap_run *r, uint32_t slot,
				    const struct task_state *st, uint32_t plan)
{
	for (int i = 0; i < 6; i++)
		r->v[i] = st->arg[i];
	cap_run_begin(r);
	capture_steps(slot, plan);
}

static __always_inline uint32_t call_key(const struct wire_call *c, int i,
					 const struct task_state *st)
{
	uint64_t v = 0;

	if (c->key_arg[i] < 6)
		v = st->arg[c->key_arg[i]];
	return (uint32_t)(v >> (c->key_shift[i] & 31)) & c->key_mask[i];
}

static __always_inline void plans_choose(const struct wire_call *c,
					 struct task_state *st)
{
	struct wire_case key = { .id = c->id };
	struct wire_plans *p;

	st->plans = c->plans;
	if (!c->id)
		return;
	key.key[0] = call_key(c, 0, st);
	if (c->flags & CALL_TWO_KEYS)
		key.key[1] = call_key(c, 1, st);
	p = bpf_map_lookup_elem(&cases, &key);
	if (p)
		st->plans = *p;
}

/* ---- calls ---- */

static __always_inline void call_read(struct task_state *st,
				      struct task_struct *t, uint64_t id)
{
	uint32_t nr = id;

	st->abi = arch_abi(t, &nr);
	st->nr = nr;
}

#include "refused.h"
#include "stack.h"

/* ---- counting them ---- */

/*
 * If the begin of a call was not seen, its time counts from when its task was
 * marked.  A call that was refused took no time.
 */
static __always_inline void count_exit(struct task_struct *t,
				       struct task_state *st,
				       struct pt_regs *regs, long ret)
{
	struct wire_call *c;
	uint32_t i;

	if (!(st->flags & TASK_IN_CALL)) {
		if (call_was_refused(t, st, regs, ret))
			count_begin(t, st);
		else if (!(st->flags & TASK_FLIGHT))
			return;
		call_read(st, t, arch_nr(regs));
	} else if (st->flags & TASK_SKIP) {
		return;
	}
	i = call_index(st->abi, st->nr);
	c = bpf_map_lookup_elem(&calls, &i);
	if (arch_is_narrow(st->abi))
		ret = (int32_t)ret;
	if (c && c->flags & CALL_TRACED)
		count_end(t, st, i, ret);
}

/* ---- records of them ---- */

static __always_inline void enter_put(struct task_struct *t,
				      struct task_state *st,
				      struct pt_regs *regs, uint32_t slot)
{
	struct scratch *s = scratch_of(&slot);
	struct wire_enter *e;

	if (!s)
		return;
	e = (void *)&s->run.head[CAP_HEAD_MAX - sizeof(*e)];
	wire_fill(&e->w, WIRE_ENTER, st);
	wire_stamp(&e->w, t);
	e->nr = st->nr;
	for (int i = 0; i < 6; i++)
		e->arg[i] = st->arg[i];
	e->ip = arch_ip(regs);
	e->sp = arch_sp(regs);
	capture_begin(&s->run, regs);
	if (st->plans.enter)
		capture(&s->run, slot, st, st->plans.enter);
	if (st->flags & TASK_STACK_EARLY)
		stack_add(s, slot, t, st, regs);
	if (s->run.faults)
		st->flags |= TASK_FAULTED;
	call_flags(s, &e->w);
	if (settings.stage && stage_keep(t, st, e, sizeof(*e) + s->run.used))
		return;
	if (!call_put(s, e, sizeof(*e), st))
		st->flags |= TASK_LOST_ENTRY;
}

/* -e fd: more calls pass than are wanted; the tracer drops the others. */
static __always_inline bool fds_wanted(const struct wire_call *c,
				       const struct task_state *st)
{
	if (!settings.fd_filter || c->flags & CALL_FDS_IN_MEMORY)
		return true;
	for (uint32_t i = 0; i < 6; i++) {
		uint32_t fd = st->arg[i];

		if (!(c->fd_args & 1 << i) || (int32_t)fd < 0)
			continue;
		if (fd >= WIRE_FDS_MAX ||
		    settings.fds[fd / 64] & 1ull << (fd % 64))
			return true;
	}
	return false;
}

/* id is the call's number as its register has it. */
static __always_inline void call_begin(struct task_struct *t,
				       struct task_state *st,
				       struct pt_regs *regs, long id,
				       uint32_t slot)
{
	struct wire_call *c;
	uint32_t i;

	call_read(st, t, id);
	i = call_index(st->abi, st->nr);
	c = bpf_map_lookup_elem(&calls, &i);
	if (!c || (st->flags & TASK_WAIT_EXEC && !(c->flags & CALL_EXEC)))
		return;
	st->flags = TASK_IN_CALL;
	if (!(c->flags & CALL_TRACED)) {
		st->flags |= TASK_SKIP;
		return;
	}
	if (settings.count) {
		count_begin(t, st);
		return;
	}
	arch_args(regs, st->abi, st->arg);
	if (!fds_wanted(c, st)) {
		st->flags |= TASK_SKIP;
		return;
	}
	plans_choose(c, st);
	if (settings.stack && c->flags & CALL_STACK_EARLY)
		st->flags |= TASK_STACK_EARLY;
	enter_put(t, st, regs, slot);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter, struct pt_regs *regs, long id)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *st = state_of_current(t);

	if (!st)
		st = state_adopt(t);
	if (st)
		call_begin(t, st, regs, id, SLOT_ENTER);
	return 0;
}

static __always_inline void exit_put(struct task_struct *t,
				     struct task_state *st,
				     struct pt_regs *regs, long ret)
{
	bool failed = ret < 0 && ret >= -ERRNO_MAX;
	uint32_t plan = failed ? st->plans.failed : st->plans.exit;
	uint32_t slot = SLOT_EXIT;
	struct scratch *s = scratch_of(&slot);
	struct wire_exit *e;

	if (!s)
		return;
	e = (void *)&s->run.head[CAP_HEAD_MAX - sizeof(*e)];
	wire_fill(&e->w, WIRE_EXIT, st);
	wire_stamp(&e->w, t);
	if (st->flags & TASK_FLIGHT)
		e->w.flags |= WIRE_FLIGHT;
	e->nr = st->nr;
	e->ret = ret;
	e->ip = arch_ip(regs);
	capture_begin(&s->run, regs);
	s->run.v[CAP_RET] = ret;
	s->run.late = 1;
	if (st->flags & TASK_FAULTED)
		capture(&s->run, slot, st, st->plans.enter);
	s->run.late = 0;
	e->late = s->run.used;
	if (plan)
		capture(&s->run, slot, st, plan);
	stack_add(s, slot, t, st, regs);
	call_flags(s, &e->w);
	call_put(s, e, sizeof(*e), st);
}

/* Is the call to be shown, now that it is over?  If so, put a staged entry. */
static __always_inline bool exit_wanted(struct task_struct *t,
					struct task_state *st, long ret)
{
	if (!settings.stage || !(st->flags & TASK_STAGED))
		return true;
	if (!stage_wants(st, stage_outcome(ret), bpf_ktime_get_ns()))
		return false;
	stage_out(t, st);
	return !(st->flags & TASK_LOST_ENTRY);
}

/* Is a record to be made of the call that ends with ret? */
static __always_inline bool exit_begin(struct task_struct *t,
				       struct task_state *st,
				       struct pt_regs *regs, long ret)
{
	uint32_t slot = SLOT_EXIT;

	if (!(st->flags & TASK_IN_CALL) &&
	    call_was_refused(t, st, regs, ret)) {
		call_begin(t, st, regs, arch_nr(regs), slot);
	} else if (!(st->flags & TASK_IN_CALL) && st->flags & TASK_FLIGHT) {
		call_read(st, t, arch_nr(regs));
		arch_args(regs, st->abi, st->arg);
		st->plans = (struct wire_plans){};
		return true;
	}
	if (st->flags & TASK_LOST_ENTRY) {
		lost_add(scratch_of(&slot), st->abi, st->nr);
		return false;
	}
	return st->flags & TASK_IN_CALL && !(st->flags & TASK_SKIP) &&
	       exit_wanted(t, st, ret);
}

/*
 * Is the task killed, so that it never returns to its program?  The ptrace
 * source does not see the end of its call then, so it is not shown here either.
 * A signal without a handler becomes SIGKILL for all threads when it is sent
 * (signal.h).  The ptrace source does see the first thread get that signal, and
 * its call return; but if a thread dumps core, the others are just killed.
 */
static __always_inline bool is_killed(struct task_struct *t,
				      const struct task_state *st)
{
	int sig;

	if (!(t->pending.signal.sig[0] & 1ull << (SIGKILL - 1)))
		return false;
	sig = t->signal->group_exit_code & 0x7f;
	return !sig || sig == SIGKILL || t->pid != t->tgid ||
	       (int)st->sent.sig != sig;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct task_state *st = state_of_current(t);

	if (!st || st->flags & TASK_WAIT_EXEC || is_killed(t, st))
		return 0;
	if (settings.count)
		count_exit(t, st, regs, ret);
	else if (exit_begin(t, st, regs, ret))
		exit_put(t, st, regs, ret);
	st->flags = 0;
	return 0;
}

#include "leader.h"
#include "signal.h"
#include "life.h"
#include "uring.h"

#include "mark.h"

char LICENSE[] SEC("license") = "GPL";
