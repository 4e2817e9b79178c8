/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options: what the command line asked for.
 *
 * options_parse() (src/cli/) fills it once; from then on it is const and is
 * handed to every module that needs it.  Names follow the long options.
 */
#ifndef STRACE_OPTIONS_H
#define STRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "inject.h"
#include "set.h"
#include "tips.h"

enum xlat_style { XLAT_ABBREV, XLAT_RAW, XLAT_VERBOSE };
enum hex_style { HEX_NONE, HEX_NONASCII, HEX_ALL, HEX_NONASCII_CHARS };
enum time_style { TIME_NONE, TIME_CLOCK, TIME_UNIX };
enum follow { FOLLOW_NONE, FOLLOW_FORKS, FOLLOW_SEPARATE /* -ff */ };
enum summary { SUMMARY_NONE, SUMMARY_ONLY /* -c */, SUMMARY_ALSO /* -C */ };
enum stack_trace { STACK_NONE, STACK_SYMBOL /* -k */, STACK_SOURCE /* -kk */ };
enum backend { BACKEND_PTRACE, BACKEND_BPF, BACKEND_AUTO };
enum interruptible {		/* when signals that ask us to end do so */
	INT_UNSAID,		/* only while the command line is read */
	INT_ANYWHERE,
	INT_WAITING,
	INT_NEVER,
	INT_NEVER_TSTP,		/* ... and the keyboard can't stop us */
};

enum seccomp_use { SECCOMP_NO, SECCOMP_AUTO, SECCOMP_YES };
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* What has a colour of its own in text. */
enum colour_role {
	ROLE_NAME,		/* of a call */
	ROLE_ERROR,		/* its name: ENOENT */
	ROLE_SIGNAL,
	ROLE_EXIT,
	ROLE_PID,		/* before a line */
	ROLE_TIME,		/* before or after a line */
	ROLE_COUNT,
};

#define SGR_MAX 32

/* Bits of options.status: which outcomes of a call are shown. */
enum {
	STATUS_SUCCESSFUL = 1 << 0,
	STATUS_FAILED = 1 << 1,
	STATUS_UNFINISHED = 1 << 2,
	STATUS_UNAVAILABLE = 1 << 3,
	STATUS_DETACHED = 1 << 4,
	STATUS_ALL = (1 << 5) - 1,
};

/* Bits of options.decode_fds: what is shown about descriptors. */
enum {
	FDS_NUMBER = 0,
	FDS_PATH = 1 << 0,
	FDS_SOCKET = 1 << 1,
	FDS_DEVICE = 1 << 2,
	FDS_PIDFD = 1 << 3,
	FDS_EVENTFD = 1 << 4,
	FDS_SIGNALFD = 1 << 5,
	FDS_ANON = 1 << 6,
	FDS_ALL = (1 << 7) - 1,
};

/* Bits of options.decode: which data of descriptors is decoded. */
enum {
	DECODE_EVENTFD = 1 << 0,
	DECODE_TIMERFD = 1 << 1,
	DECODE_SIGNALFD = 1 << 2,
	DECODE_INOTIFY = 1 << 3,
	DECODE_FANOTIFY = 1 << 4,
	DECODE_USERFAULTFD = 1 << 5,
	DECODE_INPUT = 1 << 6,
	DECODE_FUSE = 1 << 7,
	DECODE_DNS = 1 << 8,
	DECODE_DEVICES = 1 << 9,
	DECODE_NETLINK = 1 << 10,
	DECODE_ALL = (1 << 11) - 1,
};

/* Bits of options.secontext: 0, or SECONTEXT_ON and what else is wanted. */
enum {
	SECONTEXT_ON = 1 << 0,
	SECONTEXT_FULL = 1 << 1,	/* all of it, not just the type */
	SECONTEXT_MISMATCH = 1 << 2,	/* and what the policy says instead */
};

/* Bits of options.quiet. */
enum {
	QUIET_ATTACH = 1 << 0,		/* attached / detached notes */
	QUIET_EXIT = 1 << 1,		/* +++ exited with 0 +++ */
	QUIET_PATH = 1 << 2,		/* -P: resolved path notes */
	QUIET_PERSONALITY = 1 << 3,	/* runs in 32 bit mode */
	QUIET_SUPERSEDED = 1 << 4,	/* +++ superseded by execve ... */
	QUIET_ALL = (1 << 5) - 1,
};

/* Columns of the summary table, in the order asked for (options.columns). */
enum summary_column {
	COL_TIME_PERCENT, COL_TOTAL_TIME, COL_MIN_TIME, COL_MAX_TIME,
	COL_AVG_TIME, COL_CALLS, COL_ERRORS, COL_NAME,
	COL_WALL_TOTAL, COL_WALL_MIN, COL_WALL_MAX, COL_WALL_AVG,
	COL_P50, COL_P90, COL_P99,
	COL_NONE,	/* sort: as they come */
	COL_COUNT,
};

/* A form of the trace, and the file that it goes to. */
struct output_want {
	const char *form;	/* "text", "json", "summary": see sink.h */
	const char *file;	/* NULL: standard error; "|cmd" */
	int fd;			/* of that file, if it is open already; or 0 */
};

#define OUTPUTS_MAX 16

#define LINE_LIMIT ((size_t)4 << 20)
#define LINE_LIMIT_MIN ((size_t)1 << 10)

struct options {
	/* what to trace */
	char **command;		/* argv of the command, or NULL */
	pid_t *pids;
	size_t npids;
	/* At most one of these; without a command and -p, and BACKEND_BPF. */
	bool trace_all;		/* --all: every process of the system */
	const char *cgroup;	/* --attach-cgroup: as given, not resolved */
	const char *container;	/* --container: id, name or process id */
	enum follow follow;
	bool daemonize;		/* -D: the tracer runs as a grandchild */
	int daemonize_level;	/* 1, 2 own process group, 3 own session */
	enum interruptible interruptible;	/* -I */
	bool interruptible_said; /* else it is a default */
	const char *user;	/* -u */
	char **env_changes;	/* -E: "NAME=VALUE" sets, "NAME" unsets */
	size_t nenv_changes;
	const char *argv0;	/* --argv0 */
	bool kill_on_exit;	/* --kill-on-exit */
	bool cpu_placement;	/* keep the tracer on the tracee's CPU */
	enum seccomp_use seccomp_bpf;	/* let the kernel skip calls */

	/* how the kernel is asked */
	enum backend backend;
	size_t buffer_size;	/* --buffer: a power of two, 0 chosen for us */
	bool strict;		/* --strict: losing events is a failure */

	/* which events and calls */
	struct callset trace;
	struct callset abbrev;	/* calls whose structures are abbreviated */
	struct callset raw;	/* calls whose arguments print in hex */
	struct callset verbose;	/* calls whose structures are followed */
	struct numset signals;
	struct numset read_fds;	/* -e read=: dump what was read */
	struct numset write_fds;
	unsigned status;	/* STATUS_* */
	int64_t slower_ns;	/* --slower-than: show only calls as long */
	unsigned quiet;		/* QUIET_* */
	char **trace_paths;	/* -P: as given, and what they resolve to */
	size_t ntrace_paths;
	struct numset trace_fds; /* -e fd=, all unless has_trace_fds */
	bool has_trace_fds;
	bool has_trace_filter;	/* the user named calls: a filter may help */

	/* what is changed */
	struct inject_rule *injects; /* -e inject= */
	size_t ninjects;
	uint64_t seed;		/* of chances */
	size_t each;		/* --inject-each: the rule, from 1 on; or 0 */
	bool whole_calls;	/* each is shown at once, when it is over */
	bool changed_only;	/* and only if a rule has changed it */
	bool detach_on_exec;	/* --detach-on=execve */
	uint64_t call_limit;	/* --syscall-limit, 0: none */

	/* how values look */
	size_t max_string;	/* -s, no more than line_limit */
	size_t line_limit;	/* --line-limit: bytes of one call's line */
	enum hex_style hex;	/* -x, -xx */
	enum xlat_style xlat;	/* -X */
	unsigned decode_fds;	/* FDS_*; -y: paths, -yy: all */
	unsigned decode;	/* DECODE_*: data by what the descriptor is */
	bool decode_pids;	/* -Y: pid<comm> */
	bool pidns;		/* --pidns-translation */
	bool new_namespaces;	/* --namespace=new */
	bool kvm_vcpu;		/* --kvm=vcpu */
	bool kvm_run;		/* --kvm=vcpu+, and what --kvm=vcpu does */
	unsigned secontext;	/* SECONTEXT_* */

	/* how lines look */
	struct output_want outputs[OUTPUTS_MAX]; /* -o, --json, -c, --to */
	size_t noutputs;
	bool append;		/* -A */
	bool output_separately;	/* -ff, --output-separately: FILE.TID */
	enum colour colour;
	char colours[ROLE_COUNT][SGR_MAX];	/* "1;31"; "": none */
	int align;		/* -a */
	enum time_style time_style;	/* -t, -ttt */
	int time_digits;	/* of a second: 0, 3, 6, 9 */
	bool relative;		/* -r */
	int relative_digits;
	bool show_duration;	/* -T */
	int duration_digits;
	bool show_ip;		/* -i */
	bool show_nr;		/* -n */
	bool show_names;	/* -N: of arguments */
	bool always_pid;	/* --always-show-pid */
	enum stack_trace stack;	/* -k */
	unsigned stack_frames;	/* --stack-trace-frame-limit */

	/* summary */
	enum summary summary;
	bool wall_clock;	/* -w */
	enum summary_column sort;
	enum summary_column columns[COL_COUNT];
	size_t ncolumns;
	int64_t overhead_ns;	/* -O */

	/* record and replay */
	const char *record;	/* --record=FILE */
	const char *replay;	/* --replay=FILE */

	int debug;		/* -d */
	struct tip_want tip;	/* --tips */
};

/*
 * Fill *o from the command line; ends the program itself for --help, -V and
 * every mistake (exit status 1, one line).
 */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

/* Is that data decoded?  The word is one that descriptions of streams have. */
bool options_decode(const struct options *o, const char *word);

/*
 * An option that only works if tasks are stopped ("-k/--stack-trace"), or NULL.
 * With BACKEND_BPF there is none, since options_parse() has refused it.
 */
const char *options_need_ptrace(const struct options *o);

#endif
