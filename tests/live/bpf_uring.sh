#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The operations of io_urings: the trace has to say what the program itself says
# of them.  Usage: bpf_uring.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
need_bpf bpf-uring
program=$prog/uring
evidence=differs
cd "$tmp" || exit 2

"$program" file >said
if [ $? -eq 77 ]; then
	skip uring 'io_uring can not be had here'
	finish
fi
if ! grep -q io_uring_req_failed /proc/kallsyms; then
	skip uring 'this kernel tells less of its rings'
	finish
fi
all=$(wc -l <said)

bpf() { timeout 60 "$strace" --backend=bpf -o trace "$@"; }
lines() { sed 's/^[0-9]* *//' trace | grep '^io_uring:'; }
as_said() { lines | diff said - >differs; }

for mode in plain poller; do
	bpf -f -e trace=%io_uring "$program" $mode file >said
	check $mode as_said
	check $mode-no-workers same "$(cut -d' ' -f1 trace | sort -u | wc -l)" 1
done

# a ring that is there already, and what its poller does
for mode in plain poller; do
	mkfifo go
	[ $mode = plain ] && how=hidden || how=hidden-poller
	"$program" $how file <go >said & p=$!
	exec 3>go
	wait_for grep -q ready said
	"$strace" --backend=bpf -f -o trace -e trace=%io_uring \
		-p $p 2>err & t=$!
	wait_for grep -q attached err
	echo >&3
	exec 3>&-
	wait $p $t
	sed -i 1d said
	# its descriptor is known from calls only
	sed -i -E 's/\((ring=)?[0-9]+,/(R,/' said trace
	check attached-$mode as_said
	rm go
done

# what is chosen
check_count() { # NAME EXPECTED OPTION...
	local name=$1 expected=$2

	shift 2
	bpf "$@" "$program" file >said
	check "$name" same "$(lines | grep -c .)" "$expected"
}
check_count all "$all" -e trace=all
check_count class-left-out 0 -e 'trace=!%io_uring'
check_count others 0 -e trace=openat,io_uring_enter
check_count with-others "$all" -e trace=openat,%io_uring
check_count by-path 0 -P file
check_count by-outcome 0 -z
"$strace" -o trace -e trace=%io_uring "$program" file >said
check ptrace-calls grep -q '^io_uring_setup(' trace
check ptrace-no-more same "$(lines | grep -c .)" 0

# recorded
bpf --record=rec -e trace=%io_uring "$program" file >said
check recorded as_said
mv trace as-it-was
"$strace" --replay=rec -o trace -e trace=%io_uring
check replayed cmp -s as-it-was trace
"$strace" --replay=rec -o trace --json -e trace=%io_uring
check json same "$(grep -c '"type":"uring_' trace)" "$all"
finish
