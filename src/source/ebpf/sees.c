/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "filter.h"
#include "options.h"
#include "source.h"

/* Calls that the kernel programs leave out are not seen here. */
enum source_sees ebpf_sees(const struct options *o)
{
	return filter_wants_outcome(o) || o->has_trace_fds ? SEES_SOME :
	       SEES_TRACED;
}
