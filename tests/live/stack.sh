#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Stack traces (-k) of real programs.  Usage: stack.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
CC=${CC:-cc}

run() { timeout 30 "$strace" "$@" >"$tmp/stdout" 2>"$tmp/out" </dev/null; }
# has NAME PATTERN: a line of the last output
has() {
	if grep -qE -- "$2" "$tmp/out"; then ok "$1"; else not_ok "$1"; fi
}
lacks() {
	if grep -qE -- "$2" "$tmp/out"; then not_ok "$1"; else ok "$1"; fi
}
# follows NAME CALL PATTERN...: the lines behind that of CALL, from the first
follows() {
	local name=$1 call=$2 line n=0
	shift 2
	while IFS= read -r line; do
		if [ "$n" -eq 0 ]; then
			[[ $line =~ $call ]] && n=1
			continue
		fi
		[[ $line =~ $1 ]] || break
		shift
		[ $# -eq 0 ] && break
	done <"$tmp/out"
	if [ "$n" -eq 1 ] && [ $# -eq 0 ]; then ok "$name"; else
		not_ok "$name"
	fi
}

features=$("$strace" -V | grep '^Features:')
if [ "${features/no-stack-trace/}" != "$features" ]; then
	run -k true
	has "refused in one line that helps" 'not in this build.*--with-libdw'
	skip "stack traces" "not in this build"
	finish
fi
need_compiler "stack traces"

cat >"$tmp/prog.c" <<'EOF'
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEP __attribute__((noinline))

KEEP void innermost(void) { write(1, "x\n", 2); __asm__ volatile(""); }
KEEP void middle(void) { innermost(); __asm__ volatile(""); }
KEEP int deep(int n) { int r = n ? deep(n - 1) : write(1, "d", 1);
	__asm__ volatile(""); return r; }
void on_signal(int sig) { (void)sig; write(1, "h\n", 2); }

/* Calls made with stacks that lead nowhere. */
KEEP void hostile(void)
{
#ifdef __x86_64__
	unsigned long *s = mmap(0, 1 << 20, 3, 0x22, -1, 0);
	unsigned long at[] = { (unsigned long)s + 4096, 8, -16ul };

	for (int i = 0; i < 1 << 17; i++)
		s[i] = (unsigned long)&s[i];
	for (int i = 0; i < 3; i++) {
		long rax = 110;

		__asm__ volatile("mov %%rsp, %%r12; mov %%rbp, %%r13;"
				 "mov %1, %%rsp; mov %1, %%rbp; syscall;"
				 "mov %%r12, %%rsp; mov %%r13, %%rbp"
				 : "+a"(rax) : "r"(at[i])
				 : "r12", "r13", "rcx", "r11", "memory");
	}
#endif
}

/* Says from where in main it was called: the last byte of the call. */
int main(int argc, char **argv);
KEEP void caller(void)
{
	char *last = (char *)__builtin_return_address(0) - 1;

	printf("main+0x%lx\n", (unsigned long)(last - (char *)main));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char *args[] = { "true", NULL };

	(void)argc;
	switch (*argv[1]) {
	case 'w': middle(); break;
	case 'd': deep(400); break;
	case 's': signal(SIGUSR1, on_signal); raise(SIGUSR1); break;
	case 'e': execv("/bin/true", args); break;
	case 'f': if (!fork()) { middle(); _exit(0); } wait(NULL); break;
	case 'h': hostile(); break;
	case 'c': caller(); break;
	}
	_exit(3);
}
EOF
flags="-g -O1 -fno-optimize-sibling-calls -fno-inline -w"
# shellcheck disable=SC2086
$CC $flags -o "$tmp/prog" "$tmp/prog.c" || exit 2
p='^ > .*/prog'
c='^ > .*libc[^/]*\('

"$strace" -k -e trace=write -o "$tmp/out" "$tmp/prog" c >"$tmp/said"
check 'the address is that of the call' \
	grep -qF "($(cat "$tmp/said")) [" "$tmp/out"

run -k -e trace=write "$tmp/prog" w
follows "a call's frames, innermost first" '^write\(1' "$c.*\) \[0x" \
	"$p\(innermost\+0x[0-9a-f]+\) \[0x[0-9a-f]+\]" \
	"$p\(middle\+0x[0-9a-f]+\) " "$p\(main\+0x[0-9a-f]+\) "
follows "an offset is an offset" '^write\(1' "$c" \
	"$p\(innermost\+0x[0-9a-f]{1,2}\) "

run -k -e trace=exit_group "$tmp/prog" w
follows "a call that does not return" '^exit_group\(3\) += \?' "$c" \
	"$p\(main"
run -k -e trace=execve "$tmp/prog" e
follows "exec shows what was before" 'execve\("/bin/true"' "$c" \
	"$p\(main"
lacks "the first exec does not show strace" 'child_run|launch_fork'
run -k -e trace=write "$tmp/prog" s
follows "a signal's stack" '^--- SIGUSR1' '^ > ' '^ > '
follows "through a handler's frame" '^write\(1, "h' "$c" "$p\(on_signal" \
	"$c" "$c"
has "and to main" "$p\(main"
run -k -e trace=write "$tmp/prog" d
has "deep stacks end" '^ > too many stack frames$'
if [ "$(grep -c '^ > .*deep' "$tmp/out")" -ge 250 ]; then
	ok "after 256 frames"
else
	not_ok "after 256 frames"
fi
# frames NAME COUNT TRUNCATED: of the first stack, and whether it says so
frames() {
	check "$1" same "$2 $3" "$(awk '/^ > too many/ { cut = 1; exit }
		/^ > / { n++; next } n { exit }
		END { print n + 0, cut + 0 }' "$tmp/out")"
}
run -k --stack-trace-frame-limit=3 -e trace=write "$tmp/prog" d
frames "a limit of frames" 3 1
run -k --stack-trace-frame-limit=500 -e trace=write "$tmp/prog" d
check "a high limit of frames" test "$(grep -c '^ > .*deep' "$tmp/out")" -eq 401
lacks "a stack that is not cut does not say so" '^ > too many'
run --json -k --stack-trace-frame-limit=3 -e trace=write "$tmp/prog" d
has "a limit of frames in JSON" '"stack":\[([^]]*"addr"[^]]*){3},\{"truncated'
run -k --stack-trace-frame-limit=3 --record="$tmp/r" -e trace=write \
	"$tmp/prog" d
run -k --replay="$tmp/r"
frames "a record holds no more than was asked for" 3 1
run -k --replay="$tmp/r" --stack-trace-frame-limit=2
frames "and shows no more than is asked for" 2 1
run -k --replay="$tmp/r" --stack-trace-frame-limit=3
frames "or all, if that is as many" 3 1
run -k -f -e trace=write "$tmp/prog" f
has "children" "$p\(innermost"
if run -k -e trace=getppid "$tmp/prog" h; [ $? -eq 3 ]; then
	ok "stacks that lead nowhere"
else
	not_ok "stacks that lead nowhere"
fi
run -k -e trace=write -e write=1 "$tmp/prog" w
follows "after the dump" '^ \| 00000' "$c"
run -k -z -e trace=write "$tmp/prog" w
follows "with -z" '^write' "$c" "$p\(innermost"
run -k -c "$tmp/prog" w
has "-c says that it has no use" 'strace: -k/--stack-trace has no effect'
run -e trace=write "$tmp/prog" w
lacks "nothing unless asked" '^ > '

run --json --stack-trace -e trace=write "$tmp/prog" w
has "JSON" '"stack":\[.*"symbol":"innermost","offset":'

run -k --record="$tmp/r" -o "$tmp/o1" "$tmp/prog" d
run --replay="$tmp/r" -k -o "$tmp/o2"
if cmp -s "$tmp/o1" "$tmp/o2" && grep -q '^ > ' "$tmp/o2"; then
	ok "record and replay"
else
	not_ok "record and replay"
fi

strip -o "$tmp/bare" "$tmp/prog" 2>/dev/null && mv "$tmp/bare" "$tmp/prog"
run -k -e trace=write "$tmp/prog" w
follows "files without symbols" '^write' "$c" "$p\(\) \[0x"

if [ "${features/libdw/}" = "$features" ]; then
	skip "source lines" "no libdw"
	finish
fi
mkdir "$tmp/broken" && : >"$tmp/broken/libdw.so.1"
LD_LIBRARY_PATH=$tmp/broken run -k touch "$tmp/ran"
has "a library that can't be loaded is named" 'needs libdw: .*libdw\.so\.1: '
if [ -e "$tmp/ran" ]; then not_ok "then nothing is run"; else
	ok "then nothing is run"
fi
# shellcheck disable=SC2086
$CC $flags -o "$tmp/prog" "$tmp/prog.c"
run -kk -e trace=write "$tmp/prog" w
follows "source lines" '^write' "$c" \
	"$p\(innermost\+0x.*\] at .*/prog\.c:11$"
mv "$tmp/prog" "$tmp/prog2" && printf '#!/bin/sh\nmkfifo "%s"\n' \
	"$tmp/prog" | sh
run -k -e trace=write "$tmp/prog2" w
has "a fifo of the same name is not opened" "$p"'2\(innermost'
if have_32_bit; then
	# shellcheck disable=SC2086
	$CC -m32 $flags -o "$tmp/prog32" "$tmp/prog.c"
	run -k -e trace=write "$tmp/prog32" w
	has "32-bit programs" "$p"'32\(innermost\+0x'
	has "32-bit: up to main" "$p"'32\(main\+0x'
	run -k -e trace=write "$tmp/prog32" s
	has "32-bit: through a handler" "$p"'32\(on_signal\+0x'
	has "32-bit: the code that the kernel maps" '^ > \[vdso\]\('
else
	skip "32-bit programs" "there are none"
fi
finish
