#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In namespaces of processes: as the first process of one, and with a /proc
# that is that of another.  Usage: namespaces.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=out
cd "$tmp" || exit 2

if ! unshare -rpf --mount-proc true 2>err; then
	skip 'all of it' "$(head -n 1 err)"
	finish
fi
CC=${CC:-gcc}
for p in orphan threads; do
	$CC -D_GNU_SOURCE -O1 "$top/tests/live/prog/$p.c" -o $p -lpthread ||
		exit 2
done

# inside COMMAND...: as the first process of a namespace
inside() { timeout -s KILL 10 unshare -rpf --mount-proc "$@"; }

# The number of an orphan that we had to wait for comes back.
orphan_tests() {
	local option said

	for option in -f '-f -e trace=wait4'; do
		# shellcheck disable=SC2086
		said=$(inside "$strace" $option -o out ./orphan 2>err)
		if [ "$said" = 77 ]; then
			skip "orphan $option" 'numbers cannot be chosen'
			continue
		fi
		check "orphan $option: the other one lives" same "$said" 5
		check "orphan $option: its end" \
			grep -q '+++ exited with 5 +++' out
	done
	# With a filter we are two, and the first one gets the orphans.
	# shellcheck disable=SC2016
	inside "$strace" -f -e trace=execve -o out sh -c \
		'(sleep 0 & exec sleep 0.1) & wait
		 for i in 1 2 3 4 5; do sleep 0.2
			grep -hs "^State:.*zombie" /proc/[0-9]*/status ||
				{ echo reaped; exit; }
		 done' >said 2>err
	check 'orphans of a filtered trace are waited for' same "$(cat said)" \
		reaped
}

# Signals that would end us don't end the first process of a namespace.
status_tests() {
	inside "$strace" -o out sh -c 'kill -TERM $$' 2>err
	check 'first process: status of a killed command' same $? 143
	inside "$strace" -f -e trace=chdir -o out sh -c 'kill -TERM $$' 2>err
	check 'first process: the same with a filter' same $? 143
}

orphan_tests
status_tests
finish
