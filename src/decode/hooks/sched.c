/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of sched.abi and futex.abi. */
#include <linux/sched.h>

#include "hook.h"
#include "options.h"

struct sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

/* If the flags say to keep a value, the kernel does not look at the new one. */
static void attr_show(struct dec *d, const struct sched_attr *a, size_t size)
{
	hook_field(d, "size", VAL_UDEC, a->size, 4);
	if (!(a->flags & SCHED_FLAG_KEEP_POLICY))
		hook_sym(d, "sched_policy", "sched_policies", a->policy);
	dec_name(d, "sched_flags");
	dec_sym(d, VAL_FLAGS, dec_set("sched_flags"), a->flags);
	if (!(a->flags & SCHED_FLAG_KEEP_PARAMS)) {
		hook_field(d, "sched_nice", VAL_DEC, (int64_t)a->nice, 4);
		hook_field(d, "sched_priority", VAL_UDEC, a->priority, 4);
		hook_field(d, "sched_runtime", VAL_UDEC, a->runtime, 8);
		hook_field(d, "sched_deadline", VAL_UDEC, a->deadline, 8);
		hook_field(d, "sched_period", VAL_UDEC, a->period, 8);
	}
	if (size >= 56) {
		hook_field(d, "sched_util_min", VAL_UDEC, a->util_min, 4);
		hook_field(d, "sched_util_max", VAL_UDEC, a->util_max, 4);
	}
	if (a->size > 56)
		emit_elided(&d->em);
}

/* The size is the struct's first member; 0 stands for the first version's. */
void hook_sched_attr_sized(struct dec *d, uint64_t self, const uint64_t *arg)
{
	struct sched_attr a = { 0 };
	uint64_t size;

	(void)arg;
	if (!dec_uint(d, self, 4, &size)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	if (size && size < 48) {
		hook_field(d, "size", VAL_UDEC, size, 4);
	} else {
		size = size >= sizeof(a) ? sizeof(a) : 48;
		if (dec_numbers(d, self, &a, size, "448448884")) {
			attr_show(d, &a, size);
		} else {
			hook_field(d, "size", VAL_UDEC, size, 4);
			emit_unknown(&d->em);
		}
	}
	emit_close(&d->em, EMIT_STRUCT);
}

static void ioprio_show(struct dec *d, uint32_t v)
{
	dec_name(d, "IOPRIO_PRIO_VALUE");
	emit_open(&d->em, EMIT_CALL);
	hook_sym(d, "class", "ioprio_classes", v >> 13);
	hook_field(d, "data", VAL_UDEC, v & 0x1fff, 4);
	emit_close(&d->em, EMIT_CALL);
}

void hook_ioprio(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	emit_open(&d->em, EMIT_NAMED);
	emit_num(&d->em, VAL_DEC, (int64_t)(int32_t)self);
	ioprio_show(d, self);
	emit_close(&d->em, EMIT_NAMED);
}

void hook_ioprio_result(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)arg;
	emit_open(&d->em, EMIT_AUX_MEANING);
	ioprio_show(d, self);
	emit_close(&d->em, EMIT_AUX_MEANING);
}

/* One field of a number, shifted: 3<<28 */
static void field_shifted(struct dec *d, struct value v)
{
	v.width = 4;
	v.abi = d->abi;
	emit_value(&d->em, &v);
}

/* An operation, its operand, a comparison and its operand. */
void hook_futex_wake_op(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint32_t v = self;

	(void)arg;
	emit_open(&d->em, EMIT_OR);
	if (v >> 31)
		field_shifted(d, (struct value){
			.kind = VAL_SYM, .num = 8, .num2 = 28,
			.set = dec_set("futex_wake_flags") });
	field_shifted(d, (struct value){
		.kind = VAL_SYM, .num = v >> 28 & 7, .num2 = 28,
		.set = dec_set("futex_wake_ops") });
	field_shifted(d, (struct value){
		.kind = VAL_HEX, .num = v >> 12 & 0xfff, .num2 = 12 });
	field_shifted(d, (struct value){
		.kind = VAL_SYM, .num = v >> 24 & 0xf, .num2 = 24,
		.set = dec_set("futex_wake_cmps") });
	field_shifted(d, (struct value){ .kind = VAL_HEX, .num = v & 0xfff });
	emit_close(&d->em, EMIT_OR);
}
