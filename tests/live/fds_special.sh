#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What -yy tells of descriptors that are no files: timers, epolls, BPF maps ...
# The program says itself what each has to look like.
# Usage: fds_special.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
program=$prog/special
evidence=wrong
cd "$tmp" || exit 2

# The program's descriptors are there until its input ends, so that what is
# asked after the call is answered as well.
traced() {
	{ until grep -q 'read(0' out 2>/dev/null; do sleep 0.05; done; } |
		timeout 20 "$strace" "$@" -o out -e trace=fcntl,read \
			"$program" >said 2>err
}

# words_tests NAME OPTION...
words_tests() {
	local name=$1 fd words calls n=0

	shift
	rm -f out
	traced "$@" -yy
	: >wrong
	while read -r fd words; do
		calls=$(grep "^fcntl($fd<" out)
		n=$((n + 1))
		# A descriptor that was asked about twice has several lines.
		# shellcheck disable=SC2086
		while read -r line; do
			has_words "$line" $words && continue 2
		done <<<"$calls"
		echo "$calls: not $words" >>wrong
	done <said
	check "$name-many" test "$n" -ge 6
	check "$name-right" test ! -s wrong
}

# Who asks for some kinds only gets those.
sets_tests() {
	rm -f out
	traced "$@" --decode-fds=anon
	cp out wrong
	check sets-anon grep -q '^fcntl([0-9]*<timerfd:\[CLOCK_B' out
	check sets-socket-not grep -qE '^fcntl\([0-9]+, F_GETFD' out
	rm -f out
	traced "$@" --decode-fds=path
	cp out wrong
	check sets-path grep -q '^fcntl([0-9]*<anon_inode:\[timerfd\]>' out
}

# source_tests NAME OPTION...: what a type of perf event is called
source_tests() {
	local name=$1 pmu type
	shift
	for pmu in /sys/bus/event_source/devices/*; do
		type=$(cat "$pmu/type")
		[ "${type:-0}" -gt 5 ] && break
	done 2>/dev/null
	if [ "${type:-0}" -le 5 ]; then
		skip "$name-source" 'the kernel alone has events'
		return
	fi
	timeout 20 "$strace" "$@" -o wrong -e perf_event_open \
		"$program" "$type"
	check "$name-source" grep -qF \
		"type=$(printf '%#x' "$type") /* ${pmu##*/} */" wrong
}

words_tests ptrace --backend=ptrace
source_tests ptrace --backend=ptrace
sets_tests --backend=ptrace
if "$strace" --backend=bpf -o /dev/null true 2>err; then
	words_tests bpf --backend=bpf
	source_tests bpf --backend=bpf
else
	skip bpf "$(head -n 1 err)"
fi
finish
