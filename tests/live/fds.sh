#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What descriptors are (-y), where it is kept from one call to the next: never
# another thing than what they are by then, whoever changed that.
# Usage: fds.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
program=$prog/unnamed
evidence=wrong
cd "$tmp" || exit 2
rounds=60

# With -yy a socket or an eventfd has more to it than its name.
as_links() {
	sed -E 's/UNIX:\[([0-9]+)(->[0-9]+)?\]/socket:[\1]/
		s/\{eventfd-count[^}]*\}/anon_inode:[eventfd]/' out
}
said_lines() { as_links | grep -E 'write\([0-9]+.*"(pipe|socket|anon_inode):'; }
right() { grep -E 'write\([0-9]+<([a-z_]+:[^>]*)>, "\1"'; }

# right_tests NAME HOW-MANY: what the program wrote, and what that was called
right_tests() {
	said_lines >said
	right <said >right
	grep -Fvx -f right said >wrong
	check "$1-lines" test "$(wc -l <said)" -ge "$2"
	check "$1-right" same "$(wc -l <right)" "$(wc -l <said)"
}

# launch_tests NAME OPTION...
launch_tests() {
	local name=$1 said

	shift
	said=$("$strace" "$@" -s 100 -o out "$program" $rounds 2>err)
	case " $* " in
	*' -f '*) right_tests "$name" "${said:-1000000}" ;;
	*) right_tests "$name" $((rounds * 4)) ;;
	esac
}

# One that is sent and one that is received means the same, and is closed soon.
sent_tests() {
	grep -E '(send|recv)msg\([0-9]+<' out >said
	grep -vE 'cmsg_data=\[[0-9]+<pipe:\[[0-9]+\]>\]' said >wrong
	check "$1-sent-lines" same "$(wc -l <said)" $((rounds * 2))
	check "$1-sent" test ! -s wrong
}

# attach_tests NAME OPTION...: to a process that has begun long ago
attach_tests() {
	local name=$1 pid

	shift
	"$program" 1000000 >said 2>&1 &
	pid=$!
	sleep 0.2
	timeout -s TERM 3 "$strace" "$@" -s 100 -o out -p $pid 2>err
	kill -KILL $pid
	wait $pid 2>/dev/null
	right_tests "$name" 1000
}

# Questions that are answered from what is known.
readings_tests() {
	local readings

	"$strace" -e trace=readlinkat --seccomp-bpf=no -o readings \
		"$strace" --backend=ptrace -y -o out cat /dev/zero 2>err |
		head -c 20000000 >/dev/null
	readings=$(grep -c 'readlinkat(.*pipe:' readings)
	check kept-many test "$(grep -c 'write(1<pipe:' out)" -ge 100
	check kept-read-once same "$readings" 1
}

# set_tests NAME SET NULL FILE PIPE OPTION...: what is told of these three
set_tests() {
	local name=$1 set=$2 null=$3 file=$4 pipe=$5

	shift 5
	"$strace" "$@" -o out --decode-fds="$set" -e trace=read bash -c \
		'exec 3</dev/null 4</etc/passwd 5< <(:); read -ru3 -n1
		read -ru4 -n1; read -ru5 -n1' 2>err
	check "set-$name-null" grep -qE "^[0-9 ]*read\(3$null," out
	check "set-$name-file" grep -qE "^[0-9 ]*read\(4$file," out
	check "set-$name-pipe" grep -qE "^[0-9 ]*read\(5$pipe," out
}

null='</dev/null>'
null_device='</dev/null<char 1:3>>'
set_tests path path "$null" '</etc/passwd>' '<pipe:.*>'
set_tests dev dev "$null_device" '' ''
set_tests socket socket '' '' ''
set_tests both path,dev "$null_device" '</etc/passwd>' '<pipe:.*>'
set_tests none none '' '' ''
launch_tests ptrace --backend=ptrace -f -y
sent_tests ptrace
launch_tests ptrace-details --backend=ptrace -f -yy
launch_tests ptrace-alone --backend=ptrace -y
launch_tests ptrace-filtered --backend=ptrace -f -y \
	-e trace=write,sendmsg,recvmsg
launch_tests ptrace-picked --backend=ptrace -f -y --seccomp-bpf=no \
	-e trace=write,sendmsg,recvmsg
attach_tests attached --backend=ptrace -f -y
attach_tests attached-alone --backend=ptrace -y
readings_tests
if "$strace" --backend=bpf -o /dev/null true 2>err; then
	set_tests bpf-dev dev "$null_device" '' '' --backend=bpf
	set_tests bpf-path path "$null" '</etc/passwd>' '<pipe:.*>' \
		--backend=bpf
	launch_tests bpf --backend=bpf -f -y
	sent_tests bpf
	launch_tests bpf-details --backend=bpf -f -yy
	attach_tests bpf-attached --backend=bpf -f -y
else
	skip bpf "$(head -n 1 err)"
fi
finish
