#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the description compiler.  A line of an .abi file that ends in
# "### MESSAGE" must get that message, with a caret; no other line may get one.
# good.abi must compile, and files in canonical form must stay as they are.
#
#	run.sh ABIGEN [DESCRIPTION...]
#
# The descriptions named are checked for their canonical form too.
set -u
abigen=$1
shift
dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS=detect_leaks=0
passed=0
failed=0

check() { # NAME STATUS
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $1"
	fi
}

compile() {
	"$abigen" --check "$1" "$dir/names.const" "$dir/x86_64.tbl"
}

for file in "$dir"/*.abi; do
	name=$(basename "$file")
	compile "$file" >"$work/out" 2>&1
	grep -n '###' "$file" |
		sed 's/^\([0-9]*\):.*### */\1: /' | sort -n >"$work/want"
	sed -n "s|^$file:\([0-9]*\):[0-9]*: |\1: |p" "$work/out" |
		sort -n >"$work/have"
	diff -u "$work/want" "$work/have"
	check "$name: the messages that were expected" $?
	if [ -s "$work/want" ]; then
		[ "$(grep -c '^ *	* *^$' "$work/out")" -eq \
			"$(wc -l <"$work/have")" ]
		check "$name: a caret for each" $?
	fi
done

"$abigen" -o "$work/good.c" "$dir/good.abi" "$dir/names.const" \
	"$dir/x86_64.tbl" && grep -q 'abi_rows' "$work/good.c"
check "good.abi: tables are written" $?
cat >"$work/ioctl.abi" <<'EOF'
enum ioctl_names u32 { TWO ONE }
command ioctl @sys_first(fd fd, cmd u32) by (cmd) { default () }
ioctl _IOC_RIGHT, ONE (arg u32)
EOF
"$abigen" -o "$work/ioctl.c" "$work/ioctl.abi" "$dir/names.const" \
	"$dir/x86_64.tbl" &&
	[ "$(sed -n '/abi_syms\[\]/,/^}/s/^\t{ \(0x[0-9a-f]*\),.*/\1/p' \
		"$work/ioctl.c" | tr '\n' ' ')" = '0x0 0x1 0x2 0x80081234 ' ]
check "a command that is described has its name from there, once" $?
cat >"$work/laid.abi" <<'EOF'
call first(p in point, q in tight, r in shape)
struct point { x u8; _ u8[3]; y long; z u64 hidden }
struct tight packed { a u16; b u64 }
struct shape {
	layout lp64 { k int; p addr }
	layout i386 x32 { p addr; k int }
	show { k int; p addr }
}
EOF
"$abigen" --structs "$work/laid.abi" "$dir/names.const" "$dir/x86_64.tbl" |
	tr '\n\t' ';=' >"$work/out"
printf '%s' 'struct point x86_64 24;=x 0 1;=_ 1 3;=y 8 8;=z 16 8 hidden;' \
	'struct point i386 16;=x 0 1;=_ 1 3;=y 4 4;=z 8 8 hidden;' \
	'struct point x32 16;=x 0 1;=_ 1 3;=y 4 4;=z 8 8 hidden;' \
	'struct tight x86_64 10;=a 0 2;=b 2 8;' \
	'struct tight i386 10;=a 0 2;=b 2 8;' \
	'struct tight x32 10;=a 0 2;=b 2 8;' \
	'struct shape x86_64 16;=k 0 4;=p 8 8;' \
	'struct shape i386 8;=p 0 4;=k 4 4;' \
	'struct shape x32 8;=p 0 4;=k 4 4;' | diff - "$work/out"
check "--structs prints sizes and offsets" $?
cat >"$work/wide.abi" <<'EOF'
call first(a int, b ulong, c in u32, d hexarg, e by (a) { default: u32 }:u32)
enum two u32 { ONE TWO }
command second(fd fd, cmd enum two) { ONE (x size); TWO (x u16); default () }
EOF
"$abigen" --arguments "$work/wide.abi" "$dir/names.const" "$dir/x86_64.tbl" |
	tr '\n' ';' >"$work/out"
printf '%s' 'sys_first 0 a 4;sys_first 1 b 8;sys_first 3 d 8;sys_first 4 e 4;' \
	'sys_second 0 fd 4;sys_second 1 cmd 4;' \
	'sys_second 0 fd 4;sys_second 1 cmd 4;sys_second 2 x 8;' \
	'sys_second 0 fd 4;sys_second 1 cmd 4;sys_second 2 x 2;' |
	diff - "$work/out"
check "--arguments prints how wide they are" $?
cat >"$work/own.abi" <<'END'
call first(a u32)
call first @sys_first_x86_64(b u64, c u16)
call second(a u32)
call second @sys_second_i386(b u64)
END
"$abigen" --arguments "$work/own.abi" "$dir/names.const" "$dir/x86_64.tbl" |
	grep -E '^sys_(first|second)' >"$work/out"
printf '%s\n' 'sys_first 0 b 8' 'sys_first 1 c 2' 'sys_second 0 a 4' |
	diff - "$work/out"
check "an ABI's own description of an entry goes first" $?
cat >"$work/plans.abi" <<'EOF'
enum two u32 { ONE TWO }
struct vec(fd) { base in sockbuf(fd)[len]; len size }
hook look(n u32) reads self[n * 2] limit 64
command first(fd fd, cmd enum two) by (cmd & 0xff) {
	ONE (p path, v in vec(fd)[n], n u32)
	TWO (p inout int, q out look(ret) when (cmd & 0x100))
	default (p in strv brief "var")
}
struct pair { one fd; other u16 }
hook set(n int) reads self[n / 8], self fds[n] limit 64
call second(n int, s in set(n), v out pair[2], at dirfd) -> fd
struct sets { n int; one in set(n); other in set(n); names str }
call third(s in sets)
union inner by (k enum two) { ONE: { f fd } default: { r bytes[rest] } }
union outer by (k enum two) { ONE: { i inner[8] } default: { f fd } }
call fourth(p in outer[20])
call fifth(v in strv, w in strv)
struct args { a in u32[n] max 4; b in bytes[n] cut 70; n u32 }
call sixth(a in args, c in pair sized n min 2 max 9, d str cut 9, n size)
call seventh(e in vec(n)[n] max 3, n size)
EOF
"$abigen" --plans "$work/plans.abi" "$dir/names.const" "$dir/x86_64.tbl" |
	tr '\n\t' ';=' >"$work/out"
printf '%s' 'first x86_64 enter 8;=fd arg0;=words arg2 8 max 1024;' \
	'=if full, else skip 5;=each arg2 8 as v8;=v9 = u64 at v8 + 0;' \
	'=while v9;=str v9;=next;' \
	'first.0x1 x86_64 enter 6;=fd arg0;=str arg2 max 4097;' \
	'=bytes arg3 16 * arg4:32;=vec arg3 16 * arg4:32;' \
	'=if whole arg0 is a stream, else skip 1;' \
	'=vec arg3 16 * arg4:32 of 32767;' \
	'first.0x1 x86_64 exit 3;=if dump, else skip 2;' \
	'=bytes arg3 16 * arg4:32;=vec arg3 16 * arg4:32;' \
	'first.0x1 x86_64 failed 3;=if dump, else skip 2;' \
	'=bytes arg3 16 * arg4:32;=vec arg3 16 * arg4:32;' \
	'first.0x2 x86_64 enter 2;=bytes arg2 4 max 4;=fd arg0;' \
	'first.0x2 x86_64 exit 4;=bytes arg2 4 max 4;' \
	'=unless arg1 & 0x100 skip 2;=v8 = ret * 2;' \
	'=bytes arg3 1 * v8 max 64;' \
	'first.0x2 x86_64 failed 3;=bytes arg2 4 max 4;' \
	'=unless arg1 & 0x100 skip 1;=bytes arg3 64 max 64;' \
	'second x86_64 enter 5;=v8 = arg0 & 4294967295;=v9 = v8 / 8;' \
	'=bytes arg1 1 * v9 max 64;=fds arg1 of arg0:32;=fd arg3;' \
	'second x86_64 exit 7;=bytes arg2 16 max 16;' \
	'=if fds, else skip 3;=each arg2 8 max 2 as v8;' \
	'=fd s32 at v8 + 0;=next;=fd arg3;=fd ret;' \
	'second x86_64 failed 1;=fd arg3;' \
	'third x86_64 enter 11;=bytes arg0 32 max 32;' \
	'=v8 = u64 at arg0 + 8;=v9 = s32 at arg0 + 0;=v10 = v9 / 8;' \
	'=bytes v8 1 * v10 max 64;=fds v8 of v9;' \
	'=v11 = u64 at arg0 + 16;=bytes v11 1 * v10 max 64;' \
	'=fds v11 of v9;=v12 = u64 at arg0 + 24;=str v12;' \
	'fourth x86_64 enter 1;=bytes arg0 20 max 20;' \
	'fifth x86_64 enter 12;' \
	'=words arg0 8;=each arg0 8 as v8;=v9 = u64 at v8 + 0;' \
	'=while v9;=str v9;=next;' \
	'=words arg1 8;=each arg1 8 as v8;=v9 = u64 at v8 + 0;' \
	'=while v9;=str v9;=next;' \
	'sixth x86_64 enter 11;=bytes arg0 24 max 24;' \
	'=v8 = u64 at arg0 + 0;=v9 = u32 at arg0 + 16;=v10 = v9 - 5;' \
	'=unless v10 & 0x80000000 skip 1;=bytes v8 4 * v9 max 16 shown;' \
	'=v11 = u64 at arg0 + 8;=bytes v11 1 * v9 max 70 shown;' \
	'=bytes arg1 1 * arg3 max 9;=fd s32 at arg1 + 0;' \
	'=bytes arg2 10 max 10;' \
	'seventh x86_64 enter 6;=v8 = arg1 - 4;' \
	'=unless v8 & 0x80000000 skip 4;' \
	'=bytes arg0 16 * arg1 max 48 shown;' \
	'=vec arg0 16 * arg1 max 3 shown;' \
	'=if whole arg1 is a stream, else skip 1;' \
	'=vec arg0 16 * arg1 max 3 shown of 32767;' |
	diff - "$work/out"
check "--plans prints what is captured" $?
cat >"$work/tail.abi" <<'EOF'
enum two u32 { ONE TWO }
struct tail { n u32; k inner[n] }
union inner by (k enum two) { ONE: { f fd } default: { r bytes[rest] } }
call first(p in tail)
EOF
"$abigen" --plans "$work/tail.abi" "$dir/names.const" "$dir/x86_64.tbl" |
	tr '\n\t' ';=' >"$work/out"
printf '%s' 'first x86_64 enter 4;=bytes arg0 4 max 4;' \
	'=v8 = u32 at arg0 + 0;=v9 = arg0 + 4;=bytes v9 1 * v8 max 4096;' |
	diff - "$work/out"
check "a union at the end of a struct is as long as its count" $?
printf 'call  first( fd fd,x   int )->fd\nstruct s {\na int\n}\n' \
	>"$work/ugly.abi"
"$abigen" --format "$work/ugly.abi" >"$work/nice.abi"
printf 'call first(fd fd, x int) -> fd\nstruct s {\n\ta int\n}\n' |
	diff -u - "$work/nice.abi"
check "--format makes it canonical" $?
"$abigen" --check-format "$work/nice.abi"
check "--check-format accepts that" $?
"$abigen" --check-format "$work/ugly.abi" 2>"$work/out" ||
	grep -q 'canonical' "$work/out"
check "--check-format refuses the other" $?
cat >"$work/broken.abi" <<'EOF'
call first(fd fd,
x int, y by (x) {
ONE: u32
default: s32
}:u32, flags u32 if ((x &
(ONE | TWO)))
) -> fd
ioctl ONE,
  TWO (arg u32)
call second()
    -> fd
EOF
"$abigen" --format "$work/broken.abi" >"$work/nice.abi"
printf '%s\n' 'call first(fd fd,' '	x int, y by (x) {' \
	'		ONE: u32' \
	'		default: s32' '	}:u32, flags u32 if ((x &' \
	'		(ONE | TWO)))' ') -> fd' 'ioctl ONE,' \
	'	TWO (arg u32)' 'call second()' '	-> fd' |
	diff -u - "$work/nice.abi"
check "--format indents what goes on in another line" $?
printf 'call first(%0150d u32)\n' 1 >"$work/wide.abi"
! "$abigen" --check-format "$work/wide.abi" 2>"$work/out" &&
	grep -q ':1: more than 160 columns' "$work/out"
check "--check-format refuses a line that is too wide" $?
awk -v out="$work/example" '
	/^```/ { inside = !inside; n += inside; next }
	inside { gsub(/\.\.\. /, ""); print >(out n ".abi") }
' "$dir/../../doc/LANGUAGE.md"
for file in "$work"/example*.abi; do
	"$abigen" --syntax "$file"
	check "an example of LANGUAGE.md, $(basename "$file" .abi)" $?
done
for file; do
	"$abigen" --check-format "$file"
	check "$(basename "$file"): canonical form" $?
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
