/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hooks of process.abi: wait statuses, namespaces, what ptrace reads. */
#include <stdio.h>
