#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# strace-log-merge: logs and records of real traces, put together.
# Usage: merge.sh PATH-OF-STRACE
. "$(dirname "$0")/lib.bash"
merge=$(dirname "$strace")/strace-log-merge
[ -x "$merge" ] || merge=$(realpath "${top_builddir:-.}/strace-log-merge")
cd "$tmp" || exit 2
evidence=$tmp/err
script='i=0; while [ $i -lt 8 ]; do /bin/echo $i | cat >/dev/null & i=$((i+1));
	done; wait; sh -c "sleep 0.01; (echo; echo) | cat" >/dev/null'

# ends NAME STATUS ARGUMENT...
ends() {
	local name=$1 want=$2

	shift 2
	timeout 60 "$merge" "$@" >out 2>err </dev/null
	check "$name" same $? "$want"
}

says() { check "$1" grep -qF -- "$2" err; }
lines() { wc -l <"$1"; }

# The same by other means: the time is the key, with its nanoseconds.
sorted() {
	local f

	for f in "$1".*; do
		sed "s/^/${f##*.} /" "$f"
	done | sort -s -k2,2n -k1,1n
}

# ---- real traces ----

for digits in s ms us ns; do
	"$strace" -ff --absolute-timestamps=format:unix,precision:$digits \
		-o "log$digits" sh -c "$script"
	ends "unix times, $digits: it ends" 0 "log$digits"
	sorted "log$digits" >want
	check "unix times, $digits: in order" \
		cmp want <(sed 's/  */ /' out)
	"$strace" -ff --absolute-timestamps=format:time,precision:$digits \
		-o "clock$digits" sh -c "$script"
	ends "times of day, $digits: it ends" 0 "clock$digits"
	check "times of day, $digits: nothing is lost" \
		same "$(cat "clock$digits".* | wc -l)" "$(lines out)"
done
check 'several processes were there' [ "$(ls logns.* | wc -l)" -gt 15 ]

# The file with columns, of strace -f, has the same lines in the same form.
"$strace" -f -ttt -o columns sh -c "$script"
ends 'a log with a column of numbers' 0 columns
check 'is as it is' cmp columns out
ends 'two of them' 0 columns logus
check 'are one' same "$(cat columns logus.* | wc -l)" "$(lines out)"
check 'in order' sort -s -c -k2,2n <(sed 's/  */ /' out)

"$strace" -ff -ttt -e write=all -o dump sh -c "$script"
ends 'dumps: it ends' 0 dump
check 'dumps stay behind their calls' same 0 "$(awk '
	$2 == "|" && (last != $1 || !wrote) { bad++ }
	$2 != "|" { last = $1; wrote = / write\(/ }
	END { print bad + 0 }' out)"
check 'there are some' grep -q '^[0-9]*  *| 00000' out

"$strace" --json -ff -o json -e write=all sh -c "$script"
ends 'JSON: it ends' 0 json
check 'JSON: one start, and it is first' same "1:start" \
	"$(grep -n '"start"' out | sed 's/:.*"start".*/:start/')"
check 'JSON: nothing is lost' same "$(cat json.* | grep -vc '"start"')" \
	"$(grep -vc '"start"' out)"
if command -v python3 >/dev/null; then
	cat >order.py <<-'EOT'
		import json, sys
		last = {}
		bad = 0
		for line in open(sys.argv[1]):
		    e = json.loads(line)
		    if e["type"] in ("start", "dump", "fork"):
		        continue
		    bad += int(e["time"]) < last.get("all", 0)
		    last["all"] = int(e["time"])
		sys.exit(bad > int(sys.argv[2]))
	EOT
	# A call that forks is told after the fork, with its earlier time.
	check 'JSON: in order' python3 order.py out \
		"$(cat json.* | grep -c '"type":"fork"')"
else
	skip 'JSON: in order' 'there is no python3'
fi

# ---- made logs ----

printf '23:59:58.5 one\n00:00:01 three\n' >mid.10
printf '00:00:00.5 two\n00:00:02 four\n' >mid.9
ends 'midnight' 0 mid
check 'passes' same 'one two three four ' \
	"$(awk '{ printf "%s ", $3 }' out)"

for i in $(seq 3000); do
	printf '%d.%06d a\n > more\n%d.%06d b\n' "$i" 0 $((9000 - i)) "$i" \
		>many.$i
done
few() { ( ulimit -n 20; ulimit -v 200000; "$merge" many >out 2>err ); }
check '3000 logs, 20 of them open' few
check 'nothing is lost' same 9000 "$(lines out)"
check 'all are in order' sort -s -c -k2,2n <(grep -v more out)

# A line of a gigabyte need not be in memory, and holes take no disk.
printf '1 a\n2 begin' >huge.1
printf '3 b\n' >huge.2
truncate -s 1G huge.1
printf ' end\n4 c\n' >>huge.1
bounded() { ( ulimit -v 100000; "$merge" huge | tail -c 20 >out 2>err
	[ "${PIPESTATUS[0]}" -eq 0 ] ); }
check 'a line of a gigabyte' bounded
check 'and what comes after it' same $' end\n2 3 b\n1 4 c' \
	"$(tr -d '\0' <out)"

# Its own trace grows while it is merged.
timeout 60 "$strace" -ff -ttt -o self "$merge" -o merged self
check 'the log of its own trace' same 0 $?

printf '1 a\n2 cut' >cut.1
printf '3 b' >cut.2
ends 'lines that break off' 0 cut
check 'have an end' same $'1 1 a\n1 2 cut\n2 3 b' "$(cat out)"
printf '{"time":1}\n{"time":"3","b' >half.1
printf '{"time":2}' >half.2
ends 'half an object' 0 half
says 'is told' "'half.1' ends within a line"
check 'is left out' same $'{"time":1}\n{"time":2}' "$(cat out)"

# ---- what fails ----

printf '     0.000000 a\n' >rel.5
ends 'relative times' 1 rel
says 'name the line' 'rel.5:1: '
says 'name what to do' '-ttt'
printf 'brk(NULL) = 0\n' >none.5
ends 'no times' 1 none
says 'name the line' 'none.5:1: '
check 'are one message' same 1 "$(lines err)"
ends 'no such logs' 1 nowhere
says 'are named' "'nowhere.PID'"
says 'by the program' 'strace-log-merge: '
ends 'the others are merged' 1 nowhere mid
check 'nevertheless' same 4 "$(lines out)"
mkfifo pipe
ends 'a pipe' 1 pipe
says 'is no file' "'pipe' is not a file"
mkdir -p dir dir.7
printf '1 a\n' >dir.8
ends 'what is no file' 1 dir
says 'is named' "'dir.7'"
check 'and the rest is there' same '8 1 a' "$(cat out)"
rmdir dir.7
ln -s nothing dir.7
ends 'what is gone' 1 dir
says 'is named' "Can't open 'dir.7'"
check 'and the rest is there, too' same '8 1 a' "$(cat out)"
printf '10:00:00 a\n' >mixed.1
printf '10 a\n' >mixed.2
ends 'times of two kinds' 1 mixed
says 'are named' "'mixed.1' has times of day"
ends 'into itself' 1 -o mid.9 mid
check 'leaves it whole' same 2 "$(lines mid.9)"
"$merge" mid >>mid.9 2>err
check 'nor by the shell' same "1 2" "$? $(lines mid.9)"
ends '-o' 0 -o merged mid
check 'writes there' same "4 0" "$(lines merged) $(lines out)"
ends 'no argument' 1
says 'is a mistake' "strace-log-merge --help'"
ends 'an unknown option' 1 --frob mid
ends '--help' 0 --help
check '--help: is on standard output' grep -q PREFIX out
ends '--version' 0 -V
if [ -w /dev/full ]; then
	"$merge" mid >/dev/full 2>err
	check 'a full disk' same "1 1" "$? $(lines err)"
	ends 'a full disk with -o' 1 -o /dev/full logns
	check 'is one message' same 1 "$(lines err)"
	"$merge" --help >/dev/full 2>err
	check 'help on a full disk' same 1 $?
fi
"$merge" logns 2>err | head -n 1 >out
check 'a reader that goes away ends it, as it does others' \
	same "141 0" "${PIPESTATUS[0]} $(lines err)"
"$merge" mid >&- 2>err
check 'no standard output' same "1 1" "$? $(lines err)"
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 dir.8
	ends 'a log that may not be read' 1 dir mid
	says 'is named' "'dir.8'"
fi

# ---- records ----

"$strace" -f --record=rec1 -o /dev/null sh -c "$script"
"$strace" -f --record=rec2 -o /dev/null sh -c "$script"
"$strace" --replay=rec1 2>want
ends 'a record' 0 rec1
check 'as strace --replay shows it' cmp want out
ends 'two records' 0 rec1 rec2
check 'in order' sort -s -c -k2,2 out
"$strace" -f -tt --replay=rec1 -o want
ends 'a record twice' 0 rec1 rec1
check 'has each call twice' same "$(cat want want | grep -c 'execve(')" \
	"$(grep -c 'execve(' out)"
# The other's call of the same number comes before the end of each.
check 'and in two parts' same 0 "$(grep 'execve(' out | grep -vc unfinished)"
check 'which are all there' same "$(grep -c unfinished out)" \
	"$(grep -c resumed out)"
head -c 3000 rec1 >short
ends 'a record that breaks off' 1 short rec2
says 'is named' 'short: '
check 'and the other is there' grep -q 'exited with 0' out
ends 'records and logs' 1 rec1 mid
says 'do not go together' '--replay=RECORD -ff -ttt'
"$strace" --replay=rec1 -ff -ttt -o asked
sorted asked >want
ends 'logs of a record' 0 asked
check 'are as others' cmp want <(sed 's/  */ /' out)
finish
