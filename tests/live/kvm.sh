#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# --kvm=vcpu: why a virtual CPU stopped.  Usage: kvm.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
prog=${top_builddir:-$top/build}/tests/live/prog/kvm
evidence=$tmp/out

"$prog"
if [ $? -ne 0 ]; then
	skip kvm 'there is no KVM here'
	finish
fi
runs='KVM_RUN, 0) = 0 (KVM_EXIT_IO)
KVM_RUN, 0) = 0 (KVM_EXIT_IO)
KVM_RUN, 0) = 0 (KVM_EXIT_HLT)'
runs_in() { sed -n 's/.*\(KVM_RUN.*)\)  *= /\1 = /p' "$1"; }

"$strace" -o "$tmp/out" --record="$tmp/rec" -e kvm=vcpu "$prog"
check 'kvm: status' same $? 0
check 'kvm: reasons' same "$(runs_in "$tmp/out")" "$runs"
"$strace" -o "$tmp/out" --replay="$tmp/rec" --kvm=vcpu
check 'kvm: replayed' same "$(runs_in "$tmp/out")" "$runs"
"$strace" -o "$tmp/out" -e trace=ioctl "$prog"
check 'kvm: not unasked' same "$(grep -c KVM_EXIT "$tmp/out")" 0
finish
