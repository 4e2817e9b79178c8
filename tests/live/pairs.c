/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pairs: what strace has to say of options that are given together.
 *
 * Reads options from standard input, one a line, with the argument that it is
 * to have ("-s 3"); a line "command" stands for a command.  Each is tried alone
 * and with each later one.  Printed is each, and below it what is said of it
 * alone, and what a pair gets that neither of the two has by itself: a message,
 * or that a message of one is not there:
 *
 *	-c
 *	  with -C, refused: -c/--summary-only and -C/--summary are ...
 *	  with -w, works
 *	-w
 *	  alone, refused: -w/--summary-wall-clock must be given with ...
 *
 * Nothing is run: options are read and settled, as they are at the start of
 * each run.  Exits with 1 if that ended in any other way.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"

#define OPTIONS_MAX 256
#define WORDS_MAX 16
#define SAID_MAX 4096
#define SECONDS_MAX 10

struct saying {
	char text[SAID_MAX];	/* what was said, without "strace: " */
	bool refused;
};

struct line {
	char words[512];
	char *argv[WORDS_MAX];
	int argc;
	bool has_target;	/* something is traced already */
};

/* An option that says what is traced needs no command. */
static bool is_target(const char *word)
{
	static const char *const targets[] = {
		"-p", "--all", "--attach-cgroup=", "--container=", "--replay=",
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (!strncmp(word, targets[i], strlen(targets[i])))
			return true;
	return false;
}

static void line_add(struct line *l, char *word)
{
	if (l->argc == WORDS_MAX - 2)
		errx(2, "a line has too many words");
	l->argv[l->argc++] = word;
	l->argv[l->argc] = NULL;
}

static void line_make(struct line *l, const char *a, const char *b)
{
	bool command = !strcmp(a, "command") || !strcmp(b, "command");

	*l = (struct line){ .argc = 0 };
	line_add(l, (char *)"strace");
	snprintf(l->words, sizeof(l->words), "%s %s", a, b);
	for (char *save = NULL, *w = strtok_r(l->words, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		l->has_target |= is_target(w);
		if (strcmp(w, "command"))
			line_add(l, w);
	}
	if (command || !l->has_target)
		line_add(l, (char *)"true");
}

/* Without the program's name, the hint that --help helps, and chance. */
static void said_clean(char *said)
{
	char *out = said;

	for (char *save = NULL, *l = strtok_r(said, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		size_t len;

		if (!strncmp(l, "Try 'strace", 11))
			continue;
		if (strncmp(l, "strace: ", 8))
			errx(1, "said is '%s'", l);
		l += 8;
		if (!strncmp(l, "--seed=", 7))
			l = memcpy(l + strcspn(l, " ") - 8, "--seed=N", 8);
		len = strlen(l);
		memmove(out, l, len);
		out += len;
		*out++ = '\n';
	}
	*out = '\0';
}

static void try(struct saying *s, const char *a, const char *b)
{
	size_t len = 0;
	int fds[2], status;
	struct line l;
	ssize_t n;
	pid_t pid;

	line_make(&l, a, b);
	if (pipe(fds) || (pid = fork()) < 0)
		err(2, "fork");
	if (!pid) {
		struct options o;

		alarm(SECONDS_MAX);
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		options_parse(&o, l.argc, l.argv);
		exit(0);
	}
	close(fds[1]);
	while (len < SAID_MAX - 1 &&
	       (n = read(fds[0], s->text + len, SAID_MAX - 1 - len)) > 0)
		len += (size_t)n;
	s->text[len] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		errx(1, "'%s %s' ended with %#x", a, b, status);
	s->refused = WEXITSTATUS(status);
	if (s->refused && !len)
		errx(1, "'%s %s' was refused without a word", a, b);
	said_clean(s->text);
}

/* Does a text have this line, which ends as lines do? */
static bool has_line(const char *text, const char *line, size_t len)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (!strncmp(text, line, len))
			return true;
	return false;
}

/* Prints what is new in the text of a pair; x and y are said of each alone. */
static bool news_show(const char *with, const struct saying *both,
		      const char *x, const char *y)
{
	bool found = false;

	for (const char *l = both->text; *l; l += strcspn(l, "\n") + 1) {
		size_t len = strcspn(l, "\n") + 1;

		if (has_line(x, l, len) || has_line(y, l, len))
			continue;
		printf("  %s, %s: %.*s", with, both->refused ? "refused" :
		       "warned", (int)len, l);
		found = true;
	}
	return found;
}

static bool all_in(const char *lines, const char *text)
{
	for (; *lines; lines += strcspn(lines, "\n") + 1)
		if (!has_line(text, lines, strcspn(lines, "\n") + 1))
			return false;
	return true;
}

static void pair_show(const char *a, const char *b, const struct saying *x,
		      const struct saying *y)
{
	struct saying both;
	char with[256];

	try(&both, a, b);
	snprintf(with, sizeof(with), "with %s", b);
	if (!news_show(with, &both, x->text, y->text) && !both.refused &&
	    (!all_in(x->text, both.text) || !all_in(y->text, both.text)))
		printf("  %s, works\n", with);
}

static size_t options_read(char *option[OPTIONS_MAX])
{
	size_t n = 0, size = 0;
	ssize_t len;

	while (n < OPTIONS_MAX &&
	       (len = getline(&option[n], &size, stdin)) > 0) {
		option[n][len - 1] = '\0';
		size = 0;
		n++;
	}
	return n;
}

int main(void)
{
	static struct saying alone[OPTIONS_MAX];
	static char *option[OPTIONS_MAX];
	size_t n = options_read(option);

	program_invocation_name = (char *)"strace";
	for (size_t i = 0; i < n; i++)
		try(&alone[i], option[i], "");
	for (size_t i = 0; i < n; i++) {
		printf("%s\n", option[i]);
		news_show("alone", &alone[i], "", "");
		for (size_t j = i + 1; j < n; j++) {
			fflush(stdout);
			pair_show(option[i], option[j], &alone[i], &alone[j]);
		}
		fflush(stdout);
	}
	return 0;
}
