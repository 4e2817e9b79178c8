#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# -P and --trace-fds with both engines: which calls have to do with a file,
# however it is named, and with a descriptor.
# Usage: wanted.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=out
cd "$tmp" || exit 2
here=$(pwd -P)
requested='Requested path'
mkdir dir
mkfifo fifo
ln -s ../fifo dir/link

has() { grep -qE -- "$2" "$1"; }
count() { same "$(grep -cE -- "$2" "$1")" "$3"; }

# What is seen of ./sought, apart from who opens and names the file.
fd_tests() { # NAME
	check "$1: select" count out 'select\(10, \[3\], \[9\], NULL' 1
	check "$1: no other select" count out 'select\(' 1
	check "$1: poll" count out 'poll\(.*, 2, 0\)' 1
	check "$1: no other poll" count out 'poll\(' 1
	check "$1: a read that waits" \
		count out 'read\(9 <unfinished' 1
	check "$1: and its end" count out 'read resumed>, "f", 1\) += 1' 1
	check "$1: no other read" count out 'read(\(| resumed)' 2
	# The one who reads may come between: then it takes two lines.
	check "$1: write" count out 'write\(9, "f", 1(\)| <unfinished)' 1
	check "$1: and that it went through" \
		count out 'write(\(9, "f", 1\)| resumed>\)) += 1' 1
	check "$1: no other write" count out 'write\(' 1
	check "$1: ends of threads" count out 'exited with 0' 4
}

# engine_tests ENGINE
engine_tests() {
	local b=--backend=$1 name

	for name in fifo "$here/fifo" dir/link ./dir/../fifo; do
		"$strace" "$b" -f -P "$name" -o out "$prog/sought" fifo 2>err
		check "$1 -P $name: ends" same $? 0
		fd_tests "$1 -P $name"
	done
	"$strace" "$b" -f -P dir/link -o out "$prog/sought" fifo 2>err
	check "$1: a note" same "$(cat err)" \
		"$strace: $requested \"dir/link\" resolved into \"$here/fifo\""
	"$strace" "$b" -f -P fifo -o out "$prog/sought" fifo 2>err
	check "$1: as it was given" count out 'open(at)?\(.*"fifo", O_RDWR' 1
	check "$1: what a link says is no path" count out 'symlink' 1
	check "$1: where it stands is" \
		has out 'symlink(at)?\("target", .*"fifo"'
	"$strace" "$b" -f --trace-fds=9 -o out "$prog/sought" fifo 2>err
	fd_tests "$1 --trace-fds"
	rm -f made
	"$strace" "$b" -P made -P made -e quiet=path-resolution -o out \
		sh -c 'echo x >made; cat <./made >/dev/null' 2>err
	check "$1: what is made later" has out 'openat\(.*"made", .*= 3'
	check "$1: is known by descriptor" has out '^dup2\(3, 1\)'
	check "$1: quiet" test ! -s err
}

engine_tests ptrace
need_bpf 'with the eBPF engine'
engine_tests bpf
finish
