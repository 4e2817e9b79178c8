/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the options mean together, and what they can't mean. */
#include <string.h>

#include "built_with.h"
#include "cli.h"
#include "diag.h"

enum rule_kind {
	RULE_EXCLUDES,		/* a and b: a mistake */
	RULE_NEEDS,		/* a without b: a mistake */
	RULE_IDLE_WITHOUT,	/* a without b: a does nothing, say so */
	RULE_IDLE_WITH,		/* a and b: a does nothing, say so */
};

struct rule {
	enum rule_kind kind;
	enum seen a, b;
};

static const char *const seen_text[SEEN_COUNT] = {
	[SEEN_SUMMARY_ONLY] = "-c/--summary-only",
	[SEEN_SUMMARY] = "-C/--summary",
	[SEEN_ANY_SUMMARY] = "-c/--summary-only or -C/--summary",
	[SEEN_WALL_CLOCK] = "-w/--summary-wall-clock",
	[SEEN_COLUMNS] = "-U/--summary-columns",
	[SEEN_SORT] = "-S/--summary-sort-by",
	[SEEN_OVERHEAD] = "-O/--summary-syscall-overhead",
	[SEEN_SEPARATE] = "-ff/--output-separately",
	[SEEN_SEPARATE_NAMED] = "--output-separately",
	[SEEN_OUTPUT] = "-o/--output",
	[SEEN_PIPE] = "a pipe as -o/--output",
	[SEEN_APPEND] = "-A/--output-append-mode",
	[SEEN_PID] = "-p/--attach",
	[SEEN_COMMAND] = "a command",
	[SEEN_DAEMONIZE] = "-D/--daemonize",
	[SEEN_USER] = "-u/--user",
	[SEEN_ENV] = "-E/--env",
	[SEEN_ARGV0] = "--argv0",
	[SEEN_KILL] = "--kill-on-exit",
	[SEEN_QUIET_COUNT] = "-q",
	[SEEN_QUIET_SET] = "-e quiet/--quiet=",
	[SEEN_FDS_COUNT] = "-y",
	[SEEN_FDS_SET] = "-e decode-fds/--decode-fds=",
	[SEEN_STAMP_COUNT] = "-t",
	[SEEN_STAMP_FORMAT] = "--absolute-timestamps=",
	[SEEN_RELATIVE] = "-r/--relative-timestamps",
	[SEEN_DURATION] = "-T/--syscall-times",
	[SEEN_IP] = "-i/--instruction-pointer",
	[SEEN_NR] = "-n/--syscall-number",
	[SEEN_FDS] = "-y/--decode-fds",
	[SEEN_DECODE_PIDS] = "-Y/--decode-pids",
	[SEEN_DECODE] = "--decode",
	[SEEN_JSON] = "--json",
	[SEEN_TO] = "--to",
	[SEEN_RECORD] = "--record",
	[SEEN_REPLAY] = "--replay",
	[SEEN_STACK] = "-k/--stack-trace",
	[SEEN_STACK_FRAMES] = "--stack-trace-frame-limit",
	[SEEN_SECONTEXT] = "--secontext",
	[SEEN_TRACE_ALL] = "--all",
	[SEEN_CGROUP] = "--attach-cgroup",
	[SEEN_CONTAINER] = "--container",
	[SEEN_BACKEND] = "--backend",
	[SEEN_BPF] = "--backend=bpf or --backend=auto",
	[SEEN_BUFFER] = "--buffer",
	[SEEN_STRICT] = "--strict",
	[SEEN_INJECT] = "-e inject/--inject",
	[SEEN_EACH] = "--inject-each",
	[SEEN_SEED] = "--seed",
	[SEEN_DETACH_ON] = "-b/--detach-on",
	[SEEN_CALL_LIMIT] = "--syscall-limit",
	[SEEN_KVM] = "--kvm",
};

static const struct rule rules[] = {
	{ RULE_EXCLUDES, SEEN_SUMMARY_ONLY, SEEN_SUMMARY },
	{ RULE_EXCLUDES, SEEN_ANY_SUMMARY, SEEN_SEPARATE },
	{ RULE_EXCLUDES, SEEN_SUMMARY_ONLY, SEEN_JSON },
	{ RULE_EXCLUDES, SEEN_SUMMARY, SEEN_JSON },
	{ RULE_EXCLUDES, SEEN_PIPE, SEEN_SEPARATE },
	{ RULE_EXCLUDES, SEEN_QUIET_COUNT, SEEN_QUIET_SET },
	{ RULE_EXCLUDES, SEEN_FDS_COUNT, SEEN_FDS_SET },
	{ RULE_EXCLUDES, SEEN_STAMP_COUNT, SEEN_STAMP_FORMAT },
	{ RULE_EXCLUDES, SEEN_KILL, SEEN_PID },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_COMMAND },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_PID },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_RECORD },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_TRACE_ALL },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_CGROUP },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_CONTAINER },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_BACKEND },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_BUFFER },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_STRICT },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_INJECT },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_DETACH_ON },
	{ RULE_EXCLUDES, SEEN_REPLAY, SEEN_KILL },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_PID },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_RECORD },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_JSON },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_ANY_SUMMARY },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_TO },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_SEPARATE },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_DAEMONIZE },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_DETACH_ON },
	{ RULE_EXCLUDES, SEEN_EACH, SEEN_CALL_LIMIT },
	{ RULE_NEEDS, SEEN_EACH, SEEN_COMMAND },
	{ RULE_EXCLUDES, SEEN_TRACE_ALL, SEEN_CGROUP },
	{ RULE_EXCLUDES, SEEN_TRACE_ALL, SEEN_CONTAINER },
	{ RULE_EXCLUDES, SEEN_TRACE_ALL, SEEN_COMMAND },
	{ RULE_EXCLUDES, SEEN_TRACE_ALL, SEEN_PID },
	{ RULE_EXCLUDES, SEEN_CGROUP, SEEN_CONTAINER },
	{ RULE_EXCLUDES, SEEN_CGROUP, SEEN_COMMAND },
	{ RULE_EXCLUDES, SEEN_CGROUP, SEEN_PID },
	{ RULE_EXCLUDES, SEEN_CONTAINER, SEEN_COMMAND },
	{ RULE_EXCLUDES, SEEN_CONTAINER, SEEN_PID },
	{ RULE_NEEDS, SEEN_WALL_CLOCK, SEEN_ANY_SUMMARY },
	{ RULE_NEEDS, SEEN_COLUMNS, SEEN_ANY_SUMMARY },
	{ RULE_NEEDS, SEEN_DAEMONIZE, SEEN_COMMAND },
	{ RULE_IDLE_WITHOUT, SEEN_SORT, SEEN_ANY_SUMMARY },
	{ RULE_IDLE_WITHOUT, SEEN_OVERHEAD, SEEN_ANY_SUMMARY },
	{ RULE_IDLE_WITHOUT, SEEN_SEPARATE_NAMED, SEEN_OUTPUT },
	{ RULE_IDLE_WITHOUT, SEEN_APPEND, SEEN_OUTPUT },
	{ RULE_IDLE_WITHOUT, SEEN_USER, SEEN_COMMAND },
	{ RULE_IDLE_WITHOUT, SEEN_ENV, SEEN_COMMAND },
	{ RULE_IDLE_WITHOUT, SEEN_ARGV0, SEEN_COMMAND },
	{ RULE_IDLE_WITHOUT, SEEN_BUFFER, SEEN_BPF },
	{ RULE_IDLE_WITHOUT, SEEN_SEED, SEEN_INJECT },
	{ RULE_IDLE_WITHOUT, SEEN_STACK_FRAMES, SEEN_STACK },
	{ RULE_IDLE_WITH, SEEN_IP, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_NR, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_STAMP_COUNT, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_STAMP_FORMAT, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_RELATIVE, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_DURATION, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_FDS, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_DECODE_PIDS, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_DECODE, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_STACK, SEEN_SUMMARY_ONLY },
	{ RULE_IDLE_WITH, SEEN_SECONTEXT, SEEN_SUMMARY_ONLY },
};

static void rule_check(const struct parse *p, const struct rule *r)
{
	const char *a = seen_text[r->a], *b = seen_text[r->b];
	bool together = r->kind == RULE_EXCLUDES || r->kind == RULE_IDLE_WITH;

	if (!parse_has(p, r->a) || parse_has(p, r->b) != together)
		return;
	switch (r->kind) {
	case RULE_EXCLUDES:
		diag_usage("%s and %s are mutually exclusive; leave one out",
			   a, b);
	case RULE_NEEDS:
		diag_usage("%s must be given with %s", a, b);
	case RULE_IDLE_WITHOUT:
		diag_warn("%s has no effect without %s", a, b);
		break;
	case RULE_IDLE_WITH:
		diag_warn("%s has no effect with %s", a, b);
		break;
	}
}

struct stop_need {
	enum seen option;	/* SEEN_NONE: there is none */
	const char *why;
};

/* The first option that can't be served without stopping processes. */
static struct stop_need stop_need_find(const struct options *o)
{
	if (o->stack != STACK_NONE && built_with.stack &&
	    !built_with.stack_captured)
		return (struct stop_need){ SEEN_STACK,
			"without libdw, this build reads a stack only while "
			"its process is stopped" };
	if (o->daemonize)
		return (struct stop_need){ SEEN_DAEMONIZE,
			"the command has to be stopped until its tracer is "
			"ready" };
	if (o->kill_on_exit)
		return (struct stop_need){ SEEN_KILL,
			"the kernel does that only when a ptrace tracer "
			"ends" };
	if (o->ninjects)
		return (struct stop_need){ SEEN_INJECT,
			"a call can be changed only while its task is "
			"stopped" };
	if (o->detach_on_exec)
		return (struct stop_need){ SEEN_DETACH_ON,
			"the programs in the kernel follow what is executed" };
	if (o->kvm_vcpu)
		return (struct stop_need){ SEEN_KVM,
			"what a virtual CPU says of its exit can be read only "
			"while its process is stopped" };
	return (struct stop_need){ .option = SEEN_NONE };
}

const char *options_need_ptrace(const struct options *o)
{
	return seen_text[stop_need_find(o).option];
}

/* The option that traces more than a process, which only bpf can do. */
static enum seen whole_target(const struct options *o)
{
	return o->trace_all ? SEEN_TRACE_ALL : o->cgroup ? SEEN_CGROUP :
	       o->container ? SEEN_CONTAINER : SEEN_NONE;
}

static void settle_backend(struct parse *p)
{
	struct options *o = p->o;
	struct stop_need need = stop_need_find(o);
	enum seen target = whole_target(o);

	if (target) {
		if (parse_has(p, SEEN_BACKEND) && o->backend == BACKEND_PTRACE)
			diag_die("%s needs the bpf backend: ptrace traces "
				 "single processes; leave out --backend=ptrace",
				 seen_text[target]);
		o->backend = BACKEND_BPF;
	}
	if (o->backend != BACKEND_PTRACE)
		parse_mark(p, SEEN_BPF);
	if (o->backend != BACKEND_BPF || !need.option)
		return;
	if (target)
		diag_die("%s needs the ptrace backend: %s; leave it out, since "
			 "%s needs the bpf backend", seen_text[need.option],
			 need.why, seen_text[target]);
	diag_die("%s needs the ptrace backend: %s; leave it out, or use "
		 "--backend=ptrace", seen_text[need.option], need.why);
}

static void output_add(struct options *o, const char *form, const char *file)
{
	o->outputs[o->noutputs++] = (struct output_want){ .form = form,
							  .file = file };
}

/*
 * What -o, --json, -c and -C ask for, then each --to.  Lines that nobody asked
 * for are left out if --to says where there are others.
 */
static void settle_outputs(struct parse *p)
{
	struct options *o = p->o;
	enum summary table = o->summary;
	size_t tables = 0;

	if (table == SUMMARY_ALSO ||
	    (table == SUMMARY_NONE && (!p->nto || p->output || p->json)))
		output_add(o, p->json ? "json" : "text", p->output);
	if (table != SUMMARY_NONE)
		output_add(o, "summary", p->output);
	for (size_t i = 0; i < p->nto; i++)
		output_add(o, p->to[i].form, p->to[i].file);
	for (size_t i = 0; i < o->noutputs; i++)
		tables += !strcmp(o->outputs[i].form, "summary");
	o->summary = !tables ? SUMMARY_NONE : tables == o->noutputs ?
		     SUMMARY_ONLY : SUMMARY_ALSO;
}

/* Does nothing of the trace come to standard error? */
static bool is_in_files(const struct options *o)
{
	for (size_t i = 0; i < o->noutputs; i++)
		if (!o->outputs[i].file)
			return false;
	return true;
}

/* Is there a file at all? */
static bool has_file(const struct options *o)
{
	for (size_t i = 0; i < o->noutputs; i++)
		if (o->outputs[i].file)
			return true;
	return false;
}

static void settle_quiet(struct parse *p)
{
	static const unsigned levels[] = {
		0,
		QUIET_ATTACH | QUIET_PERSONALITY,
		QUIET_ATTACH | QUIET_PERSONALITY | QUIET_EXIT,
		QUIET_ALL,
	};
	struct options *o = p->o;
	unsigned n = p->quiet_count;

	if (n)
		o->quiet = levels[n < 3 ? n : 3];
	else if (!parse_has(p, SEEN_QUIET_SET) && is_in_files(o) && !o->npids &&
		 (o->command || o->replay))
		o->quiet = levels[1];
}

static void settle_stamps(struct parse *p)
{
	struct options *o = p->o;

	if (!p->stamp_count)
		return;
	o->time_style = p->stamp_count > 2 ? TIME_UNIX : TIME_CLOCK;
	o->time_digits = p->stamp_count > 1 ? 6 : 0;
}

static void settle_run(struct parse *p)
{
	struct options *o = p->o;

	if (p->fds_count)
		o->decode_fds = p->fds_count > 1 ? FDS_ALL : FDS_PATH;
	/* Who wants all of a descriptor wants to know what it carries. */
	if (o->decode_fds == FDS_ALL && !parse_has(p, SEEN_DECODE))
		o->decode = DECODE_ALL;
	/* Whoever is traced as a whole is many, and has children. */
	if (whole_target(o))
		o->follow = FOLLOW_FORKS;
	/* One file for each process makes sense only where there is a file. */
	if (!has_file(o))
		o->output_separately = false;
	if (o->output_separately && o->follow == FOLLOW_FORKS)
		o->follow = FOLLOW_SEPARATE;
	o->interruptible_said = o->interruptible != INT_UNSAID;
	if (!o->interruptible_said)
		o->interruptible = o->daemonize ? INT_NEVER_TSTP :
				   is_in_files(o) && o->command ? INT_NEVER :
				   INT_WAITING;
	o->seccomp_bpf = o->backend == BACKEND_BPF ? SECCOMP_NO : p->seccomp;
}

/* A record has the answers of libraries in it, so a replay needs none. */
static void check_build(const struct options *o)
{
	if (o->replay)
		return;
	if (o->stack != STACK_NONE && !built_with.stack)
		diag_die("-k/--stack-trace is not in this build: configure it "
			 "with libdw (--with-libdw) or libunwind "
			 "(--with-libunwind)");
	if (o->stack == STACK_SOURCE && !built_with.stack_source)
		diag_die("--stack-trace=source is not in this build: configure "
			 "it with libdw (--with-libdw)");
	if (o->backend == BACKEND_BPF && !built_with.bpf)
		diag_die("--backend=bpf is not in this build: configure it "
			 "with libbpf, clang and bpftool (--with-libbpf)");
	if (o->secontext && !built_with.secontext)
		diag_die("--secontext is not in this build: configure it with "
			 "libselinux (--with-libselinux)");
}

void cli_finish(struct parse *p)
{
	struct options *o = p->o;

	if (o->command)
		parse_mark(p, SEEN_COMMAND);
	if (!o->command && !o->npids && !o->replay && !whole_target(o))
		diag_usage("must have PROG [ARGS] or -p PID (or --all, "
			   "--attach-cgroup=PATH, --container=NAME, "
			   "--replay=FILE)");
	if (!o->replay)
		settle_backend(p);
	for (unsigned i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		rule_check(p, &rules[i]);
	if (parse_has(p, SEEN_SUCCESSFUL) && parse_has(p, SEEN_FAILED))
		diag_warn("of -z/--successful-only and -Z/--failed-only the "
			  "last one counts; -e status= can ask for more");
	check_build(o);
	inject_settle(p);
	settle_outputs(p);
	settle_quiet(p);
	paths_resolve(o);
	settle_stamps(p);
	settle_run(p);
	colours_settle(o);
	if (o->max_string > o->line_limit)
		o->max_string = o->line_limit;
}
