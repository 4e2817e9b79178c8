#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Stacks (-k) with the eBPF engine: what ptrace shows is shown, of processes
# that are gone by then; what can't be shown is said.
# Usage: bpf_stack.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
CC=${CC:-cc}

need_bpf "stacks with bpf"
case $("$strace" -V) in
*stack-trace=libdw*) ;;
*)
	"$strace" --backend=bpf -k true 2>"$evidence"
	check "what the build lacks is said" grep -qE \
		'not in this build|needs the ptrace backend: without libdw' \
		"$evidence"
	finish
	;;
esac
need_compiler "stacks with bpf"

cat >"$tmp/prog.c" <<'EOT'
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEP __attribute__((noinline))

KEEP void innermost(void) { char c = 0; write(2, &c, 1);
	__asm__ volatile("" : : "r"(&c)); }
KEEP void middle(void) { innermost(); __asm__ volatile(""); }
KEEP int deep(int n) { int r = n ? deep(n - 1) : write(2, "", 1);
	__asm__ volatile(""); return r; }
KEEP int wide(int n)
{
	char room[3000];
	int r;

	memset(room, n, sizeof(room));
	__asm__ volatile("" : : "r"(room));
	r = n ? wide(n - 1) : write(2, "", 1);
	__asm__ volatile("" : : "r"(room));
	return r;
}
void on_signal(int sig) { (void)sig; write(2, "", 1); }
KEEP void *task(void *arg) { middle(); return arg; }

/* Its handler has another stack. */
KEEP void elsewhere(void)
{
	stack_t s = { .ss_sp = malloc(1 << 16), .ss_size = 1 << 16 };
	struct sigaction a = { .sa_handler = on_signal,
			       .sa_flags = SA_ONSTACK };

	sigaltstack(&s, NULL);
	sigaction(SIGUSR1, &a, NULL);
	raise(SIGUSR1);
}

int main(int argc, char **argv)
{
	char *args[] = { "true", NULL };
	pthread_t t;

	(void)argc;
	switch (*argv[1]) {
	case 'w': middle(); break;
	case 'd': deep(200); break;
	case 'D': wide(20); break;
	case 's': signal(SIGUSR1, on_signal); raise(SIGUSR1); break;
	case 'e': execv(argv[2], args); break;
	case 'f': if (!fork()) { middle(); _exit(0); } wait(NULL); break;
	case 't': pthread_create(&t, NULL, task, NULL); pthread_join(t, NULL);
		break;
	case 'S': *(volatile int *)8 = 0; break;
	case 'A': abort();
	case 'k': kill(getpid(), SIGTERM); break;
	case 'a': elsewhere(); break;
	case 'l': for (int i = 0; i < 20000; i++) middle(); break;
	case 'L': for (;;) { middle(); usleep(20000); }
	}
	_exit(3);
}
EOT
flags="-g -O1 -fno-optimize-sibling-calls -fno-inline -w -pthread"
ulimit -c 0

# Bash would tell that it ends by a signal.
run() { (timeout 60 "$strace" "$@" </dev/null; :) >/dev/null 2>&1; }

# What differs from run to run: numbers of tasks, addresses, times, and who of
# several runs first.
plain() {
	sed -E 's/0x[0-9a-f]{7,}/P/g; s/^[0-9]+ +//; s/ += .*//
		s/\)?( <unfinished \.\.\.>)?$//; /resumed/d; /^[+]{3} exited/d
		s/^(getrandom|kill|tgkill|wait4|waitpid)\(.*/\1/
		s/si_(pid|uid|addr|utime|stime)=[^,}]*/si/g' "$1" | sort
}

# alike NAME OPTION... COMMAND...: the same lines from both engines.  What
# differs by chance does not differ three times.
alike() {
	local name=$1

	shift
	for _ in 1 2 3; do
		run -f -k -o "$tmp/one" "$@"
		run -f -k --backend=bpf -o "$tmp/two" "$@"
		plain "$tmp/one" >"$tmp/one.txt"
		plain "$tmp/two" >"$tmp/two.txt"
		cmp -s "$tmp/one.txt" "$tmp/two.txt" && break
	done
	diff "$tmp/one.txt" "$tmp/two.txt" >"$evidence"
	check "$name" same "$? $(grep -c '^ > ' "$tmp/two" | sed 's/^0$/none/;
		s/[0-9]\+/some/')" "0 some"
}

# ---- the same as ptrace ----

programs() {
	local what=$1 prog=$2 calls=(-e trace=write,execve,exit_group,wait4)

	alike "$what: a whole program" "$prog" w
	alike "$what: recursion" "${calls[@]}" "$prog" d
	alike "$what: a handler" "${calls[@]}" "$prog" s
	alike "$what: exec" "${calls[@]}" "$prog" e /bin/true
	alike "$what: a child" -e signal=none "$prog" f
	alike "$what: a thread" -e trace=write "$prog" t
	alike "$what: a crash" "${calls[@]}" "$prog" S
	alike "$what: abort" "${calls[@]}" "$prog" A
	alike "$what: a signal that ends it" -e trace=kill "$prog" k
	alike "$what: calls that went well" -z "$prog" w
}

# shellcheck disable=SC2086
$CC $flags -o "$tmp/prog" "$tmp/prog.c" || exit 2
programs "64-bit" "$tmp/prog"
if have_32_bit; then
	# shellcheck disable=SC2086
	$CC -m32 $flags -o "$tmp/prog32" "$tmp/prog.c"
	programs "32-bit" "$tmp/prog32"
else
	skip "32-bit programs" "there are none"
fi
# shellcheck disable=SC2086
if $CC -static $flags -o "$tmp/static" "$tmp/prog.c" 2>/dev/null; then
	programs "static" "$tmp/static"
else
	skip "static programs" "the compiler makes none"
fi
alike "with lines of the source" -kk -e trace=write "$tmp/prog" w
check "there are some" grep -q 'prog\.c:[0-9]*$' "$tmp/two"
alike "a limit of frames" --stack-trace-frame-limit=3 -e trace=write \
	"$tmp/prog" d
alike "processes of a moment" -e trace=exit_group -e signal=none sh -c \
	'for i in 1 2 3 4 5; do /bin/true; done'

# ---- what was not captured ----

# ends NAME PROGRAM-LETTER BEFORE: the stack of write ends, and says why
ends() {
	run -k --backend=bpf -e trace=write -o "$tmp/out" "$tmp/prog" "$2"
	check "$1" same "$(grep -c '^ > more, not captured$' "$tmp/out")" 1
	check "$1: up to there" grep -qE "^ > .*\\($3\\+0x" "$tmp/out"
}

ends "a stack that is larger than the piece" D wide
run -k -e trace=write -o "$tmp/all" "$tmp/prog" D
n=$(grep -n 'more, not' "$tmp/out" | cut -d: -f1)
check "what there is of it is right" same "$(head -n $((n - 1)) "$tmp/out")" \
	"$(head -n $((n - 1)) "$tmp/all")"
run --json -k --backend=bpf -e trace=write -o "$tmp/out" "$tmp/prog" D
check "the same in JSON" grep -q '"truncated":true,"captured":false}' \
	"$tmp/out"
run -k --backend=bpf --record="$tmp/r" -o "$tmp/out" "$tmp/prog" D
run -k --replay="$tmp/r" -o "$tmp/again"
check "a replay" cmp "$tmp/out" "$tmp/again"
ends "a handler with a stack of its own" a on_signal

# pointers NAME PROGRAM: its code keeps frame pointers, which lead on
pointers() {
	run -k --backend=bpf -e trace=write -o "$tmp/out" "$2" D
	run -k -e trace=write -o "$tmp/all" "$2" D
	check "$1: who follows frame pointers says so" same 1 \
		"$(grep -c '^ > more, by frame pointers:$' "$tmp/out")"
	check "$1: they lead to all functions that have some" same \
		"$(grep -c '(\(wide\|main\)+' "$tmp/all")" \
		"$(grep -c '(\(wide\|main\)+' "$tmp/out")"
}

# shellcheck disable=SC2086
$CC $flags -fno-omit-frame-pointer -o "$tmp/fp" "$tmp/prog.c"
pointers 64-bit "$tmp/fp"
run --json -k --backend=bpf -e trace=write -o "$tmp/out" "$tmp/fp" D
check "JSON says so, too" grep -q '{"frame_pointers":true},{"addr":' "$tmp/out"
run -k --backend=bpf --stack-trace-frame-limit=12 -e trace=write \
	-o "$tmp/out" "$tmp/fp" D
check "they count for the limit" same "12 1" \
	"$(grep -c '^ > .*\[0x' "$tmp/out") $(grep -c 'too many' "$tmp/out")"
if have_32_bit; then
	# shellcheck disable=SC2086
	$CC -m32 $flags -fno-omit-frame-pointer -o "$tmp/fp32" "$tmp/prog.c"
	pointers 32-bit "$tmp/fp32"
fi

# ---- processes that were there already ----

"$tmp/prog" L 2>/dev/null &
pid=$!
timeout 60 "$strace" -k --backend=bpf --syscall-limit=3 -e trace=write \
	-o "$tmp/out" -p $pid 2>/dev/null
kill -KILL $pid
wait $pid 2>/dev/null
check "a process that was there" same 3 "$(grep -c '(middle+0x' "$tmp/out")"

# ---- floods ----

run -k --backend=bpf --buffer=64K -e trace=write -o "$tmp/out" "$tmp/prog" l
shown=$(grep -c '^write(' "$tmp/out")
lost=$(grep -oE '[0-9]+ events? lost' "$tmp/out" |
       awk '{ n += $1 } END { print n + 0 }')
check "a flood is lost in part, and counted" test "$lost" -gt 0 -a \
	"$shown" -gt 0 -a $((shown * 2 + lost)) -ge 20000
check "what is shown has its stack" same \
	"$(grep -c '^[w<].*= 1$' "$tmp/out")" \
	"$(grep -c '^ > .*(middle+0x' "$tmp/out")"
check "and no other" same 0 "$(grep -c 'more, not' "$tmp/out")"
finish
