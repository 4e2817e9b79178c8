/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes calls that take and give process ids, as the second process of a PID
 * namespace of its own, where that is number 2.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void children(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t child = (pid_t)syscall(SYS_fork);

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	child = vfork();
	if (child == 0)
		_exit(0);
	waitpid(-1, NULL, 0);
	child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(0);
	waitpid(-1, NULL, 0);
	child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (child == 0)
		_exit(0);
	waitpid(-1, NULL, 0);
}

static void credentials_send(pid_t pid)
{
	char control[CMSG_SPACE(sizeof(struct ucred))] = "", byte = 0;
	struct ucred mine = { pid, getuid(), getgid() };
	struct iovec vec = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &vec, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int fds[2];

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_CREDENTIALS;
	head->cmsg_len = CMSG_LEN(sizeof(mine));
	memcpy(CMSG_DATA(head), &mine, sizeof(mine));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0)
		sendmsg(fds[0], &msg, 0);
}

static void work(void)
{
	pid_t pid = getpid();
	struct f_owner_ex owner = { F_OWNER_TID, pid };
	int fds[2];

	syscall(SYS_gettid);
	getppid();
	setpgid(0, 0);
	syscall(SYS_getpgrp);
	getpgid(0);
	getsid(pid);
	children();
	if (pipe(fds) == 0) {
		fcntl(fds[0], F_SETOWN, -pid);
		fcntl(fds[0], F_SETOWN_EX, &owner);
		fcntl(fds[0], F_GETOWN_EX, &owner);
	}
	getpriority(PRIO_PROCESS, (id_t)pid);
	syscall(SYS_ioprio_get, 1, pid);
	credentials_send(pid);
	kill(pid, 0);
}

int main(void)
{
	/* Who is nobody here has to be somebody first. */
	if (unshare(CLONE_NEWPID) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
		return 77;
	if (fork() == 0) {
		if (fork() == 0) {
			work();
			_exit(0);
		}
		wait(NULL);
		_exit(0);
	}
	wait(NULL);
	return 0;
}
