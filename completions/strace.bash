# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for strace

_strace_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# The last item of a list that commas part; what stands before it stays.
_strace_list()
{
	local words=$1 cur=$2 head=

	if [[ $cur == *,* ]]; then
		head=${cur%,*},
		cur=${cur##*,}
	fi
	mapfile -t COMPREPLY < <(compgen -P "$head" -W "$words" -- "$cur")
}

_strace_value()
{
	local calls='all none %file %desc %memory %process %signal %ipc
		%network %stat %lstat %fstat %%stat %statfs %fstatfs %%statfs
		%pure %creds %clock %io_uring'
	local columns='time-percent total-time min-time max-time avg-time
		calls errors name wall-total wall-min wall-max wall-avg
		p50 p90 p99'

	compopt -o nospace
	case $1 in
	-e)
		_strace_words 'trace= signal= status= fd= abbrev= verbose=
			raw= read= write= quiet= decode-fds= decode-pids=
			namespace= secontext='"
			$calls" "$2" ;;
	--trace|--t|--abbrev|--verbose|--raw) _strace_list "$calls" "$2" ;;
	--signal|--signals)
		_strace_list "all none $(compgen -A signal SIG)" "$2" ;;
	--status)
		_strace_list 'all none successful failed unfinished
			unavailable detached' "$2" ;;
	--quiet|--silent|--silence)
		_strace_list 'all none attach exit path-resolution
			personality thread-execve' "$2" ;;
	--decode-fds)
		_strace_list 'all none path socket dev pidfd eventfd signalfd' \
			"$2" ;;
	--decode-pids) _strace_list 'all none comm pidns' "$2" ;;
	--absolute-timestamps|--timestamps)
		_strace_list 'none time unix s ms us ns' "$2" ;;
	--relative-timestamps|--syscall-times)
		_strace_words 's ms us ns' "$2" ;;
	--strings-in-hex)
		_strace_words 'none non-ascii-chars non-ascii all' "$2" ;;
	-X|--const-print-style) _strace_words 'raw abbrev verbose' "$2" ;;
	--stack-trace|--stack-traces) _strace_words 'symbol source' "$2" ;;
	--namespace) _strace_words 'new' "$2" ;;
	--secontext) _strace_list 'full mismatch' "$2" ;;
	--colour|--color) _strace_words 'auto always never' "$2" ;;
	--to) _strace_words 'text: json: summary:' "$2" ;;
	--seccomp-bpf|--cpu-placement) _strace_words 'yes no' "$2" ;;
	--backend) _strace_words 'ptrace bpf auto' "$2" ;;
	--daemonize) _strace_words 'grandchild pgroup session' "$2" ;;
	-I|--interruptible)
		_strace_words 'anywhere waiting never never_tstp' "$2" ;;
	-S|--summary-sort-by) _strace_words "$columns nothing" "$2" ;;
	-U|--summary-columns) _strace_list "$columns" "$2" ;;
	-p|--attach)
		_strace_list "$(cd /proc && echo [0-9]*)" "$2" ;;
	--attach-cgroup)
		mapfile -t COMPREPLY < <(cd /sys/fs/cgroup &&
			compgen -S / -d -- "$2") ;;
	-u|--user) mapfile -t COMPREPLY < <(compgen -u -- "$2") ;;
	-E|--env)
		mapfile -t COMPREPLY < <(compgen -v -- "$2") ;;
	-o|--output|-P|--trace-path|--record|--replay)
		compopt +o nospace -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
	*) return 1 ;;
	esac
}

_strace_options='--attach= --env= --user= --argv0= --all
	--attach-cgroup= --container= --backend= --buffer= --strict
	--follow-forks
	--output-separately --daemonize --interruptible= --kill-on-exit
	--trace= --signal= --status= --successful-only --failed-only
	--slower-than= --trace-path= --trace-fds= --string-limit=
	--line-limit= --no-abbrev --abbrev= --verbose= --raw=
	--strings-in-hex --const-print-style= --decode-fds
	--decode-pids= --pidns-translation --namespace= --read= --write=
	--output=
	--output-append-mode --json --to= --colour --color --columns=
	--absolute-timestamps --timestamps --relative-timestamps
	--syscall-times --instruction-pointer --syscall-number
	--stack-trace --always-show-pid --secontext --quiet --summary-only
	--summary --summary-wall-clock --summary-sort-by= --summary-columns=
	--summary-syscall-overhead= --record= --replay= --seccomp-bpf
	--cpu-placement --no-cpu-placement --debug --help --version'

# The word where the traced command begins, or nothing.
_strace_command_at()
{
	local i takes='^-[A-Za-z]*[peEuaIoOPsSUX]$'

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) echo $((i + 1)); return ;;
		=) ((i++)) ;;
		--*) ;;
		-*) [[ ${COMP_WORDS[i]} =~ $takes ]] && ((i++)) ;;
		*) echo "$i"; return ;;
		esac
	done
}

_strace()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local at

	COMPREPLY=()
	at=$(_strace_command_at)
	if [[ -n $at ]]; then
		if declare -F _command_offset >/dev/null; then
			_command_offset "$at"
		else
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		return
	fi
	# bash cuts --name=value in three words where = breaks words.
	if [[ $cur == = || $prev == = ]]; then
		[[ $cur == = ]] && cur= || prev=${COMP_WORDS[COMP_CWORD-2]}
		# The values of -e KEY= are those of --KEY=.
		[[ $prev == -* ]] || prev=--$prev
		_strace_value "$prev" "$cur"
		return
	fi
	_strace_value "$prev" "$cur" && [[ $prev != --* ]] && return
	if [[ $cur == -* ]]; then
		_strace_words "$_strace_options" "$cur"
		[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
	else
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	fi
}

complete -F _strace strace
