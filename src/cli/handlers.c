/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What options do that choose what is traced, and how the program runs. */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"
#include "xalloc.h"

#define NUMBER_MOST (INT64_MAX / 16)	/* number_parse() multiplies by ten */
#define PID_SEPARATORS ", \t\n"

#define BUFFER_MIN (INT64_C(64) << 10)
#define BUFFER_MAX (INT64_C(1) << 30)

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
		[FLAG_NAMES] = &o->show_names,
		[FLAG_NR] = &o->show_nr,
		[FLAG_PIDNS] = &o->pidns,
		[FLAG_STRICT] = &o->strict,
		[FLAG_TRACE_ALL] = &o->trace_all,
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
	o->pids = xalloc_resize(o->pids, o->npids + 1, sizeof(*o->pids));
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
	o->trace_paths = xalloc_resize(o->trace_paths, o->ntrace_paths + 1,
				       sizeof(*o->trace_paths));
	o->trace_paths[o->ntrace_paths++] = xalloc_copy(arg);
}

void handle_env(struct parse *p, const struct option_row *row,
		const char *arg)
{
	struct options *o = p->o;

	(void)row;
	if (!*arg || *arg == '=')
		diag_usage("invalid -E argument: '%s' (give NAME=VALUE to set, "
			   "NAME to remove)", arg);
	o->env_changes = xalloc_resize(o->env_changes, o->nenv_changes + 1,
				       sizeof(*o->env_changes));
	o->env_changes[o->nenv_changes++] = (char *)arg;
}

void handle_user(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	(void)row;
	if (!*arg)
		diag_usage("invalid -u argument: '%s' (give a user)", arg);
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
	struct options *o = p->o;

	if (arg)
		o->daemonize_level = (int)option_word(row, arg);
	else if (++o->daemonize_level > 3)
		diag_usage("too many -D options: -DDD is the most");
	o->daemonize = true;
}

void handle_interruptible(struct parse *p, const struct option_row *row,
			  const char *arg)
{
	p->o->interruptible = (enum interruptible)option_word(row, arg);
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

/* The name it had when -f did not follow vfork. */
void handle_follow_old(struct parse *p, const struct option_row *row,
		       const char *arg)
{
	(void)row;
	(void)arg;
	diag_warn("-F is an old name of -f/--follow-forks; use that");
	p->o->follow = FOLLOW_FORKS;
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
	p->seccomp = !arg || option_word(row, arg) ? SECCOMP_YES : SECCOMP_NO;
}

void handle_cpu_placement(struct parse *p, const struct option_row *row,
			  const char *arg)
{
	p->o->cpu_placement = arg ? option_word(row, arg) :
				    (unsigned)row->value;
}

void handle_backend(struct parse *p, const struct option_row *row,
		    const char *arg)
{
	p->o->backend = option_word(row, arg);
}

/* A number of bytes, or of K, M or G of them; what is too large stays so. */
static bool size_parse(const char *text, int64_t *size)
{
	static const char units[] = "KMG";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	unsigned shift = 0;

	if (!digits)
		return false;
	if (*unit) {
		const char *known = strchr(units, *unit);

		if (!known || unit[1])
			return false;
		shift = 10 * (unsigned)(known - units + 1);
	}
	if (!number_parse(text, digits, BUFFER_MAX, size))
		*size = BUFFER_MAX + 1;
	*size <<= shift;
	return true;
}

void handle_buffer(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	size_t rounded = BUFFER_MIN;
	int64_t size;

	(void)row;
	if (!size_parse(arg, &size))
		diag_usage("invalid --buffer argument: '%s' (give a number of "
			   "bytes, such as 512K, 64M or 1G)", arg);
	if (size < BUFFER_MIN)
		diag_usage("invalid --buffer argument: '%s' is too small (give "
			   "64K or more)", arg);
	if (size > BUFFER_MAX)
		diag_usage("invalid --buffer argument: '%s' is too large (give "
			   "1G or less)", arg);
	while (rounded < (size_t)size)
		rounded *= 2;
	p->o->buffer_size = rounded;
}

void handle_line_limit(struct parse *p, const struct option_row *row,
		       const char *arg)
{
	int64_t size;

	(void)row;
	if (!size_parse(arg, &size))
		diag_usage("invalid --line-limit argument: '%s' (give a number "
			   "of bytes, such as 64K, 4M or 1G)", arg);
	if ((size_t)size < LINE_LIMIT_MIN || size > BUFFER_MAX)
		diag_usage("invalid --line-limit argument: '%s' is too %s "
			   "(give 1K to 1G)", arg,
			   size > BUFFER_MAX ? "large" : "small");
	p->o->line_limit = (size_t)size;
}

void handle_cgroup(struct parse *p, const struct option_row *row,
		   const char *arg)
{
	(void)row;
	if (!*arg)
		diag_usage("invalid --attach-cgroup argument: '' (give a "
			   "directory in /sys/fs/cgroup)");
	p->o->cgroup = arg;
}

/* Whoever looks a name up makes paths of it: it must not be one. */
void handle_container(struct parse *p, const struct option_row *row,
		      const char *arg)
{
	(void)row;
	if (!*arg || *arg == '.' || strchr(arg, '/'))
		diag_usage("invalid --container argument: '%s' (give an id, a "
			   "name, or the id of a process; --attach-cgroup "
			   "takes a path)", arg);
	p->o->container = arg;
}

void handle_inject_each(struct parse *p, const struct option_row *row,
			const char *arg)
{
	(void)row;
	inject_each_parse(p, arg);
}

void handle_inject_file(struct parse *p, const struct option_row *row,
			const char *arg)
{
	(void)row;
	inject_file_parse(p, arg);
}

static uint64_t number_read(const struct option_row *row, const char *arg)
{
	char label[OPTION_LABEL_MAX];
	int64_t n;

	if (!number_parse(arg, strlen(arg), NUMBER_MOST, &n))
		diag_usage("invalid %s argument: '%s' (give a number)",
			   option_label(row, label), arg);
	return (uint64_t)n;
}

void handle_seed(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	p->o->seed = number_read(row, arg);
}

void handle_call_limit(struct parse *p, const struct option_row *row,
		       const char *arg)
{
	p->o->call_limit = number_read(row, arg);
	if (!p->o->call_limit)
		diag_usage("invalid --syscall-limit argument: '0' (the least "
			   "is 1)");
}

void handle_detach_on(struct parse *p, const struct option_row *row,
		      const char *arg)
{
	p->o->detach_on_exec = option_word(row, arg);
}

/* "id:3", "3", "random", "format:full", "full" */
static bool tip_item(struct tip_want *tip, const char *item, size_t len)
{
	bool id = len > 3 && !memcmp(item, "id:", 3);
	bool format = len > 7 && !memcmp(item, "format:", 7);
	const char *value = item + (id ? 3 : format ? 7 : 0);
	const struct word *w;
	int64_t n;

	len -= (size_t)(value - item);
	w = id ? NULL : words_find(tip_words, value, len);
	if (w)
		tip->format = w->value;
	else if (!format && words_find(tip_id_words, value, len))
		tip->id = TIP_RANDOM;
	else if (!format && number_parse(value, len, (int64_t)tips_count() - 1,
					 &n))
		tip->id = (int)n;
	else
		return false;
	return true;
}

void handle_tips(struct parse *p, const struct option_row *row,
		 const char *arg)
{
	bool bad = arg && !*arg;
	const char *rest = arg, *item;
	size_t len;

	(void)row;
	p->o->tip = (struct tip_want){ TIP_COMPACT, TIP_RANDOM };
	while (!bad && rest && (len = list_next(&rest, ",", &item)))
		bad = !tip_item(&p->o->tip, item, len);
	if (bad)
		diag_usage("invalid --tips argument: '%s' (give id:0 to id:%zu "
			   "or id:random, and format:none, compact or full)",
			   arg, tips_count() - 1);
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
	if (arg)
		help_topic_print(arg);
	else
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
