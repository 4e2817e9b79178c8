/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which calls the classes of -e trace= have, where types don't tell it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "calls.h"

static uint32_t classes_of(unsigned abi, const char *name)
{
	for (uint64_t nr = 0; nr < calls_count(abi); nr++) {
		const char *known = calls_name(abi, nr);

		if (known && !strcmp(known, name))
			return calls_class(abi, nr);
	}
	fail_msg("no call %s", name);
	return 0;
}

static void classes_are(void **state)
{
	static const struct {
		const char *name;
		uint32_t has;	/* of these: */
		uint32_t asked;
	} cases[] = {
		{ "ustat", CLASS_STATFS_LIKE, CLASS_STATFS | CLASS_FSTATFS |
		  CLASS_STATFS_LIKE },
		{ "statfs", CLASS_STATFS | CLASS_STATFS_LIKE,
		  CLASS_STATFS | CLASS_STATFS_LIKE },
		{ "poll", CLASS_DESC, ~0u },
		{ "ppoll", CLASS_DESC, ~0u },
		{ "select", CLASS_DESC, ~0u },
		{ "pselect6", CLASS_DESC, ~0u },
		{ "pipe", CLASS_DESC, ~0u },
		{ "pipe2", CLASS_DESC, ~0u },
		{ "sendfile", CLASS_DESC | CLASS_NETWORK, ~0u },
		{ "socket", CLASS_NETWORK, ~0u },
		{ "socketpair", CLASS_NETWORK, ~0u },
		{ "recvmsg", CLASS_NETWORK, ~0u },
		{ "io_setup", CLASS_MEMORY, ~0u },
		{ "io_destroy", CLASS_MEMORY, ~0u },
		{ "io_uring_register", CLASS_DESC | CLASS_MEMORY |
		  CLASS_URING, ~0u },
		{ "io_uring_enter", CLASS_DESC | CLASS_SIGNAL | CLASS_URING,
		  ~0u },
		{ "fsconfig", CLASS_DESC | CLASS_FILE, ~0u },
		{ "symlinkat", CLASS_DESC | CLASS_FILE, ~0u },
		{ "getpid", CLASS_PURE, ~0u },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(classes_of(ABI_X86_64, cases[i].name) &
				 cases[i].asked, cases[i].has);
	assert_int_equal(classes_of(ABI_I386, "select"), CLASS_DESC);
	/* What it makes has classes of its own. */
	assert_int_equal(classes_of(ABI_I386, "socketcall"), CLASS_DESC);
}

/* The i386 calls up to LAST_LISTED, as users of strace 6.1 know the classes. */
static const struct {
	uint32_t bit;
	const char *names;
} classes_of_i386[] = {
	{ CLASS_FILE,
	  " access acct chdir chmod chown chown32 chroot creat execve"
	  " execveat faccessat faccessat2 fanotify_mark fchmodat"
	  " fchownat fsconfig fspick fstatat64 futimesat getcwd"
	  " getxattr inotify_add_watch lchown lchown32 lgetxattr link"
	  " linkat listxattr llistxattr lremovexattr lsetxattr lstat"
	  " lstat64 mkdir mkdirat mknod mknodat mount mount_setattr"
	  " move_mount name_to_handle_at oldlstat oldstat open"
	  " open_tree openat openat2 pivot_root quotactl readlink"
	  " readlinkat removexattr rename renameat renameat2 rmdir"
	  " setxattr stat stat64 statfs statfs64 statx swapoff swapon"
	  " symlink symlinkat truncate truncate64 umount umount2"
	  " unlink unlinkat uselib utime utimensat utimensat_time64"
	  " utimes " },
	{ CLASS_PROCESS,
	  " clone clone3 execve execveat exit exit_group fork kill"
	  " pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo tgkill"
	  " tkill vfork wait4 waitid waitpid " },
	{ CLASS_NETWORK,
	  " accept accept4 bind connect getpeername getpmsg"
	  " getsockname getsockopt listen putpmsg recv recvfrom"
	  " recvmmsg recvmmsg_time64 recvmsg send sendfile sendfile64"
	  " sendmmsg sendmsg sendto setsockopt shutdown socket"
	  " socketpair " },
	{ CLASS_SIGNAL,
	  " io_uring_enter kill pause pidfd_send_signal rt_sigaction"
	  " rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn"
	  " rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64"
	  " rt_tgsigqueueinfo sgetmask sigaction sigaltstack signal"
	  " signalfd signalfd4 sigpending sigprocmask sigreturn"
	  " sigsuspend ssetmask tgkill tkill " },
	{ CLASS_IPC,
	  " ipc msgctl msgget msgrcv msgsnd semctl semget semop"
	  " semtimedop semtimedop_time64 shmat shmctl shmdt shmget " },
	{ CLASS_DESC,
	  " _llseek _newselect bpf close copy_file_range creat dup"
	  " dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait"
	  " epoll_pwait2 epoll_wait eventfd eventfd2 execveat"
	  " faccessat faccessat2 fadvise64 fadvise64_64 fallocate"
	  " fanotify_init fanotify_mark fchdir fchmod fchmodat fchown"
	  " fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr"
	  " finit_module flistxattr flock fremovexattr fsconfig"
	  " fsetxattr fsmount fsopen fspick fstat fstat64 fstatat64"
	  " fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat"
	  " getdents getdents64 inotify_add_watch inotify_init"
	  " inotify_init1 inotify_rm_watch io_uring_enter"
	  " io_uring_register io_uring_setup ioctl landlock_add_rule"
	  " landlock_create_ruleset landlock_restrict_self linkat"
	  " lseek memfd_create memfd_secret mkdirat mknodat mmap mmap2"
	  " mount_setattr move_mount mq_getsetattr mq_notify mq_open"
	  " mq_timedreceive mq_timedreceive_time64 mq_timedsend"
	  " mq_timedsend_time64 name_to_handle_at oldfstat open"
	  " open_by_handle_at open_tree openat openat2 perf_event_open"
	  " pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 poll"
	  " ppoll ppoll_time64 pread64 preadv preadv2 process_madvise"
	  " process_mrelease pselect6 pselect6_time64 pwrite64 pwritev"
	  " pwritev2 quotactl_fd read readahead readdir readlinkat"
	  " readv renameat renameat2 select sendfile sendfile64 setns"
	  " signalfd signalfd4 socketcall splice statx symlinkat"
	  " sync_file_range syncfs tee timerfd_create timerfd_gettime"
	  " timerfd_gettime64 timerfd_settime timerfd_settime64"
	  " unlinkat userfaultfd utimensat utimensat_time64 vmsplice"
	  " write writev " },
	{ CLASS_MEMORY,
	  " break brk get_mempolicy io_destroy io_setup"
	  " io_uring_register madvise mbind migrate_pages mincore"
	  " mlock mlock2 mlockall mmap mmap2 move_pages mprotect"
	  " mremap msync munlock munlockall munmap pkey_mprotect"
	  " remap_file_pages set_mempolicy set_mempolicy_home_node"
	  " shmat shmdt " },
	{ CLASS_CREDS,
	  " capget capset getegid getegid32 geteuid geteuid32 getgid"
	  " getgid32 getgroups getgroups32 getresgid getresgid32"
	  " getresuid getresuid32 getuid getuid32 prctl setfsgid"
	  " setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups"
	  " setgroups32 setregid setregid32 setresgid setresgid32"
	  " setresuid setresuid32 setreuid setreuid32 setuid setuid32 " },
	{ CLASS_STAT,
	  " oldstat stat stat64 " },
	{ CLASS_LSTAT,
	  " lstat lstat64 oldlstat " },
	{ CLASS_FSTAT,
	  " fstat fstat64 fstatat64 oldfstat statx " },
	{ CLASS_STAT_LIKE,
	  " fstat fstat64 fstatat64 lstat lstat64 oldfstat oldlstat"
	  " oldstat stat stat64 statx " },
	{ CLASS_STATFS,
	  " statfs statfs64 " },
	{ CLASS_FSTATFS,
	  " fstatfs fstatfs64 " },
	{ CLASS_STATFS_LIKE,
	  " fstatfs fstatfs64 statfs statfs64 ustat " },
	{ CLASS_CLOCK,
	  " adjtimex clock_adjtime clock_adjtime64 clock_getres"
	  " clock_getres_time64 clock_gettime clock_gettime64"
	  " clock_settime clock_settime64 gettimeofday settimeofday"
	  " time " },
	{ CLASS_PURE,
	  " getegid getegid32 geteuid geteuid32 getgid getgid32"
	  " getpgrp getpid getppid gettid getuid getuid32 " },
};

enum { LAST_LISTED = 450 };

static bool is_in_list(const char *names, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(names, word);
}

static void classes_of_32_bit_calls(void **state)
{
	size_t n = sizeof(classes_of_i386) / sizeof(*classes_of_i386);

	(void)state;
	for (uint64_t nr = 0; nr <= LAST_LISTED; nr++) {
		const char *name = calls_name(ABI_I386, nr);

		for (size_t i = 0; name && i < n; i++)
			if (!(calls_class(ABI_I386, nr) &
			      classes_of_i386[i].bit) ==
			    is_in_list(classes_of_i386[i].names, name))
				fail_msg("%s: not as in the list that begins "
					 "with%.20s", name,
					 classes_of_i386[i].names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_are),
		cmocka_unit_test(classes_of_32_bit_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
