#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# No single call takes more than a bounded amount of memory, time and text,
# whatever it points to and with every option.  Usage: huge.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
program=$prog/huge
cd "$tmp" || exit 2

# run MIB OPTION...: in so much memory and in 60 seconds
run() {
	local most=$1

	shift
	(
		ulimit -v $((most * 1024))
		exec timeout 60 "$strace" -s 1000000000 -v "$@"
	) >out 2>&1
}

# short FILE BYTES: no line is longer
short() {
	[ "$(wc -L <"$1")" -le "$2" ]
}

valid() {
	python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' "$1"
}

mib=1048576
check 'text: it ends' run 300 -o new "$program"
check 'text: no line is longer than 4 MiB' short new $((4 * mib + 1000))
check 'text: what has no room' grep -q '^sendmmsg.*\.\.\.\], \.\.\.) = -1' new
check 'text: all calls are there' same 7 \
	"$(grep -cE '^(sendmmsg|writev?\(|poll|exec.*EACCES|exit_g)' new)"
# Vectors that the kernel does not take are addresses, in the second one.
check 'text: 1,024 messages' run 300 -s 3 -o new "$program"
check 'text: and no more' same 1024 \
	"$(grep '^sendmmsg' new | sed -n 2p | grep -o 'msg_hdr=' | wc -l)"
check 'text: 4,096 instructions of a filter' same 4096 \
	"$(grep '^prctl' new | grep '\.\.\.\]' | grep -o 'BPF_[A-Z]*(' | wc -l)"
check '--line-limit: it ends' run 100 --line-limit=1K -o new "$program"
check '--line-limit: no line is longer' short new 1400
check 'JSON: it ends' run 300 --json -o new "$program"
check 'JSON: no line is longer than 4 MiB' short new $((4 * mib + 2000))
if command -v python3 >/dev/null; then
	check 'JSON: it is valid' valid new
else
	skip 'JSON: it is valid' 'there is no python3'
fi
check 'JSON: --line-limit' run 100 --json --line-limit=1K -o new "$program"
check 'dumps: it ends' run 400 -e write=all -e read=all -o new "$program"
check 'dumps: no more than 4 MiB of a call' \
	[ "$(grep -c '^ | [0-9a-f]' new)" -lt $((3 * 4 * mib / 16 + 1000)) ]
check 'dumps: the rest is told' same 3 "$(grep -c '^ | \.\.\.$' new)"
check 'a record: it ends' run 300 --record=rec -o new "$program"
check 'a record is as bounded' [ "$(stat -c %s rec)" -lt $((64 * mib)) ]
check 'a record can be replayed' run 300 --replay=rec -o again
check 'a record has the same text' cmp new again
check 'only counting: it ends' run 100 -c -o new "$program"
if "$strace" --backend=bpf -o /dev/null true 2>/dev/null; then
	check 'bpf: it ends' run 1500 --backend=bpf -o new "$program"
	check 'bpf: no line is longer' short new $((4 * mib + 1000))
	check 'bpf: JSON ends' run 1500 --backend=bpf --json -o new "$program"
else
	skip bpf 'there is no eBPF engine'
fi
finish
