#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Stack traces (-k) of programs whose mappings and files are not what they were,
# or not what they should be.  Usage: stack_maps.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
CC=${CC:-cc}

features=$("$strace" -V | grep '^Features:')
if [ "${features/no-stack-trace/}" != "$features" ]; then
	skip "stack traces" "not in this build"
	finish
fi
need_compiler "stack traces"
case $features in
*stack-trace=libdw*) libdw=yes ;;
*) libdw=no ;;
esac

# names FILE: the functions of FILE's stacks, a line for each call
names() {
	awk '/^ > / { sub(/^ > /, ""); where = $0; sub(/.*\(/, "", where)
		      sub(/(\+0x|\)).*/, "", where)
		      line = line " " where; next }
	     /getppid\(/ { if (line != "") print line; line = "-" }
	     END { print line }' "$1"
}
# trace OPTION... COMMAND: its calls of getppid, with their stacks
trace() {
	timeout 60 "$strace" -f -k -e trace=getppid -o "$tmp/out" "$@" \
		>"$tmp/said" 2>"$tmp/errors" </dev/null
	names "$tmp/out" >"$tmp/names"
}
# stacks NAME PATTERN...: one for each call that was made, in order
stacks() {
	local name="$what: $1" line n=0
	shift
	while IFS= read -r line; do
		[[ $line =~ $1 ]] || break
		shift
		n=$((n + 1))
	done <"$tmp/names"
	if [ $# -eq 0 ] && [ "$(wc -l <"$tmp/names")" -eq "$n" ]; then
		ok "$name"
	else
		not_ok "$name" "expected next: ${1-nothing}" \
			"$(cat "$tmp/names")"
	fi
}

# lib NAME [FILE]: a library whose entry() calls NAME, which calls getppid
lib() {
	# shellcheck disable=SC2086
	$CC $bits -O1 -g -w -shared -fPIC -DNAME="$1" -x c \
		-o "$tmp/${2-$1}.so" - \
		<<-'LIB'
		#include <unistd.h>
		__asm__(".text\n.skip 9000");
		__attribute__((visibility("hidden"), noinline)) int NAME(int x)
		{ int r = getppid(); __asm__ volatile(""); return r + x; }
		int entry(int x)
		{ int r = NAME(x); __asm__ volatile(""); return r + x; }
	LIB
}
plugs() { trace "$plugs" "$@"; }
p='^- (__kernel_vsyscall )?getppid'
first="$p first entry call .*main"
other="$p other entry call .*main"
unknown='^- unexpected_[^ ]* [^ ]*$'

# Only root gets at a file that is gone, the others at what was loaded of it.
deleted_before() {
	local user=(setpriv --reuid=65534 --regid=65534
		    --clear-groups)

	if [ $libdw = no ]; then
		skip "$what: a file that was deleted" "no libdw"
		return
	fi
	cp "$tmp/first.so" "$tmp/plug.so"
	plugs "open=$tmp/plug.so" "unlink=$tmp/plug.so" call
	stacks "a file that was deleted" "$p .*entry call .*main"
	mkdir -m 777 -p "$tmp/user"
	chmod 755 "$tmp"
	if ! "${user[@]}" test -x "$strace" -a -x "$plugs" 2>/dev/null; then
		skip "$what: a file that was deleted, for a user" "no user"
		return
	fi
	"${user[@]}" cp "$tmp/first.so" "$tmp/user/plug.so"
	"${user[@]}" "$strace" -k -e trace=getppid -o "$tmp/user/out" \
		"$plugs" "open=$tmp/user/plug.so" "unlink=$tmp/user/plug.so" \
		call >"$tmp/said"
	names "$tmp/user/out" >"$tmp/names"
	rm -rf "$tmp/user"
	stacks "a file that was deleted, for a user" "$p .*entry call .*main"
}

libraries_that_come_and_go() {
	plugs "open=$tmp/first.so" call close "open=$tmp/other.so" call close \
		"open=$tmp/first.so" call
	if [ "$(sort -u "$tmp/said" | wc -l)" -eq 1 ]; then
		stacks "a library where another one was" "$first" "$other" \
			"$first"
	else
		skip "a library where another one was" "it went elsewhere"
	fi
	plugs "open=$tmp/first.so" call split call
	stacks "a mapping that is split" "$first" "$first"
	if [ "${BACKEND:-ptrace}" = bpf ]; then
		skip "$what: files that change" \
			"who calls has gone on before they are read"
		return
	fi
	cp "$tmp/first.so" "$tmp/plug.so"
	plugs "open=$tmp/plug.so" call close "copy=$tmp/other.so:$tmp/plug.so" \
		"open=$tmp/plug.so" call
	stacks "a file that was written anew" "$first" "$other"
	cp "$tmp/first.so" "$tmp/plug.so"
	plugs "open=$tmp/plug.so" call close "unlink=$tmp/plug.so" \
		"copy=$tmp/other.so:$tmp/plug.so" "open=$tmp/plug.so" call
	stacks "another file of its name" "$first" "$other"
	cp "$tmp/first.so" "$tmp/plug.so"
	plugs "open=$tmp/plug.so" call "unlink=$tmp/plug.so" call
	stacks "a file that is deleted" "$first" "$first"
	check "$what: is shown as deleted" \
		grep -q 'plug\.so (deleted)(' "$tmp/out"
	deleted_before
	cp "$tmp/first.so" "$tmp/plug.so"
	plugs "open=$tmp/plug.so" call "cut=$tmp/plug.so" call
	check "$what: a file that is cut while it is mapped" \
		grep -q 'killed by SIGBUS' "$tmp/out"
}

tasks_that_share() {
	plugs "open=$tmp/first.so" call thread=call call
	stacks "a thread" "$first" "$p first entry call .*task" "$first"
	plugs "open=$tmp/first.so" call vfork=call call
	stacks "a child that borrows the memory" "$first" "$first" "$first"
	plugs "open=$tmp/first.so" call \
		fork=close,"open=$tmp/other.so",call call fork=call call
	stacks "a child that goes its own way" "$first" "$other" "$first" \
		"$first" "$first"
	plugs "open=$tmp/first.so" call "exec=$plugs open=$tmp/other.so call"
	stacks "exec" "$first" "$other"
	if setarch -R true 2>/dev/null; then
		trace setarch -R "$plugs" "open=$tmp/first.so" call \
			"exec=$plugs open=$tmp/other.so call"
		stacks "exec, with all at the same addresses" "$first" "$other"
	else
		skip "exec, with all at the same addresses" "no setarch"
	fi
}

code_without_a_file() {
	if ! "$plugs" code call; then
		skip "code without a file" "not for this machine"
		return
	fi
	plugs code call
	stacks "code without a file" "$unknown"
	check "$what: is shown as an address" \
		grep -q '^ > unexpected_.* \[0x[0-9a-f]*\]$' "$tmp/out"
	plugs "open=$tmp/first.so" call over call
	stacks "which stands where a library was" "$first" "$unknown"
}

attached() {
	local pid tracer

	"$plugs" "open=$tmp/first.so" wait call >"$tmp/said" &
	pid=$!
	wait_for grep -q ready "$tmp/said"
	timeout 60 "$strace" -k -e trace=getppid -o "$tmp/out" -p "$pid" \
		2>"$tmp/errors" &
	tracer=$!
	wait_for grep -q attached "$tmp/errors"
	kill -USR1 $pid
	wait $pid $tracer
	names "$tmp/out" >"$tmp/names"
	stacks "a process that was there already" "$first"
}

kinds_of_files() {
	# shellcheck disable=SC2086
	if $CC $bits -D_GNU_SOURCE= -O1 -w -DALONE -static -o "$tmp/static" \
		"$top/tests/live/prog/plugs.c" 2>/dev/null &&
	   [ $libdw = yes ]; then
		trace "$tmp/static" direct
		stacks "a static program" "^- .*getppid direct .*main"
	else
		skip "a static program" "the compiler makes none, or no libdw"
	fi
	# Who follows frame pointers loses the frames of code without them.
	# shellcheck disable=SC2086
	$CC $bits -D_GNU_SOURCE= -O1 -w -fno-omit-frame-pointer \
		-o "$tmp/pointers" "$top/tests/live/prog/plugs.c" -pthread -ldl
	trace "$tmp/pointers" "open=$tmp/first.so" call call
	stacks "the first stack through a library" "$first" "$first"
	cp "$tmp/first.so" "$tmp/new"$'\n'line.so
	plugs "open=$tmp/new"$'\n'line.so call
	check "$what: a name with a newline" \
		grep -qF 'new\nline.so(' "$tmp/out"
	if command -v strip >/dev/null; then
		cp "$tmp/first.so" "$tmp/bare.so" && strip "$tmp/bare.so"
		plugs "open=$tmp/bare.so" call
		stacks "a stripped library" "$p .*entry call .*main"
	fi
}

# Files that say they are larger than what is read of one; and one that doesn't.
odd_files() {
	local symbols="stripped symbols, packed" many="too many of them"

	what="odd files" plugs=$prog/plugs bits=
	lib first
	if [ $libdw = no ] || ! command -v xz nm objcopy strip >/dev/null; then
		skip "$what" "no libdw, or no xz and binutils"
		return
	fi
	echo first >"$tmp/keep"
	objcopy -S --keep-symbols="$tmp/keep" "$tmp/first.so" "$tmp/names.elf"
	xz -k "$tmp/names.elf"
	objcopy -S --add-section .gnu_debugdata="$tmp/names.elf.xz" \
		"$tmp/first.so" "$tmp/packed.so"
	plugs "open=$tmp/packed.so" call
	stacks "$symbols" "$first"
	head -c 100M /dev/zero | cat "$tmp/names.elf" - | xz -0 >"$tmp/bomb.xz"
	objcopy -S --add-section .gnu_debugdata="$tmp/bomb.xz" \
		"$tmp/first.so" "$tmp/packed.so"
	plugs "open=$tmp/packed.so" call
	check "$what: $many" grep -q 'packed\.so() \[0x' "$tmp/out"
	timeout 60 "$strace" -kk -e trace=getppid -o "$tmp/out" "$plugs" \
		"open=$tmp/first.so" call >"$tmp/said"
	check "$what: lines of the source" \
		grep -q 'first\.so(first.*\] at ' "$tmp/out"
	mkfifo "$tmp/pipe"
	printf '%s\0abcdefghijklmnopqrst' "$tmp/pipe" >"$tmp/link"
	objcopy --add-section .gnu_debugaltlink="$tmp/link" "$tmp/first.so" \
		"$tmp/split.so"
	timeout 60 "$strace" -kk -e trace=getppid -o "$tmp/out" "$plugs" \
		"open=$tmp/split.so" call >"$tmp/said"
	check "$what: no lines of one that names another file" \
		grep -q 'split\.so(first[^ ]*) \[0x[0-9a-f]*\]$' "$tmp/out"
	cp "$tmp/first.so" "$tmp/packed.so"
	if python3 - "$tmp/packed.so" <<-'EOT'
		import struct, sys
		with open(sys.argv[1], "r+b") as f:
		    head = f.read(64)
		    at = struct.unpack_from("Q", head, 40)[0]
		    each, count = struct.unpack_from("HH", head, 58)
		    for i in range(1, count):
		        f.seek(at + i * each + 4)
		        if struct.unpack("I", f.read(4))[0] == 1:
		            last = at + i * each
		    f.seek(last + 24)
		    f.write(struct.pack("QQ", 0, 1 << 30))
		    f.truncate(1 << 31)
	EOT
	then
		plugs "open=$tmp/packed.so" call
		check "$what: a section of a gigabyte" \
			grep -q 'packed\.so() \[0x' "$tmp/out"
	else
		skip "$what: a section of a gigabyte" "no python3"
	fi
}

names_that_double() {
	local name=_Z1f1AIiiE i

	what="names"
	case $features in *no-stack-demangle*)
		skip "$what" "no libiberty"
		return ;;
	esac
	for i in 0 1 2 3 4 5 6 7 8 9 A B C D E F G H I J K L M N O P Q R; do
		name=${name}S_IS${i}_S${i}_E
	done
	lib "$name" double
	plugs "open=$tmp/double.so" call
	check "$what: one that would unfold to gigabytes is cut" \
		grep -qE '\(f\(A<int, int>, .{900,1100}$' "$tmp/out"
}

# all_of_it WHAT PROGRAM OPTION-OF-COMPILER
all_of_it() {
	what=$1 plugs=$2 bits=${3-}
	lib first && lib other
	libraries_that_come_and_go
	tasks_that_share
	code_without_a_file
	attached
	kinds_of_files
}

all_of_it "64-bit" "$prog/plugs"
if have_32_bit && [ $libdw = yes ]; then
	all_of_it "32-bit" "$prog/plugs.32" -m32
else
	skip "32-bit programs" "there are none, or no libdw"
fi
odd_files
names_that_double
cat >"$tmp/older" <<-EOT
	#!/bin/sh
	exec '$prog/unasked' '$strace' "\$@"
EOT
chmod +x "$tmp/older"
strace=$tmp/older
if "$strace" true 2>/dev/null; then
	all_of_it "older kernels" "$prog/plugs"
else
	skip "older kernels" "no filter can be set"
fi
finish
