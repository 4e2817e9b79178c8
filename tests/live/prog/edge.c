/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strings around an unmapped page at fixed addresses: "edge" ends right before
 * it without a NUL, "whole" crosses a page border, and ends.
 */
#define EDGE 0x10003000ul
#define WHOLE 0x10001000ul
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	char *p = mmap((void *)0x10000000, 0x4000, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (p == MAP_FAILED || munmap((void *)EDGE, 0x1000))
		return 1;
	memcpy((void *)(EDGE - 4), "edge", 4);
	memcpy((void *)(WHOLE - 2), "whole", 6);
	getppid();
	return 0;
}
