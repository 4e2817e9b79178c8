#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Options that are given together.  What is said of each pair stands in
# pairs.table, which scripts/update/pairs writes; what pairs do that change the
# same thing is in together.table.  Usage: pairs.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/table.bash"
build=${top_builddir:-$top/build}
evidence=$tmp/evidence

# Is each option in the table?  Another name of one is in options.table.
all_there() {
	"$build/options-described" | awk -F'\t' '
	$1 == "option" { print $2 == "-" ? "--" $3 : "-" $2 }' >"$tmp/wanted"
	sed -n 's/^\(-[^ =]*\).*/\1/p' "$top/tests/live/pairs.table" \
		>"$tmp/there"
	grep -vxFf "$tmp/there" "$tmp/wanted" | grep -vxE -e '-[eShV]' \
		>"$evidence"
	check 'pairs: no option is missing' same "$(cat "$evidence")" ''
}

if "$strace" -V | grep -q '^Features:.* no-'; then
	skip 'pairs: what is said' 'this build says of some what it lacks'
elif [ -x "$build/tests/live/pairs" ]; then
	"$top/scripts/update/pairs" --check "$build" >"$evidence" 2>&1
	check 'pairs: what is said' same $? 0
	all_there
else
	skip 'pairs: what is said' "$build/tests/live/pairs is not built"
fi

mkdir "$tmp/run" && cd "$tmp/run" || exit 2
if ! timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	skip together 'tracing is not allowed here'
	finish
fi
run_table "$top/tests/live/together.table"
finish
