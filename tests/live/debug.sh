#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What -d says of strace itself: decisions, counts, and with -dd each stop.
# Usage: debug.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=$tmp/err
cd "$tmp" || exit 2

if ! timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	skip debug 'tracing is not allowed here'
	finish
fi

# run OPTION... COMMAND...: what is said is in err
run() { timeout 20 "$strace" -o trace "$@" 2>err >/dev/null; }

# says NAME PATTERN, and says_not: a line of strace's own
says() { check "$1" grep -qE "^[^ ]*strace: ($2)" err; }
says_not() {
	if grep -qE "^[^ ]*strace: ($2)" err; then
		not_ok "$1"
	else
		ok "$1"
	fi
}

# number TEXT: the first number after that text
number() { sed -n "s/.*strace: $1[^0-9]*\([0-9][0-9]*\).*/\1/p" err; }

# ---- decisions and counts

run true
check 'without -d nothing is said' same "$(cat err)" ''

run -d sh -c 'kill -WINCH $$; exit 0'
says 'the backend' 'backend ptrace: '
says 'no filter, and why' 'no kernel filter: .+'
says 'requests that the kernel has' \
	'PTRACE_GET_SYSCALL_INFO is (there|missing).*SET_SYSCALL_INFO is '
says 'stops by kind' \
	'stops: entries [0-9]+, exits [0-9]+, signals 1, .*events 1, ends 1$'
says 'requests by kind' 'requests: PTRACE_SYSCALL [0-9]+, '
says 'waits' 'waits: [0-9]+, .* of [0-9]+ looks saved one$'
says 'memory' 'memory: [1-9][0-9]* reads, [1-9][0-9]* bytes; 0 writes$'
says 'where it ran' 'CPU placement: '
says 'what it took' 'strace itself: .* bytes written$'
says_not 'no line for each stop' '[0-9.]+ \[[0-9]+\] '
check 'what was written' same \
	"$(sed -n 's/.* \([0-9]*\) bytes written$/\1/p' err)" \
	"$(stat -c %s trace)"
if ldd "$strace" >/dev/null 2>&1; then
	says 'libraries' 'libraries: .*libc\.so'
else
	skip 'libraries' 'the program is static'
fi

# Each request that lets a tracee go on follows a stop: that of the child
# before it runs, those that were counted, but for its end.
stops=$(sed -n 's/.*strace: stops: //p' err | grep -o '[0-9]*' |
	awk '{ n += $1 } END { print n }')
check 'as many stops as goings on' same "$(number 'requests: PTRACE_SYSCALL')" \
	"$stops"

run -d -f -e trace=chdir true
says 'the filter' 'kernel filter: it stops only calls that are traced'
run -d --cpu-placement=no true
says 'no placement' 'CPU placement: off'
run -d -e inject=write:poke_enter=@arg2=41 sh -c 'echo x'
says 'memory that was written' 'memory: .* 1 writes$'

sleep 60 &
sleeper=$!
"$strace" -d -o trace -p $sleeper 2>err &
for _ in $(seq 200); do
	! grep -q 'CALL_INFO is' err || break
	sleep 0.05
done
kill -INT $!
wait $!
says 'a process that was attached to' \
	"attach: process $sleeper, with 0 more threads"
says 'how it was let go' 'requests: .*PTRACE_SEIZE 1.*PTRACE_DETACH 1'
kill $sleeper
wait $sleeper 2>/dev/null

# ---- each stop

run -dd sh -c 'kill -WINCH $$; (exit 3); exit 0'
at='[0-9]+\.[0-9]{6} \[[0-9]+\]'
says 'an entry' "$at entry of execve: PTRACE_SYSCALL$"
says 'an exit' "$at exit of execve: PTRACE_SYSCALL$"
says 'an event' "$at event exec: PTRACE_SYSCALL$"
says 'a signal' "$at signal SIGWINCH: PTRACE_SYSCALL with SIGWINCH$"
says 'an end' "$at exited with 0: gone$"

run -dd -f -e trace=chdir sh -c 'cd /; (kill -KILL $(exec sh -c "echo \$PPID"))'
says 'a stop of the filter' "$at the filter's stop at chdir: PTRACE_SYSCALL$"
says 'an exit before the filter' "$at exit of chdir: PTRACE_CONT$"
says 'a child' "$at event (fork|vfork|clone): PTRACE_CONT$"
says 'the first stop of a child' "$at stop as we asked for, or a first one: "
says 'a death' "$at killed by SIGKILL: gone$"

run -dd -e inject=chdir:delay_enter=20ms sh -c 'cd /'
says 'a delay' "$at entry of chdir: stays stopped for 0\.020000 s$"
says 'the end of a delay' "$at goes on: PTRACE_SYSCALL$"

"$strace" -dd -f -o trace "$prog/gstop" 2>err \
	>/dev/null &
wait $!
says 'a group-stop' "$at group-stop by SIG[A-Z]+: PTRACE_LISTEN$"

# Lines of the trace and these share standard error, and none is torn.
timeout 20 "$strace" -dd -f sh -c 'sleep 0.2 & sleep 0.1; wait' 2>err >/dev/null
check 'no line is torn' same \
	"$(grep -v "^$strace: " err | grep -cF "$strace: ")" 0
check 'the trace is there' grep -qE '^(\[pid +[0-9]+\] )?execve\(.*\) = 0' err

# ---- the bpf backend

if timeout 20 "$strace" --backend=bpf -o /dev/null true >/dev/null 2>&1; then
	run -d --backend=bpf true
	says 'bpf: the backend' 'backend bpf: '
	says 'bpf: what came' '[0-9]+ records, [0-9]+ bytes; 0 lost'
	says 'bpf: what it took' 'strace itself: .* bytes written$'
	run -d --backend=auto true
	says 'auto: why bpf' 'backend bpf: nothing needs stops'
else
	skip 'bpf' 'it can not be had here'
fi
run -d --backend=auto --kill-on-exit true
says 'auto: why ptrace' 'backend ptrace: --kill-on-exit needs stops'
finish
