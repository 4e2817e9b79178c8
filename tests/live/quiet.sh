#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Each word of -e quiet= leaves out its messages and no others.
# Usage: quiet.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=$tmp/err
cd "$tmp" || exit 2

if ! timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	skip quiet 'tracing is not allowed here'
	finish
fi

# What there is in a run of a program with threads and one of 32 bits, in the
# order of the alphabet.
messages() {
	# shellcheck disable=SC2016
	timeout 20 "$strace" "$@" -f -e trace=getppid -P link/x \
		sh -c '"$0"; "$1" 1 1 1' "$prog/texec" "$second" \
		2>err >/dev/null
	sed -n 's/.*Process [0-9]* attached.*/attach/p
		s/.*+++ exited with .*/exit/p
		s/.*Requested path .*/path/p
		s/.* runs in 32 bit mode.*/personality/p
		s/.*+++ superseded by .*/superseded/p' err | sort -u | xargs
}

# leaves_out WORD MESSAGE: that one is missing, and with ! all others are
leaves_out() {
	check "quiet=$1" same "$(messages -e "quiet=$1")" \
		"$(xargs -n 1 <<<"$all" | grep -vx "$2" | xargs)"
	check "quiet=!$1" same "$(messages --silence="!$1")" \
		"$(xargs -n 1 <<<"$all" | grep -x "$2")"
}

mkdir real
ln -s real link
: >real/x
all='attach exit path personality superseded'
second=$prog/getppids.32
if ! have_32_bit; then
	skip 'quiet=personality' 'there are no 32-bit programs'
	all='attach exit path superseded'
	second=$prog/getppids
fi

check 'not quiet' same "$(messages)" "$all"
check 'quiet=none' same "$(messages -e quiet=none)" "$all"
check 'quiet=!all' same "$(messages -e q='!all')" "$all"
check 'quiet=all' same "$(messages --quiet=all)" ''
check 'quiet=!none' same "$(messages --silent='!none')" ''
for word in attach attaches; do leaves_out $word attach; done
for word in exit exits; do leaves_out $word exit; done
for word in path-resolution path-resolutions; do leaves_out $word path; done
for word in thread-execve superseded; do leaves_out $word superseded; done
if [ "$second" != "$prog/getppids" ]; then
	for word in personality personalities; do
		leaves_out $word personality
	done
fi
check 'quiet=exit,attaches' same "$(messages -e quiet=exit,attaches)" \
	"$(xargs -n 1 <<<"$all" | grep -vxE 'exit|attach' | xargs)"
check '-qqq' same "$(messages -qqq)" ''

# A process that is attached to, and let go.
sleep 20 &
pid=$!
for word in none attach; do
	timeout -s INT 1 "$strace" -e quiet=$word -p $pid 2>err
	check "quiet=$word: attached, detached" same \
		"$(grep -cE "Process $pid (at|de)tached" err)" \
		"$([ $word = none ] && echo 2 || echo 0)"
done
kill $pid
finish
