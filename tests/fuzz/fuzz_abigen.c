/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The description compiler over damaged descriptions: it may complain as much
 * as it likes, but neither crash nor hang.
 *
 *	fuzz_abigen [COUNT [SEED]]
 *
 * The compiler never gives memory back, so inputs run in batches of their own
 * processes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abigen/abigen.h"

#define COUNT_DEFAULT 2000
#define BATCH 100
#define SECONDS_MAX 60

static const char seed_text[] =
	"enum small u32 \"SMALL_???\" { ONE TWO }\n"
	"flags bits u32 \"BIT_???\" {\n\tpick 0xf0 { ONE }\n\tTWO\n"
	"\tshift ONE 0x3f\n}\n"
	"struct pair { a int; b u64 hex full; c fd change }\n"
	"struct vec(data) { base dir data[len]; len size }\n"
	"struct two { layout lp64 x32 { a u32; _ u32 } layout i386 { a u16 }\n"
	"\tshow { a hex if (a & 3 in 1, 2) }\n}\n"
	"union tagged by (sa enum small:u16) {\n\tONE: min 8 { x u32 }\n"
	"\tdefault: { rest_data bytes[rest] }\n}\n"
	"records chain align ulong {\n\thead { clen ulong; ctype int }\n"
	"\tlength clen\n\tbody data by (ctype) { ONE: u32[]; default: "
	"bytes[rest] hexstr }\n}\n"
	"hook look(n u32) reads self[n] limit 64, sp[8]\n"
	"call first(fd fd, p in pair if (fd > 0), n u32) -> fd %file\n"
	"call third @sys_x, @sys_y(a out tagged[old(len)], len inout int, "
	"c in chain[4], h in look(3), s in two sized len min 4)\n"
	"command second(fd fd, cmd enum small) {\n\tONE (arg in vec(bytes))\n"
	"\tTWO () -> hex aux flags bits \"flags \" if (ret)\n"
	"\tdefault (arg hexarg)\n}\n"
	"multiplex many(call enum small, args addr) { ONE : first; "
	"default : absent }\n"
	"ioctl ONE, TWO (arg out pair) -> fd\n";

static const char *const words[] = {
	"in ", "out ", "inout ", "dir ", "[", "]", "{", "}", "(", ")", ";",
	":", "\n", "struct ", "call ", "enum ", "flags ", "by ", "default",
	"old(", "ret", "rest", "0xffffffffffffffff", "-1", "sized ", "min ",
	"as ", "\"", "pair", "vec(", "|", "->", "aux ", "if (", "reg 7",
	"[0]", "else", "u64", "bytes", "str", "strv", "ONE", "\377",
};

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void text_splice(char *text, size_t at, size_t cut, const char *in)
{
	size_t n = strlen(text), m = strlen(in);

	if (cut > n - at)
		cut = n - at;
	memmove(text + at + m, text + at + cut, n - at - cut + 1);
	memcpy(text + at, in, m);
}

static void mutate(char *text, uint64_t *state)
{
	for (unsigned i = next(state) % 6 + 1; i; i--) {
		size_t at = next(state) % (strlen(text) + 1);
		size_t cut = next(state) % 3 ? 0 : next(state) % 40;

		text_splice(text, at, cut, words[next(state) %
			    (sizeof(words) / sizeof(words[0]))]);
	}
}

static void compile(const char *text)
{
	struct abigen *g = mem_new(sizeof(*g));
	struct source_file f = { .path = "x.abi", .text = (char *)text,
				 .len = strlen(text) };
	struct source_file consts = {
		.path = "x.const", .text = "ONE 1\nTWO 2 i386=-\n" };
	struct source_file rows = {
		.path = "x86_64.tbl", .text = "0 first sys_first -\n"
			"1 second sys_second -\n2 third sys_x -\n"
			"3 many sys_many -\n" };

	tables_start(g);
	parse_file(g, &f);
	load_consts(g, &consts);
	load_rows(g, &rows);
	compile_all(g);
	if (!g->nerrors)
		capture_all(g);
	if (!abi_errors_print(g))
		out_c(g, "/dev/null");
	format_text(&f);
}

static void batch(uint64_t seed)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	for (unsigned i = 0; i < BATCH; i++) {
		char *text = calloc(1, sizeof(seed_text) + 4096);

		memcpy(text, seed_text, sizeof(seed_text));
		mutate(text, &seed);
		compile(text);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) :
			      COUNT_DEFAULT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	for (unsigned long i = 0; i < count; i += BATCH, seed += 7919) {
		pid_t pid = fork();
		int status;

		if (!pid) {
			alarm(SECONDS_MAX);
			batch(seed);
		}
		if (waitpid(pid, &status, 0) < 0 || status) {
			printf("seed %llu: status %#x\n",
			       (unsigned long long)seed, status);
			return 1;
		}
	}
	printf("%lu inputs, no harm done\n", count);
	return 0;
}
