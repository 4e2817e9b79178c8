/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Built with -m32: calls whose arguments and results show the word size. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	syscall(SYS_lseek, -1, -2, 3);
	syscall(SYS_getppid, 0xfffffff0u, 0x80000000u);
	syscall(SYS_mmap2, NULL, 4096, PROT_READ,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return 0;
}
