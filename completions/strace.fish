# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for strace

# Written by scripts/update/completions, do not edit.
set -g __strace_calls \
    _llseek _newselect _sysctl accept accept4 access acct add_key adjtimex \
    afs_syscall alarm arch_prctl bdflush bind bpf break brk cachestat \
    capget capset chdir chmod chown chown32 chroot clock_adjtime \
    clock_adjtime64 clock_getres clock_getres_time64 clock_gettime \
    clock_gettime64 clock_nanosleep clock_nanosleep_time64 clock_settime \
    clock_settime64 clone clone3 close close_range connect copy_file_range \
    creat create_module delete_module dup dup2 dup3 epoll_create \
    epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 \
    epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit \
    exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate \
    fanotify_init fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown \
    fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr file_getattr \
    file_setattr finit_module flistxattr flock fork fremovexattr fsconfig \
    fsetxattr fsmount fsopen fspick fstat fstat64 fstatat64 fstatfs \
    fstatfs64 fsync ftime ftruncate ftruncate64 futex futex_requeue \
    futex_time64 futex_wait futex_waitv futex_wake futimesat \
    get_kernel_syms get_mempolicy get_robust_list get_thread_area getcpu \
    getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 getgid \
    getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp \
    getpid getpmsg getppid getpriority getrandom getresgid getresgid32 \
    getresuid getresuid32 getrlimit getrusage getsid getsockname \
    getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat \
    gtty idle init_module inotify_add_watch inotify_init inotify_init1 \
    inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents \
    io_pgetevents_time64 io_setup io_submit io_uring_enter \
    io_uring_register io_uring_setup ioctl ioperm iopl ioprio_get \
    ioprio_set ipc kcmp kexec_file_load kexec_load keyctl kill \
    landlock_add_rule landlock_create_ruleset landlock_restrict_self \
    lchown lchown32 lgetxattr link linkat listen listmount listns \
    listxattr listxattrat llistxattr lock lookup_dcookie lremovexattr \
    lseek lsetxattr lsm_get_self_attr lsm_list_modules lsm_set_self_attr \
    lstat lstat64 madvise map_shadow_stack mbind membarrier memfd_create \
    memfd_secret migrate_pages mincore mkdir mkdirat mknod mknodat mlock \
    mlock2 mlockall mmap mmap2 modify_ldt mount mount_setattr move_mount \
    move_pages mprotect mpx mq_getsetattr mq_notify mq_open \
    mq_timedreceive mq_timedreceive_time64 mq_timedsend \
    mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd \
    msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat \
    nfsservctl nice oldfstat oldlstat oldolduname oldstat olduname open \
    open_by_handle_at open_tree open_tree_attr openat openat2 pause \
    perf_event_open personality pidfd_getfd pidfd_open pidfd_send_signal \
    pipe pipe2 pivot_root pkey_alloc pkey_free pkey_mprotect poll ppoll \
    ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_madvise \
    process_mrelease process_vm_readv process_vm_writev prof profil \
    pselect6 pselect6_time64 ptrace putpmsg pwrite64 pwritev pwritev2 \
    query_module quotactl quotactl_fd read readahead readdir readlink \
    readlinkat readv reboot recv recvfrom recvmmsg recvmmsg_time64 recvmsg \
    remap_file_pages removexattr removexattrat rename renameat renameat2 \
    request_key restart_syscall rmdir rseq rseq_slice_yield rt_sigaction \
    rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn \
    rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo \
    sched_get_priority_max sched_get_priority_min sched_getaffinity \
    sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval \
    sched_rr_get_interval_time64 sched_setaffinity sched_setattr \
    sched_setparam sched_setscheduler sched_yield seccomp security select \
    semctl semget semop semtimedop semtimedop_time64 send sendfile \
    sendfile64 sendmmsg sendmsg sendto set_mempolicy \
    set_mempolicy_home_node set_robust_list set_thread_area \
    set_tid_address setdomainname setfsgid setfsgid32 setfsuid setfsuid32 \
    setgid setgid32 setgroups setgroups32 sethostname setitimer setns \
    setpgid setpriority setregid setregid32 setresgid setresgid32 \
    setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt \
    settimeofday setuid setuid32 setxattr setxattrat sgetmask shmat shmctl \
    shmdt shmget shutdown sigaction sigaltstack signal signalfd signalfd4 \
    sigpending sigprocmask sigreturn sigsuspend socket socketcall \
    socketpair splice ssetmask stat stat64 statfs statfs64 statmount statx \
    stime stty swapoff swapon symlink symlinkat sync sync_file_range \
    syncfs sysfs sysinfo syslog tee tgkill time timer_create timer_delete \
    timer_getoverrun timer_gettime timer_gettime64 timer_settime \
    timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 \
    timerfd_settime timerfd_settime64 times tkill truncate truncate64 \
    tuxcall ugetrlimit ulimit umask umount umount2 uname unlink unlinkat \
    unshare uprobe uretprobe uselib userfaultfd ustat utime utimensat \
    utimensat_time64 utimes vfork vhangup vm86 vm86old vmsplice vserver \
    wait4 waitid waitpid write writev
set -g __strace_classes \
    '%file'\t'take a file name' \
    '%desc'\t'take or give a file descriptor' \
    '%memory'\t'map and protect memory' \
    '%process'\t'start, end, wait for processes' \
    '%signal'\t'signals' \
    '%ipc'\t'System V IPC' \
    '%network'\t'sockets' \
    '%stat'\t'stat of a path' \
    '%lstat'\t'lstat of a path' \
    '%fstat'\t'fstat and the *at forms' \
    '%%stat'\t'all of the stat family' \
    '%statfs'\t'statfs of a path' \
    '%fstatfs'\t'fstatfs' \
    '%%statfs'\t'all of the statfs family' \
    '%pure'\t'no arguments and no failure' \
    '%creds'\t'user and group ids, capabilities' \
    '%clock'\t'read or set clocks' \
    '%io_uring'\t'io_uring, and with eBPF what it does'
set -g __strace_signals \
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL \
    SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD \
    SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ \
    SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS
set -g __strace_keys \
    'trace='\t'trace only CALLS' \
    'signal='\t'show only these signals' \
    'status='\t'show only calls that ended so' \
    'fd='\t'show only calls that use these descriptors' \
    'abbrev='\t'abbreviate structures of these calls' \
    'verbose='\t'follow pointers to structures of these calls' \
    'raw='\t'show arguments of these calls as plain hex' \
    'read='\t'dump what is read from these descriptors' \
    'write='\t'dump what is written to these descriptors' \
    'quiet='\t'leave out messages' \
    'decode-fds='\t'show the paths of descriptors' \
    'decode='\t'show what descriptors of these kinds carry' \
    'decode-pids='\t'say more of process ids' \
    'namespace='\t'show which namespaces a process gets by unshare, clone or clone3' \
    'kvm='\t'show why a virtual CPU stopped, after KVM_RUN' \
    'secontext='\t'show SELinux contexts of processes, files and descriptors' \
    'inject='\t'change CALLS' \
    'fault='\t'the same'
# Options that take the next word: letters, long names.
set -g __strace_letters pEuIbePsXoaSUO
set -g __strace_names \
    --attach --env --user --argv0 --attach-cgroup --container \
    --interruptible --detach-on --syscall-limit --backend --buffer --trace \
    --signal --signals --status --slower-than --trace-path --trace-fds \
    --trace-fd --inject --fault --inject-file --inject-each --seed \
    --string-limit --line-limit --abbrev --verbose --raw \
    --const-print-style --decode --decode-pids --namespace --kvm --read \
    --write --output --to --columns --stack-trace-frame-limit \
    --summary-sort-by --summary-columns --summary-syscall-overhead \
    --record --replay

# What a key of -e takes.
function __strace_key
    switch $argv[1]
        case trace t
            __strace_list_calls
        case signal signals s
            __strace_set $__strace_signals
        case status
            __strace_set successful failed unfinished unavailable detached
        case fd fds trace-fds trace-fd
            __strace_set 0 1 2
        case abbrev a
            __strace_list_calls
        case verbose v
            __strace_list_calls
        case raw x
            __strace_list_calls
        case read reads r
            __strace_set 0 1 2
        case write writes w
            __strace_set 0 1 2
        case quiet silent silence q
            __strace_set attach exit path-resolution personality thread-execve
        case decode-fds decode-fd
            __strace_set path socket dev pidfd eventfd signalfd anon
        case decode
            __strace_set eventfd timerfd signalfd inotify fanotify userfaultfd input fuse netlink dns devices
        case decode-pids decode-pid
            __strace_set comm pidns
        case namespace namespaces
            __strace_set new
        case kvm
            __strace_set vcpu vcpu+
        case secontext
            __strace_set full mismatch
        case inject
            __strace_list_calls
        case fault
            __strace_list_calls
    end
end
# What is here and at the end scripts/update/completions wrote of the tables.

# The value that is being written, without its option and a quote.
function __strace_value
    commandline -ct | string replace -r '^--[a-z0-9-]+=' '' |
        string replace -r "^-[^-$__strace_letters]*[$__strace_letters]" '' |
        string replace -ar '["\'\\\\]' ''
end

# Words (tab, description) for the last item of a list after KEY= and others.
function __strace_list
    set -l head (string match -r '^(?:.*,|[a-z-]+=!?|!)' -- (__strace_value))
    printf '%s\n' "$head"$argv
end

function __strace_set
    __strace_list all none $argv
end

function __strace_list_calls
    set -l mark
    string match -qr '(?:^|[,=!])\?[^,]*$' -- (__strace_value)
    and set mark '?'
    __strace_set "$mark"$__strace_classes "$mark"$__strace_calls
end

function __strace_expr
    set -l key (string match -r '^[a-z-]+(?==)' -- (__strace_value))
    if test -n "$key"
        __strace_key $key
    else
        printf '%s\n' $__strace_keys
        __strace_list_calls
    end
end

# Processes, each with its name.
function __strace_list_pids
    __strace_list (command ps -e -o pid= -o args= 2>/dev/null |
        string trim | string replace -r '\s+' \t)
end

function __strace_time
    set -l number (string match -r '^[0-9.]+' -- (__strace_value))
    and printf '%s\n' $number$argv
end

function __strace_list_containers
    for tool in docker podman
        command $tool ps --format '{{.Names}}' 2>/dev/null </dev/null
    end
end

function __strace_list_cgroups
    set -l root /sys/fs/cgroup/
    string replace $root '' -- $root(__strace_value)*/
end

function __strace_sink
    if string match -q '*:*' -- (__strace_value)
        set -l form (string replace -r ':.*' ':' -- (__strace_value))
        printf '%s\n' $form(__fish_complete_path \
            (string replace -r '^[^:]*:' '' -- (__strace_value)))
    else
        printf '%s\n' $argv
    end
end

# The words from the traced command on, if it has begun.
function __strace_command
    set -l words (commandline -opc) (commandline -ct)
    set -l last_letter "^-[^$__strace_letters]*[$__strace_letters]\$"
    set -l i 2
    while test $i -le (count $words)
        switch $words[$i]
            case --
                set i (math $i + 1)
                break
            case '--*'
                contains -- $words[$i] $__strace_names
                and set i (math $i + 1)
            case '-?*'
                string match -qr $last_letter -- $words[$i]
                and set i (math $i + 1)
            case '*'
                break
        end
        set i (math $i + 1)
    end
    test $i -le (count $words)
    and printf '%s\n' $words[$i..-1]
end

function __strace_complete_command
    set -l words (__strace_command)
    or return
    set -l last $words[-1]
    set -e words[-1]
    complete -C (string join ' ' -- (string escape -- $words) $last)
end

function __strace_before_command
    test (count (__strace_command)) -le 1
end

complete -c strace -f -a '(__strace_complete_command)'
complete -c strace -n __strace_before_command -s p -l attach -x -a '(__strace_list_pids)' -d 'trace running processes'
complete -c strace -n __strace_before_command -s E -l env -x -a '(set -nx)' -d 'set an environment variable of the command'
complete -c strace -n __strace_before_command -s u -l user -x -a '(__fish_complete_users)' -d 'run the command as USER, names or ids'
complete -c strace -n __strace_before_command -l argv0 -x -d 'give the command NAME as its argument 0'
complete -c strace -n __strace_before_command -l all -d 'trace every process of the system'
complete -c strace -n __strace_before_command -l attach-cgroup -x -a '(__strace_list_cgroups)' -d 'trace whatever runs in a cgroup and below, also what comes later'
complete -c strace -n __strace_before_command -l container -x -a '(__strace_list_containers)' -d 'trace whatever runs in a container, given by its id, its name or the id of one of its processes'
complete -c strace -n __strace_before_command -s f -l follow-forks -d 'trace children too'
complete -c strace -n __strace_before_command -s F -d 'trace children too'
complete -c strace -n __strace_before_command -l output-separately -d 'write the trace of each process to its own file, FILE.PID'
complete -c strace -n __strace_before_command -s D -d 'keep the command a direct child of the caller'
complete -c strace -n __strace_before_command -l daemonize -a 'grandchild pgroup session' -d 'keep the command a direct child of the caller'
complete -c strace -n __strace_before_command -s I -l interruptible -x -a 'anywhere waiting never never_tstp' -d 'when signals may end strace'
complete -c strace -n __strace_before_command -s b -l detach-on -x -a 'execve' -d 'trace a process no more once it has made CALL'
complete -c strace -n __strace_before_command -l syscall-limit -x -d 'stop tracing after NUMBER calls were shown'
complete -c strace -n __strace_before_command -l kill-on-exit -d 'kill the traced processes when strace goes'
complete -c strace -n __strace_before_command -l backend -x -a 'ptrace bpf auto' -d 'how the kernel is asked'
complete -c strace -n __strace_before_command -l buffer -x -d 'size of the buffer between the kernel and strace, 64K to 1G'
complete -c strace -n __strace_before_command -l strict -d 'exit status 1 if events were lost'
complete -c strace -n __strace_before_command -s e -x -a '(__strace_expr)' -d 'what is traced and shown'
complete -c strace -n __strace_before_command -l trace -x -a '(__strace_list_calls)' -d 'trace only CALLS'
complete -c strace -n __strace_before_command -l signal -x -a '(__strace_set $__strace_signals)' -d 'show only these signals'
complete -c strace -n __strace_before_command -l signals -x -a '(__strace_set $__strace_signals)' -d 'show only these signals'
complete -c strace -n __strace_before_command -l status -x -a '(__strace_set successful failed unfinished unavailable detached)' -d 'show only calls that ended so'
complete -c strace -n __strace_before_command -s z -l successful-only -d 'show only calls that succeeded'
complete -c strace -n __strace_before_command -s Z -l failed-only -d 'show only calls that failed'
complete -c strace -n __strace_before_command -l slower-than -x -a '(__strace_time s ms us ns)' -d 'show only calls that took TIME or longer'
complete -c strace -n __strace_before_command -s P -l trace-path -r -d 'show only calls that use PATH'
complete -c strace -n __strace_before_command -l trace-fds -x -a '(__strace_set 0 1 2)' -d 'show only calls that use these descriptors'
complete -c strace -n __strace_before_command -l trace-fd -x -a '(__strace_set 0 1 2)' -d 'show only calls that use these descriptors'
complete -c strace -n __strace_before_command -l inject -x -a '(__strace_list_calls)' -d 'change CALLS'
complete -c strace -n __strace_before_command -l fault -x -a '(__strace_list_calls)' -d 'the same'
complete -c strace -n __strace_before_command -l inject-file -r -d 'read such rules from FILE, one a line'
complete -c strace -n __strace_before_command -l inject-each -x -a '(__strace_list_calls)' -d 'run the command again and again, change one more place each time, and report what it does not survive'
complete -c strace -n __strace_before_command -l seed -x -d 'make the choices of chance= that were made with this number'
complete -c strace -n __strace_before_command -s s -l string-limit -x -d 'show at most SIZE bytes of a string'
complete -c strace -n __strace_before_command -l line-limit -x -d 'show at most SIZE bytes of one call, and of its data'
complete -c strace -n __strace_before_command -s v -l no-abbrev -d 'show all members of structures'
complete -c strace -n __strace_before_command -l abbrev -x -a '(__strace_list_calls)' -d 'abbreviate structures of these calls'
complete -c strace -n __strace_before_command -l verbose -x -a '(__strace_list_calls)' -d 'follow pointers to structures of these calls'
complete -c strace -n __strace_before_command -l raw -x -a '(__strace_list_calls)' -d 'show arguments of these calls as plain hex'
complete -c strace -n __strace_before_command -s x -d 'show strings with bytes beyond ASCII in hex'
complete -c strace -n __strace_before_command -l strings-in-hex -a 'none non-ascii-chars non-ascii all' -d 'hex in strings'
complete -c strace -n __strace_before_command -s X -l const-print-style -x -a 'raw abbrev verbose' -d 'show constants raw, abbrev'
complete -c strace -n __strace_before_command -s y -d 'show the paths of descriptors'
complete -c strace -n __strace_before_command -l decode-fds -a '(__strace_set path socket dev pidfd eventfd signalfd anon)' -d 'show the paths of descriptors'
complete -c strace -n __strace_before_command -l decode -x -a '(__strace_set eventfd timerfd signalfd inotify fanotify userfaultfd input fuse netlink dns devices)' -d 'show what descriptors of these kinds carry'
complete -c strace -n __strace_before_command -s Y -d 'show command names with process ids'
complete -c strace -n __strace_before_command -l decode-pids -x -a '(__strace_set comm pidns)' -d 'say more of process ids'
complete -c strace -n __strace_before_command -l pidns-translation -d 'show process ids of other pid namespaces as strace sees them too'
complete -c strace -n __strace_before_command -l namespace -x -a '(__strace_set new)' -d 'show which namespaces a process gets by unshare, clone or clone3'
complete -c strace -n __strace_before_command -l kvm -x -a '(__strace_set vcpu vcpu+)' -d 'show why a virtual CPU stopped, after KVM_RUN'
complete -c strace -n __strace_before_command -l secontext -a '(__strace_set full mismatch)' -d 'show SELinux contexts of processes, files and descriptors'
complete -c strace -n __strace_before_command -l read -x -a '(__strace_set 0 1 2)' -d 'dump what is read from these descriptors'
complete -c strace -n __strace_before_command -l write -x -a '(__strace_set 0 1 2)' -d 'dump what is written to these descriptors'
complete -c strace -n __strace_before_command -s o -l output -r -d 'write to FILE, or to a command'
complete -c strace -n __strace_before_command -s A -l output-append-mode -d 'add to the end of FILE'
complete -c strace -n __strace_before_command -l json -d 'write JSON, one object a line'
complete -c strace -n __strace_before_command -l to -x -a '(__strace_sink text: json: summary:)' -d 'write to FILE as FORM'
complete -c strace -n __strace_before_command -l colour -a 'auto always never' -d 'colours'
complete -c strace -n __strace_before_command -l color -a 'auto always never' -d 'colours'
complete -c strace -n __strace_before_command -s a -l columns -x -d 'where results begin'
complete -c strace -n __strace_before_command -s t -d 'begin lines with the time'
complete -c strace -n __strace_before_command -l absolute-timestamps -a '(__strace_list none time unix s ms us ns)' -d 'begin lines with the time'
complete -c strace -n __strace_before_command -l timestamps -a '(__strace_list none time unix s ms us ns)' -d 'begin lines with the time'
complete -c strace -n __strace_before_command -s r -d 'begin lines with the time since the one before, in s, ms, us or ns'
complete -c strace -n __strace_before_command -l relative-timestamps -a 's ms us ns' -d 'begin lines with the time since the one before, in s, ms, us or ns'
complete -c strace -n __strace_before_command -s T -d 'end lines with the time spent in the call'
complete -c strace -n __strace_before_command -l syscall-times -a 's ms us ns' -d 'end lines with the time spent in the call'
complete -c strace -n __strace_before_command -s i -l instruction-pointer -d 'show the instruction pointer'
complete -c strace -n __strace_before_command -s n -l syscall-number -d 'show the number of the call'
complete -c strace -n __strace_before_command -s N -l arg-names -d 'show the names of arguments'
complete -c strace -n __strace_before_command -s k -d 'show the stack that each call was made from'
complete -c strace -n __strace_before_command -l stack-trace -a 'symbol source' -d 'show the stack that each call was made from'
complete -c strace -n __strace_before_command -l stack-traces -a 'symbol source' -d 'show the stack that each call was made from'
complete -c strace -n __strace_before_command -l stack-trace-frame-limit -x -d 'show at most N frames of a stack'
complete -c strace -n __strace_before_command -l always-show-pid -d 'show the process id on every line'
complete -c strace -n __strace_before_command -s q -d 'leave out messages'
complete -c strace -n __strace_before_command -l quiet -a '(__strace_set attach exit path-resolution personality thread-execve)' -d 'leave out messages'
complete -c strace -n __strace_before_command -l silent -a '(__strace_set attach exit path-resolution personality thread-execve)' -d 'leave out messages'
complete -c strace -n __strace_before_command -l silence -a '(__strace_set attach exit path-resolution personality thread-execve)' -d 'leave out messages'
complete -c strace -n __strace_before_command -s c -l summary-only -d 'show a table of calls, errors and times instead of lines'
complete -c strace -n __strace_before_command -s C -l summary -d 'show that table after the lines'
complete -c strace -n __strace_before_command -s w -l summary-wall-clock -d 'count the time from begin to end of calls, not system time'
complete -c strace -n __strace_before_command -s S -l summary-sort-by -x -a 'time-percent total-time min-time max-time avg-time calls errors name wall-total wall-min wall-max wall-avg p50 p90 p99 nothing' -d 'sort by time'
complete -c strace -n __strace_before_command -s U -l summary-columns -x -a '(__strace_list time-percent total-time min-time max-time avg-time calls errors name wall-total wall-min wall-max wall-avg p50 p90 p99)' -d 'columns of the table'
complete -c strace -n __strace_before_command -s O -l summary-syscall-overhead -x -a '(__strace_time s ms us ns)' -d 'take TIME'
complete -c strace -n __strace_before_command -l record -r -d 'write all that the trace was made of to FILE as well'
complete -c strace -n __strace_before_command -l replay -r -d 'show the trace recorded in FILE, with other options if you like'
complete -c strace -n __strace_before_command -l seccomp-bpf -a 'yes no' -d 'let the kernel skip calls that are not traced'
complete -c strace -n __strace_before_command -l cpu-placement -a 'yes no' -d 'let strace run on the CPU of what it traces'
complete -c strace -n __strace_before_command -l no-cpu-placement -d 'the same as --cpu-placement=no'
complete -c strace -n __strace_before_command -s d -l debug -d 'tell what strace itself does'
complete -c strace -n __strace_before_command -l tips -a '(__strace_list none compact full random)' -d 'show a tip at the end'
complete -c strace -n __strace_before_command -s h -d 'show this help, or all that is to be said of an option, a class of calls, a group of options'
complete -c strace -n __strace_before_command -l help -a 'expr classes all start follow backend filter inject values lines summary record misc --attach --env --user --argv0 --all --attach-cgroup --container --follow-forks --output-separately --daemonize --interruptible --detach-on --syscall-limit --kill-on-exit --backend --buffer --strict --trace --signal --signals --status --successful-only --failed-only --slower-than --trace-path --trace-fds --trace-fd --inject --fault --inject-file --inject-each --seed --string-limit --line-limit --no-abbrev --abbrev --verbose --raw --strings-in-hex --const-print-style --decode-fds --decode --decode-pids --pidns-translation --namespace --kvm --secontext --read --write --output --output-append-mode --json --to --colour --color --columns --absolute-timestamps --timestamps --relative-timestamps --syscall-times --instruction-pointer --syscall-number --arg-names --stack-trace --stack-traces --stack-trace-frame-limit --always-show-pid --quiet --silent --silence --summary-only --summary --summary-wall-clock --summary-sort-by --summary-columns --summary-syscall-overhead --record --replay --seccomp-bpf --cpu-placement --no-cpu-placement --debug --tips --help --version' -d 'show this help, or all that is to be said of an option, a class of calls, a group of options'
complete -c strace -n __strace_before_command -s V -l version -d 'show the version and what this build can do'
