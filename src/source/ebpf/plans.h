/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ebpf_plans: the rows of the kernel programs' tables, made from the generated
 * tables and the options.  Zero-initialise; the caller frees.
 */
#ifndef STRACE_SOURCE_EBPF_PLANS_H
#define STRACE_SOURCE_EBPF_PLANS_H

#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "kernel/wire.h"
#include "event.h"

struct options;

struct ebpf_case {
	struct wire_case key;
	struct wire_plans plans;
};

struct ebpf_plans {
	struct wire_call *calls;	/* by ABI and number */
	size_t ncalls;
	struct ebpf_case *cases;	/* the first of a key counts */
	size_t ncases;
	struct wire_plan *plans;
	size_t nplans;
	struct wire_call uring[ABI_COUNT];	/* what goes through rings */
};

void ebpf_plans_make(struct ebpf_plans *t, const struct options *o);
void ebpf_plans_free(struct ebpf_plans *t);

#endif
