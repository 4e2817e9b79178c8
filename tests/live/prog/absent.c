/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * absent: calls with strings in pages that are not there when the calls begin:
 * of a file that exists, of one whose call fails before it is looked at, and of
 * one that the program writes anew as soon as the call is over.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static const char constants[3 * PAGE] __attribute__((aligned(PAGE))) =
	"a constant";
static char file[PAGE] __attribute__((aligned(PAGE))) = "/absent/directory";
static char changes[2 * PAGE] __attribute__((aligned(PAGE))) = "before";

/* It comes back as the program's file has it. */
static void drop(const void *page)
{
	madvise((void *)page, PAGE, MADV_DONTNEED);
}

int main(void)
{
	drop(constants);
	write(99, constants, 10);
	drop(file);
	open(file, O_RDONLY);
	drop(changes);
	write(98, changes, 6);
	strcpy(changes, "after!");
	sleep(1);		/* whoever looks later finds that */
	return 0;
}
