#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Programs that know what they do: their own account of their calls must be the
# trace of them, as text, recorded and replayed, 64-bit and 32-bit.
#
#	says.sh [STRACE [PROGRAM...]]
. "$(dirname "$0")/lib.bash"
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- "$prog/says" "$prog/says.32"

calls=chdir,write,writev,connect,openat,dup3,pipe2,lseek,munmap,wait4

options="-a1 -e signal=none -e trace=$calls,%clock"

# The program's own lines, in order, must all be among the trace's.
lines_are_there() {
	grep -Fxf said trace | diff -u said - >out
}

# shellcheck disable=SC2086  # options are words
replayed_the_same() {
	"$strace" $options -o replayed --replay=rec && cmp trace replayed
}

json_is_whole() {
	"$strace" -f --json -o json "$1" >said &&
		grep -q '"name":"writev"' json &&
		tail -n 1 json | grep -q '"type":"exit"'
}

for program; do
	name=$(basename "$program")
	if [ ! -x "$program" ]; then
		skip "$name" 'not built here'
		continue
	fi
	program=$(realpath "$program")
	cd "$tmp" || exit 2
	# shellcheck disable=SC2086
	"$strace" $options -o trace --record=rec "$program" >said
	check "$name: runs" same $? 0
	check "$name: every line is as it said" lines_are_there
	check "$name: replayed as it was" replayed_the_same
	check "$name: as JSON" json_is_whole "$program"
	cd "$OLDPWD" || exit 2
done
finish
