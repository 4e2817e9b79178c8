#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What calls hand to io_urings, under ptrace with -v: the trace has to say what
# the program itself says of it.  Usage: uring.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=differs
cd "$tmp" || exit 2

"$prog/uring" file >said
if [ $? -eq 77 ]; then
	skip uring 'io_uring can not be had here'
	finish
fi

lines() { sed 's/^[0-9]* *//' trace | grep '^io_uring:'; }
as_said() {
	grep '^io_uring:submit' said >wanted
	lines | diff wanted - >differs
}
traced() { timeout 60 "$strace" --backend=ptrace -o trace "$@"; }

for program in uring uring.32; do
	if [ ! -x "$prog/$program" ]; then
		skip "$program" 'no 32-bit programs'
		continue
	fi
	traced -v -e trace=%io_uring "$prog/$program" file >said
	if ! lines | grep -q .; then
		skip "$program" 'this kernel tells less of its rings'
		continue
	fi
	check "$program" as_said
	check "$program-exits" same "$(grep -c '^<... io_uring_enter' trace)" \
		"$(grep -c '^io_uring_enter.*unfinished' trace)"
	traced -v -f "$prog/$program" file >said
	check "$program-all" as_said
	traced -v -e trace=%io_uring --record=rec "$prog/$program" file >said
	check "$program-recorded" as_said
	mv trace as-it-was
	"$strace" -v --replay=rec -o trace
	check "$program-replayed" cmp -s as-it-was trace
	traced -e trace=%io_uring "$prog/$program" file >said
	check "$program-unasked" same "$(lines | grep -c .)" 0
	traced -v -e trace=io_uring_enter "$prog/$program" file >said
	check "$program-call-alone" same "$(lines | grep -c .)" 0
	# A call that is not made hands over nothing.
	traced -v -e trace=%io_uring \
		-e inject=io_uring_enter:error=EINTR:when=1 \
		"$prog/$program" file >said 2>err
	check "$program-not-made" same \
		"$(lines | grep -c .)" 0
done
finish
