/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What programs do when calls fail: one way for each directory that is made.
 * Its parameter is the directory in which that happens.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each is a place of its own, whatever the compiler would like. */
#define APART __attribute__((noinline))

static int made(const char *name)
{
	return mkdirat(AT_FDCWD, name, 0700);
}

static APART void crash(void)
{
	if (made("crashes") < 0)
		abort();
}

static APART void lie(void)
{
	puts(made("lies") < 0 ? "bad" : "good");
}

static APART void hang(void)
{
	if (made("hangs") < 0)
		pause();
}

static APART void complain(void)
{
	if (made("complains") < 0) {
		fputs("it can't be made\n", stderr);
		exit(1);
	}
}

static APART void shrug(void)
{
	for (volatile int i = 0; i < 3; i++) {
		made("shrugs");
		rmdir("shrugs");
	}
}

/* What an earlier run that ended too soon has left is no excuse. */
static void tidy(void)
{
	rmdir("crashes");
	rmdir("lies");
	rmdir("hangs");
	rmdir("complains");
}

int main(int argc, char **argv)
{
	if (argc < 2 || chdir(argv[1]) < 0)
		return 2;
	tidy();
	crash();
	lie();
	hang();
	complain();
	shrug();
	tidy();
	return 0;
}
