/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "diag.h"
#include "symset.h"

#define FD_MAX 0xfffff		/* the kernel's default limit, fs.nr_open */
#define SIGNAL_MAX 64
#define KEY_MAX 32

typedef void expr_setter(struct parse *p, const char *values);

static const struct word status_words[] = {
	{ "successful", STATUS_SUCCESSFUL },
	{ "failed", STATUS_FAILED },
	{ "unfinished", STATUS_UNFINISHED },
	{ "unavailable", STATUS_UNAVAILABLE },
	{ "detached", STATUS_DETACHED },
	{ NULL, 0 },
};

static const struct word quiet_words[] = {
	{ "attach", QUIET_ATTACH },
	{ "exit", QUIET_EXIT }, { "exits", QUIET_EXIT },
	{ "path-resolution", QUIET_PATH },
	{ "personality", QUIET_PERSONALITY },
	{ "thread-execve", QUIET_SUPERSEDED },
	{ "superseded", QUIET_SUPERSEDED },
	{ NULL, 0 },
};

static const struct word fd_words[] = {
	{ "path", FDS_PATH },
	{ "socket", FDS_SOCKET },
	{ "dev", FDS_DEVICE },
	{ "pidfd", FDS_PIDFD },
	{ "eventfd", FDS_EVENTFD },
	{ "signalfd", FDS_SIGNALFD },
	{ NULL, 0 },
};

enum { PIDS_COMM = 1, PIDS_NS = 2 };

static const struct word pid_words[] = {
	{ "comm", PIDS_COMM },
	{ "pidns", PIDS_NS },
	{ NULL, 0 },
};

static const struct word secontext_words[] = {
	{ "full", SECONTEXT_FULL },
	{ "mismatch", SECONTEXT_MISMATCH },
	{ NULL, 0 },
};

static const struct word namespace_words[] = {
	{ "new", 1 },
	{ NULL, 0 },
};

static int fd_item(const char *text, size_t len)
{
	int64_t n;

	return number_parse(text, len, FD_MAX, &n) ? (int)n : -1;
}

int signal_read(const char *text, size_t len)
{
	int64_t n;

	if (number_parse(text, len, SIGNAL_MAX, &n))
		return (int)n;
	if (len > 3 && !strncasecmp(text, "SIG", 3)) {
		text += 3;
		len -= 3;
	}
	for (int sig = 1; sig <= SIGNAL_MAX; sig++) {
		const char *name = signal_name(sig);

		if (name && strlen(name) == len + 3 &&
		    !strncasecmp(name + 3, text, len))
			return sig;
	}
	return 0;
}

static int signal_item(const char *text, size_t len)
{
	int sig = signal_read(text, len);

	return sig ? sig : -1;
}

static const struct numset_kind fd_kind = {
	"descriptor", "give numbers from 0 to 1048575, all or none", fd_item,
};

static const struct numset_kind signal_kind = {
	"signal", "give names as kill -l lists them, numbers, all or none",
	signal_item,
};

static void set_trace(struct parse *p, const char *values)
{
	callspec_parse(&p->o->trace, values, NULL);
	callspec_add_nameless(&p->o->trace);
	p->o->has_trace_filter = !callset_is_all(&p->o->trace);
}

static void set_abbrev(struct parse *p, const char *values)
{
	callspec_parse(&p->o->abbrev, values, NULL);
}

static void set_verbose(struct parse *p, const char *values)
{
	callspec_parse(&p->o->verbose, values, NULL);
}

static void set_raw(struct parse *p, const char *values)
{
	callspec_parse(&p->o->raw, values, NULL);
}

static void set_signal(struct parse *p, const char *values)
{
	numset_parse(&p->o->signals, &signal_kind, values);
}

static void set_read(struct parse *p, const char *values)
{
	numset_parse(&p->o->read_fds, &fd_kind, values);
}

static void set_write(struct parse *p, const char *values)
{
	numset_parse(&p->o->write_fds, &fd_kind, values);
}

static void set_fd(struct parse *p, const char *values)
{
	numset_parse(&p->o->trace_fds, &fd_kind, values);
	p->o->has_trace_fds = !numset_is_all(&p->o->trace_fds);
}

static void set_status(struct parse *p, const char *values)
{
	p->o->status = words_set(status_words, "status", values);
}

static void set_quiet(struct parse *p, const char *values)
{
	p->o->quiet = words_set(quiet_words, "quiet", values);
	parse_mark(p, SEEN_QUIET_SET);
}

static void set_decode_fds(struct parse *p, const char *values)
{
	p->o->decode_fds = words_set(fd_words, "decode-fds", values);
	parse_mark(p, SEEN_FDS_SET);
	parse_mark(p, SEEN_FDS);
}

static void set_decode_pids(struct parse *p, const char *values)
{
	unsigned bits = words_set(pid_words, "decode-pids", values);

	p->o->decode_pids = bits & PIDS_COMM;
	p->o->pidns = bits & PIDS_NS;
	parse_mark(p, SEEN_DECODE_PIDS);
}

static void set_namespace(struct parse *p, const char *values)
{
	p->o->new_namespaces = words_set(namespace_words, "namespace", values);
}

static void set_inject(struct parse *p, const char *values)
{
	inject_parse(p, "inject", values);
}

static void set_fault(struct parse *p, const char *values)
{
	inject_parse(p, "fault", values);
}

static void set_secontext(struct parse *p, const char *values)
{
	p->o->secontext = SECONTEXT_ON |
			  words_set(secontext_words, "secontext", values);
	parse_mark(p, SEEN_SECONTEXT);
}

struct expr_key {
	const char *name;	/* the long options have these names too */
	expr_setter *set;
};

static const struct expr_key expr_keys[] = {
	{ "trace", set_trace },		{ "t", set_trace },
	{ "abbrev", set_abbrev },	{ "a", set_abbrev },
	{ "verbose", set_verbose },	{ "v", set_verbose },
	{ "raw", set_raw },		{ "x", set_raw },
	{ "signal", set_signal },	{ "signals", set_signal },
	{ "s", set_signal },
	{ "read", set_read },		{ "reads", set_read },
	{ "r", set_read },
	{ "write", set_write },		{ "writes", set_write },
	{ "w", set_write },
	{ "fd", set_fd },		{ "fds", set_fd },
	{ "trace-fd", set_fd },		{ "trace-fds", set_fd },
	{ "status", set_status },
	{ "quiet", set_quiet },		{ "q", set_quiet },
	{ "silent", set_quiet },	{ "silence", set_quiet },
	{ "decode-fds", set_decode_fds }, { "decode-fd", set_decode_fds },
	{ "decode-pids", set_decode_pids }, { "decode-pid", set_decode_pids },
	{ "namespace", set_namespace },	{ "namespaces", set_namespace },
	{ "secontext", set_secontext },
	{ "inject", set_inject },	{ "fault", set_fault },
	{ NULL, NULL },
};

static const struct expr_key *key_find(const char *name)
{
	const struct expr_key *k = expr_keys;

	while (k->name && strcmp(k->name, name))
		k++;
	return k->name ? k : NULL;
}

void expr_set(struct parse *p, const char *key, const char *values)
{
	const struct expr_key *k = key_find(key);

	BUG_ON(!k);
	k->set(p, values);
}

static void __attribute__((noreturn)) key_unknown(const char *name)
{
	struct suggest s;

	suggest_begin(&s, name);
	for (const struct expr_key *k = expr_keys; k->name; k++) {
		if (strlen(k->name) > 1)
			suggest_try(&s, k->name);
	}
	if (suggest_best(&s))
		diag_usage("invalid -e key '%s=' (did you mean '%s='?)", name,
			   suggest_best(&s));
	diag_usage("invalid -e key '%s=' (there are trace, abbrev, verbose, "
		   "raw, signal, read, write, status, quiet, fd, decode-fds, "
		   "decode-pids, namespace, secontext, inject and fault)",
		   name);
}

/* A list of calls may hold an =, in a pattern: it is then no KEY=. */
void expr_parse(struct parse *p, const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
	char name[KEY_MAX];

	if (!len || text[len] != '=') {
		set_trace(p, text);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	if (len >= sizeof(name) || !key_find(name))
		key_unknown(name);
	expr_set(p, name, text + len + 1);
}
