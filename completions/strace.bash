# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for strace

# Written by scripts/update/completions, do not edit.
_strace_calls='
	%file %desc %memory %process %signal %ipc %network %stat %lstat %fstat
	%%stat %statfs %fstatfs %%statfs %pure %creds %clock %io_uring _llseek
	_newselect _sysctl accept accept4 access acct add_key adjtimex
	afs_syscall alarm arch_prctl bdflush bind bpf break brk cachestat
	capget capset chdir chmod chown chown32 chroot clock_adjtime
	clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
	clock_gettime64 clock_nanosleep clock_nanosleep_time64 clock_settime
	clock_settime64 clone clone3 close close_range connect copy_file_range
	creat create_module delete_module dup dup2 dup3 epoll_create
	epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
	epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit
	exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate
	fanotify_init fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown
	fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr file_getattr
	file_setattr finit_module flistxattr flock fork fremovexattr fsconfig
	fsetxattr fsmount fsopen fspick fstat fstat64 fstatat64 fstatfs
	fstatfs64 fsync ftime ftruncate ftruncate64 futex futex_requeue
	futex_time64 futex_wait futex_waitv futex_wake futimesat
	get_kernel_syms get_mempolicy get_robust_list get_thread_area getcpu
	getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 getgid
	getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp
	getpid getpmsg getppid getpriority getrandom getresgid getresgid32
	getresuid getresuid32 getrlimit getrusage getsid getsockname
	getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat
	gtty idle init_module inotify_add_watch inotify_init inotify_init1
	inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents
	io_pgetevents_time64 io_setup io_submit io_uring_enter
	io_uring_register io_uring_setup ioctl ioperm iopl ioprio_get
	ioprio_set ipc kcmp kexec_file_load kexec_load keyctl kill
	landlock_add_rule landlock_create_ruleset landlock_restrict_self
	lchown lchown32 lgetxattr link linkat listen listmount listns
	listxattr listxattrat llistxattr lock lookup_dcookie lremovexattr
	lseek lsetxattr lsm_get_self_attr lsm_list_modules lsm_set_self_attr
	lstat lstat64 madvise map_shadow_stack mbind membarrier memfd_create
	memfd_secret migrate_pages mincore mkdir mkdirat mknod mknodat mlock
	mlock2 mlockall mmap mmap2 modify_ldt mount mount_setattr move_mount
	move_pages mprotect mpx mq_getsetattr mq_notify mq_open
	mq_timedreceive mq_timedreceive_time64 mq_timedsend
	mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd
	msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat
	nfsservctl nice oldfstat oldlstat oldolduname oldstat olduname open
	open_by_handle_at open_tree open_tree_attr openat openat2 pause
	perf_event_open personality pidfd_getfd pidfd_open pidfd_send_signal
	pipe pipe2 pivot_root pkey_alloc pkey_free pkey_mprotect poll ppoll
	ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_madvise
	process_mrelease process_vm_readv process_vm_writev prof profil
	pselect6 pselect6_time64 ptrace putpmsg pwrite64 pwritev pwritev2
	query_module quotactl quotactl_fd read readahead readdir readlink
	readlinkat readv reboot recv recvfrom recvmmsg recvmmsg_time64 recvmsg
	remap_file_pages removexattr removexattrat rename renameat renameat2
	request_key restart_syscall rmdir rseq rseq_slice_yield rt_sigaction
	rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
	rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo
	sched_get_priority_max sched_get_priority_min sched_getaffinity
	sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
	sched_rr_get_interval_time64 sched_setaffinity sched_setattr
	sched_setparam sched_setscheduler sched_yield seccomp security select
	semctl semget semop semtimedop semtimedop_time64 send sendfile
	sendfile64 sendmmsg sendmsg sendto set_mempolicy
	set_mempolicy_home_node set_robust_list set_thread_area
	set_tid_address setdomainname setfsgid setfsgid32 setfsuid setfsuid32
	setgid setgid32 setgroups setgroups32 sethostname setitimer setns
	setpgid setpriority setregid setregid32 setresgid setresgid32
	setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt
	settimeofday setuid setuid32 setxattr setxattrat sgetmask shmat shmctl
	shmdt shmget shutdown sigaction sigaltstack signal signalfd signalfd4
	sigpending sigprocmask sigreturn sigsuspend socket socketcall
	socketpair splice ssetmask stat stat64 statfs statfs64 statmount statx
	stime stty swapoff swapon symlink symlinkat sync sync_file_range
	syncfs sysfs sysinfo syslog tee tgkill time timer_create timer_delete
	timer_getoverrun timer_gettime timer_gettime64 timer_settime
	timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
	timerfd_settime timerfd_settime64 times tkill truncate truncate64
	tuxcall ugetrlimit ulimit umask umount umount2 uname unlink unlinkat
	unshare uprobe uretprobe uselib userfaultfd ustat utime utimensat
	utimensat_time64 utimes vfork vhangup vm86 vm86old vmsplice vserver
	wait4 waitid waitpid write writev'
_strace_signals='
	SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL
	SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD
	SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ
	SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS'
_strace_keys='trace= signal= status= fd= abbrev= verbose= raw= read= write= quiet= decode-fds= decode= decode-pids= namespace= kvm= secontext= inject= fault='
_strace_long='
	--attach= --env= --user= --argv0= --all --attach-cgroup= --container=
	--follow-forks --output-separately --daemonize --daemonize=
	--interruptible= --detach-on= --syscall-limit= --kill-on-exit
	--backend= --buffer= --strict --trace= --signal= --signals= --status=
	--successful-only --failed-only --slower-than= --trace-path=
	--trace-fds= --trace-fd= --inject= --fault= --inject-file=
	--inject-each= --seed= --string-limit= --line-limit= --no-abbrev
	--abbrev= --verbose= --raw= --strings-in-hex --strings-in-hex=
	--const-print-style= --decode-fds --decode-fds= --decode=
	--decode-pids= --pidns-translation --namespace= --kvm= --secontext
	--secontext= --read= --write= --output= --output-append-mode --json
	--to= --colour --colour= --color --color= --columns=
	--absolute-timestamps --absolute-timestamps= --timestamps
	--timestamps= --relative-timestamps --relative-timestamps=
	--syscall-times --syscall-times= --instruction-pointer
	--syscall-number --arg-names --stack-trace --stack-trace=
	--stack-traces --stack-traces= --stack-trace-frame-limit=
	--always-show-pid --quiet --quiet= --silent --silent= --silence
	--silence= --summary-only --summary --summary-wall-clock
	--summary-sort-by= --summary-columns= --summary-syscall-overhead=
	--record= --replay= --seccomp-bpf --seccomp-bpf= --cpu-placement
	--cpu-placement= --no-cpu-placement --debug --tips --tips= --help
	--help= --version'
_strace_topics='
	expr classes all start follow backend filter inject values lines
	summary record misc --attach --env --user --argv0 --all
	--attach-cgroup --container --follow-forks --output-separately
	--daemonize --interruptible --detach-on --syscall-limit --kill-on-exit
	--backend --buffer --strict --trace --signal --signals --status
	--successful-only --failed-only --slower-than --trace-path --trace-fds
	--trace-fd --inject --fault --inject-file --inject-each --seed
	--string-limit --line-limit --no-abbrev --abbrev --verbose --raw
	--strings-in-hex --const-print-style --decode-fds --decode
	--decode-pids --pidns-translation --namespace --kvm --secontext --read
	--write --output --output-append-mode --json --to --colour --color
	--columns --absolute-timestamps --timestamps --relative-timestamps
	--syscall-times --instruction-pointer --syscall-number --arg-names
	--stack-trace --stack-traces --stack-trace-frame-limit
	--always-show-pid --quiet --silent --silence --summary-only --summary
	--summary-wall-clock --summary-sort-by --summary-columns
	--summary-syscall-overhead --record --replay --seccomp-bpf
	--cpu-placement --no-cpu-placement --debug --tips --help --version'

# What the argument of an option is made of: form, words, takes.
_strace_option()
{
	form= words= takes=never
	case $1 in
	-p|--attach) form=pids takes=always ;;
	-E|--env) form=variable takes=always ;;
	-u|--user) form=user takes=always ;;
	--argv0) form=text takes=always ;;
	--attach-cgroup) form=cgroup takes=always ;;
	--container) form=container takes=always ;;
	--daemonize) form=word takes=maybe words='grandchild pgroup session' ;;
	-I|--interruptible) form=word takes=always words='anywhere waiting never never_tstp' ;;
	-b|--detach-on) form=word takes=always words='execve' ;;
	--syscall-limit) form=number takes=always ;;
	--backend) form=word takes=always words='ptrace bpf auto' ;;
	--buffer) form=size takes=always ;;
	-e) form=expr takes=always ;;
	--trace) form=calls takes=always ;;
	--signal) form=signals takes=always ;;
	--signals) form=signals takes=always ;;
	--status) form=set takes=always words='successful failed unfinished unavailable detached' ;;
	--slower-than) form=time takes=always words='s ms us ns' ;;
	-P|--trace-path) form=file takes=always ;;
	--trace-fds) form=fds takes=always ;;
	--trace-fd) form=fds takes=always ;;
	--inject) form=calls takes=always ;;
	--fault) form=calls takes=always ;;
	--inject-file) form=file takes=always ;;
	--inject-each) form=calls takes=always ;;
	--seed) form=number takes=always ;;
	-s|--string-limit) form=number takes=always ;;
	--line-limit) form=size takes=always ;;
	--abbrev) form=calls takes=always ;;
	--verbose) form=calls takes=always ;;
	--raw) form=calls takes=always ;;
	--strings-in-hex) form=word takes=maybe words='none non-ascii-chars non-ascii all' ;;
	-X|--const-print-style) form=word takes=always words='raw abbrev verbose' ;;
	--decode-fds) form=set takes=maybe words='path socket dev pidfd eventfd signalfd anon' ;;
	--decode) form=set takes=always words='eventfd timerfd signalfd inotify fanotify userfaultfd input fuse netlink dns devices' ;;
	--decode-pids) form=set takes=always words='comm pidns' ;;
	--namespace) form=set takes=always words='new' ;;
	--kvm) form=set takes=always words='vcpu vcpu+' ;;
	--secontext) form=set takes=maybe words='full mismatch' ;;
	--read) form=fds takes=always ;;
	--write) form=fds takes=always ;;
	-o|--output) form=file takes=always ;;
	--to) form=sink takes=always ;;
	--colour) form=word takes=maybe words='auto always never' ;;
	--color) form=word takes=maybe words='auto always never' ;;
	-a|--columns) form=number takes=always ;;
	--absolute-timestamps) form=words takes=maybe words='none time unix s ms us ns' ;;
	--timestamps) form=words takes=maybe words='none time unix s ms us ns' ;;
	--relative-timestamps) form=word takes=maybe words='s ms us ns' ;;
	--syscall-times) form=word takes=maybe words='s ms us ns' ;;
	--stack-trace) form=word takes=maybe words='symbol source' ;;
	--stack-traces) form=word takes=maybe words='symbol source' ;;
	--stack-trace-frame-limit) form=number takes=always ;;
	--quiet) form=set takes=maybe words='attach exit path-resolution personality thread-execve' ;;
	--silent) form=set takes=maybe words='attach exit path-resolution personality thread-execve' ;;
	--silence) form=set takes=maybe words='attach exit path-resolution personality thread-execve' ;;
	-S|--summary-sort-by) form=word takes=always words='time-percent total-time min-time max-time avg-time calls errors name wall-total wall-min wall-max wall-avg p50 p90 p99 nothing' ;;
	-U|--summary-columns) form=words takes=always words='time-percent total-time min-time max-time avg-time calls errors name wall-total wall-min wall-max wall-avg p50 p90 p99' ;;
	-O|--summary-syscall-overhead) form=time takes=always words='s ms us ns' ;;
	--record) form=file takes=always ;;
	--replay) form=file takes=always ;;
	--seccomp-bpf) form=word takes=maybe words='yes no' ;;
	--cpu-placement) form=word takes=maybe words='yes no' ;;
	--tips) form=words takes=maybe words='none compact full random' ;;
	--help) form=topic takes=maybe ;;
	esac
}

# The same of a key of -e.
_strace_key()
{
	form= words=
	case $1 in
	trace|t) form=calls ;;
	signal|signals|s) form=signals ;;
	status) form=set words='successful failed unfinished unavailable detached' ;;
	fd|fds|trace-fds|trace-fd) form=fds ;;
	abbrev|a) form=calls ;;
	verbose|v) form=calls ;;
	raw|x) form=calls ;;
	read|reads|r) form=fds ;;
	write|writes|w) form=fds ;;
	quiet|silent|silence|q) form=set words='attach exit path-resolution personality thread-execve' ;;
	decode-fds|decode-fd) form=set words='path socket dev pidfd eventfd signalfd anon' ;;
	decode) form=set words='eventfd timerfd signalfd inotify fanotify userfaultfd input fuse netlink dns devices' ;;
	decode-pids|decode-pid) form=set words='comm pidns' ;;
	namespace|namespaces) form=set words='new' ;;
	kvm) form=set words='vcpu vcpu+' ;;
	secontext) form=set words='full mismatch' ;;
	inject) form=calls ;;
	fault) form=calls ;;
	*) return 1 ;;
	esac
}
# Up to here scripts/update/completions wrote what the program's tables hold.

# Words of $2 that begin with $3, each with $1 before it.
_strace_offer()
{
	local IFS=$' \t\n' i

	mapfile -t COMPREPLY < <(compgen -P "$1" -W "$2" -- "$3")
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$strip"}
	done
}

# Words of $1 for the last item of the list $2, with $3 and the items before it.
_strace_list()
{
	local cur=$2 head=$3

	if [[ $cur == *,* ]]; then
		head+=${cur%,*},
		cur=${cur##*,}
	elif [[ $4 == set && $cur == '!'* ]]; then
		head+='!'
		cur=${cur#!}
	fi
	if [[ $form == calls && $cur == '?'* ]]; then
		head+='?'
		cur=${cur#\?}
	fi
	_strace_offer "$head" "$1" "$cur"
}

_strace_pids()
{
	(cd /proc && echo [0-9]*)
}

_strace_containers()
{
	local tool

	for tool in docker podman; do
		"$tool" ps --format '{{.Names}}' 2>/dev/null </dev/null
	done
}

# Files that begin with $2, after $1.
_strace_files()
{
	local i

	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$2")
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=$1${COMPREPLY[i]}
		COMPREPLY[i]=${COMPREPLY[i]#"$strip"}
	done
}

# KEY=VALUES, or what may stand without a KEY=.
_strace_expr()
{
	local key=${1%%=*}

	if [[ $1 == *=* ]] && _strace_key "$key"; then
		_strace_value "${1#*=}" "$2$key="
		return
	fi
	form=calls
	_strace_list "$_strace_keys all none $_strace_calls" "$1" "$2" set
}

# Candidates for a value, by what it is made of; $2 stands before it.
_strace_value()
{
	compopt -o nospace 2>/dev/null
	case $form in
	word) _strace_offer "$2" "$words" "$1"
		compopt +o nospace 2>/dev/null ;;
	words) _strace_list "$words" "$1" "$2" ;;
	set) _strace_list "all none $words" "$1" "$2" set ;;
	calls) _strace_list "all none $_strace_calls" "$1" "$2" set ;;
	signals) _strace_list "all none $_strace_signals" "$1" "$2" set ;;
	fds) _strace_list 'all none 0 1 2' "$1" "$2" set ;;
	expr) _strace_expr "$1" "$2" ;;
	time) [[ $1 =~ ^[0-9.]+ ]] &&
		_strace_offer "$2${BASH_REMATCH[0]}" "$words" \
			"${1#"${BASH_REMATCH[0]}"}" ;;
	size) [[ $1 =~ ^[0-9]+$ ]] && _strace_offer "$2$1" 'K M G' '' ;;
	pids) _strace_list "$(_strace_pids)" "$1" "$2" ;;
	container) _strace_offer "$2" "$(_strace_containers)" "$1"
		compopt +o nospace 2>/dev/null ;;
	cgroup) _strace_offer "$2" "$(cd /sys/fs/cgroup 2>/dev/null &&
		compgen -S / -d -- "$1")" "$1" ;;
	user)
		if [[ $1 == *:* ]]; then
			_strace_offer "$2${1%%:*}:" "$(compgen -g)" "${1#*:}"
		else
			_strace_offer "$2" "$(compgen -u)" "$1"
		fi ;;
	variable) _strace_offer "$2" "$(compgen -e)" "$1" ;;
	topic) _strace_offer "$2" "$_strace_topics" "$1" ;;
	sink)
		if [[ $1 == *:* ]]; then
			_strace_files "$2${1%%:*}:" "${1#*:}"
		else
			_strace_offer "$2" 'text: json: summary:' "$1"
		fi ;;
	file) compopt +o nospace 2>/dev/null
		_strace_files "$2" "$1" ;;
	esac
}

# The first of grouped letters that takes an argument: form, words, takes, and
# in rest what stands after it.
_strace_letters()
{
	local i

	takes=never
	for ((i = 1; i < ${#1}; i++)); do
		_strace_option "-${1:i:1}"
		[[ $takes == always ]] || continue
		head=${1:0:i+1}
		rest=${1:i+1}
		return
	done
	takes=never
}

# A long name may be shortened.
_strace_name()
{
	local name

	_strace_option "$1"
	[[ -n $form ]] && return
	for name in $_strace_long; do
		if [[ $name == "$1"* ]]; then
			_strace_option "${name%=}"
			return
		fi
	done
}

# COMP_WORDS with what bash cut at = and : put together again, without quotes:
# args; in begin, where in COMP_WORDS each begins; in strip, what of the last
# one bash does not take for a part of the word.
_strace_join()
{
	local i piece glue=

	args=() begin=() strip=
	for ((i = 1; i <= COMP_CWORD; i++)); do
		piece=${COMP_WORDS[i]//[\'\"\\]/}
		if [[ -n $piece && ${#args[@]} -gt 0 &&
		      ( -n $glue || $piece =~ ^[=:@]+$ ) ]]; then
			strip=${args[-1]}
			args[-1]+=$piece
			glue=
			[[ $piece =~ ^[=:@]+$ ]] || continue
			glue=1 strip=${args[-1]}
		else
			args+=("$piece")
			begin+=("$i")
			glue= strip=
		fi
	done
}

_strace_command()
{
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif ((COMP_CWORD > $1)); then
		_strace_files '' "${COMP_WORDS[COMP_CWORD]}"
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
	fi
}

_strace()
{
	local args begin strip form words takes head rest i=0 last word

	COMPREPLY=()
	_strace_join
	last=$((${#args[@]} - 1))
	for ((i = 0; i <= last; i++)); do
		word=${args[i]}
		head= rest= form= takes=never
		case $word in
		--) ((i < last)) && i=$((i + 1)) && break ;;
		--*=*) _strace_name "${word%%=*}"
			((i < last)) || _strace_value "${word#*=}" \
				"${word%%=*}="
			continue ;;
		--*) ((i < last)) && _strace_name "$word" ;;
		-?*) _strace_letters "$word"
			((i < last)) || [[ $takes != always ]] ||
				_strace_value "$rest" "$head" ;;
		-) ;;
		*) break ;;
		esac
		if [[ $takes == always && -z $rest ]] && ((++i == last)); then
			_strace_value "${args[i]}" ''
			return
		fi
	done
	if ((i <= last)); then
		_strace_command "${begin[i]}"
	elif [[ $word == -* && $word != *=* && $takes != always ]]; then
		_strace_offer '' "$_strace_long" "$word"
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
	fi
}

complete -F _strace strace
