#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Calls that are changed (--inject): the program sees what the rule says, and
# the trace says what the program saw.  Usage: inject.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=$tmp/err
program=$prog/injected
cd "$tmp" || exit 2

has() { grep -qE -- "$2" "$1"; }
hasnt() { ! has "$1" "$2"; }
count() { same "$(grep -cE -- "$2" "$1")" "$3"; }

programs=$program
! have_32_bit || programs="$program $program.32"
errors=EPERM,ENOENT,EINTR,EIO,EAGAIN,ENOMEM,EACCES,EFAULT,EBUSY,EINVAL
errors=$errors,ENOSPC,EPIPE,ENOSYS,1,133,515,4095
numbers='1 2 4 5 11 12 13 14 16 22 28 32 38 1 133 515 4095'
rounds=$(wc -w <<<"$numbers")

# The loader and the library need these before main(), so they are changed only
# in a process that was attached to.
early='close|read|pread64|fstat|openat|munmap|mprotect|madvise|getrandom'
"$program" "$rounds" | cut -d ' ' -f 1,2 >all
grep -vE "^($early) " all >calls
names_of() { cut -d ' ' -f 1 "$1" | sort -u | paste -sd ,; }
names=$(names_of calls)

# expected TIMES LINE-OF-AWK: what that many tasks of the program should see
expected() {
	awk -v numbers="$numbers" -v times="$1" '
		BEGIN { split(numbers, n, " ") }
		{ for (t = 0; t < times; t++) '"$2"' }' calls | sort
}

# ---- every call with every error, and with results ----

# sees NAME TIMES EXPECTED OPTION... -- COMMAND...
sees() {
	local name=$1 times=$2 want=$3 got

	shift 3
	expected "$times" "$want" >want
	timeout 60 "$strace" -o out "$@" 2>err | grep -vE "^($early) " |
		sort >got
	got=$(grep -c . got)
	if [ "$got" -gt 0 ] && cmp -s want got; then
		ok "$name: $got results as asked for"
	else
		diff want got | head -n 6 >err
		not_ok "$name"
	fi
}

each_error='print $1, $2, -1, n[$2 + 1], "whole"'
each_result='print $1, $2, 7, 0, "whole"'

matrix() {
	local p=$1 is=${1##*/injected}
	local rule="--inject=$names:errors=$errors"

	sees "errors$is" 1 "$each_error" "$rule" "$p" "$rounds"
	check "errors$is: shown" count out '\(INJECTED\)$' \
		"$(grep -c . calls)"
	sees "errors$is, -f" 4 "$each_error" -f "$rule" "$p" "$rounds" forks
	sees "errors$is, threads" 4 "$each_error" -f "$rule" "$p" "$rounds" \
		threads
	sees "errors$is, the kernel filters" 4 "$each_error" -f \
		-e trace="$names" "$rule" "$p" "$rounds" forks
	check "errors$is, the kernel filters: shown" count out \
		'\(INJECTED\)$' $((4 * $(grep -c . calls)))
	sees "results$is" 1 "$each_result" "--inject=$names:retval=7" "$p" \
		"$rounds"
	sees "results$is, with a call in its place" 1 "$each_result" \
		"--inject=$names:retval=7:syscall=getuid" "$p" "$rounds"
}
for p in $programs; do
	matrix "$p"
done

# Without the request that describes a call, registers have to do.
cat >noinfo.c <<'EOT'
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
long syscall(long nr, ...)
{
	long (*real)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT,
							    "syscall");
	long a[6];
	va_list ap;
	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_ptrace && a[0] >= strtol(getenv("NO_FROM"), NULL, 0) &&
	    a[0] <= 0x4212) {
		errno = EIO;
		return -1;
	}
	return real(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}
EOT
without_requests() {
	local from p

	if ! ${CC:-gcc} -D_GNU_SOURCE -shared -fPIC -o noinfo.so noinfo.c \
		-ldl 2>err; then
		skip 'older kernels' 'no shared library could be built'
		return
	fi
	for from in 0x4212 0x420e; do
		for p in $programs; do
			LD_PRELOAD=$PWD/noinfo.so NO_FROM=$from \
				sees "no requests from $from${p##*injected}" \
				1 "$each_error" -E LD_PRELOAD \
				"--inject=$names:errors=$errors" "$p" "$rounds"
		done
	done
}
without_requests

# A process that was attached to, with all of the calls.
attach_test() {
	local p

	cp all calls
	names=$(names_of all)
	for p in $programs; do
		rm -f in
		mkfifo in
		"$p" "$rounds" waits <in >said &
		pid=$!
		exec 3>in
		"$strace" -o out -p $pid "--inject=$names:errors=$errors" \
			2>err 3>&- &
		tracer=$!
		wait_for grep -q attached err
		exec 3>&-
		wait $pid
		wait $tracer
		expected 1 "$each_error" >want
		sort said >got
		check "attached${p##*injected}: $(wc -l <want) results" \
			cmp -s want got
	done
}
attach_test

# Calls of other kinds than the program's own.
if [ "$(uname -m)" = x86_64 ]; then
	if have_int80; then
		timeout 20 "$strace" -o out -e inject=getpid@32:retval=6 \
			"$prog/int80" 2>err
		check 'a 32-bit call of a 64-bit program' same $? 1
		check 'a 32-bit call of a 64-bit program: shown' has out \
			'^getpid\(\) += 6 \(INJECTED\)$'
	else
		skip 'a 32-bit call of a 64-bit program' \
			'the kernel serves no such calls'
	fi
	timeout 20 "$strace" -o out -e inject=getpid@x32:error=EIO \
		"$prog/int80" off 2>err
	check 'a call with the x32 bit' has out \
		'^getpid\(\) += -1 EIO \(Input/output error\) \(INJECTED\)$'
fi

# ---- what else a rule can do ----

run() { timeout 60 "$strace" -o out "$@" >said 2>err; }

run -e trace=openat,read -e inject=read:short=2:when=2+ \
	sh -c 'read a </etc/passwd; echo "$a"'
check 'short: the program gets all, in pieces' \
	same "$(cat said)" "$(head -n 1 /etc/passwd)"
run -e trace=write -e inject=write:short=2 \
	dd if=/dev/zero bs=4096 count=1 status=none
check 'short: all is written' same "$(wc -c <said)" 4096
check 'short: shown' has out '^write\(1, "\\0\\0", 2\) += 2 \(INJECTED: args\)$'

run -e trace=write -e inject=write:arg3=3:arg1=2 echo hello
check 'arg: another descriptor' has err hel
check 'arg: shown' has out \
	'^write\(2, "hel", 3\) += 3 \(INJECTED: args\)$'

# A static program takes what is in a register as a function for its end.
echo 'int main(void) { return 7; }' >exits.c
if ${CC:-gcc} -static -o exits exits.c 2>err; then
	for option in '' '-f -e trace=execve'; do
		# shellcheck disable=SC2086
		run $option -e inject=execve:arg3=0 env ./exits
		check "arg: of an exec $option" same $? 7
		check "arg: of an exec $option: shown" has out \
			'exits".*, NULL\) += 0 \(INJECTED: args\)$'
	done
else
	skip 'arg: of an exec' 'there is no static libc'
fi

run -e trace=write -e inject=write:poke_enter=@arg2=4a65 echo hello
check 'poke: the kernel gets it' same "$(cat said)" Jello
check 'poke: shown' has out \
	'^write\(1, "Jello\\n", 6\) += 6 \(INJECTED: args\)$'
run -e trace=write -e inject=write:poke_enter=@arg2=4a:retval=6 echo hello
check 'poke with a result: shown' has out \
	'^write\(1, "Jello\\n", 6\) += 6 \(INJECTED: args, retval\)$'
check 'poke with a result: nothing is written' same "$(cat said)" ''
echo hello >file
run -e trace=read -P "$PWD/file" -e inject=read:poke_exit=@arg2=4a \
	dd if=file bs=6 count=1 status=none
check 'poke at exit: the program gets it' same "$(cat said)" Jello
check 'poke at exit: shown' has out '"Jello\\n", 6\) += 6 \(INJECTED: args\)$'
run -e trace=write -e inject=write:poke_enter=@arg1=4a echo hello
check 'poke of what is no memory changes nothing' has out '= 6$'
check 'poke of what is no memory is told' has err \
	"inject 'write:poke_enter=@arg1=4a': nothing can be written where"
run -e inject=openat:poke_enter=@arg2=2f cat /etc/passwd
check 'poke: memory that can only be read' has out \
	'^openat\(.*INJECTED: args'

run -f -e trace=write -e inject=write:signal=USR1:when=1 \
	bash -c "trap 'echo caught' USR1; echo a; echo b"
check 'signal: caught' same "$(paste -sd ' ' said)" 'a caught b'
check 'signal: shown' has out \
	'SIGUSR1 \{si_signo=SIGUSR1, si_code=SI_KERNEL\}'
run -e trace=write -e inject=write:signal=KILL echo hello 2>/dev/null
check 'signal: KILL' has out 'killed by SIGKILL'

run -e trace=exit_group -e inject=exit_group:retval=3:when=1 \
	sh -c 'exit 4'
check 'a call that never returns does' has out \
	'^exit_group\(4\) += 3 \(INJECTED\)$'

run -e trace=execve -f -e inject=execve:error=EIO env true
check 'not the exec that starts the command' has out '^.*env.* = 0$'
check 'but others' has err 'Input/output error'

run -e trace=fchdir -e inject=fchdir:errors=EIO,EINTR:when=2..5+3 \
	-e fault=fchdir:when=3 -e inject=fchdir:delay_exit=1:when=3 "$program" 6
check 'several rules, each with its own count' same \
	"$(sed -n 's/^fchdir(.* = //p' out | sed 's/ ([A-Z][a-z][^)]*)//' |
		paste -sd ,)" "$(tr -d '\n' <<-EOT
	-1 EBADF,-1 EIO (INJECTED),-1 ENOSYS (INJECTED) (DELAYED),-1 EBADF,
	-1 EINTR (INJECTED),-1 EBADF
	EOT
	)"
run -f -e trace=write -e inject=write:error=EIO:when=2:count=all \
	bash -c '(echo a); (echo b); (echo c)'
check 'one count for all tasks' same "$(paste -sd ' ' said)" 'a c'

chances() {
	run -e trace=write -e inject=write:retval=1:chance=50% "$@" \
		dd if=/dev/zero bs=1 count=1000 status=none
	grep -c INJECTED out
}
n=$(chances --seed=1)
cp out first
check "chance: about half of a thousand ($n)" [ "$n" -gt 400 -a "$n" -lt 600 ]
chances --seed=1 >/dev/null
check 'chance: the same with the same seed' cmp -s out first
chances --seed=2 >/dev/null
check 'chance: another with another' sh -c '! cmp -s out first'
chances >/dev/null
cp out first
seed=$(sed -n 's/.*--seed=\([0-9]*\) .*/\1/p' err)
chances --seed="$seed" >/dev/null
check 'chance: it says its seed' cmp -s out first

printf '# rules\nfault close:when=1\ninject write:retval=6\n' >rules
run -e trace=close,write --inject-file=rules echo hello
check 'a file of rules' count out INJECTED 2
printf 'inject write:retval=6\nfalt close\n' >rules
run --inject-file=rules true
check 'a file of rules: its line' has err \
	'rules:2: a line is inject RULE, fault RULE or RULE'

# A filter of the program kills whoever makes a call that there is not.
strict=$prog/strict
strict_tests() {
	local option p

	for p in "$strict" "$strict.32"; do
		[ "$p" = "$strict" ] || have_32_bit || continue
		for option in '' -f '-f -e trace=mkdirat' --seccomp-bpf=no; do
			# shellcheck disable=SC2086
			timeout 20 "$strace" -o out $option \
				-e inject=mkdirat:error=EDQUOT "$p" dir 2>err
			check "strict${p##*strict} $option: it lives" \
				same $? 122
			check "strict${p##*strict} $option: shown" has out \
				'mkdirat\(.* = -1 EDQUOT .* \(INJECTED\)$'
			check "strict${p##*strict} $option: not made" \
				[ ! -e dir ]
		done
	done
}
rm -rf dir
strict_tests

# ---- delays ----

# Both are late at once, so the whole takes less than both one by one.
run -f -T -e trace=getcwd -e inject=getcwd:delay_enter=400ms:delay_exit=300ms \
	sh -c 'env -C / pwd >/dev/null & env -C / pwd >/dev/null; wait'
check 'delay: shown' has out ' = 2 \(DELAYED\) <0\.[4-9]'
start=$(date +%s%N)
run -f -e trace=getppid -e inject=getppid:delay_enter=500ms \
	sh -c 'for i in 1 2 3 4 5 6; do sh -c : & done; wait'
took=$((($(date +%s%N) - start) / 1000000))
check "delay: others go on meanwhile ($took ms)" \
	[ $took -gt 500 -a $took -lt 2500 ]

# Whatever way a stop was found, it comes up once.
run -e trace=getuid -e inject=getuid:delay_enter=1ms:delay_exit=1ms \
	"$program" 64
check 'delay: each call is there once' count out '^getuid\(\) += 0 \(DEL' 64
check 'delay: no call is lost' hasnt out lost

# A task that is killed in its delay, and one whose tracer is ended.
delayed_kill() {
	local option

	for option in '' -f '-f -e trace=getppid'; do
		# shellcheck disable=SC2086
		"$strace" -o out $option \
			-e inject=getppid:delay_enter=100s:when=2 \
			sh -c 'echo $$ >pid; exec sh -c :' 2>err &
		tracer=$!
		wait_for grep -q 'getppid(' out
		kill -9 "$(cat pid)"
		disown $tracer
		check "killed in a delay $option: the trace ends" \
			wait_for gone $tracer
		check "killed in a delay $option: shown" \
			has out 'killed by SIGKILL'
		rm -f pid out
		# shellcheck disable=SC2086
		"$strace" -o out $option -I2 \
			-e inject=getppid:delay_enter=100s:retval=1 \
			sh -c : 2>err &
		tracer=$!
		wait_for grep -q 'getppid(' out
		kill -INT $tracer
		check "the tracer ends in a delay $option" \
			wait_for gone $tracer
		wait $tracer 2>/dev/null
		rm -f out
	done
}
delayed_kill

# Who is let go in a delay goes on, with the result that it was to get.
detached_in_delay() {
	rm -f in
	mkfifo in
	"$program" 1 waits <in >said &
	pid=$!
	exec 3>in
	"$strace" -o out -p $pid -e trace=getuid \
		-e inject=getuid:delay_enter=100s:retval=4711 2>err 3>&- &
	tracer=$!
	wait_for grep -q attached err
	exec 3>&-
	wait_for grep -q 'getuid(' out
	kill -INT $tracer
	wait $pid
	check 'let go in a delay: it goes on' has said '^setsid 0'
	check 'let go in a delay: with its result' has said '^getuid 0 4711 '
	wait $tracer
}
detached_in_delay

# ---- replay, JSON, the count ----

"$strace" -o out --record=rec -e trace=write \
	-e inject=write:poke_enter=@arg2=4a:retval=6:delay_exit=1 echo hello
"$strace" --replay=rec -o again
check 'a record keeps it' cmp -s out again
"$strace" --replay=rec --json -o again
check 'JSON says it' has again \
	'"ret":6,"injected":\["result","args"\],"delayed":true'
run -c -e trace=write -e inject=write:error=EIO echo hello
check 'the summary counts it' has out ' ([0-9]+) +\1 write$'
run -z -e trace=write -e inject=write:error=EIO echo hello
check 'a filter of outcomes sees it' hasnt out write
run -yy -e trace=close,write -e inject=close:retval=0 \
	sh -c 'exec 3>/dev/null; exec 3>&-; echo hello >&2'
check 'a descriptor that was not closed is still what it is' \
	has out '^close\(3</dev/null<char 1:3>>\) += 0 \(INJECTED\)'

# ---- one place after the other ----

survives=$prog/survives
each() {
	rm -rf dir
	mkdir dir
	timeout 60 "$strace" -o out "$@" "$survives" dir >said 2>err
	status=$?
}

each_tests() {
	local rule=mkdirat:error=EACCES:timeout=1s
	local frame=' > .*/survives\(crash\+0x[0-9a-f]+\)'

	each "--inject-each=$rule"
	check 'each: findings make the status 1' same $status 1
	check 'each: all places' has out "^5 of 5 places of '$rule': "
	check 'each: the sum' has out "$(tr '\n' ' ' <<-EOT | sed 's/ $//'
	: 1 make it fail, 1 make no difference, 1 change what it writes, but
	not its exit status, 1 crash it, 1 hang it
	EOT
	)\$"
	check 'each: the call' has out \
		'^place 1 of 5: mkdirat\(AT_FDCWD, "crash'
	check 'each: a crash' has out '^   killed by SIGABRT$'
	check 'each: a lie' has out '0, but its output is not what it was$'
	check 'each: a hang' has out '^   hangs: it ran for 1[0-9]{3} ms'
	check 'each: nothing is left of it' wait_for sh -c \
		'! pgrep -x survives >pids'
	check 'each: what it writes is not mixed in' same "$(cat said)" ''
	if "$strace" -k -o /dev/null true 2>/dev/null; then
		check 'each: the stack' has out "$frame"
	else
		skip 'each: the stack' 'not in this build'
	fi
	each "--inject-each=mkdirat:error=EACCES:timeout=1s:must=fail"
	check 'each: what is ignored' has out \
		'^   exit status 0, and its output is what it was$'
	each --inject-each=mkdirat:signal=TERM
	check 'each: a signal' has out '1 of 5|5 crash it'
	check 'each: its line' has out '^place 2 of 5: mkdirat\(.*"lies", 0700'
	each --inject-each=chdir:error=EIO
	check 'each: no findings' same $status 0
	check 'each: only the sum' same "$(cat out)" \
		"1 of 1 places of 'chdir:error=EIO': 1 make it fail"
	each --inject-each=fchmod:error=EIO
	check 'each: no place' same "$(cat out)" \
		"0 of 0 places of 'fchmod:error=EIO'"
	"$strace" --inject-each=close:error=EIO false 2>err
	check 'each: the command fails anyway' has err \
		'the command fails although nothing was changed: exit status 1'
	"$strace" -o out --inject-each=close:error=EIO date +%N 2>err
	check 'each: its output is never the same' has err \
		'writes something else each time'
}
each_tests

# ---- the expression is wrong ----

run -e inject=read:error=EOI true
check 'a mistake is pointed at' same "$(sed -n 2,3p err)" "$(
	printf '  read:error=EOI\n             ^~~')"

# ---- other ways to end a trace ----

run -f -b execve -e trace=execve,exit_group sh -c 'sh -c : ; exit 3'
check 'detach-on: the exec is the last of it' has out \
	'execve\("/.*/sh", \["sh", "-c", ":"\].* <detached \.\.\.>$'
check 'detach-on: others are traced on' has out 'exit_group\(3\)'
check 'detach-on: but it is not' count out exit_group 1
"$strace" -b execve -e trace=none env true 2>err
check 'detach-on: said' has err 'Process [0-9]+ detached'
run --syscall-limit=3 -e trace=write \
	sh -c 'for i in 1 2 3 4 5; do echo $i; done'
check 'syscall-limit: no more than that' count out '^write' 3
check 'syscall-limit: the program goes on' wait_for has said 5
run --syscall-limit=2 -z -e trace=close sh -c 'exec 9>&-; exec 3</; exec 3>&-'
check 'syscall-limit: what is not shown does not count' count out '^close' 2
"$strace" -o all --record=rec -e trace=write \
	sh -c 'echo 1; echo 2; echo 3' >said
"$strace" -o out --replay=rec --syscall-limit=2
check 'syscall-limit: of a record' count out '^write' 2
if "$strace" --backend=bpf -o /dev/null true 2>/dev/null; then
	run --backend=bpf --syscall-limit=3 -e trace=write \
		sh -c 'for i in 1 2 3 4 5; do echo $i; done'
	check 'syscall-limit: bpf' count out '^write' 3
fi

finish
