/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls of numbers that nobody knows: those that are given, or as many
 * different ones as "+N" says.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (*argv[i] != '+')
			syscall(strtol(argv[i], NULL, 0));
		for (long n = strtol(argv[i], NULL, 0);
		     *argv[i] == '+' && n > 0; n--)
			syscall(0x10000 + n);
	}
	return 0;
}
