/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unasked COMMAND...: runs it as under a kernel before 6.11, which can't be
 * asked what is mapped at one address (PROCMAP_QUERY).
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
			      offsetof(struct seccomp_data, member))
#define UNLESS(value, skipped) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)

int main(int argc, char **argv)
{
	/* A request is 32 bits, the lower ones where they come first. */
	struct sock_filter code[] = {
		LOAD(nr),
		UNLESS(SYS_ioctl, 3),
		LOAD(args[1]),
		UNLESS(0xc0686611, 1),
		RETURN(SECCOMP_RET_ERRNO | ENOTTY),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog)) {
		perror("unasked");
		return 1;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
