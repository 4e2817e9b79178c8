/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Command lines that end the program: mistakes, --help and --version.  They run
 * in a child, whose words come back through a pipe.  And the manual.
 */
#include "options_fakes.h"

#include <ctype.h>
#include <sys/wait.h>

#include "cli/cli.h"

#define TEXT_MAX (64 * 1024)
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-"

static const struct {
	const char *line, *message;
} mistake_cases[] = {
	{ "", "usage: must have PROG [ARGS] or -p PID" },
	{ "-f", "usage: must have PROG" },
	{ "-Q", "usage: invalid option -- 'Q'" },
	{ "-fQ ls", "usage: invalid option -- 'Q'" },
	{ "--folow-forks ls", "usage: unrecognized option "
	  "'--folow-forks' (did you mean '--follow-forks'?)" },
	{ "--zzzzzzz ls", "usage: unrecognized option '--zzzzzzz'" },
	{ "--sum ls", "usage: option '--sum' is ambiguous; "
	  "possibilities: --summary --summary-only "
	  "--summary-sort-by --summary-columns ..." },
	{ "--stri ls", "usage: option '--stri' is ambiguous; "
	  "possibilities: --strict --string-limit --strings-in-hex\n" },
	{ "--json=1 ls", "usage: option '--json' doesn't allow an" },
	{ "-o", "usage: option requires an argument -- 'o'" },
	{ "--output", "usage: option '--output' requires an argument" },
	{ "-e opne ls", "die: invalid system call 'opne' "
	  "(did you mean 'open'?)" },
	{ "-e trace=read,clsoe ls", "die: invalid system call 'clsoe' "
	  "(did you mean 'close'?)" },
	{ "-e qwertyuiop ls", "die: invalid system call 'qwertyuiop'" },
	{ "-e foo@64 ls", "die: invalid system call 'foo@64'" },
	{ "-e trace=%fil ls", "die: invalid system call '%fil' "
	  "(did you mean '%file'?)" },
	{ "-e trace= ls", "die: invalid system call ''" },
	{ "-e trace=, ls", "die: invalid system call ','" },
	{ "-e read,!close ls", "die: invalid system call '!close'" },
	{ "-e /foo ls", "die: invalid system call '/foo'" },
	{ "-e /a=b ls", "die: invalid system call '/a=b'" },
	{ "-e /foo[ ls", "die: invalid pattern 'foo['" },
	{ "-e /a++++++++++++++++++++++++ ls", "die: invalid pattern "
	  "'a++++++++++++++++++++++++' for system calls: it is too long" },
	{ "-e /(.{40}){40} ls", "die: invalid pattern '(.{40}){40}' for "
	  "system calls: it is too long" },
	{ "-e ?/o{600},/o{600} ls", "die: invalid pattern 'o{600}' for system "
	  "calls: it is too long" },
	{ "-e ?/o{600},/o{18446744073709551615} ls", "die: invalid pattern "
	  "'o{18446744073709551615}' for system calls: it is too long" },
	{ "-e /(.*)(.*)\\2\\1 ls", "die: invalid pattern '(.*)(.*)\\2\\1' "
	  "for system calls: a call's name has nothing to refer back to" },
	{ "-e 999999 ls", "die: invalid system call '999999'" },
	{ "-e 99999999999999999999 ls", "die: invalid system call" },
	{ "-e tarce=x ls", "usage: invalid -e key 'tarce=' "
	  "(did you mean 'trace='?)" },
	{ "-e foo=bar ls", "usage: invalid -e key 'foo='" },
	{ "-e signal=FOO ls", "die: invalid signal 'FOO'" },
	{ "-e signal=99 ls", "die: invalid signal '99'" },
	{ "-e signal=0 ls", "die: invalid signal '0'" },
	{ "-e signal= ls", "die: invalid signal ''" },
	{ "-e read=foo ls", "die: invalid descriptor 'foo'" },
	{ "-e fd=9999999 ls", "die: invalid descriptor '9999999'" },
	{ "-e status=foo ls", "die: invalid status 'foo' (there are "
	  "successful, failed, unfinished, unavailable or detached" },
	{ "-e quiet=foo ls", "die: invalid quiet 'foo'" },
	{ "--quiet= ls", "die: invalid quiet ''" },
	{ "-e decode-fds=foo ls", "die: invalid decode-fds 'foo'" },
	{ "-p abc", "die: invalid process id: 'abc'" },
	{ "-p 0", "die: invalid process id: '0'" },
	{ "-p -1", "die: invalid process id: '-1'" },
	{ "-p 99999999999", "die: invalid process id" },
	{ "-p ''", "die: -p has no process id" },
	{ "-a x ls", "usage: invalid -a argument: 'x'" },
	{ "-a -1 ls", "usage: invalid -a argument: '-1'" },
	{ "-s 99999999999 ls", "usage: invalid -s argument" },
	{ "-s 1k ls", "usage: invalid -s argument: '1k'" },
	{ "-I 0 ls", "usage: invalid -I argument: '0'" },
	{ "-X foo ls", "usage: invalid -X argument: 'foo' "
	  "(give raw, abbrev or verbose)" },
	{ "-E '' ls", "usage: invalid -E argument: ''" },
	{ "-E =x ls", "usage: invalid -E argument: '=x'" },
	{ "-S foo ls", "usage: invalid sortby: 'foo'" },
	{ "-c -U foo ls", "usage: unknown column name: 'foo'" },
	{ "-c -U calls,count ls", "usage: column 'count' is asked" },
	{ "-c -U , ls", "usage: unknown column name: ''" },
	{ "-c -O foo ls", "usage: invalid -O argument: 'foo'" },
	{ "-c -O nan ls", "usage: invalid -O argument: 'nan'" },
	{ "-c -O -1 ls", "usage: invalid -O argument: '-1'" },
	{ "-c -O 1e30s ls", "usage: invalid -O argument: '1e30s'" },
	{ "-c -O 1min ls", "usage: invalid -O argument: '1min'" },
	{ "--timestamps=foo ls", "usage: invalid --timestamps" },
	{ "--timestamps=format:ns ls", "usage: invalid --timestamps" },
	{ "--relative-timestamps=x ls", "usage: invalid --relative-" },
	{ "--strings-in-hex=x ls", "usage: invalid --strings-in-hex" },
	{ "--daemonize=x ls", "usage: invalid --daemonize argument" },
	{ "--colour=blue ls", "usage: invalid --colour argument" },
	{ "--seccomp-bpf=maybe ls", "usage: invalid --seccomp-bpf" },
	{ "-DDDD ls", "usage: too many -D options" },
	{ "-o '' ls", "usage: invalid -o argument" },
	{ "-o | ls", "usage: invalid -o argument: '|'" },
	{ "--record= ls", "usage: --record needs" },
	{ "--backend=foo ls", "usage: invalid --backend argument: 'foo' "
	  "(give ptrace, bpf or auto)" },
	{ "--buffer= ls", "usage: invalid --buffer argument: '' (give" },
	{ "--buffer=K ls", "usage: invalid --buffer argument: 'K' (give" },
	{ "--buffer=1KB ls", "usage: invalid --buffer argument: '1KB' (give" },
	{ "--buffer=1T ls", "usage: invalid --buffer argument: '1T' (give" },
	{ "--buffer=-1M ls", "usage: invalid --buffer argument: '-1M' (give" },
	{ "--buffer=0 ls", "usage: invalid --buffer argument: '0' is too small "
	  "(give 64K or more)" },
	{ "--buffer=65535 ls", "usage: invalid --buffer argument: '65535' is "
	  "too small" },
	{ "--buffer=1025M ls", "usage: invalid --buffer argument: '1025M' is "
	  "too large (give 1G or less)" },
	{ "--buffer=99999999999999999999G ls", "usage: invalid --buffer "
	  "argument: '99999999999999999999G' is too large" },
	{ "--line-limit=x ls", "usage: invalid --line-limit argument: 'x' "
	  "(give" },
	{ "--line-limit=1023 ls", "usage: invalid --line-limit argument: "
	  "'1023' is too small (give 1K to 1G)" },
	{ "--line-limit=2G ls", "usage: invalid --line-limit argument: '2G' "
	  "is too large" },
	{ "-k --stack-trace-frame-limit=x ls", "usage: invalid "
	  "--stack-trace-frame-limit argument: 'x' (give a number of frames "
	  "from 1 to 65536)" },
	{ "-k --stack-trace-frame-limit= ls", "usage: invalid --stack-trace" },
	{ "-k --stack-trace-frame-limit=0 ls", "usage: invalid --stack-trace" },
	{ "-k --stack-trace-frame-limit=-1 ls", "usage: invalid --stack-" },
	{ "-k --stack-trace-frame-limit=65537 ls", "usage: invalid --stack-" },
	{ "-k --stack-trace-frame-limit=4k ls", "usage: invalid --stack-" },
	{ "--attach-cgroup=", "usage: invalid --attach-cgroup argument: ''" },
	{ "--container=", "usage: invalid --container argument: ''" },
	{ "--container=../x", "usage: invalid --container argument: '../x'" },
	{ "--backend=bpf -D ls", "die: -D/--daemonize needs the ptrace "
	  "backend: the command has to be stopped until its tracer is ready; "
	  "leave it out, or use --backend=ptrace" },
	{ "--backend=bpf --kill-on-exit ls", "die: --kill-on-exit needs the" },
	{ "--all --kill-on-exit", "die: --kill-on-exit needs the ptrace "
	  "backend: the kernel does that only when a ptrace tracer ends; leave "
	  "it out, since --all needs the bpf backend" },
	{ "--container=x --backend=auto --kill-on-exit", "die: --kill-on-exit "
	  "needs" },
	{ "--all --backend=ptrace", "die: --all needs the bpf backend" },
	{ "--attach-cgroup=x --backend=bpf --backend=ptrace",
	  "die: --attach-cgroup needs the bpf backend" },
	{ "--in=x ls", "usage: option '--in' is ambiguous" },
};

#define NMISTAKES (sizeof(mistake_cases) / sizeof(*mistake_cases))

static void mistakes(void **state)
{
	static char out[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < NMISTAKES; i++) {
		const char *want = mistake_cases[i].message;

		assert_int_equal(line_end(mistake_cases[i].line, out,
					  TEXT_MAX), 1);
		if (strncmp(out, want, strlen(want)))
			assert_string_equal(out, want);
		/* One line, whatever went wrong. */
		assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
	}
}

static void contradictions(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "-c -C ls", "-c/--summary-only and -C/--summary are" },
		{ "-ff -c ls", "and -ff/--output-separately are mutually" },
		{ "-c --json ls", "and --json are mutually exclusive" },
		{ "-ff -o |cat ls", "a pipe as -o/--output and -ff" },
		{ "-q -e quiet=exit ls", "-q and -e quiet/--quiet= are" },
		{ "--quiet=exit -q ls", "-q and -e quiet/--quiet= are" },
		{ "-y -e decode-fds=none ls", "-y and -e decode-fds" },
		{ "-t --absolute-timestamps=ns ls", "-t and --absolute-" },
		{ "--kill-on-exit -p 7", "--kill-on-exit and -p/--attach" },
		{ "--replay=x ls", "--replay and a command are mutually" },
		{ "--replay=x -p 7", "--replay and -p/--attach are" },
		{ "--replay=x --record=y", "--replay and --record are" },
		{ "--replay=x --backend=bpf -k", "--replay and --backend are" },
		{ "--replay=x --buffer=1M", "--replay and --buffer are" },
		{ "--replay=x --strict", "--replay and --strict are" },
		{ "--replay=x --all", "--replay and --all are mutually" },
		{ "--replay=x --kill-on-exit", "--replay and --kill-on" },
		{ "--all --attach-cgroup=x", "--all and --attach-cgroup are" },
		{ "--all --container=x", "--all and --container are" },
		{ "--container=x --attach-cgroup=y", "--attach-cgroup and "
						     "--container are" },
		{ "--all ls", "--all and a command are mutually" },
		{ "--all -p 7", "--all and -p/--attach are mutually" },
		{ "--attach-cgroup=x ls", "--attach-cgroup and a command" },
		{ "--attach-cgroup=x -p 7", "--attach-cgroup and -p" },
		{ "--container=x ls", "--container and a command are" },
		{ "--container=x -p 7", "--container and -p/--attach" },
		{ "-w ls", "-w/--summary-wall-clock must be given with" },
		{ "-U calls ls", "-U/--summary-columns must be given with" },
		{ "-D -p 7", "-D/--daemonize must be given with a command" },
	};
	static char out[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(line_end(cases[i].line, out, TEXT_MAX), 1);
		if (!strstr(out, cases[i].message))
			assert_string_equal(out, cases[i].message);
	}
}

static void own_pid_is_refused(void **state)
{
	static char out[TEXT_MAX];
	struct options o;
	struct line l;
	char text[32];
	int fds[2];
	pid_t pid;

	(void)state;
	fflush(stdout);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		seen.in_child = true;
		dup2(fds[1], 1);
		snprintf(text, sizeof(text), "-p %d", (int)getpid());
		parse(&o, &l, text);
		_exit(99);
	}
	close(fds[1]);
	assert_true(read(fds[0], out, sizeof(out) - 1) > 0);
	close(fds[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_non_null(strstr(out, "that is this strace itself"));
}

/* ---- help, version, manual */

static void help_fits(void **state)
{
	static char out[TEXT_MAX];
	char *save = NULL;

	(void)state;
	assert_int_equal(line_end("--help", out, TEXT_MAX), 0);
	assert_non_null(strstr(out, "Usage: strace"));
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];
		const struct option_arg *arg = row->arg;
		char text[64];

		if (!row->help)
			continue;
		if (row->name)
			snprintf(text, sizeof(text), "--%s%s%s", row->name,
				 !arg ? "" : arg->optional ? "[=" : "=",
				 arg ? arg->text : "");
		else
			snprintf(text, sizeof(text), "\n  -%c", row->letter);
		assert_non_null(strstr(out, text));
	}
	for (char *line = strtok_r(out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_true(strlen(line) < 80);
		assert_int_not_equal(line[strlen(line) - 1], ' ');
	}
	assert_int_equal(line_end("-h", out, TEXT_MAX), 0);
}

/* Or completions and help would have nothing to say of it. */
static void arguments_are_described(void **state)
{
	(void)state;
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];
		const struct option_arg *arg = row->arg;

		assert_non_null(option_help(row));
		if (arg && arg->form == FORM_KEY) {
			assert_non_null(expr_key_find(row->name));
			arg = expr_key_find(row->name)->arg;
		}
		if (!arg)
			continue;
		assert_int_equal(arg->form == FORM_WORD ||
				 arg->form == FORM_WORDS ||
				 arg->form == FORM_SET ||
				 arg->form == FORM_TIME, !!arg->words[0]);
	}
}

static void version_is_told(void **state)
{
	static char out[TEXT_MAX];

	(void)state;
	assert_int_equal(line_end("-V", out, TEXT_MAX), 0);
	assert_true(!strncmp(out, "strace -- version ", 18));
	assert_non_null(strstr(out, "x86_64 i386 x32"));
	assert_int_equal(line_end("--version", out, TEXT_MAX), 0);
}

static void table_is_sound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *a = &option_table[i];

		assert_true(a->letter || a->name);
		assert_non_null(a->handle);
		for (unsigned j = 0; j < i; j++) {
			const struct option_row *b = &option_table[j];

			assert_true(!a->letter || a->letter != b->letter);
			if (a->name && b->name)
				assert_string_not_equal(a->name, b->name);
		}
	}
}

/* The manual without its escapes of dashes. */
static char *manual_read(void)
{
	const char *dir = getenv("top_srcdir");
	char path[4096];
	size_t n, out = 0;
	char *text;
	FILE *f;

	snprintf(path, sizeof(path), "%s/man/strace.1", dir ? dir : ".");
	f = fopen(path, "r");
	if (!f)
		return NULL;
	text = calloc(1, 4 * TEXT_MAX);
	assert_non_null(text);
	n = fread(text, 1, 4 * TEXT_MAX - 1, f);
	fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\' && text[i + 1] == '-')
			continue;
		text[out++] = text[i];
	}
	text[out] = '\0';
	return text;
}

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

static bool manual_has(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *p = text; (p = strstr(p, option)); p++) {
		if (p > text && !is_name_byte(p[-1]) && !is_name_byte(p[len]))
			return true;
	}
	return false;
}

static bool name_exists(const char *name, size_t len)
{
	for (unsigned i = 0; i < option_table_size; i++) {
		const char *n = option_table[i].name;

		if (n && strlen(n) == len && !strncmp(n, name, len))
			return true;
	}
	return false;
}

static void manual_names_every_option(void **state)
{
	char *text = manual_read();
	char option[80];

	(void)state;
	if (!text) {
		print_message("the manual is not here (set top_srcdir)\n");
		skip();
	}
	for (unsigned i = 0; i < option_table_size; i++) {
		const struct option_row *row = &option_table[i];

		snprintf(option, sizeof(option), "-%c", row->letter);
		if (row->letter && !manual_has(text, option))
			fail_msg("strace.1 does not name %s", option);
		snprintf(option, sizeof(option), "--%s",
			 row->name ? row->name : "");
		if (row->name && !manual_has(text, option))
			fail_msg("strace.1 does not name %s", option);
	}
	for (const char *p = text; (p = strstr(p, " --")); p++) {
		size_t len = strspn(p + 3, NAME_BYTES);

		if (len && p[3] != '-' && !name_exists(p + 3, len))
			fail_msg("strace.1 names --%.*s", (int)len, p + 3);
	}
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(own_pid_is_refused),
		cmocka_unit_test(help_fits),
		cmocka_unit_test(arguments_are_described),
		cmocka_unit_test(version_is_told),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(manual_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
