/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diag.h"

const char diag_program[] = "strace";
