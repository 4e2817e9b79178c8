#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Golden tests.  NAME.case holds calls, each with the text below it that is
# expected of it, after "> "; NAME.derived has, call by call, what -X raw and
# --json make of the same: byte for byte.  Each case is recorded, too, and
# replaying the record with the real program must give the same again.  So must
# decoding what the capture plans of the eBPF engine get of the case's memory;
# that is tried with other options as well.
# old_NAME.record was written by an earlier version, and old_NAME_record.txt is
# its text.
#
#	run.sh CASE_PROGRAM STRACE [--update]
#
# --update writes the expected text anew, in its place: read the difference
# before a commit.
set -u
case_program=$1
strace=$2
mode=${3:-}
dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=UTC LC_ALL=C
passed=0
failed=0

report() { # NAME STATUS
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $1"
	fi
}

options_of() { # KIND
	case $1 in
	txt) echo "-a30" ;;
	json) echo "--json" ;;
	raw) echo "-a30 -Xraw" ;;
	esac
}

# Some cases need other options: a first line "# options: -y -v".
own_options() {
	sed -n '1s/^# options: //p' "$1"
}

# Of what --echo gives: the case with its text, and that of -X raw and --json,
# call by call.
case_with_text() {
	sed -e 's/^\x01//' -e t -e 's/^/> /' "$1"
}

derived() { # RAW JSON
	awk 'FNR == 1 { file++ }
	/^\001/ { if (file == 2) printf "%s", raw[++at]; else n++; next }
	file == 1 { raw[n] = raw[n] $0 "\n"; next }
	{ print }' "$1" "$2"
}

expect() { # NAME EXPECTED GOT
	if [ "$mode" = --update ]; then
		# nothing came of a case that is wrong, which must not be lost
		cmp -s "$2" "$3" || [ ! -s "$3" ] || cp "$3" "$2"
		return
	fi
	diff -u "$2" "$3"
	report "$1: as expected" $?
}

for file in "$dir"/*.case; do
	name=$(basename "$file" .case)
	own=$(own_options "$file")
	for kind in txt json raw; do
		got=$work/$name.$kind
		# shellcheck disable=SC2046,SC2086
		"$case_program" --echo -qq -o "$got.echo" \
			$(options_of $kind) $own --record="$work/rec" "$file"
		report "$name.$kind: the program ends well" $?
		[ "$mode" = --brief ] && continue
		grep -v $'^\x01' "$got.echo" >"$got"
		# shellcheck disable=SC2046,SC2086
		"$strace" -qq -o "$work/replayed" $(options_of $kind) $own \
			--replay="$work/rec"
		report "$name.$kind: the replay ends well" $?
		cmp -s "$got" "$work/replayed"
		report "$name.$kind: replayed as it was" $?
		# shellcheck disable=SC2046,SC2086
		"$case_program" --captured -qq -o "$work/captured" \
			$(options_of $kind) $own "$file"
		diff "$got" "$work/captured"
		report "$name.$kind: captured as it was" $?
	done
	case_with_text "$work/$name.txt.echo" >"$work/$name.case"
	expect "$name.case" "$file" "$work/$name.case"
	derived "$work/$name.raw.echo" "$work/$name.json.echo" \
		>"$work/$name.derived"
	expect "$name.derived" "$dir/$name.derived" "$work/$name.derived"
	[ "$mode" = --brief ] && continue
	for more in "-v -s100 -eread=all -ewrite=all" "-s3 -P/etc/passwd"; do
		# shellcheck disable=SC2086
		"$case_program" -qq -o "$work/seen" $more "$file"
		# shellcheck disable=SC2086
		"$case_program" --captured -qq -o "$work/captured" $more \
			"$file"
		diff "$work/seen" "$work/captured"
		report "$name $more: captured as it was" $?
	done
done
# Records that earlier versions wrote are read as those read them.
for file in "$dir"/old_*.record; do
	name=$(basename "$file" .record)
	"$strace" -qq -ttt -f -a30 -o "$work/replayed" --replay="$file" &&
		diff "$dir/${name}_record.txt" "$work/replayed"
	report "$name: an old record is read" $?
done
if [ "$mode" = --brief ]; then
	echo "$passed passed, $failed failed, 0 skipped"
	exit $((failed > 0))
fi
# Of a call with more memory than a record has room for the end is missing; that
# is not the same as memory that can't be read.
while IFS= read -r call; do
	case $call in
	"#"* | "") continue ;;
	esac
	IFS= read -r text
	echo "${call#* }" >"$work/cut.case"
	"$case_program" --captured="${call%% *}" -qq -a1 -o "$work/cut" \
		--record="$work/rec" "$work/cut.case"
	sed 's/0x[0-9a-f]\{5,\}/ADDR/g' "$work/cut" | diff <(echo "$text") -
	report "$call: as expected" $?
	"$strace" -qq -a1 -o "$work/replayed" --replay="$work/rec"
	cmp "$work/cut" "$work/replayed"
	report "$call: replayed as it was" $?
done <"$dir/cut.expected"
# Messages made to be as large as can be take no more than their share.
while IFS= read -r call; do
	case $call in
	"#"* | "") continue ;;
	esac
	printf 'fd 3 netlink:0\n%s\n' "$call" >"$work/bound.case"
	for more in -v "-v --json"; do
		# shellcheck disable=SC2086
		"$case_program" -qq -o "$work/bound" $more \
			"$work/bound.case" &&
			size=$(wc -c <"$work/bound") &&
			[ "$size" -gt 500 ] && [ "$size" -le 1048576 ]
		report "${call:0:60}... $more: $size bytes" $?
	done
done <"$dir/bounds.txt"
# What the schema says of JSON must hold for all of it.
if command -v python3 >/dev/null; then
	top=$dir/../..
	grep -h '^{' "$dir"/*.derived |
		python3 "$top/scripts/check/json" \
			"$top/doc/strace-json.schema.json"
	report "JSON is as the schema says" $?
	"$top/tests/compare/compare-with-lines" --case "$case_program" \
		--min 90 "$dir"/*.case >"$work/lines"
	report "lines can be turned back: $(tail -n 1 "$work/lines")" $?
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
