#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the command line says and how the program ends: messages, hints, exit
# statuses.  Usage: cli.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
evidence=$tmp/err

run() {
	timeout 20 "$strace" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
}

# mistake NAME TEXT ARGUMENT...: status 1, TEXT in the first line of standard
# error, nothing but a hint after it, nothing on standard output.
mistake() {
	local name=$1 text=$2 first lines
	shift 2
	run "$@"
	first=$(head -n 1 "$tmp/err")
	lines=$(wc -l <"$tmp/err")
	if [ "$status" -ne 1 ]; then
		not_ok "$name" "exit status $status, not 1"
	elif [ "${first#"$strace: "}" = "$first" ]; then
		not_ok "$name" "the message does not begin with '$strace: '"
	elif [ "${first/"$text"/}" = "$first" ]; then
		not_ok "$name" "no '$text' in the message"
	elif [ "$lines" -gt 2 ]; then
		not_ok "$name" "$lines lines"
	elif [ "$lines" -eq 2 ] && ! sed -n 2p "$tmp/err" | grep -q -- --help
	then
		not_ok "$name" "the second line is no hint"
	elif [ -s "$tmp/out" ]; then
		not_ok "$name" "there is output on standard output"
	else
		ok "$name"
	fi
}

# ends NAME STATUS ARGUMENT...
ends() {
	local name=$1 want=$2
	shift 2
	run "$@"
	if [ "$status" -eq "$want" ]; then
		ok "$name"
	else
		not_ok "$name" "exit status $status, not $want"
	fi
}

# says NAME TEXT ARGUMENT...: status 0 and TEXT on standard error.
says() {
	local name=$1 text=$2
	shift 2
	run "$@"
	if [ "$status" -ne 0 ]; then
		not_ok "$name" "exit status $status, not 0"
	elif ! grep -qF -- "$text" "$tmp/err"; then
		not_ok "$name" "no '$text'"
	else
		ok "$name"
	fi
}

mistakes_of_options() {
	mistake nothing 'must have PROG [ARGS] or -p PID'
	mistake only-options 'must have PROG [ARGS] or -p PID' -f
	mistake unknown-letter "invalid option -- 'Q'" -Q true
	mistake unknown-name "unrecognized option '--nosuchthing'" \
		--nosuchthing true
	mistake misspelt-name "did you mean '--follow-forks'?" \
		--follow-fork5 true
	mistake ambiguous-name 'possibilities: --summary --summary-only ' \
		--sum true
	mistake ambiguous-many ' --summary-sort-by --summary-columns ...' \
		--sum true
	mistake missing-argument "requires an argument -- 'o'" -o
	mistake unwanted-argument "doesn't allow an argument" --json=1 true
	mistake bad-column "invalid -a argument: 'x'" -a x true
	mistake bad-size "invalid -s argument: '-1'" -s -1 true
	mistake bad-style "invalid -X argument: 'foo'" -X foo true
	mistake bad-interruptible "invalid -I argument: '0'" -I 0 true
	mistake bad-sort "invalid sortby: 'foo'" -c -S foo true
	mistake bad-summary-column "unknown column name: 'foo'" -c -U foo true
	mistake bad-overhead "invalid -O argument: 'foo'" -c -O foo true
	mistake bad-precision 'invalid --relative-timestamps argument' \
		--relative-timestamps=h true
	mistake bad-format 'invalid --absolute-timestamps argument' \
		--absolute-timestamps=foo true
	mistake bad-env "invalid -E argument: ''" -E '' true
	mistake too-many-D 'too many -D' -DDDD true
}

# A message begins with what the program was called by, and so does the hint.
names_of_the_program() {
	local said

	said=$(PATH=$(dirname "$strace"):$PATH; strace -Q 2>&1)
	check 'called by name' same "$said" "strace: invalid option -- 'Q'
Try 'strace --help' for more information."
	said=$(exec -a $'./x\033[1m' "$strace" -Q 2>&1)
	check 'called by a hostile name' same "${said%%:*}" './x\033[1m'
	said=$(exec -a '' "$strace" -Q 2>&1)
	check 'called by no name' same "${said%%:*}" strace
	said=$(exec -a "$(printf '%05000d' 0)" "$strace" -Q 2>&1)
	check 'called by a long name' same "${said%%:*}" strace
}

mistakes_of_tips() {
	mistake tips-word "invalid --tips argument: 'foo'" --tips=foo true
	mistake tips-id "invalid --tips argument: 'id:x'" --tips=id:x true
	mistake tips-minus "invalid --tips argument: '-1'" --tips=-1 true
	mistake tips-high "(give id:0 to id:29 " --tips=30 true
	mistake tips-format "argument: 'format:3'" --tips=format:3 true
	mistake tips-mixed "argument: 'id:full'" --tips=id:full true
	mistake tips-empty "invalid --tips argument: ''" --tips= true
}

# in_colour NAME WANTED OPTION...: what cat of a file that is not there gives
in_colour() {
	local name=$1 want=$2

	shift 2
	"$strace" "$@" -f --always-show-pid -T -e trace=openat -P /none \
		cat /none 2>&1 >/dev/null | tr '\033' '^' |
		sed 's/pid  */pid /; s/[0-9]\{3,\}/N/g; s/<0.N>/<T>/' \
		>"$evidence"
	check "colours: $name" grep -qxF -- "$want" "$evidence"
}

colours() {
	local words='(No such file or directory)'

	unset NO_COLOR STRACE_COLORS
	in_colour none "[pid N] openat(AT_FDCWD, \"/none\", O_RDONLY) = -1 $(
		)ENOENT $words <T>"
	in_colour usual "[pid N] ^[1mopenat^[m(AT_FDCWD, \"/none\", $(
		)O_RDONLY) = -1 ^[31mENOENT^[m $words <T>" --color=always
	STRACE_COLORS='error=1;35:name=:pid=36:time=34' in_colour chosen \
		"^[36m[pid N]^[m openat(AT_FDCWD, \"/none\", O_RDONLY)$(
		) = -1 ^[1;35mENOENT^[m $words ^[34m<T>^[m" --color=always
	STRACE_COLORS='foo=1:error=35:name=x:error=1m' in_colour bad \
		"[pid N] ^[1mopenat^[m(AT_FDCWD, \"/none\", O_RDONLY) $(
		)= -1 ^[35mENOENT^[m $words <T>" --color=always
	check 'colours: one warning' same "$(grep -c STRACE_COLORS \
		"$evidence")" 1
	check 'colours: it names the first' grep -q "'foo=1' is left out" \
		"$evidence"
	STRACE_COLORS='foo=1' "$strace" --color=never -o /dev/null true \
		2>"$evidence"
	check 'colours: no warning without' same "$(cat "$evidence")" ''
	if ! script -qec true /dev/null >"$tmp/out" 2>&1; then
		skip 'colours: on a terminal' 'there is no script(1)'
		return
	fi
	script -qec "'$strace' -e none true" /dev/null >"$evidence" </dev/null
	check 'colours: on a terminal' grep -q $'\033' "$evidence"
	NO_COLOR=1 script -qec "'$strace' -e none true" /dev/null \
		>"$evidence" </dev/null
	check 'colours: NO_COLOR' same "$(grep -c $'\033' "$evidence")" 0
	NO_COLOR='' script -qec "'$strace' -e none true" /dev/null \
		>"$evidence" </dev/null
	check 'colours: an empty NO_COLOR' grep -q $'\033' "$evidence"
	NO_COLOR=1 "$strace" --colour -e none true 2>"$evidence"
	check 'colours: asked for' grep -q $'\033' "$evidence"
}

# What it shows, after the trace; every command line of it works.
tips() {
	local id line

	run -o "$tmp/x" --tips=id:1 true
	check 'tips: compact' same "$(tr '\n' ' ' <"$tmp/err")" \
		"Tip 1: -y shows the file behind each descriptor, -yy $(
		)the addresses of sockets as well.   \$ strace -yy cat $(
		)/etc/hostname "
	run -o "$tmp/x" --tips=full,2 sh -c 'exit 3'
	check 'tips: full' grep -q '^| Tip 2: -Z shows .*|$' "$tmp/err"
	check 'tips: a frame' same "$(awk '{ print length }' "$tmp/err" |
		sort -u)" 79
	check 'tips: exit status' same "$status" 3
	run -o "$tmp/x" --tips --tips=none true
	check 'tips: none' same "$(cat "$tmp/err")" ''
	run --tips=compact -e trace=none true
	check 'tips: random, at the end' grep -q '^Tip [0-9]' \
		<(sed 1d "$tmp/err")
	mkdir "$tmp/tips" "$tmp/bin"
	ln -s "$strace" "$tmp/bin/strace"
	for id in $(seq 0 29); do
		run -o "$tmp/x" --tips="$id,format:compact" true
		line=$(sed -n 's/^  \$ //p' "$tmp/err")
		case $line in
		sudo*) continue ;;
		*pidof*) line="sleep 0.3 & pidof() { echo \$!; }; $line" ;;
		esac
		(cd "$tmp/tips" && PATH=$tmp/bin:$PATH timeout 20 bash -c \
			"$line" >"$evidence" 2>&1 </dev/null)
		status=$?
		if grep -q 'not in this build' "$evidence"; then
			skip "tip $id" "$(head -n 1 "$evidence")"
		else
			check "tip $id: $line" same $status 0
		fi
	done
}

mistakes_of_expressions() {
	mistake unknown-call "invalid system call 'nosuchcall'" \
		-e trace=nosuchcall true
	mistake misspelt-call "(did you mean 'openat'?)" -e opneat true
	mistake unknown-class "invalid system call '%foo'" -e %foo true
	mistake misspelt-class "(did you mean '%network'?)" -e %netwrok true
	mistake empty-set "invalid system call ''" -e trace= true
	mistake bad-pattern "invalid pattern '['" -e 'trace=/[' true
	mistake idle-pattern "invalid system call '/nosuch'" \
		-e trace=/nosuch true
	mistake high-number "invalid system call '99999'" -e 99999 true
	mistake unknown-key "invalid -e key 'foo='" -e foo=bar true
	mistake unknown-signal "invalid signal 'FOO'" -e signal=FOO true
	mistake high-signal "invalid signal '99'" -e signal=99 true
	mistake bad-descriptor "invalid descriptor 'x'" -e read=x true
	mistake bad-status "invalid status 'foo'" -e status=foo true
	mistake bad-quiet "invalid quiet 'foo'" -e quiet=foo true
	mistake bad-kvm "invalid kvm 'foo'" -e kvm=foo true
	mistake bad-decode-fds "invalid decode-fds 'foo'" -e decode-fds=foo \
		true
	mistake escaped-name "invalid system call '\\033[31m'" \
		-e $'\033[31m' true
}

mistakes_of_combinations() {
	mistake to-form "FORM is one of text, json, summary" --to=xml:f true
	mistake to-file "invalid --to argument" --to=json: true
	mistake to-no-file "invalid --to argument" --to=json true
	mistake c-with-C 'mutually exclusive' -c -C true
	mistake c-with-ff 'mutually exclusive' -c -ff -o "$tmp/x" true
	mistake c-with-json 'mutually exclusive' -c --json true
	mistake pipe-with-ff 'mutually exclusive' -ff -o '|cat' true
	mistake q-with-quiet 'mutually exclusive' -q -e quiet=exit true
	mistake y-with-decode 'mutually exclusive' -y -e decode-fds=path true
	mistake replay-with-command 'mutually exclusive' --replay=x true
	mistake kill-with-p 'mutually exclusive' --kill-on-exit -p 1
	mistake w-alone 'must be given with' -w true
	mistake U-alone 'must be given with' -U calls true
	mistake D-without-command 'must be given with a command' -D -p 1
}

mistakes_of_backends() {
	mistake backend-word "invalid --backend argument: 'foo'" \
		--backend=foo true
	mistake bpf-with-D '-D/--daemonize needs the ptrace backend' \
		--backend=bpf -D true
	mistake bpf-with-kvm '--kvm needs the ptrace backend' \
		--backend=bpf --kvm=vcpu true
	mistake all-with-kill '--kill-on-exit needs the ptrace backend' \
		--all --kill-on-exit
	mistake all-with-ptrace '--all needs the bpf backend' \
		--all --backend=ptrace
	mistake all-with-command 'mutually exclusive' --all true
	mistake cgroup-with-p 'mutually exclusive' --attach-cgroup=x -p 1
	mistake cgroup-with-container 'mutually exclusive' \
		--attach-cgroup=x --container=y
	mistake container-path "invalid --container argument: 'a/b'" \
		--container=a/b
	mistake replay-with-backend 'mutually exclusive' --replay=x \
		--backend=bpf
	mistake buffer-word "invalid --buffer argument: '1KB'" \
		--backend=bpf --buffer=1KB true
	mistake buffer-small "'63K' is too small" --buffer=63K true
	mistake buffer-large "'2G' is too large" --buffer=2G true
}

mistakes_of_processes() {
	local gone

	mistake pid-word "invalid process id: 'abc'" -p abc
	mistake pid-zero "invalid process id: '0'" -p 0
	mistake pid-negative "invalid process id: '-1'" -p -1
	mistake pid-none 'the list is empty' -p "$(true)"
	true &
	gone=$!
	wait "$gone"
	mistake pid-gone "$gone" -p "$gone"
	if [ "$(id -u)" = 0 ]; then
		mistake no-user 'no-such-user' -u no-such-user true
	else
		mistake no-user 'Only root' -u no-such-user true
	fi
	mistake no-directory "$tmp/none/x" -o "$tmp/none/x" true
	mistake no-record "$tmp/none/x" --replay="$tmp/none/x"
}

# tells TOPIC TEXT...: status 0, each TEXT on standard output, no long line
tells() {
	local topic=$1 text

	shift
	run --help="$topic"
	for text; do
		grep -qF -- "$text" "$tmp/out" && continue
		not_ok "help on $topic" "no '$text'"
		return
	done
	check "help on $topic" same "$status $(awk 'length > 79' "$tmp/out")" \
		'0 '
}

topics() {
	tells start '--attach=PID' '--container=NAME'
	tells values '-y, --decode-fds[=SET]'
	tells misc '--help[=TOPIC]'
	tells -y '-y, --decode-fds[=set]' '3</etc/passwd>' '-yy, --dec'
	tells decode-fds '3</etc/passwd>' 'signalfd'
	tells --silence 'path-resolution'
	tells -F '-f, --follow-forks, -F'
	tells expr 'quiet, silent, silence, q=SET' 'values: path socket dev'
	tells -e 'quiet, silent, silence, q=SET' '-e open is -e trace=open'
	tells trace '/pattern' '?value'
	tells %clock 'clock_gettime'
	tells classes '%%stat: ' 'io_uring_enter'
	tells all '-y, --decode-fds[=set]' 'values: path' '%pure: '
	check 'help: each text is in the manual' same \
		"$(grep '^      --' "$tmp/out")" ''
	mistake topic-unknown "on 'nothing-like-it'" --help=nothing-like-it
	mistake topic-misspelt "'--help=decode-fds'?" --help=decod-fds
	mistake topic-class "'--help=%network'?" --help=%netwrok
	if script -qec true /dev/null >"$tmp/out" 2>&1; then
		script -qec "stty cols 50; '$strace' --help=all" /dev/null \
			</dev/null | tr -d '\r' >"$tmp/out"
		check 'help: as wide as the terminal' same 50 \
			"$(awk 'length > n { n = length }
				END { print n }' "$tmp/out")"
	else
		skip 'help: as wide as the terminal' 'there is no script(1)'
	fi
}

texts() {
	run --help
	if [ "$status" -eq 0 ] && [ ! -s "$tmp/err" ] &&
	   grep -q '^Usage: strace' "$tmp/out"; then
		ok help
	else
		not_ok help "exit status $status"
	fi
	if [ -z "$(awk 'length > 79' "$tmp/out")" ]; then
		ok help-width
	else
		not_ok help-width 'a line is longer than 79'
	fi
	topics
	run -V
	if [ "$status" -eq 0 ] &&
	   head -n 1 "$tmp/out" | grep -q '^strace -- version [0-9]'; then
		ok version
	else
		not_ok version "exit status $status"
	fi
	if [ -w /dev/full ]; then
		"$strace" --help >/dev/full 2>"$tmp/err"
		status=$?
		if [ "$status" -eq 1 ]; then
			ok help-to-full-disk
		else
			not_ok help-to-full-disk "exit status $status"
		fi
	fi
}

hints() {
	says idle-A 'has no effect without -o/--output' -A -e none true
	says idle-S 'has no effect without' -S calls -e none true
	says idle-r 'has no effect with -c/--summary-only' -c -r true
	says idle-buffer 'has no effect without --backend=bpf' \
		--buffer=1M -e none true
	says both-z-Z 'the last one counts' -z -Z -e none true
	ends unknown-call-allowed 0 -e '?nosuchcall' true
}

statuses() {
	ends status-0 0 -e none -o "$tmp/x" true
	ends status-7 7 -e none -o "$tmp/x" sh -c 'exit 7'
	# shellcheck disable=SC2016
	# The shell itself would tell of the signal.
	ends status-signal 143 -e none -o "$tmp/x" sh -c 'kill -TERM $$' \
		2>/dev/null
	ends not-found 127 "$tmp/no-such-command"
	: >"$tmp/plain"
	# Named by a path: the trace shows that and why the kernel refuses.
	ends exec-fails 1 "$tmp/plain"
	if PATH=$tmp:$PATH "$strace" plain >"$tmp/out" 2>"$tmp/err"; then
		not_ok not-executable 'exit status 0'
	else
		status=$?
		if [ "$status" -eq 126 ]; then
			ok not-executable
		else
			not_ok not-executable "exit status $status, not 126"
		fi
	fi
	if [ -w /dev/full ]; then
		ends full-disk 1 -o /dev/full true
	fi
}

# Of a call that is many in one each answers to its own name.
calls_in_calls() {
	local want set

	cat >"$tmp/calls.c" <<-'EOT'
		#include <sys/syscall.h>
		#include <unistd.h>
		int main(void)
		{
			long shut[] = { -1, 2 }, recv[] = { -1, 0, 0, 0 };

			syscall(SYS_socketcall, 13, shut);
			syscall(SYS_socketcall, 10, recv);
			syscall(SYS_socketcall, 99, recv);
			syscall(SYS_ipc, 13, 1, 0, 0, 0);
			return 0;
		}
	EOT
	if ! have_32_bit; then
		skip calls-in-calls 'there are no 32-bit programs'
		return
	fi
	${CC:-gcc} -m32 -o "$tmp/calls" "$tmp/calls.c"
	while read -r set want; do
		"$strace" -e trace="$set" -e signal=none -qq -o "$tmp/out" \
			"$tmp/calls"
		check "calls in calls: $set" same \
			"$(sed 's/(.*//' "$tmp/out" | xargs)" "$want"
	done <<-'EOT'
		shutdown shutdown
		recv,msgget recv msgget
		/^(shut|rec) shutdown recv
		socketcall socketcall
		%net shutdown recv
		%ipc msgget
		mlock,shutdown@32 shutdown
	EOT
	"$strace" -c -e trace=recv -o "$tmp/out" "$tmp/calls"
	check 'calls in calls: counted' grep -q ' 1  *1 recv$' "$tmp/out"
}

# --to: several forms of one run, in files of their own or in one.
several_outputs() {
	local t=$tmp/to lines

	mkdir "$t"
	run -f --to=text:"$t/a" --to=json:"$t/b" --to=summary:"$t/c" \
		sh -c '/bin/true; /bin/true'
	check 'to: nothing else' same "$(cat "$tmp/err")" ''
	check 'to: text' grep -q '^[0-9]* *execve(' "$t/a"
	check 'to: json' "$top/scripts/check/json" \
		"$top/doc/strace-json.schema.json" "$t/b"
	check 'to: summary' grep -q ' execve$' "$t/c"
	lines=$(grep -c 'execve(' "$t/a")
	check 'to: all have the same calls' same "$lines" \
		"$(grep -c '"name":"execve"' "$t/b")"
	run --to=text:"$t/d" --to=summary:"$t/d" true
	check 'to: one file, lines first' same "$(head -c 7 "$t/d")" 'execve('
	check 'to: one file, then the table' same \
		"$(tail -n 1 "$t/d" | sed 's/.* //')" total
	run -o "$t/e" --to=json:"$t/f" true
	check 'to: beside -o' grep -q '^exit_group(0)' "$t/e"
	check 'to: beside -o, json' grep -q '"name":"exit_group"' "$t/f"
	run -c --to=text:"$t/g" true
	check 'to: beside -c' grep -q ' total$' "$tmp/err"
	check 'to: beside -c, lines' grep -q '^exit_group(0)' "$t/g"
	run -ff --to=json:"$t/h" --to=text:"$t/i" sh -c '/bin/true; :'
	check 'to: a file for each process' same \
		"$(ls "$t" | grep -c '^h\.')" "$(ls "$t" | grep -c '^i\.')"
	check 'to: -ff, text' same "$(cat "$t"/i.* | grep -c 'exited with 0')" 2
	ends to-full 1 --to=text:/dev/full --to=json:"$t/k" true
	check 'to: the other one is whole' grep -q '"type":"exit"' "$t/k"
}

mistakes_of_options
names_of_the_program
mistakes_of_tips
mistakes_of_expressions
mistakes_of_combinations
mistakes_of_backends
mistakes_of_processes
texts
if timeout 20 "$strace" -o /dev/null true >/dev/null 2>&1; then
	hints
	colours
	tips
	statuses
	calls_in_calls
	several_outputs
else
	skip hints 'tracing is not allowed here'
	skip statuses 'tracing is not allowed here'
fi
finish
