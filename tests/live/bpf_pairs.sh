#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# pairs.sh, with what the eBPF engine does of it.
TABLE_ENGINES=bpf exec bash "$(dirname "$0")/pairs.sh" "$@"
