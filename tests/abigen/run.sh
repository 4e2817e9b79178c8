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
	"$dir/x86_64.tbl" && grep -q 'abi_infos' "$work/good.c"
check "good.abi: tables are written" $?
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
for file; do
	"$abigen" --check-format "$file"
	check "$(basename "$file"): canonical form" $?
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
