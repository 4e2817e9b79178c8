/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * behind CALLS: stops its parent, the tracer, and makes calls with a struct
 * that holds 7 while they last and 57005 between them.  The tracer then finds
 * all of them at once, with memory that has long changed.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct iovec v = {(void *)0x10000, 0};	/* nothing is there */
	volatile size_t *len = &v.iov_len;
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	int calls = argc > 1 ? atoi(argv[1]) : 1;
	pid_t tracer = getppid(), child;

	kill(tracer, SIGSTOP);
	child = fork();		/* one record, for an odd number of them */
	if (child == 0)
		return pause();
	usleep(100000);
	for (int i = 0; i < calls; i++) {
		*len = 7;
		syscall(SYS_sendmsg, -1, &m, 0);
		*len = 57005;
	}
	kill(tracer, SIGCONT);
	usleep(500000);
	kill(child, SIGKILL);
	return 0;
}
