#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Golden tests: every NAME.case under tests/golden is decoded and must give
# NAME.txt (text), NAME.json and NAME.raw (-Xraw), each byte for byte; then it
# is recorded, and replaying the record with the real program must give the
# same three again.  So must decoding what the capture plans of the eBPF engine
# get of the case's memory; that is tried with other options as well.
# old_NAME.record was written by an earlier version, and old_NAME_record.txt is
# its text.
#
#	run.sh CASE_PROGRAM STRACE [--update]
#
# --update writes the expected files anew: read the difference before a commit.
set -u
case_program=$1
strace=$2
update=${3:-}
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

for file in "$dir"/*.case; do
	name=$(basename "$file" .case)
	own=$(own_options "$file")
	for kind in txt json raw; do
		expected=$dir/$name.$kind
		got=$work/$name.$kind
		# shellcheck disable=SC2046,SC2086
		"$case_program" -qq -o "$got" $(options_of $kind) $own \
			--record="$work/rec" "$file"
		report "$name.$kind: the program ends well" $?
		# shellcheck disable=SC2046,SC2086
		"$strace" -qq -o "$work/replayed" $(options_of $kind) $own \
			--replay="$work/rec"
		report "$name.$kind: the replay ends well" $?
		if [ "$update" = --update ]; then
			cp "$got" "$expected"
			continue
		fi
		diff -u "$expected" "$got"
		report "$name.$kind: as expected" $?
		cmp -s "$got" "$work/replayed"
		report "$name.$kind: replayed as it was" $?
		# shellcheck disable=SC2046,SC2086
		"$case_program" --captured -qq -o "$work/captured" \
			$(options_of $kind) $own "$file"
		diff "$got" "$work/captured"
		report "$name.$kind: captured as it was" $?
	done
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
# What the schema says of JSON must hold for all of it.
if command -v python3 >/dev/null; then
	top=$dir/../..
	python3 "$top/scripts/check/json" "$top/doc/strace-json.schema.json" \
		"$dir"/*.json
	report "JSON is as the schema says" $?
	"$top/tests/compare/compare-with-lines" --case "$case_program" \
		--min 90 "$dir"/*.case >"$work/lines"
	report "lines can be turned back: $(tail -n 1 "$work/lines")" $?
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
