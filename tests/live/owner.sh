#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the owner of a system does with a tracer: everyday programs under many
# options, recorded and replayed; interrupted traces; closed descriptors; full
# disks; stopped jobs; names on every line.  Usage: owner.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=err
cd "$tmp" || exit 2

ends_with() { [ "$(tail -n 1 "$1")" = "$2" ]; }
grew() { [ "$(wc -l <"$1")" -ge "$2" ]; }
# What is stopped shows as t while ptrace traces it, as do the stops in its
# calls.
traced_stop=t
[ "${BACKEND:-ptrace}" = ptrace ] || traced_stop=T
stopped() { [ "$(state_of "$1")" = "$2" ]; }

# ---- every program under every option: same status, same replay ----

json_is_good() {
	"$top/scripts/check/json" "$top/doc/strace-json.schema.json" out >bad
}

# replayed STATUS OPTIONS COMMAND...
replayed() {
	local want=$1 options=$2 name

	shift 2
	name="${1##*/} $options"
	# shellcheck disable=SC2086  # options are words
	timeout 20 "$strace" $options -o out --record=rec "$@" \
		>/dev/null 2>err </dev/null
	if [ $? -ne "$want" ]; then
		not_ok "$name" 'another exit status'
		return
	fi
	# shellcheck disable=SC2086
	timeout 20 "$strace" $options -o again --replay=rec >/dev/null 2>err
	if ! cmp -s out again; then
		not_ok "$name" 'replayed otherwise'
	elif [ "${options#*json}" != "$options" ] &&
	     command -v python3 >/dev/null && ! json_is_good; then
		not_ok "$name" "$(head -n 1 bad)"
	else
		ok "$name"
	fi
}

replay_tests() {
	local options

	for options in -f '-tt -T' '-r -y' '-yy -Y -f' '-X raw -n' \
		'-X verbose -x' '-xx -s 0' '-v -s 100000' '-f --json' \
		'--json -yy -v -T' -c '-c -f -w' '-C -f' -z '-Z -f' \
		'-e read=all -e write=all' '-e trace=%file -f' '-P /etc'; do
		# shellcheck disable=SC2016
		replayed 5 "$options" sh -c 'echo a | cat; (exit 3); exit 5'
		replayed 0 "$options" ls -l /etc
	done
}

# What was left out while recording is not there, and not lost either.
record_tests() {
	local options

	for options in '-e trace=write' '-P /dev/null' '-e trace=execve'; do
		# shellcheck disable=SC2086
		"$strace" -f $options -o out --record=rec sh -c 'echo a' \
			>/dev/null 2>err
		"$strace" -f --replay=rec -o again
		check "recorded with $options" cmp -s out again
	done
}

# ---- standard descriptors, disks, limits ----

descriptor_tests() {
	"$strace" sh -c 'echo ran >ran; [ -e /proc/self/fd/2 ]' \
		<&- >&- 2>&-
	check closed-fds-command-finds-them-closed same $? 1
	check closed-fds-command-runs same "$(cat ran)" ran
	"$strace" -o out --record=rec true <&- >&- 2>&-
	check closed-fds-output ends_with out '+++ exited with 0 +++'
	"$strace" -o again --replay=rec
	check closed-fds-record cmp -s out again
	"$strace" -o '|cat >piped' true <&- 2>&-
	check closed-fds-pipe ends_with piped '+++ exited with 0 +++'
	# 153: killed by SIGXFSZ
	(ulimit -f 4
	 "$strace" -o out -e trace=all -v sh -c \
		'for i in 1 2 3 4 5 6 7 8 9; do (:); ls /etc; done; exit 3' \
		>/dev/null 2>err)
	check file-limit-status same $? 1
	check file-limit-told grep -q "Can't write to 'out'" err
	if [ -w /dev/full ]; then
		"$strace" -o /dev/full sh -c 'exit 3' 2>err
		check full-disk-status same $? 1
	fi
}

# What reads from the command must not have to wait for us: the command has
# closed all of it and lives on.
inherited_tests() {
	local options p got

	mkfifo fifo
	for options in -f '-f -e trace=execve' '--seccomp-bpf -e trace=chdir' \
		-D; do
		# shellcheck disable=SC2016,SC2086
		"$strace" $options -o out sh -c \
			'echo $$ >pid; exec 3>&- >&- <&-; exec sleep 20' \
			>fifo 3>&1 2>err </dev/null &
		p=$!
		got=$(timeout 10 cat fifo; echo $?)
		check "inherited descriptors $options" same "$got" 0
		kill "$(cat pid)"
		wait $p
	done 2>/dev/null
}

# The output's command has all of it when we end, whoever its parent is.
output_command_tests() {
	local options

	for options in -f '-f -e trace=execve' \
		'--seccomp-bpf -e trace=chdir'; do
		rm -f piped
		# shellcheck disable=SC2086
		"$strace" $options -o '|cat >part; sleep 0.3; mv part piped' \
			sh -c '(sleep 0.1 &) ; exit 3' 2>err
		check "output command $options: status" same $? 3
		check "output command $options: is waited for" \
			grep -qF '+++ exited with 3 +++' piped
	done
}

# With -ff more tasks than files can be open: none is cut or begun anew.
many_files_tests() {
	local limit whole file

	for limit in -Sn -n; do
		# the engine alone takes more than that
		if [ "$limit ${BACKEND:-ptrace}" = '-n bpf' ]; then
			skip 'ulimit -n' 'the eBPF engine takes more'
			continue
		fi
		rm -rf each
		mkdir each
		# shellcheck disable=SC2016
		(ulimit $limit 24
		 exec "$strace" -ff -o each/t sh -c 'ulimit -n; i=0
			while [ $i -lt 40 ]; do sleep 1 & i=$((i+1)); done
			wait' >said 2>err)
		whole=0
		for file in each/t.*; do
			grep -q 'execve("/.*sleep' "$file" &&
				ends_with "$file" '+++ exited with 0 +++' &&
				whole=$((whole + 1))
		done
		check "ulimit $limit: all files are whole" same $whole 40
		check "ulimit $limit: the command has its own" \
			same "$(cat said)" 24
		check "ulimit $limit: nothing to tell" same "$(cat err)" ''
	done
}

# A reader that takes nothing holds up what is traced; asked to end, we let go.
stuck_tests() {
	local p pid where

	mkfifo stuck
	exec 7<>stuck
	for where in command stderr; do
		perl -e 'while (1) { getppid; select undef,undef,undef,1e-4 }' &
		pid=$!
		# Nobody reads the fifo either.
		if [ $where = command ]; then
			"$strace" -o '|exec sleep 20' -p $pid 2>err &
		else
			"$strace" -v -s 200 -tt -p $pid 2>stuck &
		fi
		p=$!
		sleep 1
		kill -TERM $p
		check "stuck $where: ends all the same" wait_for gone $p
		check "stuck $where: lets go" same "$(tracer_of $pid)" 0
		kill -KILL $p $pid
		wait $p $pid
	done 2>/dev/null
	exec 7<&-
	check 'stuck command: it is told' grep -q 'Nobody reads' err
}

# ---- interrupted: what was traced goes on ----

interrupt_tests() {
	local options name p

	for options in '-f -e trace=execve' -f '-e trace=execve'; do
		name="interrupted $options"
		: >said
		# The child's INT must not be ignored from the start, as it
		# is in a background job.
		# shellcheck disable=SC2086,SC2016
		env --default-signal=INT "$strace" -I2 -o out $options \
			sh -c 'trap "" INT
				for i in 1 2 3 4 5; do
					sleep 0.1
					echo $i >>said
				done
				(exec true)
				echo end >>said' >out.said 2>err &
		p=$!
		wait_for grew said 2
		kill -INT $p
		wait $p
		check "$name: ends at once" same $? 130
		check "$name: the command ends" wait_for ends_with said end
	done
}

# ---- hung: the file has all that led to it ----

hang_tests() {
	local p pid

	for _ in 1 2 3; do
		rm -f out pid
		# shellcheck disable=SC2016
		"$strace" -o out sh -c 'echo $$ >pid; i=0
			while [ $i -lt 3000 ]; do i=$((i+1)); : >&2; done
			exec sleep 30' 2>err &
		p=$!
		check hung-after-much-work wait_for grep -q nanosleep out
		pid=$(cat pid)
		kill -KILL "$pid"
		wait $p
	done 2>/dev/null
}

# ---- stopped jobs ----

stop_tests() {
	local options p pid

	# A line of the trace says when: CONT would undo a STOP yet to come.
	for options in '' -f '-e trace=none' '-f -e trace=kill'; do
		rm -f pid out
		# shellcheck disable=SC2086,SC2016
		"$strace" -o out $options sh -c \
			'echo $$ >pid; kill -STOP $$; exit 6' 2>err &
		p=$!
		wait_for grep -q 'stopped by' out
		pid=$(cat pid)
		check "stopped $options: stays so" stopped "$pid" $traced_stop
		kill -CONT "$pid"
		wait $p
		check "stopped $options: goes on" same $? 6
		check "stopped $options: said" grep -q \
			'^[0-9 ]*--- stopped by SIGSTOP ---$' out
	done
	sh -c 'kill -STOP $$; sleep 5' &
	pid=$!
	wait_for stopped $pid T
	rm -f out
	env --default-signal=INT "$strace" -o out -p $pid 2>err &
	p=$!
	wait_for grep -q stopped out
	kill -INT $p
	wait $p
	check stopped-attach-leaves-it-stopped wait_for stopped $pid T
	check stopped-attach-leaves-it same "$(tracer_of $pid)" 0
	kill -KILL $pid
	wait $pid 2>/dev/null
}

# In a background job of a script, as here, INT and QUIT are ignored from the
# start: sent to us they end us all the same.
attach_tests() {
	local options signals=(INT QUIT) p pid i bad=0

	sh -c 'while :; do :; done' &
	pid=$!
	for i in $(seq 20); do
		options=('-e trace=none' -f -c '-e trace=read')
		rm -f err
		# shellcheck disable=SC2086
		"$strace" -o out ${options[i % 4]} -p $pid 2>err &
		p=$!
		wait_for grep -q attached err || bad=1
		kill -"${signals[i / 4 % 2]}" $p
		wait_for gone $p || { bad=1; kill -KILL $p; }
		wait $p
		[ "$(tracer_of $pid)" = 0 ] && [ "$(state_of $pid)" = R ] ||
			bad=1
	done 2>/dev/null
	kill -KILL $pid
	wait $pid 2>/dev/null
	check attached-and-detached-again-and-again same $bad 0
}

# What a process waits for is shown, though it was asked for before our time.
in_flight_tests() {
	local p pid line

	sleep 30 &
	pid=$!
	wait_for grep -q nanosleep "/proc/$pid/wchan"
	for line in \
	    'clock_nanosleep(.* {tv_sec=30, tv_nsec=0} <in flight ...>' \
	    'restart_syscall(<... resuming interrupted system call ...>'; do
		rm -f out
		"$strace" -o out -p $pid 2>err &
		p=$!
		wait_for grep -q 'restart_syscall' out
		check "in flight: ${line%%(*}" grep -q "^$line" out
		check 'in flight: it goes on' grep -q '^restart_syscall' out
		kill -TERM $p
		wait $p
	done 2>/dev/null
	check 'in flight: once' same "$(grep -c 'in flight' out)" 0
	kill -KILL $pid
	wait $pid 2>/dev/null
}

# ---- names of processes ----

name_tests() {
	local quiet

	# shellcheck disable=SC2016
	"$strace" -f -Y -e trace=none -o out sh -c \
		'(cat /dev/null; kill -WINCH $$; sleep 0.1); :' 2>err
	quiet=$(grep -cvE '^[0-9]+<(strace|sh|cat|sleep)> ' out)
	check names-without-calls same "$quiet" 0
	check names-after-exec grep -qE '^[0-9]+<cat> \+\+\+ exited' out
	check names-of-senders grep -qE 'WINCH .*_pid=[0-9]+<s(h|leep)>' out
	check names-of-none-are-left-out same "$(grep -c '<>' out)" 0
	"$strace" -f --json -e trace=none -o out sh -c '(:); :' 2>err
	quiet=$(grep -v '"type":"start"' out | grep -cv '"comm":"')
	check names-in-json same "$quiet" 0
	${CC:-gcc} -o renames "$top/tests/live/prog/renames.c" || return
	"$strace" -Y -e trace=getppid -o out --always-show-pid ./renames
	check names-that-change same \
		"$(sed -n 's/^[0-9]*<\(.*\)> getppid.*/\1/p' out | xargs)" \
		'first second'
	"$strace" --json -e trace=prctl,getppid -o out ./renames
	check names-that-change-in-json same \
		"$(sed -n 's/.*type":"call.*"comm":"\([a-z]*\)".*/\1/p' out |
			xargs)" 'renames first first'
}

# ---- hostile text ----

text_tests() {
	local evil options bad=0

	evil=$(printf 'a\nb\033[31m\377"\\* -> x')
	mkdir "$evil"
	# Random bytes may be good UTF-8, which JSON shows as it is.
	for options in -y '-yy -v' -x --json '-f -Y'; do
		# shellcheck disable=SC2086,SC2016
		"$strace" $options -e trace=!getrandom -o out sh -c \
			'cd "$1"; exec 3<.; read x <&3; ls' sh "$evil" \
			>/dev/null 2>&1
		LC_ALL=C grep -q '[^ -~]' out && bad=1
	done
	check no-raw-bytes same $bad 0
}

if ! timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	skip owner 'tracing is not allowed here'
else
	replay_tests
	record_tests
	descriptor_tests
	inherited_tests
	output_command_tests
	many_files_tests
	if command -v perl >/dev/null; then
		stuck_tests
	else
		skip stuck 'there is no perl'
	fi
	hang_tests
	if env --default-signal=INT true 2>/dev/null; then
		interrupt_tests
		stop_tests
		attach_tests
	else
		skip interrupt 'env can not reset signals'
	fi
	[ "${BACKEND:-ptrace}" = ptrace ] && in_flight_tests
	name_tests
	text_tests
fi
finish
