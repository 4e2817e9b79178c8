/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of perf.abi. */
#include "hook.h"
#include "options.h"

/* BPF_TRACE_MAX_PROGS: the kernel takes no more programs for one event. */
#define PROGS_MAX 64

/* A part of a number that has a name, shifted. */
static void part_sym(struct dec *d, const char *set, uint64_t v,
		     unsigned shift)
{
	emit_value(&d->em, &(struct value){ .kind = VAL_SYM, .num = v,
					    .num2 = shift, .width = 8,
					    .flags = VF_LATE,
					    .set = dec_set(set),
					    .abi = d->abi });
}

static void part_hex(struct dec *d, uint64_t v, unsigned shift)
{
	if (v)
		emit_value(&d->em, &(struct value){ .kind = VAL_HEX, .num = v,
						    .num2 = shift, .width = 8,
						    .abi = d->abi });
}

void hook_perf_type(struct dec *d, uint64_t self, const uint64_t *arg)
{
	const struct symset *types = dec_set("perf_types");
	ssize_t n = -1;

	(void)self;
	if (!symset_name(types, d->abi, arg[0]))
		n = env_get(d->env, ENV_PMU, d->ev->tid, arg[0], d->text,
			    sizeof(d->text) - 1);
	emit_value(&d->em, &(struct value){ .kind = n > 0 ? VAL_HEX : VAL_SYM,
					    .num = arg[0], .width = 4,
					    .set = types, .abi = d->abi });
	if (n > 0) {
		d->text[n] = '\0';
		emit_meaning(&d->em, "%s", d->text);
	}
}

void hook_perf_hw_config(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	emit_open(&d->em, EMIT_OR);
	part_hex(d, arg[0] >> 32, 32);
	part_sym(d, "perf_hw_ids", (uint32_t)arg[0], 0);
	emit_close(&d->em, EMIT_OR);
}

void hook_perf_cache_config(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	emit_open(&d->em, EMIT_OR);
	part_hex(d, arg[0] >> 32, 32);
	part_hex(d, (uint32_t)arg[0] >> 24, 24);
	part_sym(d, "perf_cache_results", arg[0] >> 16 & 0xff, 16);
	part_sym(d, "perf_cache_ops", arg[0] >> 8 & 0xff, 8);
	part_sym(d, "perf_cache_ids", arg[0] & 0xff, 0);
	emit_close(&d->em, EMIT_OR);
}

void hook_perf_skid(struct dec *d, uint64_t self, const uint64_t *arg)
{
	static const char *const skids[] = {
		"arbitrary skid", "constant skid", "requested to have 0 skid",
		"must have 0 skid",
	};

	(void)self;
	emit_comment(&d->em, "%s", skids[arg[0] & 3]);
}

void hook_perf_bits(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	emit_comment(&d->em, "Bits %u..%u", (unsigned)arg[1],
		     (unsigned)arg[0]);
}

void hook_perf_bytes(struct dec *d, uint64_t self, const uint64_t *arg)
{
	(void)self;
	if (arg[2])
		emit_comment(&d->em, "bytes %u..%u: %#llx", (unsigned)arg[0],
			     (unsigned)arg[1], (unsigned long long)arg[2]);
}

static void query_ids(struct dec *d, uint64_t addr, uint64_t n)
{
	uint64_t most = d->abbrev ? d->o->max_string : PROGS_MAX, id;

	dec_name(d, "ids");
	if (n && !dec_uint(d, addr, 4, &id)) {
		emit_addr(&d->em, addr);
		return;
	}
	emit_open(&d->em, EMIT_ARRAY);
	for (uint64_t i = 0; i < n; i++) {
		if (i >= most) {
			emit_elided(&d->em);
			break;
		}
		if (!dec_uint(d, addr + i * 4, 4, &id)) {
			dec_unread_from(d, addr + i * 4);
			break;
		}
		emit_num(&d->em, VAL_UDEC, id);
	}
	emit_close(&d->em, EMIT_ARRAY);
}

void hook_perf_query_bpf(struct dec *d, uint64_t self, const uint64_t *arg)
{
	uint64_t len, count;

	(void)arg;
	if (!dec_uint(d, self, 4, &len)) {
		emit_addr(&d->em, self);
		return;
	}
	emit_open(&d->em, EMIT_STRUCT);
	hook_field(d, "ids_len", VAL_UDEC, len, 4);
	if (!d->exiting || d->ev->err || !dec_uint(d, self + 4, 4, &count)) {
		emit_elided(&d->em);
	} else {
		hook_field(d, "prog_cnt", VAL_UDEC, count, 4);
		query_ids(d, self + 8, count < len ? count : len);
	}
	emit_close(&d->em, EMIT_STRUCT);
}
