/* SPDX-License-Identifier: LGPL-2.1-or-later OR GPL-2.0-only */
/*
 * task: which tasks are traced, what is known of each, and its clock.
 */
#ifndef STRACE_BPF_TASK_H
#define STRACE_BPF_TASK_H

const volatile struct wire_settings settings;
struct wire_shared shared;

/*
 * The places of most tasks' states.  It takes less than half as long to find a
 * state here as in task storage, and as little to see that a task is not
 * traced.  If a task finds its place taken, its state goes to task storage.
 */
struct task_place {
	uint64_t owner;		/* the task's address, 0: nobody */
	uint64_t claims;	/* 1: taken */
	struct task_state state;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << WIRE_PLACES_LOG2);
	__type(key, uint32_t);
	__type(value, struct task_place);
} places SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

/* This replaces task storage where tracing programs have none (before 5.12). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, WIRE_TASKS_MAX);
	__type(key, uint64_t);
	__type(value, struct task_state);
} tasks_by_address SEC(".maps");

/*
 * Pointers are followed with BPF_CORE_READ and the like, and directly only
 * where that has to be fast: for each pointer that a program follows directly,
 * new kernels' verifiers look through all of the kernel's types.
 */

/* The task's number in our own pid namespace; 0 if it is not in there. */
static __always_inline int32_t pid_of(struct task_struct *t)
{
	uint32_t level = shared.self_level, depth = 0;
	uint64_t pid = 0;	/* a number: older verifiers want no sums of
				 * pointers */
	int32_t nr = 0;

	if (!level)
		return BPF_CORE_READ(t, pid);
	bpf_core_read(&pid, sizeof(pid), &t->thread_pid);
	bpf_probe_read_kernel(&depth, sizeof(depth), (void *)(pid +
		bpf_core_field_offset(struct pid, level)));
	if (!pid || depth < level)
		return 0;
	bpf_probe_read_kernel(&nr, sizeof(nr), (void *)(pid +
		bpf_core_field_offset(struct pid, numbers) +
		level * bpf_core_type_size(struct upid) +
		bpf_core_field_offset(struct upid, nr)));
	return nr;
}

static __always_inline void pids_read(struct wire_pids *to,
				      struct task_struct *t)
{
	uint32_t first = shared.self_level + 1, depth = 0;
	uint64_t pid = 0, at, ns;

	bpf_core_read(&pid, sizeof(pid), &t->thread_pid);
	bpf_probe_read_kernel(&depth, sizeof(depth), (void *)(pid +
		bpf_core_field_offset(struct pid, level)));
	if (!pid || depth + 1 < first || depth >= first + WIRE_PIDS_MAX)
		return;
	to->known = 1;
	at = pid + bpf_core_field_offset(struct pid, numbers) +
	     first * bpf_core_type_size(struct upid);
	for (uint32_t i = 0; i < WIRE_PIDS_MAX; i++) {
		if (first + i > depth)
			break;
		ns = 0;
		bpf_probe_read_kernel(&to->in[i].nr, sizeof(to->in[i].nr),
			(void *)(at + bpf_core_field_offset(struct upid, nr)));
		bpf_probe_read_kernel(&ns, sizeof(ns),
			(void *)(at + bpf_core_field_offset(struct upid, ns)));
		bpf_probe_read_kernel(&to->in[i].ns, sizeof(to->in[i].ns),
			(void *)(ns + bpf_core_field_offset(
				struct pid_namespace, ns.inum)));
		to->count = i + 1;
		at += bpf_core_type_size(struct upid);
	}
}

/* Sets tid and pid.  A task that is not in our pid namespace gets its numbers
 * in the first one. */
static __always_inline void ids_set(struct task_state *st,
				    struct task_struct *t)
{
	st->tid = pid_of(t);
	st->pid = pid_of(BPF_CORE_READ(t, group_leader));
	st->elsewhere = !st->tid || !st->pid;
	if (st->elsewhere) {
		st->tid = BPF_CORE_READ(t, pid);
		st->pid = BPF_CORE_READ(t, tgid);
	}
}

static __always_inline struct task_place *place_of(uint64_t task)
{
	uint32_t i = task * 0x9e3779b97f4a7c15 >> (64 - WIRE_PLACES_LOG2);

	return bpf_map_lookup_elem(&places, &i);
}

/* The pointer as a number, because verifiers refuse sums of pointers. */
static __always_inline uint64_t address_of(struct task_struct *t)
{
	uint64_t key = 0;

	bpf_probe_read_kernel(&key, sizeof(key), &t);
	return key;
}

static __always_inline struct task_state *state_at(uint64_t key,
						   struct task_struct *t)
{
	struct task_place *p = place_of(key);

	if (p && p->owner == key)
		return &p->state;
	if (!shared.elsewhere)
		return 0;
	if (settings.by_address)
		return bpf_map_lookup_elem(&tasks_by_address, &key);
	return bpf_task_storage_get(&tasks, t, 0, 0);
}

static __always_inline struct task_state *state_of(struct task_struct *t)
{
	return state_at(address_of(t), t);
}

/*
 * The address of the current task as a number.  Verifiers let no pointer become
 * a number, but the distance of two may.  So a helper reads an address the
 * first time only, which gives the base that distances are added to.
 */
static __always_inline uint64_t address_of_current(struct task_struct *t)
{
	uint64_t distance = (uint64_t)t, base = shared.task_base;

	__asm__ volatile("%0 -= %1" : "+r"(distance) : "r"(&shared));
	if (!base) {
		base = bpf_get_current_task() - distance;
		shared.task_base = base;
	}
	return base + distance;
}

/* The same for the current task, and faster. */
static __always_inline struct task_state *
state_of_current(struct task_struct *t)
{
	return state_at(address_of_current(t), t);
}

/*
 * If two tasks come at the same time, it may be that neither gets the place,
 * which does no harm.  (Kernels before 5.12 have no other atomic instruction.)
 */
static __always_inline bool place_claim(struct task_place *p)
{
	if (p->claims)
		return false;
	__sync_fetch_and_add(&p->claims, 1);
	if (*(volatile uint64_t *)&p->claims == 1)
		return true;
	__sync_fetch_and_add(&p->claims, -1ull);
	return false;
}

static __always_inline struct task_state *
state_make(struct task_struct *t, struct task_state *first)
{
	uint64_t key = address_of(t);
	struct task_place *p = place_of(key);

	if (p && place_claim(p)) {
		p->state = *first;
		*(volatile uint64_t *)&p->owner = key;
		return &p->state;
	}
	__sync_fetch_and_add(&shared.elsewhere, 1);
	if (!settings.by_address)
		return bpf_task_storage_get(&tasks, t, first,
					    BPF_LOCAL_STORAGE_GET_F_CREATE);
	bpf_map_update_elem(&tasks_by_address, &key, first, BPF_NOEXIST);
	return bpf_map_lookup_elem(&tasks_by_address, &key);
}

/* Drop the state of a task that has one. */
static __always_inline void state_drop(struct task_struct *t)
{
	uint64_t key = address_of(t);
	struct task_place *p = place_of(key);

	if (p && p->owner == key) {
		*(volatile uint64_t *)&p->owner = 0;
		__sync_fetch_and_add(&p->claims, -1ull);
		return;
	}
	__sync_fetch_and_add(&shared.elsewhere, -1ull);
	if (settings.by_address)
		bpf_map_delete_elem(&tasks_by_address, &key);
	else
		bpf_task_storage_delete(&tasks, t);
}

static __always_inline struct task_state *state_new(struct task_struct *t,
						    uint32_t flags)
{
	struct task_state first = {
		.flags = flags,
		.mono_ns = bpf_ktime_get_ns(),
	};
	struct task_state *st = state_of(t);

	if (st)
		return st;
	ids_set(&first, t);
	st = state_make(t, &first);
	if (st)
		__sync_fetch_and_add(&shared.live, 1);
	return st;
}

/* The id of the cgroup at that level which t is in, or 0.  (The kernel has a
 * helper for that only since 5.16.) */
static __always_inline uint64_t cgroup_above(struct task_struct *t,
					     uint32_t level)
{
	struct cgroup *c = BPF_CORE_READ(t, cgroups, dfl_cgrp);
	struct cgroup *above = 0;
	uint64_t id = 0;

	if ((int)level > BPF_CORE_READ(c, level))
		return 0;
	if (!bpf_core_field_exists(c->ancestors)) {
		bpf_probe_read_kernel(&id, sizeof(id),
				      &c->ancestor_ids[level]);
		return id;
	}
	bpf_probe_read_kernel(&above, sizeof(above), &c->ancestors[level]);
	return BPF_CORE_READ(above, kn, id);
}

/* Nobody marked this task: give it a state if the mode says to trace it. */
static __always_inline struct task_state *state_adopt(struct task_struct *t)
{
	if (settings.mode == MODE_TASKS ||
	    (uint32_t)t->tgid == shared.self_tgid)
		return 0;
	if (settings.mode == MODE_CGROUP &&
	    cgroup_above(t, shared.cgroup_level) != shared.cgroup_id)
		return 0;
	return state_new(t, 0);
}

/*
 * A clock that runs only while the current task does: its run time so far and
 * the time since exec_start.  That is by a clock of this CPU, which leaves out
 * what the CPU lost to interrupts or to other virtual machines, so `now` is
 * corrected by this.
 */
static __always_inline uint64_t cpu_clock(struct task_struct *t, uint64_t now)
{
	if (bpf_core_field_exists(t->se.cfs_rq) &&
	    bpf_core_field_exists(struct cfs_rq, rq)) {
		struct rq *rq = t->se.cfs_rq->rq;

		now -= rq->clock - rq->clock_task;
	}
	return now + t->se.sum_exec_runtime - t->se.exec_start;
}

#endif
