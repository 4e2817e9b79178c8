/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strace-log-merge: read the command line, find what is to be merged, open the
 * output, have it merged.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "merge.h"
#include "output.h"

static const char help[] =
	"Usage: strace-log-merge [-o FILE] PREFIX|LOG|RECORD...\n"
	"Merge traces of several processes into one, in the order of time.\n"
	"\n"
	"PREFIX stands for all files PREFIX.PID, as strace -ff -ttt -o PREFIX\n"
	"writes them, with or without --json; LOG is one file of lines with\n"
	"times; RECORD is what strace --record=RECORD wrote.\n"
	"\n"
	"  -o, --output=FILE  write there, not to standard output\n"
	"  -h, --help         print this\n"
	"  -V, --version      print the version\n"
	"\n"
	"strace -ff -ttt -o log COMMAND; strace-log-merge log\n"
	"More in the manual: man strace-log-merge.\n";

static const char version[] =
	"strace-log-merge -- version " PACKAGE_VERSION "\n";

/* A full disk behind > must not look like success. */
static int text_print(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout))
		diag_die("Can't write to standard output: %s",
			 strerror(errno));
	return 0;
}

/*
 * Beyond the standard descriptors, one of which may be closed: messages must
 * not end up in the output.
 */
static int output_fd(const char *file)
{
	int fd = STDOUT_FILENO, moved;

	if (file) {
		fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY,
			  0666);
		if (fd < 0)
			diag_die("Can't open '%s' for writing: %s", file,
				 strerror(errno));
	}
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (moved < 0)
		diag_die("Can't write to standard output: %s",
			 strerror(errno));
	if (file)
		close(fd);
	return moved;
}

/* What is read must not grow by what is written, nor vanish before. */
static void output_check(int fd, const char *file, const struct found *f)
{
	const char *same;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	same = found_has(f, &st);
	if (same)
		diag_die("'%s' can't be merged into itself", same);
	if (file && ftruncate(fd, 0) < 0)
		diag_die("Can't empty '%s': %s", file, strerror(errno));
}

static bool merge(const struct found *f, const char *file)
{
	int fd = output_fd(file);
	struct output *out;
	bool whole;

	output_check(fd, file, f);
	out = output_take(fd, file ? file : "standard output",
			  f->logs || f->records > 1);
	whole = f->records ? records_merge(f, out) : logs_merge(f, out, 0);
	return output_close(out) == 0 && whole;
}

static const char letters[] = ":o:hV";
static const struct option longs[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void __attribute__((noreturn)) bad_option(int code, char **argv)
{
	if (code == ':')
		diag_usage("option '%s' requires an argument: FILE",
			   argv[optind - 1]);
	if (optopt && optopt < 0x100 && strncmp(argv[optind - 1], "--", 2))
		diag_usage("invalid option -- '%c'", optopt);
	diag_usage("option '%s' is unknown, or takes no argument",
		   argv[optind - 1]);
}

int main(int argc, char **argv)
{
	struct found found = { .logs = 0 };
	const char *file = NULL;
	bool whole = true;
	int code;

	opterr = 0;		/* mistakes are reported here */
	signal(SIGXFSZ, SIG_IGN);
	while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (code == 'h')
			return text_print(help);
		if (code == 'V')
			return text_print(version);
		if (code != 'o')
			bad_option(code, argv);
		file = optarg;
	}
	if (optind == argc)
		diag_usage("nothing to merge: give the name that strace -ff "
			   "-o got");
	for (; optind < argc; optind++)
		whole &= found_add(&found, argv[optind]);
	if (found.logs && found.records)
		diag_die("Records can't be merged with logs: make logs of them "
			 "first, with strace --replay=RECORD -ff -ttt -o LOG");
	found_sort(&found);
	if (found.logs || found.records)
		whole &= merge(&found, file);
	found_free(&found);
	return whole ? 0 : 1;
}
