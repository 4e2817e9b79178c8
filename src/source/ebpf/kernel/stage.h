/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * stage: filters on how a call ended or how long it took (-z, -Z, -e status,
 * --slower-than).
 *
 * The record of the entry waits with its task until that is known; then both
 * records are written, or none.  An entry that is too large to wait is written
 * at once, and the tracer drops it if it is not wanted.
 */
#ifndef STRACE_BPF_STAGE_H
#define STRACE_BPF_STAGE_H

#define STAGE_MAX 2048

struct staged {
	uint32_t size;
	uint32_t pad;
	unsigned char record[STAGE_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct staged);
} stages SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WIRE_TASKS_MAX);
	__type(key, uint64_t);
	__type(value, struct staged);
} stages_by_address SEC(".maps");

static __always_inline struct staged *stage_of(struct task_struct *t)
{
	uint64_t key = (uint64_t)t;

	if (settings.by_address)
		return bpf_map_lookup_elem(&stages_by_address, &key);
	return bpf_task_storage_get(&stages, t, 0, 0);
}

/* bytes only fills the new one; what they are does not matter. */
static __always_inline struct staged *stage_make(struct task_struct *t,
						 const void *bytes)
{
	uint64_t key = (uint64_t)t;

	if (!settings.by_address)
		return bpf_task_storage_get(&stages, t, 0,
					    BPF_LOCAL_STORAGE_GET_F_CREATE);
	bpf_map_update_elem(&stages_by_address, &key, bytes, BPF_NOEXIST);
	return bpf_map_lookup_elem(&stages_by_address, &key);
}

/* Task storage is freed with its task, so only the map needs this. */
static __always_inline void stage_drop(struct task_struct *t)
{
	uint64_t key = (uint64_t)t;

	if (settings.by_address)
		bpf_map_delete_elem(&stages_by_address, &key);
}

/* False if the record can't wait and has to be written now. */
static __always_inline bool stage_keep(struct task_struct *t,
				       struct task_state *st,
				       const void *record, uint32_t size)
{
	struct staged *g;

	if (size >= STAGE_MAX)
		return false;
	g = stage_make(t, record);
	if (!g)
		return false;
	CAP_OPAQUE(size);
	size &= STAGE_MAX - 1;
	bpf_probe_read_kernel(g->record, size, record);
	g->size = size;
	st->mono_ns = ((const struct wire *)record)->mono_ns;
	st->flags |= TASK_STAGED;
	return true;
}

static __always_inline bool stage_wants(const struct task_state *st,
					uint32_t outcome, uint64_t now)
{
	return settings.outcomes & outcome &&
	       now - st->mono_ns >= settings.slower_ns;
}

static __always_inline uint32_t stage_outcome(long ret)
{
	return ret >= 0 || ret < -ERRNO_MAX ? OUTCOME_SUCCESS :
					      OUTCOME_FAILURE;
}

static __always_inline void stage_out(struct task_struct *t,
				      struct task_state *st)
{
	struct staged *g = stage_of(t);
	uint32_t slot = SLOT_EXIT, size;
	struct scratch *s = scratch_of(&slot);
	struct wire *w;

	st->flags &= ~TASK_STAGED;
	if (!g || !s)
		return;
	size = g->size & (STAGE_MAX - 1);
	w = (struct wire *)g->record;
	w->lost = s->lost;
	if (bpf_ringbuf_output(&ring, g->record, size, ring_flags()) == 0) {
		s->lost = 0;
		return;
	}
	lost_add(s, st->abi, st->nr);
	st->flags |= TASK_LOST_ENTRY;
}

#endif
