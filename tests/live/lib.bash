# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the live tests share: sourced by them, not run.  The script's first
# argument, or else STRACE, is the program to test: $strace.  $tmp is a
# directory that goes away at the end, $top the source tree, and $prog where
# make built the programs of tests/live/prog; .32 ends a 32-bit one's name.
# shellcheck shell=bash
# shellcheck disable=SC2034  # variables are for those who source this
set -u
export LC_ALL=C

strace=${1:-${STRACE:-}}
if [ ! -x "$strace" ]; then
	echo "usage: $0 PATH-OF-STRACE" >&2
	exit 2
fi
strace=$(cd "$(dirname "$strace")" && pwd)/$(basename "$strace")
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 2
prog=$(realpath -m "${top_builddir:-$top/build}/tests/live/prog")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
evidence=$tmp/out	# shown when a test fails
passed=0 failed=0 skipped=0

ok() { echo "ok $1"; passed=$((passed + 1)); }
skip() { echo "ok $1 # SKIP ${2-}"; skipped=$((skipped + 1)); }

# not_ok NAME LINE...
not_ok() {
	echo "not ok $1"
	shift
	failed=$((failed + 1))
	[ $# -eq 0 ] || printf '# %s\n' "$@"
	[ ! -s "$evidence" ] || head -n 20 "$evidence" | sed 's/^/#   /'
}

# check NAME COMMAND...: passes if the command does
check() {
	local name=$1

	shift
	if "$@"; then ok "$name"; else not_ok "$name" "$*"; fi
}

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
	exit
}

same() { [ "$1" = "$2" ]; }

# has_words LINE WORD...: are they all in it, in this order?
has_words() {
	local rest=$1 word

	shift
	for word; do
		case $rest in
		*"$word"*) rest=${rest#*"$word"} ;;
		*) return 1 ;;
		esac
	done
}

# need_compiler NAME: ends the script, skipped, where $CC can't make programs
need_compiler() {
	echo 'int main(void) { return 0; }' |
		$CC -x c -o "$tmp/a" - 2>/dev/null && return
	skip "$1" 'no compiler'
	finish
}

# A kernel may run no 32-bit programs, and may kill whoever makes a 32-bit call.
have_32_bit() { "$prog/args.32" >/dev/null 2>&1; }
# The shell that is in between is the one to say "killed", and says it unheard.
have_int80() { ("$prog/int80" || exit) 2>/dev/null; }

# ---- the eBPF engine ----

# need_bpf NAME: ends the script, skipped with the reason, where there is none
need_bpf() {
	local why

	why=$("$strace" --backend=bpf -o /dev/null true 2>&1) && return
	skip "$1" "$(head -n 1 <<<"$why")"
	finish
}

# same_text NAME OPTION...: everyday programs, traced as ptrace traces them.
# What differs by chance, such as who ran first, does not differ three times.
same_text() {
	local name=$1 status=1

	shift
	if ! command -v python3 >/dev/null; then
		skip "$name" 'there is no python3'
		return
	fi
	for _ in 1 2 3; do
		"$top/tests/compare/compare-with-strace" --backend bpf \
			--strace "$strace" "$@" >"$tmp/compared" 2>&1
		status=$?
		[ $status -ne 0 ] || break
	done
	sed -n '/^$/,$p' "$tmp/compared" >"$evidence"
	check "$name" same $status 0
}

# With BACKEND=bpf a whole script runs with that engine, but where it replays.
if [ "${BACKEND:-ptrace}" != ptrace ]; then
	need_bpf "all of it"
	cat >"$tmp/strace" <<-EOT
		#!/bin/sh
		case " \$* " in
		*" --replay="*) exec '$strace' "\$@" ;;
		esac
		exec '$strace' '--backend=$BACKEND' "\$@"
	EOT
	chmod +x "$tmp/strace"
	strace=$tmp/strace
fi

# ---- processes ----

state_of() { sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status"; }
tracer_of() { sed -n 's/^TracerPid:[[:space:]]*//p' "/proc/$1/status"; }
gone() { ! kill -0 "$1" 2>/dev/null; }

# wait_for COMMAND...: until it succeeds, for at most five seconds
wait_for() {
	for _ in $(seq 250); do
		"$@" 2>/dev/null && return 0
		sleep 0.02
	done
	return 1
}
