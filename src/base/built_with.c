/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "built_with.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

const struct built_with built_with = {
#ifdef HAVE_BPF
	.bpf = true,
#endif
#if defined(HAVE_LIBDW) || defined(HAVE_LIBUNWIND)
	.stack = true,
#endif
#ifdef HAVE_LIBDW
	.stack_source = true,
	.stack_captured = true,
#endif
#ifdef HAVE_LIBIBERTY
	.demangle = true,
#endif
#ifdef HAVE_LIBSELINUX
	.secontext = true,
#endif
};
