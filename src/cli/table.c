/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every option there is.  A row without help is another name for the row
 * before it; the order is that of --help.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define VALUE(v) (v), SEEN_NONE
#define SEEN(s) 0, (s)
#define PLAIN 0, SEEN_NONE

const struct option_row option_table[] = {
	{ 'p', "attach", ARG(PIDS, "PID"), GROUP_START, handle_pid,
	  SEEN(SEEN_PID),
	  "trace running processes; several ids may be given, separated by "
	  "commas or blanks" },
	{ 'E', "env", ARG(VARIABLE, "NAME[=VALUE]"), GROUP_START, handle_env,
	  SEEN(SEEN_ENV),
	  "set an environment variable of the command; without VALUE, remove "
	  "it" },
	{ 'u', "user", ARG(USER, "USER[:GROUP]"), GROUP_START, handle_user,
	  SEEN(SEEN_USER),
	  "run the command as USER, names or ids" },
	{ 0, "argv0", ARG(TEXT, "NAME"), GROUP_START, handle_argv0,
	  SEEN(SEEN_ARGV0),
	  "give the command NAME as its argument 0" },

	{ 0, "all", NULL, GROUP_START, handle_flag,
	  FLAG_TRACE_ALL, SEEN_TRACE_ALL,
	  "trace every process of the system (--backend=bpf)" },
	{ 0, "attach-cgroup", ARG(CGROUP, "PATH"), GROUP_START, handle_cgroup,
	  SEEN(SEEN_CGROUP),
	  "trace whatever runs in a cgroup and below, also what comes later "
	  "(--backend=bpf)" },
	{ 0, "container", ARG(CONTAINER, "NAME"), GROUP_START, handle_container,
	  SEEN(SEEN_CONTAINER),
	  "trace whatever runs in a container, given by its id, its name or "
	  "the id of one of its processes (--backend=bpf)" },

	{ 'f', "follow-forks", NULL, GROUP_FOLLOW, handle_follow, PLAIN,
	  "trace children too; -ff writes a file for each (see -o)" },
	{ 'F', NULL, NULL, GROUP_FOLLOW, handle_follow_old, PLAIN, NULL },
	{ 0, "output-separately", NULL, GROUP_FOLLOW, handle_separate,
	  SEEN(SEEN_SEPARATE_NAMED),
	  "write the trace of each process to its own file, FILE.PID" },
	{ 'D', "daemonize", MAYBE(WORD, "HOW", daemonize_words), GROUP_FOLLOW,
	  handle_daemonize, SEEN(SEEN_DAEMONIZE),
	  "keep the command a direct child of the caller; HOW: grandchild, "
	  "pgroup (-DD), session (-DDD)" },
	{ 'I', "interruptible", ARG(WORD, "WHEN", interruptible_words),
	  GROUP_FOLLOW, handle_interruptible, PLAIN,
	  "when signals may end strace: 1 or anywhere, 2 or waiting, 3 or "
	  "never, 4 or never_tstp" },
	{ 'b', "detach-on", ARG(WORD, "CALL", detach_words), GROUP_FOLLOW,
	  handle_detach_on, SEEN(SEEN_DETACH_ON),
	  "trace a process no more once it has made CALL: execve" },
	{ 0, "syscall-limit", ARG(NUMBER, "NUMBER"), GROUP_FOLLOW,
	  handle_call_limit, SEEN(SEEN_CALL_LIMIT),
	  "stop tracing after NUMBER calls were shown" },
	{ 0, "kill-on-exit", NULL, GROUP_FOLLOW, handle_flag,
	  FLAG_KILL_ON_EXIT, SEEN_KILL,
	  "kill the traced processes when strace goes" },

	{ 0, "backend", ARG(WORD, "NAME", backend_words), GROUP_BACKEND,
	  handle_backend, SEEN(SEEN_BACKEND),
	  "how the kernel is asked: ptrace: stop at each call (default); bpf: "
	  "programs in the kernel, no stops; auto: bpf where it can be had" },
	{ 0, "buffer", ARG(SIZE, "SIZE"), GROUP_BACKEND, handle_buffer,
	  SEEN(SEEN_BUFFER),
	  "size of the buffer between the kernel and strace, 64K to 1G (bpf)" },
	{ 0, "strict", NULL, GROUP_BACKEND, handle_flag,
	  FLAG_STRICT, SEEN_STRICT,
	  "exit status 1 if events were lost (bpf)" },

	{ 'e', NULL, ARG(EXPR, "EXPR"), GROUP_FILTER, handle_expr, PLAIN,
	  "what is traced and shown: KEY=[!]VALUE[,VALUE]...; without KEY=, "
	  "trace; --help=expr tells the keys and their values" },
	{ 0, "trace", ARG(KEY, "CALLS"), GROUP_FILTER, handle_expr_named, PLAIN,
	  "trace only CALLS: names, numbers, %class, /regex, all, none; ?NAME "
	  "may be unknown; NAME@64 and the like are for one ABI only" },
	{ 0, "signal", ARG(KEY, "SET"), GROUP_FILTER, handle_expr_named, PLAIN,
	  "show only these signals" },
	{ 0, "signals", ARG(KEY, "SET"), GROUP_FILTER, handle_expr_named, PLAIN,
	  NULL },
	{ 0, "status", ARG(KEY, "SET"), GROUP_FILTER, handle_expr_named, PLAIN,
	  "show only calls that ended so: successful, failed, unfinished, "
	  "unavailable, detached" },
	{ 'z', "successful-only", NULL, GROUP_FILTER, handle_status_only,
	  STATUS_SUCCESSFUL, SEEN_SUCCESSFUL,
	  "show only calls that succeeded" },
	{ 'Z', "failed-only", NULL, GROUP_FILTER, handle_status_only,
	  STATUS_FAILED, SEEN_FAILED,
	  "show only calls that failed" },
	{ 0, "slower-than", ARG(TIME, "TIME", unit_words), GROUP_FILTER,
	  handle_slower, PLAIN,
	  "show only calls that took TIME or longer (microseconds, or with s, "
	  "ms, us, ns)" },
	{ 'P', "trace-path", ARG(FILE, "PATH"), GROUP_FILTER, handle_path,
	  PLAIN,
	  "show only calls that use PATH; may be repeated" },
	{ 0, "trace-fds", ARG(KEY, "SET"), GROUP_FILTER, handle_expr_named,
	  PLAIN,
	  "show only calls that use these descriptors" },
	{ 0, "trace-fd", ARG(KEY, "SET"), GROUP_FILTER, handle_expr_named,
	  PLAIN, NULL },

	{ 0, "inject", ARG(KEY, "CALLS:PART[:PART]..."), GROUP_INJECT,
	  handle_expr_named, SEEN(SEEN_INJECT),
	  "change CALLS; PART: error=E, errors=E,E, retval=N, signal=S, "
	  "syscall=NAME, delay_enter=TIME, delay_exit=TIME, "
	  "poke_enter=@argN=HEX, poke_exit=@argN=HEX, argN=N, short=SIZE; "
	  "when=FIRST[..LAST][+STEP], chance=N%, count=task|all" },
	{ 0, "fault", ARG(KEY, "CALLS[:PART]..."), GROUP_INJECT,
	  handle_expr_named, SEEN(SEEN_INJECT),
	  "the same; without another result, the calls fail with ENOSYS" },
	{ 0, "inject-file", ARG(FILE, "FILE"), GROUP_INJECT,
	  handle_inject_file, SEEN(SEEN_INJECT),
	  "read such rules from FILE, one a line" },
	{ 0, "inject-each", ARG(CALLS, "CALLS:PART[:PART]..."), GROUP_INJECT,
	  handle_inject_each, SEEN(SEEN_INJECT),
	  "run the command again and again, change one more place each time, "
	  "and report what it does not survive; timeout=TIME, must=fail" },
	{ 0, "seed", ARG(NUMBER, "NUMBER"), GROUP_INJECT, handle_seed,
	  SEEN(SEEN_SEED),
	  "make the choices of chance= that were made with this number" },

	{ 's', "string-limit", ARG(NUMBER, "SIZE"), GROUP_VALUES,
	  handle_string_limit, PLAIN,
	  "show at most SIZE bytes of a string (32)" },
	{ 0, "line-limit", ARG(SIZE, "SIZE"), GROUP_VALUES, handle_line_limit,
	  PLAIN,
	  "show at most SIZE bytes of one call, and of its data (4M)" },
	{ 'v', "no-abbrev", NULL, GROUP_VALUES, handle_abbrev_none, PLAIN,
	  "show all members of structures" },
	{ 0, "abbrev", ARG(KEY, "CALLS"), GROUP_VALUES, handle_expr_named,
	  PLAIN,
	  "abbreviate structures of these calls (all)" },
	{ 0, "verbose", ARG(KEY, "CALLS"), GROUP_VALUES, handle_expr_named,
	  PLAIN,
	  "follow pointers to structures of these calls (all)" },
	{ 0, "raw", ARG(KEY, "CALLS"), GROUP_VALUES, handle_expr_named, PLAIN,
	  "show arguments of these calls as plain hex (none)" },
	{ 'x', NULL, NULL, GROUP_VALUES, handle_hex, PLAIN,
	  "show strings with bytes beyond ASCII in hex; -xx: all strings" },
	{ 0, "strings-in-hex", MAYBE(WORD, "WHICH", hex_words), GROUP_VALUES,
	  handle_hex, PLAIN,
	  "hex in strings: none, non-ascii-chars, non-ascii (-x), all (-xx)" },
	{ 'X', "const-print-style", ARG(WORD, "STYLE", xlat_words),
	  GROUP_VALUES, handle_xlat, PLAIN,
	  "show constants raw, abbrev (names) or verbose (both)" },
	{ 'y', "decode-fds", MAYBE(KEY, "SET"), GROUP_VALUES, handle_decode_fds,
	  SEEN(SEEN_FDS),
	  "show the paths of descriptors; -yy or all: details of sockets and "
	  "devices too; SET: path, socket, dev, pidfd, eventfd, signalfd, "
	  "anon" },
	{ 0, "decode", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named,
	  SEEN(SEEN_DECODE),
	  "show what descriptors of these kinds carry (all, with -yy): "
	  "eventfd, timerfd, signalfd, inotify, fanotify, userfaultfd, input, "
	  "fuse, netlink, dns, devices; or none" },
	{ 'Y', NULL, NULL, GROUP_VALUES, handle_decode_comm,
	  SEEN(SEEN_DECODE_PIDS),
	  "show command names with process ids" },
	{ 0, "decode-pids", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named,
	  SEEN(SEEN_DECODE_PIDS),
	  "say more of process ids: comm (-Y), pidns" },
	{ 0, "pidns-translation", NULL, GROUP_VALUES, handle_flag,
	  FLAG_PIDNS, SEEN_DECODE_PIDS,
	  "show process ids of other pid namespaces as strace sees them too" },
	{ 0, "namespace", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named,
	  PLAIN,
	  "show which namespaces a process gets by unshare, clone or clone3: "
	  "new" },
	{ 0, "kvm", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named,
	  SEEN(SEEN_KVM),
	  "show why a virtual CPU stopped, after KVM_RUN: vcpu; and what it "
	  "said before and after: vcpu+" },
	{ 0, "secontext", MAYBE(KEY, "SET"), GROUP_VALUES, handle_secontext,
	  SEEN(SEEN_SECONTEXT),
	  "show SELinux contexts of processes, files and descriptors; SET: "
	  "full (not just the type), mismatch (what it should be too)" },
	{ 0, "read", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named, PLAIN,
	  "dump what is read from these descriptors" },
	{ 0, "write", ARG(KEY, "SET"), GROUP_VALUES, handle_expr_named, PLAIN,
	  "dump what is written to these descriptors" },

	{ 'o', "output", ARG(FILE, "FILE"), GROUP_LINES, handle_output,
	  SEEN(SEEN_OUTPUT),
	  "write to FILE, or to a command: '|CMD'" },
	{ 'A', "output-append-mode", NULL, GROUP_LINES, handle_flag,
	  FLAG_APPEND, SEEN_APPEND,
	  "add to the end of FILE" },
	{ 0, "json", NULL, GROUP_LINES, handle_json, SEEN(SEEN_JSON),
	  "write JSON, one object a line" },
	{ 0, "to", ARG(SINK, "FORM:FILE"), GROUP_LINES, handle_to,
	  SEEN(SEEN_TO),
	  "write to FILE as FORM: text, json or summary; may be given several "
	  "times, and goes beside -o, --json and -c" },
	{ 0, "colour", MAYBE(WORD, "WHEN", colour_words), GROUP_LINES,
	  handle_colour, PLAIN,
	  "colours: auto, always or never" },
	{ 0, "color", MAYBE(WORD, "WHEN", colour_words), GROUP_LINES,
	  handle_colour, PLAIN, NULL },
	{ 'a', "columns", ARG(NUMBER, "COLUMN"), GROUP_LINES, handle_align,
	  PLAIN,
	  "where results begin (40)" },
	{ 't', "absolute-timestamps",
	  MAYBE(WORDS, "FORMAT", stamp_words, unit_words), GROUP_LINES,
	  handle_stamps, PLAIN,
	  "begin lines with the time; -tt: with microseconds; -ttt: as unix "
	  "time; FORMAT: none, time, unix; s, ms, us, ns" },
	{ 0, "timestamps", MAYBE(WORDS, "FORMAT", stamp_words, unit_words),
	  GROUP_LINES, handle_stamps, PLAIN, NULL },
	{ 'r', "relative-timestamps", MAYBE(WORD, "UNIT", unit_words),
	  GROUP_LINES, handle_relative, SEEN(SEEN_RELATIVE),
	  "begin lines with the time since the one before, in s, ms, us or "
	  "ns" },
	{ 'T', "syscall-times", MAYBE(WORD, "UNIT", unit_words), GROUP_LINES,
	  handle_duration, SEEN(SEEN_DURATION),
	  "end lines with the time spent in the call" },
	{ 'i', "instruction-pointer", NULL, GROUP_LINES, handle_flag,
	  FLAG_IP, SEEN_IP,
	  "show the instruction pointer" },
	{ 'n', "syscall-number", NULL, GROUP_LINES, handle_flag,
	  FLAG_NR, SEEN_NR,
	  "show the number of the call" },
	{ 'N', "arg-names", NULL, GROUP_LINES, handle_flag,
	  VALUE(FLAG_NAMES),
	  "show the names of arguments" },
	{ 'k', "stack-trace", MAYBE(WORD, "WHAT", stack_words), GROUP_LINES,
	  handle_stack, SEEN(SEEN_STACK),
	  "show the stack that each call was made from: symbol, or source "
	  "(-kk) with files and lines" },
	{ 0, "stack-traces", MAYBE(WORD, "WHAT", stack_words), GROUP_LINES,
	  handle_stack, SEEN(SEEN_STACK), NULL },
	{ 0, "stack-trace-frame-limit", ARG(NUMBER, "N"), GROUP_LINES,
	  handle_stack_frames, SEEN(SEEN_STACK_FRAMES),
	  "show at most N frames of a stack (256)" },
	{ 0, "always-show-pid", NULL, GROUP_LINES, handle_flag,
	  VALUE(FLAG_ALWAYS_PID),
	  "show the process id on every line" },
	{ 'q', "quiet", MAYBE(KEY, "SET"), GROUP_LINES, handle_quiet, PLAIN,
	  "leave out messages: attach, personality (-q), exit (-qq), "
	  "path-resolution, thread-execve; all (-qqq)" },
	{ 0, "silent", MAYBE(KEY, "SET"), GROUP_LINES, handle_quiet, PLAIN,
	  NULL },
	{ 0, "silence", MAYBE(KEY, "SET"), GROUP_LINES, handle_quiet, PLAIN,
	  NULL },

	{ 'c', "summary-only", NULL, GROUP_SUMMARY, handle_summary,
	  SUMMARY_ONLY, SEEN_SUMMARY_ONLY,
	  "show a table of calls, errors and times instead of lines" },
	{ 'C', "summary", NULL, GROUP_SUMMARY, handle_summary,
	  SUMMARY_ALSO, SEEN_SUMMARY,
	  "show that table after the lines" },
	{ 'w', "summary-wall-clock", NULL, GROUP_SUMMARY, handle_flag,
	  FLAG_WALL_CLOCK, SEEN_WALL_CLOCK,
	  "count the time from begin to end of calls, not system time" },
	{ 'S', "summary-sort-by",
	  ARG(WORD, "COLUMN", column_words, unsorted_words),
	  GROUP_SUMMARY, handle_sort, SEEN(SEEN_SORT),
	  "sort by time (default), min-time, max-time, avg-time, calls, "
	  "errors, name, nothing, or a column of -U" },
	{ 'U', "summary-columns", ARG(WORDS, "LIST", column_words),
	  GROUP_SUMMARY, handle_columns, SEEN(SEEN_COLUMNS),
	  "columns of the table: time-percent, total-time, min-time, "
	  "max-time, avg-time, calls, errors, name, wall-total, wall-min, "
	  "wall-max, wall-avg, p50, p90, p99" },
	{ 'O', "summary-syscall-overhead", ARG(TIME, "TIME", unit_words),
	  GROUP_SUMMARY, handle_overhead, SEEN(SEEN_OVERHEAD),
	  "take TIME (microseconds, or with s, ms, us, ns) off each call" },

	{ 0, "record", ARG(FILE, "FILE"), GROUP_RECORD, handle_record,
	  SEEN(SEEN_RECORD),
	  "write all that the trace was made of to FILE as well" },
	{ 0, "replay", ARG(FILE, "FILE"), GROUP_RECORD, handle_replay,
	  SEEN(SEEN_REPLAY),
	  "show the trace recorded in FILE, with other options if you like" },

	{ 0, "seccomp-bpf", MAYBE(WORD, "yes|no", yes_words), GROUP_MISC,
	  handle_seccomp, PLAIN,
	  "let the kernel skip calls that are not traced (yes)" },
	{ 0, "cpu-placement", MAYBE(WORD, "yes|no", yes_words), GROUP_MISC,
	  handle_cpu_placement, VALUE(true),
	  "let strace run on the CPU of what it traces (yes)" },
	{ 0, "no-cpu-placement", NULL, GROUP_MISC, handle_cpu_placement,
	  VALUE(false), "the same as --cpu-placement=no" },
	{ 'd', "debug", NULL, GROUP_MISC, handle_debug, PLAIN,
	  "tell what strace itself does; -dd: at each stop" },
	{ 0, "tips", MAYBE(WORDS, "ID,FORMAT", tip_words, tip_id_words),
	  GROUP_MISC, handle_tips, PLAIN,
	  "show a tip at the end; ID: a number or random; FORMAT: none, "
	  "compact, full" },
	{ 'h', "help", MAYBE(TOPIC, "TOPIC"), GROUP_MISC, handle_help, PLAIN,
	  "show this help, or all that is to be said of an option, a class of "
	  "calls, a group of options" },
	{ 'V', "version", NULL, GROUP_MISC, handle_version, PLAIN,
	  "show the version and what this build can do" },
};

const unsigned option_table_size =
	sizeof(option_table) / sizeof(*option_table);

const struct option_row *option_by_letter(int letter)
{
	for (unsigned i = 0; i < option_table_size; i++) {
		if (letter && option_table[i].letter == letter)
			return &option_table[i];
	}
	return NULL;
}

const struct option_row *option_by_name(const char *name)
{
	for (unsigned i = 0; i < option_table_size; i++) {
		const char *n = option_table[i].name;

		if (n && !strcmp(n, name))
			return &option_table[i];
	}
	return NULL;
}

const char *option_help(const struct option_row *row)
{
	while (!row->help)
		row--;
	return row->help;
}

const char *option_label(const struct option_row *row,
			 char label[OPTION_LABEL_MAX])
{
	if (row->letter && (!row->arg || !row->arg->optional))
		snprintf(label, OPTION_LABEL_MAX, "-%c", row->letter);
	else
		snprintf(label, OPTION_LABEL_MAX, "--%s", row->name);
	return label;
}

unsigned option_word(const struct option_row *row, const char *arg)
{
	char label[OPTION_LABEL_MAX];

	return words_one(row->arg->words[0], option_label(row, label), arg);
}
