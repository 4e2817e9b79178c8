/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a directory under a filter that kills whoever makes any other call, and
 * whoever makes a call that there is not.  Its exit status is the error.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LET(nr, left) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), (left), 0)

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		LET(SYS_mkdirat, 3),
		LET(SYS_getpid, 2),
		LET(SYS_exit_group, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {
		sizeof(code) / sizeof(*code), code,
	};

	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		return 1;
	_exit(mkdirat(AT_FDCWD, argv[1], 0700) < 0 ? errno : 0);
}
