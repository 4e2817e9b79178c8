#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# stack.sh, traced by the eBPF engine.
BACKEND=bpf exec bash "$(dirname "$0")/stack.sh" "$@"
