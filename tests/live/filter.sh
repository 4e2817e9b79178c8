#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The filter that lets the kernel skip calls, and filters of others: no call
# vanishes behind one, and no program finds another answer than without us.
# Usage: filter.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=out
cd "$tmp" || exit 2

CC=${CC:-gcc}
for p in sandbox daemon texec; do
	# shellcheck disable=SC2086
	$CC -D_GNU_SOURCE -O1 "$top/tests/live/prog/$p.c" -o $p -lpthread ||
		exit 2
done

has() { grep -qE -- "$2" "$1"; }
count() { same "$(grep -cE -- "$2" "$1")" "$3"; }

ERRNO=0x00050001 TRAP=0x00030000 TRACE=0x7ff00007 KILL=0x80000000

# ---- what others refuse is seen, and is what it was without us ----

# refused_test NAME ACTION RESULT
refused_test() {
	local name=$1 action=$2 want=$3 shown=3 option

	./sandbox "$action" >plain
	for option in -f '-f --seccomp-bpf=no' '--seccomp-bpf -f'; do
		# shellcheck disable=SC2086
		"$strace" $option -o out -e trace=chdir ./sandbox "$action" \
			>said 2>err
		check "$name $option: says the same" cmp -s plain said
		check "$name $option: is shown" \
			count out "chdir\(.* = $want" $shown
	done
	"$strace" -f -c -o out -e trace=chdir ./sandbox "$action" >said
	check "$name: is counted" has out " $shown +$shown chdir"
}

refusing_tests() {
	refused_test errno $ERRNO '-1 EPERM \(Oper.*'
	refused_test trace $TRACE '-1 ENOSYS \(Func.*'
	"$strace" -f -o out -e trace=chdir ./sandbox $TRAP >said 2>err
	check 'trap: the call is shown' has out 'chdir\("/tmp"\)'
	check 'trap: the signal is shown' has out 'SIGSYS .*__NR_chdir'
	check 'trap: the end is shown' has out 'killed by SIGSYS'
	"$strace" -f -o out -e trace=chdir ./sandbox $KILL >said 2>err
	check 'kill: the call is shown' has out 'chdir\("/tmp"\)'
	check 'kill: the end is shown' has out 'killed by SIGSYS'
}

# Threads that such a call takes along follow when they next stop, and if they
# may not have, that is said.
tsync_tests() {
	./sandbox $ERRNO tsync >plain
	"$strace" -f -o out -e trace=chdir,write ./sandbox $ERRNO tsync \
		>said 2>err
	check 'tsync: says the same' cmp -s plain said
	check 'tsync: is shown' count out 'chdir.* = -1 EPERM \(Oper.*' 4
	check 'tsync: is told' has err 'has given all its threads a filter'
	"$strace" -f --seccomp-bpf=no -o out -e trace=chdir \
		./sandbox $ERRNO tsync >said 2>err
	check 'tsync: is shown without our filter' \
		count out 'chdir.* = -1 EPERM \(Oper.*' 4
	check 'tsync: nothing to tell' count err filter 0
}

# A filter that was there before strace: a container's profile.
inside_tests() {
	./sandbox $ERRNO "$strace" -d -f -o out -e trace=chdir \
		/bin/sh -c 'cd /etc' 2>err
	check 'inside: the call is shown' \
		has out 'chdir\("/etc"\) += -1 EPERM'
	check 'inside: why it is not used' has err 'under a filter itself'
}

# ---- unasked only where it changes nothing ----

asking_tests() {
	"$strace" -d -e trace=chdir true 2>err
	check 'without -f it is not used' has err 'no kernel filter: without -f'
	"$strace" -d --seccomp-bpf -e trace=chdir true 2>err
	check 'without -f when asked for' has err 'kernel filter: children'
	"$strace" -e trace=chdir "$strace" -o out2 true 2>err
	check 'a tracer inside works' same $? 0
	check 'a tracer inside traces' has out2 'exit_group'
	"$strace" --seccomp-bpf -o out true 2>err
	check 'asked for and of no use' \
		has err 'strace: --seccomp-bpf is not used: every call'
	[ "$(id -u)" = 0 ] || return
	chmod 755 .
	cp "$(type -P true)" rights && chmod 4755 rights
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$strace" -d -f -e trace=chdir ./rights 2>err
	check 'a set-user-ID command' has err 'no kernel filter: the command'
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$strace" -d -f -e trace=chdir true 2>err
	check 'another command' has err 'kernel filter: it stops only'
}

# The hint is for people: it stands on a terminal only.
advice_tests() {
	if ! command -v script >/dev/null; then
		skip advice 'there is no script(1)'
		return
	fi
	local run="'$strace' -e trace=chdir -o out dd if=/dev/zero of=/dev/null"

	script -qec "$run bs=1 count=30000 status=none" /dev/null >said \
		</dev/null
	check 'advice on a terminal' has said '[0-9]+ calls .* --seccomp-bpf'
	script -qec "$run bs=1 count=9 status=none" /dev/null >said </dev/null
	check 'no advice for little' count said seccomp 0
	eval "$run bs=1 count=30000 status=none" 2>said
	check 'no advice in a file' count said seccomp 0
}

# A thread that is not shown becomes, by exec, the process that is.
exec_tests() {
	"$strace" --seccomp-bpf -e trace=exit_group -o out ./texec 2>err
	check 'exec by a thread: the status' same $? 5
	check 'exec by a thread: is shown' grep -q '^exit_group(5)' out
	check 'exec by a thread: the end is shown' \
		grep -q '^+++ exited with 5' out
	"$strace" -f -e trace=execve -e status=detached -o out ./texec 2>err
	check 'exec by a thread: left under its own number' \
		grep -q 'execve(.* <pid changed to [0-9]* [.]\{3\}>$' out
	check 'exec by a thread: nothing else of it' count out execve 2
}

# Who stays behind says what it is for.
named_tests() {
	"$strace" --seccomp-bpf -e trace=chdir -o out \
		./daemon result </dev/null >/dev/null 2>&1
	check 'who stays behind has a name' wait_for caretaker_seen
	check 'and serves' wait_for has result good
}

# With -n the end tells the last call, which a filter would have skipped.
number_tests() {
	"$strace" -f -n -e trace=getppid -o out true
	check 'the number of the last call' has out '\[ 231\] \+\+\+ exited'
	"$strace" --seccomp-bpf -f -n -e trace=getppid -o out true
	check 'which the filter skips' has out '\[  59\] \+\+\+ exited'
}

caretaker_seen() {
	grep -zl 'serves the kernel filter' /proc/[0-9]*/cmdline
} >/dev/null

refusing_tests
tsync_tests
inside_tests
asking_tests
advice_tests
exec_tests
named_tests
number_tests
finish
