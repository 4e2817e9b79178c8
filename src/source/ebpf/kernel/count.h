/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * count: calls counted where they happen (-c), so that no record of them has
 * to leave the kernel.
 */
#ifndef STRACE_BPF_COUNT_H
#define STRACE_BPF_COUNT_H

/* The counts, by ABI and number, and a last row that no call has. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct call_counts);
} counts SEC(".maps");

#define COUNTS_NONE (ABI_COUNT * WIRE_CALLS_MAX)

/* Counts of numbers without a row of their own, as long as there is room. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, struct wire_number);
	__type(value, struct call_counts);
} counts_beyond SEC(".maps");

static __always_inline void count_begin(struct task_struct *t,
					struct task_state *st)
{
	st->mono_ns = bpf_ktime_get_ns();
	st->cpu_ns = settings.cpu ? cpu_clock(t, st->mono_ns) : 0;
}

static __always_inline int64_t count_time(uint64_t ns)
{
	int64_t left = (int64_t)ns - settings.overhead_ns;

	return left > 0 ? left : 0;
}

static __always_inline struct call_counts *
counts_of(const struct task_state *st, uint32_t i)
{
	struct wire_number key = { .abi = st->abi, .nr = st->nr };
	struct call_counts *c;
	uint32_t none = COUNTS_NONE;

	if (st->nr < WIRE_CALLS_MAX - 1)
		return bpf_map_lookup_elem(&counts, &i);
	c = bpf_map_lookup_elem(&counts_beyond, &key);
	if (c)
		return c;
	c = bpf_map_lookup_elem(&counts, &none);
	if (c)
		bpf_map_update_elem(&counts_beyond, &key, c, BPF_NOEXIST);
	c = bpf_map_lookup_elem(&counts_beyond, &key);
	return c ? c : bpf_map_lookup_elem(&counts, &i);
}

static __always_inline void count_end(struct task_struct *t,
				      struct task_state *st, uint32_t i,
				      long ret)
{
	uint64_t now = bpf_ktime_get_ns();
	uint64_t cpu = st->cpu_ns ? cpu_clock(t, now) - st->cpu_ns : 0;
	struct call_counts *c = counts_of(st, i);

	if (c)
		counts_add(c, count_time(cpu), count_time(now - st->mono_ns),
			   ret < 0 && ret >= -ERRNO_MAX);
}

#endif
