/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls that point to as much memory as they can: each may be shown in a few
 * MiB only.  What one points to is pointed to by all.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MANY 65536
#define BUFFER (1 << 20)
#define LONG (64 << 20)

static struct mmsghdr msg[MANY];
static struct iovec vec[MANY];
static struct pollfd fds[MANY];
static char *args[MANY];
static char data[BUFFER + 1];

int main(void)
{
	char *p = mmap(NULL, LONG, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int null = open("/dev/null", O_WRONLY);

	if (p == MAP_FAILED || null < 0)
		return 1;
	memset(data, 'x', BUFFER);
	for (int i = 0; i < MANY; i++) {
		vec[i] = (struct iovec){ data, BUFFER };
		msg[i].msg_hdr.msg_iov = vec;
		msg[i].msg_hdr.msg_iovlen = 1024;
		fds[i].fd = i;
		args[i] = data;
	}
	args[MANY - 1] = NULL;
	syscall(SYS_sendmmsg, -1, msg, MANY, 0);
	for (int i = 0; i < MANY; i++)
		msg[i].msg_hdr.msg_iovlen = MANY;
	syscall(SYS_sendmmsg, -1, msg, MANY, 0);
	writev(null, vec, 1024);
	write(null, p, LONG);
	poll(fds, MANY, 0);
	prctl(PR_SET_SECCOMP, 2, &(struct sock_fprog){ 5000, (void *)msg });
	execve("/", args, args);
	return 0;
}
