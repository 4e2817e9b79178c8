#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Calls that a filter of somebody else (seccomp) refuses or answers, under the
# eBPF engine: they have an end and no begin there.
# Usage: bpf_refused.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
need_bpf bpf-refused
cd "$tmp" || exit 2
call='mkdir("/refused/directory", 0750)'

bpf() { timeout 60 "$strace" --backend=bpf "$@" 2>err; }
lines() { sed -E 's/^[0-9]+ +//; s/ +=/ =/; s/, si_code.*}/}/' out; }

# shows NAME LINE...: what the trace of calls and ends is, but for exits
shows() {
	local name=$1

	shift
	check "$name" same "$(lines | grep -v -E '^exit|^\+\+\+ exited')" \
		"$(printf '%s\n' "$@")"
}

# ---- what becomes of a call ----

# actions SUFFIX NUMBER: of programs of that kind, in which mkdir has the number
actions() {
	local run=$prog/refuses$1 kind=${1:-.64}

	bpf -f -e trace='/^(mkdir|exit)' -o out "$run" errno
	check "errno$kind" same $? 7
	shows "errno$kind-line" "$call = -1 EXDEV (Invalid cross-device link)"
	bpf -f -e trace=mkdir -o out "$run" trace
	shows "trace$kind" "$call = -1 ENOSYS (Function not implemented)"
	bpf -f -e trace=mkdir -o out "$run" trap
	shows "trap$kind" "$call = $2" '--- SIGSYS {si_signo=SIGSYS} ---'
	bpf -f -e trace=mkdir --quiet=exit,personality -o out "$run" notify
	shows "notify$kind" \
		"$call = -1 EDOM (Numerical argument out of domain)"
	bpf -f -e trace=mkdir -o out "$run" kill
	check "kill$kind" same $? 159
	shows "kill$kind-line" "$call = $2" \
		'--- SIGSYS {si_signo=SIGSYS} ---' \
		"$(lines | grep '^+++ killed by SIGSYS')"
	bpf -f -e trace=mkdir -o out "$run" kill-thread
	shows "kill-thread$kind" "$call = ?" '+++ killed by SIGSYS +++'
	# a child comes back from fork, which is no call of its own
	bpf -f -e trace='/^(mkdir|v?fork|clone)' -o out "$run" fork
	check "fork$kind" same "$(lines | grep -c '^mkdir.*EXDEV')" 2
	check "fork$kind-once" same "$(grep -c -E '(fork|clone)' out)" 1
}

# ---- it is a call like others ----

like_others() {
	bpf -c -o out "$prog/refuses" errno
	check counted-in-kernel grep -q -E ' 1 +1 mkdir$' out
	bpf -c -e status=failed -o out "$prog/refuses" errno
	check counted grep -q -E ' 1 +1 mkdir$' out
	bpf -Z -e trace=mkdir,getppid -o out "$prog/refuses" errno
	shows failed "$call = -1 EXDEV (Invalid cross-device link)"
	bpf -z -e trace=mkdir -o out "$prog/refuses" errno
	shows successful-not ''
	bpf -e trace=getppid -o out "$prog/refuses" errno
	shows not-asked-for ''
	bpf --json -e trace=mkdir -o out "$prog/refuses" errno
	check json grep -q '"EXDEV"' out
	check json-schema "$top/scripts/check/json" \
		"$top/doc/strace-json.schema.json" out
}

# ---- attached in the middle ----

# What was in flight is no refused call, and the next one is.
attach_tests() {
	local p tracer

	mkfifo pipe
	"$prog/refuses" wait <pipe >said & p=$!
	exec 5>pipe
	wait_for grep -q ready said
	"$strace" --backend=bpf -p $p -o out 2>err & tracer=$!
	wait_for grep -q 'read(0.*in flight' out
	echo >&5
	wait $tracer
	exec 5>&-
	check attach-in-flight grep -q -E \
		'^(<... )?read( resumed>|\(0).* = 1$' out
	check attach-refused same "$(grep -c '^mkdir(.*EXDEV' out)" 3

	rm -f out
	"$prog/refuses" loop & p=$!
	"$strace" --backend=bpf -p $p -o out 2>err & tracer=$!
	check attach-running wait_for grep -q '^mkdir(.*EXDEV' out
	kill -TERM $tracer
	wait $tracer 2>/dev/null
	kill $p
	wait $p 2>/dev/null
	check attach-running-only-that same "$(grep -v -E \
		'^mkdir\(.*(EXDEV|detached|in flight|= \?)' out)" ''
}

actions '' 83
if have_32_bit; then
	actions .32 39
else
	skip refused-32 'no 32-bit programs here'
fi
like_others
attach_tests
finish
