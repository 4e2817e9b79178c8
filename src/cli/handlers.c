/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What options do that choose what is traced, and how the program runs. */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"

#define PID_SEPARATORS ", \t\n"

static const struct word yes_words[] = {
	{ "yes", true }, { "no", false },
	{ "on", true }, { "off", false },
	{ NULL, 0 },
};

static const struct word interruptible_words[] = {
	{ "anywhere", 1 }, { "1", 1 },
	{ "waiting", 2 }, { "2", 2 },
	{ "never", 3 }, { "3", 3 },
	{ "never_tstp", 4 }, { "4", 4 },
	{ NULL, 0 },
};

static const struct word daemonize_words[] = {
	{ "grandchild", 1 },
	{ "pgroup", 2 }, { "pgrp", 2 },
	{ "session", 3 },
	{ NULL, 0 },
};

void handle_expr(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	(void)row;
	expr_parse(p, arg);
}

/* --trace=SET is -e trace=SET: the option's name is the key. */
void handle_expr_named(struct parse *p, const struct option_row *row,
		       const char *arg)
{
	expr_set(p, row->name, arg);
}

void handle_flag(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	struct options *o = p->o;
	bool *flags[] = {
		[FLAG_APPEND] = &o->append,
		[FLAG_ALWAYS_PID] = &o->always_pid,
		[FLAG_IP] = &o->show_ip,
		[FLAG_KILL_ON_EXIT] = &o->kill_on_exit,
		[FLAG_NR] = &o->show_nr,
		[FLAG_PIDNS] = &o->pidns,
		[FLAG_WALL_CLOCK] = &o->wall_clock,
	};

	(void)arg;
	*flags[row->value] = true;
}

static void pid_add(struct options *o, pid_t pid)
{
	for (size_t i = 0; i < o->npids; i++) {
		if (o->pids[i] == pid)
			return;
	}
	o->pids = cli_grow(o->pids, o->npids + 1, sizeof(*o->pids));
	o->pids[o->npids++] = pid;
}

void handle_pid(struct parse *p, const struct option_row *row,
		const char *arg)
{
	unsigned items = 0;
	const char *item;
	int64_t pid;
	size_t len;

	(void)row;
	while ((len = list_next(&arg, PID_SEPARATORS, &item))) {
		items++;
		if (!number_parse(item, len, INT32_MAX, &pid) || !pid)
			diag_die("invalid process id: '%.*s' (give numbers, "
				 "such as pidof or pgrep print)",
				 (int)len, item);
		if (pid == getpid())
			diag_die("cannot trace process %d: that is this "
				 "strace itself; name another process",
				 (int)pid);
		pid_add(p->o, (pid_t)pid);
	}
	if (!items)
		diag_die("-p has no process id: the list is empty (is the "
			 "program you looked up running?)");
}

void handle_path(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	struct options *o = p->o;

	(void)row;
	if (!*arg)
		diag_usage("invalid -P argument: '' (give the path of a file)");
	o->trace_paths = cli_grow(o->trace_paths, o->ntrace_paths + 1,
				  sizeof(*o->trace_paths));
	o->trace_paths[o->ntrace_paths++] = (char *)arg;
}

void handle_env(struct parse *p, const struct option_row *row,
		const char *arg)
{
	struct options *o = p->o;

	(void)row;
	if (!*arg || *arg == '=')
		diag_usage("invalid -E argument: '%s' (give NAME=VALUE to set, "
			   "NAME to remove)", arg);
	o->env_changes = cli_grow(o->env_changes, o->nenv_changes + 1,
				  sizeof(*o->env_changes));
	o->env_changes[o->nenv_changes++] = (char *)arg;
}

void handle_user(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	(void)row;
	if (!*arg)
		diag_usage("invalid -u argument: '' (give the name of a user)");
	p->o->user = arg;
}

void handle_argv0(struct parse *p, const struct option_row *row,
		  const char *arg)
{
	(void)row;
	p->o->argv0 = arg;
}

void handle_daemonize(struct parse *p, const struct option_row *row,
		      const char *arg)
{
	char label[OPTION_LABEL_MAX];
	struct options *o = p->o;

	if (arg)
		o->daemonize_level = (int)words_one(daemonize_words,
						    option_label(row, label),
						    arg);
	else if (++o->daemonize_level > 3)
		diag_usage("too many -D options: -DDD is the most");
	o->daemonize = true;
}

void handle_interruptible(struct parse *p, const struct option_row *row,
			  const char *arg)
{
	char label[OPTION_LABEL_MAX];

	p->o->interruptible = (int)words_one(interruptible_words,
					     option_label(row, label), arg);
}

void handle_follow(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	struct options *o = p->o;

	(void)row;
	(void)arg;
	/* Only the letter given twice means one file for each process. */
	if (p->by_letter && p->follow_count++) {
		o->output_separately = true;
		parse_mark(p, SEEN_SEPARATE);
	}
	o->follow = FOLLOW_FORKS;
}

void handle_separate(struct parse *p, const struct option_row *row,
		     const char *arg)
{
	(void)row;
	(void)arg;
	parse_mark(p, SEEN_SEPARATE);
	p->o->output_separately = true;
}

void handle_status_only(struct parse *p, const struct option_row *row,
			const char *arg)
{
	(void)arg;
	p->o->status = (unsigned)row->value;
}

void handle_seccomp(struct parse *p, const struct option_row *row,
		    const char *arg)
{
	char label[OPTION_LABEL_MAX];

	p->no_seccomp = arg && !words_one(yes_words, option_label(row, label),
					  arg);
}

void handle_cpu_placement(struct parse *p, const struct option_row *row,
			  const char *arg)
{
	char label[OPTION_LABEL_MAX];

	p->o->cpu_placement = arg ? words_one(yes_words,
					      option_label(row, label), arg)
				  : (unsigned)row->value;
}

void handle_debug(struct parse *p, const struct option_row *row,
		  const char *arg)
{
	(void)row;
	(void)arg;
	p->o->debug++;
}

void handle_help(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	(void)p;
	(void)row;
	(void)arg;
	help_print();
	exit(0);
}

void handle_version(struct parse *p, const struct option_row *row,
		    const char *arg)
{
	(void)p;
	(void)row;
	(void)arg;
	version_print();
	exit(0);
}
