/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * abigen -o FILE.c INPUT...            make the tables
 * abigen --check INPUT...              only look for mistakes
 * abigen --syntax INPUT...             for mistakes of form alone
 * abigen --structs INPUT...            print where the fields of structs lie
 * abigen --plans INPUT...              print what the kernel captures of memory
 * abigen --arguments INPUT...          print how wide arguments are
 * abigen --described INPUT...          print what calls can be shown by
 * abigen --format INPUT                print in canonical form
 * abigen --check-format INPUT...       fail on files that are not
 *
 * An input is known by its ending: .abi descriptions, .const constants, .tbl
 * numbers of system calls.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abigen.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static void read_input(struct abigen *g, const char *path)
{
	struct source_file *f = load_file(g, path);

	if (ends_with(path, ".abi")) {
		parse_file(g, f);
	} else if (ends_with(path, ".const")) {
		load_consts(g, f);
	} else if (ends_with(path, ".tbl")) {
		load_rows(g, f);
	} else {
		fprintf(stderr, "abigen: %s: expected .abi, .const or .tbl\n",
			path);
		exit(1);
	}
}

#define WIDTH_MAX 160

/* The number of the first line that is too wide, or 0. */
static unsigned wide_line(const char *text)
{
	for (unsigned line = 1; *text; line++) {
		unsigned width = 0;

		for (; *text && *text != '\n'; text++)
			width = *text == '\t' ? (width | 7) + 1 : width + 1;
		if (width > WIDTH_MAX)
			return line;
		text += *text == '\n';
	}
	return 0;
}

static int format_files(struct abigen *g, char **paths, int n, bool check)
{
	int bad = 0;

	for (int i = 0; i < n; i++) {
		struct source_file *f = load_file(g, paths[i]);
		char *text = format_text(f);

		if (!check) {
			fputs(text, stdout);
			continue;
		}
		if (strcmp(text, f->text)) {
			fprintf(stderr, "abigen: %s is not in canonical form "
				"(abigen --format shows it)\n", paths[i]);
			bad = 1;
		}
		if (wide_line(text)) {
			fprintf(stderr, "abigen: %s:%u: more than %d columns: "
				"it may go on in the next line\n", paths[i],
				wide_line(text), WIDTH_MAX);
			bad = 1;
		}
	}
	return bad;
}

static int usage(void)
{
	fputs("usage: abigen -o FILE.c | --check | --syntax | --structs | "
	      "--plans | --arguments |\n"
	      "              --described | --format | --check-format "
	      "INPUT...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct abigen *g = mem_new(sizeof(*g));
	const char *out = NULL;
	int first = 2;

	if (argc < 3)
		return usage();
	if (!strcmp(argv[1], "--format") || !strcmp(argv[1], "--check-format"))
		return format_files(g, argv + 2, argc - 2,
				    argv[1][2] == 'c');
	if (!strcmp(argv[1], "-o")) {
		out = argv[2];
		first = 3;
	} else if (strcmp(argv[1], "--check") &&
		   strcmp(argv[1], "--syntax") &&
		   strcmp(argv[1], "--structs") &&
		   strcmp(argv[1], "--plans") &&
		   strcmp(argv[1], "--arguments") &&
		   strcmp(argv[1], "--described")) {
		return usage();
	}
	tables_start(g);
	for (int i = first; i < argc; i++)
		read_input(g, argv[i]);
	if (!strcmp(argv[1], "--syntax"))
		return abi_errors_print(g) != 0;
	refine_all(g);
	refine_ioctls(g);
	compile_all(g);
	if (!g->nerrors)
		capture_all(g);
	if (abi_errors_print(g))
		return 1;
	if (!strcmp(argv[1], "--structs"))
		dump_structs(g);
	if (!strcmp(argv[1], "--plans"))
		dump_plans(g);
	if (!strcmp(argv[1], "--arguments"))
		dump_arguments(g);
	if (!strcmp(argv[1], "--described"))
		dump_described(g);
	return out ? out_c(g, out) : 0;
}
