#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In namespaces of processes: as the first process of one, and with a /proc
# that is that of another.  Usage: namespaces.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=out
cd "$tmp" || exit 2

if ! unshare -rpf --mount-proc true 2>err; then
	skip 'all of it' "$(head -n 1 err)"
	finish
fi
CC=${CC:-gcc}
for p in orphan pidns; do
	$CC -D_GNU_SOURCE -O1 "$top/tests/live/prog/$p.c" -o $p -lpthread ||
		exit 2
done

# inside COMMAND...: as the first process of a namespace
inside() { timeout -s KILL 10 unshare -rpf --mount-proc "$@"; }

# The number of an orphan that we had to wait for comes back.
orphan_tests() {
	local option said

	for option in -f '-f -e trace=wait4'; do
		# shellcheck disable=SC2086
		said=$(inside "$strace" $option -o out ./orphan 2>err)
		if [ "$said" = 77 ]; then
			skip "orphan $option" 'numbers cannot be chosen'
			continue
		fi
		check "orphan $option: the other one lives" same "$said" 5
		check "orphan $option: its end" \
			grep -q '+++ exited with 5 +++' out
	done
	# With a filter we are two, and the first one gets the orphans.
	# shellcheck disable=SC2016
	inside "$strace" -f -e trace=execve -o out sh -c \
		'(sleep 0 & exec sleep 0.1) & wait
		 for i in 1 2 3 4 5; do sleep 0.2
			grep -hs "^State:.*zombie" /proc/[0-9]*/status ||
				{ echo reaped; exit; }
		 done' >said 2>err
	check 'orphans of a filtered trace are waited for' same "$(cat said)" \
		reaped
}

# Signals that would end us don't end the first process of a namespace.
status_tests() {
	inside "$strace" -o out sh -c 'kill -TERM $$' 2>err
	check 'first process: status of a killed command' same $? 143
	inside "$strace" -f -e trace=chdir -o out sh -c 'kill -TERM $$' 2>err
	check 'first process: the same with a filter' same $? 143
}

# What a process in another namespace gives and gets means another number here.
translation_tests() {
	local ours="/\* [0-9]+ in strace's PID NS \*/" line

	"$strace" -f --pidns-translation -o out ./pidns 2>err
	if [ $? -eq 77 ]; then
		skip translated 'no namespace can be made here'
		return
	fi
	# What another task interrupted stands in two parts.
	sed -E 's/^[0-9]+ +//; s/^<\.\.\. ([a-z0-9]+) resumed>/\1(/' out >calls
	for line in 'getpid\(\) += 2' 'gettid\(\) += 2' 'getppid\(\) += 1' \
		'getpgrp\(\) += 2' 'getpgid\(0\) += 2' 'getsid\(2' \
		'fork\(.*\) += 3' 'wait4\(3' 'vfork\(.*\) += 4' \
		'clone\(.*\) += 5' 'clone3\(.*\) += 6' 'wait4\(.*\) += 6' \
		'F_SETOWN, -2' 'F_SETOWN_EX, .*pid=2' 'F_GETOWN_EX, .*pid=2' \
		'PRIO_PROCESS, 2' 'IOPRIO_WHO_PROCESS, 2' \
		'SCM_CREDENTIALS, .*pid=2' 'kill\(2'; do
		check "translated: $line" grep -qE "$line $ours" calls
	done
	check 'translated: what it is here' \
		grep -qE "^([0-9]+) .*getpid.*\) += 2 /\* \1 in" out
	# nobody asked of it before it was gone
	"$strace" -f --pidns-translation -e trace=wait4 -o out ./pidns 2>err
	check 'translated: who was waited for' \
		grep -qE "wait4(\(| resumed).*\) += 6 $ours" out
}

# A /proc that was mounted outside numbers processes as those outside do.
foreign_proc_tests() {
	local child

	mkfifo held
	# shellcheck disable=SC2016
	timeout -s KILL 10 unshare -rpf sh -c 'exec 9>/dev/null; cat held &
		"$0" -f -yy -Y -o out -e trace=%desc,kill \
			sh -c "exec 8</dev/zero; kill -0 $$"; echo >held' \
		"$strace" >said 2>err
	check 'foreign /proc: it is told' grep -q \
		'strace: /proc is that of another PID namespace' err
	check 'foreign /proc: it is told once' same "$(wc -l <err)" 1
	check 'foreign /proc: the trace is there' grep -q '+++ exited' out
	check 'foreign /proc: nothing of others' same \
		"$(grep -c '[0-9]<' out)" 0
	timeout -s KILL 10 unshare -rpf sh -c 'sleep 5 & "$0" -f -p $! -o out &
		sleep 0.5; kill -TERM $!; wait $!' "$strace" 2>err
	check 'foreign /proc: threads are not looked for' grep -q \
		'threads of [0-9]* are not found' err
}

orphan_tests
status_tests
translation_tests
foreign_proc_tests
finish
