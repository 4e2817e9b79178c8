#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# -c with the bpf backend, where calls are counted in the kernel: the same calls
# and errors as with ptrace.  Usage: bpf_count.sh PATH-OF-STRACE
#
# What is run here gets no signals at moments that change what it does.
. "$(dirname "$0")/lib.bash"
evidence=$tmp/difference

need_bpf count

# count BACKEND OPTION... COMMAND...: its table without times, in $tmp/BACKEND
count() {
	local backend=$1

	shift
	timeout 60 "$strace" --backend="$backend" -c -S name \
		-U calls,errors,name -o "$tmp/table" "$@" \
		>/dev/null 2>"$tmp/err" </dev/null
	status=$?
	grep -v '^strace itself: ' "$tmp/table" >"$tmp/$backend"
}

# agree NAME OPTION... COMMAND...
agree() {
	local name=$1 ptrace_status

	shift
	count ptrace "$@"
	ptrace_status=$status
	count bpf "$@"
	diff "$tmp/ptrace" "$tmp/bpf" >"$tmp/difference"
	check "$name" same "$? $status" "0 $ptrace_status"
}

# agree_prog NAME PROGRAM OPTION...: the same with one of our own programs
agree_prog() {
	local name=$1 program=$prog/$2

	shift 2
	if [ -x "$program" ]; then
		agree "$name" "$@" "$program"
	else
		skip "$name" "not built here"
	fi
}

told() { grep -qE "$1" "$tmp/table"; }

cd "$tmp" || exit 2
agree "one process" ls /
check "what it cost is told" told \
	'^strace itself: (about )?[0-9.]+ s .* [1-9][0-9]* calls counted$'
agree "processes" -f sh -c 'ls /; ls /nonexistent; exit 3'
agree "only the first of them" sh -c 'ls /; ls /nonexistent; exit 3'
agree "many calls" dd if=/dev/zero of=/dev/null bs=1 count=20000
agree "some calls" -e trace=%file -f sh -c 'ls / /nonexistent; exit 1'
agree "all but some calls" -e 'trace=!mmap,close' ls /
agree "calls that failed" -Z ls /nonexistent
agree_prog "threads" threads -f -e trace=getuid,clone,clone3,set_robust_list
# a call that never returns, since its process was killed in it
# shellcheck disable=SC2016
agree "killed by itself" sh -c 'kill -KILL $$'
agree_prog "64-bit calls" says
agree_prog "32-bit calls" says.32

# Numbers that nobody knows have a row each, as far as there is room.
agree "unknown calls" "$prog/beyond" 472 472 1022 1023 1024 5000 5000 -1 \
	0x3fffffff 0x40000400
agree "many unknown calls" "$prog/beyond" +200
"$strace" --backend=bpf -c -U calls,name -o table "$prog/beyond" +300 2>err
check "too many unknown calls: rows" same \
	"$(grep -cE '^ +1 syscall_0x1' table)" 256
check "too many unknown calls: the others" told \
	'^ +44 \(other unknown calls\)$'

# What there is of a command that was killed.
"$strace" --backend=bpf -c -U calls,p50,p99 -o table sleep 100 2>err &
tracer=$!
child() { cat "/proc/$tracer/task/$tracer/children"; }
sleeps() {
	grep -q '^sleep$' "/proc/$(child)/comm" &&
		same "$(state_of "$(child)")" S
}
wait_for sleeps
kill -TERM "$(child)"
wait "$tracer" 2>err
check "ends as the command did" same $? 143
check "a table of a command that was killed" told ' execve$'

# What there is until we let go of a process: it reads, it writes, it reads.
dd if=/dev/zero of=/dev/null bs=1 2>err &
traced=$!
"$strace" --backend=bpf -c -U calls,name -o table -p "$traced" 2>err &
tracer=$!
wait_for grep -q attached err
sleep 0.3
kill -TERM "$tracer"
wait "$tracer" 2>err
calls() { sed -n "s/^ *\([0-9]*\) $1\$/\1/p" table; }
ahead=$(($(calls read) - $(calls write)))
check "a table until detached" test "$(calls read)" -gt 1000
check "every call is counted" test "${ahead#-}" -le 1
check "the process goes on" kill -TERM "$traced"
finish
