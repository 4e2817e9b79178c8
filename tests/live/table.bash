# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs tables of options: sourced by tests, after lib.bash.
#
# A table is made of command lines, and of options that change what they do:
#
#	$ strace {} -- sample file          a command line
#	  @ ptrace: WHY                     the engines it runs with
#	  ? COMMAND                         if that fails, all this is left out
#
#	-s 3  --string-limit=3              options, in the place of {}
#	  + ^write\(3, "hel"\.\.\., 9\)     the output has such a line
#	  - "hello                          it has none of these
#	  = 7                               the exit status, if it is not 0
#	  @ ptrace bpf: WHY                 the engines, if they differ
#	  ~ WHY                             nothing can tell it from no option
#
# Spellings of the same thing stand beside each other, with two blanks between,
# or below each other.  Patterns are POSIX extended regular expressions for a
# line of the output, standard error included.
#
# A row has to fail where the option is left out: that is tried for each, so no
# row passes by what is there anyway.
#
# Engines: ptrace; replay, of a record made with the options before the {} only;
# again, of one made with all of them; bpf, which takes long to start, and is
# for what its programs do themselves.  The first two are usual.  The first
# spelling of a row runs with each, the others with the first engine.  The
# variable TABLE_ENGINES chooses among them.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154

table_engines=${TABLE_ENGINES:-ptrace replay again}
program=$strace
PATH=$prog:$PATH
evidence=$tmp/evidence
[ "$table_engines" != bpf ] || need_bpf 'all of it'
declare -A table_base=() table_records=()

# The strace of a table's command lines.
strace() {
	local args=() arg

	case $engine in
	ptrace) args=("$@") ;;
	bpf) args=(--backend=bpf "$@") ;;
	*)
		args=(--replay="$record")
		for arg; do
			[ "$arg" != -- ] || break
			args+=("$arg")
		done ;;
	esac
	timeout -s KILL 20 "$program" "${args[@]}"
}

# line_run LINE: its output is $text, its exit status $status
line_run() {
	rm -rf -- trace*
	text=$(eval "$1" 2>&1 </dev/null)
	status=$?
}

# line_record LINE OPTIONS: $record is one of that line
line_record() {
	local before=${1%%\{\}*} command=${1#* -- }

	record=${table_records["$before $2 $command"]-}
	[ -z "$record" ] || return
	record=$tmp/record${#table_records[@]}
	table_records["$before $2 $command"]=$record
	# The first strace of the line only; what follows it is not recorded.
	command=${command%%;*}
	engine=ptrace eval "$before $2 --record='$record' -o '$tmp/none' \
		-- $command" >/dev/null 2>&1 </dev/null
}

# holds: does $text have what the row wants?  What it has not is $lacks.
holds() {
	local item

	lacks="exit status $status, not $want_status"
	[ "$status" -eq "$want_status" ] || return 1
	for item in "${want_lines[@]}"; do
		lacks="no line matches $item"
		grep -qE -- "$item" <<<"$text" || return 1
	done
	for item in "${want_none[@]}"; do
		lacks="a line matches $item"
		! grep -qE -- "$item" <<<"$text" || return 1
	done
}

# spelling_run SPELLING ENGINE
spelling_run() {
	local engine=$2 name="$1 ($2)" record=

	case $engine in
	replay) line_record "$line" '' ;;
	again) line_record "$line" "$1" ;;
	esac
	line_run "${line/\{\}/$1}"
	if holds; then
		ok "$name"
	else
		printf '%s\n' "$text" >"$evidence"
		not_ok "$name" "$lacks" "${line/\{\}/$1}"
	fi
}

# Does the row want more than the line gives without an option?
row_tells() {
	local engine=$1 record= key="$1 $line"

	[ -z "$row_alike" ] || return
	[ "$engine" != again ] || engine=replay
	[ "$engine" != replay ] || line_record "$line" ''
	if [ -z "${table_base[$key]+set}" ]; then
		line_run "${line/\{\}/}"
		table_base[$key]="$status $text"
	fi
	status=${table_base[$key]%% *}
	text=${table_base[$key]#* }
	! holds || not_ok "${spellings[0]} ($1)" 'it is so without the option' \
		"$line"
}

row_run() {
	local engine spelling engines=${row_on:-$line_on}

	[ ${#spellings[@]} -gt 0 ] || return
	for engine in $engines; do
		[[ " $table_engines " == *" $engine "* ]] || continue
		row_tells "$engine"
		for spelling in "${spellings[@]}"; do
			spelling_run "$spelling" "$engine"
			[ "$engine" = "${engines%% *}" ] || break
		done
	done
}

row_clear() {
	spellings=() want_lines=() want_none=()
	want_status=0 row_on='' row_alike='' row_ends=
}

# row_begin TEXT: spellings, with two blanks between
row_begin() {
	local rest=$1

	[ -z "$row_ends" ] || { row_run; row_clear; }
	while [ -n "$rest" ]; do
		spellings+=("${rest%%  *}")
		case $rest in
		*'  '*) rest=${rest#*  } rest=${rest#"${rest%%[! ]*}"} ;;
		*) rest= ;;
		esac
	done
}

line_begin() {
	row_run
	row_clear
	line=$1 line_on='ptrace replay' left_out=
}

line_needs() {
	(eval "$1") >/dev/null 2>&1 </dev/null && return
	skip "$line" "this needs: $1"
	left_out=y
}

# row_sign SIGN TEXT: one line of what belongs to a row or to a command line
row_sign() {
	row_ends=y
	case $1 in
	+) want_lines+=("$2") ;;
	-) want_none+=("$2") ;;
	=) want_status=$2 ;;
	'~') row_alike=$2 ;;
	'?') row_ends='' ; line_needs "$2" ;;
	@)
		if [ ${#spellings[@]} -gt 0 ]; then
			row_on=${2%%:*}
		else
			line_on=${2%%:*} row_ends=
		fi ;;
	esac
}

# run_table FILE
run_table() {
	local text status lacks line='' line_on='' left_out='' rest
	local spellings want_lines want_none want_status row_on row_alike
	local row_ends rows

	# Command lines must have no descriptor that is ours.
	mapfile -t rows <"$1"
	row_clear
	for rest in "${rows[@]}"; do
		case $rest in
		'' | '#'*) ;;
		'$ '*) line_begin "${rest#'$ '}" ;;
		*) [ -n "$left_out" ] || case $rest in
			'  '[-+=~?@]' '*) row_sign "${rest:2:1}" "${rest:4}" ;;
			*) row_begin "$rest" ;;
			esac ;;
		esac
	done
	row_run
}
