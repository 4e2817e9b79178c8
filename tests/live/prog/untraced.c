/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Children that ask not to be traced, by clone and by clone3.  Under a kernel
 * filter their calls must work all the same, and the flag must still be there
 * behind the call.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int child_status(long pid)
{
	int status;

	if (pid == 0)
		_exit(syscall(SYS_getuid) == -1 && errno == ENOSYS ? 1 : 0);
	if (pid < 0 || waitpid((pid_t)pid, &status, 0) != (pid_t)pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

int main(void)
{
	const uint64_t flags = 0x00800000;
	struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
	unsigned long reg = flags | SIGCHLD;
	long pid = SYS_clone;
	register long r10 __asm__("r10") = 0;
	register long r8 __asm__("r8") = 0;
	int bad = 0;

	__asm__ volatile("syscall" : "+a"(pid), "+D"(reg)
			 : "S"(0L), "d"(0L), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	bad |= child_status(pid);
	if (reg != (flags | SIGCHLD))
		bad |= 4;
	bad |= child_status(syscall(SYS_clone3, &args, sizeof(args))) << 4;
	if (args.flags != flags)
		bad |= 8;
	return bad;
}
