#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# --kvm=vcpu: why a virtual CPU stopped; vcpu+: what it said before and after.
# Usage: kvm.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
program=$prog/kvm
evidence=$tmp/out

"$program"
if [ $? -ne 0 ]; then
	skip kvm 'there is no KVM here'
	finish
fi
runs='KVM_RUN, 0) = 0 (KVM_EXIT_IO)
KVM_RUN, 0) = 0 (KVM_EXIT_IO)
KVM_RUN, 0) = 0 (KVM_EXIT_HLT)'
runs_in() { sed -n 's/.*\(KVM_RUN.*)\)  *= /\1 = /p' "$1"; }

"$strace" -o "$tmp/out" --record="$tmp/rec" -e kvm=vcpu "$program"
check 'kvm: status' same $? 0
check 'kvm: reasons' same "$(runs_in "$tmp/out")" "$runs"
"$strace" -o "$tmp/out" --replay="$tmp/rec" --kvm=vcpu
check 'kvm: replayed' same "$(runs_in "$tmp/out")" "$runs"

# What the program's four instructions do, and in between the same again.
io='{io={direction=KVM_EXIT_IO_OUT, size=1, port=0x3f8, count=1, data=[0x41]}}'
pages="< exit_reason=0
> exit_reason=2 $io
< exit_reason=2 $io
> exit_reason=2 $io
< exit_reason=2 $io
> exit_reason=5"
pages_in() {
	sed -n 's/^ VCPU:3\([<>]\) {.*\(exit_reason=[0-9]*\) [^{]*/\1 \2 /
		s/ data_offset=0x[0-9a-f]*,//
		s/}}}$/}}/
		s/ $//
		/^[<>] exit/p' "$1"
}
"$strace" -o "$tmp/out" --record="$tmp/rec" -e kvm=vcpu+ "$program"
check 'vcpu+: reasons' same "$(runs_in "$tmp/out")" "$runs"
check 'vcpu+: pages' same "$(pages_in "$tmp/out")" "$pages"
"$strace" -o "$tmp/again" --replay="$tmp/rec" --kvm=vcpu+
check 'vcpu+: replayed' same "$(pages_in "$tmp/again")" "$pages"
"$strace" -o "$tmp/out" --kvm='!vcpu' "$program"
check '!vcpu: nothing' same "$(grep -cE 'KVM_EXIT|VCPU:' "$tmp/out")" 0
"$strace" -o "$tmp/out" -e trace=ioctl "$program"
check 'kvm: not unasked' same "$(grep -c KVM_EXIT "$tmp/out")" 0
finish
