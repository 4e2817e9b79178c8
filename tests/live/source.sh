#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Live tests of the ptrace source, over rawtrace.
# Usage: source.sh PATH-OF-STRACE
#
# shellcheck disable=SC2016  # $ in single quotes is for awk and other shells
. "$(dirname "$0")/lib.bash"
cd "$top" || exit 2
T=$tmp

has() { grep -qE -- "$2" "$1"; }
lacks() { ! grep -qE -- "$2" "$1"; }
count() { [ "$(grep -cE -- "$2" "$1")" -eq "$3" ]; }
at_least() { [ "$(grep -cE -- "$2" "$1")" -ge "$3" ]; }

# Every task that was told of must have left, by an end or a detach.
balanced() {
	awk '/ (enter|exit|attach|fork|exec|signal) / { seen[$1] = 1 }
		/ exec from / { if ($4 != $1) delete seen[$4] }
		/ (exited|killed|detach)( |$)/ { delete seen[$1] }
		END { n = 0; for (t in seen) { print "left over:", t; n++ }
			exit n > 0 }' "$1"
}

thread_count() { find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l; }

R=${top_builddir:-$top/build}/tests/live/rawtrace
if [ ! -x "$R" ]; then
	echo "$R is not there: make tests-built" >&2
	exit 2
fi

O=$T/out

# user_is USER IDS: what -u USER makes of the command
user_is() {
	"$R" -o "$O" -u "$1" sh -c 'id -u; id -G' >"$T/said"
	check "launch-user-$1" same "$(xargs <"$T/said")" "$2"
}

launch_tests() {
	"$R" -o "$O" "$prog/args" a b > "$T/said"
	check launch-status same $? 0
	check launch-execve-first same \
		"$(head -1 "$O" | cut -d' ' -f2-4)" "enter 0 59"
	check launch-execve-once count "$O" ' enter 0 59 ' 1
	check launch-exec-event has <(sed -n 2p "$O") ' exec from '
	check launch-execve-returns has <(sed -n 3p "$O") ' exit 0 0 err 0'
	check launch-balanced balanced "$O"
	check launch-said has "$T/said" 'args 3 V=- .* blocked=0'
	"$R" -o "$O" -a other -E V=x -E PATH "$prog/args" > "$T/said"
	check launch-argv0-env has "$T/said" '^other 1 V=x'
	(trap '' HUP; "$R" -o "$O" "$prog/args") > "$T/said"
	local plain
	plain=$( (trap '' HUP; "$prog/args") | sed 's/.*ignored=//')
	check launch-dispositions has "$T/said" "ignored=${plain% *} "
	"$R" -o "$O" no-such-command-here 2> "$T/err"
	check launch-not-found same $? 127
	check launch-not-found-line count "$T/err" "no-such-command-here" 1
	mkdir -p "$T/bin"
	echo x > "$T/bin/plain"
	PATH=$T/bin:$PATH "$R" -o "$O" plain 2> "$T/err"
	check launch-not-executable same $? 126
	"$R" -o "$O" / 2> "$T/err"
	check launch-exec-fails same $? 1
	check launch-exec-fails-shown has "$O" ' exit 0 -1 err 13'
	check launch-exec-fails-said has "$T/err" ': exec: Permission denied'
	check launch-exec-fails-lines same "$(wc -l < "$O")" 3
	PATH=/usr/sbin:/no/such:/bin:/usr/bin "$R" -o "$O" true
	check launch-path-once count "$O" ' enter 0 59 ' 1
	if [ "$(id -u)" = 0 ]; then
		chmod 755 "$T"
		cp "$prog/args" "$T"	# nobody may not get there
		"$R" -o "$O" -u nobody "$T/args" > "$T/said"
		check launch-user has "$T/said" "uid=$(id -u nobody)"
		user_is nobody "$(id -u nobody) $(id -G nobody)"
		user_is "$(id -u nobody)" "$(id -u nobody) $(id -G nobody)"
		user_is 4711:815 '4711 815'
		user_is nobody:daemon "$(id -u nobody) $(id -g daemon)"
		for u in 4711 4711: nosuch: nobody:nosuch 4294967295:1; do
			"$R" -o "$O" -u $u true 2>"$T/err"
			check "launch-user-$u-status" same $? 1
			check "launch-user-$u-line" same \
				"$(wc -l <"$T/err")" 1
		done
	else
		skip launch-user "not root"
	fi
	"$R" -o "$O" sh -c 'kill -TERM $$'
	check launch-killed same $? 143
}

abi_tests() {
	local how=$1 flag=$2
	# shellcheck disable=SC2086
	"$R" $flag -o "$O" "$prog/int80" $int80_off
	if [ -z "$int80_off" ]; then
		check "int80-$how" has "$O" ' enter 1 20 1234 '
	else
		skip "int80-$how" "the kernel serves no such calls"
	fi
	check "int80-back-$how" has "$O" ' enter 0 102 5678 '
	check "x32-$how" has "$O" ' enter 2 39 9abc '
	if ! have_32_bit; then
		skip "call32-$how" "there are no 32-bit programs"
		return
	fi
	# shellcheck disable=SC2086
	"$R" $flag -o "$O" "$prog/call32.32"
	check "call32-args-$how" has "$O" \
		' enter 1 19 ffffffff fffffffe 3 '
	check "call32-zero-extended-$how" has "$O" \
		' enter 1 64 fffffff0 80000000 '
	check "call32-execve-$how" has <(sed -n 1p "$O") ' enter 0 59 '
	check "call32-execve-exit-$how" has <(sed -n 3p "$O") \
		' exit 0 0 err 0'
	grep -A1 ' enter 1 19 ffffffff' "$O" > "$T/pair"
	check "call32-error-$how" has "$T/pair" ' exit 1 -1 err 9'
}

memory_tests() {
	"$R" -m 0x10002ffc -o "$O" "$prog/edge"
	check mem-edge-exact has "$O" ' enter 0 110 .* str 2 edge$'
	"$R" -m 0x10000fff -o "$O" "$prog/edge"
	check mem-crosses-page has "$O" ' enter 0 110 .* str 0 hole$'
	"$R" -m 0x10003000 -o "$O" "$prog/edge"
	check mem-unreadable has "$O" ' enter 0 110 .* str 2 $'
}

thread_tests() {
	timeout 60 "$R" -f -o "$O" "$prog/threads" 200
	check threads-status same $? 0
	check threads-forks count "$O" ' fork ' 400
	check threads-attached count "$O" ' attach pid ' 400
	check threads-calls count "$O" ' enter 0 102 ' 4000
	check threads-ended count "$O" ' exited 0' 401
	check threads-balanced balanced "$O"
	check threads-one-pid same \
		"$(grep -oE 'attach pid [0-9]+' "$O" | sort -u | wc -l)" 1
	timeout 60 "$R" -f -o "$O" "$prog/forks" 500
	check forks-status same $? 0
	check forks-ended count "$O" ' exited 7' 500
	check forks-balanced balanced "$O"
	# a child is told of by its parent before it shows up itself
	check forks-order awk '/ fork / { told[$3] = 1 }
		/ attach / && !told[$1] { exit 1 }' "$O"
	timeout 60 "$R" -o "$O" "$prog/forks" 50
	check forks-not-followed same "$? $(cut -d' ' -f1 "$O" | sort -u |
		wc -l)" "0 1"
	timeout 60 "$R" -f -o "$O" "$prog/storm" 60
	check storm-status same $? 0
	check storm-kills at_least "$O" ' killed 9' 60
	timeout 60 "$R" -fb -e 56,59,110 -o "$O" "$prog/storm" 60
	check storm-filtered same $? 0
	timeout 20 "$R" -f -o "$O" "$prog/texec"
	check texec-status same $? 5
	check texec-former awk '/ exec from / && $4 != $1 { n++ }
		END { exit n != 1 }' "$O"
	check texec-balanced balanced "$O"
	timeout 20 "$R" -fb -e 59,34 -o "$O" "$prog/texec"
	check texec-filtered same $? 5
	timeout 20 "$R" -f -o "$O" "$prog/vforks"
	check vfork-status same $? 0
	check vfork-forks count "$O" ' fork ' 5
	check vfork-balanced balanced "$O"
	timeout 20 "$R" -f -o "$O" "$prog/dies"
	check dies-status same $? 137
	check dies-all count "$O" ' killed 9' 2
	timeout 20 "$R" -f -o "$O" "$prog/gstop"
	check group-stop-status same $? 0
	check group-stop-seen has "$O" ' group-stop 19'
	check group-stop-cont has "$O" ' signal 18 '
	timeout 20 "$R" -o "$O" "$prog/gstop"
	check group-stop-not-followed same $? 0
}

fake_tests() {
	local flags

	for flags in "" -f -n "-b -e 129" "-b -e 110"; do
		# shellcheck disable=SC2086
		timeout 20 "$R" $flags -o "$O" "$prog/fakes" > "$T/said"
		check "fake-stops $flags" same $? 0
	done
	"$R" -o "$O" "$prog/fakes" > "$T/said"
	check fake-stops-shown count "$O" ' signal 10 ' 500
	check fake-stops-calls count "$O" ' enter 0 110 ' 500
}

filter_tests() {
	"$R" -b -e 102 -o "$O" "$prog/threads" 3
	check filter-status same $? 0
	check filter-only lacks "$O" ' enter 0 (9|1|3|231) '
	"$R" -fb -e 102 -o "$O" "$prog/threads" 3
	check filter-follow count "$O" ' enter 0 102 ' 60
	check filter-exits count "$O" ' exit 0 ' 61
	"$R" -fbs -e 102 -o "$O" "$prog/threads" 3
	check filter-skip-exit count "$O" ' exit 0 ' 0
	"$R" -fs -o "$O" "$prog/threads" 3
	check plain-skip-exit count "$O" ' exit 0 ' 0
	check plain-skip-exit-enters count "$O" ' enter 0 102 ' 60
	for e in 102 102,56 102,435; do
		for f in -b -fb; do
			timeout 20 "$R" $f -e $e -o "$O" "$prog/untraced"
			check "filter-untraced$f-$e" same $? 0
		done
	done
	# an unprivileged process needs NO_NEW_PRIVS, a privileged one must not
	"$R" -b -e 102 -o "$O" cat /proc/self/status > "$T/said"
	if [ "$(id -u)" = 0 ]; then
		check filter-no-new-privs has "$T/said" 'NoNewPrivs:.0'
	else
		check filter-no-new-privs has "$T/said" 'NoNewPrivs:.1'
	fi
	check filter-there has "$T/said" 'Seccomp:.2'
	rm -f "$T/result"
	timeout 20 "$R" -b -e 102 -o "$O" "$prog/daemon" "$T/result" < /dev/null
	check caretaker-status same $? 3
	check caretaker-left test ! -s "$T/result"
	check caretaker-serves wait_for has "$T/result" good
	timeout 20 "$R" -b -e 102 sh -c 'kill -SEGV $$' 2> /dev/null
	check caretaker-signal same $? 139
	"$R" -fb -e 35,230 -o "$O" -I2 sleep 20 & local p=$!
	sleep 0.3
	kill -TERM $p
	wait $p
	check filter-interrupted same $? 143
	check filter-interrupted-event has "$O" ' detach$'
	"$R" -d -o "$O" true 2> "$T/err"
	check filter-why-not has "$T/err" 'no kernel filter: '
}

attach_tests() {
	local p r n=0
	mkfifo "$T/go"
	"$prog/busy" 6 < "$T/go" > "$T/said" 2> "$T/err" & p=$!
	exec 3> "$T/go"
	wait_for has "$T/said" ready
	for _ in $(seq 100); do
		"$R" -q -f -p $p -I2 -o "$O" & r=$!
		wait_for attached $p || n=$((n + 1))
		sleep 0.01
		kill -TERM $r
		wait $r
		[ $? = 143 ] || n=$((n + 1))
		[ "$(tracer_of $p)" = 0 ] || n=$((n + 1))
	done 2> /dev/null
	check attach-100-times same $n 0
	check attach-unharmed test ! -s "$T/err"
	"$R" -f -p $p -I2 -o "$O" & r=$!
	wait_for has "$O" ' exit '
	check attach-all-threads count "$O" ' attach pid ' \
		"$(thread_count $p)"
	check attach-count has <(head -1 "$O") \
		"^$p attach pid $p count $(thread_count $p)"
	kill -KILL $r
	wait $r 2> /dev/null
	sleep 0.1
	check tracer-killed-no-harm kill -0 $p
	check tracer-killed-untraced same "$(tracer_of $p)" 0
	"$R" -f -p $p -I2 -o "$O" & r=$!
	wait_for has "$O" ' exit '
	"$R" -p $p 2> "$T/said"
	check attach-second same $? 1
	check attach-second-names has "$T/said" "traced by .* \(pid $r\)"
	check attach-second-line same "$(wc -l < "$T/said")" 1
	kill -TERM $r
	wait $r
	check detach-events balanced "$O"
	exec 3>&-
	wait $p
	check detach-unharmed same "$? $(cat "$T/err")" '0 '
	"$R" -p 2147483647 2> "$T/err"
	check attach-none same $? 1
	check attach-none-line has "$T/err" \
		'attach: ptrace\(PTRACE_SEIZE, 2147483647\): No such process$'
	sh -c 'exec "$0" -p $$' "$R" 2> "$T/err"
	check attach-self same $? 1
	check attach-self-line same "$(wc -l < "$T/err")" 1
}

pids_tests() {
	local a b
	sleep 1 & a=$!
	sleep 1 & b=$!
	"$R" -p $a -p 2147483647 -p $b -p $a -o "$O" 2> "$T/err"
	check attach-several same $? 0
	check attach-several-ends count "$O" ' exited 0' 2
	check attach-several-error same "$(wc -l < "$T/err")" 1
	wait $a $b
	# a process that traces its own tracer would stop both for ever
	"$R" -f -o "$O" sh -c 'exec "$0" -p "$(sed -n \
		"s/^TracerPid:[[:space:]]*//p" /proc/$$/status)"' "$R" \
		2> "$T/err"
	check attach-cycle same $? 1
	check attach-cycle-line has "$T/err" 'traces this strace'
}

# Without privilege the source waits in other ways.
user_tests() {
	local user="setpriv --reuid 65534 --regid 65534 --clear-groups"

	if [ "$(id -u)" != 0 ] || ! $user true 2>/dev/null; then
		skip user "not root, who could become another user"
		return
	fi
	chmod 755 "$T"
	# copies, for it may not get to where they were built
	cp "$R" "$prog/fakes" "$prog/threads" "$prog/forks" "$T"
	user="timeout 60 $user $T/rawtrace -o $O"
	: > "$O"
	chmod 666 "$O"
	$user "$T/fakes" > "$T/said"
	check user-fake-stops same "$?" 0
	check user-fake-stops-calls count "$O" ' enter 0 110 ' 500
	$user dd if=/dev/zero of=/dev/null bs=1 count=5000 2> /dev/null
	check user-calls at_least "$O" ' enter 0 1 ' 5000
	check user-pairs same "$(grep -c ' enter ' "$O")" \
		"$(($(grep -c ' exit ' "$O") + 1))"
	$user -f "$T/threads" 50
	check user-threads same "$?" 0
	check user-threads-calls count "$O" ' enter 0 102 ' 1000
	$user -f "$T/forks" 100
	check user-forks count "$O" ' exited 7' 100
}

attached() { [ "$(tracer_of "$1")" != 0 ]; }

blocked_tests() {
	local p r
	sleep 2 & p=$!
	sleep 0.1
	"$R" -p $p -o "$O"
	check attach-blocked-restarts has "$O" ' enter 0 (219|230|35) '
	check attach-blocked-ends has "$O" ' exited 0'
	wait $p
	check attach-blocked-unharmed same $? 0
	sleep 5 & p=$!
	kill -STOP $p
	sleep 0.1
	"$R" -p $p -I2 -o "$O" & r=$!
	wait_for has "$O" ' group-stop 19'
	check attach-stopped has "$O" ' group-stop 19'
	kill -TERM $r
	wait $r
	sleep 0.05
	check detach-stays-stopped same "$(state_of $p)" T
	kill -KILL $p
	wait $p 2> /dev/null
	"$R" -o "$O" -I2 sleep 20 & r=$!
	wait_for has "$O" ' enter 0 (230|35) '
	kill -TERM $r
	wait $r
	check interrupt-launched same $? 143
	check interrupt-launched-detach has "$O" ' detach$'
	p=$(head -1 "$O" | cut -d' ' -f1)
	check interrupt-command-too wait_for gone "$p"
	"$R" -o "$O" -k -I2 sleep 20 & r=$!
	wait_for has "$O" ' enter 0 (230|35) '
	p=$(head -1 "$O" | cut -d' ' -f1)
	kill -KILL $r
	wait $r 2> /dev/null
	check kill-on-exit wait_for gone "$p"
	"$R" -o "$O" -I3 sleep 0.3 & r=$!
	sleep 0.1
	kill -TERM $r
	wait $r
	check interruptible-never same $? 0
	"$R" -D -o "$O" "$prog/args" > "$T/said"
	check daemonize-status same $? 0
	wait_for has "$O" ' exited 0'
	check daemonize-traces has "$O" ' enter 0 59 '
	check daemonize-said has "$T/said" '/args 1 '
}

timing_tests() {
	"$R" -w -t -o "$O" true
	check times-rise awk '$2 < last || $1 < 1e18 { exit 1 }
		{ last = $2 }' "$O"
}

launch_tests
int80_off=
have_int80 || int80_off=off
abi_tests info ""
abi_tests regs -n
memory_tests
thread_tests
fake_tests
filter_tests
attach_tests
pids_tests
blocked_tests
timing_tests
user_tests
finish
