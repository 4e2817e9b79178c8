/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words that options and keys of -e take: handlers look them up, --help and
 * the shells' completions list them.
 */
#include "cli.h"

const struct word yes_words[] = {
	{ "yes", true }, { "no", false },
	{ "on", true }, { "off", false },
	{ NULL, 0 },
};

const struct word backend_words[] = {
	{ "ptrace", BACKEND_PTRACE }, { "bpf", BACKEND_BPF },
	{ "auto", BACKEND_AUTO },
	{ NULL, 0 },
};

const struct word interruptible_words[] = {
	{ "anywhere", 1 }, { "1", 1 }, { "always", 1 },
	{ "waiting", 2 }, { "2", 2 },
	{ "never", 3 }, { "3", 3 },
	{ "never_tstp", 4 }, { "4", 4 },
	{ NULL, 0 },
};

const struct word daemonize_words[] = {
	{ "grandchild", 1 },
	{ "pgroup", 2 }, { "pgrp", 2 },
	{ "session", 3 },
	{ NULL, 0 },
};

const struct word detach_words[] = {
	{ "execve", true },
	{ NULL, 0 },
};

const struct word unit_words[] = {
	{ "s", 0 }, { "ms", 3 }, { "us", 6 }, { "ns", 9 },
	{ NULL, 0 },
};

const struct word stamp_words[] = {
	{ "none", TIME_NONE }, { "time", TIME_CLOCK }, { "unix", TIME_UNIX },
	{ NULL, 0 },
};

const struct word hex_words[] = {
	{ "none", HEX_NONE },
	{ "non-ascii-chars", HEX_NONASCII_CHARS },
	{ "non-ascii", HEX_NONASCII },
	{ "all", HEX_ALL },
	{ NULL, 0 },
};

const struct word xlat_words[] = {
	{ "raw", XLAT_RAW }, { "abbrev", XLAT_ABBREV },
	{ "verbose", XLAT_VERBOSE },
	{ NULL, 0 },
};

const struct word colour_words[] = {
	{ "auto", COLOUR_AUTO }, { "always", COLOUR_ALWAYS },
	{ "never", COLOUR_NEVER },
	{ NULL, 0 },
};

const struct word stack_words[] = {
	{ "symbol", STACK_SYMBOL }, { "source", STACK_SOURCE },
	{ NULL, 0 },
};

/* Each - in these names may be a _ as well. */
const struct word column_words[] = {
	{ "time-percent", COL_TIME_PERCENT }, { "time", COL_TIME_PERCENT },
	{ "total-time", COL_TOTAL_TIME }, { "time-total", COL_TOTAL_TIME },
	{ "min-time", COL_MIN_TIME }, { "time-min", COL_MIN_TIME },
	{ "shortest", COL_MIN_TIME },
	{ "max-time", COL_MAX_TIME }, { "time-max", COL_MAX_TIME },
	{ "longest", COL_MAX_TIME },
	{ "avg-time", COL_AVG_TIME }, { "time-avg", COL_AVG_TIME },
	{ "calls", COL_CALLS }, { "count", COL_CALLS },
	{ "errors", COL_ERRORS }, { "error", COL_ERRORS },
	{ "name", COL_NAME }, { "syscall", COL_NAME },
	{ "syscall-name", COL_NAME },
	{ "wall-total", COL_WALL_TOTAL }, { "wall-min", COL_WALL_MIN },
	{ "wall-max", COL_WALL_MAX }, { "wall-avg", COL_WALL_AVG },
	{ "p50", COL_P50 }, { "p90", COL_P90 }, { "p99", COL_P99 },
	{ NULL, 0 },
};

/* What the table can be sorted by that is no column. */
const struct word unsorted_words[] = {
	{ "nothing", COL_NONE }, { "none", COL_NONE },
	{ NULL, 0 },
};

const struct word status_words[] = {
	{ "successful", STATUS_SUCCESSFUL },
	{ "failed", STATUS_FAILED },
	{ "unfinished", STATUS_UNFINISHED },
	{ "unavailable", STATUS_UNAVAILABLE },
	{ "detached", STATUS_DETACHED },
	{ NULL, 0 },
};

const struct word quiet_words[] = {
	{ "attach", QUIET_ATTACH }, { "attaches", QUIET_ATTACH },
	{ "exit", QUIET_EXIT }, { "exits", QUIET_EXIT },
	{ "path-resolution", QUIET_PATH },
	{ "path-resolutions", QUIET_PATH },
	{ "personality", QUIET_PERSONALITY },
	{ "personalities", QUIET_PERSONALITY },
	{ "thread-execve", QUIET_SUPERSEDED },
	{ "superseded", QUIET_SUPERSEDED },
	{ NULL, 0 },
};

const struct word fd_words[] = {
	{ "path", FDS_PATH },
	{ "socket", FDS_SOCKET },
	{ "dev", FDS_DEVICE },
	{ "pidfd", FDS_PIDFD },
	{ "eventfd", FDS_EVENTFD },
	{ "signalfd", FDS_SIGNALFD },
	{ "anon", FDS_ANON },
	{ NULL, 0 },
};

const struct word decode_words[] = {
	{ "eventfd", DECODE_EVENTFD },
	{ "timerfd", DECODE_TIMERFD },
	{ "signalfd", DECODE_SIGNALFD },
	{ "inotify", DECODE_INOTIFY },
	{ "fanotify", DECODE_FANOTIFY },
	{ "userfaultfd", DECODE_USERFAULTFD },
	{ "input", DECODE_INPUT },
	{ "fuse", DECODE_FUSE },
	{ "netlink", DECODE_NETLINK },
	{ "dns", DECODE_DNS },
	{ "devices", DECODE_DEVICES },
	{ NULL, 0 },
};

const struct word pid_words[] = {
	{ "comm", PIDS_COMM },
	{ "pidns", PIDS_NS },
	{ NULL, 0 },
};

const struct word secontext_words[] = {
	{ "full", SECONTEXT_FULL },
	{ "mismatch", SECONTEXT_MISMATCH },
	{ NULL, 0 },
};

const struct word namespace_words[] = {
	{ "new", 1 },
	{ NULL, 0 },
};

const struct word kvm_words[] = {
	{ "vcpu", KVM_EXITS },
	{ "vcpu+", KVM_EXITS | KVM_PAGES },
	{ NULL, 0 },
};

const struct word tip_words[] = {
	{ "none", TIP_NONE },
	{ "compact", TIP_COMPACT },
	{ "full", TIP_FULL },
	{ NULL, 0 },
};

const struct word tip_id_words[] = {
	{ "random", 0 },
	{ NULL, 0 },
};
