#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What descriptors are (-y): the eBPF engine says it as it was when the call
# happened, however soon after it they mean something else.
# Usage: bpf_paths.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
need_bpf bpf_paths
evidence=wrong
cd "$tmp" || exit 2
here=$(pwd -P)
rounds=200

# lines FILE EXPRESSION...: those of a call that one of them matches
lines() {
	local file=$1
	local IFS='|'

	shift
	grep -E "^[0-9]+ +($*)" "$file"
}

# Those in which the program says a path, and those in which it is the right
# one: the trace has it, too.
said_lines() {
	lines out 'write\([0-9]+.*, "/' \
		'openat\(AT_FDCWD.*/cwd[0-9]", O_RDONLY\) = -1'
}
right_lines() {
	lines out 'write\([0-9]+<(/.*)>, "\2",' \
		'write\([0-9]+<(/.*>\(deleted\)), "\3",' \
		'openat\(AT_FDCWD</(.*)>, "\4",'
}

# paths_tests NAME OPTION...
paths_tests() {
	local name=$1 said waited='[0-9]+<[^>]*/waited'

	shift
	rm -rf work && mkdir work
	said=$("$strace" "$@" -f -s 4096 -o out "$prog/paths" "$here/work" \
		$rounds 2>err)
	sed -i 's/ <unfinished \.\.\.>$//' out
	said_lines >said
	right_lines >right
	grep -Fvx -f right said >wrong
	check "$name-said" test "${said:-0}" -gt $((rounds * 20))
	check "$name-all-lines" same "$(wc -l <said)" "$said"
	check "$name-right" same "$(wc -l <right)" "$said"
	lines out '(write|close|dup2?|fcntl)\([0-9]+[,)]' |
		grep -v EBADF >wrong
	check "$name-none-bare" test ! -s wrong
	check "$name-closed-by-exec" grep -qE 'write\(40, .*EBADF' out
	lines out "p?select6?\([0-9]+, \[$waited" >wrong
	check "$name-select" same "$(wc -l <wrong)" $rounds
	lines out "poll\(\[\{fd=$waited>.*\(\[\{fd=[0-9]+, " >wrong
	check "$name-poll" same "$(wc -l <wrong)" $rounds
}

paths_tests bpf --backend=bpf -y
paths_tests bpf-details --backend=bpf -yy
paths_tests bpf-set --backend=bpf --decode-fds=path
same_text same-paths --options=-y
same_text same-details --options=-yy --only curl --only python-socket \
	--only bash --only make
finish
