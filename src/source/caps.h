/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps: which capabilities this process has, in its own user namespace.
 */
#ifndef STRACE_SOURCE_CAPS_H
#define STRACE_SOURCE_CAPS_H

#include <stdbool.h>

/* cap is a CAP_* number; false too if the kernel does not say. */
bool caps_has(unsigned cap);

#endif
