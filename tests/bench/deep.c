/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * deep FRAMES CALLS: makes so many calls from a stack that is so deep, to
 * measure what a stack trace costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int __attribute__((noinline)) deep(int frames, int calls)
{
	int r = 0;

	if (frames > 1)
		r = deep(frames - 1, calls);
	else
		for (int i = 0; i < calls; i++)
			r |= getppid() < 0;
	__asm__ volatile("");	/* a call is not the last thing done */
	return r;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: deep FRAMES CALLS\n");
		return 1;
	}
	return deep(atoi(argv[1]), atoi(argv[2]));
}
