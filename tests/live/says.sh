#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Programs that know what they do: their own account of their calls must be the
# trace of them, as text, recorded and replayed, 64-bit and 32-bit.
#
#	says.sh [STRACE [PROGRAM...]]
set -u
strace=${1:-${STRACE:-}}
[ $# -eq 0 ] || shift
if [ ! -x "$strace" ]; then
	echo "usage: $0 STRACE [PROGRAM...]" >&2
	exit 2
fi
prog=${top_builddir:-.}/tests/live/prog
[ $# -gt 0 ] || set -- "$prog/says" "$prog/says.32"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

check() { # NAME STATUS
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "not ok $1"
	fi
}

calls=chdir,write,writev,connect,openat,dup3,pipe2,lseek,munmap,wait4

for program; do
	name=$(basename "$program")
	if [ ! -x "$program" ]; then
		skipped=$((skipped + 1))
		echo "ok $name # SKIP not built here"
		continue
	fi
	"$strace" -a1 -e signal=none -e trace=$calls,%clock -o "$work/trace" \
		--record="$work/rec" "$program" >"$work/said"
	check "$name: runs" $?
	# The program's own lines, in order, must all be among the trace's.
	grep -Fxf "$work/said" "$work/trace" |
		diff -u "$work/said" - >"$work/diff"
	check "$name: every line is as it said" $?
	head -20 "$work/diff"
	"$strace" -a1 -e signal=none -e trace=$calls,%clock \
		-o "$work/replayed" --replay="$work/rec" &&
		cmp "$work/trace" "$work/replayed"
	check "$name: replayed as it was" $?
	"$strace" -f --json -o "$work/json" "$program" >"$work/said" &&
		grep -q '"name":"writev"' "$work/json" &&
		tail -n 1 "$work/json" | grep -q '"type":"exit"'
	check "$name: as JSON" $?
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
