#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the eBPF engine does by itself: the same text as ptrace for everyday
# programs, threads that come and go, tasks that run already, whole cgroups,
# losses, and nothing left behind.  Usage: bpf.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
need_bpf bpf
evidence=err
cd "$tmp" || exit 2

bpf() { timeout 60 "$strace" --backend=bpf "$@" 2>err; }
last_line() { tail -n 1 "$1" | sed 's/^[0-9]* *//'; }

# ---- the same text as ptrace ----

text_tests() {
	same_text same-text
}

calls_in() {
	grep -oE '(execve|openat|exit_group)\(|(execve|openat|total)$' "$1" |
		sort
}

# As on a kernel before 5.12, where tasks have no storage for our programs.
old_kernel_tests() {
	local opt

	if ! setarch --uname-2.6 true 2>/dev/null; then
		skip old-kernel 'setarch can not pretend it here'
		return
	fi
	for opt in "" -z -c; do
		# shellcheck disable=SC2086
		bpf -f $opt -o new sh -c 'cat /dev/null; true' &&
			setarch --uname-2.6 "$strace" --backend=bpf -f $opt \
				-o old sh -c 'cat /dev/null; true'
		check "old-kernel$opt" same "$(calls_in old)" "$(calls_in new)"
	done
}

# ---- threads ----

thread_tests() {
	bpf -f -o out "$prog/texec"
	check exec-by-thread same $? 5
	check exec-by-thread-says grep -q 'superseded by execve in pid' out
	check exec-by-thread-ends same "$(last_line out)" \
		'+++ exited with 5 +++'
	bpf -f -o out "$prog/threads"
	check threads same $? 0
	# every thread that was made ends, the leader last
	check threads-end same "$(grep -c ' = [0-9]*$' <(grep -E \
		'clone3?( resumed>.*|\(.*)\)? +=' out))" \
		"$(($(grep -c '+++ exited' out) - 1))"
}

# The first thread is not there any more, and the process is.
leader_tests() {
	local want f opt

	for want in 'exec 3' 'end-exec 3' 'end 0' 'end-dies 143'; do
		for f in '' -f -z -c; do
			# shellcheck disable=SC2086
			bpf $f -o out "$prog/leader" ${want% *} </dev/null
			check "leader${f:+ $f}: ${want% *}" same $? ${want#* }
		done
	done
	bpf -e trace=pause,exit,getppid,exit_group -o out "$prog/leader" exec \
		</dev/null
	check leader-goes-on same "$(sed -E 's/\(.*= *[^ ]*$//' out | xargs)" \
		'pause getppid exit_group +++ exited with 3 +++'
	bpf -e trace=exit,getppid -o out "$prog/leader" end </dev/null
	check leader-ends same "$(sed 's/ \+/ /g' out)" \
		$'exit(9) = ?\n+++ exited with 0 +++'
	bpf -f -o out "$prog/leader" end-dies </dev/null
	check leader-signal same "$(grep -c -- '--- SIGTERM {si_signo=' out)" 1
	for opt in '' -f; do
		mkfifo held
		"$prog/leader" exec <held &
		exec 7>held
		# shellcheck disable=SC2086
		"$strace" --backend=bpf $opt -p $! -o out 7>&- 2>err &
		wait_for grep -q attached err
		exec 7>&-
		wait %1
		check "leader $opt: attached" same $? 3
		wait
		check "leader $opt: attached, its end" same \
			"$(last_line out)" '+++ exited with 3 +++'
		rm held
	done
}

# Does each process end once, and as who waits for it is told?
ends_agree() {
	awk '/[+][+][+] exited with/ { ends[$1]++; code[$1] = $5 }
		/WEXITSTATUS/ {
			waited++; status = $0; sub(/.*\) == /, "", status)
			told[$NF] = status + 0
		}
		END {
			for (p in ends)
				bad += ends[p] != 1
			for (p in told)
				bad += told[p] != code[p]
			print waited + 0, bad + 0
		}' "$1"
}

leaders_tests() {
	local how

	for how in '' exec; do
		# shellcheck disable=SC2086
		bpf -f -e trace=wait4 -o out "$prog/leaders" 300 $how
		check "leaders $how" same "$? $(ends_agree out)" '0 300 0'
	done
}

# ---- what runs already ----

attach_tests() {
	local p tracer

	sleep 30 & p=$!
	wait_for grep -q nanosleep "/proc/$p/wchan"
	"$strace" --backend=bpf -p $p -o out 2>err & tracer=$!
	check in-flight wait_for grep -q 'nanosleep(.* <in flight ...>$' out
	check not-traced same "$(tracer_of $p)" 0
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	check detached grep -q "Process $p detached" err
	check goes-on kill -0 $p
	kill $p
	wait $p 2>/dev/null
	bpf -p 999999999 -o out
	check no-such-process grep -q 'there is no process' err
	# There is none in a container.
	p=$(grep -l '^Kthread:.*1' /proc/[0-9]*/status 2>/dev/null | head -n 1)
	if [ -z "$p" ]; then
		skip kernel-thread 'none is to be seen here'
		return
	fi
	bpf -p "$(basename "$(dirname "$p")")" -o out
	check kernel-thread grep -q 'kernel thread' err
}

# In a pid namespace of its own, strace counts as that one does.
namespace_tests() {
	local tracer backend

	if ! unshare --pid --fork --mount-proc true 2>/dev/null; then
		skip pid-namespace 'none can be made here'
		return
	fi
	unshare --pid --fork --mount-proc "$strace" --backend=bpf -f -o out \
		sh -c 'cat /dev/null; true' 2>err
	check pid-namespace same "$(grep -c '^[2-9]  *+++ exited' out)" 2
	mkfifo held
	# shellcheck disable=SC2016
	timeout 30 unshare --pid --fork --mount-proc sh -c 'cat held &
		exec "$0" --backend=bpf -o out -p $!' "$strace" 2>err &
	wait_for grep -q attached err
	timeout 5 sh -c ': >held'
	wait $!
	check pid-namespace-attach grep -q '+++ exited with 0' out
	# what its processes call each other, though they are gone soon
	for backend in ptrace bpf; do
		timeout 30 "$strace" --backend=$backend -f \
			--pidns-translation -o out "$prog/pidns" 2>err
		grep -o '[-0-9]* /. [0-9]* in strace.s PID NS' out |
			sed 's| .*||' | sort >ids.$backend
	done
	check pid-namespace-ids test "$(wc -l <ids.bpf)" -ge 15
	check pid-namespace-ids-as-ptrace cmp ids.ptrace ids.bpf
	bpf -f -Y --pidns-translation -e trace=wait4 -o out "$prog/pidns"
	check pid-namespace-names same \
		"$(sed -n 's/.* = [0-9]*<\(.*\)> .*/\1/p' out | sort -u)" pidns
	# Who is outside has no number in there: it is called what the machine
	# calls it, and so do we if ours is the first namespace.
	if [ "$(readlink /proc/self/ns/pid)" != 'pid:[4026531836]' ]; then
		skip pid-namespace-outside 'this is a pid namespace itself'
		return
	fi
	unshare --pid --fork --mount-proc "$strace" --all -y \
		-e trace=execve,openat -o out 2>err & tracer=$!
	wait_for grep -q Attached err
	sh -c 'echo $$; exec cat /dev/null' >said
	check pid-namespace-outside wait_for grep -q \
		"^$(cat said)  *execve(.*\"/dev/null\"" out
	# unshare itself ignores it
	kill -TERM "$(cat "/proc/$tracer/task/$tracer/children")"
	wait $tracer 2>/dev/null
	check pid-namespace-nobody-is-0 same "$(grep -c '^0 ' out)" 0
}

cgroup_tests() {
	local mount group p tracer said

	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	group=$mount/strace-test-$$
	if [ -z "$mount" ] || ! mkdir "$group" 2>/dev/null; then
		skip cgroup 'no cgroup can be made here'
		return
	fi
	sh -c 'echo $$ >"$0/cgroup.procs" && exec sleep 30' "$group" & p=$!
	wait_for grep -q "^$p$" "$group/cgroup.procs"
	"$strace" --attach-cgroup="strace-test-$$/../strace-test-$$/" \
		-o out 2>err & tracer=$!
	check cgroup-in-flight wait_for grep -q "^$p .*nanosleep" out
	sh -c 'echo $$ >"$0/cgroup.procs" && exec cat /dev/null' "$group"
	check cgroup-newcomer wait_for grep -q 'execve.*"/dev/null"' out
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	"$strace" --container=$p -o out 2>err & tracer=$!
	check container-by-pid wait_for grep -q "^$p .*nanosleep" out
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	for said in "$(grep ^0:: /proc/$p/cgroup)" "/strace-test-$$" \
		"$group" /; do
		rm -f out
		"$strace" --attach-cgroup="$said" -o out 2>err & tracer=$!
		check "cgroup-as $said" \
			wait_for grep -q "^$p .*nanosleep" out
		kill -TERM $tracer
		wait $tracer 2>/dev/null
	done
	kill $p
	wait $p 2>/dev/null
	wait_for rmdir "$group"
	bpf --attach-cgroup="strace-test-$$" -o out
	check cgroup-gone grep -q 'No such file' err
	bpf --container=0123456789ab -o out
	check container-none grep -q 'that is no container' err
	# one of the machine itself, such as most of ours
	if grep -q '^0::/$' /proc/self/cgroup; then
		bpf --container=$$ -o out
		check container-of-none grep -q 'is in no container' err
	fi
}

# ---- what is missing ----

# missing NAME TEXT COMMAND...: that ends in one line with that text
missing() {
	local name=$1 text=$2

	shift 2
	"$@" "$strace" --backend=bpf -o out true 2>err
	check "$name" same "$? $(grep -c . err)" '1 1'
	check "$name-says" grep -q -e "$text" err
}

missing_tests() {
	if setpriv --bounding-set -bpf true 2>/dev/null; then
		missing no-right 'CAP_BPF and CAP_PERFMON are missing' \
			setpriv --bounding-set -bpf,-perfmon,-sys_admin
		missing no-perfmon ': CAP_PERFMON is missing' \
			setpriv --bounding-set -perfmon,-sys_admin
		check no-right-what-to-do grep -q -e --backend=ptrace err
	else
		skip no-right 'setpriv can not drop it'
	fi
	if unshare -m mount -t tmpfs none /sys 2>/dev/null; then
		# shellcheck disable=SC2016
		missing no-sys '/sys is not mounted' unshare -m sh -c \
			'mount -t tmpfs none /sys && exec "$@"' sh
	else
		skip no-sys 'mounts can not be made here'
	fi
}

system_tests() {
	local tracer

	"$strace" --all -e trace=execve -o out 2>err & tracer=$!
	wait_for grep -q Attached err
	cat /dev/null
	check all wait_for grep -q '"/dev/null"' out
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	check all-but-us same "$(grep -c "^$tracer " out)" 0
}

# ---- losses ----

# lost in the file, as told at the end, as in the messages
lost_in_file() { awk '/ lost here: / { n += $2 } END { print n + 0 }' out; }
lost_told() { sed -n 's/^[^ ]*strace: \([0-9]*\) events were lost.*/\1/p' err; }

loss_tests() {
	local shown made calls=20000

	bpf -d --buffer=64K -o out dd if=/dev/zero of=/dev/null bs=1 \
		count=$calls status=none
	cp err err.told
	check loss-told same "$(lost_in_file)" "$(lost_told)"
	check loss-before-the-end same "$(last_line out)" \
		'+++ exited with 0 +++'
	shown=$(sed -n 's/.* \([0-9]*\) records, .*/\1/p' err)
	bpf -d -o whole dd if=/dev/zero of=/dev/null bs=1 \
		count=$calls status=none
	check no-loss same "$(grep -c '^write(1' whole)" $calls
	made=$(sed -n 's/.* \([0-9]*\) records, .*/\1/p' err)
	check loss-exact same $((shown + $(lost_in_file))) "$made"
	check loss-by-call grep -q 'lost (.*write [0-9]*' err.told
	bpf --json --buffer=64K -o out dd if=/dev/zero of=/dev/null bs=1 \
		count=$calls status=none
	check loss-json "$top/scripts/check/json" \
		"$top/doc/strace-json.schema.json" out
	bpf --strict --buffer=64K -o out dd if=/dev/zero of=/dev/null bs=1 \
		count=$calls status=none
	check strict same $? 1
}

# ---- filters that act in the kernel ----

# filter_test OPTION...: what ptrace shows, from fewer records
filter_test() {
	local backend

	for backend in ptrace bpf; do
		"$strace" --backend=$backend -d "$@" -o out sh -c \
			'exec 5</dev/null; cd /nonexistent; sleep 0.1' 2>err
		sed 's/0x[0-9a-f]*/ADDR/g; s/[0-9]\{4,\}/N/g
			s/si_pid=[0-9]*/si_pid=N/
			s/ = [0-9]\{2,\}$/ = N/' out >filtered.$backend
	done
	check "filter $*" cmp filtered.ptrace filtered.bpf
	check "filter $* in the kernel" \
		[ "$(sed -n 's/.* \([0-9]*\) records, .*/\1/p' err)" -lt \
			$((2 * $(wc -l <filtered.bpf) + 12)) ]
}

filter_tests() {
	filter_test -Z
	filter_test -e fd=5
	filter_test -e status=unfinished
	filter_test --slower-than=50ms
	filter_test -e trace=%file
	# what has not ended yet is there in the end
	timeout --foreground 1 "$strace" --backend=bpf -I 2 -o out \
		--slower-than=300ms sleep 10 2>err
	check slow-and-unfinished grep -q '^clock_nanosleep.*<detached' out
}

# ---- more than a record has room for ----

cut_tests() {
	local long

	long=$(printf '%01000d' 0)
	set --
	while [ $# -lt 40 ]; do
		set -- "$@" "$long"
	done
	bpf -s 2000 -e trace=execve -o out sh -c 'exec /nonexistent "$@"' \
		sh "$@"
	check cut-strings grep -q '"0*", 0x[0-9a-f]*, \.\.\.], .* ENOENT' out
	bpf -s 40000 -e trace=write -o out \
		dd if=/dev/zero of=/dev/null bs=40000 count=1 status=none
	check cut-data grep -q '^write(1, ".*"\.\.\., 40000)' out
}

# ---- memory that is not there when a call begins ----

absent_tests() {
	bpf -e trace=write,open,openat -o out "$prog/absent"
	check absent-read-late grep -q '"/absent/directory", O_RDONLY' out
	check absent-constant grep -q '^write(99, "a constant", 10)' out
	# nobody knows any more what that was
	check absent-not-later grep -q '^write(98, 0x[0-9a-f]*, 6)' out
}

# ---- as the first process of a PID namespace ----

first() { timeout -s KILL 10 unshare -pf "$@"; }

first_tests() {
	local orphan=$prog/orphan said

	if ! first --mount-proc true 2>err; then
		skip first-process "$(head -n 1 err)"
		return
	fi
	said=$(first --mount-proc "$strace" --backend=bpf -f -o out "$orphan")
	check first-status same $? 0
	[ "$said" = 77 ] || check first-reaps same "$said" 5
	# while events come there is no time to be idle
	# shellcheck disable=SC2016
	first --mount-proc "$strace" --backend=bpf -f -o out sh -c \
		'(sleep 0 & exec sleep 0.1) & wait
		 i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); kill -0 1; done
		 grep -hs "^State:.*zombie" /proc/[0-9]*/status' >said 2>err
	check first-reaps-when-busy same "$(cat said)" ''
	first --mount-proc "$strace" --backend=bpf -f -o out \
		sh -c 'sleep 0.3 & exit 4' 2>err
	check first-waits same "$? $(grep -c '+++ exited' out)" '4 2'
	first "$strace" --backend=bpf -f -yy -Y -o out sh -c 'kill -TERM $$' \
		2>err
	check first-foreign-proc same $? 143
	check first-foreign-proc-told grep -q \
		'strace: /proc is that of another PID namespace' err
	# shellcheck disable=SC2016
	"$strace" -f -o out -e trace=%file unshare -pf sh -c \
		'sleep 5 & "$0" --backend=bpf -f -yy -Y -o said -p $! &
		 for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1
			grep -q "attached" err && break
		 done; kill -TERM $!; wait' "$strace" 2>err
	check first-foreign-proc-attach grep -q 'Process 2 detached' err
	check first-foreign-proc-is-left same \
		"$(grep -c '"/proc/[0-9]' out)" 0
}

# ---- killed; what stays loaded then is asked in bpf_stress.sh ----

end_tests() {
	local p

	"$strace" --backend=bpf -f -o out sh -c 'echo $$ >pid; exec sleep 30' \
		2>err & p=$!
	wait_for test -s pid
	wait_for grep -q nanosleep out
	kill -KILL $p
	wait $p 2>/dev/null
	check killed-command-runs same "$(state_of "$(cat pid)")" S
	kill "$(cat pid)"
}

text_tests
old_kernel_tests
thread_tests
leader_tests
leaders_tests
attach_tests
namespace_tests
cgroup_tests
missing_tests
system_tests
loss_tests
filter_tests
cut_tests
absent_tests
first_tests
end_tests
finish
