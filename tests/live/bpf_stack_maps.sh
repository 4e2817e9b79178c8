#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# stack_maps.sh, traced by the eBPF engine.
BACKEND=bpf exec bash "$(dirname "$0")/stack_maps.sh" "$@"
