#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The eBPF engine under load: many short processes and threads, a ring that is
# far too small, being killed, memory that comes and goes.  What was made is
# counted by the programs themselves.  Usage: bpf_stress.sh PATH-OF-STRACE
#
# Each part takes STRESS_SECONDS, 2 by default.
. "$(dirname "$0")/lib.bash"
need_bpf bpf-stress
seconds=${STRESS_SECONDS:-2}
evidence=err
cd "$tmp" || exit 2

bpf() { timeout $((seconds * 10 + 60)) "$strace" --backend=bpf "$@" 2>err; }
last_line() { tail -n 1 out | sed 's/^[0-9]* *//'; }
first_tid() { sed -n '1s/ .*//p' out; }
lost_in_file() { awk '/ lost here: / { n += $3 } END { print n + 0 }' out; }
lost_told() { sed -n 's/.*: \([0-9]*\) events were lost.*/\1/p' err; }


# ends NAMES: how many entries and exits of these calls (a|b) the file shows.
# <lost ...> stands in place of an exit that was lost, or = ? if it was the
# last of its thread.
ends() {
	grep -E "^[0-9]+ +(<\.\.\. )?($1)(\(| resumed)" out |
		awk '!/^[0-9]+ +<\.\.\. / { n++ }
			!/(<(unfinished|lost) \.\.\.>| = \?)$/ { n++ }
			END { print n + 0 }'
}

# ---- short processes ----

# A child's first line is its execve, after the call that made it; its last one
# is its end.  Both are shown of all that were made.  Ids come back.
lives_check() {
	awk -v made="$1" '
		function wrong(what) { print NR ": " what ": " $0; bad++ }
		NR == 1 { first = $1 }
		/ (v?fork|clone3?)\(/ { parent[$1] = 1; vforks++ }
		$1 == first || $1 in parent { next }
		!($1 in life) {
			if (!/ execve\(/ || begun++ >= vforks)
				wrong("begins")
			life[$1] = "runs"
			next
		}
		life[$1] == "leaves" {
			if (/<\.\.\. exit_group resumed>/)
				next
			if (!/ \+\+\+ exited with 7 \+\+\+$/)
				wrong("ends")
			delete life[$1]
			ended++
			next
		}
		/ exit_group\(7/ { life[$1] = "leaves" }
		END {
			for (tid in life)
				print tid ": no end"
			print made " made, " begun " begun, " ended " ended"
			exit bad || begun != made || ended != made
		}' out >err
}

process_tests() {
	bpf -f -e trace=execve,exit_group,vfork -o out \
		"$prog/spawns" 2000 "$seconds" ./tiny >made
	check processes same $? 0
	check processes-enough test "$(cat made)" -ge $((seconds * 1000))
	check processes-nothing-lost same "$(lost_told)" ''
	check processes-lives lives_check "$(cat made)"
	check processes-last-line same "$(last_line)" \
		'+++ exited with 0 +++'
}

# ---- threads ----

thread_tests() {
	local until=$((SECONDS + seconds)) bad='' n=0

	while [ -z "$bad" ] && { [ $n = 0 ] || [ $SECONDS -lt $until ]; }; do
		n=$((n + 1))
		bpf -f -o out "$prog/threads" 1000 || bad=status
		[ "$(lost_told)" = '' ] || bad=lost
		# as many at once as then in turn, and the leader
		same "$(grep -c ' +++ exited with 0 +++$' out)" 2001 ||
			bad=exits
		same "$(tail -n 1 out | sed 's/ .*//')" "$(first_tid)" ||
			bad=last
		same "$(ends getuid)" 40000 || bad=calls
	done
	check threads-1000 same "$bad" ''
}

# ---- a ring that is far too small ----

# small NAME PROCESSES THREADS: calls that nobody keeps up with
small() {
	local calls=$((seconds * 200000 / ($2 * $3))) made shown

	made=$((2 * $2 * $3 * calls))
	bpf -f --buffer=64K -e trace=getppid -o out \
		"$prog/getppids" "$2" "$3" $calls
	check "$1" same $? 9
	check "$1-last-line" same "$(last_line)" '+++ exited with 9 +++'
	shown=$(ends getppid)
	check "$1-lost" test "$(lost_told)" -gt 0
	check "$1-lost-told" same "$(lost_in_file)" "$(lost_told)"
	check "$1-exact" same $((shown + $(lost_in_file))) $made
	check "$1-ends" same "$(grep -c ' +++ exited with 0 +++$' out)" \
		$(($2 * $3 + $2))
}

small_tests() {
	small small-processes 8 1
	small small-threads 1 8
	small small-both 3 3
}

# ---- killed ----

# ids KIND: of what a process has of that kind
ids() { sed -n "s/^$1_id:[[:space:]]*//p" "/proc/$2/fdinfo/"* 2>/dev/null; }

# nothing_left: of what the tracer had in the kernel
nothing_left() {
	# shellcheck disable=SC2086  # a word for each of them
	"$prog/bpf_left" prog $progs && "$prog/bpf_left" map $maps
}

lines_from() { [ "$(wc -l <out)" -ge "$1" ]; }

# killed_once PID: at some moment after much was shown
killed_once() {
	local tracer

	: >out
	"$strace" --backend=bpf -f -p "$1" -o out 2>err & tracer=$!
	wait_for lines_from $((RANDOM % 2000 + 1)) || echo no events
	progs=$(ids prog $tracer) maps=$(ids map $tracer)
	kill -KILL $tracer
	wait $tracer 2>/dev/null
	[ "$(wc -w <<<"$progs $maps")" -gt 10 ] || echo no programs
	wait_for nothing_left >left || cat left
}

kill_tests() {
	local p progs maps until=$((SECONDS + seconds)) times=0

	mkfifo go
	"$prog/busy" 8 <go >said 2>unhappy & p=$!
	exec 3>go
	wait_for grep -q ready said
	: >bad
	while [ $times -lt 3 ] || [ $SECONDS -lt $until ]; do
		killed_once $p >>bad
		times=$((times + 1))
	done
	check killed-nothing-left same "$(cat bad)" ''
	exec 3>&-
	wait $p
	check killed-program-goes-on same "$? $(cat unhappy)" '0 '
}

# ---- memory that comes and goes ----

# What is shown of it is letters, numbers made of them, or an address.
garbage() {
	awk 'NR == 1 { first = $1 } $1 != first' out | sed -E '
		/ \+\+\+ exited with 0 \+\+\+$/d
		/<\.\.\. .* resumed>.* = \?/d
		s/^[0-9]+ +//
		s/"(A|\\0)*"(\.\.\.)?/S/g
		s/0x(10[0-5]0|7[ef])[0-9a-f]+/P/g
		s/0x(41|00)+\>/N/g
		s/\<(4702111234474983745|18367622009667905|1094795585)\>/N/g
		s/\|0x(4000|1400000)\>//g' | grep -E '["\]|0x|[0-9]{5}' | head
}

# Every call of the threads, as the program says in "said"
calls_missed() {
	local name made first

	first=$(first_tid)
	while read -r name made; do
		same "$(grep -v "^$first " out | grep -c "^[0-9]* *$name(")" \
			"$made" || echo "$name"
	done <said
}

remap_tests() {
	local calls=write,openat,readv,sendmsg,execve,poll

	bpf -f -e trace=$calls -o out sh -c 'exec "$@" 2>said' sh \
		"$prog/remaps" "$seconds"
	check remaps same $? 0
	check remaps-no-garbage same "$(garbage)" ''
	check remaps-last-line same "$(last_line)" \
		'+++ exited with 0 +++'
	if [ -n "$(lost_told)" ]; then
		skip remaps-all-shown "$(lost_told) events were lost"
	else
		check remaps-all-shown same "$(calls_missed)" ''
	fi
}

# Whoever is behind shows what was there at the time of each call.
behind_tests() {
	bpf -f -e trace=sendmsg,pause -o out "$prog/behind" 20000
	check behind same "$? $(lost_told)" '0 '
	check behind-all same "$(ends sendmsg)" 40000
	check behind-not-later same "$(grep -c 57005 out)" 0
}

# ---- who can't wait ----

unshown() {
	sed -n 's/.*<\.\.\. \([0-9]*\) events lost: interrupted>/\1/p' \
		out
}

# hurried NAME SIGNALS SIZE READER: a ring of that size is full when strace is
# asked to end, and READER takes what was in it too late
hurried() {
	local p tracer

	dd if=/dev/zero of=/dev/null bs=1 2>/dev/null & p=$!
	rm -f out
	"$strace" --backend=bpf -q -p $p --buffer="$3" \
		-o "|{ $4; } >out" 2>err & tracer=$!
	sleep 1.5
	for _ in $(seq "$2"); do
		sleep 0.3
		kill -TERM $tracer
	done
	wait $tracer 2>/dev/null
	check "$1" same $? 143
	kill $p
	wait $p 2>/dev/null
}

hurry_tests() {
	# a slow machine shows so little in time, too
	hurried interrupted-once 1 4M 'sleep 2; cat'
	check interrupted-once-all same "$(unshown)" ''
	check interrupted-once-lines test "$(wc -l <out)" -gt 10000
	hurried interrupted-twice 2 64M 'sleep 2; cat'
	check interrupted-twice-less test "$(unshown)" -gt 1000
	check interrupted-twice-told grep -q \
		"strace: $(unshown) events .*since a second signal came" err
	hurried interrupted-slow 1 64M 'sleep 2
		for i in 1 2 3 4 5; do head -c 50000; sleep 0.2; done; cat'
	check interrupted-slow-told grep -q \
		"strace: $(unshown) events .*interrupted trace has to end" err
}

# ---- calls, signals and forks at once, in rings of all sizes ----

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# flood SIZE: it is shown to its end, soon after that
flood() {
	local size=$1 name=flood-${1:-default} begun

	begun=$(milliseconds)
	# shellcheck disable=SC2086  # none is the default
	bpf -f -v -s 200 ${size:+--buffer=$size} -o out "$prog/flood" "$seconds"
	check "$name" same $? 9
	check "$name-last-line" same "$(last_line)" \
		'+++ exited with 9 +++'
	check "$name-lost-told" same "$(lost_in_file)" \
		"$(($(lost_told) + 0))"
	check "$name-in-time" test $(($(milliseconds) - begun)) -lt \
		$((seconds * 3000 + 10000))
}

# flood_ended SIGNAL SIZE: in the middle of it
flood_ended() {
	local begun tracer

	# shellcheck disable=SC2086
	"$strace" --backend=bpf -f -v -s 200 -I waiting \
		${2:+--buffer=$2} -o out "$prog/flood" 60 2>err & tracer=$!
	wait_for lines_from 1000
	sleep 0.5
	begun=$(milliseconds)
	kill "-$1" $tracer
	wait $tracer 2>/dev/null
	check "flood-${2:-default}-$1" \
		test $(($(milliseconds) - begun)) -lt 1000
}

# What the command leaves behind is not traced for ever.
left_behind() {
	local begun tracer

	# shellcheck disable=SC2016
	"$strace" --backend=bpf -f -o out sh -c \
		'sleep 30 & echo $! >left-pid' 2>err & tracer=$!
	wait_for grep -q 'exited with 0' out
	wait_for test -s left-pid
	begun=$(milliseconds)
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	check left-behind-ends test $(($(milliseconds) - begun)) -lt 1000
	check left-behind-goes-on kill "$(cat left-pid)"
}

flood_tests() {
	local size

	for size in 64K 256K 1M ''; do
		flood "$size"
		flood_ended TERM "$size"
	done
	flood_ended HUP 64K
	left_behind
}

flood_tests
process_tests
thread_tests
small_tests
kill_tests
remap_tests
behind_tests
hurry_tests
finish
