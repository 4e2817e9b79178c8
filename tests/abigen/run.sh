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
