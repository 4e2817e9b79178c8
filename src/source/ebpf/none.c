/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This build has no libbpf: there is no eBPF source. */
#include "diag.h"
#include "ebpf.h"

const char *ebpf_missing(void)
{
	return "this strace was built without libbpf";
}

struct source *ebpf_open(const struct options *o, struct env *env,
			 int *exit_status)
{
	(void)o;
	(void)env;
	*exit_status = 1;
	diag_warn("--backend=bpf: %s", ebpf_missing());
	return NULL;
}
