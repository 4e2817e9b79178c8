#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What -e decode= tells of data by what its descriptor is.  The program says
# itself, in the order of its calls, which words each has to have.
# Usage: streams.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=wrong
set -f		# words are no patterns
cd "$tmp" || exit 2

# The lines of out that have the words of each line of said come in that order.
words_check() {
	local words n=0

	: >wrong
	exec 3<out
	while read -r words; do
		n=$((n + 1))
		while :; do
			# shellcheck disable=SC2086
			if ! read -r line <&3; then
				echo "no line for $words" >>wrong
				break 2
			elif has_words "$line" $words; then
				break
			fi
		done
	done <said
	exec 3<&-
	[ "$n" -ge 6 ] && [ ! -s wrong ]
}

# streams_tests NAME PROGRAM OPTION...
streams_tests() {
	local name=$1 program=$2

	shift 2
	rm -rf dir
	timeout 20 "$strace" "$@" -f -o all -e decode=all \
		-e trace=read,write,writev,network "$program" >said 2>err
	sed 's/^[0-9]* *//' all >out
	check "$name-words" words_check
	rm -rf dir
	timeout 20 "$strace" "$@" -f -yy -o all \
		-e trace=read,write,writev,network \
		"$program" >said 2>err
	sed 's/^[0-9]* *//; s/<[^>]*>//' all >out
	check "$name-yy" words_check
	rm -rf dir
	timeout 20 "$strace" "$@" -f -yy --decode=none -o wrong \
		-e trace=read,write,writev "$program" >said 2>err
	check "$name-none" grep -q '^[0-9]* *read(.*, "\\5\\0\\0' wrong
	rm -rf dir
	timeout 20 "$strace" "$@" -f -o wrong --decode=inotify \
		-e trace=read,write "$program" >said 2>err
	check "$name-one" grep -q '\[{wd=1, mask=IN_CREATE, len=16}' wrong
	check "$name-one-only" grep -q '^[0-9]* *read(.*, "\\5\\0\\0' wrong
}

streams_tests ptrace "$prog/streams" --backend=ptrace
if "$strace" --backend=bpf -o /dev/null true 2>err; then
	streams_tests bpf "$prog/streams" --backend=bpf
else
	skip bpf "$(head -n 1 err)"
fi
if [ -x "$prog/streams.32" ]; then
	streams_tests ptrace-32 "$prog/streams.32" --backend=ptrace
else
	skip ptrace-32 'no 32-bit programs'
fi
rm -rf dir
"$strace" -f -e decode=all -e trace=read --record=record -o direct \
	"$prog/streams" >said 2>err
"$strace" -f -e decode=all --replay=record -o out 2>err
diff direct out >wrong
check recorded test ! -s wrong
check recorded-all grep -q 'mask=IN_CREATE' out
finish
