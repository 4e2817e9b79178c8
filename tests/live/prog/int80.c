/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A 64-bit program that makes one 32-bit call, and one with the x32 bit.  With
 * an argument it leaves out the first: a kernel may kill for that.
 */
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long ret = getpid();

	(void)argv;
	/* number 20 is getpid there, writev here */
	if (argc == 1)
		__asm__ volatile("int $0x80" : "=a"(ret)
				 : "a"(20L), "b"(0x1234L) : "memory");
	syscall(SYS_getuid, 0x5678);
	syscall(0x40000000L | 39, 0x9abc);
	return ret != getpid();
}
